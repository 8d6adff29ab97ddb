"""Values as JSON and back.

Text, numbers, truth values, nothing, and lists are themselves in JSON. Everything else is an object
with a `type`. Pictures and depth maps stay outside the JSON: they are named by their digest, and a
`Blobs` keeps their bytes.
"""

from __future__ import annotations

import io
import math
import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Protocol, TypeVar, cast, get_args

import numpy as np

from ..errors import InputError
from .depth import DepthMap, Unit
from .image import Image, Pixels
from .limits import MAX_DEPTH, checked_text, checked_whole, deeper
from .reading import MAX_PIXELS, decode_image
from .region import Box, Keypoint, Mask, Region
from .summary import summary_of

Value = (
    "Image | Region | DepthMap | Box | Keypoint | str | int | float | bool | None | Sequence[Value]"
)
"""Whatever a program can hold."""


DIGEST = re.compile("[0-9a-f]{64}")
"""The digest of a value, as text."""


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
        InputError: a value that no program can hold: of another type, lists nested deeper than
            `MAX_DEPTH`, a whole number of more than `MAX_DIGITS` digits, text that is not Unicode.
    """
    return _to_json(value, blobs, MAX_DEPTH)


def _to_json(value: object, blobs: Blobs | None, depth: int) -> Any:
    match value:
        case Region():
            return _region_to_json(value, blobs)
        case str():
            return checked_text(value)
        case None | bool():
            return value
        case int():
            return checked_whole(value)
        case float():
            return float(value) if math.isfinite(value) else {"type": "float", "value": str(value)}
        case list() | tuple():
            items, below = cast("Sequence[object]", value), deeper(depth)
            return [_to_json(item, blobs, below) for item in items]
        case Image():
            return _image_to_json(value, blobs)
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


def _image_to_json(image: Image, blobs: Blobs | None) -> dict[str, Any]:
    if blobs is not None:
        blobs.put(f"{image.digest}.png", image.to_png)
    return {
        "type": "image",
        "digest": image.digest,
        "width": image.width,
        "height": image.height,
        "origin": checked_text(image.origin),
    }


def _region_to_json(region: Region, blobs: Blobs | None) -> dict[str, Any]:
    data: dict[str, Any] = {
        "type": "region",
        "image": _image_to_json(region.image, blobs),
        "box": list(region.box.xyxy),
        "label": checked_text(region.label),
        "score": region.score,
    }
    if region.mask is not None:
        data["mask"] = region.mask.to_runs()
    if region.text:
        data["text"] = checked_text(region.text)
    if region.keypoints:
        data["keypoints"] = [_keypoint_to_json(point) for point in region.keypoints]
    if region.method:
        data["method"] = checked_text(region.method)
    return data


def _keypoint_to_json(point: Keypoint) -> dict[str, Any]:
    return {
        "type": "keypoint",
        "name": checked_text(point.name),
        "x": point.x,
        "y": point.y,
        "score": point.score,
    }


def from_json(data: Any, blobs: Blobs, held: Iterable[Image] = ()) -> Any:
    """The value that `to_json` described. The data may come from anywhere.

    Args:
        data: JSON data.
        blobs: has the pictures and depth maps in it; each picture is asked for once, and decoded
            when something looks at its pixels.
        held: pictures that need not be asked for.

    Raises:
        KeyError: a picture or depth map is no longer in `blobs`.
        InputError: the data describes no value.
    """
    images = {image.digest: image for image in held}
    try:
        return _from_json(data, blobs, images, MAX_DEPTH)
    except (TypeError, ValueError, AttributeError, OverflowError, MemoryError):
        raise InputError(f"not a value: {summary_of(data, 80)}") from None


def _from_json(data: Any, blobs: Blobs, images: dict[str, Image], depth: int) -> Any:
    if isinstance(data, list):
        items, below = cast("list[Any]", data), deeper(depth)
        return [_from_json(item, blobs, images, below) for item in items]
    if not isinstance(data, dict):
        return data
    fields = cast("dict[str, Any]", data)
    match fields.get("type"):
        case "region":
            return _region_from_json(fields, blobs, images)
        case "image":
            return _image_from_json(fields, blobs, images)
        case "float":
            return float(_field(fields, "value", str))
        case "box":
            return _box_from_json(_field(fields, "xyxy", list))
        case "keypoint":
            return _keypoint_from_json(fields)
        case "depth":
            return _depth_from_json(fields, blobs)
        case _:
            raise InputError(f"not a value: {summary_of(fields, 80)}")


def _region_from_json(data: dict[str, Any], blobs: Blobs, images: dict[str, Image]) -> Region:
    picture = data.get("image")
    image = images.get(picture) if isinstance(picture, str) else None
    if image is None:
        image = _image_from_json(cast("dict[str, Any]", _field(data, "image", dict)), blobs, images)
    label, score = data.get("label"), data.get("score")
    text, method = data.get("text", ""), data.get("method", "")
    # Tests in one line, not calls of `_field`: regions are what most results are made of.
    if not (
        isinstance(label, str)
        and isinstance(score, float)
        and isinstance(text, str)
        and isinstance(method, str)
    ):
        raise InputError(f"not a region: {summary_of(data, 80)}")
    box = _box_from_json(data["box"])
    runs, points = data.get("mask"), data.get("keypoints")
    mask = None if runs is None else Mask.from_runs(runs, image.size)
    keypoints = () if points is None else tuple(_keypoint_from_json(point) for point in points)
    return Region(image, box, label, score, mask, text, keypoints, method)


def _box_from_json(xyxy: Any) -> Box:
    left, top, right, bottom = xyxy
    return Box(left, top, right, bottom)


def _keypoint_from_json(data: dict[str, Any]) -> Keypoint:
    x, y, score = (_field(data, name, float) for name in ("x", "y", "score"))
    return Keypoint(_field(data, "name", str), x, y, score)


def _image_from_json(data: dict[str, Any], blobs: Blobs, images: dict[str, Image]) -> Image:
    digest = _field(data, "digest", str)
    if digest in images:
        return images[digest]
    size = _size(data)
    origin = _field(data, "origin", str)
    png = blobs.get(f"{_hexadecimal(digest)}.png")

    def load() -> Pixels:
        return decode_image(png, origin).pixels

    images[digest] = Image(size, origin, load, digest)
    return images[digest]


def _depth_from_json(data: dict[str, Any], blobs: Blobs) -> DepthMap:
    width, height = _size(data)
    npy = blobs.get(f"{_hexadecimal(_field(data, 'digest', str))}.npy")
    # The header is read first: NumPy would allocate whatever it says.
    buffer = io.BytesIO(npy)
    version = np.lib.format.read_magic(buffer)
    shape, transposed, kind = np.lib.format.read_array_header_1_0(buffer)
    if version != (1, 0) or transposed or shape != (height, width) or kind != np.float32:
        raise InputError(f"not a depth map of {width}x{height}: {kind} of shape {shape}")
    array = np.frombuffer(npy, np.float32, offset=buffer.tell()).reshape(shape)
    unit = _field(data, "unit", str)
    if unit not in get_args(Unit):
        raise InputError(f"a depth map has no unit {unit!r}")
    return DepthMap(array, cast("Unit", unit), _field(data, "larger_is_nearer", bool))


F = TypeVar("F")


def _field(data: dict[str, Any], name: str, kind: type[F]) -> F:
    value = data.get(name)
    if not isinstance(value, kind):
        raise InputError(f"not a value: its {name} is {summary_of(value, 40)}")
    return value


def _size(data: dict[str, Any]) -> tuple[int, int]:
    width, height = _field(data, "width", int), _field(data, "height", int)
    if width < 1 or height < 1 or width * height > MAX_PIXELS:
        raise InputError(f"a picture can't have {width}x{height} pixels")
    return width, height


def _hexadecimal(digest: str) -> str:
    # A digest becomes part of a file's name.
    if not DIGEST.fullmatch(digest):
        raise InputError(f"not a digest: {digest[:80]!r}")
    return digest


def shared(data: Any) -> Any:
    """JSON of a value in which a picture that comes again is only its digest.

    `from_json` reads it too; it is shorter when regions of one picture are many.
    """
    seen: set[str] = set()

    def look(data: Any) -> Any:
        match data:
            case list():
                return [look(item) for item in cast("list[Any]", data)]
            case {"type": "region", "image": {"digest": digest}} if digest in seen:
                return data | {"image": digest}
            case {"type": "region", "image": {"digest": digest}}:
                seen.add(digest)
                return data
            case _:
                return data

    return look(data)


def images_in(value: object) -> list[Image]:
    """The pictures in a value, those of regions among them; one that occurs twice comes once."""
    found: dict[int, Image] = {}

    def look(value: object) -> None:
        match value:
            case Image():
                found[id(value)] = value
            case Region():
                found[id(value.image)] = value.image
            case list() | tuple():
                for item in cast("Sequence[object]", value):
                    look(item)
            case _:
                pass

    look(value)
    return list(found.values())


def _to_npy(depth: DepthMap) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, depth.array, allow_pickle=False)
    return buffer.getvalue()
