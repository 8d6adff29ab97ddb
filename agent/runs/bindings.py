"""What a program's pictures are called: `image`, `images`, `left`, `right`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ...tools.types import IMAGE, ListOf, Type
from ...tools.values import Image


def types_for(count: int | None) -> Mapping[str, Type]:
    """The names that a program with `count` pictures may use, and their types.

    None means that the pictures are not known yet: then it may use every name. (VisProg's `IMAGE`,
    `LEFT` and `RIGHT` are `image`, `left` and `right` by the time that names are looked up.)
    """
    names: dict[str, Type] = {"images": ListOf(IMAGE)}
    if count in (1, None):
        names["image"] = IMAGE
    if count in (2, None):
        names["left"] = names["right"] = IMAGE
    return names


def unbound_for(count: int | None) -> Mapping[str, str]:
    """The names that `count` pictures don't bind, each with what to do about it."""
    others = types_for(None).keys() - types_for(count).keys()
    wanted = {"image": "one picture", "left": "two pictures", "right": "two pictures"}
    bound = ", ".join(types_for(count))
    return {name: f"give {wanted[name]}, or use {bound}" for name in others}


def values_for(images: Sequence[Image]) -> Mapping[str, object]:
    """The value of each name of `types_for(len(images))`."""
    names: dict[str, object] = {"images": list(images)}
    if len(images) == 1:
        names["image"] = images[0]
    if len(images) == 2:
        names["left"], names["right"] = images
    return names
