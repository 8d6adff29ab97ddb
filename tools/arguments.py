"""Arguments at run time: given values against a contract."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence

from .contract import Contract, Parameter
from .errors import InputError, ToolError
from .types import conforms, type_of_value


def by_name(
    contract: Contract, args: Sequence[object], kwargs: Mapping[str, object]
) -> dict[str, object]:
    """The arguments of a Python call, by parameter.

    Raises:
        InputError: too many are given, or one twice.
    """
    names = list(contract.parameters)
    if len(args) > len(names):
        raise InputError(
            f"{contract.name} takes {len(names)} arguments, not {len(args)}",
            hint=contract.signature,
        )
    given = dict(zip(names, args, strict=False))
    twice = next((name for name in kwargs if name in given), None)
    if twice is not None:
        raise InputError(f"{contract.name} got the argument {twice} twice", hint=contract.signature)
    return {**given, **kwargs}


def bind(contract: Contract, arguments: Mapping[str, object]) -> dict[str, object]:
    """All parameters of a call in the contract's order, defaults filled in.

    Raises:
        InputError: an argument is missing, unknown, or of the wrong type.
    """
    for name in arguments:
        if name not in contract.parameters:
            near = difflib.get_close_matches(name, contract.parameters, 1)
            hint = f"did you mean {near[0]}?" if near else contract.signature
            raise InputError(f"{contract.name} has no argument {name!r}", hint=hint)
    bound: dict[str, object] = {}
    for parameter in contract.parameters.values():
        if parameter.name in arguments:
            value = arguments[parameter.name]
            _check(contract, parameter, value)
            bound[parameter.name] = value
        elif parameter.required:
            raise InputError(
                f"{contract.name} needs the argument {parameter.name}", hint=contract.signature
            )
        else:
            bound[parameter.name] = parameter.default
    return bound


def check_result(contract: Contract, value: object) -> None:
    """Whether a tool returned what its contract promises.

    Raises:
        ToolError: it returned something else.
    """
    if not conforms(value, contract.returns):
        raise ToolError(
            f"{contract.name} returned {_kind(value)} instead of {contract.returns}",
            hint="this is a fault of its backend",
        )


def _check(contract: Contract, parameter: Parameter, value: object) -> None:
    if parameter.choices and value not in parameter.choices:
        choices = ", ".join(map(repr, parameter.choices))
        raise InputError(f"{contract.name}: {parameter.name} is one of {choices}, not {value!r}")
    if not conforms(value, parameter.type):
        raise InputError(
            f"{contract.name}: {parameter.name} is {parameter.type}, not {_kind(value)}",
            hint=contract.signature,
        )


def _kind(value: object) -> str:
    try:
        return str(type_of_value(value))
    except TypeError:
        return f"a {type(value).__name__}"
