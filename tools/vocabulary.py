"""`Vocabulary`: what a query means in the names that a detector knows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from .errors import NotOfferedError, ToolError
from .lexicon import Entry, plain, standard_lexicon

MAX_QUERY = 200
"""Characters of a query: a phrase, not a text."""


class Vocabulary:
    """Understands queries in terms of the names that a detector knows.

    Args:
        names: the detector's names; words that mean only other names are outside for it.
    """

    def __init__(self, names: Iterable[str]) -> None:
        self._known = frozenset(names)
        self._lexicon = standard_lexicon()

    def names(self, query: str) -> frozenset[str]:
        """The names that a query means: those of each of its phrases.

        Words before a noun ("little", "red") and after it ("in a hat", "riding a bike") describe it
        and name nothing more.

        Raises:
            ToolError: the query names nothing, or is too long for a phrase.
            NotOfferedError: a phrase names what the detector can't recognise in any picture.
        """
        if len(query) > MAX_QUERY:
            raise ToolError(f"a query has at most {MAX_QUERY} characters", hint="name one thing")
        found: set[str] = set()
        described = False
        for words in self._phrases(query):
            phrase = self._noun_phrase(words)
            if not phrase:
                continue
            entry, start, end = self._head(phrase)
            # "a woman in a hat and a coat" asks for no coats.
            if not (described and self._known.isdisjoint(entry.names)):
                found |= self._accepted(entry, " ".join(phrase[start:end]))
            described = described or phrase[end - 1] != words[-1]
        if not found:
            raise ToolError(f"the query {query!r} names nothing", hint='name a thing: "dog"')
        return frozenset(found)

    def narrower(self, query: str) -> Mapping[str, str]:
        """The words of a query that mean only some of what has a name ("nurse"), and that name.

        A detector that knows no more than its names finds all of these instead.
        """
        found: dict[str, str] = {}
        for phrase in map(self._noun_phrase, self._phrases(query)):
            if not phrase:
                continue
            entry, start, end = self._head(phrase)
            if entry.narrower and not self._known.isdisjoint(entry.names):
                found[" ".join(phrase[start:end])] = entry.names[0]
        return found

    def _phrases(self, query: str) -> list[list[str]]:
        """The words of each phrase; "black and white dogs" is one phrase."""
        adjectives, phrases = self._lexicon.adjectives, list[list[str]]()
        listed = re.sub(r"[,;/&+]", " and ", plain(query))
        words: list[str] = []
        for word in [*re.sub(r"[^\w\s']|_", " ", listed).split(), "and"]:
            if word not in self._lexicon.conjunctions:
                words.append(word)
            elif words and phrases and phrases[-1][-1] in adjectives and words[0] in adjectives:
                phrases[-1] += words
                words = []
            elif words:
                phrases.append(words)
                words = []
        return phrases

    def _noun_phrase(self, words: Sequence[str]) -> list[str]:
        """`words` without determiners, measures ("a slice of") and what follows the noun."""
        lexicon, left = self._lexicon, list(words)
        while left and (left[0] in lexicon.determiners or left[0].isdecimal()):
            left.pop(0)
        if "of" in left[1:]:
            at = left.index("of", 1)
            if not lexicon.measures.isdisjoint(lexicon.singulars(left[at - 1])):
                return self._noun_phrase(left[at + 1 :])
        cuts = (i for i, word in enumerate(left) if i and word in lexicon.postmodifiers)
        return left[: next(cuts, len(left))]

    def _head(self, words: list[str]) -> tuple[Entry, int, int]:
        """What a noun phrase means, and where the words that say so start and end."""
        # "a boy riding a bike" is a boy, though "riding" may also begin a compound: "dining table".
        doing = [i for i, word in enumerate(words) if i and word.endswith("ing")]
        for end in [*doing, len(words)]:
            for start in range(end):
                entry = self._lexicon.entry(words[start:end])
                if entry is not None and (entry.names or end == len(words)):
                    return entry, start, end
        entry = self._lexicon.misspelt(words[-1])
        return entry or Entry(), len(words) - 1, len(words)

    def _accepted(self, entry: Entry, said: str) -> frozenset[str]:
        """The names of an entry, or the error that says what to do instead."""
        names = self._known.intersection(entry.names)
        if names:
            return names
        if entry.tool:
            raise NotOfferedError(
                f"find can't recognise {said!r}", hint=f"{entry.tool}(image) may help"
            )
        nearest = [name for name in entry.nearest if name in self._known]
        raise NotOfferedError(
            f"this profile can't recognise {said!r}"
            + (f"; nearest: {', '.join(nearest)}" if nearest else ""),
            hint="list_objects(image) names what it recognises in a picture",
        )
