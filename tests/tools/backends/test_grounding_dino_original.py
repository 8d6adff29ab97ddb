from __future__ import annotations

import pickle
import re
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from viscript import Image, InputError, ModelError, Toolbox

from . import tiny_detectors
from .profiles import Value, toolbox, turned_photo

RENAMED = (
    (r"^backbone\.0\.patch_embed\.proj", "SWIN.embeddings.patch_embeddings.projection"),
    (r"^backbone\.0\.patch_embed\.norm", "SWIN.embeddings.norm"),
    (r"^backbone\.0\.norm1\.", "model.backbone.conv_encoder.model.hidden_states_norms.stage2."),
    (r"^backbone\.0\.norm2\.", "model.backbone.conv_encoder.model.hidden_states_norms.stage3."),
    (r"^backbone\.0\.norm3\.", "model.backbone.conv_encoder.model.hidden_states_norms.stage4."),
    (r"^backbone\.0\.", "SWIN.encoder."),
    (r"blocks\.(\d+)\.norm1", r"blocks.\1.layernorm_before"),
    (r"blocks\.(\d+)\.norm2", r"blocks.\1.layernorm_after"),
    (r"attn\.relative_position_bias_table", "attention.RELATIVE"),
    (r"RELATIVE", "relative_position_bias.relative_position_bias_table"),
    (r"blocks\.(\d+)\.attn\.proj", r"blocks.\1.attention.o_proj"),
    (r"^SWIN", "model.backbone.conv_encoder.model.swin"),
    (r"^bert", "model.text_backbone"),
    (r"^input_proj", "model.input_proj_vision"),
    (r"^feat_map", "model.text_projection"),
    (r"^transformer\.decoder\.ref_point_head", "model.decoder.reference_points_head"),
    (r"^transformer\.enc_out_bbox_embed", "model.encoder_output_bbox_embed"),
    (r"^transformer\.tgt_embed", "model.query_position_embeddings"),
    (r"^transformer\.decoder\.norm", "model.decoder.layer_norm"),
    (r"^transformer\.encoder\.text_layers\.(\d+)", r"model.encoder.layers.\1.text_enhancer_layer"),
    (r"text_enhancer_layer\.norm1", "text_enhancer_layer.layer_norm_before"),
    (r"text_enhancer_layer\.norm2", "text_enhancer_layer.layer_norm_after"),
    (r"^transformer\.encoder\.fusion_layers\.(\d+)", r"model.encoder.layers.\1.fusion_layer"),
    (r"gamma_v", "vision_param"),
    (r"gamma_l", "text_param"),
    (r"layer_norm_v\.", "layer_norm_vision."),
    (r"layer_norm_l\.", "layer_norm_text."),
    (r"attn\.((?:values_|out_)?)v_proj", r"attn.\1vision_proj"),
    (r"attn\.((?:values_|out_)?)l_proj", r"attn.\1text_proj"),
    (r"^transformer\.encoder\.layers\.(\d+)", r"model.encoder.layers.\1.deformable_layer"),
    (r"deformable_layer\.norm1", "deformable_layer.self_attn_layer_norm"),
    (r"deformable_layer\.norm2", "deformable_layer.final_layer_norm"),
    (r"(decoder\.layers\.\d+)\.cross_attn", r"\1.encoder_attn"),
    (r"(decoder\.layers\.\d+)\.norm1", r"\1.encoder_attn_layer_norm"),
    (r"(decoder\.layers\.\d+)\.norm2", r"\1.self_attn_layer_norm"),
    (r"(decoder\.layers\.\d+)\.norm3", r"\1.final_layer_norm"),
    (r"(decoder\.layers\.\d+)\.ca_text", r"\1.encoder_attn_text"),
    (r"(decoder\.layers\.\d+)\.catext_norm", r"\1.encoder_attn_text_layer_norm"),
    (r"linear([12])", r"fc\1"),
    (r"^transformer\.", "model."),
)
"""The names of groundingdino-py's weights, and those of transformers', in the order of change."""

QKV = {
    "attn.qkv.": "attention.{}_proj.",
    "in_proj_": "{}.",
}


