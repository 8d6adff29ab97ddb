"""An answer that says the contrary of what its own steps saw.

Programs often say "no" about things that were found, and rightly: "a cat but no dog", "more dogs
than cats", "a red car" where the cars are blue. So this judges plain programs only, which look for
things and say whether there are any, or how many; and only where the request asks for just that.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ...tools.lexicon import standard_lexicon
from ..program import tree
from ..program.walk import parts_of
from ..runs.run import Run
from ..runs.step import Step
from .expectations import Kind, declines
from .findings import FAINT, FINDERS, Finding, call_of, program_of, regions_of

WEIGHT = 0.6
"""What a contradiction takes from the confidence."""

COUNTS = frozenset({"count", "exists"})
"""The tools that pass on how many were found, or whether any."""

_PLAIN = (
    *(tree.Assignment, tree.Branch, tree.Computation),
    *(tree.Call, tree.Argument, tree.Alias, tree.Name, tree.Literal, tree.Span),
    *(tree.Negation, tree.Logic, tree.Conditional, tree.ListDisplay),
    *(tree.Text, tree.Field, tree.Coerce),
)
"""Parts of programs that keep to whether something was found; an index, a test of a
comprehension or an attribute narrows what was found."""

_SOUGHT = {
    "find_faces": "face",
    "list_objects": "object",
    "read_text": "text",
    "pose": "person",
}
"""What tools look for that take no query."""

_ASKS_WHETHER = re.compile(
    r"\b(?:there|any|see|seen|spot|find|found|ha(?:s|ve|d)|shows?|contains?|includes?|visible"
    r"|present|here|pictures?|photos?|images?)\b"
)
"""Words of a request of yes or no that ask whether something is there."""
_DENIES = re.compile(
    r"\b(?:no|not|none|never|nobody|nothing|neither|nor|without|lack(?:s|ing)?|miss(?:es|ing)?"
    r"|absent|gone|free|clear|empty|bare|devoid|vacant|deserted|alone|only|just|except|but|left"
    r"|un(?:occupied|inhabited|populated))\b|n['’]t\b"
)
"""Words of a request that turn its answer round, or may."""
_SAYS_NO = re.compile(r"\b(?:no|not|none|nothing|nobody|never|neither)\b|n['’]t\b")


def contradictions(request: str, run: Run, kind: Kind, behind: Sequence[Step]) -> Iterator[Finding]:
    """An answer of "no", 0 or "there is none" to what was found, or of more to what was not.

    Args:
        request: the person's words.
        run: a run that has an answer.
        kind: the kind of answer that is wanted.
        behind: the steps that the answer rests on.
    """
    said = _says(run.answer, kind)
    looks = [one for one in behind if one.tool in FINDERS]
    if said is None or not looks or declines(run.answer):
        return
    if any(one.tool not in FINDERS | COUNTS for one in behind) or not _is_plain(run):
        return
    # Where nothing is asked about them, the answer itself must name the things.
    about = request if kind in ("truth", "number") else str(run.answer)
    if not all(_names(about, one) for one in looks) or not _is_asked(request, kind):
        return
    found = [any(one.score >= FAINT for one in regions_of(step.result)) for step in looks]
    empty = [step.result == [] for step in looks]
    calls = ", ".join(dict.fromkeys(map(call_of, looks)))
    answer = f"{run.answer!r:.60}"
    if not said and all(found):
        words = f"the answer is {answer}, but {calls} found what was asked for"
        yield Finding("contradiction", words, wrong=True, weight=WEIGHT)
    elif said and all(empty) and kind in ("truth", "number"):
        words = f"the answer is {answer}, but {calls} found nothing"
        yield Finding("contradiction", words, wrong=True, weight=WEIGHT)


def _says(answer: object, kind: Kind) -> bool | None:
    """Whether an answer says that something is there; None when it says neither."""
    match answer:
        case bool():
            return answer if kind == "truth" else None
        case int() | float():
            return answer > 0 if kind == "number" else None
        case str():
            return _text_says(answer.casefold(), kind)
        case _:
            return None


def _text_says(text: str, kind: Kind) -> bool | None:
    numbers = re.findall(r"\d+", text)
    if kind == "truth" and re.match(r"yes\b", text):
        return True
    if kind == "number" and numbers:
        return any(one.strip("0") for one in numbers)
    return False if _SAYS_NO.search(text) else None


def _is_plain(run: Run) -> bool:
    """Whether all that the program does is to look for things and say what was found."""
    for one in parts_of(program_of(run).body):
        match one:
            case tree.Comparison(rest=((operator, tree.Literal(value=value)),)):
                # Whether there is any, said with a number.
                if (operator, value) not in _ANY:
                    return False
            case tree.Arithmetic(operator="+" | "*"):
                pass
            case tree.Name(name=name) if name in run.given:
                # What was found for an earlier request counts, too.
                return False
            case _ if not isinstance(one, _PLAIN):
                return False
            case _:
                pass
    return True


_ANY = frozenset({(">", 0), (">=", 1), ("!=", 0), ("==", 0), ("<", 1), ("<=", 0)})
"""Comparisons of a count that tell whether there is any."""


def _names(text: str, step: Step) -> bool:
    """Whether a text has each word of what a step looked for, in the singular or the plural."""
    query = str(step.arguments.get("query", _SOUGHT.get(step.tool, "")))
    said = {form for word in _words(text) for form in _forms(word)}
    return all(not said.isdisjoint(_forms(word)) for word in _words(query))


def _words(text: str) -> list[str]:
    found: list[str] = re.findall(r"[^\W\d_]+", text.casefold())
    return [one for one in found if one not in ("a", "an", "the", "and", "or", "any")]


def _forms(word: str) -> frozenset[str]:
    return frozenset(standard_lexicon().singulars(word))


def _is_asked(request: str, kind: Kind) -> bool:
    """Whether a request asks if something is there, and not if it isn't."""
    text = request.casefold()
    if kind not in ("truth", "number"):
        return True
    return not _DENIES.search(text) and (kind == "number" or bool(_ASKS_WHETHER.search(text)))
