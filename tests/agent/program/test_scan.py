"""What is refused before Python's parser sees it, and what is not."""

from __future__ import annotations

import pytest
from viscript.agent.program.scan import MAX_BRACKETS, MAX_BYTES, MAX_CHAIN, normalised, refusal


@pytest.mark.parametrize(
    "source",
    [
        "answer = f'{image.width:>5} {{x}} {d[\"a\"]}'",
        "answer = f'''{a}\n{b}'''",
        r"answer = f'\N{EM DASH} {a}'",
        r"answer = rf'\d {a}'",
        "answer = 'it\\'s' + \"(((\" # ((((",
        "answer = '개' # comment é",
        "answer = '👩‍🚀'",
        "answer = [" + "1, " * 5_000 + "]",
        "answer = " + "(" * (MAX_BRACKETS - 1) + ")" * (MAX_BRACKETS - 1),
        "answer = 1\n" * 5_000,
        "answer = 'unterminated",
        "answer = ))))",
        "\t\x0c answer = 1",
    ],
)
def test_ordinary_text_goes_on_to_the_parser(source: str) -> None:
    assert refusal(source) is None


@pytest.mark.parametrize(
    ("source", "code", "line", "column"),
    [
        ("x = 1\nanswer = '\x07'", "bad-character", 2, 11),
        ("answer = '\u202e'", "bad-character", 1, 11),
        ("x = 1\nénergie = 1", "unusual-name", 2, 1),
        ("answer = ²", "unusual-name", 1, 10),
        ("answer = " + "(" * MAX_BRACKETS, "too-deep", 1, 9 + MAX_BRACKETS),
        ("answer = " + "-" * MAX_CHAIN, "too-deep", 1, 8 + MAX_CHAIN),
        ("answer = f'{\"a'}\"'", "unsupported-syntax", 1, 15),
        ("answer = f'{'a'}'", "unsupported-syntax", 1, 13),
        ("answer = f'{a:{b}}'", "unsupported-syntax", 1, 14),
        ("answer = f'{a", None, 0, 0),
        ("answer = f'{a'", "unsupported-syntax", 1, 14),
        ("answer = f'{a #'", "unsupported-syntax", 1, 16),
    ],
)
def test_what_is_refused_has_its_place(
    source: str, code: str | None, line: int, column: int
) -> None:
    found = refusal(source)
    if code is None:
        assert found is None
        return
    assert found is not None
    assert (found.code, found.line, found.column) == (code, line, column)


def test_chains_inside_fields_of_an_f_string_count() -> None:
    found = refusal("answer = f'{" + "-" * MAX_CHAIN + "1}'")
    assert found is not None
    assert found.code == "too-deep"


def test_closed_brackets_in_a_row_count_as_a_chain() -> None:
    found = refusal("answer = a" + "[0]" * MAX_CHAIN)
    assert found is not None
    assert found.code == "too-deep"


@pytest.mark.parametrize(("letter", "bytes_each"), [("a", 1), ("é", 2), ("개", 3), ("🙂", 4)])
def test_the_size_is_counted_in_bytes(letter: str, bytes_each: int) -> None:
    fits = "# " + letter * ((MAX_BYTES - 2) // bytes_each)
    assert refusal(fits) is None
    found = refusal(fits + letter)
    assert found is not None
    assert found.code == "too-large"


def test_line_ends_of_all_systems_are_the_same() -> None:
    assert normalised("\ufeffa\r\nb\rc\n") == "a\nb\nc\n"
