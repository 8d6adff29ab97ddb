"""Requests about colours, sizes and places of things, and about the picture itself."""

from __future__ import annotations

from collections.abc import Callable

from .counting import two_phrases
from .drafts import Draft, guarded, quoted
from .noun_phrases import NounPhrase
from .nouns import nouns
from .requests import Drawn, Family, Source
from .wording import described, expand, phrasings

PAIR_MISSING = "'not both found' if not exists({a}) or not exists({b}) else "


def thing(source: Source) -> NounPhrase:
    """A phrase for one thing: a noun, one described, or one picked by place or size."""
    if source.chance(0.25):
        return source.phrases.one(source.random)
    if source.chance(0.12):
        return source.phrases.belonging(source.random)
    if source.chance(0.08):
        return source.phrases.plain(source.random, "stuff")
    shapes = ("plain",) * 7 + ("side", "described") + ("related",) * 4
    return source.phrases.draw(source.random, shapes=shapes)


def _color(source: Source) -> Drawn:
    phrase = thing(source)
    first, second = source.random.sample(described("colors"), 2)
    words = source.words("questions", "color", phrase.slots() | {"c1": first, "c2": second})
    plural = phrase.said_in(words) and not phrase.order
    draft = Draft()
    found = phrase.statements(draft, plural=plural)
    what = phrase.noun.plural if plural else phrase.noun.singular
    return Drawn(words, draft.program(guarded(f"color_of({found}[0])", found, what)))


def _colors(source: Source) -> Drawn:
    phrase = source.phrases.draw(source.random)
    draft = Draft()
    found = phrase.statements(draft, plural=True)
    words = source.words("questions", "colors", phrase.slots())
    value = f"join([color_of(x) for x in {found}])"
    return Drawn(words, draft.program(guarded(value, found, phrase.noun.plural)))


def _is_color(source: Source) -> Drawn:
    phrase, color = thing(source), source.random.choice(described("colors"))
    group = "is_color"
    if source.chance(0.3):
        group, phrase = "is_like", source.phrases.plain(source.random)
        living = phrase.noun.kind in ("people", "animals")
        color = source.random.choice(described("doing") if living else described("adjectives"))
    words = source.words("questions", group, phrase.slots() | {"c": color})
    draft = Draft()
    found = phrase.statements(draft, plural=False)
    return Drawn(words, draft.program(f"exists({draft.select(found, color)})"))


def _all_color(source: Source) -> Drawn:
    phrase = source.phrases.draw(source.random, shapes=("plain", "plain", "side", "related"))
    color = source.random.choice(described("colors"))
    words = source.words("questions", "all_color", phrase.slots() | {"c": color})
    draft = Draft()
    a = phrase.statements(draft, plural=phrase.said_in(words))
    b = draft.select(a, color)
    return Drawn(words, draft.program(f"exists({a}) and count({a}) == count({b})"))


def _compared(group: str, answer: str) -> Callable[[Source], Drawn]:
    """A family that compares two things; `{a}`, `{b}`, `{x}`, `{y}` are regions and nouns."""

    def draw(source: Source) -> Drawn:
        first, second = two_phrases(source)
        words = source.words("questions", group, first.slots("1") | second.slots("2"))
        draft = Draft()
        a, b = (one.statements(draft, plural=False) for one in (first, second))
        missing = PAIR_MISSING.format(a=a, b=b)
        text = answer.format(a=a, b=b, x=quoted(first.name), y=quoted(second.name), missing=missing)
        return Drawn(words, draft.program(text))

    return draw


def _closer(source: Source) -> Drawn:
    (first, second), third = two_phrases(source), source.phrases.plain(source.random)
    slots = third.slots("1") | first.slots("2") | second.slots("3")
    words = source.words("questions", "closer", slots)
    draft = Draft()
    a, b, c = (one.statements(draft, plural=False) for one in (third, first, second))
    answer = (
        f"'not all found' if not exists({a}) or not exists({b}) or not exists({c}) else "
        f"{quoted(first.name)} if distance({a}[0], {b}[0]) < distance({a}[0], {c}[0]) "
        f"else {quoted(second.name)}"
    )
    return Drawn(words, draft.program(answer))


def _relation(source: Source) -> Drawn:
    if source.chance(0.25):
        side = source.random.choice(list(phrasings("sides")))
        after = expand(source.random.choice(phrasings("sides")[side]), source.random)
        phrase = NounPhrase(source.phrases.plain(source.random).noun, side=side, after=after)
    else:
        noun = source.phrases.plain(source.random).noun
        phrase = source.phrases.related(source.random, noun)
    plain = NounPhrase(phrase.noun)
    words = source.words("questions", "relation", plain.slots() | {"rel": phrase.after})
    draft = Draft()
    found = phrase.statements(draft, plural=phrase.noun.plural in words)
    return Drawn(words, draft.program(f"exists({found})"))


