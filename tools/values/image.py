"""`Image`: a handle to pixels that are decoded when something looks at them."""

from __future__ import annotations

import io
import threading
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

import numpy as np
import PIL.Image
from blake3 import blake3
from numpy.typing import NDArray

from ..errors import InputError

Pixels = NDArray[np.uint8]
"""uint8 of shape (H, W, 3), RGB."""


class Image:
    """A picture: RGB, uint8, upright (EXIF orientation applied), never changed once made.

    Two images with the same pixels have the same digest, whatever file or tool they came from.

    Args:
        size: (width, height) in pixels.
        origin: where it came from, for people: a file name, or the tool that made it.
        load: returns the pixels, shape (height, width, 3); called at most once, when first needed.
        digest: the digest of the pixels when it is already known.
    """

    program_attributes: ClassVar[tuple[str, ...]] = ("width", "height")

    def __init__(
        self, size: tuple[int, int], origin: str, load: Callable[[], Pixels], digest: str = ""
    ) -> None:
        self._size = size
        self._origin = origin
        self._load: Callable[[], Pixels] | None = load
        self._digest = digest
        self._pixels: Pixels | None = None
        self._lock = threading.Lock()

    @classmethod
    def from_array(cls, array: NDArray[np.generic], origin: str = "memory") -> Image:
        """An image from an array of shape (H, W, 3) RGB, (H, W, 4) RGBA or (H, W) grey.

        Integers and booleans must be uint8 or bool; floats must lie in [0, 1].

        Raises:
            InputError: another shape, type or range, or no pixels at all.
        """
        if array.ndim == 3 and array.shape[2] == 1:
            array = array[:, :, 0]
        if array.ndim not in (2, 3) or (array.ndim == 3 and array.shape[2] not in (3, 4)):
            raise InputError(
                f"an image array has the shape (H, W), (H, W, 3) or (H, W, 4), not {array.shape}"
            )
        if 0 in array.shape:
            raise InputError(f"the image array has no pixels: its shape is {array.shape}")
        if np.issubdtype(array.dtype, np.floating):
            if not bool(np.isfinite(array).all()) or array.min() < 0 or array.max() > 1:
                raise InputError(
                    "an image array of floats must lie in [0, 1]", hint="or pass uint8 in 0..255"
                )
            array = np.rint(array.astype(np.float64) * 255)
        elif array.dtype == np.bool_:
            array = array.astype(np.uint8) * 255
        elif array.dtype != np.uint8:
            raise InputError(f"an image array is uint8, bool or float, not {array.dtype}")
        data = array.astype(np.uint8)
        if data.ndim == 2:
            data = np.repeat(data[:, :, None], 3, axis=2)
        if data.shape[2] == 4:
            alpha = data[:, :, 3:].astype(np.float32) / 255
            data = np.rint(data[:, :, :3] * alpha + 255 * (1 - alpha)).astype(np.uint8)
        pixels = np.array(data, dtype=np.uint8, order="C", copy=True)
        return cls((pixels.shape[1], pixels.shape[0]), origin, lambda: pixels)

    @property
    def width(self) -> int:
        """Width in pixels."""
        return self._size[0]

    @property
    def height(self) -> int:
        """Height in pixels."""
        return self._size[1]

    @property
    def size(self) -> tuple[int, int]:
        """(width, height) in pixels."""
        return self._size

    @property
    def origin(self) -> str:
        """Where it came from, for people."""
        return self._origin

    @property
    def pixels(self) -> Pixels:
        """The pixels, uint8 of shape (H, W, 3), RGB, read-only."""
        with self._lock:
            if self._pixels is None:
                assert self._load is not None
                pixels = np.ascontiguousarray(self._load(), dtype=np.uint8)
                if pixels.shape != (self.height, self.width, 3):
                    raise InputError(f"{self._origin} decoded to {pixels.shape}, not {self._size}")
                pixels.flags.writeable = False
                self._pixels = pixels
                self._load = None
            return self._pixels

    @property
    def digest(self) -> str:
        """BLAKE3 of size and pixels, 64 hexadecimal digits; computed once."""
        if not self._digest:
            pixels = self.pixels
            header = f"image {self.width}x{self.height}\n".encode()
            self._digest = blake3(header).update(pixels.data).hexdigest()
        return self._digest

    @property
    def summary(self) -> str:
        """One line for people and planners."""
        return f"image {self.width}x{self.height} ({self._origin})"

    def to_pil(self) -> PIL.Image.Image:
        """A PIL image (mode RGB) with a copy of the pixels."""
        return PIL.Image.fromarray(self.pixels.copy())

    def to_png(self) -> bytes:
        """The picture as a PNG file, lightly compressed: run lengths suit photos and flat areas."""
        buffer = io.BytesIO()
        PIL.Image.fromarray(self.pixels).save(
            buffer, "PNG", compress_level=1, compress_type=zlib.Z_RLE
        )
        return buffer.getvalue()

    def save(self, path: str | Path) -> Path:
        """Writes the picture; the extension chooses the format (png, jpg, webp).

        Raises:
            InputError: another extension, or the file can't be written.
        """
        target = Path(path)
        kind = format_of(target)
        try:
            self._write(target, kind)
        except OSError as error:
            raise InputError(f"can't write {target}: {error.strerror or error}") from error
        return target

    def to_file(self, kind: str) -> bytes:
        """The bytes of a file that `save` would write, in a format that `format_of` names."""
        buffer = io.BytesIO()
        self._write(buffer, kind)
        return buffer.getvalue()

    def _write(self, target: Path | io.BytesIO, kind: str) -> None:
        options = {"quality": 92} if kind != "PNG" else {"compress_level": 6}
        PIL.Image.fromarray(self.pixels).save(target, kind, **options)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Image) and (self is other or self.digest == other.digest)

    def __hash__(self) -> int:
        return hash(self.digest)

    def __repr__(self) -> str:
        return f"Image({self.width}x{self.height}, {self._origin!r})"


ImageLike = Image | str | Path | PIL.Image.Image | NDArray[np.generic]
"""What plain Python may pass where a tool takes an image: an `Image`, a path, a PIL image, or an
array as `Image.from_array` takes it. In a program it is an image."""


def format_of(path: Path) -> str:
    """The format of a picture file to be written, by its extension: "PNG", "JPEG" or "WEBP".

    Raises:
        InputError: another extension.
    """
    formats = {".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG", ".webp": "WEBP"}
    kind = formats.get(path.suffix.lower())
    if kind is None:
        raise InputError(
            f"can't write a picture as {path.suffix or path.name!r}",
            hint=f"use one of {', '.join(formats)}",
        )
    return kind
