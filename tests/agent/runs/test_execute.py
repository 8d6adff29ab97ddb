from __future__ import annotations

import errno
import json
import os
import re
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np
import PIL.Image
import pytest
from viscript import Image, InputError, Region, Toolbox, ToolError, tool
from viscript.agent.program.budget import Budget
from viscript.agent.runs import Event, StepEnded, read_run, run_program
from viscript.tools.cache import Cache, MemoryCache
from viscript.tools.cancellation import Cancellation, current_cancellation
from viscript.tools.values import Box, ImageLike, codec
from viscript.tools.values.reading import decode_image

MakeToolbox = Callable[..., Toolbox]


@tool(reads_pixels=True)
def spot(image: ImageLike, name: str) -> list[Region]:
    """Finds a region.

    Args:
        image: the picture.
        name: its label.
    """
    assert isinstance(image, Image)
    return [Region(image, Box(10, 20, 60, 90), name, 0.5)]


@tool(reads_pixels=True, writes_image=True)
def mirror(image: ImageLike) -> Image:
    """Mirrors a picture.

    Args:
        image: the picture.
    """
    assert isinstance(image, Image)
    return Image.from_array(image.pixels[:, ::-1], "mirror")


@tool(reads_pixels=True)
def refuse(image: ImageLike) -> str:
    """Fails.

    Args:
        image: the picture.
    """
    raise ToolError("the picture is too dark", hint="use a lamp")


@tool(reads_pixels=True)
def wait(image: ImageLike) -> str:
    """Waits until it is told to stop.

    Args:
        image: the picture.
    """
    told = threading.Event()
    with current_cancellation().calling(told.set):
        told.wait(20)
    current_cancellation().check()
    return "never told"


TOOLS = (spot, mirror, refuse, wait)
PROGRAM = """\
found = spot(image, "cup")
other = mirror(image)
answer = f"{count(found)} {found[0].label} in {other.width}"
"""


@pytest.fixture
def toolbox(toolbox_of: MakeToolbox) -> Toolbox:
    return toolbox_of(TOOLS, MemoryCache())


@pytest.fixture
def photo(tmp_path: Path, coffee: Image) -> Path:
    path = tmp_path / "holiday photo.jpg"
    PIL.Image.fromarray(coffee.pixels.copy()).save(path)
    return path


def test_a_run_has_its_answer_its_steps_and_its_folder(
    toolbox: Toolbox, photo: Path, tmp_path: Path
) -> None:
    run = run_program(PROGRAM, [photo], toolbox, folder=tmp_path / "run")
    assert run.ok
    assert run.answer == "1 cup in 600"
    assert [(step.number, step.tool, step.line) for step in run.steps] == [
        (1, "spot", 1),
        (2, "mirror", 2),
        (3, "count", 3),
    ]
    names = {path.name for path in (tmp_path / "run").iterdir()}
    assert names == {
        *("program.txt", "trace.jsonl", "run.json", "names.json", "rationale.html", "artifacts")
    }
    assert (tmp_path / "run" / "program.txt").read_text() == PROGRAM


def test_the_json_of_a_run_has_the_documented_keys(toolbox: Toolbox, photo: Path) -> None:
    data = run_program(PROGRAM, [photo], toolbox, record=False).to_json()
    assert {"answer", "program", "diagnostics", "steps", "run", "error"} <= set(data)
    assert {"tool", "line", "seconds", "cached", "error"} <= set(data["steps"][0])
    assert data["run"] is None
    assert json.loads(json.dumps(data)) == data


def test_a_picture_as_an_answer_is_named_by_its_file(
    toolbox: Toolbox, photo: Path, tmp_path: Path
) -> None:
    run = run_program("answer = mirror(image)", [photo], toolbox, folder=tmp_path / "run")
    answer = run.to_json()["answer"]
    assert isinstance(run.answer, Image)
    assert (answer["type"], answer["width"], answer["height"]) == ("image", 600, 400)
    kept = np.asarray(PIL.Image.open(answer["path"]))
    assert np.array_equal(kept, run.answer.pixels)
    assert Path(answer["path"]).parent == tmp_path / "run" / "artifacts"


