"""The functions of the language itself. They compute at once, without a step.

Each is a typed, documented function under the `tool` decorator, as tools are: its contract is what
the checker, the planner's prompt and the reference read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from types import MappingProxyType
from typing import Any

from ...tools.contract import Contract
from . import list_functions, number_functions, text_functions


@cache
def basics() -> Mapping[str, Contract]:
    """The contracts of all functions of the language, by name, in the order of the reference."""
    functions: Mapping[str, Callable[..., Any]] = {
        "len": list_functions.length,
        "sum": number_functions.total,
        "min": number_functions.smallest,
        "max": number_functions.largest,
        "any": list_functions.any_of,
        "all": list_functions.all_of,
        "abs": number_functions.absolute,
        "round": number_functions.rounded,
        "sorted": list_functions.in_order,
        "sorted_by": list_functions.in_order_of,
        "unique": list_functions.once_each,
        "range": list_functions.whole_numbers,
        "int": number_functions.whole,
        "float": number_functions.number,
        "str": text_functions.text_of,
        "join": text_functions.joined,
        "split": text_functions.pieces,
        "lower": text_functions.lowered,
        "upper": text_functions.raised,
        "strip": text_functions.stripped,
        "starts_with": text_functions.begins,
        "ends_with": text_functions.ends,
    }
    return MappingProxyType(
        {name: replace(Contract.of(one), name=name) for name, one in functions.items()}
    )
