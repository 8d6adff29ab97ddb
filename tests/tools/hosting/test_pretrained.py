"""Checkpoints that transformers saved, loaded as the hub's are; and what can be wrong with them."""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import torch
from viscript import ModelError
from viscript.tools.backends import BackendSpec
from viscript.tools.hosting.model import Placement
from viscript.tools.hosting.pretrained import (
    config_of,
    file_of,
    load_model,
    load_processor,
    require_architecture,
    transformers_class,
)
from viscript.tools.hosting.progress import reporting

CPU = Placement("cpu", "float32")
WEIGHT = "visual_projection.weight"


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny CLIP in the hub's layout."""
    transformers: Any = importlib.import_module("transformers")
    layers = {"hidden_size": 16, "intermediate_size": 16, "num_hidden_layers": 1}
    layers |= {"num_attention_heads": 2, "projection_dim": 8}
    tokens = {"vocab_size": 60, "bos_token_id": 0, "eos_token_id": 1}
    config = transformers.CLIPConfig(
        text_config={**layers, **tokens, "max_position_embeddings": 8},
        vision_config={**layers, "image_size": 16, "patch_size": 8},
        projection_dim=8,
    )
    folder = tmp_path_factory.mktemp("clip")
    transformers.CLIPModel(config).save_pretrained(folder)
    return folder


@pytest.fixture
def clip(saved: Path, tmp_path: Path) -> Path:
    """A copy of it, to be spoilt."""
    folder = tmp_path / "clip"
    folder.mkdir()
    for path in saved.iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    return folder


def spec(folder: Path | str, **settings: Any) -> BackendSpec:
    return BackendSpec("clip", str(folder), **settings)


def weights_of(folder: Path) -> dict[str, Any]:
    return importlib.import_module("safetensors.torch").load_file(folder / "model.safetensors")


def write_weights(folder: Path, weights: Mapping[str, Any]) -> None:
    save: Any = importlib.import_module("safetensors.torch").save_file
    save(dict(weights), folder / "model.safetensors", metadata={"format": "pt"})


def refusal(work: Callable[[], object]) -> str:
    with pytest.raises(ModelError) as caught:
        work()
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_checkpoint_is_loaded_in_the_type_it_is_placed_in_and_ready_to_infer(saved: Path) -> None:
    model = load_model("CLIPModel", spec(saved), Placement("cpu", "bfloat16"))
    assert model.dtype == torch.bfloat16
    assert not model.training


def test_loading_tells_how_far_it_is(saved: Path) -> None:
    told: list[tuple[str, int, int]] = []
    with reporting(lambda what, done, total: told.append((what, done, total))):
        load_model("CLIPModel", spec(saved), CPU)
    assert told[-1] == (str(saved), len(weights_of(saved)), len(weights_of(saved)))


def test_loading_prints_nothing(saved: Path, capfd: pytest.CaptureFixture[str]) -> None:
    load_model("CLIPModel", spec(saved), CPU)
    assert capfd.readouterr() == ("", "")


def test_another_architecture_is_refused_by_name(saved: Path) -> None:
    said = refusal(lambda: load_model("SamModel", spec(saved), CPU))
    assert "is of the architecture clip; the backend clip loads sam" in said
    said = refusal(lambda: load_model("AutoModelForDepthEstimation", spec(saved), CPU))
    assert "is of the architecture clip; the backend clip loads one that fits the task" in said


def test_a_variant_of_an_architecture_is_taken(clip: Path) -> None:
    (clip / "config.json").write_text('{"model_type": "sam2_video"}')
    assert require_architecture(spec(clip), "sam2") == "sam2_video"
    assert "loads sam" in refusal(lambda: require_architecture(spec(clip), "sam"))


def test_missing_weights_are_refused_not_made_up(clip: Path) -> None:
    weights = weights_of(clip)
    del weights[WEIGHT]
    write_weights(clip, weights)
    said = refusal(lambda: load_model("CLIPModel", spec(clip), CPU))
    assert f"lacks 1 weights of CLIPModel, such as {WEIGHT}" in said


def test_weights_of_other_shapes_are_refused(clip: Path) -> None:
    write_weights(clip, {**weights_of(clip), WEIGHT: torch.zeros(3, 3)})
    said = refusal(lambda: load_model("CLIPModel", spec(clip), CPU))
    assert "its weights have other shapes than its config.json says" in said


def test_damaged_weights_are_refused(clip: Path) -> None:
    path = clip / "model.safetensors"
    path.write_bytes(path.read_bytes()[:1000])
    said = refusal(lambda: load_model("CLIPModel", spec(clip), CPU))
    assert "its weights are damaged" in said
    assert f"viscript models verify {clip}" in said


