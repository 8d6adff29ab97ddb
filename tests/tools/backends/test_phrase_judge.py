"""What a judge is asked about, with a judge whose opinions are written down."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from viscript.tools.backends.phrases import PhraseSelector
from viscript.tools.hosting.model import Hosted, ModelSource
from viscript.tools.values import Box, Image, Region

PICTURE = Image.from_array(np.zeros((100, 400, 3), dtype=np.uint8))

PEOPLE = [
    Region(PICTURE, Box(100 * place, 0, 100 * place + size, size), "person", text=name)
    for place, (name, size) in enumerate((("Ann", 40), ("Bob", 90), ("Cleo", 60)))
]
DOG = Region(PICTURE, Box(300, 0, 340, 40), "dog", text="Rex")

OPINIONS = {
    "happy person": {"Bob": 0.9, "Cleo": 0.6},
    "woman": {"Ann": 0.9, "Cleo": 0.8},
    "person with umbrella": {"Cleo": 0.9},
    "person on hat": {"Ann": 0.9},
    "red person": {"Bob": 0.7},
}


class NoTools:
    """A profile that serves nothing else."""

    def call(self, name: str, /, *args: Any, **kwargs: Any) -> Any:
        raise NotImplementedError(name)

    def offers(self, name: str) -> bool:
        return False

    def hosted(self, source: ModelSource[Any, Any]) -> Hosted[Any, Any]:
        raise NotImplementedError


class Opinions:
    """Thinks what `OPINIONS` says, and that nothing else fits."""

    def ranked(self, regions: Sequence[Region], description: str) -> list[Region]:
        liked = OPINIONS.get(description, {})
        return sorted(regions, key=lambda one: -liked.get(one.text, 0.0))

    def fitting(self, regions: Sequence[Region], description: str) -> list[Region]:
        liked = OPINIONS.get(description, {})
        return [one for one in regions if liked.get(one.text, 0.0) > 0.5]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("the happy person", "Bob"),
        ("happy persons", "Bob Cleo"),
        ("two happy persons", "Bob Cleo"),
        ("the rightmost happy person", "Cleo"),
        ("the smallest happy person", "Cleo"),
        ("the woman", "Ann"),
        ("women", "Ann Cleo"),
        ("the woman on the right", "Cleo"),
        ("the person with umbrella", "Cleo"),
        ("the person in a hat", "Ann"),
        ("the red person", "Bob"),
        ("person", "Ann Bob Cleo"),
        ("people", "Ann Bob Cleo"),
        ("the person next to the dog", "Cleo"),
        ("dog", "Rex"),
        ("cat", ""),
        ("the happy person, dog", "Bob Rex"),
    ],
)
def test_a_phrase_means_these_regions(query: str, expected: str) -> None:
    selector = PhraseSelector(NoTools(), judge=Opinions())
    chosen = selector.select([*PEOPLE, DOG], query)
    assert " ".join(region.text for region in chosen) == expected
