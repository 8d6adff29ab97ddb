from __future__ import annotations

import threading

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from viscript.tools.hosting.encodings import Encodings, size_of


def test_a_value_is_made_once() -> None:
    kept, made = Encodings[int](10_000), list[str]()

    def make() -> int:
        made.append("x")
        return 7

    assert [kept.get_or("a", make), kept.get_or("a", make)] == [7, 7]
    assert made == ["x"]
    assert "a" in kept


def test_the_least_recently_used_goes_first() -> None:
    kept = Encodings[np.ndarray](3 * 1300)
    for key in "abc":
        kept.get_or(key, lambda: np.zeros(1000, np.uint8))
    kept.get_or("a", lambda: np.ones(1, np.uint8))
    kept.get_or("d", lambda: np.zeros(1000, np.uint8))
    assert [key in kept for key in "abcd"] == [True, False, True, True]


def test_only_what_is_missing_is_made_and_in_one_go() -> None:
    kept, asked = Encodings[str](10_000), list[list[str]]()

    def make(keys: list[str]) -> list[str]:
        asked.append(list(keys))
        return [key.upper() for key in keys]

    kept.get_or("b", lambda: "kept")
    assert kept.get_or_all(["a", "b", "a", "c"], make) == ["A", "kept", "A", "C"]  # pyright: ignore[reportArgumentType]
    assert asked == [["a", "c"]]


def test_a_value_above_the_limit_is_given_but_not_kept() -> None:
    kept = Encodings[np.ndarray](1000)
    assert kept.get_or("big", lambda: np.zeros(2000, np.uint8)).nbytes == 2000
    assert (len(kept), kept.bytes) == (0, 0)


def test_a_value_that_can_not_be_made_is_not_kept() -> None:
    kept = Encodings[int](1000)
    with pytest.raises(ZeroDivisionError):
        kept.get_or("a", lambda: 1 // 0)
    assert kept.get_or("a", lambda: 3) == 3


def test_a_lower_limit_holds_at_once() -> None:
    kept = Encodings[np.ndarray](10_000)
    for key in "abcdef":
        kept.get_or(key, lambda: np.zeros(1000, np.uint8))
    kept.limit(2500)
    assert kept.bytes <= 2500
    assert "f" in kept
    kept.clear()
    assert (len(kept), kept.bytes) == (0, 0)


def test_arrays_and_tensors_count_wherever_they_are() -> None:
    import torch

    value = {"a": np.zeros((10, 10), np.float32), "b": [torch.zeros(5, dtype=torch.bfloat16), "xy"]}
    assert size_of(value) == 400 + 10 + 2


@given(
    st.integers(0, 5000),
    st.lists(st.tuples(st.sampled_from("abcdefgh"), st.integers(0, 2000)), max_size=60),
)
def test_whatever_is_asked_for_stays_within_the_limit(
    limit: int, asked: list[tuple[str, int]]
) -> None:
    kept, sizes = Encodings[bytes](limit), dict[str, int]()
    for key, size in asked:
        was_kept = key in kept
        value = kept.get_or(key, lambda size=size: bytes(size))
        assert len(value) == (sizes[key] if was_kept else size)
        sizes[key] = len(value)
        assert 0 <= kept.bytes <= limit
    assert kept.bytes == sum(sizes[key] + 201 for key in "abcdefgh" if key in kept)


def test_threads_share_encodings_without_losing_count() -> None:
    kept, wrong = Encodings[np.ndarray](5000), list[int]()

    def use(seed: int) -> None:
        for number in range(300):
            key = (number * seed) % 13
            found = kept.get_or(chr(97 + key), lambda key=key: np.full(1000, key, np.uint8))
            if int(found[0]) != key or kept.bytes > 5000:
                wrong.append(key)

    threads = [threading.Thread(target=use, args=(seed,)) for seed in (1, 2, 3, 5, 7)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert wrong == []
    assert kept.bytes == 4 * 1201
