"""Reading the files that data sets are published as: JSON, JSON a line, pickles of plain values."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from ...tools.errors import InputError
from ...tools.files import read_file
from .plain_pickle import plain_pickle

MAX_BYTES = 2 * 2**30
PICKLES = frozenset({".p", ".pkl", ".pickle"})
T = TypeVar("T")


def only(folder: Path, *patterns: str) -> Path:
    """The one file of the first pattern that has any; `folder` itself when it is a file.

    Raises:
        InputError: there is none, or several.
    """
    if folder.is_file():
        return folder
    found: Sequence[Path] = []
    for pattern in patterns:
        found = sorted(folder.glob(pattern))
        if found:
            break
    if len(found) != 1:
        raise InputError(
            f"{folder} has {len(found)} files {' or '.join(patterns)}",
            hint="one is needed: name one with --data, or keep each split in a folder of its own",
        )
    return found[0]


def parsed(path: Path, kind: TypeAdapter[T], what: str) -> T:
    """The content of a JSON file, or of a pickle (`.p`, `.pkl`) of plain values.

    Args:
        path: the file.
        kind: what it must hold.
        what: what it should be, for the error.

    Raises:
        InputError: it can't be read, or it is something else.
    """
    data, refusal = read_file(path, what, MAX_BYTES), f"{path} is not {what}"
    if path.suffix not in PICKLES:
        return _checked(data, kind, refusal)
    try:
        value = plain_pickle(data)
    except ValueError as error:
        raise InputError(f"{refusal}: {error}") from None
    return _validated(value, kind, refusal)


def parsed_lines(path: Path, kind: TypeAdapter[T], what: str) -> list[T]:
    """The content of a file with an object of JSON a line; empty lines don't count.

    Raises:
        InputError: it can't be read, or a line is something else.
    """
    lines = read_file(path, what, MAX_BYTES).split(b"\n")
    return [
        _checked(line, kind, f"{path}, line {number} is not of {what}")
        for number, line in enumerate(lines, 1)
        if line.strip()
    ]


def _checked(text: bytes, kind: TypeAdapter[T], refusal: str) -> T:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        raise InputError(f"{refusal}: it is no JSON") from None
    return _validated(value, kind, refusal)


def _validated(value: object, kind: TypeAdapter[T], refusal: str) -> T:
    try:
        return kind.validate_python(value)
    except ValidationError as error:
        first = error.errors(include_input=False)[0]
        place = ".".join(map(str, first["loc"]))
        raise InputError(f"{refusal}: {place}: {first['msg']}") from None
