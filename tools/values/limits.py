"""What text, numbers and lists may be, so that each can be written down and read again."""

from __future__ import annotations

import math

from ..errors import InputError

MAX_DEPTH = 32
"""How deep lists may be nested."""

MAX_DIGITS = 4000
"""How many decimal digits a whole number may have; Python refuses to read more than 4300."""

_MAX_BITS = MAX_DIGITS * math.log2(10)


def deeper(depth: int) -> int:
    """How much deeper lists may be nested inside a list that may itself be `depth` deep."""
    if depth == 0:
        raise InputError(f"lists can't be nested deeper than {MAX_DEPTH}")
    return depth - 1


def checked_text(text: str) -> str:
    """`text`, if it can be written down: a lone surrogate has no UTF-8."""
    try:
        text.encode()
    except UnicodeEncodeError:
        raise InputError(f"text with a part that is not Unicode: {text[:80]!a}") from None
    return text


def checked_whole(number: int) -> int:
    """`number`, if Python reads it back from its digits."""
    if number.bit_length() > _MAX_BITS:
        raise InputError(f"a whole number can't have more than {MAX_DIGITS} digits")
    return int(number)
