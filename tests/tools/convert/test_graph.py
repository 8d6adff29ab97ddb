"""Reading a model: what is sound is read exactly, what is not is refused in one line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from viscript.tools.convert.graph import read
from viscript.tools.convert.sources import Picture
from viscript.tools.convert.translate import convert
from viscript.tools.errors import InputError, ModelError, ViscriptError

WriteModel = Callable[..., Path]


def change(path: Path, edit: Callable[[Any], object]) -> None:
    """Edit the JSON of a model."""
    content = json.loads(path.read_text())
    edit(content)
    path.write_text(json.dumps(content))


def one_line(error: pytest.ExceptionInfo[ViscriptError]) -> str:
    text = str(error.value)
    assert "\n" not in text
    assert "Traceback" not in text
    return text


def test_weights_are_cut_from_the_shards_in_order_across_their_borders(
    write_model: WriteModel,
) -> None:
    first, second = np.arange(6, dtype=np.float32).reshape(2, 3), np.arange(5)
    path = write_model([], {"a": first, "b": second})
    shard = (path.parent / "tiny.bin").read_bytes()
    (path.parent / "one.bin").write_bytes(shard[:7])
    (path.parent / "two.bin").write_bytes(shard[7:])
    change(path, lambda m: m["weightsManifest"][0].update(paths=["one.bin", "two.bin"]))
    weights = read(path).weights
    np.testing.assert_array_equal(weights["a"], first)
    np.testing.assert_array_equal(weights["b"], second)


def test_weights_in_bytes_are_scaled_back(write_model: WriteModel) -> None:
    path = write_model([], {"a": np.zeros(4, np.float32)})
    (path.parent / "tiny.bin").write_bytes(bytes([0, 1, 2, 255]))
    quantised = {"dtype": "uint8", "scale": 0.5, "min": -3.0}
    change(path, lambda m: m["weightsManifest"][0]["weights"][0].update(quantization=quantised))
    np.testing.assert_array_equal(read(path).weights["a"], [-3.0, -2.5, -2.0, 124.5])


def test_nodes_are_put_into_an_order_that_can_be_computed(write_model: WriteModel) -> None:
    path = write_model(
        [("z", "Relu", ["y:0", "^x"], {}), ("y", "Relu", ["x"], {})], {"unused": np.zeros(1)}
    )
    names = [node.name for node in read(path).nodes]
    assert names.index("x") < names.index("y") < names.index("z")


def test_a_model_that_is_absent_is_the_users_error(tmp_path: Path) -> None:
    with pytest.raises(InputError) as error:
        read(tmp_path / "absent.json")
    assert "absent.json" in one_line(error)
    assert str(tmp_path) not in one_line(error)


def test_a_shard_that_is_absent_is_named(tiny_model: Path) -> None:
    (tiny_model.parent / "tiny.bin").unlink()
    with pytest.raises(InputError) as error:
        read(tiny_model)
    assert "tiny.bin" in one_line(error)


DAMAGES: list[Callable[[bytes], bytes]] = [lambda b: b[:-1], lambda b: b + b"\0", lambda b: b""]


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_corrupt_shard_is_refused(tiny_model: Path, damage: Callable[[bytes], bytes]) -> None:
    shard = tiny_model.parent / "tiny.bin"
    shard.write_bytes(damage(shard.read_bytes()))
    with pytest.raises(ModelError) as error:
        read(tiny_model)
    assert "corrupt" in one_line(error)
    assert "fetch the model again" in one_line(error)


@pytest.mark.parametrize("shard", ["../tiny.bin", "/etc/hostname", "sub/tiny.bin", "..\\tiny.bin"])
def test_a_shard_outside_the_folder_is_not_read(tiny_model: Path, shard: str) -> None:
    change(tiny_model, lambda m: m["weightsManifest"][0].update(paths=[shard]))
    with pytest.raises(ModelError) as error:
        read(tiny_model)
    assert "outside its folder" in one_line(error)


EDITS: list[Callable[[Any], object]] = [
    lambda m: m.pop("modelTopology"),
    lambda m: m.pop("weightsManifest"),
    lambda m: m["modelTopology"].update(node=3),
    lambda m: m["modelTopology"]["node"][1].pop("op"),
    lambda m: m["modelTopology"]["node"][-1]["attr"].update(padding={"s": "??"}),
    lambda m: m["modelTopology"]["node"][-1]["attr"].update(strides={"list": {"i": ["two"]}}),
    lambda m: m["weightsManifest"][0]["weights"][0].pop("shape"),
    lambda m: m["weightsManifest"][0]["weights"][0].update(shape=["many"]),
    lambda m: m["weightsManifest"][0]["weights"][0].update(shape=[-1]),
    lambda m: m["weightsManifest"][0]["weights"][0].update(shape=[10**6, 10**6]),
    lambda m: m["weightsManifest"][0]["weights"][0].update(dtype="string"),
    lambda m: m["modelTopology"]["node"][0].pop("attr"),
    lambda m: m["modelTopology"]["node"][-1].update(input=["x", "kernel", "elsewhere"]),
    lambda m: m["modelTopology"]["node"][-1].update(input=["y", "kernel", "bias"]),
]


@pytest.mark.parametrize(
    "edit",
    EDITS,
)
def test_a_malformed_model_is_refused_in_one_line(
    tiny_model: Path, edit: Callable[[Any], object]
) -> None:
    change(tiny_model, edit)
    with pytest.raises(ModelError) as error:
        convert(tiny_model, {"y": "result"}, Picture())
    one_line(error)


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "\x00", '"graph-model"', "[" * 200_000])
def test_a_file_that_is_no_model_is_refused_in_one_line(tmp_path: Path, text: str) -> None:
    path = tmp_path / "model.json"
    path.write_text(text)
    with pytest.raises(ModelError) as error:
        read(path)
    assert "model.json is not a TensorFlow.js" in one_line(error)