def test_an_input_file_is_kept_as_it_is_and_its_folder_is_not_told(
    toolbox: Toolbox, photo: Path, tmp_path: Path
) -> None:
    run = run_program(PROGRAM, [photo], toolbox, folder=tmp_path / "run")
    kept = tmp_path / "run" / "artifacts" / f"{run.images[0].digest}.jpg"
    assert kept.read_bytes() == photo.read_bytes()
    for name in ("run.json", "trace.jsonl", "rationale.html"):
        text = (tmp_path / "run" / name).read_text()
        assert "holiday photo.jpg" in text
        assert str(photo.parent) not in text


def test_pictures_from_the_cache_are_linked_not_written_again(
    toolbox_of: MakeToolbox, photo: Path, tmp_path: Path
) -> None:
    toolbox = toolbox_of(TOOLS, Cache(tmp_path / "cache"))
    run = run_program("answer = mirror(image)", [photo], toolbox, folder=tmp_path / "run")
    path = Path(run.to_json()["answer"]["path"])
    assert path.stat().st_nlink == 2


@pytest.mark.parametrize(
    ("count", "names"), [(1, "image images"), (2, "left right images"), (3, "images")]
)
def test_the_pictures_have_names_by_their_number(
    count: int, names: str, toolbox: Toolbox, coffee: Image
) -> None:
    for name in ("image", "left", "right", "images"):
        picture = "images[0]" if name == "images" else name
        run = run_program(f"answer = {picture}.width", [coffee] * count, toolbox, record=False)
        assert run.ok is (name in names.split()), name


def test_a_visprog_program_runs_on_a_pair(toolbox: Toolbox, coffee: Image, cat: Image) -> None:
    program = "X=CROP_LEFTOF(image=RIGHT,box=B)\nFINAL=RESULT(var=X)".replace("B)", "LEFT)")
    run = run_program(program, [coffee, cat], toolbox, record=False)
    assert run.dialect == "visprog"
    assert run.error is not None
    assert run.error.kind == "program"


def test_a_program_that_does_not_check_is_recorded_and_calls_nothing(
    toolbox: Toolbox, photo: Path, tmp_path: Path
) -> None:
    run = run_program('answer = spott(image, "cup")', [photo], toolbox, folder=tmp_path / "run")
    assert run.error is not None
    assert (run.error.kind, run.error.line, run.steps) == ("program", 1, [])
    assert "spot" in (tmp_path / "run" / "rationale.html").read_text()
    assert read_run(tmp_path / "run").diagnostics == run.diagnostics


def test_a_failed_step_is_the_error_of_the_run_with_its_hint(
    toolbox: Toolbox, photo: Path, tmp_path: Path
) -> None:
    program = 'a = spot(image, "cup")\nanswer = refuse(image)'
    run = run_program(program, [photo], toolbox, folder=tmp_path / "run")
    assert run.error is not None
    assert run.error.to_json() == {
        "kind": "tool",
        "message": "the picture is too dark",
        "hint": "use a lamp",
        "step": 2,
        "line": 2,
    }
    page = (tmp_path / "run" / "rationale.html").read_text()
    assert "the picture is too dark" in page
    assert "use a lamp" in page


def test_what_a_program_does_wrong_while_it_runs_is_a_diagnostic(
    toolbox: Toolbox, coffee: Image
) -> None:
    run = run_program('answer = spot(image, "cup")[7].label', [coffee], toolbox, record=False)
    assert run.error is not None
    assert run.error.kind == "program"
    assert [one.code for one in run.diagnostics] == ["index-out-of-range"]


def test_a_second_run_takes_its_steps_from_the_cache(toolbox: Toolbox, photo: Path) -> None:
    first = run_program(PROGRAM, [photo], toolbox, record=False)
    second = run_program(PROGRAM, [photo], toolbox, record=False)
    assert first.answer == second.answer
    assert [step.cached for step in first.steps] == [False, False, False]
    assert [step.cached for step in second.steps] == [True, True, True]


