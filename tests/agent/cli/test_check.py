from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

Command = Callable[..., tuple[int, str, str]]

GOOD = 'answer = count(find(image, "dog"))'


def test_a_good_program_is_ok_and_its_type_is_told(viscript: Command) -> None:
    assert viscript("check", "-e", GOOD) == (0, "ok, the answer is int\n", "")


def test_a_program_comes_from_a_file_or_standard_input(viscript: Command) -> None:
    Path("program").write_text(GOOD)
    assert viscript("check", "program") == viscript("check", "-", stdin=GOOD)


def test_a_bad_program_is_shown_with_its_line_underlined(viscript: Command) -> None:
    code, out, err = viscript("check", "-e", 'dogs = fnd(image, "dog")\nanswer = count(dogs)')
    assert (code, err) == (1, "")
    lines = out.splitlines()
    assert lines[0].startswith("line 1, column 8: error: ")
    assert lines[1] == '    dogs = fnd(image, "dog")'
    assert lines[2] == "           ^^^"
    assert "did you mean find?" in out


def test_json_has_the_diagnostics(viscript: Command) -> None:
    code, out, _ = viscript("check", "-e", 'answer = count(fnd(image, "dog"))', "--json")
    data = json.loads(out)
    assert (code, data["ok"]) == (1, False)
    (found,) = [one for one in data["diagnostics"] if one["severity"] == "error"]
    assert (found["line"], found["column"]) == (1, 16)
    assert found["code"] == "unknown-tool"
    assert "find" in found["suggestion"]


def test_a_warning_is_shown_but_the_program_is_ok(viscript: Command) -> None:
    code, out, _ = viscript("check", "-e", "unused = 1\nanswer = 2")
    assert code == 0
    assert "warning" in out
    assert out.endswith("ok, the answer is int\n")


def test_all_tools_are_known_with_the_profile_all(viscript: Command) -> None:
    program = "answer = caption(image)"
    code, out, _ = viscript("check", "-e", program)
    assert code == 1
    assert "caption" in out
    assert viscript("check", "-e", program, "--profile", "all")[0] == 0


@pytest.mark.parametrize(
    ("program", "images", "code"),
    [
        ("answer = image.width", "1", 0),
        ("answer = image.width", "2", 1),
        ("answer = left.width + right.width", "2", 0),
        ("answer = left.width", "1", 1),
        ("answer = len(images)", "3", 0),
        ("answer = image.width", "3", 1),
    ],
)
def test_names_depend_on_the_number_of_pictures(
    viscript: Command, program: str, images: str, code: int
) -> None:
    assert viscript("check", "-e", program)[0] == 0
    assert viscript("check", "-e", program, "--images", images)[0] == code


def test_visprog_is_recognised_and_can_be_demanded(viscript: Command) -> None:
    program = "BOX0=LOC(image=IMAGE,object='dog')\nFINAL_RESULT=RESULT(var=BOX0)"
    assert json.loads(viscript("check", "-e", program, "--json")[1])["dialect"] == "visprog"
    code, out, _ = viscript("check", "-e", program, "--json", "--dialect", "viscript")
    assert (code, json.loads(out)["dialect"]) == (1, "viscript")


def test_a_program_cannot_steer_the_terminal(viscript: Command) -> None:
    code, out, _ = viscript("check", "-e", "answer = '\x1b[2J'\u202e")
    assert code == 1
    assert not set(out) & {"\x1b", "\u202e"}
