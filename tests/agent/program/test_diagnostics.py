"""The table of codes is complete and true, and diagnostics render for people and planners."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from viscript.agent import program
from viscript.agent.program import CODES, Budget, Diagnostic, ProgramFailedError, check, execute
from viscript.agent.program.tree import Program

from .world import PICTURE, DirectSteps, codes, failure, scope


def run_code(source: str) -> str:
    return failure(source).code


def unchecked_code() -> str:
    broken = check("answer = nothing", scope()).program
    assert isinstance(broken, Program)
    with pytest.raises(ProgramFailedError) as caught:
        execute(broken, {"image": PICTURE}, DirectSteps())
    return caught.value.diagnostic.code


UNSHOWN: dict[str, Callable[[], str]] = {
    "bad-character": lambda: codes("answer = '\0'")[0],
    "too-large": lambda: codes("answer = 1\n" * 6000)[0],
    "too-deep": lambda: codes("answer = " + "(" * 50 + "1" + ")" * 50)[0],
    "too-complex": lambda: codes(
        "answer = 1\n"
        + "".join(f"{'  ' * i}for a{i} in [1]:\n" for i in range(30))
        + f"{'  ' * 30}answer = [[answer"
        + ", 1" * 2000
        + "][0]][0]\n"
    )[0],
    "out-of-time": lambda: failure("answer = 1", Budget(seconds=0)).code,
    "unchecked": unchecked_code,
}
"""Programs that are too long to show, or no programs at all."""


def test_the_table_has_every_code_of_the_source_and_no_other() -> None:
    folder = Path(program.__file__).parent
    tables = ("check_codes.py", "run_codes.py")
    text = "".join(one.read_text() for one in folder.glob("*.py") if one.name not in tables)
    quoted = set(re.findall(r'"([a-z]+(?:-[a-z]+)*)"', text))
    assert set(CODES) <= quoted
    hyphenated = {one for one in quoted if "-" in one}
    assert hyphenated <= set(CODES)


@pytest.mark.parametrize("code", [one for one in CODES if one not in UNSHOWN])
def test_the_example_of_each_code_has_it(code: str) -> None:
    example = CODES[code].example
    found = run_code(example) if CODES[code].at_run else codes(example)
    assert found == code if CODES[code].at_run else code in found


@pytest.mark.parametrize("code", UNSHOWN)
def test_codes_without_an_example_occur_too(code: str) -> None:
    assert CODES[code].example == ""
    assert UNSHOWN[code]() == code


@pytest.mark.parametrize("code", CODES.values(), ids=CODES)
def test_each_code_says_what_is_wrong_and_what_to_do(code: program.Code) -> None:
    assert code.title
    assert code.explanation.endswith(".")
    assert code.remedy.endswith(".")


def test_the_json_of_a_diagnostic_has_six_keys() -> None:
    (found,) = check("answer = count(fnid(image, 'dog'))", scope()).diagnostics
    assert found.to_json() == {
        "code": "unknown-tool",
        "severity": "error",
        "line": 1,
        "column": 16,
        "message": "there is no tool fnid",
        "suggestion": "did you mean find?",
    }


def test_a_rendered_diagnostic_underlines_its_place() -> None:
    source = "x = 1\nanswer = count(fnid(image, 'dog'))"
    (found,) = [one for one in check(source, scope()).diagnostics if one.severity == "error"]
    assert found.render(source).splitlines() == [
        "line 2, column 16: error: there is no tool fnid [unknown-tool]",
        "    answer = count(fnid(image, 'dog'))",
        "                   ^^^^",
        "  did you mean find?",
    ]


def test_a_wide_letter_moves_the_underline_by_two() -> None:
    source = "answer = ['개', dog]"
    (found,) = check(source, scope()).diagnostics
    assert found.column == 16
    assert found.render(source).splitlines()[2] == " " * 20 + "^^^"


def test_a_long_line_is_cut_around_the_place() -> None:
    source = f"answer = [{'1, ' * 300}dog, {'1, ' * 300}]"
    (found,) = check(source, scope()).diagnostics
    line, under = found.render(source).splitlines()[1:3]
    assert len(line) <= 104
    assert line[under.index("^") :].startswith("dog")


def test_a_diagnostic_renders_against_any_source() -> None:
    found = Diagnostic("syntax", "error", 9, 9, 12, "wrong")
    assert found.render("") == "line 9, column 9: error: wrong [syntax]"
