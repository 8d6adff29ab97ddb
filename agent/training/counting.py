"""Requests about how many there are and whether there are any, and comparisons of numbers."""

from __future__ import annotations

from collections.abc import Callable

from .drafts import Draft, quoted
from .noun_phrases import NounPhrase
from .requests import Drawn, Family, Source

NUMBER_WORDS = {2: "two", 3: "three", 4: "four", 5: "five", 6: "six", 1: "one", 10: "ten"}

Answer = Callable[[str], str]


def _number(source: Source, lowest: int) -> tuple[int, str]:
    """A number and how it is written."""
    number = source.random.choice([n for n in NUMBER_WORDS if n >= lowest])
    return number, source.random.choice((str(number), NUMBER_WORDS[number]))


def _count(source: Source) -> Drawn:
    phrase = source.phrases.draw(source.random)
    draft = Draft()
    found = phrase.statements(draft, plural=True)
    slots = phrase.slots() | {"nouns_only": phrase.noun.singular}
    return Drawn(source.words("questions", "count", slots), draft.program(f"count({found})"))


def _exists(source: Source) -> Drawn:
    kinds = ("stuff",) if source.chance(0.1) else ()
    phrase = source.phrases.draw(source.random, *kinds)
    words = source.words("questions", "exists", phrase.slots())
    draft = Draft()
    found = phrase.statements(draft, plural=phrase.said_in(words))
    return Drawn(words, draft.program(f"exists({found})"))


def _absent(source: Source) -> Drawn:
    phrase = source.phrases.draw(source.random)
    words = source.words("questions", "absent", phrase.slots())
    draft = Draft()
    found = phrase.statements(draft, plural=phrase.said_in(words))
    return Drawn(words, draft.program(f"not exists({found})"))


def _threshold(group: str, symbol: str, lowest: int) -> Callable[[Source], Drawn]:
    def draw(source: Source) -> Drawn:
        phrase = source.phrases.draw(source.random)
        number, said = _number(source, lowest)
        draft = Draft()
        found = phrase.statements(draft, plural=True)
        words = source.words("questions", group, phrase.slots() | {"k": said})
        return Drawn(words, draft.program(f"count({found}) {symbol} {number}"))

    return draw


def _fixed(group: str, test: str) -> Callable[[Source], Drawn]:
    def draw(source: Source) -> Drawn:
        phrase = source.phrases.draw(source.random)
        words = source.words("questions", group, phrase.slots())
        draft = Draft()
        found = phrase.statements(draft, plural=phrase.said_in(words))
        return Drawn(words, draft.program(f"count({found}) {test}"))

    return draw


def _two(
    group: str, answer: Callable[[str, str, NounPhrase, NounPhrase], str]
) -> Callable[[Source], Drawn]:
    """A family about two kinds of things; `answer` is told their names and phrases."""

    def draw(source: Source) -> Drawn:
        first, second = two_phrases(source)
        slots = first.slots("1") | second.slots("2")
        words = source.words("questions", group, slots)
        draft = Draft()
        a = first.statements(draft, plural=first.said_in(words))
        b = second.statements(draft, plural=second.said_in(words))
        return Drawn(words, draft.program(answer(a, b, first, second)))

    return draw


def two_phrases(source: Source) -> tuple[NounPhrase, NounPhrase]:
    """Two phrases with different nouns, or the same noun in two colours."""
    first = source.phrases.draw(source.random, shapes=("plain",) * 6 + ("colour", "side"))
    if first.colour and source.chance(0.6):
        other = source.phrases.draw(source.random, shapes=("colour",))
        second = NounPhrase(first.noun, colour=other.colour)
    else:
        kind = first.noun.kind if source.chance(0.5) else ""
        second = source.phrases.draw(
            source.random, *([kind] if kind else []), shapes=("plain",) * 6 + ("colour",)
        )
    if second == first or (second.noun == first.noun and not second.colour):
        return two_phrases(source)
    return first, second


def _which_more(a: str, b: str, first: NounPhrase, second: NounPhrase) -> str:
    return (
        f"{quoted(first.names)} if count({a}) > count({b}) else "
        f"{quoted(second.names)} if count({b}) > count({a}) else 'the same number'"
    )


FAMILIES = (
    Family("count", 11, _count),
    Family("exists", 9, _exists),
    Family("exists", 2.5, _absent),
    Family("comparison", 1.2, _threshold("at_least", ">=", 2)),
    Family("comparison", 1.2, _threshold("more_than", ">", 1)),
    Family("comparison", 0.8, _threshold("fewer_than", "<", 2)),
    Family("comparison", 1.2, _threshold("exactly", "==", 2)),
    Family("comparison", 0.9, _fixed("only_one", "== 1")),
    Family("comparison", 0.9, _fixed("several", "> 1")),
    Family("comparison", 2, _two("more", lambda a, b, _x, _y: f"count({a}) > count({b})")),
    Family("comparison", 0.8, _two("fewer", lambda a, b, _x, _y: f"count({a}) < count({b})")),
    Family("comparison", 1, _two("same_number", lambda a, b, _x, _y: f"count({a}) == count({b})")),
    Family("comparison", 2, _two("which_more", _which_more)),
    Family("comparison", 1, _two("how_many_more", lambda a, b, _x, _y: f"count({a}) - count({b})")),
    Family("count", 2, _two("total", lambda a, b, _x, _y: f"count({a}) + count({b})")),
    Family("exists", 1.6, _two("both", lambda a, b, _x, _y: f"exists({a}) and exists({b})")),
    Family("exists", 1.2, _two("either", lambda a, b, _x, _y: f"exists({a}) or exists({b})")),
    Family(
        "exists", 0.7, _two("one_without", lambda a, b, _x, _y: f"exists({a}) and not exists({b})")
    ),
)
