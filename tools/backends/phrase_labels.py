"""Which regions the nouns of a phrase name: labels, their plurals and synonyms, and text."""

from __future__ import annotations

from collections.abc import Sequence

from ..lexicon import Entry, standard_lexicon
from ..values import Region
from . import Tools


class Naming:
    """What some words name among regions.

    Args:
        words: the words, in small letters; none names everything.
        regions: the regions whose labels decide what the words can mean.
    """

    def __init__(self, words: Sequence[str], regions: Sequence[Region]) -> None:
        self._words = list(words)
        labels = {region.label.lower() for region in regions}
        entry = standard_lexicon().entry(self._words) if self._words else None
        self.reads = entry is not None and entry.tool == "read_text"
        self.labels = self._labels(labels, entry)
        self.known = bool(self.labels) or entry is not None

    def fits(self, region: Region) -> bool:
        """Whether the words name the region."""
        if not self._words or region.label.lower() in self.labels:
            return True
        return self.reads and bool(region.text)

    def _labels(self, labels: set[str], entry: Entry | None) -> set[str]:
        """The labels that the words mean: themselves, by the lexicon, or as parts of them."""
        if not self._words:
            return set()
        phrases = {
            " ".join((*self._words[:-1], last))
            for last in standard_lexicon().singulars(self._words[-1])
        }
        same = {label for label in labels if label in phrases}
        if same:
            return same
        meant = (
            labels & {*entry.names, *(("face",) if entry.tool == "find_faces" else ())}
            if (entry is not None)
            else set[str]()
        )
        if meant:
            return meant
        return {
            label
            for label in labels
            if any(set(phrase.split()) <= set(label.split()) for phrase in phrases)
        }


def split_nouns(words: Sequence[str], regions: Sequence[Region]) -> tuple[list[str], list[str]]:
    """The longest run of words that names something, and the words that are left over.

    What follows the noun describes it: "man with umbrella" names a man.
    """
    after = standard_lexicon().postmodifiers
    cut = next((i for i, word in enumerate(words) if i and word in after), len(words))
    if cut < len(words):
        nouns, unknown = split_nouns(words[:cut], regions)
        return nouns, [*unknown, *words[cut:]]
    for length in range(len(words), 0, -1):
        for start in range(len(words) - length, -1, -1):
            run = list(words[start : start + length])
            if Naming(run, regions).known:
                return run, [*words[:start], *words[start + length :]]
    return [], list(words)


def plural(words: Sequence[str], regions: Sequence[Region]) -> bool:
    """Whether a noun is in the plural: no label has it, but the lexicon knows its singular."""
    if not words:
        return False
    *_, last = words
    parts = {part for region in regions for part in region.label.lower().split()}
    singulars = standard_lexicon().singulars(last)[1:]
    return last not in parts and any(
        form in parts or standard_lexicon().entry([form]) is not None for form in singulars
    )


def singular(word: str) -> str:
    """The singular of a word that the lexicon knows, else the word."""
    forms = standard_lexicon().singulars(word)[1:]
    return next((form for form in forms if standard_lexicon().entry([form]) is not None), word)


def people_word(words: Sequence[str], regions: Sequence[Region]) -> bool:
    """Whether words ("women", "the waiter") tell people apart whom their label does not.

    Words for things are mostly other names of the label: a "bike" is any bicycle.
    """
    labels = {region.label.lower() for region in regions}
    if not words or labels != {"person"}:
        return False
    return not {"person", "people"} & set(standard_lexicon().singulars(words[-1]))


def fits_text(region: Region, wanted: str, tools: Tools) -> bool:
    """Whether a text is written on a region: in its `text`, or read there where it has none."""
    written = region.text
    if not written and tools.offers("read_text"):
        lines: list[Region] = tools.call("read_text", region.image)
        box = region.box
        written = " ".join(
            line.text
            for line in lines
            if box.left <= line.box.x <= box.right and box.top <= line.box.y <= box.bottom
        )
    sought = _letters(wanted)
    return bool(sought) and sought in _letters(written)


def _letters(text: str) -> str:
    return " ".join("".join(c if c.isalnum() else " " for c in text.casefold()).split())