def test_cancelling_ends_a_run_within_a_step_and_the_folder_is_whole(
    toolbox: Toolbox, photo: Path, tmp_path: Path
) -> None:
    cancellation = Cancellation()

    def stop(event: Event) -> None:
        cancellation.cancel("enough")

    run = run_program(
        "answer = wait(image)",
        [photo],
        toolbox,
        folder=tmp_path / "run",
        cancellation=cancellation,
        on_event=stop,
    )
    assert run.error is not None
    assert (run.error.kind, run.error.message) == ("cancelled", "enough")
    assert [step.error and step.error.kind for step in read_run(tmp_path / "run").steps] == [
        "cancelled"
    ]
    assert (tmp_path / "run" / "rationale.html").exists()


def test_a_step_has_a_time_limit(toolbox: Toolbox, coffee: Image) -> None:
    run = run_program("answer = wait(image)", [coffee], toolbox, record=False, step_seconds=0.05)
    assert run.error is not None
    assert (run.error.step, run.error.message) == (1, "wait took longer than 0.05 s")


def test_a_run_has_a_time_limit_that_its_steps_count_for(toolbox: Toolbox, coffee: Image) -> None:
    run = run_program(
        "answer = wait(image)", [coffee], toolbox, record=False, budget=Budget(seconds=0.05)
    )
    assert [one.code for one in run.diagnostics] == ["out-of-time"]
    assert run.seconds < 10


def test_an_interrupted_run_leaves_a_whole_folder(
    toolbox: Toolbox, photo: Path, tmp_path: Path
) -> None:
    def interrupt(event: Event) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_program(PROGRAM, [photo], toolbox, folder=tmp_path / "run", on_event=interrupt)
    recorded = read_run(tmp_path / "run")
    assert recorded.error is not None
    assert (recorded.error.kind, recorded.error.message) == ("cancelled", "the run was interrupted")
    assert (tmp_path / "run" / "rationale.html").exists()


def test_an_observer_that_fails_is_told_nothing_more_and_its_error_is_raised(
    toolbox: Toolbox, photo: Path, tmp_path: Path
) -> None:
    told: list[Event] = []

    def fail(event: Event) -> None:
        told.append(event)
        raise ZeroDivisionError("the observer's own")

    with pytest.raises(ZeroDivisionError, match="the observer's own"):
        run_program(PROGRAM, [photo], toolbox, folder=tmp_path / "run", on_event=fail)
    assert len(told) == 1
    recorded = read_run(tmp_path / "run")
    assert recorded.error is not None
    assert recorded.error.message == "a fault outside the program ended the run"


def test_events_tell_each_step_once(toolbox: Toolbox, coffee: Image) -> None:
    events: list[Event] = []
    run = run_program(PROGRAM, [coffee], toolbox, record=False, on_event=events.append)
    ended = [event.step for event in events if isinstance(event, StepEnded)]
    assert sorted(ended, key=lambda step: step.number) == run.steps


