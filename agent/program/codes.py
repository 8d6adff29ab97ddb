"""The one table of all diagnostic codes.

The language reference is made from it, and tests keep it complete.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from .check_codes import CHECK_CODES
from .run_codes import RUN_CODES

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Code:
    """What a diagnostic code means.

    Args:
        code: the code, which stays the same.
        severity: an "error" keeps a program from running, or ends it; a "warning" doesn't.
        title: the code in a few words.
        explanation: what is wrong.
        remedy: what to do.
        example: a program that has it; empty when such a program would be too long to show.
        at_run: it can be found only while the program runs.
    """

    code: str
    severity: Severity
    title: str
    explanation: str
    remedy: str
    example: str
    at_run: bool = False


CODES: Mapping[str, Code] = MappingProxyType(
    {
        one.code: one
        for one in (
            *(Code(*row) for row in CHECK_CODES),
            *(Code(code, "error", *words, at_run=True) for code, *words in RUN_CODES),
        )
    }
)
"""All codes, in the order of the reference."""
