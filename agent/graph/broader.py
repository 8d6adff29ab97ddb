"""A yes, or a number, about a narrower kind than was found: nurses asked for, and persons found.

A detector with a fixed list of names finds any person for "a nurse". That serves where a request
takes the nurse for granted ("what does the nurse hold?"); where it asks whether there is one, or
how many, the answer tells less than it seems to.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import chain

from ...tools.lexicon import standard_lexicon
from ...tools.vocabulary import MAX_QUERY, Vocabulary
from ..runs.step import Step
from .expectations import Kind
from .findings import Finding, call_of, regions_of

WEIGHT = 0.55
"""What it takes from the confidence: alone it makes an answer unsure."""

_CHOICE = re.compile(r"^(?:is|are|was|were|which|who|what)\b.*\bor\b")
BY_WORDS = "phrases"
"""The backend of `select` that goes by labels and looks at nothing but colours."""


def taken_broadly(
    request: str, behind: Sequence[Step], kind: Kind, answer: object
) -> Iterator[Finding]:
    """Doubts about what was found under a broader name than it was looked for.

    Args:
        request: the person's words.
        behind: the steps that the answer rests on.
        kind: the kind of answer that is wanted; only a truth, a number and a choice ("is it a man
            or a woman?") are doubted.
        answer: a no is not doubted: where there is no person there is no nurse.
    """
    told_apart = kind in ("truth", "number") or _CHOICE.search(request.lower())
    if not told_apart or answer is False:
        return
    vocabulary = Vocabulary(standard_lexicon().names)
    told: set[str] = set()
    for step in behind:
        if step.tool != "find" and step.backend != BY_WORDS:
            continue
        asked = (step.arguments.get(one) for one in ("query", "category"))
        queries = [one for one in asked if isinstance(one, str) and len(one) <= MAX_QUERY]
        labels = {one.label.casefold() for one in regions_of(step.result)}
        narrower = (vocabulary.narrower(one).items() for one in queries)
        for word, name in chain.from_iterable(narrower):
            if name in labels and name not in told:
                told.add(name)
                words = f"{call_of(step)} took any {name} for {word!r}: it can't tell them apart"
                yield Finding("broader", words, wrong=False, weight=WEIGHT, step=step.number)
