"""Pictures from files: each is read as it is meant, or refused in one line that says why."""

from __future__ import annotations

import io
import os
import random
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import PIL.Image
import pytest
from numpy.typing import NDArray
from viscript.tools.errors import InputError
from viscript.tools.values import Image, image_from_pil, read_image

Array = NDArray[np.uint8]

PIXELS: Array = np.array(
    [
        [[255, 0, 0], [0, 255, 0], [0, 0, 255]],
        [[255, 255, 0], [9, 99, 199], [0, 0, 0]],
    ],
    dtype=np.uint8,
)
"""Three pixels wide, two high; no two pixels are equal."""


def file_of(picture: PIL.Image.Image, kind: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, kind, **options)
    return buffer.getvalue()


def picture_of(pixels: Array = PIXELS) -> PIL.Image.Image:
    return PIL.Image.fromarray(pixels)


def chunk(name: bytes, data: bytes) -> bytes:
    """A part of a PNG file."""
    check = struct.pack(">I", zlib.crc32(name + data))
    return struct.pack(">I", len(data)) + name + data + check


def png_with(header: tuple[int, int, int, int], rows: bytes) -> bytes:
    """A PNG file whose header says (width, height, bits, colour type)."""
    start = struct.pack(">IIBBBBB", *header, 0, 0, 0)
    body = chunk(b"IHDR", start) + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def read(tmp_path: Path, data: bytes, name: str = "picture.png") -> Image:
    path = tmp_path / name
    path.write_bytes(data)
    return read_image(path)


@pytest.mark.parametrize("kind", ["PNG", "TIFF", "BMP", "PPM", "WEBP", "GIF"])
def test_a_lossless_format_keeps_every_pixel(tmp_path: Path, kind: str) -> None:
    options = {"lossless": True} if kind == "WEBP" else {}
    image = read(tmp_path, file_of(picture_of(), kind, **options))
    assert np.array_equal(image.pixels, PIXELS)
    assert image.size == (3, 2)


def test_the_content_decides_not_the_extension(tmp_path: Path) -> None:
    assert np.array_equal(read(tmp_path, file_of(picture_of(), "PNG"), "p.jpg").pixels, PIXELS)
    assert np.array_equal(read(tmp_path, file_of(picture_of(), "BMP"), "p").pixels, PIXELS)


def test_equal_pixels_from_different_sources_have_equal_digests(tmp_path: Path) -> None:
    sources = [
        Image.from_array(PIXELS),
        image_from_pil(picture_of()),
        *(read(tmp_path, file_of(picture_of(), kind), kind) for kind in ("PNG", "TIFF", "BMP")),
    ]
    assert len({image.digest for image in sources}) == 1
    assert len(set(sources)) == 1


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "TIFF"])
@pytest.mark.parametrize(
    ("orientation", "stored"),
    [
        (1, PIXELS),
        (2, PIXELS[:, ::-1]),
        (3, PIXELS[::-1, ::-1]),
        (4, PIXELS[::-1]),
        (5, np.swapaxes(PIXELS, 0, 1)),
        (6, np.rot90(PIXELS, 1)),
        (7, np.swapaxes(PIXELS[::-1, ::-1], 0, 1)),
        (8, np.rot90(PIXELS, -1)),
    ],
)
def test_every_exif_orientation_comes_upright(
    tmp_path: Path, kind: str, orientation: int, stored: Array
) -> None:
    exif = PIL.Image.Exif()
    exif[0x0112] = orientation
    options = {"lossless": True} if kind == "WEBP" else {}
    data = file_of(picture_of(np.ascontiguousarray(stored)), kind, exif=exif, **options)
    assert np.array_equal(read(tmp_path, data).pixels, PIXELS)


def test_a_jpeg_from_a_turned_camera_comes_upright(tmp_path: Path) -> None:
    tall = np.zeros((64, 32, 3), np.uint8)
    tall[:32] = (250, 10, 10)
    exif = PIL.Image.Exif()
    exif[0x0112] = 6
    image = read(tmp_path, file_of(picture_of(np.rot90(tall).copy()), "JPEG", exif=exif))
    assert image.size == (32, 64)
    assert image.pixels[8, 16, 0] > 200
    assert image.pixels[56, 16, 0] < 50


def test_exif_that_is_not_exif_does_not_spoil_the_picture(tmp_path: Path) -> None:
    data = file_of(picture_of(), "PNG", exif=b"Exif\0\0MM\0*" + b"\xff" * 40)
    assert np.array_equal(read(tmp_path, data).pixels, PIXELS)


def test_transparent_parts_lie_on_white(tmp_path: Path) -> None:
    rgba = np.dstack([PIXELS, np.array([[255, 0, 128], [255, 255, 255]], np.uint8)])
    image = read(tmp_path, file_of(PIL.Image.fromarray(rgba), "PNG"))
    assert image.pixels[0].tolist() == [[255, 0, 0], [255, 255, 255], [127, 127, 255]]
    assert np.array_equal(image.pixels[1], PIXELS[1])


