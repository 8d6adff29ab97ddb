from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest
from viscript.tools import lexicon
from viscript.tools.backends.coco import THINGS
from viscript.tools.lexicon import letters, plain, standard_lexicon

FOLDER = Path(lexicon.__file__).parent


def test_both_files_speak_of_coco_names_only() -> None:
    common = tomllib.loads((FOLDER / "vocabulary.toml").read_text("utf-8"))
    rare = json.loads((FOLDER / "vocabulary_wordnet.json").read_text("utf-8"))
    assert tuple(common["names"]) == THINGS
    named = {*rare["names"], *(name for names in common["groups"].values() for name in names)}
    for table in (common["outside"], rare["outside"]):
        named |= {name for key in table for name in key.split(", ") if name}
    assert named <= set(THINGS)


def test_no_word_has_two_meanings_in_the_file_that_people_write() -> None:
    data = tomllib.loads((FOLDER / "vocabulary.toml").read_text("utf-8"))
    meanings: dict[str, set[str]] = {}
    for table in ("names", "outside", "elsewhere"):
        for meaning, words in data[table].items():
            for word in (*words, meaning) if table == "names" else words:
                meanings.setdefault(letters(word), set()).add(f"{table} {meaning}")
    for word in (*data["groups"], *data["grammar"]["everything"]):
        meanings.setdefault(letters(word), set()).add(f"several {word}")
    assert {word: found for word, found in meanings.items() if len(found) > 1} == {}


def test_common_words_win_over_wordnets_first_senses() -> None:
    entry = standard_lexicon().entry(["ewe"])  # a person, says WordNet: of the Ewe people
    assert entry is not None
    assert entry.names == ("sheep",)


def test_an_unknown_word_has_no_entry() -> None:
    assert standard_lexicon().entry(["xyzzy"]) is None
    assert standard_lexicon().misspelt("xyzzy") is None


@pytest.mark.parametrize(
    ("plural", "singular"),
    [("dogs", "dog"), ("buses", "bus"), ("puppies", "puppy"), ("knives", "knife"), ("men", "man")],
)
def test_a_plural_has_its_singular_among_its_forms(plural: str, singular: str) -> None:
    assert singular in standard_lexicon().singulars(plural)


def test_writing_does_not_matter() -> None:
    assert letters("Hot-Dog") == letters("hot dog") == "hotdog"
    assert plain("GÂTEAU’s") == "gateau's"
