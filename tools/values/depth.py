"""`DepthMap`: how far each pixel of an image is."""

from __future__ import annotations

from functools import cached_property
from typing import ClassVar, Literal

import numpy as np
from blake3 import blake3
from numpy.typing import NDArray

from ..errors import InputError

Unit = Literal["metres", "relative"]


class DepthMap:
    """float32 of shape (H, W), read-only.

    Args:
        array: the depths, finite as float32.
        unit: "metres", or "relative" (order only).
        larger_is_nearer: true for inverse depth and disparity, false for distances.

    Raises:
        InputError: not two-dimensional, or not finite.
    """

    program_attributes: ClassVar[tuple[str, ...]] = ("width", "height", "unit")

    unit: Unit
    larger_is_nearer: bool

    def __init__(self, array: NDArray[np.floating], unit: Unit, larger_is_nearer: bool) -> None:
        if array.ndim != 2 or array.size == 0:
            raise InputError(f"a depth map has the shape (H, W), not {array.shape}")
        with np.errstate(over="ignore"):
            self._array = np.array(array, dtype=np.float32, order="C", copy=True)
        if not bool(np.isfinite(self._array).all()):
            raise InputError("a depth map has only finite values")
        self._array.flags.writeable = False
        self.unit = unit
        self.larger_is_nearer = larger_is_nearer

    @property
    def array(self) -> NDArray[np.float32]:
        """float32 of shape (H, W), read-only."""
        return self._array

    @property
    def width(self) -> int:
        """Width in pixels."""
        return int(self._array.shape[1])

    @property
    def height(self) -> int:
        """Height in pixels."""
        return int(self._array.shape[0])

    @cached_property
    def digest(self) -> str:
        """BLAKE3 of shape, unit, direction and values."""
        header = f"depth {self.width}x{self.height} {self.unit} {self.larger_is_nearer}\n"
        return blake3(header.encode()).update(self._array.view(np.uint8).data).hexdigest()

    @property
    def summary(self) -> str:
        """One line for people and planners."""
        low, high = float(self._array.min()), float(self._array.max())
        order = "larger is nearer" if self.larger_is_nearer else "larger is farther"
        return f"depth map {self.width}x{self.height}, {low:.3g} to {high:.3g} {self.unit}, {order}"

    def to_grey(self) -> NDArray[np.uint8]:
        """A picture of it for people: uint8 of shape (H, W), nearer is lighter."""
        low, high = float(self._array.min()), float(self._array.max())
        share = (self._array - low) / max(high - low, 1e-9)
        return np.rint((share if self.larger_is_nearer else 1 - share) * 255).astype(np.uint8)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, DepthMap) and self.digest == other.digest

    def __hash__(self) -> int:
        return hash(self.digest)
