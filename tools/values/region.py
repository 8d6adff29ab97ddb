"""`Region`: what every detector, segmenter, reader and pose estimator returns."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from functools import cached_property
from math import inf, isfinite
from typing import ClassVar

import numpy as np
from blake3 import blake3
from numpy.typing import NDArray

from ..errors import InputError
from .image import Image
from .limits import checked_text


def _make_floats(value: object, names: tuple[str, ...]) -> None:
    """Turns fields of a frozen value, which may be NumPy numbers or ints, into floats."""
    for name in names:
        object.__setattr__(value, name, float(getattr(value, name)))


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in pixels of its image; y grows downwards.

    Raises:
        InputError: not finite, or `left > right`, or `top > bottom`.
    """

    program_attributes: ClassVar[tuple[str, ...]] = (
        *("left", "top", "right", "bottom", "width", "height", "area", "x", "y"),
    )

    left: float
    top: float
    right: float
    bottom: float

    def __post_init__(self) -> None:
        if not type(self.left) is type(self.top) is type(self.right) is type(self.bottom) is float:
            _make_floats(self, ("left", "top", "right", "bottom"))
        if not (-inf < self.left <= self.right < inf and -inf < self.top <= self.bottom < inf):
            raise InputError(f"a box is finite, left <= right, top <= bottom, unlike {self.xyxy}")

    @property
    def width(self) -> float:
        """right - left, in pixels."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """bottom - top, in pixels."""
        return self.bottom - self.top

    @property
    def area(self) -> float:
        """width x height, in square pixels."""
        return self.width * self.height

    @property
    def x(self) -> float:
        """The horizontal centre, in pixels."""
        return (self.left + self.right) / 2

    @property
    def y(self) -> float:
        """The vertical centre, in pixels."""
        return (self.top + self.bottom) / 2

    @property
    def xyxy(self) -> tuple[float, float, float, float]:
        """(left, top, right, bottom)."""
        return (self.left, self.top, self.right, self.bottom)

    def clipped(self, size: tuple[int, int]) -> Box:
        """The part inside an image of `size` (width, height)."""
        width, height = size
        left, right = (min(max(x, 0.0), float(width)) for x in (self.left, self.right))
        top, bottom = (min(max(y, 0.0), float(height)) for y in (self.top, self.bottom))
        return Box(left, top, right, bottom)

    def scaled(self, factor: float) -> Box:
        """The same centre, width and height times `factor`; may leave the image."""
        half_width, half_height = self.width * factor / 2, self.height * factor / 2
        return Box(
            self.x - half_width, self.y - half_height, self.x + half_width, self.y + half_height
        )

    def to_pixels(self, size: tuple[int, int]) -> tuple[int, int, int, int]:
        """(left, top, right, bottom) as whole pixels inside `size`, at least one pixel each way."""
        width, height = size
        left = min(max(int(np.floor(self.left)), 0), width - 1)
        top = min(max(int(np.floor(self.top)), 0), height - 1)
        right = min(max(int(np.ceil(self.right)), left + 1), width)
        bottom = min(max(int(np.ceil(self.bottom)), top + 1), height)
        return left, top, right, bottom


@dataclass(frozen=True, slots=True)
class Keypoint:
    """A named point of a body, in pixels of the region's image; `score` in [0, 1]."""

    program_attributes: ClassVar[tuple[str, ...]] = ("name", "x", "y", "score")

    name: str
    x: float
    y: float
    score: float

    def __post_init__(self) -> None:
        _make_floats(self, ("x", "y", "score"))
        if not all(map(isfinite, (self.x, self.y, self.score))):
            raise InputError(f"a keypoint has finite numbers, unlike {self}")

    @property
    def canonical(self) -> str:
        """Its parts, for a digest: unambiguous."""
        return f"({json.dumps(checked_text(self.name))},{self.x},{self.y},{self.score})"


