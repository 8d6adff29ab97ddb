"""Data that is shown to a language model, so that it can't pass for anything else.

What a file is called, what was read in a picture and what a model said are other people's words.
They reach a planner as JSON strings between `<data>` and `</data>`: bounded, on one line each, and
without a `<` that could end the block.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import cast

from ...tools.errors import one_line

MAX_TEXT = 400
"""Characters of one text."""
MAX_ITEMS = 40
"""Items of one list."""


def data_block(data: object) -> str:
    """JSON data, bounded and quoted; what JSON lacks is shown by its `repr`."""
    text = json.dumps(_bounded(data), ensure_ascii=False, indent=1)
    return f"<data>\n{text.replace('<', _LESS_THAN)}\n</data>"


_LESS_THAN = "\\u003c"
"""How JSON escapes `<`."""


def _bounded(data: object) -> object:
    match data:
        case None | bool() | int() | float():
            return data
        case Mapping():
            pairs = list(cast("Mapping[object, object]", data).items())[:MAX_ITEMS]
            return {one_line(str(key), MAX_TEXT): _bounded(value) for key, value in pairs}
        case Sequence() if not isinstance(data, str):
            items = cast("Sequence[object]", data)
            shown = [_bounded(one) for one in items[:MAX_ITEMS]]
            left = len(items) - len(shown)
            return [*shown, f"... and {left} more"] if left else shown
        case _:
            return one_line(str(data), MAX_TEXT)
