"""Resources: the full pictures behind handles, and what each tool promises."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterable, Sequence

import mcp_types as types
import numpy as np

from ..errors import InputError
from ..toolbox import Toolbox
from ..values import DepthMap, Image, Region
from .artifacts import Artifacts
from .features import Contents, OfferedResources
from .results import uri_of

MAX_LISTED = 50
_NPY = "application/octet-stream"


def artifact_resources(artifacts: Artifacts) -> OfferedResources:
    """The pictures (PNG) and depth maps (NumPy's .npy, float32 of shape (H, W)) of calls."""

    def read(name: str) -> Sequence[Contents]:
        value = artifacts.find(name)
        if isinstance(value, Region):
            raise InputError(f"{name[:12]}… is the mask of a region, not a picture")
        kind, data = _file_of(value)
        blob = base64.b64encode(data).decode()
        return [types.BlobResourceContents(uri=uri_of("artifact", name), mime_type=kind, blob=blob)]

    def listed() -> list[types.Resource]:
        return [_resource(value) for value in artifacts.recent()[:MAX_LISTED]]

    def values() -> Iterable[str]:
        return (value.digest for value in artifacts.recent())

    template = types.ResourceTemplate(
        uri_template=uri_of("artifact", "{artifact}"),
        name="artifact",
        title="Picture or depth map",
        description="A picture in full size (PNG), or a depth map (.npy, float32), by its id.",
    )
    return OfferedResources(template, read, listed, values)


def tool_resources(toolbox: Toolbox) -> OfferedResources:
    """What each tool promises, and what serves it."""

    def read(name: str) -> Sequence[Contents]:
        contract = toolbox.registry.get(name)
        if contract is None:
            raise InputError(f"there is no tool {name!r}")
        lines = [contract.signature, "", contract.summary, contract.description]
        lines += [f"- {one.name}: {one.description}" for one in contract.parameters.values()]
        lines.append(f"Returns: {contract.returns_description}")
        if name in toolbox.elsewhere:
            lines.append(f"Not offered here: {toolbox.elsewhere[name]}.")
        elif backend := toolbox.backend_name(name):
            lines.append(f"Served by {backend}, in the profile {toolbox.profile.name}.")
        text = "\n".join(lines)
        uri = uri_of("tool", name)
        return [types.TextResourceContents(uri=uri, mime_type="text/plain", text=text)]

    template = types.ResourceTemplate(
        uri_template=uri_of("tool", "{tool}"),
        name="tool",
        title="Tool",
        description="What a tool promises, and what serves it.",
        mime_type="text/plain",
    )
    return OfferedResources(template, read, values=lambda: toolbox.registry)


def _resource(value: Image | DepthMap) -> types.Resource:
    kind = "image/png" if isinstance(value, Image) else _NPY
    return types.Resource(
        uri=uri_of("artifact", value.digest), name=value.digest, title=value.summary, mime_type=kind
    )


def _file_of(value: Image | DepthMap) -> tuple[str, bytes]:
    if isinstance(value, Image):
        return "image/png", value.to_png()
    buffer = io.BytesIO()
    np.save(buffer, value.array, allow_pickle=False)
    return _NPY, buffer.getvalue()
