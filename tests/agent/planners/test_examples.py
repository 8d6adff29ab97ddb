"""Examples that a user adds."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from viscript.agent.planners.examples import (
    MAX_BYTES,
    WorkedExample,
    add_user_example,
    read_examples,
    user_examples,
)
from viscript.agent.planners.planner import Example
from viscript.tools.errors import InputError
from viscript.tools.folders import examples_file

TWO_DOGS = Example("Are there two dogs?", 'answer = count(find(image, "dog")) == 2', "Compare.")


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VISCRIPT_HOME", str(tmp_path))


def test_a_user_has_no_examples_at_first() -> None:
    assert list(user_examples()) == []


def test_an_added_example_is_read_back_with_its_tools() -> None:
    path = add_user_example(TWO_DOGS)
    assert path == examples_file()
    (one,) = user_examples()
    assert one.example == TWO_DOGS
    assert one.tools == {"count", "find"}
    assert one.pictures == {"image"}


def test_adding_keeps_what_the_user_wrote_into_the_file() -> None:
    examples_file().write_text("# mine\n[[example]]\nrequest = 'a'\nprogram = 'answer = 1'")
    add_user_example(TWO_DOGS)
    assert examples_file().read_text().startswith("# mine\n[[example]]\nrequest = 'a'\n")
    assert [one.example.request for one in user_examples()] == ["a", TWO_DOGS.request]


def test_a_program_is_kept_readable_in_the_file() -> None:
    add_user_example(Example("r", 'a = "\\n"\nanswer = f"{a} is \\"it\\""', "w"))
    assert '\na = "\\n"\nanswer = f"{a} is \\"it\\""\n' in examples_file().read_text()


def test_the_same_example_is_added_once() -> None:
    add_user_example(TWO_DOGS)
    with pytest.raises(InputError, match="added already"):
        add_user_example(TWO_DOGS)
    assert len(user_examples()) == 1


@pytest.mark.parametrize(
    ("example", "words"),
    [
        (Example("", "answer = 1"), "needs a request"),
        (Example("r", "answer = ("), "the example 'r': line 1"),
        (Example("r", "import os"), "import"),
        (Example("r", "answer = 1", "\ud800"), "not Unicode"),
    ],
)
def test_what_is_no_example_is_not_added(example: Example, words: str) -> None:
    with pytest.raises(InputError, match=words):
        add_user_example(example)
    assert not examples_file().exists()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"[[example]\n", "can't be read"),
        (b"\xff\xfe", "can't be read"),
        (b"[[example]]\nrequest = 'a'\n", r"example\.0\.program: Field required"),
        (b"[[example]]\nrequest = 'a'\nprogram = 1\n", r"example\.0\.program"),
        (b"[[example]]\nrequest = 'a'\nprogram = 'x ='\n", "the example 'a': line 1"),
        (b"[[sample]]\n", "sample"),
        (b"#" * (MAX_BYTES + 1), "too large"),
    ],
)
def test_a_damaged_file_is_named_and_not_appended_to(content: bytes, words: str) -> None:
    examples_file().write_bytes(content)
    with pytest.raises(InputError, match=words):
        add_user_example(TWO_DOGS)
    assert examples_file().read_bytes() == content


def test_a_full_file_is_not_appended_to() -> None:
    examples_file().write_bytes(b"#" * MAX_BYTES)
    with pytest.raises(InputError, match="full"):
        add_user_example(TWO_DOGS)


def test_a_folder_that_cannot_be_made_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("VISCRIPT_HOME", str(tmp_path / "file"))
    with pytest.raises(InputError, match="can't be written"):
        add_user_example(TWO_DOGS)


_UNICODE = st.text(st.characters(exclude_categories=("Cs",)), max_size=60)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(request=_UNICODE, text=_UNICODE, why=_UNICODE)
def test_any_text_survives_the_file(request: str, text: str, why: str) -> None:
    examples_file().unlink(missing_ok=True)
    quoted = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    example = Example(request.strip() or "r", f'answer = "{quoted}"', why.strip())
    try:
        WorkedExample.of(example)
    except InputError:
        return
    path = add_user_example(example)
    assert [one.example for one in read_examples(path)] == [example]
    tomllib.loads(path.read_text("utf-8"))


def test_the_strings_of_a_program_are_not_taken_for_names() -> None:
    one = WorkedExample.of(Example("r", 'answer = half(images[0], "left")'))
    assert one.pictures == {"images"}
    assert one.tools == {"half"}
