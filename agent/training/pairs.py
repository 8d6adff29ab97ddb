"""Requests about two pictures, `left` and `right`, and about several, `images`."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from .drafts import Draft, guarded, quoted
from .editing import edit
from .noun_phrases import NounPhrase
from .reading import labels_of, text_of
from .requests import Drawn, Family, Source
from .wording import expand, phrasings

Answer = Callable[[str, str], str]
MORE = (
    "'left' if count({a}) > count({b}) else 'right' if count({b}) > count({a}) "
    "else 'the same number'"
)
WHICH = (
    "'both' if exists({a}) and exists({b}) else 'left' if exists({a}) "
    "else 'right' if exists({b}) else 'neither'"
)
MISSING = "'not in both' if not exists({a}) or not exists({b}) else "
ORDINALS = (
    ("the first (picture|image|photo|one)", "(picture|image|photo) 1", "the 1st (picture|image)"),
    ("the second (picture|image|photo|one)", "(picture|image|photo) 2", "the 2nd (picture|image)"),
    ("the third (picture|image|photo|one)", "(picture|image|photo) 3", "the 3rd (picture|image)"),
)


def _names(source: Source) -> dict[str, str]:
    line = source.random.choice(phrasings("pairs")["names"])
    depth, cut = 0, 0
    for at, letter in enumerate(line):
        depth += (letter == "(") - (letter == ")")
        if letter == "|" and depth == 0:
            cut = at
    left, right = line[:cut], line[cut + 1 :]
    pics = source.random.choice(phrasings("pairs")["pics"])
    word = source.random.choice(("picture", "image", "photo", "one"))
    alike = (expand(_with_word(side, word), source.random) for side in (left, right))
    names = dict(zip("lr", alike, strict=True))
    return names | {"pics": expand(pics, source.random)}


def _with_word(name: str, word: str) -> str:
    """A name whose choice of word is made, so that both names have the same."""
    for choice in (
        "(picture|image|photo|one)",
        "(picture|image|photo)",
        "(picture|image)",
        "(picture|photo)",
    ):
        if choice in name:
            return name.replace(choice, word if word in choice else "picture")
    return name


def _two(group: str, answer: str, *, plain: bool = False) -> Callable[[Source], Drawn]:
    """A family that looks for the same in both; `{a}` and `{b}` are what it finds."""

    def draw(source: Source) -> Drawn:
        shapes = ("plain",) if plain else ("plain",) * 4 + ("colour", "related")
        phrase = source.phrases.draw(source.random, shapes=shapes)
        words = source.words("pairs", group, phrase.slots() | _names(source))
        plural = phrase.said_in(words)
        draft = Draft()
        a, b = (phrase.statements(draft, plural=plural, image=name) for name in ("left", "right"))
        return Drawn(words, draft.program(answer.format(a=a, b=b)), images=2)

    return draw


def _one(group: str, answer: str, image: str) -> Callable[[Source], Drawn]:
    """A family that looks at one of the two."""

    def draw(source: Source) -> Drawn:
        phrase = source.phrases.draw(source.random, shapes=("plain",) * 4 + ("colour", "related"))
        words = source.words("pairs", group, phrase.slots() | _names(source))
        plural = phrase.said_in(words)
        draft = Draft()
        found = phrase.statements(draft, plural=plural, image=image)
        missing = quoted(f"no {phrase.noun.plural if plural else phrase.noun.singular} found")
        return Drawn(words, draft.program(answer.format(a=found, missing=missing)), images=2)

    return draw


def _texts(group: str, image: str) -> Callable[[Source], Drawn]:
    def draw(source: Source) -> Drawn:
        draft = Draft()
        found = draft.assign(f"read_text({image})")
        return Drawn(
            source.words("pairs", group, _names(source)), draft.program(text_of(found)), images=2
        )

    return draw


def _both_read(group: str, answer: str) -> Callable[[Source], Drawn]:
    def draw(source: Source) -> Drawn:
        draft = Draft()
        a, b = draft.assign("read_text(left)"), draft.assign("read_text(right)")
        words = source.words("pairs", group, _names(source))
        return Drawn(words, draft.program(answer.format(a=a, b=b)), images=2)

    return draw


def _objects(group: str, image: str) -> Callable[[Source], Drawn]:
    def draw(source: Source) -> Drawn:
        draft = Draft()
        found = draft.assign(f"list_objects({image})")
        words = source.words("pairs", group, _names(source))
        return Drawn(words, draft.program(labels_of(found)), images=2)

    return draw


def _compared(group: str, first: str, second: str, test: str) -> Callable[[Source], Drawn]:
    """A family about the names of things in both; `first` is what it reports of."""

    def draw(source: Source) -> Drawn:
        draft = Draft()
        a, b = draft.assign(f"list_objects({first})"), draft.assign(f"list_objects({second})")
        kept = draft.keep(a, f"x.label {test} [y.label for y in {b}]")
        words = source.words("pairs", group, _names(source))
        return Drawn(words, draft.program(labels_of(kept)), images=2)

    return draw


def _edit(source: Source, group: str, image: str) -> Drawn:
    one = edit(source, ("blur_but", "grey_but", "remove", "tag"))
    words = source.words("pairs", group, _names(source) | {"edit": one.words})
    draft = Draft()
    found = one.regions(draft, image)
    program = draft.program(guarded(one.call(image, found), found, one.what))
    return Drawn(words, program, question=False, images=2)


def _several(group: str, write: Callable[[Draft, str], str]) -> Callable[[Source], Drawn]:
    def draw(source: Source) -> Drawn:
        phrase = source.phrases.plain(source.random)
        words = source.words("pairs", group, phrase.slots())
        said = phrase.noun.plural if phrase.said_in(words) else phrase.noun.singular
        draft = Draft()
        return Drawn(
            words,
            draft.program(write(draft, quoted(said))),
            images=source.random.choice((3, 3, 4, 5)),
        )

    return draw


def _in_all(draft: Draft, query: str) -> str:
    return draft.assign(f"[x for i in images for x in find(i, {query})]")


def _nth(group: str, answer: str) -> Callable[[Source], Drawn]:
    def draw(source: Source) -> Drawn:
        at = source.random.randrange(3)
        phrase: NounPhrase = source.phrases.plain(source.random)
        nth = expand(source.random.choice(ORDINALS[at]), source.random)
        words = source.words("pairs", group, phrase.slots() | {"nth": nth})
        draft = Draft()
        image = f"images[{at}]"
        if group == "nth_text":
            program = draft.program(text_of(draft.assign(f"read_text({image})")))
        else:
            found = phrase.statements(draft, plural=phrase.said_in(words), image=image)
            program = draft.program(answer.format(a=found))
        return Drawn(words, program, images=source.random.choice((3, 4)))

    return draw


_COLOR = "color_of({a}[0]) if exists({a}) else {missing}"

FAMILIES = (
    Family("pair", 1.5, _two("which_more", MORE)),
    Family("pair", 0.6, _two("left_more", "count({a}) > count({b})")),
    Family("pair", 0.6, _two("right_more", "count({b}) > count({a})")),
    Family("pair", 0.6, _two("same_number", "count({a}) == count({b})")),
    Family("pair", 1.2, _two("total", "count({a}) + count({b})")),
    Family("pair", 0.5, _two("difference", "count({a}) - count({b})")),
    Family("pair", 1.2, _two("both", "exists({a}) and exists({b})")),
    Family("pair", 0.7, _two("either", "exists({a}) or exists({b})")),
    Family("pair", 0.4, _two("neither", "not exists({a}) and not exists({b})")),
    Family("pair", 0.4, _two("only_one", "exists({a}) != exists({b})")),
    Family("pair", 1, _two("which_has", WHICH)),
    Family("pair", 0.5, _one("left_has", "exists({a})", "left")),
    Family("pair", 0.5, _one("right_has", "exists({a})", "right")),
    Family("pair", 0.5, _one("left_count", "count({a})", "left")),
    Family("pair", 0.5, _one("right_count", "count({a})", "right")),
    Family(
        "pair",
        0.5,
        _two(
            "same_color",
            "exists({a}) and exists({b}) and color_of({a}[0]) == color_of({b}[0])",
            plain=True,
        ),
    ),
    Family("pair", 0.3, _one("left_color", _COLOR, "left")),
    Family("pair", 0.3, _one("right_color", _COLOR, "right")),
    Family("pair", 0.4, _texts("left_text", "left")),
    Family("pair", 0.4, _texts("right_text", "right")),
    Family(
        "pair",
        0.3,
        _both_read(
            "same_text", "join([x.text for x in {a}], ' ') == join([x.text for x in {b}], ' ')"
        ),
    ),
    Family("pair", 0.3, _both_read("has_text", WHICH)),
    Family("pair", 0.5, _compared("left_only", "left", "right", "not in")),
    Family("pair", 0.5, _compared("right_only", "right", "left", "not in")),
    Family("pair", 0.5, _compared("common", "left", "right", "in")),
    Family("pair", 0.3, _objects("left_objects", "left")),
    Family("pair", 0.3, _objects("right_objects", "right")),
    Family(
        "pair",
        0.4,
        _two("bigger", MISSING + "'left' if {a}[0].area > {b}[0].area else 'right'", plain=True),
    ),
    Family("pair", 0.5, partial(_edit, group="left_edit", image="left")),
    Family("pair", 0.5, partial(_edit, group="right_edit", image="right")),
    Family(
        "several pictures", 0.6, _several("several_count", lambda d, q: f"count({_in_all(d, q)})")
    ),
    Family(
        "several pictures", 0.4, _several("several_exists", lambda d, q: f"exists({_in_all(d, q)})")
    ),
    Family(
        "several pictures",
        0.4,
        _several(
            "several_images", lambda _, q: f"len([i for i in images if exists(find(i, {q}))])"
        ),
    ),
    Family(
        "several pictures",
        0.3,
        _several("several_all", lambda _, q: f"all([exists(find(i, {q})) for i in images])"),
    ),
    Family("several pictures", 0.3, _nth("nth_count", "count({a})")),
    Family("several pictures", 0.3, _nth("nth_exists", "exists({a})")),
    Family("several pictures", 0.2, _nth("nth_text", "")),
)
