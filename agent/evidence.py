"""`Evidence`: the regions and texts that an answer rests on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, cast

from ..tools.errors import one_line
from ..tools.values import Image, Region
from .graph.findings import regions_of, steps_behind
from .runs.run import Run
from .runs.step import Step

MOST = 20
"""Regions, and texts, that are given of one answer."""
LONGEST = 200
"""Characters of a text."""
SHOWN = 3
"""Regions, and texts, of a line for people."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What an answer rests on, as far as tools have seen it.

    Args:
        regions: the regions that it was made of: those that were counted, or whose colour was
            named, rather than all that were found; at most `MOST`.
        texts: what was read there, and what tools said about regions and pictures; at most `MOST`,
            each on one line.
        more: how many regions and texts were left out.
    """

    regions: Sequence[Region] = ()
    texts: Sequence[str] = ()
    more: int = 0

    @property
    def summary(self) -> str:
        """One line for people; empty where there is nothing."""
        parts = [*(one.summary for one in self.regions if not one.text)][:SHOWN]
        parts += [f"{one!r:.60}" for one in self.texts[:SHOWN]]
        plain = sum(not one.text for one in self.regions) + len(self.texts)
        left = plain - len(parts) + self.more
        return ", ".join([*parts, *([f"{left} more"] if left else [])])

    def to_json(self, encode: Callable[[Region], Any]) -> dict[str, Any]:
        """`regions`, `texts` and `more`; masks and points of bodies are left to the steps.

        Args:
            encode: a region as JSON.
        """
        plain = [one.but(mask=None, keypoints=(), method="") for one in self.regions]
        return {
            "regions": [encode(one) for one in plain],
            "texts": list(self.texts),
            "more": self.more,
        }


def evidence_of(run: Run) -> Evidence:
    """What the answer of a run rests on; nothing of a run that failed."""
    if not run.ok:
        return Evidence()
    behind, _ = steps_behind(run)
    regions = list(dict.fromkeys(_regions(run, behind)))
    texts = [one.text for one in regions if one.text]
    texts += [str(one.result) for one in behind if isinstance(one.result, str) and _sees(one)]
    said = list(dict.fromkeys(one_line(one, LONGEST) for one in texts if one.strip()))
    more = max(len(regions) - MOST, 0) + max(len(said) - MOST, 0)
    return Evidence(tuple(regions[:MOST]), tuple(said[:MOST]), more)


def _regions(run: Run, behind: Sequence[Step]) -> Iterator[Region]:
    """Regions in the answer, and those at which the steps behind it end.

    What one step found and another one narrowed counts as far as the second one has kept it.
    """
    yield from regions_of(run.answer)
    given = [region for step in behind for region in _given(step)]
    # The last steps first: they have what is left of what was found.
    for step in reversed(behind):
        if not regions_of(step.result):
            yield from _given(step)
    passed = {*given, *regions_of(run.answer)}
    for step in behind:
        found = regions_of(step.result)
        if passed.isdisjoint(found):
            yield from found


def _given(step: Step) -> list[Region]:
    return [region for value in step.arguments.values() for region in regions_of(value)]


def _sees(step: Step) -> bool:
    """Whether a step was given a picture or a region to look at."""
    for value in step.arguments.values():
        items = cast("Sequence[object]", value) if isinstance(value, (list, tuple)) else (value,)
        if any(isinstance(one, (Image, Region)) for one in items):
            return True
    return False
