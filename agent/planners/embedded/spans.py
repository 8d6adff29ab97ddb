"""What a program may say in words: mostly the words of its request.

A small model misspells what it rarely saw: "jerseys" becomes "jeers". So the texts of a program are
spans of the request, the descriptions that `select` knows, or one of a few set phrases.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

LONGEST = 5
"""Words of a span."""

MOST_WORDS = 80
"""Words of a request that spans may start at."""

NOBODY_NAMED = ("person", "people")
"""What is looked for when a request says "anyone" or "how many are"."""

ORDERS = (
    *("leftmost", "rightmost", "topmost", "bottommost", "largest", "smallest", "tallest"),
    *("shortest", "widest", "middle"),
)
RANKS = ("second", "third", "fourth", "fifth")

DECLINING = "I have no tool for that"
"""What a program answers that looks at nothing."""
SET_PHRASES = (
    *("yes", "no", "none", "left", "right", "top", "bottom", "both", "neither"),
    *("the same number", "not both found", "not all found", "not in both"),
    *("not everything found", "nothing found", "no text found", "no faces found"),
    *("no objects found", "no raised hands found", DECLINING),
)
"""What programs answer in words of their own."""
FORMATS = ("landscape", "portrait")
"""What they answer, too, where a request asks which way round a picture is."""
ASKS_FORMAT = frozenset(
    {*FORMATS, "orientation", "oriented", "format", "horizontal", "vertical", "upright", "wide"}
    | {"sideways", "tall", "aspect"}
)
"""Words of such requests. Without one of them the model takes "what shape is in the image?" and
"what kind of room is this?" for a question about the picture's format."""

OWN_LABELS = ("text", "faces")
"""What parts of an answer are called where the request has no word for it."""

_WORD = re.compile(r"[^\W_]+(?:['’.&/-][^\W_]+)*")


def words_of(request: str) -> list[str]:
    """The words of a request in small letters, as programs write them: without apostrophes."""
    found = (one.replace("’", "'") for one in _WORD.findall(request.lower()))
    return [re.sub(r"'s$|'", "", one) for one in found][:MOST_WORDS]


def asks_format(request: str) -> bool:
    """Whether a request may be about a picture's own format."""
    return not ASKS_FORMAT.isdisjoint(words_of(request))


def span_rules(request: str) -> str:
    """Rules for the texts of the program for a request.

    `query` is what may be looked for or selected, `literal` what may be answered or compared,
    `label` what a part of an answer may be called.
    """
    words = words_of(request)
    formats = FORMATS if asks_format(request) else ()
    rules = [f"span ::= {_any(f'w{at}' for at in range(len(words))) or _quoted(NOBODY_NAMED)}"]
    rules += [f"w{at} ::= {_from(words[at : at + LONGEST])}" for at in range(len(words))]
    ranked = f'({_quoted(RANKS)}) " from the " ("left" | "right")'
    picked = f'({_quoted(ORDERS)}) (" " span)? | {ranked}'
    rules += [
        f"described ::= span | {_quoted(NOBODY_NAMED)} | {picked}",
        'query ::= "\'" described "\'"',
        f"phrase ::= {_quoted((*SET_PHRASES, *formats))}",
        'lack ::= "no " span (" or " span)? " found"',
        'literal ::= "\'" (span (" " span)? | phrase | lack) "\'"',
        f'label ::= span (" " span)? | {_quoted(OWN_LABELS)}',
    ]
    return "\n".join(rules)


def free_rules() -> str:
    """The same rules where no request is known: any short text."""
    return "query ::= str\nliteral ::= str\nlabel ::= [A-Za-z0-9 ,.;()/-]{1,60}"


def _from(words: Sequence[str]) -> str:
    """A span that starts with the first of some words."""
    rest = ""
    for word in reversed(words[1:]):
        rest = f' (" {word}"{rest})?'
    return f'"{words[0]}"{rest}'


def _quoted(texts: Iterable[str]) -> str:
    return _any(f'"{text}"' for text in texts)


def _any(options: Iterable[str]) -> str:
    return " | ".join(options)
