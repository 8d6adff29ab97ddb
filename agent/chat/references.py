"""Words that refer back: "them", "it", "the others", "the red one", "everything else".

Each is replaced by the words that it stands for, and the program of the next turn is told which
regions they mean. Rules, in English, for the ways people follow up on pictures; where a word may
mean several things, the person is asked. Known limits:

- "it" is a thing that was spoken of before it is the picture.
- What stands in the same message, before an "and", a comma or a "that", is not replaced: "find the
  dog and blur it".
- A noun is never taken for another one: "the animal" is not the dog of before.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from .meaning import Understood, unclear
from .nouns import is_known, plural, same_noun, singular, with_article, words
from .topic import Mention, Topic

_END = r"(?=\s*(?:too|as well|out|please|now|instead|again)?\s*(?:[?.!,]|$|\band\b))"
_PLACE = (
    r"(?=\s+(?:on|in|at|near|next|behind|under|above|below|beside|to|left|right|with|wearing|sitting"
    r"|standing|lying|visible|here|there)\b|\s*[?.!]*$)"
)
PICTURE_WORDS = frozenset(
    {"picture", "pictures", "photo", "photos", "image", "images", "side", "half"}
)
_NO_ANTECEDENT = PICTURE_WORDS | words(
    "of one ones other others rest left right top bottom middle centre center same them it that"
    " this these those color colour colors colours size number name names position height"
    " width area shape kind type age breed box boxes emoji smiley label labels sticker"
    " frame circle heart hat star border outline is are was were there do does did can could"
    " many else more"
)
_NOUN_PHRASE = re.compile(
    r"\b(?:an?|the|any|some|all|every|each|both|my|your|no|two|three|four|five|many|which|what"
    r"|count|find|see|there|only|just)\s+(?:(?:the|small|big|large|red|blue|green|black|white"
    r"|yellow|brown|leftmost|rightmost|largest|smallest|biggest|tallest)\s+)*([a-z]+)"
)
_BOUNDARY = re.compile(r"\b(?:and|then|but|that|which|who|where|so)\b|[,;:.]")
_WEATHER = re.compile(
    r"\bit\b(?:'s)?\s+(?:is\s+)?(?:a\s+)?(?:day|night|rain|snow|sunny|cloudy|windy|foggy|dark\b|light\b"
    r"|winter|summer|spring|autumn|morning|evening|noon|late|early|cold|hot|warm|possible|true|ok)"
    r"|\b(?:what time|what day|what season) is it\b"
)
_AWAY = re.compile(r"\b(?:gone|still there|still visible|disappeared|removed)\b")
_WHOLE = re.compile(
    r"\b(?:rotate|flip|mirror|resize|rescale|save|brighten|darken|sharpen|invert|make) it\b"
)


class References:
    """Replaces the words of one message that refer back.

    Args:
        message: the message.
        topic: what was said before.
    """

    def __init__(self, message: str, topic: Topic) -> None:
        self._topic = topic
        self._text = message
        self._known: dict[str, str] = {}
        self._other: set[str] = set()

    def resolved(self) -> Understood:
        """The message in full.

        Raises:
            AskFirstError: a word may mean several things, or nothing that was spoken of.
        """
        for pattern, meaning in self._rules():
            self._replace(pattern, meaning)
        known = {noun: one for noun, one in self._known.items() if one}
        request = self._text
        for noun in self._other:
            # The program is told which they are, so that the planner need not understand "other".
            request = request.replace(f"the other {noun}", f"the {noun}")
        return Understood(request, self._text if self._other else "", known)

    def _rules(self) -> Sequence[tuple[str, Callable[[re.Match[str]], str]]]:
        """What is replaced, in this order, and by what."""
        return (
            (r"\b(?:everything|all|anything) else\b|\bthe rest(?: of (?:it|the \w+))?\b(?! of)",
             self._everything_else),
            (r"\bthe other (\w+)\b|\bthe others\b|\bthe rest of (?:them|those|these)\b"
             r"|\bevery(?:one|body) else\b", self._others),
            (r"\bwhich (?:one |ones )?of (?:them|these|those)\b", self._which_of_them),
            (r"\b(?:them|(?:these|those)(?: ones)?)\b", self._them),
            (r"\bthey're\b", lambda _: f"{self._things('they')} are"),
            (r"\bthey\b", lambda _: self._things("they")),
            (r"\btheir\b(?=\s+\w)", lambda _: f"{self._things('their')}'"),
            (r"\b(?:that|this)\s+(\w+)\b", self._that_noun),
            (r"\b(?:blur|remove|crop|hide|tag|label|mark|cover|delete|erase|keep|enlarge|around|on"
             rf"|behind|near|except|but|to|with|of) (that|this){_END}", self._that),
            (r"\b(the|which|an?|any|every|each|another)\s+((?:(?!of\b|is\b|are\b|than\b)[\w-]+\s+){0,2}?)"
             r"(ones?)\b(?!\s+of\b)(?:\s+(\w+))?", self._one),
            (r"\bit's\b", lambda one: _ended(one, self._thing("it", one), " is")),
            (r"\bits\b(?=\s+\w)", lambda one: _ended(one, self._thing("its", one), "'s")),
            (r"\bit\b", lambda one: self._thing("it", one)),
            (r"\b(?:he|she)'s\b", lambda one: _ended(one, self._person(one), " is")),
            (r"\b(?:his\b|her\b(?=\s+(?!on\b|in\b|and\b|too\b|out\b|from\b|with\b)[a-z]))",
             lambda one: _ended(one, self._person(one), "'s")),
            (r"\b(?:he|she|him|her)\b", self._person),
            (r"^(?:and )?which(?: one)?(?= (?:is|are) )([^,]*?)(?=[?.!]*$)", self._which),
            (r"^how many(?=\s+(?:are|were|have|do|wear|stand|sit|look|can)\b)", self._how_many),
            (rf"\b(any|some|one|another)(?<!the one){_PLACE}", self._any),
        )  # fmt: skip

    def _replace(self, pattern: str, meaning: Callable[[re.Match[str]], str]) -> None:
        """Replaces what a pattern finds, in the request and in what people are shown."""

        def said(one: re.Match[str]) -> str:
            return one[0] if self._has_antecedent(one) else meaning(one)

        self._text = re.sub(pattern, said, self._text, flags=re.IGNORECASE)

    def _has_antecedent(self, one: re.Match[str]) -> bool:
        """Whether the message itself, before the word, says what it means."""
        before = one.string[: one.start()].lower()
        ends = [boundary.start() for boundary in _BOUNDARY.finditer(before)]
        clause = before[: ends[-1]] if ends else ""
        nouns = (found[1] for found in _NOUN_PHRASE.finditer(clause))
        return any(noun not in _NO_ANTECEDENT for noun in nouns)

    def _everything_else(self, one: re.Match[str]) -> str:
        mentions = self._mentions(one[0])
        parts = [self._means(each, _number(each)) for each in mentions]
        return f"everything except {' and '.join(parts)}"

    def _others(self, one: re.Match[str]) -> str:
        noun = (one[1] or "").lower()
        if noun in PICTURE_WORDS:
            return one[0]
        everybody = one[0].lower().startswith("every")
        found = [
            each
            for each in self._mentions(one[0])
            if noun in ("", "one", "ones") or same_noun(noun, each.noun)
        ]
        if noun not in ("", "one", "ones") and not found:
            return one[0]
        chosen = [each for each in found if each.others]
        if not chosen:
            raise unclear(one[0], why="nothing was chosen before, so there are no others")
        each = chosen[0]
        several = everybody or (noun != "one" and (not noun or noun == plural(noun)))
        word = plural(each.noun) if several else singular(each.noun)
        self._known[word] = each.others
        self._other.add(word)
        return f"the other {word}"

    def _which_of_them(self, one: re.Match[str]) -> str:
        mentions = self._mentions("them")
        if len(mentions) > 1:
            return f"which of {' and '.join(self._means(each, 'all') for each in mentions)}"
        self._means(mentions[0], "one")
        return f"which {singular(mentions[0].noun)}"

    def _them(self, one: re.Match[str]) -> str:
        after = re.match(r"\s+(\w+)", one.string[one.end() :])
        noun = after[1].lower() if after else ""
        if one[0].lower() in ("these", "those") and noun:
            same = [each for each in self._mentions_or_none() if same_noun(noun, each.noun)]
            if same:
                self._known[noun] = same[0].value
                return "the"
            if is_known(noun) or noun in PICTURE_WORDS:
                return one[0]
        return self._things(one[0])

    def _things(self, word: str) -> str:
        return " and ".join(self._means(each, "all") for each in self._mentions(word))

    def _that_noun(self, one: re.Match[str]) -> str:
        noun = one[1].lower()
        if noun in ("one", "thing"):
            return self._thing(one[0], one)
        same = [each for each in self._mentions_or_none() if same_noun(noun, each.noun)]
        if not same or same[0].found not in (1, None):
            return one[0]
        self._known[noun] = same[0].value
        return f"the {one[1]}"

    def _that(self, one: re.Match[str]) -> str:
        return one[0].removesuffix(one[1]) + self._thing(one[1], one)

    def _one(self, one: re.Match[str]) -> str:
        article, adjectives, word, after = one[1], one[2], one[3], one[4] or ""
        if after and is_known(after) and article.lower() != "which":
            return one[0]
        mentions = self._mentions(f"{article} {adjectives}{word}")
        if len(mentions) > 1:
            raise unclear(f"{article} {adjectives}{word}", [each.all for each in mentions])
        each = mentions[0]
        noun = plural(each.noun) if word.lower() == "ones" else singular(each.noun)
        if each.every or each.value:
            self._known[noun] = each.every or each.value
        rest = f" {after}" if after else ""
        if article.lower() in ("a", "an"):
            return with_article(f"{adjectives}{noun}") + rest
        return f"{article} {adjectives}{noun}{rest}"

    def _thing(self, word: str, one: re.Match[str]) -> str:
        """What "it" is."""
        text, after = one.string.lower(), one.string[one.end() :].lower()
        # In "what does it say on the bus?", "it" is nothing.
        if _WEATHER.search(text) or re.match(r"\s+(?:say|read)s? (?:on|in|at|under)\b", after):
            return one[0]
        last = self._topic.last
        if last is not None and last.edited and _WHOLE.search(text):
            return "the picture"
        for mentions in self._topic.recent():
            left = [each for each in mentions if not each.gone]
            if not left:
                # "is it gone?" is about what was taken away.
                away = len(mentions) == 1 and _AWAY.search(text)
                return mentions[0].one if away else "the picture"
            if len(left) > 1:
                raise unclear(word, [each.one for each in left])
            each = left[0]
            if (each.found or 0) > 1:
                why = f"there are {each.found} {plural(each.noun)}"
                raise unclear(word, why=why)
            return self._means(each, "one")
        return "the picture" if last is not None and last.edited else one[0]

    def _person(self, one: re.Match[str]) -> str:
        for mentions in self._topic.recent():
            people = [each for each in mentions if each.alive and not each.gone]
            if len(people) > 1:
                raise unclear(one[0], [each.one for each in people])
            if people and (people[0].found or 0) > 1:
                count, noun = people[0].found, plural(people[0].noun)
                raise unclear(one[0], why=f"there are {count} {noun}")
            if people:
                return self._means(people[0], "one")
        return one[0]

    def _which(self, one: re.Match[str]) -> str:
        """ "which is bigger?", of all that was spoken of."""
        mentions = self._mentions_or_none()
        if not mentions:
            return one[0]
        if len(mentions) == 1:
            each = mentions[0]
            noun = singular(each.noun)
            if each.every or each.value:
                self._known[noun] = each.every or each.value
            return f"which {noun}{one[1]}"
        words = [self._means(each, _number(each)) for each in mentions]
        return f"which{one[1]}, {' or '.join(words)}"

    def _how_many(self, one: re.Match[str]) -> str:
        (each, *more) = self._mentions("how many")
        if more:
            raise unclear("how many", [other.all for other in (each, *more)])
        # "how many are there?" may ask anew, so what was chosen before is not meant.
        if each.value and not re.match(r"\s+are there\b", one.string[one.end() :]):
            self._known[plural(each.noun)] = each.value
        return f"{one[0]} {plural(each.noun)}"

    def _any(self, one: re.Match[str]) -> str:
        mentions = self._mentions_or_none()
        if len(mentions) != 1 or not re.search(r"\b(?:is|are|see|find)\b", one.string.lower()):
            return one[0]
        noun = mentions[0].noun
        word = one[1].lower()
        if word == "one":
            return with_article(singular(noun))
        return f"{one[1]} {singular(noun) if word == 'another' else plural(noun)}"

    def _means(self, each: Mention, number: str) -> str:
        """The words for something that was spoken of, whose regions the program is told."""
        meant = each.one if number == "one" else each.all
        if each.value:
            noun = singular(each.noun) if number == "one" else plural(each.noun)
            self._known[noun] = each.value
        return meant

    def _mentions_or_none(self) -> Sequence[Mention]:
        return next(iter(self._topic.recent()), ())

    def _mentions(self, word: str) -> Sequence[Mention]:
        """What was spoken of last.

        Raises:
            AskFirstError: nothing was.
        """
        found = self._mentions_or_none()
        if not found:
            raise unclear(word, why="nothing was spoken of yet" if not self._topic.turns else "")
        return found


def _ended(one: re.Match[str], meant: str, ending: str) -> str:
    """What a word means, with an ending; a word that stays as it is has its own."""
    return meant if meant == one[0] else meant + ending


def _number(each: Mention) -> str:
    """Whether something is one or several, by how many there were or else by its noun."""
    if each.found:
        return "one" if each.found == 1 else "all"
    return "all" if plural(each.noun) == each.noun else "one"
