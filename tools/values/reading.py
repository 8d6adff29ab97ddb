"""Reading pictures from untrusted files: sizes are bounded before anything is decoded."""

from __future__ import annotations

import contextlib
import io
import struct
import threading
import warnings
import zlib
from collections.abc import Callable, Generator, Mapping, MutableMapping
from pathlib import Path
from types import MappingProxyType

import numpy as np
import PIL.ExifTags
import PIL.Image
from blake3 import blake3
from numpy.typing import NDArray

from ..errors import InputError, one_line
from ..files import read_file
from .image import Image, Pixels

# MPO (several JPEGs in one file) opens as JPEG; Pillow registers no opener of that name.
FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF", "PPM")
MAX_BYTES = 256 * 2**20
MAX_PIXELS = 120_000_000

_BAND = 2**20
"""Pixels that are converted at a time."""

_QUIET = threading.Lock()

_PARSE_ERRORS = (
    *(OSError, SyntaxError, ValueError, LookupError, TypeError, AttributeError, ArithmeticError),
    *(RuntimeError, EOFError, MemoryError, struct.error, zlib.error),
)
"""What Pillow's parsers raise for damaged files."""

_SILENT: Mapping[type[Exception], str] = MappingProxyType(
    {MemoryError: "its rows are longer than can be decoded", EOFError: "it ends too soon"}
)
"""What errors mean that Pillow raises without a word."""

_TURNS: Mapping[int, Callable[[Pixels], Pixels]] = MappingProxyType(
    {
        2: lambda pixels: pixels[:, ::-1],
        3: lambda pixels: pixels[::-1, ::-1],
        4: lambda pixels: pixels[::-1],
        5: lambda pixels: pixels.swapaxes(0, 1),
        6: lambda pixels: pixels[::-1].swapaxes(0, 1),
        7: lambda pixels: pixels[::-1, ::-1].swapaxes(0, 1),
        8: lambda pixels: pixels[:, ::-1].swapaxes(0, 1),
    }
)
"""What brings a picture upright, by the orientation that EXIF states."""

KnownFiles = MutableMapping[str, tuple[str, int, int]]
"""From a key of a file's bytes to the digest, width and height of the pixels in it."""


def read_image(path: str | Path, known: KnownFiles | None = None) -> Image:
    """The picture in a file: its first frame, upright, transparent parts on white.

    Args:
        path: a regular file in one of `FORMATS` (the content decides, not the extension).
        known: remembers decoded files, so that the pixels of a file seen before are not decoded
            until something looks at them.

    Raises:
        InputError: not a readable picture, or larger than `MAX_BYTES` or `MAX_PIXELS`.
    """
    data = read_file(Path(path), "picture", MAX_BYTES)
    return decode_image(data, one_line(Path(path).name), known)


def decode_image(data: bytes, name: str, known: KnownFiles | None = None) -> Image:
    """The picture in the bytes of a file; see `read_image`."""
    # Another version of Pillow may decode a file to other pixels.
    key = "" if known is None else f"{blake3(data).hexdigest()}-{PIL.__version__}"
    entry = None if known is None else known.get(key)
    if known is not None and entry is not None:
        digest, width, height = entry

        def load() -> Pixels:
            seen = _decoded(data, name)
            found = seen.digest, seen.width, seen.height
            if found != entry:
                # To go on would keep this picture's results under the other's digest.
                with contextlib.suppress(ReferenceError):  # the cache is gone
                    known[key] = found
                raise InputError(
                    f"another picture was remembered for {name}; this is put right now",
                    hint="run it again",
                )
            return seen.pixels

        return Image((width, height), name, load, digest)
    image = _decoded(data, name)
    if known is not None:
        known[key] = (image.digest, image.width, image.height)
    return image


def _decoded(data: bytes, name: str) -> Image:
    pixels = _decode(data, name)
    return Image((pixels.shape[1], pixels.shape[0]), name, lambda: pixels)


