"""`names.json`: what a program was given beside its pictures, and what its names were at the end.

A later program of the same conversation goes on with these values, and a replay needs what was
given. Only values that something can be done with are kept: pictures, regions, texts and numbers.
The answer is in `run.json`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

from ...tools.errors import InputError
from ...tools.files import read_file
from ...tools.values import Image, Region, from_json, to_json
from ...tools.values.codec import Blobs
from ..program.tree import ANSWER
from .bindings import types_for
from .run import Run

FILE = "names.json"
MAX_NAMES = 40
"""Names that are kept of a run; the first ones count."""
MAX_REGIONS = 200
"""Regions of one list."""
MAX_TEXT = 4000
"""Characters of one text."""
MAX_BYTES = 64 * 2**20

_NOT_OWN = frozenset({*types_for(None), ANSWER})


def names_to_json(run: Run, blobs: Blobs) -> dict[str, Any]:
    """The content of the file; the pictures in it are kept in `blobs`.

    What was given is kept whole: without it, the program is no longer what it was.
    """
    own = {
        name: value
        for name, value in run.names.items()
        if name not in run.given and name not in _NOT_OWN and is_worth_keeping(value)
    }
    kept = list(own.items())[:MAX_NAMES]
    return {
        "given": {name: to_json(value, blobs) for name, value in run.given.items()},
        "names": {name: to_json(value, blobs) for name, value in kept},
    }


def is_worth_keeping(value: object) -> bool:
    """Whether a later program could do something with a value, and it is not too large."""
    match value:
        case Image() | Region() | bool() | float():
            return True
        case int():
            return abs(value) < 2**63
        case str():
            return len(value) <= MAX_TEXT and not any("\ud800" <= c <= "\udfff" for c in value)
        case list() | tuple():
            items = cast("Sequence[object]", value)
            return len(items) <= MAX_REGIONS and all(isinstance(one, Region) for one in items)
        case _:
            return False


def read_names(
    folder: Path, blobs: Blobs, held: Sequence[Image]
) -> tuple[Mapping[str, object], Mapping[str, object]]:
    """What a recorded run was given, and its names; nothing where its folder has no such file.

    Raises:
        InputError: the file is damaged.
        KeyError: a picture in it is gone.
    """
    path = folder / FILE
    if not path.exists():
        return {}, {}
    try:
        data: object = json.loads(read_file(path, "file of names", MAX_BYTES))
    except (ValueError, RecursionError):
        raise InputError(f"{path} is not of a run: it holds no JSON") from None
    match data:
        case {"given": dict(), "names": dict()}:
            parts = cast("dict[str, dict[str, Any]]", data)
        case _:
            raise InputError(f"{path} is not of a run: it holds no names")
    given, names = (
        {name: from_json(value, blobs, held) for name, value in parts[part].items()}
        for part in ("given", "names")
    )
    return given, names