def test_an_unreadable_picture_is_refused_before_anything_is_written(
    toolbox: Toolbox, tmp_path: Path
) -> None:
    with pytest.raises(InputError, match="there is no file"):
        run_program(PROGRAM, [tmp_path / "none.jpg"], toolbox, folder=tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_a_finished_run_is_not_written_over(toolbox: Toolbox, photo: Path, tmp_path: Path) -> None:
    run_program(PROGRAM, [photo], toolbox, folder=tmp_path / "run")
    with pytest.raises(InputError, match="holds a finished run"):
        run_program(PROGRAM, [photo], toolbox, folder=tmp_path / "run")


def test_a_folder_that_cannot_be_made_is_one_clear_line(
    toolbox: Toolbox, photo: Path, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(InputError, match=r"can't be kept in .*: Not a directory"):
        run_program(PROGRAM, [photo], toolbox, folder=tmp_path / "file" / "run")


def test_a_full_disk_is_one_clear_line(
    toolbox: Toolbox, photo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fdatasync", full)
    run = run_program(PROGRAM, [photo], toolbox, folder=tmp_path / "run")
    assert run.error is not None
    assert run.error.kind == "input"
    assert "No space left on device" in run.error.message


def test_only_steps_that_ran_wait_for_the_disk(
    toolbox_of: MakeToolbox, photo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[int] = []
    monkeypatch.setattr(os, "fdatasync", waits.append)
    toolbox = toolbox_of(TOOLS, Cache(tmp_path / "cache"))
    run_program(PROGRAM, [photo], toolbox, folder=tmp_path / "first")
    assert len(waits) == 3
    longer = PROGRAM + "\nback = mirror(other)"
    run = run_program(longer, [photo], toolbox, folder=tmp_path / "second")
    assert [step.cached for step in run.steps] == [True, True, True, False]
    assert len(waits) == 4


def pictures_of(page: Path) -> set[str]:
    return set(re.findall(r"data:image/jpeg;base64,[\w+/=]+", page.read_text()))


def test_the_page_of_a_cached_run_shows_the_same_pictures_and_decodes_none(
    toolbox_of: MakeToolbox, coffee: Image, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    decoded: list[str] = []

    def decode(data: bytes, name: str) -> Image:
        decoded.append(name)
        return decode_image(data, name)

    monkeypatch.setattr(codec, "decode_image", decode)
    cache = Cache(tmp_path / "cache")
    pages: list[set[str]] = []
    for name in ("first", "second", "third"):
        run_program(PROGRAM, [coffee], toolbox_of(TOOLS, cache), folder=tmp_path / name)
        pages.append(pictures_of(tmp_path / name / "rationale.html"))
        assert bool(decoded) is (name == "third")
        if name == "second":
            cache.close()
            with closing(sqlite3.connect(tmp_path / "cache" / "results-1.sqlite")) as database:
                damaged = "UPDATE entries SET json = ? WHERE key LIKE 'thumbnail:%'"
                assert database.execute(damaged, (b'"data:,"',)).rowcount == 2
                database.commit()
    assert len(pages[0]) == 2
    assert pages[0] == pages[1] == pages[2]


def test_a_picture_from_memory_is_encoded_for_the_first_run_only(
    toolbox_of: MakeToolbox, coffee: Image, tmp_path: Path
) -> None:
    cache = Cache(tmp_path / "cache")
    kept: list[Path] = []
    for name in ("first", "second"):
        run_program("answer = 1", [coffee], toolbox_of(TOOLS, cache), folder=tmp_path / name)
        kept.append(tmp_path / name / "artifacts" / f"{coffee.digest}.png")
    assert kept[0].samefile(kept[1])
    assert np.array_equal(np.asarray(PIL.Image.open(kept[1])), coffee.pixels)


def test_runs_get_folders_of_their_own_in_the_order_of_time(
    toolbox: Toolbox, coffee: Image, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VISCRIPT_HOME", str(tmp_path))
    folders = [run_program("answer = 1", [coffee], toolbox).folder for _ in range(2)]
    assert len(set(folders)) == 2
    assert {folder.parent for folder in folders if folder} == {tmp_path / "runs"}


def test_no_thread_is_left_over(toolbox: Toolbox, coffee: Image) -> None:
    run_program(PROGRAM, [coffee], toolbox, record=False)
    left = [one for one in threading.enumerate() if one.name.startswith("viscript-")]
    for thread in left:
        thread.join(20)
    assert not any(thread.is_alive() for thread in left)


STUCK = """
import threading
from types import MappingProxyType

from viscript import Toolbox, tool
from viscript.agent.runs import run_program
from viscript.tools.profile import Profile
from viscript.tools.registry import Registry


@tool({traits})
def stuck() -> str:
    \"\"\"Never ends, whatever it is told.\"\"\"
    threading.Event().wait()
    return ""


profile = Profile("test", "", MappingProxyType({{}}))
toolbox = Toolbox(profile, Registry.standard([stuck]), None)
run = run_program("answer = stuck()", [], toolbox, record=False, step_seconds=0.05)
print(run.error.message)
"""


@pytest.mark.parametrize("traits", ["", "reads_pixels=True"])
def test_a_stuck_tool_does_not_keep_the_process_from_ending(traits: str, tmp_path: Path) -> None:
    script = tmp_path / "stuck.py"
    script.write_text(STUCK.format(traits=traits))
    done = subprocess.run(
        [sys.executable, str(script)], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stdout.strip() == "stuck took longer than 0.05 s", done.stderr
    assert done.returncode == 0