def test_an_array_and_a_file_blend_transparency_alike(tmp_path: Path) -> None:
    levels = np.arange(256, dtype=np.uint8)
    colour, alpha = np.meshgrid(levels, levels)
    rgba = np.dstack([colour, colour, colour, alpha])
    assert read(tmp_path, file_of(PIL.Image.fromarray(rgba), "PNG")) == Image.from_array(rgba)


def test_grey_with_alpha_lies_on_white(tmp_path: Path) -> None:
    la = PIL.Image.fromarray(np.array([[[0, 255], [0, 0]]], np.uint8), "LA")
    assert read(tmp_path, file_of(la, "PNG")).pixels.tolist() == [[[0] * 3, [255] * 3]]


def test_one_bit_is_black_and_white(tmp_path: Path) -> None:
    bits = PIL.Image.new("1", (2, 1))
    bits.putpixel((1, 0), 1)
    assert read(tmp_path, file_of(bits, "PNG")).pixels.tolist() == [[[0] * 3, [255] * 3]]


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_sixteen_bit_grey_is_scaled_by_its_full_range(tmp_path: Path, kind: str) -> None:
    wide = PIL.Image.fromarray(np.array([[0, 32896, 65535]], np.uint16))
    assert read(tmp_path, file_of(wide, kind)).pixels[0, :, 0].tolist() == [0, 128, 255]


def test_sixteen_bit_colour_keeps_its_colours(tmp_path: Path) -> None:
    rows = b"\0" + struct.pack(">6H", 65535, 0, 32896, 257, 514, 771)
    pixels = read(tmp_path, png_with((2, 1, 16, 2), rows)).pixels
    assert pixels.tolist() == [[[255, 0, 128], [1, 2, 3]]]


def test_floats_are_scaled_by_their_largest(tmp_path: Path) -> None:
    floats = PIL.Image.fromarray(np.array([[0.0, 500.0, 1000.0, np.nan]], np.float32))
    assert read(tmp_path, file_of(floats, "TIFF")).pixels[0, :, 1].tolist() == [0, 128, 255, 0]


def test_a_cmyk_jpeg_becomes_rgb(tmp_path: Path) -> None:
    data = file_of(PIL.Image.new("CMYK", (16, 16), (0, 255, 255, 0)), "JPEG", quality=95)
    red, green, blue = read(tmp_path, data).pixels[8, 8].tolist()
    assert red > 245
    assert max(green, blue) < 10


def test_lab_colours_become_rgb(tmp_path: Path) -> None:
    data = file_of(PIL.Image.new("LAB", (4, 4), (255, 128, 128)), "TIFF")
    assert read(tmp_path, data).pixels.min() > 250


def test_a_palette_gives_its_colours(tmp_path: Path) -> None:
    data = file_of(picture_of().convert("P", palette=PIL.Image.Palette.ADAPTIVE), "PNG")
    assert np.array_equal(read(tmp_path, data).pixels, PIXELS)


def test_a_transparent_palette_colour_is_white(tmp_path: Path) -> None:
    palette = PIL.Image.new("P", (2, 1))
    palette.putpalette([10, 20, 30, 200, 100, 50])
    palette.putpixel((1, 0), 1)
    expected = [[[255, 255, 255], [200, 100, 50]]]
    for kind in ("PNG", "GIF"):
        assert read(tmp_path, file_of(palette, kind, transparency=0)).pixels.tolist() == expected


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG", "TIFF"])
def test_of_an_animation_the_first_frame_counts(tmp_path: Path, kind: str) -> None:
    later = [PIL.Image.new("RGB", (3, 2), color) for color in ("red", "blue")]
    options = {"lossless": True} if kind == "WEBP" else {}
    data = file_of(picture_of(), kind, save_all=True, append_images=later, **options)
    with PIL.Image.open(io.BytesIO(data)) as check:
        assert getattr(check, "n_frames", 1) == 3
    assert np.array_equal(read(tmp_path, data).pixels, PIXELS)


def test_known_files_spare_the_decoding(tmp_path: Path) -> None:
    path = tmp_path / "p.png"
    path.write_bytes(file_of(picture_of(), "PNG"))
    known: dict[str, tuple[str, int, int]] = {}
    read_image(path, known)
    (key,) = known
    known[key] = ("a" * 64, 7, 5)
    again = read_image(path, known)
    assert (again.digest, again.size) == ("a" * 64, (7, 5))


def test_a_name_that_is_not_unicode_is_no_hindrance(tmp_path: Path) -> None:
    path = os.fsencode(tmp_path) + b"/\xff\n.png"
    with open(path, "wb") as file:  # noqa: PTH123 - pathlib takes no bytes
        file.write(file_of(picture_of(), "PNG"))
    image = read_image(os.fsdecode(path))
    assert np.array_equal(image.pixels, PIXELS)
    assert image.origin == ".png"


def write(data: bytes, name: str = "picture.png") -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        (folder / name).write_bytes(data)
        return folder / name

    return make


def named(name: str) -> Callable[[Path], Path]:
    return lambda folder: folder / name


def at(path: str) -> Callable[[Path], Path]:
    return lambda _: Path(path)


def sparse(folder: Path) -> Path:
    with (folder / "huge.png").open("wb") as file:
        file.truncate(300 * 2**20)
    return folder / "huge.png"


