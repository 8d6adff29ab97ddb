"""VQA's soft accuracy (Antol et al., 2015; Goyal et al., 2017), for VQAv2, OK-VQA and others.

Answers are compared after the normalisation of the official evaluation, its peculiarities included:
a published figure means these rules. They are for the ten answers of its files; of fewer than
`LEAVES_ONE_OUT` nobody is left out, or the only right answer would score 0.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

ENOUGH = 3
"""People who have to agree for an answer to be wholly right."""
LEAVES_ONE_OUT = ENOUGH + 1
"""The fewest people of whom enough stay when one is left out."""

ARTICLES = frozenset({"a", "an", "the"})
DIGITS = {
    **{"none": "0", "zero": "0", "one": "1", "two": "2", "three": "3", "four": "4"},
    **{"five": "5", "six": "6", "seven": "7", "eight": "8", "nine": "9", "ten": "10"},
}
PUNCTUATION = ';/[]"{}()=+\\_-><@`,?!'
MAX_PERIODS = 32
"""The official code takes out so many at most: it passes a flag where the count belongs."""

# No "im", "ive": the official table has them with a capital, which never matches small letters.
CONTRACTED = """
    ain't aren't can't could've couldn't couldn't've didn't doesn't don't hadn't hadn't've hasn't
    haven't he'd he'd've he's how'd how'll how's isn't it'd it'd've it'll ma'am mightn't mightn't've
    might've mustn't must've needn't not've o'clock oughtn't 'ow's'at shan't she'd've should've
    shouldn't shouldn't've somebody'd've somebody'll somebody's someone'd someone'd've someone'll
    someone's something'd something'd've something'll that's there'd there'd've there're there's
    they'd they'd've they'll they're they've 'twas wasn't we'd've we've weren't what'll what're
    what's what've when's where'd where's where've who'd who'd've who'll who's who've why'll why're
    why's won't would've wouldn't wouldn't've y'all y'all'll y'all'd've you'd you'd've you'll you're
    you've
"""
CONTRACTIONS = {
    word[:at] + word[at + 1 :]: word
    for word in CONTRACTED.split()
    for at, letter in enumerate(word)
    if letter == "'"
} | {"somebody'd": "somebodyd"}
"""Contractions that lack one apostrophe, and how they are written; the last is an official slip."""

_PERIOD = re.compile(r"\.(?!\d)")
_COMMA_IN_NUMBER = re.compile(r"\d,\d")


def soft_accuracy(given: str, answers: Sequence[str]) -> float:
    """How right an answer is: min(people who gave it / 3, 1), averaged over leaving one person out.

    Args:
        given: the answer to judge.
        answers: those that people gave, ten in VQAv2. Of one, two or three people nobody is left
            out, and all have to agree for an answer to be wholly right.

    Returns:
        0 to 1: of ten people, .3, .6, .9 and 1 when 1, 2, 3 and 4 or more gave it; of two, .5 and
        1; of one, exact match. 0 where nobody answered.
    """
    if len(answers) < LEAVES_ONE_OUT:
        agree = sum(alike(given, one) for one in answers)
        return agree / len(answers) if answers else 0.0
    given, said = _flat(given), [_flat(one) for one in answers]
    if len(set(said)) > 1:
        # Answers that all people gave alike are compared as they are.
        given, said = normalised(given), [normalised(one) for one in said]
    agree = said.count(given)
    # Leaving out one of those who agree leaves one fewer.
    without = [agree - (one == given) for one in said]
    return sum(min(1.0, one / ENOUGH) for one in without) / len(said)


def alike(given: str, right: str) -> bool:
    """Whether an answer is the right one after the official normalisation.

    Where that leaves nothing of one, as of "A", articles count; where still nothing is left, as of
    "?", the texts are compared but for case.
    """
    for form in (normalised, _with_articles, _folded):
        one, other = form(given), form(right)
        if one and other:
            return one == other
    return False


def normalised(text: str, *, articles: bool = False) -> str:
    """An answer as the official evaluation compares it.

    Small letters, number words as digits, no articles, contractions with their apostrophes.
    Punctuation beside a space, or in a text with a comma between digits, is taken out; other
    punctuation becomes a space. Periods go unless a digit follows.

    Args:
        text: the answer.
        articles: leaves them in, unlike the official evaluation: "a" may be a letter.
    """
    numbered = _COMMA_IN_NUMBER.search(text) is not None
    plain = text
    for mark in PUNCTUATION:
        beside_space = f"{mark} " in text or f" {mark}" in text
        plain = plain.replace(mark, "" if beside_space or numbered else " ")
    plain = _PERIOD.sub("", plain, MAX_PERIODS)
    words = (DIGITS.get(word, word) for word in plain.lower().split())
    kept = (word for word in words if articles or word not in ARTICLES)
    return " ".join(CONTRACTIONS.get(word, word) for word in kept)


def _with_articles(text: str) -> str:
    return normalised(text, articles=True)


def _folded(text: str) -> str:
    return text.strip().casefold()


def _flat(text: str) -> str:
    return text.replace("\n", " ").replace("\t", " ").strip()
