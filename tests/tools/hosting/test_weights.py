from __future__ import annotations

import importlib
import json
import os
from pathlib import Path
from typing import Any

import pytest
from viscript.tools.hosting.weights import Tensor, tensors_of


def write(path: Path, header: object, body: bytes = b"") -> Path:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    path.write_bytes(len(text).to_bytes(8, "little") + text + body)
    return path


def entry(begin: int, end: int, shape: list[int], dtype: str = "F32") -> dict[str, object]:
    return {"dtype": dtype, "shape": shape, "data_offsets": [begin, end]}


def test_the_tensors_of_a_real_file_are_told_by_its_header(tmp_path: Path) -> None:
    import torch

    save_file: Any = importlib.import_module("safetensors.torch").save_file
    path = tmp_path / "model.safetensors"
    tensors = {"a": torch.zeros(2, 3), "b": torch.zeros(5, dtype=torch.bfloat16)}
    save_file(tensors, path, metadata={"format": "pt"})
    assert tensors_of(path) == {"a": Tensor("F32", (2, 3)), "b": Tensor("BF16", (5,))}
    assert sum(tensor.numbers for tensor in tensors_of(path).values()) == 11


@pytest.mark.parametrize(
    ("header", "body", "reason"),
    [
        (b"nonsense", b"", "header is no JSON"),
        pytest.param(b"[" * 5000, b"", "header is no JSON", id="nested"),
        ([1], b"", "header is no object"),
        ({"a": 3}, b"", "does not describe a"),
        ({"a": entry(0, -4, [1])}, b"", "does not describe a"),
        ({"a": entry(0, 8, [1])}, bytes(8), "a has 8 bytes, not those of its shape"),
        ({"a": entry(0, 4, [1]), "b": entry(8, 12, [1])}, bytes(12), "leave holes"),
        ({"a": entry(0, 4, [1]), "b": entry(0, 4, [1])}, bytes(4), "overlap"),
        ({"a": entry(0, 4, [1])}, bytes(3), "has 3 bytes of tensors where its header says 4"),
    ],
)
def test_a_file_that_can_not_be_whole_is_found_out(
    tmp_path: Path, header: object, body: bytes, reason: str
) -> None:
    with pytest.raises(ValueError, match=reason):
        tensors_of(write(tmp_path / "x.safetensors", header, body))


@pytest.mark.parametrize("content", [b"", b"1234", (2**60).to_bytes(8, "little") + b"{}"])
def test_a_file_that_is_cut_short_is_found_out(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.safetensors"
    path.write_bytes(content)
    with pytest.raises(ValueError, match="cut short"):
        tensors_of(path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="a system without named pipes")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "x.safetensors"
    os.mkfifo(path)
    with pytest.raises(ValueError, match="no regular file"):
        tensors_of(path)
