"""Saving the pictures that commands make, never over a file that is there."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ...tools.errors import InputError

if TYPE_CHECKING:
    from ...tools.values import Image


def check_output(output: Path | None, force: bool) -> None:
    """Whether a picture may be written to `output`, before the work that makes it.

    Raises:
        InputError: the file exists and `force` is off, its folder doesn't exist, or its extension
            is that of no picture.
    """
    if output is None:
        return
    from ...tools.values.image import format_of

    format_of(output)
    if not output.parent.is_dir():
        raise InputError(f"there is no folder {output.parent}")
    if output.exists() and not force:
        raise InputError(f"{output} exists", hint="name another file, or add --force")


def save_picture(image: Image, output: Path | None, force: bool, default: str) -> Path:
    """Writes a picture to `output`, or to a new file in the current folder.

    Args:
        image: the picture.
        output: the file that the user named; the extension chooses the format.
        force: replace it when it exists.
        default: the name of the new file, without extension, where the user named none.

    Raises:
        InputError: the file exists and `force` is off, or it can't be written.
    """
    if output is None:
        return image.save(_claim_new(default))
    check_output(output, force)
    return image.save(output)


def _claim_new(stem: str) -> Path:
    """An empty new file `stem.png`, or `stem-2.png`, `stem-3.png` ... where that is taken."""
    number = 1
    while True:
        path = Path(f"{stem}.png" if number == 1 else f"{stem}-{number}.png")
        try:
            path.open("xb").close()
        except FileExistsError:
            number += 1
        except OSError as error:
            raise InputError(
                f"can't write {path.absolute()}: {error.strerror}", hint="name a file with --output"
            ) from None
        else:
            return path
