"""Results of calls: structured content, a short text, previews, links; and errors."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, cast

import mcp_types as types

from ..errors import ToolError, ViscriptError, kind_of
from ..values import DepthMap, Image, images_in, summary_of
from .artifacts import Artifacts
from .encoding import encode, encode_image
from .previews import Preview

MAX_BYTES = 1_000_000
"""A result with more is refused by clients: their limit is 1,048,576 for the whole message."""

MAX_LINES = 60
_SCHEME = "viscript"


def uri_of(kind: str, name: str) -> str:
    """The address of one of the server's resources."""
    return f"{_SCHEME}://{kind}/{name}"


def result_of(
    value: object,
    artifacts: Artifacts,
    *,
    words: str = "",
    more: Mapping[str, Any] | None = None,
    links: Sequence[types.ResourceLink] = (),
) -> types.CallToolResult:
    """A value as a client gets it: as structured content, and in words with previews and links.

    Args:
        value: what a tool or program returned.
        artifacts: keeps the pixels in it.
        words: the value in words, where a summary of it would not do.
        more: more structured content.
        links: more resources that are about it.

    Raises:
        ToolError: it is larger than clients accept.
    """
    data: dict[str, Any] = {"result": encode(value, artifacts), **(more or {})}
    images = [encode_image(image, artifacts) for image in images_in(value)]
    if images:
        data["images"] = images
    pictures = _pictures_in(value)
    lines = [words or _in_words(value)]
    lines += [f"picture {one['artifact']}: {one['width']}x{one['height']} pixels" for one in images]
    text = "\n".join(lines)
    size = len(json.dumps(data, ensure_ascii=False).encode()) + len(text.encode()) + 4096
    if size > MAX_BYTES:
        raise ToolError(
            f"the result has {size // 1000} kB, more than a client takes",
            hint="ask for less at a time: crop the picture, or select fewer regions",
        )
    previews = artifacts.previews.of(pictures, MAX_BYTES - size)
    if previews:
        data["previews"] = [_stated(one) for one in previews]
        text += "\n" + "\n".join(map(_scale_line, previews))
    content: list[types.ContentBlock] = [types.TextContent(text=text)]
    content += [types.ImageContent(data=one.jpeg, mime_type="image/jpeg") for one in previews]
    content += [_link(picture) for picture in pictures]
    content += links
    return types.CallToolResult(content=content, structured_content=data)


def failure(error: ViscriptError) -> types.CallToolResult:
    """An error as a client gets it."""
    return error_result(kind_of(error), error.message, error.hint)


def error_result(
    kind: str,
    message: str,
    hint: str,
    more: Mapping[str, Any] | None = None,
    links: Sequence[types.ResourceLink] = (),
) -> types.CallToolResult:
    """What went wrong on one line, and what to do: for models to read, and as data."""
    text = f"{message} ({hint})" if hint else message
    data = {"error": {"kind": kind, "message": message, "hint": hint}, **(more or {})}
    return types.CallToolResult(
        content=[types.TextContent(text=text), *links], structured_content=data, is_error=True
    )


def _in_words(value: object) -> str:
    """A value in words: a line for each region, so that a model that reads only text can go on."""
    if isinstance(value, (list, tuple)):
        items = cast("Sequence[object]", value)
        if not items:
            return "none"
        lines = [f"{place}. {summary_of(one)}" for place, one in enumerate(items[:MAX_LINES], 1)]
        if len(items) > MAX_LINES:
            lines.append(f"... {len(items)} in all")
        return "\n".join(lines)
    return value if isinstance(value, str) else summary_of(value)


def _pictures_in(value: object) -> list[Image | DepthMap]:
    """The pictures that a value is made of; those of regions don't count."""
    match value:
        case Image() | DepthMap():
            return [value]
        case list() | tuple():
            found = [one for item in cast("Sequence[object]", value) for one in _pictures_in(item)]
            return list({one.digest: one for one in found}.values())
        case _:
            return []


def _stated(preview: Preview) -> dict[str, Any]:
    return {
        "artifact": preview.artifact,
        "width": preview.width,
        "height": preview.height,
        "scale": round(preview.scale, 6),
    }


def _scale_line(preview: Preview) -> str:
    return (
        f"preview {preview.width}x{preview.height} of {preview.artifact[:12]}…, "
        f"scale {preview.scale:.4g}: coordinates are in pixels of the full picture"
    )


def _link(picture: Image | DepthMap) -> types.ResourceLink:
    is_image = isinstance(picture, Image)
    return types.ResourceLink(
        uri=uri_of("artifact", picture.digest),
        name=f"{picture.digest[:12]}.{'png' if is_image else 'npy'}",
        title=picture.summary,
        mime_type="image/png" if is_image else "application/octet-stream",
    )
