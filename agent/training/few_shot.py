"""Examples for the prompt of the untrained model: what fine-tuning is compared with."""

from __future__ import annotations

from ..planners.embedded.prompt import prompt_for
from .generator import generate

KINDS = (
    *("count", "exists", "attribute", "comparison", "spatial", "superlative", "text", "objects"),
    *("colour pop", "locate"),
)


def examples_text() -> str:
    """One pair of each of the common kinds, from the training split, in the form of the prompt."""
    chosen = dict.fromkeys(KINDS, "")
    for pair in generate(2_000, 5):
        if chosen.get(pair.category) == "":
            chosen[pair.category] = f"{prompt_for(pair.request, pair.images)}{pair.program}\n\n"
    return "".join(chosen.values())
