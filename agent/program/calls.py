"""Calls: which argument is for which parameter, whether it fits, and what the call gives."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from ...tools.contract import Contract, Parameter
from ...tools.types import (
    IMAGE,
    NEVER,
    NONE,
    REGION,
    STR,
    Atom,
    ListOf,
    Type,
    Union,
    Variable,
    accepts,
    union_of,
)
from .operators import NUMBERS, members_of
from .suggest import did_you_mean, nearest
from .tree import Alias, Argument, Literal, Span

Report = Callable[[Span, str, str, str], None]
"""Takes a diagnostic's place, code, message and suggestion."""


@dataclass(frozen=True, slots=True)
class Given:
    """An argument and the type that was inferred for it."""

    argument: Argument
    type: Type


class Wording:
    """How diagnostics name a tool and its parameters: as the program's dialect does."""

    def __init__(self, contract: Contract, alias: Alias | None) -> None:
        self.tool = alias.name if alias else contract.name
        self._arguments = dict(alias.arguments) if alias else {}
        shown = ", ".join(f"{one}=..." for one in self._arguments.values())
        self.signature = f"{self.tool}({shown})" if alias else contract.signature

    def parameter(self, name: str) -> str:
        """A parameter's name."""
        return self._arguments.get(name, name)


def parameter_of(contract: Contract, arguments: Sequence[Argument]) -> list[Parameter | None]:
    """The parameter that each argument is for; None for one too many or with an unknown name."""
    in_order = list(contract.parameters.values())
    return [
        contract.parameters.get(one.name)
        if one.name is not None
        else in_order[position]
        if position < len(in_order)
        else None
        for position, one in enumerate(arguments)
    ]


def call_type(
    contract: Contract,
    given: Sequence[Given],
    at: Span,
    report: Report,
    alias: Alias | None = None,
) -> Type:
    """What a call gives; what is wrong with its arguments is reported, in a dialect's names."""
    wording = Wording(contract, alias)
    found = parameter_of(contract, [one.argument for one in given])
    decided: dict[str, Type] = {}
    seen: set[str] = set()
    for one, parameter in zip(given, found, strict=True):
        if parameter is None:
            _report_surplus(contract, one.argument, report)
        elif parameter.name in seen:
            words = f"{wording.tool} gets {wording.parameter(parameter.name)} twice"
            report(one.argument.at, "duplicate-argument", words, "leave one of them out")
        else:
            seen.add(parameter.name)
            _check_argument(wording, parameter, one, decided, report)
    missing = [one for one in contract.parameters.values() if one.required and one.name not in seen]
    if missing and None not in found:
        names = " and ".join(wording.parameter(one.name) for one in missing)
        words = f"{wording.tool} needs {names}"
        report(at, "missing-argument", words, f"write {wording.signature}")
    return resolved(contract.returns, decided)


def resolved(kind: Type, decided: Mapping[str, Type]) -> Type:
    """A result's type, after the arguments have decided its variables."""
    match kind:
        case Variable(name, among):
            found = decided.get(name, NEVER)
            return union_of(among) if found == NEVER and among else found
        case ListOf(item):
            return ListOf(resolved(item, decided))
        case Union(members):
            return union_of(resolved(one, decided) for one in members)
        case _:
            return kind


def fits(expected: Type, actual: Type, decided: dict[str, Type]) -> bool:
    """Whether an argument may have type `actual`; decides variables in `expected` on the way."""
    if isinstance(actual, Union):
        return all(fits(expected, one, decided) for one in actual.members)
    match expected:
        case Variable(name, among):
            wanted = union_of((decided.get(name, NEVER), actual))
            if among:
                # A constrained variable stands for one of its types, never for a mixture.
                choices = [one for one in among if accepts(one, wanted)]
                if not choices:
                    return False
                wanted = choices[0]
            decided[name] = wanted
            return True
        case ListOf(item):
            if not isinstance(actual, ListOf):
                return False
            if actual.item == NEVER:
                for variable in _variables_in(item):
                    decided.setdefault(variable.name, NEVER)
            return fits(item, actual.item, decided)
        case Union(members):
            exact = [one for one in members if not _variables_in(one)]
            if any(accepts(one, actual) for one in exact):
                return True
            # Lists first: a bare variable would take a list whole.
            general = sorted(members - set(exact), key=lambda one: not isinstance(one, ListOf))
            return any(fits(one, actual, decided) for one in general)
        case _:
            return accepts(expected, actual)


def _variables_in(kind: Type) -> list[Variable]:
    match kind:
        case Variable():
            return [kind]
        case ListOf(item):
            return _variables_in(item)
        case Union(members):
            return [found for one in members for found in _variables_in(one)]
        case _:
            return []


def _report_surplus(contract: Contract, argument: Argument, report: Report) -> None:
    if argument.name is None:
        count = len(contract.parameters)
        words = f"{contract.name} takes {count} argument{'s' if count != 1 else ''} at most"
        report(argument.at, "too-many-arguments", words, f"write {contract.signature}")
        return
    hint = did_you_mean(argument.name, contract.parameters) or f"write {contract.signature}"
    words = f"{contract.name} has no argument {argument.name[:80]}"
    report(argument.at, "unknown-argument", words, hint)


def _check_argument(
    wording: Wording,
    parameter: Parameter,
    given: Given,
    decided: dict[str, Type],
    report: Report,
) -> None:
    name = wording.parameter(parameter.name)
    if not fits(parameter.type, given.type, decided):
        wanted = _wanted(parameter, decided)
        words = f"{wording.tool} wants {wanted} for {name}, not {given.type}"
        report(given.argument.at, "wrong-type", words, conversion(parameter.type, given.type))
        return
    value = given.argument.value
    if parameter.choices and isinstance(value, Literal) and value.value not in parameter.choices:
        shown = ", ".join(map(repr, parameter.choices))
        close = nearest(str(value.value), [str(one) for one in parameter.choices])
        hint = f"did you mean {close!r}?" if close else f"choose one of {shown}"
        words = f"{name} of {wording.tool} is one of {shown}"
        report(given.argument.at, "wrong-choice", words, hint)


def _wanted(parameter: Parameter, decided: Mapping[str, Type]) -> str:
    """The parameter's type, with what earlier arguments have decided about it."""
    open_ones = {
        one.name: union_of(one.among) if one.among else Atom("anything")
        for one in _variables_in(parameter.type)
    }
    return str(resolved(parameter.type, {**open_ones, **decided}))


def conversion(expected: Type, actual: Type) -> str:
    """How to make what is expected of what is there, or nothing."""
    kinds = members_of(actual)
    if isinstance(actual, ListOf) and accepts(expected, actual.item):
        return "give one of them, for example the first: name[0]"
    if accepts(expected, ListOf(actual)):
        return "put it into a list: [value]"
    if REGION in kinds and accepts(expected, IMAGE):
        return "cut it out first: crop(image, region)"
    if actual == ListOf(REGION) and accepts(expected, STR):
        return "give a text of each: [region.label for region in regions]"
    if accepts(expected, STR) and kinds <= NUMBERS:
        return "make it text: str(value)"
    if actual == STR and any(accepts(expected, one) for one in NUMBERS):
        return "read the number in it: int(text) or float(text)"
    if NONE in kinds and accepts(expected, union_of(kinds - {NONE})):
        return "it may be None: make sure that it has a value"
    return ""
