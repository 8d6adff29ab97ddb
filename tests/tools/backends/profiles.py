"""Profiles that tests write, and pictures as cameras store them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import PIL.Image
from viscript import Image, Toolbox

Value = str | int | float | bool


def toolbox(
    folder: Path,
    tool: str,
    backend: str,
    checkpoint: Path | str,
    options: Mapping[str, Value] | None = None,
    *,
    pickle: bool = False,
) -> Toolbox:
    """The tools of a profile with one tool; nothing is cached."""
    path = folder / "tiny.toml"
    settings = ", ".join(f"{name} = {_toml(value)}" for name, value in (options or {}).items())
    path.write_text(
        f"[tools.{tool}]\nbackend = '{backend}'\ncheckpoint = '{checkpoint}'\n"
        f"pickle = {_toml(pickle)}\noptions = {{ {settings} }}\n",
        "utf-8",
    )
    return Toolbox.load(path, cache=None)


def _toml(value: Value) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f"'{value}'" if isinstance(value, str) else repr(value)


def turned_photo(image: Image, folder: Path) -> tuple[Path, PIL.Image.Image]:
    """A photo as a camera that was held sideways stores it, and the upright picture in it."""
    path = folder / "turned.jpg"
    exif = PIL.Image.Exif()
    exif[0x0112] = 6
    image.to_pil().transpose(PIL.Image.Transpose.ROTATE_90).save(path, exif=exif, quality=95)
    with PIL.Image.open(path) as stored:
        return path, stored.convert("RGB").transpose(PIL.Image.Transpose.ROTATE_270)
