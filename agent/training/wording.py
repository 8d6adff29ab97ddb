"""From a template to what a person might type: choices, politeness, chatter, typing mistakes.

A template such as "(how many|what number of) {ns} (are there|do you see){in}" has choices in
brackets, which may be empty or nested, and slots that the caller fills.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from random import Random

from .nouns import Split, is_held_out

PHRASINGS = Path(__file__).parent / "phrasings"

_INNERMOST = re.compile(r"\(([^()]*)\)")


@cache
def phrasings(file: str) -> Mapping[str, tuple[str, ...]]:
    """The templates of a file of `phrasings/`, by the name of their group; one a line."""
    tables: dict[str, str] = tomllib.loads((PHRASINGS / f"{file}.toml").read_text("utf-8"))
    return {name: _lines(text) for name, text in tables.items()}


def described(group: str) -> tuple[str, ...]:
    """Words that describe things: "colors", "adjectives", "doing", "wearing", "belonging"."""
    return phrasings("descriptions")[group]


def templates(file: str, group: str, split: Split) -> list[str]:
    """The templates of a group that belong to a split.

    Raises:
        KeyError: there is no such group.
    """
    wanted = split == "held out"
    return [one for one in phrasings(file)[group] if is_held_out(one) == wanted]


def expand(template: str, random: Random) -> str:
    """A template with each choice made."""
    while True:
        found = _INNERMOST.search(template)
        if found is None:
            return template
        chosen = random.choice(found[1].split("|"))
        template = template[: found.start()] + chosen + template[found.end() :]


def fill(template: str, slots: Mapping[str, str], random: Random) -> str:
    """A template with its choices made and its slots filled, spaces tidied."""
    text = expand(template, random)
    common = {
        "in": expand(random.choice(_group("common", "in")), random),
        "pic": expand(random.choice(_group("common", "pic")), random),
    }
    # What fills a slot may have slots itself: a place "at the top of {pic}".
    for _ in range(2):
        text = re.sub(r"\{(\w+)\}", lambda slot: {**common, **slots}[slot[1]], text)
    return re.sub(r"\s+([,.?!])", r"\1", re.sub(r"\s+", " ", text)).strip()


def dress(request: str, random: Random, *, question: bool) -> str:
    """A request with what people put around it: greetings, reasons, thanks, sloppy typing.

    Args:
        request: in small letters, without punctuation at its end.
        question: whether it is one, so that a question mark fits.
    """
    before = after = ""
    if random.random() < 0.22:
        before = expand(random.choice(_group("common", "before")), random)
    if random.random() < 0.13:
        after = expand(random.choice(_group("common", "after")), random)
    if not question and random.random() < 0.25:
        request = fill(random.choice(_group("common", "polite")), {"request": request}, random)
        question = request.startswith(("can", "could", "would", "will"))
    if random.random() < 0.10:
        request = mistyped(request, random)
    end = random.choice(
        ("?", "?", "?", "", "", " ?", "??") if question else ("", "", ".", ".", "!")
    )
    text = f"{before} {request}{end} {after}".strip()
    match random.random():
        case chance if chance < 0.5:
            text = text[:1].upper() + text[1:]
        case chance if chance > 0.98:
            text = text.upper()
        case _:
            pass
    return text


def mistyped(text: str, random: Random) -> str:
    """A text with one slip of the fingers in one of its common words."""
    words = text.split(" ")
    places = [at for at, word in enumerate(words) if word in _common_words() and len(word) > 2]
    if not places:
        return text
    at = random.choice(places)
    word = words[at]
    cut = random.randrange(len(word) - 1)
    slips = (
        word[:cut] + word[cut + 1] + word[cut] + word[cut + 2 :],
        word[:cut] + word[cut + 1 :],
        word[: cut + 1] + word[cut:],
    )
    words[at] = random.choice(slips)
    return " ".join(words)


def _group(file: str, name: str) -> Sequence[str]:
    return phrasings(file)[name]


@cache
def _common_words() -> frozenset[str]:
    """Words that name nothing, so that a slip in them changes no program."""
    return frozenset(" ".join(_group("common", "words")).split())


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.rstrip() for line in text.strip("\n").split("\n") if line.strip())
