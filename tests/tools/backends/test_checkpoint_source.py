from __future__ import annotations

import json
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from viscript.tools.backends import BackendSpec
from viscript.tools.backends.checkpoint_source import CheckpointSource, require_class
from viscript.tools.errors import InputError, ModelError
from viscript.tools.hosting.model import Placement

from . import tiny_encoders


class Echo:
    """A model that gives back what it is given."""

    def run(self, items: Sequence[int]) -> Sequence[int]:
        return items


def echo(spec: BackendSpec, placement: Placement) -> Echo:
    return Echo()


def other(spec: BackendSpec, placement: Placement) -> Echo:
    return Echo()


def source(checkpoint: str, revision: str = "", **options: float) -> CheckpointSource[int, int]:
    return CheckpointSource(BackendSpec("x", checkpoint, revision, options), echo)


def test_the_size_is_that_of_the_weights_in_float32(tmp_path: Path) -> None:
    torch: Any = import_module("torch")
    save_file: Any = import_module("safetensors.torch").save_file
    tensors = {
        "a": torch.zeros(10, 20, dtype=torch.bfloat16),
        "b": torch.zeros(7, dtype=torch.float32),
    }
    save_file(tensors, tmp_path / "model-1-of-2.safetensors", metadata={"format": "pt"})
    save_file({"c": torch.zeros(())}, tmp_path / "model-2-of-2.safetensors")
    assert source(str(tmp_path)).size() == 4 * (200 + 7 + 1)


def test_a_broken_file_of_weights_is_named(tmp_path: Path) -> None:
    for content in (b"", b"\xff" * 8, b"\x02\0\0\0\0\0\0\0[]"):
        (tmp_path / "model.safetensors").write_bytes(content)
        with pytest.raises(ModelError, match=r"model\.safetensors"):
            source(str(tmp_path)).size()


def test_sources_of_one_checkpoint_and_kind_share_their_model() -> None:
    same = source("a/b", threshold=0.3).identity
    assert source("a/b", threshold=0.6).identity == same
    assert source("a/b", "1234").identity != same
    assert CheckpointSource(BackendSpec("x", "a/b"), other).identity != same


def test_a_profile_names_a_checkpoint() -> None:
    with pytest.raises(InputError, match="the backend x needs a checkpoint"):
        source("")


def test_a_checkpoint_for_another_task_is_refused(tmp_path: Path) -> None:
    folder = tiny_encoders.clip(tmp_path / "clip")
    spec = BackendSpec("x", str(folder))
    assert require_class(spec, "CLIPModel") == "CLIPModel"
    with pytest.raises(ModelError, match="is a CLIPModel, and this takes a BlipModel"):
        require_class(spec, "BlipModel")


def test_a_checkpoint_that_names_no_class_is_tried(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "blip"}), "utf-8")
    assert require_class(BackendSpec("x", str(tmp_path)), "BlipModel") == "BlipModel"
