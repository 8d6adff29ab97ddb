"""The operators: what each accepts, what it gives, and how it computes within the budget.

The checker asks the `*_type` functions, the interpreter calls the others. Of a union, every member
must be accepted.
"""

from __future__ import annotations

import operator as python
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, cast

from ...tools.types import (
    BOOL,
    FLOAT,
    INT,
    NEVER,
    STR,
    Atom,
    ListOf,
    Type,
    Union,
    accepts,
    attributes_of,
    union_of,
)
from .budget import Meter
from .diagnostics import FaultError

NUMBERS = frozenset({BOOL, INT, FLOAT})
ALWAYS_TRUE = frozenset({"Image", "Region", "DepthMap", "Box", "Keypoint"})


def members_of(kind: Type) -> frozenset[Type]:
    """The types that a union is made of; any other type is its own only member."""
    return kind.members if isinstance(kind, Union) else frozenset({kind})


def union_or_none(kinds: Iterable[Type | None]) -> Type | None:
    """The union of some types; None as soon as one is None."""
    found = set(kinds)
    return None if None in found else union_of(one for one in found if one is not None)


@dataclass(frozen=True, slots=True)
class Operator:
    """An arithmetic operator: the type it gives for two that are no unions, and its computation."""

    gives: Callable[[Type, Type], Type | None]
    compute: Callable[[Meter, Any, Any], Any]


def arithmetic_type(symbol: str, left: Type, right: Type) -> Type | None:
    """What `left symbol right` gives, or None when it isn't possible."""
    gives = ARITHMETIC[symbol].gives
    return union_or_none(gives(a, b) for a in members_of(left) for b in members_of(right))


def arithmetic(symbol: str, left: Any, right: Any, meter: Meter) -> Any:
    """Computes `left symbol right`."""
    try:
        result = ARITHMETIC[symbol].compute(meter, left, right)
    except ZeroDivisionError:
        raise FaultError(
            "division-by-zero", f"{symbol} by zero", "test for zero first: a / b if b != 0 else 0"
        ) from None
    except OverflowError:
        raise FaultError(
            "number-too-large", f"the result of {symbol} is too large", "use smaller numbers"
        ) from None
    if isinstance(result, complex):
        raise FaultError(
            "not-a-number", "a fractional power of a negative number", "use abs(...) first"
        )
    return result


def _number_type(left: Type, right: Type) -> Type | None:
    if left not in NUMBERS or right not in NUMBERS:
        return None
    return FLOAT if FLOAT in (left, right) else INT


def _fraction_type(left: Type, right: Type) -> Type | None:
    return FLOAT if _number_type(left, right) else None


def _sum_type(left: Type, right: Type) -> Type | None:
    if left == right == STR:
        return STR
    if isinstance(left, ListOf) and isinstance(right, ListOf):
        return ListOf(union_of((left.item, right.item)))
    return _number_type(left, right)


def _plus(meter: Meter, left: Any, right: Any) -> Any:
    if isinstance(left, str) and isinstance(right, str):
        meter.characters(len(left) + len(right))
        return left + right
    if isinstance(left, (list, tuple)) and isinstance(right, (list, tuple)):
        return meter.new_list([*cast("list[Any]", left), *cast("list[Any]", right)])
    return _bounded(lambda a, b: a + b, _longer)(meter, left, right)


def _longer(left: int, right: int) -> int:
    return max(left.bit_length(), right.bit_length()) + 1


def _product_bits(left: int, right: int) -> int:
    return left.bit_length() + right.bit_length()


def _power_bits(left: int, right: int) -> int:
    return left.bit_length() * right if abs(left) > 1 and right > 0 else 0


def _no_bits(left: int, right: int) -> int:
    return 0


def _bounded(
    compute: Callable[[Any, Any], Any], bits: Callable[[int, int], int]
) -> Callable[[Meter, Any, Any], Any]:
    """`compute` on two numbers, after a look at how many bits it may give for whole ones."""

    def run(meter: Meter, left: Any, right: Any) -> Any:
        if not isinstance(left, (int, float)) or not isinstance(right, (int, float)):
            raise unchecked("arithmetic without numbers")
        if isinstance(left, int) and isinstance(right, int):
            meter.bits(bits(left, right))
        return compute(left, right)

    return run


