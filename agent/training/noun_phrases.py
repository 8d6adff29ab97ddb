"""Noun phrases of requests, "the red cars left of the bus", and the statements that pick them."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import Literal

from .drafts import Draft
from .nouns import Noun, Nouns, article
from .wording import expand

Relation = Literal[
    *("left", "right", "above", "below", "on", "near", "with", "riding", "in front", "behind"),
]

TESTS: dict[str, str] = {
    "left": "left_of(x, y)",
    "right": "right_of(x, y)",
    "above": "above(x, y)",
    "below": "below(x, y)",
    "on": "overlap(x, y) > 0.5",
    "near": "distance(x, y) < x.width + y.width",
    "with": "overlap(y, x) > 0.5",
    "riding": "overlap(x, y) > 0.2",
    "in front": "overlap(x, y) > 0 and x.box.bottom > y.box.bottom",
    "behind": "overlap(x, y) > 0 and x.box.bottom < y.box.bottom",
}
"""What each relation means of a region `x` to a region `y`, by their boxes."""

COLORS = (
    *(
        "red",
        "blue",
        "green",
        "yellow",
        "white",
        "black",
        "brown",
        "orange",
        "pink",
        "purple",
        "grey",
    ),
    *("gray", "dark blue", "light blue", "dark green", "beige", "golden", "silver", "light green"),
)
SIDES = {
    "left": (
        "on the left( side| hand side| half|)( of {pic}|)",
        "(in|at) the left( part| side| half|)( of {pic}|)",
        "to the left",
        "at left",
    ),
    "right": (
        "on the right( side| hand side| half|)( of {pic}|)",
        "(in|at) the right( part| side| half|)( of {pic}|)",
        "to the right",
        "at right",
    ),
    "top": (
        "at the top( of {pic}|)",
        "in the (upper|top) (half|part)( of {pic}|)",
        "(near the top|up top)",
    ),
    "bottom": (
        "at the bottom( of {pic}|)",
        "in the (lower|bottom) (half|part)( of {pic}|)",
        "(near the bottom|down below)",
    ),
}
RELATIONS: dict[str, tuple[str, ...]] = {
    "left": (
        *("(to the left of|left of|on the left of) {y}", "left of {y}", "to the left of {y}"),
        *("on the left (hand |)side of {y}", "(to|on) {y}'s left", "left from {y}"),
    ),
    "right": (
        *("(to the right of|right of|on the right of) {y}", "right of {y}", "to the right of {y}"),
        *("on the right (hand |)side of {y}", "(to|on) {y}'s right", "right from {y}"),
    ),
    "above": (
        "above {y}",
        "above {y}",
        "over {y}",
        "higher (up |)than {y}",
        "hanging (over|above) {y}",
    ),
    "below": ("below {y}", "under {y}", "beneath {y}", "underneath {y}", "lower than {y}"),
    "on": (
        *("on {y}", "on {y}", "on top of {y}", "in {y}", "inside {y}", "lying on {y}"),
        *(
            "sitting (on|in) {y}",
            "standing on {y}",
            "sat on {y}",
            "that (is|are) on {y}",
            "resting on {y}",
        ),
        *("laying on {y}", "within {y}", "sleeping on {y}"),
    ),
    "near": (
        *("near {y}", "next to {y}", "close to {y}", "beside {y}", "by {y}", "around {y}"),
        *("right (next to|by|beside) {y}", "standing (near|next to|beside|by) {y}", "nearby {y}"),
    ),
    "with": (
        *("with {y}", "with {y}", "(that has|having|that have) {y}", "holding {y}", "carrying {y}"),
        *("who (has|have) {y}", "with {y} in (hand|their hands)"),
    ),
    "riding": ("riding {y}", "on {y}", "who (ride|rides) {y}", "riding on {y}", "sitting on {y}"),
    "in front": ("in front of {y}", "in front of {y}", "standing in front of {y}", "before {y}"),
    "behind": ("behind {y}", "at the back of {y}", "standing behind {y}", "hidden behind {y}"),
}
WEARING = (
    "wearing {y}",
    "in {y}",
    "with {y}",
    "wearing {y}",
    "(who|that) (wear|wears|has|have) {y}",
    "dressed in {y}",
)
SUPERLATIVES: dict[str, tuple[str, ...]] = {
    "leftmost": (
        *(
            "leftmost {n}",
            "left-most {n}",
            "{n} (furthest|farthest) (to the left|left)",
            "left most {n}",
        ),
        *("{n} on the (far|very) left", "first {n} (from|on) the left", "{n} most to the left"),
    ),
    "rightmost": (
        *(
            "rightmost {n}",
            "right-most {n}",
            "{n} (furthest|farthest) (to the right|right)",
            "right most {n}",
        ),
        *("{n} on the (far|very) right", "first {n} (from|on) the right", "{n} most to the right"),
    ),
    "topmost": (
        "topmost {n}",
        "highest {n}",
        "uppermost {n}",
        "{n} at the very top",
        "{n} highest up",
    ),
    "bottommost": ("bottommost {n}", "lowest {n}", "{n} at the very bottom", "lowermost {n}"),
    "largest": (
        *(
            "largest {n}",
            "biggest {n}",
            "big {n}",
            "large {n}",
            "{n} (that is|that's) (biggest|largest)",
        ),
        *("{n} closest to (me|the camera)", "main {n}", "{n} in the foreground", "most big {n}"),
    ),
    "smallest": (
        *("smallest {n}", "tiniest {n}", "small {n}", "littlest {n}", "tiny {n}", "little {n}"),
        *("{n} (furthest|farthest) (away|from the camera)", "{n} in the background"),
    ),
    "tallest": ("tallest {n}", "tall {n}", "{n} that is the tallest"),
    "shortest": ("shortest {n}", "short {n}"),
    "widest": ("widest {n}", "wide {n}"),
    "middle": ("middle {n}", "{n} in the (middle|centre|center)", "central {n}", "center {n}"),
}
RANKS = {"second": "2nd", "third": "3rd", "fourth": "4th"}
ADJECTIVES = (
    *(
        "happy",
        "sad",
        "old",
        "young",
        "new",
        "wooden",
        "metal",
        "plastic",
        "open",
        "closed",
        "empty",
        "full",
    ),
    *(
        "broken",
        "striped",
        "spotted",
        "fluffy",
        "dirty",
        "clean",
        "wet",
        "round",
        "square",
        "shiny",
        "parked",
    ),
    *(
        "rusty",
        "bald",
        "tired",
        "angry",
        "cute",
        "male",
        "female",
        "folded",
        "modern",
        "antique",
        "bearded",
    ),
)
DOING = (
    *(
        "sitting",
        "standing",
        "running",
        "sleeping",
        "smiling",
        "walking",
        "lying down",
        "jumping",
        "waving",
    ),
    *(
        "looking at the camera",
        "talking",
        "eating",
        "drinking",
        "swimming",
        "flying",
        "dancing",
        "laughing",
    ),
    *("facing left", "facing the camera", "playing", "crying", "reading", "moving", "looking away"),
)
"""What only a vision-language model can judge: `select` is asked, and says so where it can't."""

