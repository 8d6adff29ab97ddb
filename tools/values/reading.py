"""Reading pictures from untrusted files: sizes are bounded before anything is decoded."""

from __future__ import annotations

import io
import warnings
from collections.abc import MutableMapping
from pathlib import Path

import numpy as np
import PIL.Image
import PIL.ImageOps
from blake3 import blake3

from ..errors import InputError
from ..files import read_file
from .image import Image, Pixels

# MPO (several JPEGs in one file) opens as JPEG; Pillow registers no opener of that name.
FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF", "PPM")
MAX_BYTES = 256 * 2**20
MAX_PIXELS = 120_000_000

KnownFiles = MutableMapping[str, tuple[str, int, int]]
"""From the digest of a file's bytes to the digest, width and height of the pixels in it."""


def read_image(path: str | Path, known: KnownFiles | None = None) -> Image:
    """The picture in a file: its first frame, upright, transparent parts on white.

    Args:
        path: a regular file in one of `FORMATS` (the content decides, not the extension).
        known: remembers decoded files, so that the pixels of a file seen before are not decoded
            until something looks at them.

    Raises:
        InputError: not a readable picture, or larger than `MAX_BYTES` or `MAX_PIXELS`.
    """
    name = Path(path).name or str(path)
    return decode_image(read_file(Path(path), "picture", MAX_BYTES), name, known)


def decode_image(data: bytes, name: str, known: KnownFiles | None = None) -> Image:
    """The picture in the bytes of a file; see `read_image`."""
    key = "" if known is None else blake3(data).hexdigest()
    if known is not None and key in known:
        digest, width, height = known[key]
        return Image((width, height), name, lambda: _decode(data, name), digest)
    pixels = _decode(data, name)
    image = Image((pixels.shape[1], pixels.shape[0]), name, lambda: pixels)
    if known is not None:
        known[key] = (image.digest, image.width, image.height)
    return image


def image_from_pil(picture: PIL.Image.Image, origin: str = "memory") -> Image:
    """The first frame of a PIL image, upright, transparent parts on white.

    Raises:
        InputError: it has no pixels, or more than `MAX_PIXELS`.
    """
    _check_size(picture.size, origin)
    return Image.from_array(np.asarray(_to_rgb(PIL.ImageOps.exif_transpose(picture))), origin)


def _decode(data: bytes, name: str) -> Pixels:
    """Pixels of the first frame, uint8 of shape (H, W, 3), upright."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with PIL.Image.open(io.BytesIO(data), formats=FORMATS) as picture:
                _check_size(picture.size, name)
                picture.load()
                upright = PIL.ImageOps.exif_transpose(picture)
                return np.ascontiguousarray(_to_rgb(upright), dtype=np.uint8)
    except PIL.UnidentifiedImageError:
        raise InputError(
            f"{name} is not a picture that viscript reads", hint=f"it reads {', '.join(FORMATS)}"
        ) from None
    except PIL.Image.DecompressionBombError:
        raise InputError(f"{name} has too many pixels", hint=_pixel_hint()) from None
    except (OSError, SyntaxError, ValueError, IndexError, EOFError, MemoryError) as error:
        raise InputError(f"{name} is damaged or cut short: {error}") from None


def _check_size(size: tuple[int, int], name: str) -> None:
    width, height = size
    if width < 1 or height < 1:
        raise InputError(f"{name} has no pixels: its size is {width}x{height}")
    if width * height > MAX_PIXELS:
        raise InputError(f"{name} has {width}x{height} pixels", hint=_pixel_hint())


def _pixel_hint() -> str:
    return f"at most {MAX_PIXELS // 1_000_000} million pixels are read; make it smaller first"


def _to_rgb(picture: PIL.Image.Image) -> PIL.Image.Image:
    """8-bit RGB: 16-bit grey scaled by its full range, transparent parts on white."""
    if picture.mode.startswith("I;16") or picture.mode in ("I", "F"):
        wide = np.asarray(picture).astype(np.float64)
        top = 65535.0 if picture.mode != "F" else max(float(wide.max(initial=0)), 1.0)
        grey = np.clip(np.nan_to_num(wide) * (255.0 / top), 0, 255)
        return PIL.Image.fromarray(np.rint(grey).astype(np.uint8)).convert("RGB")
    if picture.has_transparency_data:
        layer = picture.convert("RGBA")
        paper = PIL.Image.new("RGBA", layer.size, "white")
        return PIL.Image.alpha_composite(paper, layer).convert("RGB")
    return picture.convert("RGB")
