"""Values as structured content. Pixels stay with the server: clients get handles of them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, cast

from ..errors import ToolError
from ..values import Box, DepthMap, Image, Keypoint, Region
from .artifacts import Artifacts


def encode(value: object, artifacts: Artifacts) -> Any:
    """A value as JSON data that fits its schema; the pixels in it are kept as artifacts.

    Raises:
        ToolError: a number that JSON has no word for.
    """
    match value:
        case None | bool() | int() | str():
            return value
        case float():
            if not math.isfinite(value):
                raise ToolError(f"the result is {value}, which is no number")
            return value
        case list() | tuple():
            return [encode(one, artifacts) for one in cast("Sequence[object]", value)]
        case Region():
            return _region(value, artifacts)
        case Image():
            return encode_image(value, artifacts)
        case Box():
            return _box(value)
        case Keypoint():
            return _keypoint(value)
        case DepthMap():
            return {
                "artifact": artifacts.keep(value),
                "width": value.width,
                "height": value.height,
                "unit": value.unit,
                "larger_is_nearer": value.larger_is_nearer,
            }
        case _:
            raise ToolError(f"a {type(value).__name__} can't be sent to a client")


def encode_image(image: Image, artifacts: Artifacts) -> dict[str, Any]:
    """The handle of a picture."""
    return {
        "artifact": artifacts.keep(image),
        "width": image.width,
        "height": image.height,
        "origin": image.origin,
    }


def _region(region: Region, artifacts: Artifacts) -> dict[str, Any]:
    data: dict[str, Any] = {
        "image": artifacts.keep(region.image),
        "box": _box(region.box),
        "label": region.label,
        "score": region.score,
    }
    if region.mask is not None:
        data["mask"] = artifacts.keep(region)
    if region.text:
        data["text"] = region.text
    if region.keypoints:
        data["keypoints"] = [_keypoint(point) for point in region.keypoints]
    if region.method:
        data["method"] = region.method
    return data


def _box(box: Box) -> dict[str, float]:
    return {"left": box.left, "top": box.top, "right": box.right, "bottom": box.bottom}


def _keypoint(point: Keypoint) -> dict[str, Any]:
    return {"name": point.name, "x": point.x, "y": point.y, "score": point.score}
