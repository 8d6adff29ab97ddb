"""The same thing counted two ways: by two steps of a run, or by naming everything there is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...tools.lexicon import standard_lexicon
from ...tools.values import Image, Region
from ..runs.step import Step
from .expectations import Kind
from .findings import FINDERS, Finding, call_of, regions_of
from .sameness import SAME_IOU, Apart, apart, iou

LISTS = "list_objects"
"""The tool that names everything; what it names like a query was found another way."""
WEIGHT = 0.5
"""What it takes from the confidence that two ways to count come to different numbers."""

_ARTICLES = frozenset({"the", "a", "an", "any", "all", "every", "each", "some"})


def counted_twice(steps: Sequence[Step], behind: Sequence[Step], kind: Kind) -> Iterator[Finding]:
    """Steps of a run that looked for the same thing in the same picture, and saw another number.

    Args:
        steps: all steps of the run.
        behind: those that the answer rests on; one of each two is among them.
        kind: the kind of answer that is wanted.
    """
    numbers = {one.number for one in behind}
    first: dict[tuple[str, ...], Step] = {}
    told: set[tuple[str, ...]] = set()
    for step in steps:
        key = _key(step)
        if key is None:
            continue
        earlier = first.setdefault(key, step)
        if earlier is step or key in told or not numbers & {earlier.number, step.number}:
            continue
        if _differ(earlier, step, kind):
            told.add(key)
            yield _contradiction(
                f"{call_of(earlier)} found {_number(earlier)}, and the same asked again "
                f"{_number(step)}",
                step,
            )
    for (_, picture, *_), step in first.items():
        listing = first.get((LISTS, picture))
        if step.tool != "find" or listing is None or not numbers & {step.number, listing.number}:
            continue
        listed = regions_of(listing.result)
        words = named_otherwise(step, listed, kind, whole=step.backend == listing.backend)
        if words:
            yield _contradiction(words, step)


def named_otherwise(step: Step, listed: Sequence[Region], kind: Kind, *, whole: bool) -> str:
    """How a step of `find` and a list of everything in its picture disagree; empty if they don't.

    Only plain nouns are compared: what else a query says may narrow what is found.

    Args:
        step: looked for something.
        listed: everything in the picture.
        kind: the kind of answer that is wanted: for a yes or no, only whether there is any counts.
        whole: whether the list knows all the names that the step does: then it is telling that
            nothing there has such a name.
    """
    names = _names(str(step.arguments.get("query", "")))
    found = regions_of(step.result)
    meant = [one for one in listed if one.label.casefold() in names]
    if not (meant or whole) or (kind == "truth" and bool(found) == bool(meant)):
        return ""
    named = [one for one in found if one.label.casefold() in names]
    more = apart(found, meant, _overlap).more
    unseen = apart(named, meant, _overlap).unseen
    if not (more or unseen):
        return ""
    elsewhere = ", elsewhere" if len(found) == len(meant) else ""
    return f"{call_of(step)} found {len(found)}, and {LISTS} names {len(meant)}{elsewhere}"


def _key(step: Step) -> tuple[str, ...] | None:
    """What a step looked for, and in which picture; None when that can't be compared."""
    image = step.arguments.get("image")
    if step.tool not in FINDERS or step.error is not None or not isinstance(image, Image):
        return None
    if not step.arguments.keys() <= {"image", "query"}:
        # Another argument may change what it finds.
        return None
    query = step.arguments.get("query")
    if query is None:
        return (step.tool, image.digest)
    names = _names(str(query))
    return (step.tool, image.digest, names[1] if len(names) > 1 else names[0])


def _names(query: str) -> list[str]:
    """A query in small letters and without an article, then what may be its singular.

    "Glass" is no singular of "glasses": the lexicon has other things under it.
    """
    words = [one for one in query.casefold().split() if one not in _ARTICLES]
    if not words:
        return [""]
    lexicon = standard_lexicon()
    meant = lexicon.entry(words)
    forms = ([*words[:-1], one] for one in lexicon.singulars(words[-1]))
    return list(dict.fromkeys(" ".join(one) for one in forms if lexicon.entry(one) == meant))


def _differ(first: Step, second: Step, kind: Kind) -> bool:
    """Whether two looks for the same thing saw different ones."""
    one, other = regions_of(first.result), regions_of(second.result)
    if kind == "truth" and bool(one) == bool(other):
        return False
    same = {LISTS: _same_name, "read_text": _same_text}.get(first.tool, _overlap)
    return apart(one, other, same) != Apart(0, 0)


def _overlap(one: Region, other: Region) -> bool:
    return iou(one.box, other.box) >= SAME_IOU


def _same_name(one: Region, other: Region) -> bool:
    return one.label == other.label and _overlap(one, other)


def _same_text(one: Region, other: Region) -> bool:
    return one.text == other.text


def _number(step: Step) -> int:
    return len(regions_of(step.result))


def _contradiction(words: str, step: Step) -> Finding:
    return Finding("counted-twice", words, wrong=True, weight=WEIGHT, step=step.number)
