"""Values as JSON and back, their digests, and their one-line summaries.

Text, numbers, truth values, nothing, and lists are themselves in JSON. Everything else is an object
with a `type`. Pictures and depth maps stay outside the JSON: they are named by their digest, and a
`Blobs` keeps their bytes.
"""

from __future__ import annotations

import io
import json
import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Protocol, cast

import numpy as np
from blake3 import blake3

from ..errors import InputError
from .depth import DepthMap
from .image import Image
from .region import Box, Keypoint, Mask, Region

Value = (
    "Image | Region | DepthMap | Box | Keypoint | str | int | float | bool | None | Sequence[Value]"
)
"""Whatever a program can hold."""


class Blobs(Protocol):
    """Where the bytes of pictures and depth maps are kept, by name (a digest and a suffix)."""

    def put(self, name: str, make: Callable[[], bytes]) -> None:
        """Keeps `make()` under `name`, unless it is there already."""
        ...

    def get(self, name: str) -> bytes:
        """The bytes under `name`; raises `KeyError` when they are gone or damaged."""
        ...


def to_json(value: object, blobs: Blobs | None = None) -> Any:
    """`value` as JSON data; with `blobs`, the pictures and depth maps in it are kept there.

    Raises:
        InputError: a value that no program can hold.
    """
    match value:
        case None | bool() | int() | str():
            return value
        case float():
            return value if math.isfinite(value) else {"type": "float", "value": repr(value)}
        case list() | tuple():
            items = cast("Sequence[object]", value)
            return [to_json(item, blobs) for item in items]
        case Image():
            if blobs is not None:
                blobs.put(f"{value.digest}.png", value.to_png)
            return {
                "type": "image",
                "digest": value.digest,
                "width": value.width,
                "height": value.height,
                "origin": value.origin,
            }
        case Region():
            return _region_to_json(value, blobs)
        case Box():
            return {"type": "box", "xyxy": list(value.xyxy)}
        case Keypoint():
            return _keypoint_to_json(value)
        case DepthMap():
            if blobs is not None:
                blobs.put(f"{value.digest}.npy", lambda: _to_npy(value))
            return {
                "type": "depth",
                "digest": value.digest,
                "width": value.width,
                "height": value.height,
                "unit": value.unit,
                "larger_is_nearer": value.larger_is_nearer,
            }
        case _:
            raise InputError(f"a program can't hold a {type(value).__name__}")


def _region_to_json(region: Region, blobs: Blobs | None) -> dict[str, Any]:
    data: dict[str, Any] = {
        "type": "region",
        "image": to_json(region.image, blobs),
        "box": list(region.box.xyxy),
        "label": region.label,
        "score": region.score,
    }
    if region.mask is not None:
        data["mask"] = region.mask.to_runs()
    if region.text:
        data["text"] = region.text
    if region.keypoints:
        data["keypoints"] = [_keypoint_to_json(point) for point in region.keypoints]
    if region.method:
        data["method"] = region.method
    return data


def _keypoint_to_json(point: Keypoint) -> dict[str, Any]:
    return {
        "type": "keypoint",
        "name": point.name,
        "x": point.x,
        "y": point.y,
        "score": point.score,
    }


def from_json(data: Any, blobs: Blobs, held: Iterable[Image] = ()) -> Any:
    """The value that `to_json` described.

    Args:
        data: JSON data.
        blobs: has the pictures and depth maps in it; each is asked for once.
        held: pictures that need not be asked for.

    Raises:
        KeyError: a picture or depth map is no longer in `blobs`.
        InputError: the data describes no value.
    """
    images = {image.digest: image for image in held}
    return _from_json(data, blobs, images)


def _from_json(data: Any, blobs: Blobs, images: dict[str, Image]) -> Any:
    match data:
        case None | bool() | int() | str() | float():
            return data
        case list():
            return [_from_json(item, blobs, images) for item in cast("list[Any]", data)]
        case {"type": "float", "value": str() as text}:
            return float(text)
        case {"type": "image", "digest": str() as digest, "width": int(), "height": int()}:
            if digest not in images:
                images[digest] = _image_from_json(data, blobs.get(f"{digest}.png"))
            return images[digest]
        case {"type": "region", "image": image, "box": [left, top, right, bottom]}:
            picture = _from_json(image, blobs, images)
            runs = data.get("mask")
            return Region(
                picture,
                Box(left, top, right, bottom),
                data["label"],
                data["score"],
                None if runs is None else Mask.from_runs(runs, picture.size),
                data.get("text", ""),
                tuple(_from_json(point, blobs, images) for point in data.get("keypoints", ())),
                data.get("method", ""),
            )
        case {"type": "box", "xyxy": [left, top, right, bottom]}:
            return Box(left, top, right, bottom)
        case {"type": "keypoint", "name": name, "x": x, "y": y, "score": score}:
            return Keypoint(name, x, y, score)
        case {"type": "depth", "digest": str() as digest, "unit": unit}:
            array = np.load(io.BytesIO(blobs.get(f"{digest}.npy")), allow_pickle=False)
            return DepthMap(array, unit, bool(data["larger_is_nearer"]))
        case _:
            raise InputError(f"not a value: {json.dumps(data)[:80]}")


def _image_from_json(data: dict[str, Any], png: bytes) -> Image:
    from .reading import decode_image

    def load() -> Any:
        return decode_image(png, data["origin"]).pixels

    return Image((data["width"], data["height"]), data["origin"], load, data["digest"])


def _to_npy(depth: DepthMap) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, depth.array, allow_pickle=False)
    return buffer.getvalue()


def digest_of(value: object) -> str:
    """BLAKE3 of a value's type and content: equal for equal values, whatever made them."""
    return blake3(_canonical(value).encode()).hexdigest()


def _canonical(value: object) -> str:
    """An unambiguous text for a value: every part is tagged, every string quoted."""
    match value:
        case Image():
            return f"I{value.digest}"
        case str():
            return json.dumps(value)
        case None | bool() | int() | float():
            return f"{type(value).__name__[0]}{value!r}"
        case Region():
            mask = value.mask.digest if value.mask is not None else ""
            points = ",".join(_canonical(point) for point in value.keypoints)
            words = json.dumps([value.label, value.text, value.method])
            place = f"{value.image.digest},{value.box.xyxy!r}"
            return f"R({place},{words},{value.score!r},{mask},{points})"
        case list() | tuple():
            items = cast("Sequence[object]", value)
            return f"[{','.join(_canonical(item) for item in items)}]"
        case DepthMap():
            return f"D{value.digest}"
        case Box():
            return f"B{value.xyxy!r}"
        case Keypoint():
            return f"K({json.dumps(value.name)},{value.x!r},{value.y!r},{value.score!r})"
        case _:
            raise InputError(f"a program can't hold a {type(value).__name__}")


def summary_of(value: object, limit: int = 160) -> str:
    """One line that tells a person or a planner what a value is."""
    match value:
        case Image() | Region() | DepthMap():
            text = value.summary
        case Box():
            text = "box ({:.0f},{:.0f})-({:.0f},{:.0f})".format(*value.xyxy)
        case Keypoint():
            text = f"{value.name} at ({value.x:.0f},{value.y:.0f})"
        case float():
            text = f"{value:.6g}"
        case list() | tuple():
            items = cast("Sequence[object]", value)
            inner = ", ".join(summary_of(item, 60) for item in items[:4])
            more = f", ... {len(items)} in all" if len(items) > 4 else ""
            text = f"[{inner}{more}]"
        case _:
            text = repr(value)
    return text if len(text) <= limit else text[: limit - 1] + "…"
