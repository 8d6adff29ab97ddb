"""Requests to read text, and to name objects."""

from __future__ import annotations

from collections.abc import Callable

from .drafts import Draft, guarded, quoted
from .noun_phrases import TESTS, NounPhrase
from .requests import Drawn, Family, Source
from .wording import described, expand, phrasings

WORDS = (
    *(
        "stop",
        "open",
        "exit",
        "sale",
        "welcome",
        "closed",
        "danger",
        "push",
        "pull",
        "taxi",
        "police",
    ),
    *(
        "hotel",
        "free",
        "no parking",
        "coffee",
        "bakery",
        "keep out",
        "school",
        "airport",
        "pizza",
        "bus",
    ),
    *(
        "hello",
        "love",
        "one way",
        "fire",
        "caution",
        "market",
        "books",
        "london",
        "happy birthday",
        "cash",
    ),
    *(
        "information",
        "toilet",
        "private",
        "organic",
        "2024",
        "yield",
        "slow",
        "station",
        "bank",
        "warning",
    ),
)
CLASSES = ("groups",)
READ = "join([x.text for x in {found}], ' ')"


def text_of(found: str) -> str:
    """The expression for the text of regions."""
    return guarded(READ.format(found=found), found, "text")


def _whole(source: Source) -> Drawn:
    draft = Draft()
    found = draft.assign("read_text(image)")
    return Drawn(source.words("text", "all", {}), draft.program(text_of(found)))


def _carrier(source: Source) -> Drawn:
    phrase = source.phrases.plain(source.random, "text_carriers")
    if source.chance(0.15):
        phrase = source.phrases.draw(source.random, "text_carriers", shapes=("colour",))
    draft = Draft()
    found = draft.assign("read_text(image)")
    return Drawn(source.words("text", "carrier", phrase.slots()), draft.program(text_of(found)))


def text_on(source: Source, draft: Draft) -> tuple[NounPhrase, str]:
    """A thing that may have text on it, and the text found in its part of the picture."""
    phrase = source.phrases.plain(source.random, "text_objects")
    if source.chance(0.2):
        phrase = source.phrases.one(source.random, "text_objects")
    elif source.chance(0.2):
        phrase = source.phrases.draw(source.random, "text_objects", shapes=("colour", "related"))
    on = phrase.statements(draft, plural=False)
    return phrase, draft.assign(f"read_text(crop(image, {on}))")


def _on_thing(source: Source) -> Drawn:
    draft = Draft()
    phrase, found = text_on(source, draft)
    return Drawn(source.words("text", "carrier", phrase.slots()), draft.program(text_of(found)))


def _text_on_exists(source: Source) -> Drawn:
    draft = Draft()
    phrase, found = text_on(source, draft)
    words = source.words("text", "exists_on", phrase.slots())
    return Drawn(words, draft.program(f"exists({found})"))


def _simple(group: str, answer: str) -> Callable[[Source], Drawn]:
    def draw(source: Source) -> Drawn:
        draft = Draft()
        found = draft.assign("read_text(image)")
        return Drawn(source.words("text", group, {}), draft.program(answer.format(a=found)))

    return draw


def _contains(group: str, answer: str) -> Callable[[Source], Drawn]:
    def draw(source: Source) -> Drawn:
        word = source.random.choice(WORDS)
        said = source.random.choice((word, word.upper(), word.title()))
        draft = Draft()
        found = draft.assign("read_text(image)")
        kept = draft.keep(found, f"{quoted(word)} in lower(x.text)")
        missing = quoted(f"no {word} found")
        return Drawn(
            source.words("text", group, {"word": said}),
            draft.program(answer.format(a=kept, missing=missing)),
        )

    return draw


def _blurred(source: Source) -> Drawn:
    draft = Draft()
    found = draft.assign("read_text(image)")
    program = draft.program(guarded(f"blur(image, {found})", found, "text"))
    return Drawn(source.words("text", "blur", {}), program, question=False)