def image_from_pil(picture: PIL.Image.Image, origin: str = "memory") -> Image:
    """The first frame of a PIL image, upright, transparent parts on white.

    Raises:
        InputError: it can't be decoded, has no pixels, or more than `MAX_PIXELS`.
    """
    with _refusing(origin):
        return Image.from_array(_upright_pixels(picture, origin), origin)


def _decode(data: bytes, name: str) -> Pixels:
    """Pixels of the first frame, uint8 of shape (H, W, 3), upright."""
    with _refusing(name), PIL.Image.open(io.BytesIO(data), formats=FORMATS) as picture:
        return _upright_pixels(picture, name)


@contextlib.contextmanager
def _refusing(name: str) -> Generator[None]:
    """Turns whatever Pillow's parsers raise for a file that is not as it should be to one error."""
    try:
        # Filters of warnings belong to the process; two threads must not restore them crosswise.
        with _QUIET, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except PIL.UnidentifiedImageError:
        raise InputError(
            f"{name} is not a picture that viscript reads", hint=f"it reads {', '.join(FORMATS)}"
        ) from None
    except PIL.Image.DecompressionBombError:
        raise InputError(f"{name} has too many pixels", hint=_pixel_hint()) from None
    except _PARSE_ERRORS as error:
        reason = str(error) or _SILENT.get(type(error), type(error).__name__)
        raise InputError(f"{name} is damaged or cut short: {reason}") from None


def _upright_pixels(picture: PIL.Image.Image, name: str) -> Pixels:
    width, height = picture.size
    if width < 1 or height < 1:
        raise InputError(f"{name} has no pixels: its size is {width}x{height}")
    if width * height > MAX_PIXELS:
        raise InputError(f"{name} has {width}x{height} pixels", hint=_pixel_hint())
    picture.load()
    turn = _TURNS.get(_orientation(picture))
    pixels = _pixels(picture)
    return pixels if turn is None else np.ascontiguousarray(turn(pixels))


def _pixel_hint() -> str:
    return f"at most {MAX_PIXELS // 1_000_000} million pixels are read; make it smaller first"


def _orientation(picture: PIL.Image.Image) -> int:
    """How EXIF says that the picture lies, 1 to 8; 1 (as it should be) if it can't be read."""
    try:
        return int(picture.getexif().get(PIL.ExifTags.Base.Orientation, 1))
    except _PARSE_ERRORS:
        return 1


def _pixels(picture: PIL.Image.Image) -> Pixels:
    """The pixels, converted in bands, so that a large picture is not in memory several times."""
    width, height = picture.size
    pixels = np.empty((height, width, 3), np.uint8)
    brightest = _brightest(picture)
    rows = max(_BAND // width, 1)
    for top in range(0, height, rows):
        band = picture.crop((0, top, width, min(top + rows, height)))
        pixels[top : top + rows] = _to_rgb(band, brightest)
    return pixels


def _brightest(picture: PIL.Image.Image) -> float:
    """The value that becomes 255 in a picture of more than 8 bits; 0 for any other."""
    if picture.mode == "F":
        values = np.asarray(picture)
        return max(float(np.max(values, initial=0, where=np.isfinite(values))), 1.0)
    return 65535.0 if picture.mode.startswith("I") else 0.0


def _to_rgb(band: PIL.Image.Image, brightest: float) -> NDArray[np.uint8]:
    """8-bit RGB (H, W, 3), or grey (H, W, 1); transparent parts on white."""
    if brightest:
        grey = np.nan_to_num(np.asarray(band).astype(np.float32)) * (255 / brightest)
        return np.rint(np.clip(grey, 0, 255)).astype(np.uint8)[:, :, None]
    if band.has_transparency_data:
        layer = band.convert("RGBA")
        paper = PIL.Image.new("RGB", layer.size, "white")
        paper.paste(layer.convert("RGB"), mask=layer.getchannel("A"))
        return np.asarray(paper)
    return np.asarray(band.convert("RGB"))