class Mask:
    """Which pixels of an image belong to a region: bool of shape (H, W), read-only.

    Raises:
        InputError: the array is not two-dimensional.
    """

    def __init__(self, array: NDArray[np.bool_]) -> None:
        if array.ndim != 2:
            raise InputError(f"a mask has the shape (H, W), not {array.shape}")
        self._array = np.array(array, dtype=np.bool_, order="C", copy=True)
        self._array.flags.writeable = False

    @property
    def array(self) -> NDArray[np.bool_]:
        """bool of shape (H, W), read-only."""
        return self._array

    @cached_property
    def digest(self) -> str:
        """BLAKE3 of shape and pixels."""
        header = f"mask {self._array.shape[1]}x{self._array.shape[0]}\n".encode()
        return blake3(header).update(np.packbits(self._array).data).hexdigest()

    @property
    def area(self) -> int:
        """How many pixels are set."""
        return int(np.count_nonzero(self._array))

    def to_runs(self) -> list[int]:
        """Lengths of alternating runs, row by row, starting with unset pixels."""
        flat = self._array.ravel()
        edges = np.flatnonzero(flat[1:] != flat[:-1]) + 1
        bounds = np.concatenate(([0], edges, [flat.size]))
        runs: list[int] = np.diff(bounds).tolist()
        return [0, *runs] if flat.size and bool(flat[0]) else runs

    @classmethod
    def from_runs(cls, runs: list[int], size: tuple[int, int]) -> Mask:
        """The mask of an image of `size` (width, height) that `to_runs` described.

        Raises:
            InputError: the runs don't fill the size.
        """
        width, height = size
        if any(run < 0 for run in runs) or sum(runs) != width * height:
            raise InputError(f"the runs of a mask don't add up to {width}x{height} pixels")
        values = np.arange(len(runs)) % 2 == 1
        return cls(np.repeat(values, runs).reshape(height, width))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Mask) and np.array_equal(self._array, other._array)

    def __hash__(self) -> int:
        return hash(self.digest)


@dataclass(frozen=True, init=False)
class Region:
    """A part of an image.

    Args:
        image: the image that `box`, `mask` and `keypoints` refer to.
        box: where it is, in pixels of `image`.
        label: what it is, in words.
        score: how sure its finder is, in [0, 1].
        mask: which pixels belong to it, shape (H, W) of `image`.
        text: what is written there.
        keypoints: points of the body in it.
        method: how the mask was made ("selfie", "grabcut", "feathered box"), for people.
    """

    program_attributes: ClassVar[tuple[str, ...]] = (
        *("label", "score", "text", "box", "image", "keypoints", "width", "height", "area"),
    )

    image: Image
    box: Box
    label: str
    score: float
    mask: Mask | None
    text: str
    keypoints: tuple[Keypoint, ...]
    method: str

    def __init__(
        self,
        image: Image,
        box: Box,
        label: str = "",
        score: float = 1.0,
        mask: Mask | None = None,
        text: str = "",
        keypoints: tuple[Keypoint, ...] = (),
        method: str = "",
    ) -> None:
        score = float(score)
        if not isfinite(score):
            raise InputError(f"score is {score}, not a finite number")
        if mask is not None and mask.array.shape != (image.height, image.width):
            raise InputError(
                f"the mask has the shape {mask.array.shape}, "
                f"its image {(image.height, image.width)}"
            )
        # The __init__ of a frozen dataclass takes twice as long, and a cache hit is mostly
        # that of its regions.
        self.__dict__.update(
            image=image,
            box=box,
            label=label,
            score=score,
            mask=mask,
            text=text,
            keypoints=keypoints,
            method=method,
        )

    @cached_property
    def digest(self) -> str:
        """BLAKE3 of all of its parts."""
        words = json.dumps([checked_text(one) for one in (self.label, self.text, self.method)])
        mask = self.mask.digest if self.mask is not None else ""
        points = ",".join(point.canonical for point in self.keypoints)
        parts = f"{self.image.digest},{self.box.xyxy},{words},{self.score},{mask},{points}"
        return blake3(f"region {parts}".encode()).hexdigest()

    @property
    def width(self) -> float:
        """Width of the box, in pixels."""
        return self.box.width

    @property
    def height(self) -> float:
        """Height of the box, in pixels."""
        return self.box.height

    @property
    def area(self) -> float:
        """Pixels of the mask, or the area of the box where there is none."""
        return float(self.mask.area) if self.mask is not None else self.box.area

    @property
    def summary(self) -> str:
        """One line for people and planners."""
        left, top, right, bottom = (round(value) for value in self.box.xyxy)
        text = f" {self.text!r}" if self.text else ""
        place = f"({left},{top})-({right},{bottom})"
        return f"{self.label or 'region'}{text} {self.score:.2f} at {place}"

    def but(self, **changes: object) -> Region:
        """A copy with some fields changed."""
        return replace(self, **changes)  # pyright: ignore[reportArgumentType]
