"""Pickles of plain values, read without unpickling."""

from __future__ import annotations

import contextlib
import datetime
import pickle
import pickletools
from collections.abc import Iterable
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from viscript.eval.suites.plain_pickle import plain_pickle

SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner) | st.tuples(inner, inner) | st.dictionaries(st.text(), inner),
)


def as_json(value: object) -> object:
    """The value with lists for its tuples."""
    match value:
        case list() | tuple():
            return [as_json(one) for one in cast("Iterable[object]", value)]
        case dict():
            return {key: as_json(one) for key, one in cast("dict[str, object]", value).items()}
        case _:
            return value


def unshared(value: object) -> object:
    """A copy in which no list, tuple or dictionary stands in two places."""
    match value:
        case list():
            return [unshared(one) for one in cast("list[object]", value)]
        case tuple():
            return tuple([unshared(one) for one in cast("Iterable[object]", value)])
        case dict():
            return {key: unshared(one) for key, one in cast("dict[str, object]", value).items()}
        case _:
            return value


@given(VALUES, st.integers(0, pickle.HIGHEST_PROTOCOL))
def test_plain_values_come_back_from_every_protocol(value: Any, protocol: int) -> None:
    assert plain_pickle(pickle.dumps(unshared(value), protocol)) == as_json(value)


@pytest.mark.parametrize("value", [datetime.date(2020, 1, 1), {1, 2}, b"x", print, object()])
@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_what_is_not_plain_is_refused(value: object, protocol: int) -> None:
    with pytest.raises(ValueError, match="only plain values are read"):
        plain_pickle(pickle.dumps([value], protocol))


def test_a_list_in_two_places_is_refused() -> None:
    value: list[Any] = []
    for _ in range(40):
        value = [value, value]
    with pytest.raises(ValueError, match="stands in two places"):
        plain_pickle(pickle.dumps(value))


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused_with_a_value_error(data: bytes) -> None:
    with contextlib.suppress(ValueError):
        plain_pickle(data)


@given(VALUES, st.data())
def test_a_damaged_pickle_is_read_or_refused_with_a_value_error(value: Any, data: Any) -> None:
    whole = bytearray(pickletools.optimize(pickle.dumps(value)))
    at = data.draw(st.integers(0, len(whole) - 1))
    whole[at] = data.draw(st.integers(0, 255))
    with contextlib.suppress(ValueError):
        plain_pickle(bytes(whole))
