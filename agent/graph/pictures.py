"""The pictures of a request, opened again from their files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ...tools.errors import InputError
from ...tools.toolbox import Toolbox
from ...tools.values import Image
from ..runs.bindings import types_for
from .state import AskState, PictureState


def opened(state: AskState, toolbox: Toolbox) -> list[Image]:
    """The pictures.

    Raises:
        InputError: one can't be read, or is no longer what it was when the request was made.
    """
    return [_opened(one, toolbox) for one in state.get("pictures", [])]


def _opened(picture: PictureState, toolbox: Toolbox) -> Image:
    image = toolbox.image(picture["path"])
    if image.digest != picture["digest"]:
        raise InputError(
            f"{picture['path']} has changed since the request was made", hint="ask again"
        )
    return image


def names_for(pictures: Sequence[PictureState]) -> Mapping[str, str]:
    """What each name of a program is, for planners."""
    each = [one["summary"] for one in pictures]
    found: dict[str, str] = {}
    for name in types_for(len(pictures)):
        match name:
            case "image" | "left":
                found[name] = each[0]
            case "right":
                found[name] = each[1]
            case _:
                found[name] = f"list of {len(each)} pictures: {', '.join(each)}"
    return found