BELONGING = (
    *("{y}'s {x}", "{y}'s {x}", "{y}'s {x}", "{x} of {y}", "{x} on {y}", "{x} {y} is wearing"),
    *(
        "{x} that {y} is wearing",
        "{x} {y} has on",
        "{x} worn by {y}",
        "{x} {y} is holding",
        "{x} that {y} has",
    ),
)
SHAPES = (
    *(("plain",) * 11 + ("colour",) * 3 + ("side",) * 2 + ("related",) * 6),
    *("described", "described"),
)


@dataclass(frozen=True, slots=True)
class NounPhrase:
    """Something that a request speaks of.

    Args:
        noun: the head.
        colour: the colour that it has, as written.
        side: the half of the picture that it is in, a key of `SIDES`.
        quality: what else it is like or does, which `select` is asked.
        order: a key of `SUPERLATIVES`, or "second from the left"; then it is one thing.
        before: the words before the noun.
        after: the words after the noun, or a pattern with `{n}` for one thing.
        relation: how it lies to `other`.
        other: the thing that it is related to, and `other_plural` whether its name is.
    """

    noun: Noun
    colour: str = ""
    side: str = ""
    quality: str = ""
    order: str = ""
    before: str = ""
    after: str = ""
    relation: str = ""
    other: NounPhrase | None = None
    other_plural: bool = False
    pattern: str = field(default="{n}")

    @property
    def n(self) -> str:
        """In the singular, without an article."""
        return self._around(self.noun.singular)

    @property
    def ns(self) -> str:
        """In the plural, without an article."""
        return self._around(self.noun.plural)

    @property
    def a(self) -> str:
        """In the singular with "a" or "an"."""
        return self.n if self.noun.singular == self.noun.plural else article(self.n)

    @property
    def name(self) -> str:
        """A short name for answers: the noun with its colour."""
        return f"{self.colour} {self.noun.singular}".strip()

    @property
    def names(self) -> str:
        """The short name in the plural."""
        return f"{self.colour} {self.noun.plural}".strip()

    @property
    def plain(self) -> bool:
        """Whether it is a noun alone."""
        return not (self.colour or self.side or self.quality or self.order or self.relation)

    def said_in(self, words: str) -> bool:
        """Whether a request has it in the plural, which the program then copies."""
        return self.ns.split("{")[0].strip() in words

    def slots(self, suffix: str = "") -> dict[str, str]:
        """What fills the slots of a template: {n}, {ns}, {a}, {the}, {thes}, {noun}, {nouns}."""
        found = {"n": self.n, "ns": self.ns, "a": self.a, "the": f"the {self.n}"}
        found |= {"thes": f"the {self.ns}", "noun": self.noun.singular, "nouns": self.noun.plural}
        return {f"{name}{suffix}": text for name, text in found.items()}

    def statements(self, draft: Draft, *, plural: bool, image: str = "image") -> str:
        """Writes what picks it; returns the name of the regions."""
        found = draft.find(self.noun.plural if plural else self.noun.singular, image)
        described = " ".join(word for word in (self.order, self.colour) if word)
        if self.quality:
            described = self.quality
        if described:
            found = draft.select(found, described)
        if self.side:
            found = draft.keep(found, f"overlap(x, half({image}, '{self.side}')) > 0.5")
        if self.other is not None:
            others = self.other.statements(draft, plural=self.other_plural, image=image)
            found = draft.keep(found, f"any([{TESTS[self.relation]} for y in {others}])")
        return found

    def _around(self, noun: str) -> str:
        words = f"{self.colour} {noun}" if self.colour else noun
        if self.pattern != "{n}":
            return self.pattern.replace("{n}", words)
        return f"{self.before} {words} {self.after}".strip()


