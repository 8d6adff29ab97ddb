from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from viscript import InputError
from viscript.agent.cli.runs import find_run

Command = Callable[..., tuple[int, str, str]]

TOP = 'answer = count(find(crop(image, half(image, "top")), "person"))'
BOTTOM = 'answer = count(find(crop(image, half(image, "bottom")), "bicycle"))'


def run(viscript: Command, program: str, photo: Path) -> Path:
    """Runs a program; returns the run's folder."""
    return Path(json.loads(viscript("run", "-e", program, photo, "--json")[1])["run"])


def test_a_run_is_shown_by_folder_id_and_as_the_last(viscript: Command, photo: Path) -> None:
    run(viscript, BOTTOM, photo)
    folder = run(viscript, TOP, photo)
    shown = [viscript("show", name) for name in (folder, folder.name, "last")]
    assert shown[0] == shown[1] == shown[2]
    code, out, _ = shown[0]
    assert code == 0
    assert f"  1  {TOP}" in out
    assert str(folder / "rationale.html") in out


def test_a_run_that_failed_is_shown_with_its_error(viscript: Command, photo: Path) -> None:
    run(viscript, 'answer = find(image, "bicycle")[0].label', photo)
    code, _, err = viscript("show")
    assert code == 0
    assert "there is no item 0" in err


def test_the_start_of_an_id_is_enough_when_only_one_has_it(tmp_path: Path) -> None:
    for name in ("20260101-000000-aaaaaa", "20260102-000000-bbbbbb"):
        (tmp_path / "runs" / name).mkdir(parents=True)
    assert find_run("20260102", tmp_path / "runs").name == "20260102-000000-bbbbbb"
    with pytest.raises(InputError, match="2 runs start with"):
        find_run("2026", tmp_path / "runs")
    with pytest.raises(InputError, match="there is no run") as caught:
        find_run("2025", tmp_path / "runs")
    assert caught.value.hint == "the last one is 20260102-000000-bbbbbb"


def test_a_replay_that_comes_out_the_same_says_so(viscript: Command, photo: Path) -> None:
    run(viscript, TOP, photo)
    for words in (("replay",), ("replay", "last", "--no-cache")):
        code, out, err = viscript(*words)
        assert (code, err) == (0, "")
        assert out.splitlines()[-1] == "the same"


def test_a_replay_under_other_tools_shows_what_changed(
    viscript: Command, photo: Path, tmp_path: Path
) -> None:
    run(viscript, 'answer = count(find(image, "person"))', photo)
    profile = tmp_path / "strict.toml"
    profile.write_text('extends = "embedded"\n[tools.find]\noptions = { threshold = 0.99 }\n')
    code, out, _ = viscript("replay", "last", "--profile", profile)
    assert code == 1
    assert "was 1" in out
    assert "is  0" in out
    assert out.splitlines()[-1] == "different"


def test_two_runs_are_compared_step_by_step(viscript: Command, photo: Path) -> None:
    old, new = run(viscript, TOP, photo), run(viscript, BOTTOM, photo)
    assert viscript("diff", old, old)[0] == 0
    code, out, _ = viscript("diff", old.name, "last")
    assert code == 1
    assert "'top'" in out
    assert "'bottom'" in out
    data = json.loads(viscript("diff", old, new, "--json")[1])
    assert data["same"] is False
    assert [step["same"] for step in data["steps"]].count(True) < len(data["steps"])


@pytest.mark.parametrize("command", ["show", "replay"])
def test_a_folder_without_a_run_is_one_line(
    viscript: Command, tmp_path: Path, command: str
) -> None:
    code, out, err = viscript(command, tmp_path)
    assert (code, out) == (2, "")
    assert "holds no run" in err
    assert err.count("\n") == 1


def test_a_run_without_a_page_does_not_name_one(viscript: Command, photo: Path) -> None:
    run(viscript, TOP, photo)
    _, shown, _ = viscript("show", "last")
    page = Path(shown.split("explained in ")[1].split("\n")[0].strip())
    page.unlink()
    _, shown, _ = viscript("show", "last")
    assert "stopped before its page was written" in shown
    assert "rationale.html" not in shown


def test_a_run_cannot_name_a_file_as_its_profile(
    viscript: Command, photo: Path, tmp_path: Path
) -> None:
    folder = run(viscript, TOP, photo)
    forged = tmp_path / "forged.toml"
    forged.write_text('extends = "embedded"\n')
    recorded = json.loads((folder / "run.json").read_text())
    (folder / "run.json").write_text(json.dumps(recorded | {"profile": str(forged)}))
    code, _, err = viscript("replay", folder)
    assert code == 2
    assert "name its file with --profile" in err