def test_pickled_weights_are_read_only_where_the_profile_allows_it(clip: Path) -> None:
    weights = weights_of(clip)
    (clip / "model.safetensors").unlink()
    assert "has no weights (it needs" in refusal(lambda: load_model("CLIPModel", spec(clip), CPU))
    torch.save(weights, clip / "pytorch_model.bin")
    said = refusal(lambda: load_model("CLIPModel", spec(clip), CPU))
    assert "has no weights as safetensors (pickle = true in the tool's table" in said
    model = load_model("CLIPModel", spec(clip, pickle=True), CPU)
    assert torch.equal(model.visual_projection.weight, weights[WEIGHT])


def test_a_pickle_that_runs_code_is_refused_even_where_pickles_are_allowed(clip: Path) -> None:
    class Attack:
        def __reduce__(self) -> tuple[Any, ...]:
            return (Path.touch, (clip / "ran",))

    (clip / "model.safetensors").unlink()
    torch.save({"x": Attack()}, clip / "pytorch_model.bin")
    said = refusal(lambda: load_model("CLIPModel", spec(clip, pickle=True), CPU))
    assert "it holds more than weights, and its code is not run" in said
    assert not (clip / "ran").exists()


def test_code_of_a_checkpoint_is_never_run(clip: Path) -> None:
    config = json.loads((clip / "config.json").read_text())
    config |= {"model_type": "own", "auto_map": {"AutoModel": "own.Model", "AutoConfig": "own.C"}}
    (clip / "config.json").write_text(json.dumps(config))
    (clip / "own.py").write_text(f"open({str(clip / 'ran')!r}, 'w')")
    refusal(lambda: load_model("AutoModel", spec(clip), CPU))
    refusal(lambda: load_processor(spec(clip)))
    assert not (clip / "ran").exists()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "config.json of .* can't be read"),
        ("[1]", "config.json of .* is no object"),
        pytest.param("[" * 100_000, "can't be read: nested too deep", id="deep"),
    ],
)
def test_a_broken_configuration_is_one_line(clip: Path, text: str, message: str) -> None:
    (clip / "config.json").write_text(text)
    with pytest.raises(ModelError, match=message):
        config_of(spec(clip))


@pytest.mark.parametrize(
    ("entry", "named"),
    [
        ({"vision_config": {"num_hidden_layers": 10_000_000}}, "num_hidden_layers = 10000000"),
        ({"depths": [2, 2, 10_000_000]}, "depths = 10000000"),
        ({"num_labels": 10**9}, "num_labels = 1000000000"),
        ({"backbone": "someone/network", "use_pretrained_backbone": True}, "someone/network"),
    ],
)
def test_a_configuration_that_asks_for_too_much_or_for_another_checkpoint_is_refused(
    clip: Path, entry: dict[str, object], named: str
) -> None:
    path = clip / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | entry), "utf-8")
    said = refusal(lambda: load_model("CLIPModel", spec(clip), CPU))
    assert "asks for what is not given" in said
    assert named in said


def test_a_file_that_is_not_there_is_named(clip: Path) -> None:
    assert "has no vocab.txt" in refusal(lambda: file_of(spec(clip), "vocab.txt"))
    (clip / "config.json").unlink()
    assert "has no config.json" in refusal(lambda: load_model("CLIPModel", spec(clip), CPU))


def test_a_processor_that_is_not_there_is_one_line(clip: Path) -> None:
    assert f"the checkpoint {clip} can't be loaded" in refusal(lambda: load_processor(spec(clip)))


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    said = refusal(lambda: load_model("CLIPModel", spec(tmp_path / "no"), CPU))
    assert f"there is no folder {tmp_path / 'no'}" in said
    assert "the profile names no checkpoint" in refusal(lambda: config_of(spec("")))


def test_a_missing_extra_is_told_with_its_command(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "transformers", None)
    said = refusal(lambda: transformers_class("CLIPModel"))
    assert "pip install 'viscript[hub]'" in said


def test_want_of_memory_is_left_to_the_host(saved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    architecture = transformers_class("CLIPModel")

    def full(*_: Any, **__: Any) -> Any:
        raise torch.OutOfMemoryError("CUDA out of memory.")

    monkeypatch.setattr(architecture, "from_pretrained", full)
    with pytest.raises(torch.OutOfMemoryError):
        load_model("CLIPModel", spec(saved), CPU)