def loop(folder: Path) -> Path:
    (folder / "loop.png").symlink_to(folder / "loop.png")
    return folder / "loop.png"


def pipe(folder: Path) -> Path:
    os.mkfifo(folder / "pipe.png")
    return folder / "pipe.png"


SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'
PNG = file_of(picture_of(np.random.default_rng(0).integers(0, 255, (64, 64, 3), np.uint8)), "PNG")
JPEG = file_of(picture_of(np.full((64, 64, 3), 90, np.uint8)), "JPEG")


@pytest.mark.parametrize(
    ("make", "said"),
    [
        pytest.param(named("no.png"), "there is no file", id="missing"),
        pytest.param(at(""), "is a folder", id="no name"),
        pytest.param(named(""), "is a folder", id="folder"),
        pytest.param(named("n" * 300), "can't be read", id="long name"),
        pytest.param(named("a\0b.png"), "null byte", id="null byte"),
        pytest.param(named("\ud800.png"), "can't be read", id="surrogate name"),
        pytest.param(at("/dev/zero"), "not a regular file", id="endless device"),
        pytest.param(at("/dev/null"), "not a regular file", id="empty device"),
        pytest.param(pipe, "not a regular file", id="pipe"),
        pytest.param(loop, "can't be read", id="loop of links"),
        pytest.param(sparse, "may have 256 MB", id="too many bytes"),
        pytest.param(write(b""), "is empty", id="empty"),
        pytest.param(write(b"hello, world\n" * 9), "not a picture", id="text"),
        pytest.param(write(SVG, "drawing.svg"), "not a picture", id="svg"),
        pytest.param(write(b"%PDF-1.7\n" + b"x" * 99), "not a picture", id="pdf"),
        pytest.param(write(PNG[:8]), "not a picture", id="only a signature"),
        pytest.param(
            write(png_with((100_000_000, 1, 8, 2), bytes(9))), "cut short: its rows", id="thin"
        ),
        pytest.param(write(PNG[: len(PNG) // 2]), "damaged or cut short", id="half a png"),
        pytest.param(write(JPEG[: len(JPEG) // 2]), "damaged or cut short", id="half a jpeg"),
        pytest.param(write(png_with((0, 5, 8, 2), b"")), "picture.png", id="no width"),
        pytest.param(
            write(b"P6 0 0 255\n", "picture.ppm"), "picture.ppm", id="zero pixels in a ppm"
        ),
        pytest.param(
            write(png_with((50_000, 50_000, 8, 2), b"\0")), "too many pixels", id="huge header"
        ),
        pytest.param(
            write(png_with((12_000, 11_000, 1, 0), bytes(1501 * 11_000))),
            "has 12000x11000 pixels",
            id="decompression bomb",
        ),
    ],
)
def test_a_file_that_is_no_usable_picture_is_refused_in_one_line(
    tmp_path: Path, make: Callable[[Path], Path], said: str
) -> None:
    path = make(tmp_path)
    with pytest.raises(InputError) as refused:
        read_image(path)
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)
    assert not hasattr(refused.value, "__notes__")


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_an_unreadable_file_is_refused(tmp_path: Path) -> None:
    path = write(PNG)(tmp_path)
    path.chmod(0)
    with pytest.raises(InputError, match="permission denied"):
        read_image(path)


BOMBS = {
    "header": png_with((50_000, 50_000, 8, 2), b"\0" * 1000),
    "pixels": png_with((12_000, 11_000, 1, 0), bytes(1501 * 11_000)),
    "text": PNG[:33] + chunk(b"zTXt", b"k\0\0" + zlib.compress(bytes(2**27), 9)) + PNG[33:],
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_small_file_cannot_take_much_memory(tmp_path: Path, name: str) -> None:
    path = tmp_path / "bomb.png"
    path.write_bytes(BOMBS[name])
    script = (
        "import resource, sys\n"
        "from viscript.tools.errors import InputError\n"
        "from viscript.tools.values import read_image\n"
        "peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "before = peak()\n"
        "try: read_image(sys.argv[1])\n"
        "except InputError: print(peak() - before)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(path)],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert int(done.stdout) < 60_000, "kilobytes"


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF", "PPM"])
def test_damage_anywhere_is_an_input_error_or_a_picture(kind: str, tmp_path: Path) -> None:
    exif = PIL.Image.Exif()
    exif[0x0112] = 6
    pixels = np.random.default_rng(1).integers(0, 255, (24, 24, 3), np.uint8)
    options = {"exif": exif} if kind in ("PNG", "JPEG", "WEBP", "TIFF") else {}
    good = file_of(picture_of(pixels), kind, **options)
    dice = random.Random(kind)
    for _ in range(150):
        data = bytearray(good)
        for _ in range(dice.randint(1, 6)):
            data[min(int(dice.expovariate(1 / 60)), len(data) - 1)] = dice.randrange(256)
        if dice.random() < 0.3:
            del data[dice.randrange(len(data)) :]
        try:
            image = read(tmp_path, bytes(data))
        except InputError:
            continue
        assert image.pixels.shape == (image.height, image.width, 3)
