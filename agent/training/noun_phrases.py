"""Noun phrases of requests, "the red cars left of the bus", and the statements that pick them."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

from .drafts import Draft
from .nouns import Noun, Nouns, article
from .wording import described, expand, phrasings

TESTS: dict[str, str] = {
    "left": "left_of(x, y)",
    "right": "right_of(x, y)",
    "above": "above(x, y)",
    "below": "below(x, y)",
    "on": "overlap(x, y) > 0.5",
    "near": "distance(x, y) < x.width + y.width",
    "with": "overlap(y, x) > 0.5",
    "riding": "overlap(x, y) > 0.2",
    "ridden": "overlap(y, x) > 0.2",
    "in front": "overlap(x, y) > 0 and x.box.bottom > y.box.bottom",
    "behind": "overlap(x, y) > 0 and x.box.bottom < y.box.bottom",
}
"""What each relation means of a region `x` to a region `y`, by their boxes."""

RANKS = {"second": "2nd", "third": "3rd", "fourth": "4th"}
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
        side: the half of the picture that it is in, one of phrasings/sides.toml.
        quality: what else it is like or does, which `select` is asked.
        order: one of phrasings/superlatives.toml, or "second from the left"; then it is one thing.
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
                return NounPhrase(phrase.noun, colour=random.choice(described("colors")))
            case "side":
                side = random.choice(list(phrasings("sides")))
                return NounPhrase(
                    phrase.noun, side=side, after=_words(phrasings("sides")[side], random)
                )
            case "related":
                return self.related(random, phrase.noun)
            case "described":
                return self.described(random, phrase.noun)
            case _:
                return phrase

    def one(self, random: Random, *kinds: str) -> NounPhrase:
        """A phrase that means a single thing by its place or size: "the leftmost dog"."""
        noun = self.plain(random, *kinds).noun
        colour = random.choice(described("colors")) if random.random() < 0.12 else ""
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
        order = random.choice(list(phrasings("superlatives")))
        pattern = _words(phrasings("superlatives")[order], random)
        return NounPhrase(noun, colour=colour, order=order, pattern=pattern)

    def related(self, random: Random, noun: Noun) -> NounPhrase:
        """A thing described by where it is to another."""
        relation = random.choice(self._relations(noun))
        if relation == "wearing":
            other = self.plain(random, "clothes")
            words = _words(described("wearing"), random)
            return self._joined(random, noun, "with", other, words, articles=("a", "a", ""))
        if relation == "riding":
            animal = random.random() < 0.3
            other = self.plain(random, "animals" if animal else "vehicles")
            words = _words(phrasings("relations")["riding"], random)
            return self._joined(
                random, noun, "riding", other, words, articles=("a", "a", "the", "")
            )
        if relation == "with":
            other = self.plain(random, "things", "food", "tableware", "clothes")
            words = _words(phrasings("relations")["with"], random)
            return self._joined(random, noun, "with", other, words, articles=("a", "a", ""))
        kinds = (
            ("furniture", "furniture", "vehicles", "tableware", "outdoors", "places", "stuff")
            if relation == "on"
            else ()
        )
        other = self.plain(random, *kinds)
        if random.random() < 0.15:
            other = NounPhrase(other.noun, colour=random.choice(described("colors")))
        articles = ("the", "the", "the", "a", "a", "")
        return self._joined(
            random,
            noun,
            relation,
            other,
            _words(phrasings("relations")[relation], random),
            articles,
        )

    def described(self, random: Random, noun: Noun) -> NounPhrase:
        """A thing with a quality that only a vision-language model can judge."""
        if random.random() < 0.5 and noun.kind in ("people", "animals"):
            doing = random.choice(described("doing"))
            after = expand(
                random.choice(("{d}", "{d}", "(that are|who are|that is|who is) {d}")), random
            )
            return NounPhrase(noun, quality=doing, after=after.replace("{d}", doing))
        quality = random.choice(described("adjectives"))
        return NounPhrase(noun, quality=quality, before=quality)

    def belonging(self, random: Random) -> NounPhrase:
        """A thing that someone wears or holds: "the man's hat"."""
        noun = self.plain(random, "clothes", "clothes", "clothes", "things").noun
        other = NounPhrase(self.plain(random, "people", "people", "people", "animals").noun)
        if random.random() < 0.2:
            order = random.choice(("leftmost", "rightmost", "largest"))
            other = NounPhrase(
                other.noun,
                order=order,
                pattern=_words(phrasings("superlatives")[order][:2], random),
            )
        words = _words(described("belonging"), random)
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
            *("people",) * 4,
            "animals",
            "animals",
            "vehicles",
            "food",
            "tableware",
            "furniture",
        )
        kinds = (*kinds, "things", "things", "clothes", "outdoors", "places", "shapes")
        return (random.choice(kinds),)


def _words(options: tuple[str, ...], random: Random) -> str:
    return expand(random.choice(options), random)
