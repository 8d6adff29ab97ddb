"""Requests with a condition, and two requests in one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from .attributes import thing
from .drafts import Draft, guarded, quoted
from .editing import EDITS, edit
from .reading import READ, text_on
from .requests import Drawn, Family, Source


@dataclass(frozen=True, slots=True)
class Part:
    """One of two questions.

    Args:
        words: the question.
        label: what its value is called in the answer.
        value: writes its statements; returns its value as an expression.
    """

    words: str
    label: str
    value: Callable[[Draft], str]


def _count_part(source: Source) -> Part:
    phrase = source.phrases.draw(source.random)
    words = source.words(
        "questions", "count", phrase.slots() | {"nouns_only": phrase.noun.singular}
    )
    return Part(
        words, phrase.names, lambda draft: f"count({phrase.statements(draft, plural=True)})"
    )


def _exists_part(source: Source) -> Part:
    phrase = source.phrases.draw(source.random)
    words = source.words("questions", "exists", phrase.slots())
    plural = phrase.noun.plural in words

    def value(draft: Draft) -> str:
        return f"'yes' if exists({phrase.statements(draft, plural=plural)}) else 'no'"

    return Part(words, phrase.names if plural else phrase.name, value)


def _color_part(source: Source) -> Part:
    phrase = thing(source)
    words = source.words("questions", "color", phrase.slots() | {"c1": "red", "c2": "blue"})

    def value(draft: Draft) -> str:
        found = phrase.statements(draft, plural=False)
        return f"color_of({found}[0]) if exists({found}) else 'none'"

    return Part(words, phrase.name, value)


def _text_part(source: Source) -> Part:
    if source.chance(0.25):
        return Part(
            source.words("text", "all", {}),
            "text",
            lambda draft: _read(draft.assign("read_text(image)")),
        )
    if source.chance(0.35):
        trial = Draft()
        phrase, _ = text_on(source, trial)
        words = source.words("text", "carrier", phrase.slots())

        def value(draft: Draft) -> str:
            on = phrase.statements(draft, plural=False)
            return _read(draft.assign(f"read_text(crop(image, {on}))"))

        return Part(words, phrase.name, value)
    phrase = source.phrases.plain(source.random, "text_carriers")
    words = source.words("text", "carrier", phrase.slots())
    return Part(words, phrase.name, lambda draft: _read(draft.assign("read_text(image)")))


def _read(found: str) -> str:
    return f"{READ.format(found=found)} if exists({found}) else 'none'"


def _faces_part(source: Source) -> Part:
    words = source.words("people", "face_count", {})
    return Part(words, "faces", lambda draft: f"count({draft.assign('find_faces(image)')})")


PARTS = (
    (_count_part,) * 5
    + (_exists_part,) * 3
    + (_color_part,) * 3
    + (_text_part,) * 3
    + (_faces_part,)
)


def _two_questions(source: Source) -> Drawn:
    first, second = (source.random.choice(PARTS)(source) for _ in range(2))
    if first.label == second.label:
        return _two_questions(source)
    draft = Draft()
    fields = [
        f"{part.label.replace(chr(39), '')}: {{{part.value(draft)}}}" for part in (first, second)
    ]
    words = source.words("joined", "two", {"first": first.words, "second": second.words})
    return Drawn(words, draft.program(f'f"{", ".join(fields)}"'))


def _two_counts(source: Source) -> Drawn:
    """ "How many dogs and how many cats are there": two numbers, not their sum."""
    first, second = (
        source.phrases.draw(source.random, shapes=("plain",) * 5 + ("colour", "related"))
        for _ in "12"
    )
    if first.noun == second.noun and first.colour == second.colour:
        return _two_counts(source)
    group = "two_counts" if source.chance(0.85) or first.noun == second.noun else "of_them"
    if group == "of_them":
        color = source.phrases.draw(source.random, shapes=("colour",)).colour
        slots = {"x": first.ns, "y": color}
        draft = Draft()
        a = first.statements(draft, plural=True)
        b = draft.select(a, color)
        label = f"{color} {first.noun.plural}"
    else:
        slots = {"x": first.ns, "y": second.ns}
        draft = Draft()
        a, b = (one.statements(draft, plural=True) for one in (first, second))
        label = second.names
    words = source.words("joined", group, slots)
    return Drawn(
        words,
        draft.program(
            f'f"{first.names}: {{count({a})}}, {label}: {{count({b})}}"'.replace("'", "")
        ),
    )


def _condition(source: Source) -> tuple[str, Callable[[Draft], str], str]:
    phrase = source.phrases.draw(source.random, shapes=("plain",) * 4 + ("colour", "related"))
    words = source.words("joined", "condition", phrase.slots())
    plural = phrase.noun.plural in words
    what = phrase.noun.plural if plural else phrase.noun.singular
    return words, lambda draft: phrase.statements(draft, plural=plural), what


def _then_else(source: Source) -> Drawn:
    said, statements, _ = _condition(source)
    first = edit(source, EDITS)
    draft = Draft()
    test = statements(draft)
    a = first.regions(draft)
    value = first.call("image", a)
    if source.chance(0.35):
        other, otherwise = source.words("joined", "leave", {}), "image"
    else:
        second = edit(source, EDITS)
        b = second.regions(draft)
        other, otherwise = second.words, second.call("image", b)
    words = source.words("joined", "then_else", {"if": said, "first": first.words, "second": other})
    return Drawn(
        words, draft.program(f"{value} if exists({test}) else {otherwise}"), question=False
    )


def _then(source: Source) -> Drawn:
    said, statements, what = _condition(source)
    first = edit(source, EDITS)
    draft = Draft()
    test = statements(draft)
    a = first.regions(draft)
    words = source.words("joined", "then", {"if": said, "first": first.words})
    return Drawn(words, draft.program(guarded(first.call("image", a), test, what)), question=False)


def _then_say(source: Source) -> Drawn:
    said, statements, what = _condition(source)
    part = source.random.choice((_color_part, _count_part, _text_part))(source)
    draft = Draft()
    test = statements(draft)
    value = part.value(draft).removesuffix(" else 'none'")
    inner = f"{value} else 'none'" if " if exists" in value else value
    missing = quoted(f"no {what} found")
    words = source.words("joined", "then", {"if": said, "first": part.words})
    return Drawn(
        words, draft.program(f"{missing} if not exists({test}) else {inner}"), question=False
    )


FAMILIES = (
    Family("two questions", 9, _two_questions),
    Family("two questions", 3, _two_counts),
    Family("conditional", 3, _then_else),
    Family("conditional", 1.2, _then),
    Family("conditional", 1.5, _then_say),
)
