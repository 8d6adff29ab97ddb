"""A small grammar of the phrases that pick things: "the second largest red car on the left".

    phrase = { word | place } [ link phrase [ "and" phrase ] ]
    word   = number | rank | order | size | colour | text | noun
    place  = [ "on" | "at" | "from" ... ] { side | middle } [ "side" ... ] [ "of the picture" ]
    link   = "left of" | "above" | "next to" | "on" | "between" ...

The words of each kind are in `phrase_words.py`; what is none of them is a noun, and whether
anything carries it is for the reader of the parsed phrase to decide.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ..errors import ToolError
from . import phrase_words as words
from .phrase_words import Link, Order, Side, Size

MAX_QUERY = 400
"""Characters of a query."""

_TOKEN = re.compile(r"""["“”](?P<text>[^"“”]*)["“”]|(?P<stop>[,;])|(?P<word>[^\s,;"“”?!]+)""")


@dataclass(slots=True)
class Phrase:
    """What one phrase asks for.

    Args:
        nouns: the words that name the thing, in their order; a label is made of some of them.
        colors: names of colours, each a name of the colour table.
        order: what the candidates are sorted by, before `rank` or `number` are taken.
        adjective: an order that an adjective implies ("big"): of one thing its extreme.
        sides: where in the picture they lie ("on the left").
        rank: which in the order, from 1; -1 is the last.
        number: how many.
        everything: the phrase asks for all that fit.
        plural: the phrase speaks of several ("ones").
        text: what is written on it.
        link, anchors: how it lies to other things, and the phrases that pick those.
    """

    nouns: list[str] = field(default_factory=list[str])
    colors: list[str] = field(default_factory=list[str])
    order: Order | None = None
    adjective: Size | None = None
    sides: list[Side] = field(default_factory=list[Side])
    rank: int | None = None
    number: int | None = None
    everything: bool = False
    plural: bool = False
    text: str = ""
    link: Link | None = None
    anchors: list[Phrase] = field(default_factory=list["Phrase"])


@dataclass(frozen=True, slots=True)
class Token:
    """A word in small letters, or a quoted text as it was written."""

    text: str
    quoted: bool = False


def parse_query(query: str, labels: frozenset[str]) -> list[Phrase]:
    """The phrases of a query, which commas and "and" separate.

    Args:
        query: the query.
        labels: the labels in small letters of the regions to choose from: a colour word that is
            also a label ("orange") names the thing where no other noun does.

    Raises:
        ToolError: the query is empty, too long, or a phrase ends where a thing is missing.
    """
    if len(query) > MAX_QUERY:
        raise ToolError(
            f"a selecting phrase has at most {MAX_QUERY} characters", hint="say it shorter"
        )
    phrases = [_Parser(tokens, labels).phrase() for tokens in _split(query)]
    if not phrases:
        raise ToolError("the selecting phrase is empty", hint='say which: "the leftmost"')
    return phrases


def _split(query: str) -> list[list[Token]]:
    """The tokens of each phrase; "between A and B" stays one."""
    groups: list[list[Token]] = [[]]
    between = 0
    for match in _TOKEN.finditer(query):
        if match["text"] is not None:
            groups[-1].append(Token(match["text"], quoted=True))
        elif match["stop"] or (match["word"].lower() == "and" and not between):
            groups.append([])
        else:
            word = match["word"].lower().strip(".:'’()")
            between += (word == "between") - (word == "and")
            groups[-1] += [Token(part) for part in re.split(r"-(?=hand\b)|['’]s$", word) if part]
    return [group for group in groups if group]


class _Parser:
    """Reads one phrase from left to right."""

    def __init__(self, tokens: list[Token], labels: frozenset[str]) -> None:
        self._tokens = tokens
        self._labels = labels
        self._at = 0

    def phrase(self) -> Phrase:
        """The phrase up to the end, or to the "and" of a "between"."""
        phrase = Phrase()
        while self._at < len(self._tokens) and self._word() != "and":
            if not (self._place(phrase) or self._linked(phrase) or self._described(phrase)):
                self._noun(phrase)
        return phrase

    def _word(self, ahead: int = 0) -> str:
        """A coming word; empty beyond the end and for quoted text."""
        index = self._at + ahead
        if index >= len(self._tokens) or self._tokens[index].quoted:
            return ""
        return self._tokens[index].text

    def _place(self, phrase: Phrase) -> bool:
        """Reads "(on) (the) left (side) (of the picture)"; "left of X" is a link, and no place."""
        ahead, before = 0, ""
        if self._word() in words.PLACE_WORDS:
            before, ahead = self._word(), 1
        while self._word(ahead) in ("the", "far", "very"):
            ahead += 1
        sides: list[Side] = []
        middle: Order | None = None
        while True:
            word = self._word(ahead)
            if word in words.SIDES:
                sides.append(words.SIDES[word])
            elif word in words.MIDDLES:
                middle = words.MIDDLES[word]
            elif word != "hand" or not sides:
                break
            ahead += 1
        if not sides and middle is None:
            return False
        ahead = self._place_end(ahead)
        if ahead < 0:
            return False
        self._at += ahead
        if before == "from" and len(sides) == 1:
            phrase.order = sides[0]
        elif sides:
            phrase.sides += sides
        else:
            phrase.order = middle
        return True

    def _place_end(self, ahead: int) -> int:
        """Where a place that has come to its sides ends; -1 when it is a link to another thing."""
        of = False
        while self._word(ahead) in words.PARTS:
            of = self._word(ahead) == "of"
            ahead += 1
        if not of:
            return ahead
        while self._word(ahead) in ("the", "this"):
            ahead += 1
        return ahead + 1 if self._word(ahead) in words.PICTURES else -1

    def _linked(self, phrase: Phrase) -> bool:
        """Reads a link and the phrase, or two, of what it leads to."""
        for said, link in words.LINKS.items():
            if tuple(self._word(ahead) for ahead in range(len(said))) != said:
                continue
            if said == ("in",) and self._is_color(1):
                return False
            self._at += len(said)
            phrase.link = link
            phrase.anchors = [self.phrase()]
            if link == "between" and self._word() == "and":
                self._at += 1
                phrase.anchors.append(self.phrase())
            if any(anchor == Phrase() for anchor in phrase.anchors):
                raise ToolError(
                    f"the selecting phrase ends after {' '.join(said)!r}",
                    hint=f'say what it leads to: "{" ".join(said)} the dog"',
                )
            return True
        return False

    def _described(self, phrase: Phrase) -> bool:
        """Reads a number, rank, order, size, colour or text."""
        token, word = self._tokens[self._at], self._word()
        taken = 1
        if token.quoted:
            phrase.text = token.text
        elif word in words.TEXT_WORDS:
            rest = [one.text for one in self._tokens[self._at + 1 :]]
            phrase.text, taken = " ".join(rest), 1 + len(rest)
        elif self._is_color(0):
            taken = self._color(phrase)
        elif word in words.ORDERS:
            phrase.order = words.ORDERS[word]
        elif word in words.SIZES:
            phrase.adjective = words.SIZES[word]
        elif word in words.RANKS or re.fullmatch(r"\d{1,3}(st|nd|rd|th)", word):
            phrase.rank = words.RANKS[word] if word in words.RANKS else int(word[:-2])
        elif word.isdecimal() or (word in words.NUMBERS and (word != "one" or not self._at)):
            phrase.number = int(word[:3]) if word.isdecimal() else words.NUMBERS[word]
        elif word in words.ALL:
            phrase.everything = True
        elif word in words.NOUNS_FOR_ANY:
            phrase.plural = word in words.PLURALS_FOR_ANY
        elif word == "with" and any(one.quoted for one in self._tokens[self._at :]):
            taken = next(i for i, one in enumerate(self._tokens[self._at :]) if one.quoted)
        elif word not in words.FILLERS:
            return False
        self._at += taken
        return True

    def _is_color(self, ahead: int) -> bool:
        """Whether a colour comes: not where the word is the only noun and one of the labels."""
        word, following = self._word(ahead), self._word(ahead + 1)
        if word in words.SHADES:
            return following in words.COLORS
        names_a_thing = word in self._labels or word.removesuffix("s") in self._labels
        return word in words.COLORS and not (names_a_thing and self._ends_noun(ahead + 1))

    def _ends_noun(self, ahead: int) -> bool:
        """Whether no noun follows: the phrase ends, or goes on with a place or link."""
        word = self._word(ahead)
        return not word or word in words.PLACE_WORDS or word in ("and", "that", "which", "with")

    def _color(self, phrase: Phrase) -> int:
        """Reads a colour; returns how many words it has."""
        word, following = self._word(), self._word(1)
        color, taken = words.color_at(word, following)
        phrase.colors.append(color)
        return taken

    def _noun(self, phrase: Phrase) -> None:
        phrase.nouns.append(self._word())
        self._at += 1
