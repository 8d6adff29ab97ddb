"""`save_picture`: the only tool that writes a file where the user says."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import mcp_types as types

from ..arguments import bind
from ..contract import Contract, tool
from ..errors import PolicyError, one_line
from ..values import Image, ImageLike
from ..values.image import format_of
from .access import Access
from .call import Call
from .features import OfferedTool
from .icons import icons_of
from .results import result_of


@tool(reads_pixels=True)
def save_picture(image: ImageLike, path: str) -> str:
    """Saves a picture as a file.

    Args:
        image: the picture.
        path: the file, ending in .png, .jpg or .webp, in an allowed folder. A name alone is put
            into the first of them. A file that is there is replaced only when the person agrees.

    Returns:
        The path of the file.
    """
    raise NotImplementedError("the server writes the file")


CONTRACT = Contract.of(save_picture)


def saving_tool(access: Access) -> OfferedTool:
    """`save_picture`, with the folders of `access`."""
    from .offers import definition_of

    annotations = types.ToolAnnotations(
        read_only_hint=False, destructive_hint=True, idempotent_hint=False, open_world_hint=False
    )
    definition = definition_of(CONTRACT, annotations, icons=icons_of("saving"))

    async def answer(call: Call) -> types.CallToolResult:
        image, path = await call.in_thread(lambda _: _read(access, call.arguments))
        taken = access.roots.exists(path)
        name = one_line(Path(path).name, 80)
        if taken and not await call.agrees(f"The file {name} is there already. Replace it?"):
            raise PolicyError(f"{name} is not replaced", hint="choose another name")
        return await call.in_thread(lambda _: _save(access, image, path, taken))

    return OfferedTool(definition, answer)


def _read(access: Access, given: Mapping[str, Any]) -> tuple[Image, str]:
    """The picture and the path, both usable."""
    bound = bind(CONTRACT, access.decoder.arguments(CONTRACT, given))
    image, path = bound["image"], bound["path"]
    assert isinstance(image, Image)
    assert isinstance(path, str)
    format_of(Path(path))
    return image, path


def _save(access: Access, image: Image, path: str, replace: bool) -> types.CallToolResult:
    data = image.to_file(format_of(Path(path)))
    written = access.roots.write(path, data, replace=replace)
    return result_of(str(written), access.artifacts, words=f"saved as {written}")
