"""Where programs come from: a file, standard input, or the command itself."""

from __future__ import annotations

import sys
from pathlib import Path

from ...tools.errors import InputError
from ...tools.files import in_units, read_file

MAX_BYTES = 64 * 2**10
STANDARD_INPUT = "-"


def program_text(name: str | None, inline: str | None) -> str:
    """The text of the program that a command names or contains.

    Raises:
        InputError: neither or both are given, or it can't be read.
    """
    if (name is None) == (inline is None):
        raise InputError("give one program: a file, - for standard input, or -e and its text")
    return read_program(name) if name is not None else str(inline)


def read_program(name: str) -> str:
    """The text of a program.

    Args:
        name: a file, or `-` for standard input.

    Raises:
        InputError: it is missing, no regular file, empty, larger than `MAX_BYTES`, or no text.
    """
    if name == STANDARD_INPUT:
        data, what = sys.stdin.buffer.read(MAX_BYTES + 1), "the program on standard input"
        if len(data) > MAX_BYTES:
            raise InputError(f"{what} has more than {in_units(MAX_BYTES)}")
    else:
        data, what = read_file(Path(name), "program", MAX_BYTES), name
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(
            f"{what} is not a program: byte {error.start + 1} is not UTF-8 text",
            hint="a picture comes after the program",
        ) from None
    if "\0" in text:
        raise InputError(f"{what} is not a program: it contains null bytes")
    return text