def converted(weights: dict[str, Any]) -> dict[str, Any]:
    """The weights of groundingdino-py under the names of transformers."""
    result: dict[str, Any] = {}
    for name, tensor in weights.items():
        if "relative_position_index" in name:
            continue
        for pattern, replacement in RENAMED:
            name = re.sub(pattern, replacement, name)
        for joint, single in QKV.items():
            if joint in name:
                words = ("q", "k", "v") if joint.startswith("attn") else ("query", "key", "value")
                for word, part in zip(words, tensor.chunk(3), strict=True):
                    result[name.replace(joint, single.format(word))] = part.clone()
                break
        else:
            result[name] = tensor
    return result


@pytest.fixture(scope="session")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_detectors.original_grounding_dino(tmp_path_factory.mktemp("original"))


def tools_of(tmp_path: Path, weights: Path, **changes: Value) -> Toolbox:
    options: dict[str, Value] = {
        "config": str(weights.parent / "settings.py"),
        "text_encoder": str(weights.parent / "bert"),
        "short_side": 64,
        "threshold": 0.0,
        "overlap": 1.0,
    }
    options |= changes
    return toolbox(tmp_path, "find", "grounding-dino-original", weights, options, pickle=True)


def test_the_authors_code_and_transformers_agree_on_the_same_weights(
    weights: Path, tmp_path: Path, coffee: Image
) -> None:
    torch: Any = import_module("torch")
    hf: Any = import_module("transformers")

    path, _ = turned_photo(coffee, tmp_path)
    found = tools_of(tmp_path, weights).find(path, "a dog, traffic light")
    folder = tmp_path / "converted"
    network, processor = tiny_detectors.grounding_dino_with_swin_t(weights.parent / "bert")
    original = torch.load(weights, weights_only=True)["model"]
    missing, unexpected = network.load_state_dict(converted(original), strict=False)
    assert {name.rpartition(".")[0] for name in missing} <= {SWIN_NORM}
    assert {name.split(".")[2] for name in unexpected} <= {"pooler"}
    network.save_pretrained(folder)
    processor.save_pretrained(folder)
    assert isinstance(network, hf.GroundingDinoForObjectDetection)
    options = {"threshold": 0.0, "overlap": 1.0}
    other = toolbox(tmp_path, "find", "grounding-dino", folder, options)
    expected = other.find(path, "a dog, traffic light")
    assert [one.label for one in found] == [one.label for one in expected]
    assert {one.label for one in found} <= {"dog", "traffic light"}
    scores = [one.score for one in found]
    assert np.ptp(scores) > 0.01
    np.testing.assert_allclose(scores, [one.score for one in expected], atol=5e-3)
    boxes, others = ([one.box.xyxy for one in each] for each in (found, expected))
    np.testing.assert_allclose(boxes, others, atol=0.5)
    assert found[0].image.size == (600, 400)


SWIN_NORM = "model.backbone.conv_encoder.model.swin.layernorm"
"""Not used: the backbone's outputs are normalised one by one."""


def test_a_batch_equals_one_by_one(
    weights: Path, tmp_path: Path, coffee: Image, cat: Image
) -> None:
    from viscript.tools.backends import BackendSpec
    from viscript.tools.backends.grounding_dino_original import detector
    from viscript.tools.backends.open_vocabulary import Question
    from viscript.tools.hosting.model import Placement

    options = {
        "config": str(weights.parent / "settings.py"),
        "text_encoder": str(weights.parent / "bert"),
        "short_side": 64,
    }
    spec = BackendSpec("grounding-dino-original", str(weights), options=options, pickle=True)
    model = detector(spec, weights, Placement("cpu", "float32"))
    questions = [
        Question(coffee, ("dog",)),
        Question(cat, ("a red car",)),
        Question(coffee, ("x y",)),
    ]
    for question, found in zip(questions, model.run(questions), strict=True):
        (alone,) = model.run([question])
        np.testing.assert_allclose(found.boxes, alone.boxes, atol=0.02)
        np.testing.assert_allclose(found.scores, alone.scores, atol=1e-4)


