"""Which picture a message is about: "the other picture", "both pictures", "the second one"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from .meaning import Question
from .state import ALL

_NOUN = r"(?:picture|photo|image|pic|one)"
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")
_WHICH = rf"(?:other|next|previous|last|left|right|{'|'.join(_ORDINALS)})"
_LEAD = (
    r"^(?:(?:and|so|now|then|ok|okay|what about|how about|same (?:thing )?(?:for|with|in|on)"
    r"|do the same (?:thing )?(?:for|to|with|in|on)|in|on|for|with)\b[, ]*)*"
)
_ONLY = re.compile(rf"{_LEAD}(?:the )?({_WHICH}) {_NOUN}(?: too| as well)?[?.!]*$", re.IGNORECASE)
_WITHIN = re.compile(rf"\b(?:the )?({_WHICH}) (?:picture|photo|image|pic)\b", re.IGNORECASE)
_ALL = re.compile(
    r"\b(?:both|all|the two|all the|the|these|which|either|each|every|between|any)(?: of the)? "
    r"(?:pictures|photos|images|pics)\b|\bwhich (?:picture|photo|image|pic)\b|\beach (?:picture"
    r"|photo|image)\b|\b(?:compare|in both|in either)\b",
    re.IGNORECASE,
)
_SIDE = re.compile(
    r"\b(left|right|first|second)(?= (?:picture|photo|image|pic|one)\b)", re.IGNORECASE
)
_OPPOSITE = {"left": "right", "right": "left", "first": "second", "second": "first"}


@dataclass(frozen=True, slots=True)
class About:
    """What a message is about.

    Args:
        focus: the index of the picture, -1 for all.
        message: the message, in words that fit the focus.
        stays: whether later messages are about the same.
    """

    focus: int
    message: str
    stays: bool = False


def about(message: str, names: Sequence[str], focus: int, last: str) -> About | Question:
    """The picture that a message is about, or what must be asked first.

    Args:
        message: the person's words.
        names: of the pictures.
        focus: the index of the picture that messages are about by default, -1 for all.
        last: the last request, or empty.
    """
    if len(names) < 2:
        return About(focus, message)
    only = _ONLY.match(message)
    if only is not None:
        return _switched(only[1].lower(), message, names, focus, last)
    if focus == ALL:
        return _among_all(message, names, last)
    within = _WITHIN.search(message)
    if within is not None:
        index = index_of(within[1].lower(), names, focus)
        if index is None:
            return _which(within[0], names)
        return About(index, _WITHIN.sub("the picture", message), stays=index != focus)
    return About(ALL if _ALL.search(message) else focus, message)


def index_of(word: str, names: Sequence[str], focus: int) -> int | None:
    """The index of a picture by its number, its name, its place or "other"; None when unclear."""
    count, low = len(names), word.lower()
    places = {one: at for at, one in enumerate(_ORDINALS[:count])}
    places |= {"last": count - 1} | ({"left": 0, "right": 1} if count == 2 else {})
    if focus != ALL:
        places |= {"next": (focus + 1) % count, "previous": (focus - 1) % count}
        if count == 2:
            places["other"] = 1 - focus
    if low.isdecimal() and 1 <= int(low) <= count:
        return int(low) - 1
    if low in places:
        return places[low]
    found = [at for at, one in enumerate(names) if low in (one.lower(), Path(one).stem.lower())]
    return found[0] if len(found) == 1 else None


def _switched(
    which: str, message: str, names: Sequence[str], focus: int, last: str
) -> About | Question:
    """The last request about another picture."""
    if focus == ALL and len(names) == 2:
        side = _SIDE.search(last)
        wanted = _OPPOSITE[side[1].lower()] if side and which == "other" else which
        if wanted not in _OPPOSITE:
            return _which(message.strip(" ?.!"), names)
        if side is not None:
            return About(ALL, _SIDE.sub(wanted, last))
        bare = last.rstrip(" ?.!")
        return About(ALL, f"{bare} in the {wanted} picture{last[len(bare) :]}" if last else message)
    index = index_of(which, names, focus)
    if index is None:
        return _which(message.strip(" ?.!"), names)
    return About(index, last or message, stays=True)


def _among_all(message: str, names: Sequence[str], last: str) -> About | Question:
    """A message about several pictures: only "the other one" must be put into words."""
    within = _WITHIN.search(message)
    if within is None or within[1].lower() not in ("other", "next", "previous"):
        return About(ALL, message)
    side = _SIDE.search(last)
    if side is None or len(names) != 2:
        return _which(within[0], names)
    return About(ALL, _WITHIN.sub(f"the {_OPPOSITE[side[1].lower()]} picture", message))


def _which(word: str, names: Sequence[str]) -> Question:
    numbered = ", ".join(f"{number} {name}" for number, name in enumerate(names, 1))
    return Question(f'which picture is "{word}": {numbered}? Choose it with /image', word)
