"""`Lexicon`: what single words and compounds mean in COCO's names.

`vocabulary.toml` was written by people for the words of everyday photos. `vocabulary_wordnet.json`
adds thousands of rarer nouns from WordNet; it is read when a word isn't in the first.
"""

from __future__ import annotations

import difflib
import json
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

MISSPELLING = 0.84
"""Least ratio of a word to the word that it is meant to be (difflib's, of common letters)."""

SHORTEST_MISSPELLING = 5
"""Letters of a word that may be misspelt: shorter ones are often one letter from another word."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What the lexicon says about a word.

    Args:
        names: the names of the things that it means; none when no name covers it.
        nearest: names to offer instead.
        tool: the tool that is the right one for it.
        narrower: whether it means only some of what has the name, as a nurse is not any person.
    """

    names: tuple[str, ...] = ()
    nearest: tuple[str, ...] = ()
    tool: str = ""
    narrower: bool = False


class Lexicon:
    """Words and what they mean; spaces, hyphens, capitals and accents don't count.

    Args:
        path: a file like `vocabulary.toml`.
        more: a file like `vocabulary_wordnet.json`, for words that the first doesn't have.
    """

    def __init__(self, path: Path, more: Path) -> None:
        data: Mapping[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
        grammar: Mapping[str, list[str]] = data["grammar"]
        self.names: tuple[str, ...] = tuple(data["names"])
        self.measures = frozenset(grammar["measures"])
        self.determiners = frozenset(grammar["determiners"])
        self.adjectives = frozenset(grammar["adjectives"])
        self.postmodifiers = frozenset(grammar["postmodifiers"])
        self.conjunctions = frozenset(grammar["conjunctions"])
        self._irregular: Mapping[str, str] = data["irregular"]
        self._more = more
        self._entries = _entries(data)
        for tool, words in data["elsewhere"].items():
            self._entries |= dict.fromkeys(map(letters, words), Entry(tool=tool))
        shapes: Mapping[str, list[str]] = data["shapes"]
        for name, words in shapes.items():
            self._entries |= dict.fromkeys(map(letters, (*words, name)), Entry((name,)))
        for word, names in (*data["groups"].items(), *data["shape_groups"].items()):
            self._entries[letters(word)] = Entry(tuple(names))
        everything = Entry((*self.names, *shapes))
        self._entries |= dict.fromkeys(map(letters, grammar["everything"]), everything)

    def entry(self, words: Sequence[str]) -> Entry | None:
        """What `words`, the last of them perhaps in the plural, mean together."""
        keys = [letters("".join((*words[:-1], last))) for last in self.singulars(words[-1])]
        common = next((self._entries[key] for key in keys if key in self._entries), None)
        if common is not None:
            return common
        return next((self._rare[key] for key in keys if key in self._rare), None)

    def misspelt(self, word: str) -> Entry | None:
        """What a misspelt word is meant to be; people rarely miss the first letter."""
        if len(word) < SHORTEST_MISSPELLING:
            return None
        candidates = [key for key in self._entries if key[0] == word[0]]
        for form in self.singulars(word):
            close = difflib.get_close_matches(form, candidates, 1, MISSPELLING)
            if close:
                return self._entries[close[0]]
        return None

    def singulars(self, word: str) -> list[str]:
        """`word` and what may be its singular, the likeliest first."""
        forms = [word]
        forms += [
            word.removesuffix(plural) + singular
            for plural, singular in self._irregular.items()
            if word.endswith(plural)
        ]
        for ending, singular in (("ies", "y"), ("ves", "fe"), ("ves", "f"), ("es", ""), ("s", "")):
            if word.endswith(ending) and len(word) > len(ending) + 1:
                forms.append(word.removesuffix(ending) + singular)
        return forms

    @cached_property
    def _rare(self) -> Mapping[str, Entry]:
        data: Mapping[str, Any] = json.loads(self._more.read_text(encoding="utf-8"))
        # WordNet has few other names of everyday things that aren't in the first file.
        return _entries({"names": {}, "narrower": data["names"], "outside": data["outside"]})


@cache
def standard_lexicon() -> Lexicon:
    """The lexicon of the package."""
    folder = Path(__file__).parent
    return Lexicon(folder / "vocabulary.toml", folder / "vocabulary_wordnet.json")


def plain(text: str) -> str:
    """`text` in small letters, without accents; apostrophes alike."""
    if text.isascii():
        return text.lower()
    bare = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return unicodedata.normalize("NFKC", bare).casefold().replace("’", "'")


def letters(word: str) -> str:
    """The letters and digits of a word or phrase, without what is written in several ways."""
    return "".join(c for c in plain(word) if c.isalnum())


def _entries(data: Mapping[str, Any]) -> dict[str, Entry]:
    """The entries of the tables `names`, `narrower` and `outside`."""
    outside: Mapping[str, Iterable[str]] = data["outside"]
    names: Mapping[str, Iterable[str]] = data["names"]
    entries: dict[str, Entry] = {}
    for nearest, words in outside.items():
        entry = Entry(nearest=tuple(name for name in nearest.split(", ") if name))
        entries |= dict.fromkeys(map(letters, words), entry)
    narrower: Mapping[str, Iterable[str]] = data["narrower"]
    for name, words in narrower.items():
        entries |= dict.fromkeys(map(letters, words), Entry((name,), narrower=True))
    for name, words in names.items():
        entries |= dict.fromkeys(map(letters, (*words, name)), Entry((name,)))
    return entries
