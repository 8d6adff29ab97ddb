from __future__ import annotations

import numpy as np
import torch
from viscript.tools.hosting.encodings import Encodings
from viscript.tools.hosting.measure import encodings_of, measured_bytes


class Holder:
    """An object with attributes."""

    def __init__(self, **attributes: object) -> None:
        self.__dict__.update(attributes)


def test_weights_are_seen_in_attributes_lists_and_arrays() -> None:
    layer = torch.nn.Linear(10, 10)
    model = Holder(network=layer, more=[torch.nn.Linear(10, 10)], table=np.zeros(100, np.uint8))
    assert measured_bytes(model) == 2 * 440 + 100


def test_weights_are_seen_through_the_function_that_closes_over_them() -> None:
    layer = torch.nn.Linear(10, 10, dtype=torch.bfloat16)

    def run(items: list[torch.Tensor]) -> list[torch.Tensor]:
        return [layer(item) for item in items]

    assert measured_bytes(Holder(detect=run)) == 220


def test_shared_weights_count_once() -> None:
    layer = torch.nn.Linear(10, 10)
    assert measured_bytes(Holder(a=layer, b=layer, c=Holder(d=layer))) == 440


def test_buffers_count_and_encodings_do_not() -> None:
    kept = Encodings[np.ndarray](10_000)
    kept.get_or("a", lambda: np.zeros(1000, np.uint8))
    model = Holder(norm=torch.nn.BatchNorm1d(4), encodings=kept)
    assert measured_bytes(model) == 4 * 4 * 4 + 8
    assert encodings_of(model) is kept


def test_a_vocabulary_is_not_searched() -> None:
    words = {str(number): np.zeros(8, np.uint8) for number in range(1000)}
    assert measured_bytes(Holder(words=words)) == 0