def test_the_package_is_left_as_it_was(
    weights: Path, tmp_path: Path, cat: Image, capfd: pytest.CaptureFixture[str]
) -> None:
    tools_of(tmp_path, weights).find(cat, "dog")
    package = "groundingdino.models.GroundingDINO"
    changed: Any = import_module(f"{package}.groundingdino")
    original: Any = import_module(f"{package}.bertwarper")
    assert changed.BertModelWarper is original.BertModelWarper
    assert changed.get_tokenlizer is import_module("groundingdino.util.get_tokenlizer")
    assert capfd.readouterr().out == ""


@pytest.mark.parametrize("line", ["import os", "x = open('gone', 'w')", "x = [y for y in 'a']"])
def test_settings_are_read_and_never_run(
    weights: Path, tmp_path: Path, cat: Image, line: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    settings = tmp_path / "settings.py"
    settings.write_text(f"hidden_dim = 256\n{line}\n", "utf-8")
    with pytest.raises(ModelError, match=r"line 2 of the settings .* is no plain value"):
        tools_of(tmp_path, weights, config=str(settings)).find(cat, "dog")
    assert not (tmp_path / "gone").exists()


def test_settings_that_describe_no_network_are_one_line(
    weights: Path, tmp_path: Path, cat: Image
) -> None:
    settings = tmp_path / "settings.py"
    settings.write_text("hidden_dim = 256\n", "utf-8")
    with pytest.raises(ModelError, match="the settings describe no Grounding DINO"):
        tools_of(tmp_path, weights, config=str(settings)).find(cat, "dog")
    with pytest.raises(ModelError, match=r"settings .*missing\.py can't be read"):
        tools_of(tmp_path, weights, config=str(tmp_path / "missing.py")).find(cat, "dog")
    with pytest.raises(ModelError, match=r"there is no folder .*none"):
        tools_of(tmp_path, weights, text_encoder=str(tmp_path / "none")).find(cat, "dog")
    with pytest.raises(InputError, match=r"option config .* is 3"):
        tools_of(tmp_path, weights, config=3).find(cat, "dog")


def test_a_pickled_file_needs_the_users_leave_and_runs_nothing(
    weights: Path, tmp_path: Path, cat: Image
) -> None:
    options = {
        "config": str(weights.parent / "settings.py"),
        "text_encoder": str(weights.parent / "bert"),
    }
    tools = toolbox(tmp_path, "find", "grounding-dino-original", weights, options)
    with pytest.raises(ModelError, match=r"pickled file.*pickle = true"):
        tools.find(cat, "dog")
    evil = tmp_path / "evil.pth"
    evil.write_bytes(pickle.dumps(_Touch(str(tmp_path / "touched"))))
    with pytest.raises(ModelError, match=r"evil\.pth is damaged, or holds more than weights"):
        toolbox(tmp_path, "find", "grounding-dino-original", evil, options, pickle=True).find(
            cat, "dog"
        )
    assert not (tmp_path / "touched").exists()


class _Touch:
    """A pickle that makes a file when it is read carelessly."""

    def __init__(self, path: str) -> None:
        self._path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return (open, (self._path, "w"))


def test_a_missing_or_wrong_file_is_one_line(weights: Path, tmp_path: Path, cat: Image) -> None:
    torch: Any = import_module("torch")

    options = {
        "config": str(weights.parent / "settings.py"),
        "text_encoder": str(weights.parent / "bert"),
    }

    def failure(path: Path | str) -> str:
        tools = toolbox(tmp_path, "find", "grounding-dino-original", path, options, pickle=True)
        with pytest.raises(ModelError) as caught:
            tools.find(cat, "dog")
        return str(caught.value)

    assert "download groundingdino_swint_ogc.pth" in failure(tmp_path / "none.pth")
    assert "is not one file with weights" in failure("")
    other = tmp_path / "other.pth"
    torch.save({"model": {"layer.weight": torch.zeros(3)}}, other)
    assert "is of another network" in failure(other)
    torch.save([1, 2], other)
    assert "holds no weights by name" in failure(other)
    other.write_bytes(b"PK\x03\x04 not a model")
    assert "is damaged" in failure(other)


def test_a_missing_package_is_named_with_the_command_that_installs_it(
    weights: Path, tmp_path: Path, cat: Image, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in sys.modules if name.startswith("groundingdino")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "groundingdino", None)
    with pytest.raises(ModelError, match="pip install --no-deps groundingdino-py"):
        tools_of(tmp_path, weights).find(cat, "dog")
