"""Whether two systems differ on the same questions (McNemar, 1947)."""

from __future__ import annotations

import math


def mcnemar(only_first: int, only_second: int) -> float:
    """The exact two-sided p-value that two systems are equally often right.

    Args:
        only_first: questions that only the first system got right.
        only_second: questions that only the second one did.

    Returns:
        The probability of a split at least as uneven, if each were as likely (a fair coin); 1
        when the systems never differ.
    """
    differ, fewer = only_first + only_second, min(only_first, only_second)
    # Integers of any size: 2 ** -differ alone would underflow.
    tail = sum(math.comb(differ, count) for count in range(fewer + 1))
    return min(1.0, 2 * tail / 2**differ)
