"""The pictures of a request: made files when it begins, and opened again from them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ...tools.errors import InputError
from ...tools.toolbox import Toolbox
from ...tools.values import Image, ImageLike
from ..runs.bindings import types_for
from .state import AskState, PictureState

if TYPE_CHECKING:
    from .threads import Threads


def kept_files(
    images: Sequence[ImageLike], toolbox: Toolbox, threads: Threads, thread: str
) -> list[str]:
    """The pictures as files; those in memory are written to the folder of the request.

    Raises:
        InputError: one is not usable, or can't be written.
    """
    named = {number: one for number, one in enumerate(images) if isinstance(one, (str, Path))}
    others = [toolbox.image(one) for number, one in enumerate(images) if number not in named]
    written = iter(threads.keep_pictures(thread, others) if others else ())
    return [
        str(Path(named[number]).absolute()) if number in named else next(written)
        for number in range(len(images))
    ]


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
