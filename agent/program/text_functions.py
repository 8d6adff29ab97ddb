"""Functions of the language on texts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from ...tools.contract import tool
from .budget import current_meter
from .diagnostics import FaultError
from .display import display

T = TypeVar("T")


@tool()
def text_of(value: T) -> str:  # pyright: ignore[reportInvalidTypeVarUse]
    """Makes text of a value, as in an f-string.

    Args:
        value: anything.

    Returns:
        The text.
    """
    return display(value, current_meter())


@tool()
def joined(texts: Sequence[str], separator: str = ", ") -> str:
    """Puts texts together into one.

    Args:
        texts: the texts.
        separator: what to put between them.

    Returns:
        The text.
    """
    gaps = len(separator) * len(texts)
    current_meter().characters(sum(len(one) for one in texts) + gaps)
    return separator.join(texts)


@tool()
def pieces(text: str, separator: str = ",") -> list[str]:
    """Cuts text at each separator.

    Args:
        text: the text.
        separator: where to cut; not empty.

    Returns:
        The parts, without spaces around them.

    Raises:
        ProgramFailedError: the separator is empty (`empty-separator`).
    """
    if not separator:
        raise FaultError("empty-separator", "the separator of split is empty", 'for example: ","')
    meter = current_meter()
    meter.characters(len(text))
    meter.elements(text.count(separator) + 1)
    return [part.strip() for part in text.split(separator)]


@tool()
def lowered(text: str) -> str:
    """Makes all letters small.

    Args:
        text: the text.

    Returns:
        The text in small letters.
    """
    current_meter().characters(len(text))
    return text.lower()


@tool()
def raised(text: str) -> str:
    """Makes all letters capitals.

    Args:
        text: the text.

    Returns:
        The text in capitals.
    """
    current_meter().characters(len(text))
    return text.upper()


@tool()
def stripped(text: str) -> str:
    """Drops the spaces and line ends around text.

    Args:
        text: the text.

    Returns:
        The text between them.
    """
    current_meter().characters(len(text))
    return text.strip()


@tool()
def begins(text: str, start: str) -> bool:
    """Says whether text begins with another.

    Args:
        text: the text.
        start: what it may begin with.

    Returns:
        Whether it does.
    """
    return text.startswith(start)


@tool()
def ends(text: str, end: str) -> bool:
    """Says whether text ends with another.

    Args:
        text: the text.
        end: what it may end with.

    Returns:
        Whether it does.
    """
    return text.endswith(end)
