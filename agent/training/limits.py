"""Requests that no tool answers: names, ages, feelings, what things are made of, chatter."""

from __future__ import annotations

from ..planners.embedded.spans import DECLINING
from .drafts import Draft, quoted
from .requests import Drawn, Family, Source


def _declined(words: str) -> Drawn:
    return Drawn(words, Draft().program(quoted(DECLINING)))


def _nothing_named(source: Source) -> Drawn:
    return _declined(source.words("questions", "limits", {}))


def _of_people(source: Source) -> Drawn:
    """Of anybody: were they always of "the man", then what asks for the man would be declined."""
    phrase = source.phrases.plain(source.random, "people", "people", "animals")
    group = "limits_of_them" if source.chance(0.3) else "limits_of_people"
    return _declined(source.words("questions", group, phrase.slots()))


def _of_things(source: Source) -> Drawn:
    phrase = source.phrases.draw(source.random, shapes=("plain",) * 5 + ("colour",))
    other = source.phrases.plain(source.random)
    slots = phrase.slots() | {"other": other.a}
    return _declined(source.words("questions", "limits_of_things", slots))


FAMILIES = (
    Family("limits", 1, _nothing_named),
    Family("limits", 1, _of_people),
    Family("limits", 1, _of_things),
)