class NounPhrases:
    """Draws noun phrases with nouns of one split."""

    def __init__(self, nouns: Nouns) -> None:
        self.nouns = nouns

    def plain(self, random: Random, *kinds: str) -> NounPhrase:
        """A noun alone; of any kind of thing where no kinds are given."""
        return NounPhrase(self.nouns.draw(random, *(kinds or self._any_kinds(random))))

    def draw(self, random: Random, *kinds: str, shapes: tuple[str, ...] = SHAPES) -> NounPhrase:
        """A noun phrase for one or several things."""
        phrase = self.plain(random, *kinds)
        match random.choice(shapes):
            case "colour":
                return NounPhrase(phrase.noun, colour=random.choice(COLORS))
            case "side":
                side = random.choice(list(SIDES))
                return NounPhrase(phrase.noun, side=side, after=_words(SIDES[side], random))
            case "related":
                return self.related(random, phrase.noun)
            case "described":
                return self.described(random, phrase.noun)
            case _:
                return phrase

    def one(self, random: Random, *kinds: str) -> NounPhrase:
        """A phrase that means a single thing by its place or size: "the leftmost dog"."""
        noun = self.plain(random, *kinds).noun
        colour = random.choice(COLORS) if random.random() < 0.12 else ""
        if random.random() < 0.22:
            rank, side = random.choice(list(RANKS)), random.choice(("left", "right"))
            said = random.choice((rank, RANKS[rank]))
            pattern = random.choice(
                (f"{said} {{n}} from (the |){side}", f"{said} {{n}} from the {side}")
            )
            order = f"{rank} from the {side}"
            if colour:
                colour, pattern = "", pattern
            return NounPhrase(noun, order=order, pattern=expand(pattern, random))
        order = random.choice(list(SUPERLATIVES))
        pattern = _words(SUPERLATIVES[order], random)
        return NounPhrase(noun, colour=colour, order=order, pattern=pattern)

    def related(self, random: Random, noun: Noun) -> NounPhrase:
        """A thing described by where it is to another."""
        relation = random.choice(self._relations(noun))
        if relation == "wearing":
            other = self.plain(random, "clothes")
            words = _words(WEARING, random)
            return self._joined(random, noun, "with", other, words, articles=("a", "a", ""))
        if relation == "riding":
            animal = random.random() < 0.3
            other = self.plain(random, "animals" if animal else "vehicles")
            words = _words(RELATIONS["riding"], random)
            return self._joined(
                random, noun, "riding", other, words, articles=("a", "a", "the", "")
            )
        if relation == "with":
            other = self.plain(random, "things", "food", "tableware", "clothes")
            words = _words(RELATIONS["with"], random)
            return self._joined(random, noun, "with", other, words, articles=("a", "a", ""))
        kinds = (
            ("furniture", "furniture", "vehicles", "tableware", "outdoors")
            if relation == "on"
            else ()
        )
        other = self.plain(random, *kinds)
        if random.random() < 0.15:
            other = NounPhrase(other.noun, colour=random.choice(COLORS))
        articles = ("the", "the", "the", "a", "a", "")
        return self._joined(
            random, noun, relation, other, _words(RELATIONS[relation], random), articles
        )

    def described(self, random: Random, noun: Noun) -> NounPhrase:
        """A thing with a quality that only a vision-language model can judge."""
        if random.random() < 0.5 and noun.kind in ("people", "animals"):
            doing = random.choice(DOING)
            after = expand(
                random.choice(("{d}", "{d}", "(that are|who are|that is|who is) {d}")), random
            )
            return NounPhrase(noun, quality=doing, after=after.replace("{d}", doing))
        quality = random.choice(ADJECTIVES)
        return NounPhrase(noun, quality=quality, before=quality)

    def belonging(self, random: Random) -> NounPhrase:
        """A thing that someone wears or holds: "the man's hat"."""
        noun = self.plain(random, "clothes", "clothes", "clothes", "things").noun
        other = NounPhrase(self.plain(random, "people", "people", "people", "animals").noun)
        if random.random() < 0.2:
            order = random.choice(("leftmost", "rightmost", "largest"))
            other = NounPhrase(
                other.noun, order=order, pattern=_words(SUPERLATIVES[order][:2], random)
            )
        words = _words(BELONGING, random)
        owner = other.n if words.startswith("{y}") else f"the {other.n}"
        pattern = words.replace("{y}", owner).replace("{x}", "{n}")
        return NounPhrase(noun, relation="on", other=other, pattern=pattern)

    def _joined(
        self,
        random: Random,
        noun: Noun,
        relation: str,
        other: NounPhrase,
        words: str,
        articles: tuple[str, ...],
    ) -> NounPhrase:
        chosen = random.choice(articles)
        often = 0.15 if chosen == "the" else 0.7
        plural = chosen != "a" and "'s" not in words and random.random() < often
        said = {"a": other.a, "the": f"the {other.ns if plural else other.n}"}.get(
            chosen, other.ns if plural else other.n
        )
        after = words.replace("{y}", said)
        return NounPhrase(noun, after=after, relation=relation, other=other, other_plural=plural)

    def _relations(self, noun: Noun) -> tuple[str, ...]:
        places = (
            "left",
            "right",
            "above",
            "below",
            "on",
            "on",
            "near",
            "near",
            "in front",
            "behind",
        )
        if noun.kind == "people":
            return (*places, "wearing", "wearing", "wearing", "with", "with", "riding")
        return (*places, "with") if noun.kind in ("animals", "furniture", "vehicles") else places

    def _any_kinds(self, random: Random) -> tuple[str, ...]:
        kinds = (
            "people",
            "people",
            "animals",
            "animals",
            "vehicles",
            "food",
            "tableware",
            "furniture",
        )
        return (random.choice((*kinds, "things", "things", "clothes", "outdoors")),)


def _words(options: tuple[str, ...], random: Random) -> str:
    return expand(random.choice(options), random)
