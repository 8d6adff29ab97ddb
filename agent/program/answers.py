"""Values as VisProg's EVAL and its modules understand them: the four forms of `Coerce`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import cast

from ...tools.types import FLOAT, INT, STR, ListOf, Type, accepts, union_of
from .budget import Meter
from .diagnostics import FaultError
from .operators import NUMBERS, members_of, unchecked, union_or_none
from .tree import Form

_NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,15})?", re.ASCII)
_TRUTHS = {"yes": True, "no": False, "true": True, "false": False}


def coerced_type(form: Form, kind: Type) -> Type | None:
    """What a value of some type becomes, or None when it can't."""
    return union_or_none(_member_type(form, one) for one in members_of(kind))


def _member_type(form: Form, kind: Type) -> Type | None:
    texts = accepts(ListOf(STR), kind)
    match form:
        case "answer":
            return union_of((STR, FLOAT)) if kind == STR else kind
        case "number":
            return (INT if accepts(INT, kind) else FLOAT) if kind in (*NUMBERS, STR) else None
        case "text":
            return STR if kind == STR or texts else None
        case "texts":
            return ListOf(STR) if kind == STR or texts else None


def coerced(form: Form, value: object, meter: Meter) -> object:
    """A value in one of the forms."""
    match form:
        case "answer":
            return answer_of(value)
        case "number":
            number = answer_of(value)
            if isinstance(number, (int, float)):
                return number
            raise FaultError(
                "not-a-number",
                f"the answer {str(value)[:60]!r} is not a number",
                "compare it with a word, or ask for a number: How many ...?",
            )
        case "text":
            if isinstance(value, str):
                return value
            texts = _texts(value)
            meter.characters(sum(map(len, texts)) + len(texts))
            return ",".join(texts)
        case "texts":
            if not isinstance(value, str):
                return _texts(value)
            meter.characters(len(value))
            return meter.new_list(list(split_at_commas(value)))


def answer_of(value: object) -> object:
    """Yes and no as truth values, digits as a number, anything else as it is."""
    if not isinstance(value, str):
        return value
    text = value.strip()
    if _NUMBER.fullmatch(text):
        return float(text) if "." in text else int(text)
    return _TRUTHS.get(text.lower(), value) if len(text) <= 5 else value


def split_at_commas(text: str) -> list[str]:
    """The parts between commas, without spaces around them; empty ones are dropped."""
    return [part for one in text.split(",") if (part := one.strip())]


def _texts(value: object) -> list[str]:
    items = cast("Sequence[object]", value) if isinstance(value, (list, tuple)) else (value,)
    texts = [one for one in items if isinstance(one, str)]
    if len(texts) != len(items):
        raise unchecked("texts that are no texts")
    return texts
