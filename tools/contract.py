"""Contracts: what a tool promises, read from its signature and docstring and nowhere else.

A tool is a typed, documented function under the `tool` decorator. Its body computes the result, or
returns `by_backend()`, and then a backend of the profile serves it.
"""

from __future__ import annotations

import inspect
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Any, ParamSpec, TypeVar

import docstring_parser

from .errors import InputError, NotOfferedError
from .types import Type, accepts, type_from_hint

P = ParamSpec("P")
R = TypeVar("R")

REQUIRED: Any = inspect.Parameter.empty
"""The default of a parameter that has none."""


@dataclass(frozen=True, slots=True)
class Traits:
    """What a caller must know about a tool besides its signature.

    Args:
        backend: a backend of the profile serves it; without one it is not offered.
        reads_pixels: its result depends on pixels, not only on boxes, labels and numbers.
        writes_image: it makes a new picture.
        costs_money: a call may be charged for.
        needs_approval: a person must agree before it runs.
    """

    backend: bool = False
    reads_pixels: bool = False
    writes_image: bool = False
    costs_money: bool = False
    needs_approval: bool = False


def tool(
    *,
    backend: bool = False,
    reads_pixels: bool = False,
    writes_image: bool = False,
    costs_money: bool = False,
    needs_approval: bool = False,
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Marks a typed, documented function as a tool; see `Traits`."""
    traits = Traits(backend, reads_pixels, writes_image, costs_money, needs_approval)

    def mark(function: Callable[P, R]) -> Callable[P, R]:
        function.__viscript_traits__ = traits  # pyright: ignore[reportFunctionMemberAccess]
        return function

    return mark


def traits_of(function: object) -> Traits | None:
    """The traits that `tool` gave a function, or None when it is no tool."""
    return getattr(function, "__viscript_traits__", None)


def by_backend() -> Any:
    """The body of a tool that a backend serves.

    Raises:
        NotOfferedError: always: the function was called directly, not through a toolbox.
    """
    name = inspect.stack()[1].function
    raise NotOfferedError(
        f"{name} needs a model", hint=f"call it through a toolbox: Toolbox.load().{name}(...)"
    )


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a tool."""

    name: str
    type: Type
    default: Any
    description: str
    choices: tuple[Any, ...] = ()

    @property
    def required(self) -> bool:
        """Whether a call must give it."""
        return self.default is REQUIRED

    def __str__(self) -> str:
        kind = " | ".join(map(repr, self.choices)) if self.choices else str(self.type)
        return f"{self.name}: {kind}" + ("" if self.required else f" = {self.default!r}")


@dataclass(frozen=True)
class Contract:
    """What a tool promises: its name, parameters, result, words and traits.

    `sends_to` is the other machine that the profile's backend sends pictures to, or empty.
    """

    name: str
    parameters: Mapping[str, Parameter]
    returns: Type
    summary: str
    description: str
    returns_description: str
    traits: Traits
    function: Callable[..., Any]
    sends_to: str = ""

    @classmethod
    def of(cls, function: Callable[..., Any]) -> Contract:
        """The contract of a function under the `tool` decorator.

        Raises:
            InputError: it is no tool, or its signature or docstring is incomplete.
        """
        name = getattr(function, "__name__", repr(function))
        traits = traits_of(function)
        if traits is None:
            raise InputError(f"{name} is not a tool", hint="put @tool() above its def")
        words = docstring_parser.parse(function.__doc__ or "")
        if not words.short_description:
            raise InputError(f"the tool {name} has no docstring", hint="say what it does")
        said = {one.arg_name: one.description or "" for one in words.params}
        hints = _hints(function, name)
        parameters: dict[str, Parameter] = {}
        for one in inspect.signature(function).parameters.values():
            if one.name not in hints or one.kind in (one.VAR_KEYWORD, one.VAR_POSITIONAL):
                raise InputError(f"the tool {name} needs an annotation for {one.name}")
            if one.name not in said:
                raise InputError(f"the docstring of the tool {name} doesn't describe {one.name}")
            kind, choices = _read(hints[one.name], name, one.name)
            text = " ".join(said[one.name].split())
            parameters[one.name] = Parameter(one.name, kind, one.default, text, choices)
        if "return" not in hints:
            raise InputError(f"the tool {name} needs a return annotation")
        return cls(
            name,
            MappingProxyType(parameters),
            _read(hints["return"], name, "its result")[0],
            words.short_description,
            " ".join((words.long_description or "").split()),
            " ".join(((words.returns.description if words.returns else "") or "").split()),
            traits,
            function,
        )

    @cached_property
    def signature(self) -> str:
        """The signature as people and planners read it."""
        return f"{self.name}({', '.join(map(str, self.parameters.values()))}) -> {self.returns}"

    @property
    def approval(self) -> str:
        """Why a person must agree before it runs, in a few words; empty when nobody must."""
        sends = f"it sends the picture to {self.sends_to}" if self.sends_to else ""
        costs = "a call may be charged for" if self.traits.costs_money else ""
        if sends or costs:
            return ", and ".join(filter(None, (sends, costs)))
        return "it asks a person first" if self.traits.needs_approval else ""

    @property
    def reaches_out(self) -> bool:
        """Whether a call goes to a service: it sends a picture away, or may be charged for."""
        return bool(self.sends_to) or self.traits.costs_money

    def takes(self, parameter: str, kind: Type) -> bool:
        """Whether an argument of type `kind` may be given for `parameter`."""
        return accepts(self.parameters[parameter].type, kind)


def _hints(function: Callable[..., Any], name: str) -> dict[str, Any]:
    try:
        return typing.get_type_hints(function)
    except NameError as error:
        raise InputError(f"the tool {name} is annotated with an unknown name: {error}") from None


def _read(hint: object, tool_name: str, what: str) -> tuple[Type, tuple[Any, ...]]:
    """The type of an annotation, and its choices when it is a `Literal`."""
    arguments = typing.get_args(hint)
    choices = arguments if typing.get_origin(hint) is typing.Literal else ()
    try:
        return type_from_hint(hint), choices
    except TypeError as error:
        raise InputError(f"the tool {tool_name}: {what}: {error}") from None


__all__ = [
    "REQUIRED",
    "Contract",
    "Parameter",
    "Traits",
    "by_backend",
    "tool",
    "traits_of",
]
