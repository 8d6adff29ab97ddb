"""What a server offers: tools, resources and prompts. Each is a value; a server is made of them."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import mcp_types as types

from .call import Call

Contents = types.TextResourceContents | types.BlobResourceContents
Values = Callable[[], Iterable[str]]
"""The values that a client may be offered for an argument."""


@dataclass(frozen=True)
class OfferedTool:
    """A tool.

    Args:
        definition: what clients are told about it.
        answer: answers a call; what it raises of viscript's errors becomes a tool error.
    """

    definition: types.Tool
    answer: Callable[[Call], Awaitable[types.CallToolResult]]


@dataclass(frozen=True)
class OfferedResources:
    """Resources whose addresses have one form.

    Args:
        template: what clients are told about them; its address has one variable, or none.
        read: the contents of one, by the value of the variable; called in a thread.
        listed: those that are listed.
        values: values of the variable, to complete what a person types.
    """

    template: types.ResourceTemplate
    read: Callable[[str], Sequence[Contents]]
    listed: Callable[[], Sequence[types.Resource]] = lambda: ()
    values: Values = lambda: ()

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        before, _, rest = self.template.uri_template.partition("{")
        variable, after = ("([^/?#]{1,200})", rest.partition("}")[2]) if rest else ("()", "")
        return re.compile(re.escape(before) + variable + re.escape(after))

    def variable_of(self, uri: str) -> str | None:
        """The value of the variable in an address; None when it has another form."""
        found = self._pattern.fullmatch(uri)
        return None if found is None else found[1]


@dataclass(frozen=True)
class OfferedPrompt:
    """A prompt.

    Args:
        definition: what clients are told about it.
        write: its message, from the arguments.
        values: values of its arguments, to complete what a person types.
    """

    definition: types.Prompt
    write: Callable[[Mapping[str, str]], str]
    values: Mapping[str, Values] = field(default_factory=dict[str, Values])


@dataclass(frozen=True)
class Features:
    """All that a server offers."""

    tools: Sequence[OfferedTool] = ()
    resources: Sequence[OfferedResources] = ()
    prompts: Sequence[OfferedPrompt] = ()

    def __add__(self, other: Features) -> Features:
        return Features(
            [*self.tools, *other.tools],
            [*self.resources, *other.resources],
            [*self.prompts, *other.prompts],
        )
