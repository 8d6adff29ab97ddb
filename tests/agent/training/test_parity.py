"""The shipped adapter computes in llama.cpp what it computes in PyTorch, where it was taught."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from viscript.agent.planners.embedded.model import ADAPTER
from viscript.agent.training import adapter
from viscript.agent.training.adapter import HEADS, LAYERS, convert_adapter
from viscript.agent.training.base_model import write_base
from viscript.agent.training.parity import Parity, compare
from viscript.agent.training.requests import Pair

pytestmark = [
    pytest.mark.xdist_group("training"),
    # peft asks transformers by an old name.
    pytest.mark.filterwarnings("ignore:.*is_gradient_checkpointing:FutureWarning"),
]
PEFT: Mapping[str, str] = MappingProxyType({name: key for key, name in LAYERS.items()})
REQUESTS = (
    "How many dogs are there?",
    "What colour is the car?",
    "Is the lamp left of the chair?",
    "Blur the background behind the woman",
    "How many people are there, and what does the sign say?",
    "Are there more cups than plates on the table?",
)


def tensors(gguf_file: Path) -> dict[str, NDArray[Any]]:
    """The tensors of a GGUF file by name."""
    gguf: Any = pytest.importorskip("gguf", reason="needs the extra train")
    reader = gguf.GGUFReader(gguf_file)
    return {one.name: np.array(one.data) for one in reader.tensors}


def in_halves(rows: NDArray[Any], heads: int) -> NDArray[Any]:
    """Rows of a query or key matrix in PyTorch's order, from llama.cpp's: pairs of neighbours."""
    size = rows.shape[0] // heads
    return rows.reshape(heads, size // 2, 2, -1).swapaxes(1, 2).reshape(rows.shape)


@pytest.fixture(scope="module")
def taught(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped adapter as peft saved it: its folder is not shipped, its tensors are."""
    for package in ("torch", "transformers", "peft", "xllamacpp"):
        pytest.importorskip(package, reason="needs the extra train")
    torch: Any = pytest.importorskip("torch")
    safetensors: Any = pytest.importorskip("safetensors.torch")
    folder = tmp_path_factory.mktemp("taught")
    shipped = tensors(ADAPTER)
    saved: dict[str, Any] = {}
    for name, rows in shipped.items():
        _, block, layer, _, matrix = name.split(".")
        if matrix == "lora_b" and layer in HEADS:
            rows = in_halves(rows, HEADS[layer])
        path = f"base_model.model.model.layers.{block}.{PEFT[layer]}.lora_{matrix[-1].upper()}"
        saved[f"{path}.weight"] = torch.from_numpy(np.ascontiguousarray(rows, dtype=np.float32))
    safetensors.save_file(saved, folder / "adapter_model.safetensors")
    config = {
        "peft_type": "LORA",
        "r": min(min(one.shape) for one in shipped.values()),
        "lora_alpha": 16,
        "target_modules": sorted({key.rpartition(".")[2] for key in LAYERS}),
    }
    (folder / "adapter_config.json").write_text(json.dumps(config))
    return folder


@pytest.fixture(scope="module")
def parity(
    taught: Path, fetched_base: Path, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[Path], Parity]:
    """Compares PyTorch with what llama.cpp makes of a converted adapter."""
    base = tmp_path_factory.mktemp("base")
    write_base(fetched_base, base)
    pairs = [Pair("", request, "") for request in REQUESTS]
    return lambda converted: compare(base, taught, fetched_base, converted, pairs)


def test_the_conversion_gives_the_adapter_that_is_shipped(taught: Path, tmp_path: Path) -> None:
    convert_adapter(taught, tmp_path / "converted.gguf")
    made, shipped = tensors(tmp_path / "converted.gguf"), tensors(ADAPTER)
    assert made.keys() == shipped.keys()
    assert all((made[name] == shipped[name]).all() for name in shipped)


def test_llama_cpp_and_pytorch_agree_about_programs(
    taught: Path, parity: Callable[[Path], Parity], tmp_path: Path
) -> None:
    convert_adapter(taught, tmp_path / "converted.gguf")
    found = parity(tmp_path / "converted.gguf")
    assert found.positions > 60
    assert found.same_first >= 0.97 * found.positions, found
    assert found.mean < 0.03, found
    assert found.largest < 2, found


def test_an_adapter_whose_query_and_key_rows_keep_their_order_is_another_one(
    taught: Path,
    parity: Callable[[Path], Parity],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def left_out(rows: NDArray[Any], heads: int) -> NDArray[Any]:
        return rows

    monkeypatch.setattr(adapter, "permuted", left_out)
    convert_adapter(taught, tmp_path / "converted.gguf")
    found = parity(tmp_path / "converted.gguf")
    # The test above would see it.
    assert found.largest > 4, found