def _largest(source: Source) -> Drawn:
    draft = Draft()
    found = draft.select(draft.assign("read_text(image)"), "largest")
    value = guarded(f"{found}[0].text", found, "text")
    return Drawn(source.words("text", "largest", {}), draft.program(value))


def _side(source: Source) -> Drawn:
    side = source.random.choice(list(phrasings("sides")))
    said = expand(source.random.choice(phrasings("sides")[side]), source.random)
    draft = Draft()
    found = draft.assign("read_text(image)")
    kept = draft.keep(found, f"overlap(x, half(image, '{side}')) > 0.5")
    return Drawn(source.words("text", "side", {"side": said}), draft.program(text_of(kept)))


def _objects(source: Source) -> Drawn:
    draft = Draft()
    found = draft.assign("list_objects(image)")
    return Drawn(source.words("questions", "objects", {}), draft.program(labels_of(found)))


def labels_of(found: str, what: str = "objects") -> str:
    """The expression for the names of regions."""
    return guarded(f"join(unique([x.label for x in {found}]))", found, what)


def _object_count(source: Source) -> Drawn:
    draft = Draft()
    found = draft.assign("list_objects(image)")
    return Drawn(source.words("questions", "object_count", {}), draft.program(f"count({found})"))


def _kind_count(source: Source) -> Drawn:
    draft = Draft()
    found = draft.assign("list_objects(image)")
    answer = f"len(unique([x.label for x in {found}]))"
    return Drawn(source.words("questions", "kind_count", {}), draft.program(answer))


def _kinds(source: Source) -> Drawn:
    noun = source.phrases.plain(source.random, *CLASSES).noun
    words = source.words("questions", "kinds", {"noun": noun.singular, "nouns": noun.plural})
    plural = noun.plural in words
    said = noun.plural if plural else noun.singular
    draft = Draft()
    return Drawn(words, draft.program(labels_of(draft.find(said), said)))


def _kinds_colored(source: Source) -> Drawn:
    noun = source.phrases.plain(source.random, *CLASSES).noun
    color = source.random.choice(described("colors"))
    slots = {"noun": noun.singular, "nouns": noun.plural, "c": color}
    words = source.words("questions", "kinds_color", slots)
    said = noun.plural if noun.plural in words else noun.singular
    draft = Draft()
    return Drawn(words, draft.program(labels_of(draft.select(draft.find(said), color), said)))


def _objects_where(source: Source) -> Drawn:
    draft = Draft()
    found = draft.assign("list_objects(image)")
    if source.chance(0.3):
        side = source.random.choice(list(phrasings("sides")))
        said = expand(source.random.choice(phrasings("sides")[side]), source.random)
        kept = draft.keep(found, f"overlap(x, half(image, '{side}')) > 0.5")
    else:
        relation = source.random.choice(
            ("on", "on", "near", "left", "right", "above", "below", "behind", "in front")
        )
        kinds = ("furniture", "tableware", "vehicles", "outdoors") if relation == "on" else ()
        other = source.phrases.plain(source.random, *kinds)
        pattern = source.random.choice(
            [one for one in phrasings("relations")[relation] if "(that" not in one]
        )
        said = expand(pattern, source.random).replace("{y}", f"the {other.n}")
        kept = _others(draft, found, other.statements(draft, plural=False), relation)
    words = source.words("questions", "objects_where", {"rel": said})
    return Drawn(words, draft.program(labels_of(kept)))


def _others(draft: Draft, found: str, others: str, relation: str) -> str:
    """The regions of another name than `others` that lie so to them."""
    return draft.keep(found, f"any([x.label != y.label and {TESTS[relation]} for y in {others}])")


def _with_them(group: str, test: str) -> Callable[[Source], Drawn]:
    """A family about what "he" or "they" have, which lies so to them."""

    def draw(source: Source) -> Drawn:
        words = source.words("questions", group, {})
        draft = Draft()
        found = draft.assign("list_objects(image)")
        kept = _others(draft, found, draft.find("person"), test)
        return Drawn(words, draft.program(labels_of(kept)))

    return draw