def _anyone(source: Source) -> Drawn:
    """Of a person whom the request doesn't name: "is anyone wearing a hat"."""
    noun = next(noun for noun in nouns()["people"] if noun.singular == "person")
    phrase = source.phrases.related(source.random, noun)
    if source.chance(0.15):
        quality = source.random.choice(described("doing"))
        phrase = NounPhrase(noun, quality=quality, after=quality)
    counted = source.chance(0.4)
    group = "anyone_count" if counted else "anyone"
    words = source.words("questions", group, {"rel": phrase.after})
    draft = Draft()
    found = phrase.statements(draft, plural=counted)
    return Drawn(words, draft.program(f"{'count' if counted else 'exists'}({found})"))


def _placed(group: str, answer: str) -> Callable[[Source], Drawn]:
    def draw(source: Source) -> Drawn:
        phrase = source.phrases.draw(source.random, shapes=("plain", "plain", "plain", "colour"))
        words = source.words("questions", group, phrase.slots())
        draft = Draft()
        found = phrase.statements(draft, plural=False)
        missing = f"{quoted(f'no {phrase.noun.singular} found')} if not exists({found}) else "
        return Drawn(words, draft.program(missing + answer.format(a=found)))

    return draw


def _share(source: Source) -> Drawn:
    phrase = thing(source)
    words = source.words("questions", "share", phrase.slots())
    draft = Draft()
    found = phrase.statements(draft, plural=False)
    value = f"round(100 * {found}[0].area / (image.width * image.height))"
    return Drawn(words, draft.program(guarded(value, found, phrase.noun.singular)))


def _apart(source: Source) -> Drawn:
    first, second = two_phrases(source)
    words = source.words("questions", "apart", first.slots("1") | second.slots("2"))
    draft = Draft()
    a, b = (one.statements(draft, plural=False) for one in (first, second))
    missing = PAIR_MISSING.format(a=a, b=b)
    return Drawn(words, draft.program(f"{missing}round(distance({a}[0], {b}[0]))"))


def _picture(group: str, answer: str) -> Callable[[Source], Drawn]:
    def draw(source: Source) -> Drawn:
        return Drawn(source.words("questions", group, {}), Draft().program(answer))

    return draw


def _superlative_object(source: Source) -> Drawn:
    order = source.random.choice([one for one in phrasings("superlatives") if one != "middle"])
    said = [
        one.split("{n}")[0].strip()
        for one in phrasings("superlatives")[order]
        if one.endswith("{n}")
    ]
    simple = [
        one
        for one in said
        if "(" not in one and one not in ("big", "small", "tall", "wide", "short")
    ]
    words = source.words("questions", "superlative_object", {"sup": source.random.choice(simple)})
    draft = Draft()
    found = draft.select(draft.assign("list_objects(image)"), order)
    return Drawn(words, draft.program(guarded(f"{found}[0].label", found, "objects")))


FAMILIES = (
    Family("attribute", 7, _color),
    Family("attribute", 1.5, _colors),
    Family("attribute", 2.5, _is_color),
    Family("attribute", 1, _all_color),
    Family(
        "attribute",
        1.2,
        _compared(
            "same_color", "exists({a}) and exists({b}) and color_of({a}[0]) == color_of({b}[0])"
        ),
    ),
    Family(
        "comparison",
        1.2,
        _compared("bigger", "exists({a}) and exists({b}) and {a}[0].area > {b}[0].area"),
    ),
    Family(
        "comparison",
        0.6,
        _compared("smaller", "exists({a}) and exists({b}) and {a}[0].area < {b}[0].area"),
    ),
    Family(
        "comparison",
        0.7,
        _compared("taller", "exists({a}) and exists({b}) and {a}[0].height > {b}[0].height"),
    ),
    Family(
        "comparison",
        1,
        _compared("which_bigger", "{missing}{x} if {a}[0].area > {b}[0].area else {y}"),
    ),
    Family(
        "comparison",
        0.6,
        _compared("which_taller", "{missing}{x} if {a}[0].height > {b}[0].height else {y}"),
    ),
    Family(
        "spatial", 0.6, _compared("which_left", "{missing}{x} if left_of({a}[0], {b}[0]) else {y}")
    ),
    Family(
        "spatial", 0.6, _compared("which_higher", "{missing}{x} if above({a}[0], {b}[0]) else {y}")
    ),
    Family("spatial", 1.5, _closer),
    Family("spatial", 6, _relation),
    Family("spatial", 3, _anyone),
    Family(
        "spatial",
        1.2,
        _placed("where_side", "'left' if {a}[0].box.x < image.width / 2 else 'right'"),
    ),
    Family(
        "spatial",
        0.7,
        _placed("where_height", "'top' if {a}[0].box.y < image.height / 2 else 'bottom'"),
    ),
    Family("attribute", 0.7, _share),
    Family("spatial", 0.8, _apart),
    Family("picture", 0.8, _picture("size", 'f"{image.width} x {image.height}"')),
    Family(
        "picture",
        0.4,
        _picture("orientation", "'landscape' if image.width > image.height else 'portrait'"),
    ),
    Family("superlative", 1.2, _superlative_object),
)
