"""What looks wrong about a run that has an answer. Rules only: the same run is judged the same.

Some findings say that the answer is wrong for the request: the planner is asked again. The others
are doubts, which go with the answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ...tools.lexicon import standard_lexicon
from ...tools.values import Image
from ..runs.run import Run
from ..runs.step import Step
from .broader import taken_broadly
from .contradictions import contradictions
from .counted import counted_twice
from .expectations import WANTED, Kind, declines, fits, wanted
from .findings import FAINT, FINDERS, Finding, call_of, regions_of, steps_behind

NAMED = frozenset({"find", "join"})
"""The tools that say nothing but what they were asked for."""
GRANTS = re.compile(r"^(?:what|which|where|who|whose|why|when|how)\b(?!.*\b(?:or|any)\b)")
"""Requests that take for granted what they name: there is a bench if its colour is asked for."""
GRANTED = 0.55
"""What it takes from the confidence that such a thing is not found."""
ASKS_MORE = re.compile(r"^(?:what|why|how|who|whose|when)\b(?!.*\bor\b)")
"""Requests that a name which they say themselves does not answer."""


def judge(request: str, run: Run) -> list[Finding]:
    """What looks wrong about a run that has an answer, the worst first."""
    kind = wanted(request)
    behind, inputs = steps_behind(run)
    found = [*_kind(run, kind, behind), *_empty(request, run, kind, behind)]
    found += _idle(run, behind, seen=bool(behind or inputs))
    found += _faint(behind)
    found += taken_broadly(request, behind, kind, run.answer)
    found += contradictions(request, run, kind, behind)
    found += counted_twice(run.steps, behind, kind)
    if run.answer == "" and not any(one.code in ("nothing-found", "granted") for one in found):
        found.append(Finding("blank", "the answer is empty", wrong=True, weight=0.8))
    found += _echo(request, run, behind)
    return sorted(found, key=lambda one: -one.weight)


def confidence(findings: Sequence[Finding]) -> float:
    """How sure the rules are of an answer: 1 with no finding, less with each. Not calibrated."""
    left = 1.0
    for one in findings:
        left *= 1 - one.weight
    return round(left, 2)


def _kind(run: Run, kind: Kind, behind: Sequence[Step]) -> Iterator[Finding]:
    """An answer of another kind than the request wants."""
    if fits(kind, run.answer) or declines(run.answer):
        return
    missing = any(one.tool in FINDERS and one.result == [] for one in behind)
    if missing and isinstance(run.answer, str) and kind in ("picture", "truth"):
        # "there is no dog" is a good answer to "blur the dog" where there is none.
        return
    yield Finding("wrong-kind", WANTED[kind], wrong=True, weight=0.6)


def _idle(run: Run, behind: Sequence[Step], seen: bool) -> Iterator[Finding]:
    """An answer that rests on nothing that was seen, or not on what was looked for."""
    if declines(run.answer) and not seen:
        words = "the planner says that its tools can't do this"
        yield Finding("declined", words, wrong=False, weight=0.5)
    elif isinstance(run.answer, Image) and run.answer in run.images:
        words = "the answer is the picture as it was: nothing was changed"
        yield Finding("unchanged", words, wrong=True, weight=0.6)
    elif not seen:
        words = "nothing in the answer was observed: it rests on no step and no picture"
        yield Finding("unobserved", words, wrong=True, weight=0.8)
    elif not behind and any(one.tool == "find" for one in run.steps):
        words = "the answer doesn't use what the program looked for: it measures the whole picture"
        yield Finding("unused", words, wrong=True, weight=0.6)


def _empty(request: str, run: Run, kind: Kind, behind: Sequence[Step]) -> Iterator[Finding]:
    """Edits of nothing, and answers that rest on finding nothing."""
    for step in behind:
        if step.arguments.get("regions") == [] and isinstance(step.result, Image):
            words = f"{step.tool} was given no region: what it should work on was not found"
            yield Finding("empty-edit", words, wrong=True, weight=0.6)
    missed = [one for one in behind if one.tool in FINDERS and one.result == []]
    for step in missed:
        # Of a number or a truth, nothing is an answer like any other.
        blank = kind not in ("number", "truth") and run.answer in ("", [], None)
        if step.tool == "find" and kind != "number" and GRANTS.search(request.strip().lower()):
            words = f"{call_of(step)} found nothing, and the request takes it for granted"
            yield Finding("granted", words, wrong=blank, weight=GRANTED, step=step.number)
            continue
        words = f"{call_of(step)} found nothing; it may have missed what is there"
        yield Finding("nothing-found", words, wrong=blank, weight=0.25, step=step.number)


def _faint(behind: Sequence[Step]) -> Iterator[Finding]:
    """Detections that only just count."""
    for step in behind:
        if step.tool not in FINDERS:
            continue
        regions = regions_of(step.result)
        faint = [one.score for one in regions if one.score < FAINT]
        if faint:
            scores = ", ".join(f"{one:.2f}" for one in sorted(faint)[:3])
            words = (
                f"{len(faint)} of {len(regions)} that {call_of(step)} found are faint ({scores})"
            )
            share = len(faint) / len(regions)
            yield Finding("faint", words, wrong=False, weight=0.5 * share, step=step.number)


def _echo(request: str, run: Run, behind: Sequence[Step]) -> Iterator[Finding]:
    """An answer in words that the request has itself, from looking for nothing else."""
    looked = [one for one in behind if one.tool in FINDERS or isinstance(one.result, str)]
    if not isinstance(run.answer, str) or any(one.tool not in NAMED for one in looked):
        return
    asked, said = _stems(request), _stems(run.answer)
    if ASKS_MORE.match(request.strip().lower()) and said and said <= asked and looked:
        words = f"the answer {run.answer!r:.60} only repeats the request"
        yield Finding("echo", words, wrong=True, weight=0.7)


def _stems(text: str) -> set[str]:
    """The words of a text, each as its own shortest singular."""
    singulars = standard_lexicon().singulars
    return {min(singulars(one), key=len) for one in re.findall(r"[a-z]+", text.lower())}