def _objects_under(source: Source) -> Drawn:
    phrase = source.phrases.plain(source.random, "people", "people", "animals")
    if source.chance(0.15):
        phrase = source.phrases.one(source.random, "people", "animals")
    words = source.words("questions", "objects_under", phrase.slots())
    draft = Draft()
    found = draft.assign("list_objects(image)")
    holders = phrase.statements(draft, plural=phrase.said_in(words))
    return Drawn(words, draft.program(labels_of(_others(draft, found, holders, "ridden"))))


def _objects_with(source: Source) -> Drawn:
    noun = source.phrases.plain(source.random, "people").noun
    phrase = (
        source.phrases.one(source.random, "people") if source.chance(0.15) else NounPhrase(noun)
    )
    hand = source.random.choice(("his", "her", "their", "the"))
    pron = source.random.choice(("him", "her", "them"))
    words = source.words("questions", "objects_with", phrase.slots() | {"hand": hand, "pron": pron})
    draft = Draft()
    found = draft.assign("list_objects(image)")
    kept = _others(draft, found, phrase.statements(draft, plural=False), "on")
    return Drawn(words, draft.program(labels_of(kept)))


def _nearest_object(source: Source) -> Drawn:
    phrase = source.phrases.plain(source.random)
    draft = Draft()
    a = draft.assign("list_objects(image)")
    b = phrase.statements(draft, plural=False)
    answer = f"nearest({a}, {b}[0]).label if count({a}) > 1 and exists({b}) else 'nothing found'"
    return Drawn(source.words("questions", "nearest_object", phrase.slots()), draft.program(answer))


def _nearest(group: str, value: str) -> Callable[[Source], Drawn]:
    def draw(source: Source) -> Drawn:
        first, second = source.phrases.plain(source.random), source.phrases.plain(source.random)
        if first.noun.singular == second.noun.singular:
            return draw(source)
        words = source.words("questions", group, first.slots("1") | second.slots("2"))
        draft = Draft()
        a, b = (one.statements(draft, plural=False) for one in (first, second))
        text = value.format(nearest=f"nearest({a}, {b}[0])")
        return Drawn(
            words, draft.program(f"{text} if exists({a}) and exists({b}) else 'not both found'")
        )

    return draw


FAMILIES = (
    Family("text", 2.5, _whole),
    Family("text", 4, _carrier),
    Family("text", 3, _on_thing),
    Family("text", 0.8, _text_on_exists),
    Family("text", 0.8, _simple("exists", "exists({a})")),
    Family("text", 0.5, _simple("lines", "count({a})")),
    Family("text", 1.5, _contains("contains", "exists({a})")),
    Family("text", 0.6, _contains("where_word", "tag(image, {a}) if exists({a}) else {missing}")),
    Family("blur", 0.7, _blurred),
    Family("text", 0.6, _largest),
    Family("text", 0.4, _simple("first", "{a}[0].text if exists({a}) else 'no text found'")),
    Family("text", 0.4, _simple("last", "{a}[-1].text if exists({a}) else 'no text found'")),
    Family("text", 0.7, _side),
    Family("objects", 3, _objects),
    Family("objects", 0.7, _object_count),
    Family("objects", 0.5, _kind_count),
    Family("objects", 3, _kinds),
    Family("objects", 2.4, _kinds_colored),
    Family("multi-hop", 2.5, _objects_where),
    Family("multi-hop", 1.3, _objects_with),
    Family("multi-hop", 1, _with_them("objects_with_them", "on")),
    Family("multi-hop", 1.3, _objects_under),
    Family("multi-hop", 0.4, _with_them("objects_under_them", "ridden")),
    Family("multi-hop", 1, _nearest_object),
    Family("multi-hop", 1, _nearest("nearest_color", "color_of({nearest})")),
    Family("multi-hop", 0.8, _nearest("nearest_which", "tag(image, {nearest})")),
)
