"""Two evaluations on the same questions: a paired test, and what flipped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from ...tools.errors import InputError
from ..causes import RIGHT
from ..metrics.intervals import bootstrap
from ..metrics.paired import mcnemar
from .data import sample_to_json
from .figures import Share
from .results import Evaluation, Result


@dataclass(frozen=True, slots=True)
class Comparison:
    """How a second system differs from a first.

    Args:
        names: of the two.
        first, second: their mean scores on the questions that both answered.
        difference: second minus first; `low` and `high` are its 95 % interval (bootstrap).
        p: McNemar's exact two-sided p-value.
        lost: what only the first got right, both results.
        won: what only the second did.
    """

    names: tuple[str, str]
    first: Share
    second: Share
    difference: float
    low: float
    high: float
    p: float
    lost: Sequence[tuple[Result, Result]]
    won: Sequence[tuple[Result, Result]]

    @property
    def count(self) -> int:
        """Questions that both answered."""
        return self.first.count

    def to_json(self, limit: int) -> dict[str, Any]:
        """The object that `viscript eval compare --json` prints, with so many flips each way."""
        return {
            "names": list(self.names),
            "first": asdict(self.first),
            "second": asdict(self.second),
            "difference": self.difference,
            "interval": [self.low, self.high],
            "p": self.p,
            "flipped": {"lost": len(self.lost), "won": len(self.won)},
            "lost": [[sample_to_json(a), sample_to_json(b)] for a, b in self.lost[:limit]],
            "won": [[sample_to_json(a), sample_to_json(b)] for a, b in self.won[:limit]],
        }


def compared(first: Evaluation, second: Evaluation) -> Comparison:
    """Compares two evaluations on the questions that both answered.

    Raises:
        InputError: they are of two suites, or have no question in common.
    """
    if first.suite != second.suite:
        raise InputError(f"the logs are of two suites, {first.suite} and {second.suite}")
    others = {one.question.id: one for one in second.results}
    pairs = [
        (one, others[one.question.id])
        for one in first.results
        if one.question.id in others
        and one.question.request == others[one.question.id].question.request
    ]
    if not pairs:
        raise InputError("the logs have no question in common")
    low, high = bootstrap([after.score - before.score for before, after in pairs])
    lost = [(a, b) for a, b in pairs if a.score >= RIGHT > b.score]
    won = [(a, b) for a, b in pairs if b.score >= RIGHT > a.score]
    before = Share.of([one.score for one, _ in pairs])
    after = Share.of([one.score for _, one in pairs])
    return Comparison(
        names=(first.name, second.name),
        first=before,
        second=after,
        difference=after.mean - before.mean,
        low=low,
        high=high,
        p=mcnemar(len(lost), len(won)),
        lost=lost,
        won=won,
    )
