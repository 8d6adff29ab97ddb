from __future__ import annotations

import pytest
from viscript import InputError, Toolbox
from viscript.tools.hosting.settings import HostSettings, from_environment, in_words


@pytest.mark.parametrize(
    ("text", "size"),
    [("6 GB", 6 * 10**9), ("500MB", 500 * 10**6), ("1.5 gb", 15 * 10**8), (7, 7), ("64", 64)],
)
def test_memory_is_written_as_people_do(text: str | int, size: int) -> None:
    assert HostSettings(memory=text).memory_bytes == size


def test_memory_may_be_left_to_the_host() -> None:
    assert HostSettings().memory_bytes is None


@pytest.mark.parametrize("text", ["", "-1 GB", "much", "6 apples", "1e9", 0, -5])
def test_what_is_no_amount_of_memory_is_refused(text: str | int) -> None:
    with pytest.raises(InputError, match="no amount of memory"):
        HostSettings(memory=text)


def test_the_environment_has_the_last_word(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, text in {"DEVICE": "cpu", "MEMORY": "2 GB", "BATCH": "4", "PINNED": "a/b,c"}.items():
        monkeypatch.setenv(f"VISCRIPT_{name}", text)
    settings = from_environment(HostSettings(device="cuda", dtype="float16"))
    assert settings == HostSettings("cpu", "float16", "2 GB", 4, ("a/b", "c"))


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("VISCRIPT_DEVICE", "gpu", r"VISCRIPT_DEVICE: there is no device 'gpu' \(use auto"),
        ("VISCRIPT_BATCH", "many", "VISCRIPT_BATCH: 'many' is no number"),
        ("VISCRIPT_BATCH", "1000", r"VISCRIPT_BATCH: batches of 1000 .*use 1 to 256"),
        ("VISCRIPT_MEMORY", "some", "VISCRIPT_MEMORY: 'some' is no amount"),
    ],
)
def test_a_variable_that_is_wrong_is_named(
    name: str, text: str, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, text)
    with pytest.raises(InputError, match=message):
        Toolbox.load(cache=None)


def test_bytes_are_told_in_words() -> None:
    sizes = (10, 5000, 10**6, 98_362_432, 29 * 10**9)
    assert [in_words(size) for size in sizes] == ["10 B", "5.0 kB", "1 MB", "98 MB", "29.0 GB"]


def test_a_budget_is_told_as_it_was_written() -> None:
    for text in ("4.0 kB", "700 MB", "1.5 GB"):
        assert in_words(HostSettings(memory=text).memory_bytes or 0) == text