ARITHMETIC: Mapping[str, Operator] = MappingProxyType(
    {
        "+": Operator(_sum_type, _plus),
        "-": Operator(_number_type, _bounded(lambda a, b: a - b, _longer)),
        "*": Operator(_number_type, _bounded(lambda a, b: a * b, _product_bits)),
        "/": Operator(_fraction_type, _bounded(lambda a, b: a / b, _no_bits)),
        "//": Operator(_number_type, _bounded(lambda a, b: a // b, _no_bits)),
        "%": Operator(_number_type, _bounded(lambda a, b: a % b, _no_bits)),
        # A negative exponent gives a fraction, so the result may always be one.
        "**": Operator(_fraction_type, _bounded(lambda a, b: a**b, _power_bits)),
    }
)


def negation_type(operand: Type) -> Type | None:
    """What `-operand` and `+operand` give, or None when it isn't possible."""
    return arithmetic_type("-", INT, operand)


def comparison_type(symbol: str, left: Type, right: Type) -> Type | None:
    """bool, or None when two types can't be compared so, or never with another result."""
    if symbol in ("==", "!="):
        return BOOL if NEVER in (left, right) or overlaps(left, right) else None
    if symbol in ("in", "not in"):
        fits = (_contains_type(item, left) for item in members_of(right))
    else:
        fits = (
            {a, b} <= NUMBERS or a == b == STR for a in members_of(left) for b in members_of(right)
        )
    return BOOL if all(fits) else None


def _contains_type(container: Type, item: Type) -> bool:
    if isinstance(container, ListOf):
        return NEVER in (container.item, item) or overlaps(container.item, item)
    return container == STR and accepts(STR, item)


def overlaps(left: Type, right: Type) -> bool:
    """Whether a value of one type may equal one of the other."""
    return any(_meets(a, b) for a in members_of(left) for b in members_of(right))


def _meets(left: Type, right: Type) -> bool:
    if isinstance(left, ListOf) and isinstance(right, ListOf):
        return NEVER in (left.item, right.item) or overlaps(left.item, right.item)
    return left == right or {left, right} <= NUMBERS


_ORDERINGS: Mapping[str, Callable[[Any, Any], bool]] = MappingProxyType(
    {"<": python.lt, "<=": python.le, ">": python.gt, ">=": python.ge}
)


def comparison(symbol: str, left: Any, right: Any, meter: Meter) -> bool:
    """Computes `left symbol right`."""
    match symbol:
        case "==":
            return same(left, right, meter)
        case "!=":
            return not same(left, right, meter)
        case "in":
            return _contains(right, left, meter)
        case "not in":
            return not _contains(right, left, meter)
        case _:
            numbers = isinstance(left, (int, float)) and isinstance(right, (int, float))
            if not numbers and not (isinstance(left, str) and isinstance(right, str)):
                raise unchecked("an order between values that have none")
            return _ORDERINGS[symbol](left, right)


def _contains(container: Any, item: Any, meter: Meter) -> bool:
    if isinstance(container, (list, tuple)):
        return any(same(one, item, meter) for one in cast("Sequence[Any]", container))
    if isinstance(container, str) and isinstance(item, str):
        return item in container
    raise unchecked("in needs a list or text")


def same(left: Any, right: Any, meter: Meter) -> bool:
    """Whether two values are equal; lists are compared item by item."""
    meter.spend()
    if isinstance(left, (list, tuple)) and isinstance(right, (list, tuple)):
        a, b = cast("Sequence[Any]", left), cast("Sequence[Any]", right)
        return len(a) == len(b) and all(same(x, y, meter) for x, y in zip(a, b, strict=True))
    return bool(left == right)


def truth(value: object) -> bool:
    """Whether a value counts as true: as in Python, empty, zero and None don't."""
    if isinstance(value, (list, tuple)):
        return len(cast("Sequence[object]", value)) > 0
    return bool(value) if isinstance(value, (int, float, str)) else value is not None


def item_type(base: Type) -> Type | None:
    """What an index into a value, or a loop over a list, gives; None when it has no items."""
    return union_or_none(
        one.item if isinstance(one, ListOf) else STR if one == STR else None
        for one in members_of(base)
    )


def index(base: Any, position: Any) -> Any:
    """`base[position]`."""
    if not isinstance(base, (list, tuple, str)) or not isinstance(position, int):
        raise unchecked("an index into a value without items")
    items = cast("Sequence[Any]", base)
    try:
        return items[position]
    except IndexError:
        what = "character" if isinstance(base, str) else "item"
        raise FaultError(
            "index-out-of-range",
            f"there is no {what} {position}: there are {len(items)}"
            if items
            else f"there is no {what} {position}: the {'text' if what == 'character' else 'list'} "
            "is empty",
            "test first: if len(items) > 0, or if exists(regions)",
        ) from None


def cut(base: Any, bounds: slice[Any, Any, Any], meter: Meter) -> Any:
    """`base[start:stop:step]`."""
    if bounds.step == 0:
        raise FaultError("zero-step", "the step of a slice is 0", "use 1, or -1 to go backwards")
    if isinstance(base, str):
        meter.characters(len(range(*bounds.indices(len(base)))))
        return base[bounds]
    if isinstance(base, (list, tuple)):
        return meter.new_list(list(cast("Sequence[Any]", base)[bounds]))
    raise unchecked("a slice of a value without items")


def attribute_type(base: Type, name: str) -> Type | None:
    """What `base.name` gives, or None when a member has no such attribute."""
    return union_or_none(
        attributes_of(one).get(name) if isinstance(one, Atom) else None for one in members_of(base)
    )


def attributes_in(base: Type) -> frozenset[str]:
    """The attributes that some member of a type has."""
    atoms = (one for one in members_of(base) if isinstance(one, Atom))
    return frozenset(name for atom in atoms for name in attributes_of(atom))


def attribute(base: Any, name: str) -> Any:
    """`base.name`, for attributes that the type of `base` declares."""
    names: tuple[str, ...] = getattr(base, "program_attributes", ())
    if name not in names:
        raise unchecked(f"an attribute {name} that isn't there")
    value = getattr(base, name)
    return list(cast("tuple[Any, ...]", value)) if isinstance(value, tuple) else value


def unchecked(what: str) -> FaultError:
    """What a program does only if it ran in spite of its diagnostics."""
    return FaultError("unchecked", f"this program did not pass its check: {what}", "check it first")
