"""English nouns as follow-ups need them: singular, plural, articles, and which are alive."""

from __future__ import annotations

import re

from ...tools.lexicon import standard_lexicon

_IRREGULAR = {
    **{"person": "people", "child": "children", "mouse": "mice", "goose": "geese"},
    **{"foot": "feet", "tooth": "teeth", "ox": "oxen", "knife": "knives", "wife": "wives"},
    **{"wolf": "wolves", "leaf": "leaves", "loaf": "loaves", "shelf": "shelves", "calf": "calves"},
    **{"scarf": "scarves", "half": "halves", "potato": "potatoes", "tomato": "tomatoes"},
    **{"movie": "movies", "cookie": "cookies", "tie": "ties", "pie": "pies", "shoe": "shoes"},
}
_SINGULARS = {plural: singular for singular, plural in _IRREGULAR.items()}
_ALIKE = frozenset(
    {"sheep", "fish", "deer", "aircraft", "scissors", "glasses", "sunglasses", "trousers", "pants"}
    | {"jeans", "shorts", "binoculars", "goggles", "skis", "food", "fruit", "text", "luggage"}
)
_ALIVE = frozenset(
    {
        "person",
        "bird",
        "cat",
        "dog",
        "horse",
        "sheep",
        "cow",
        "elephant",
        "bear",
        "zebra",
        "giraffe",
    }
)
"""What the lexicon calls what "he" or "she" may mean."""
_HISS = ("s", "x", "z", "ch", "sh")
_MEN = re.compile(r"^(?!(?:hu|ger|ro|otto)m)(\w*)(man|men)$")


def words(text: str) -> frozenset[str]:
    """The words of a text, as a set to look words up in."""
    return frozenset(text.split())


def singular(phrase: str) -> str:
    """A noun phrase whose last word is in the singular: "small dogs" is "small dog"."""
    before, word = _split(phrase)
    low = word.lower()
    if low in _ALIKE or low in _IRREGULAR:
        return phrase
    if low in _SINGULARS:
        return before + _SINGULARS[low]
    if (man := _MEN.match(low)) is not None:
        return f"{before}{man[1]}man"
    if low.endswith("ies") and len(low) > 4:
        return f"{before}{word[:-3]}y"
    if low.endswith(tuple(f"{one}es" for one in ("ss", "x", "z", "ch", "sh", "bus"))):
        return before + word[:-2]
    if low.endswith("s") and not low.endswith(("ss", "us", "is")):
        return before + word[:-1]
    return phrase


def plural(phrase: str) -> str:
    """A noun phrase whose last word is in the plural: "small dog" is "small dogs"."""
    if is_plural(phrase):
        return phrase
    before, word = _split(phrase)
    low = word.lower()
    if low in _ALIKE:
        return phrase
    if low in _IRREGULAR:
        return before + _IRREGULAR[low]
    if (man := _MEN.match(low)) is not None:
        return f"{before}{man[1]}men"
    if low.endswith("y") and low[-2:-1] not in "aeiou":
        return f"{before}{word[:-1]}ies"
    return before + word + ("es" if low.endswith(_HISS) else "s")


def is_plural(phrase: str) -> bool:
    """Whether the last word is in the plural; words that are alike in both count as plural."""
    return _split(phrase)[1].lower() in _ALIKE or singular(phrase) != phrase


def with_article(phrase: str) -> str:
    """ "a dog", "an apple"."""
    vowel = phrase[:1].lower() in "aeiou" and not phrase.lower().startswith(("uni", "one", "eu"))
    return f"{'an' if vowel else 'a'} {phrase}"


def is_alive(phrase: str) -> bool:
    """Whether a noun means people or animals: "woman", "skiers", "puppy"."""
    entry = standard_lexicon().entry([_split(singular(phrase))[1].lower()])
    return entry is not None and bool(entry.names) and _ALIVE.issuperset(entry.names)


def is_known(word: str) -> bool:
    """Whether a word is a noun that viscript's lexicon has, in the singular or plural."""
    return standard_lexicon().entry([word.lower()]) is not None


def same_noun(one: str, other: str) -> bool:
    """Whether two nouns are the same but for their number."""
    return singular(one).lower() == singular(other).lower()


def _split(phrase: str) -> tuple[str, str]:
    """What stands before the last word, and the last word."""
    before, space, word = phrase.rpartition(" ")
    return before + space, word
