"""From an adapter as peft saves it to the GGUF file of llama.cpp. Needs the extra `train`."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...tools.errors import InputError
from .packages import package

LAYERS: Mapping[str, str] = MappingProxyType(
    {
        "self_attn.q_proj": "attn_q",
        "self_attn.k_proj": "attn_k",
        "self_attn.v_proj": "attn_v",
        "self_attn.o_proj": "attn_output",
        "mlp.gate_proj": "ffn_gate",
        "mlp.up_proj": "ffn_up",
        "mlp.down_proj": "ffn_down",
    }
)
"""What peft and what llama.cpp calls the linear layers of a block."""

HEADS: Mapping[str, int] = MappingProxyType({"attn_q": 9, "attn_k": 3})
"""Heads of SmolLM2-135M, of the layers whose rows llama.cpp keeps in another order."""

_KEY = re.compile(r".*\.layers\.(\d+)\.(\w+\.\w+)\.lora_([AB])\.weight")


def convert_adapter(folder: Path, out: Path) -> None:
    """Writes an adapter as GGUF, in float16.

    Args:
        folder: what peft's `save_pretrained` wrote.
        out: the file.

    Raises:
        InputError: the folder has no adapter for all linear layers of a Llama model.
    """
    gguf, torch = package("gguf"), package("torch")
    config: dict[str, Any] = json.loads((folder / "adapter_config.json").read_text("utf-8"))
    writer = gguf.GGUFWriter(out, "llama")
    writer.add_type("adapter")
    writer.add_string("adapter.type", "lora")
    writer.add_float32("adapter.lora.alpha", float(config["lora_alpha"]))
    tensors: dict[str, Any] = package("safetensors.torch").load_file(
        folder / "adapter_model.safetensors"
    )
    for key, tensor in sorted(tensors.items()):
        # NumPy has no bfloat16.
        writer.add_tensor(*_converted(key, tensor.to(torch.float32).numpy()))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _converted(key: str, tensor: NDArray[Any]) -> tuple[str, NDArray[np.float16]]:
    found = _KEY.fullmatch(key)
    if found is None or found[2] not in LAYERS:
        raise InputError(
            f"the adapter has the tensor {key}, which belongs to no layer of a Llama model"
        )
    layer, matrix = LAYERS[found[2]], found[3].lower()
    if matrix == "b" and layer in HEADS:
        tensor = permuted(tensor, HEADS[layer])
    name = f"blk.{found[1]}.{layer}.weight.lora_{matrix}"
    return name, np.ascontiguousarray(tensor, dtype=np.float16)


def permuted(rows: NDArray[Any], heads: int) -> NDArray[Any]:
    """The rows of a query or key matrix, shape (heads * size, r), as llama.cpp orders them.

    Rotary embeddings turn pairs of rows: the two halves of a head are pairs in PyTorch's order,
    neighbours are pairs in llama.cpp's.
    """
    size = rows.shape[0] // heads
    return rows.reshape(heads, 2, size // 2, -1).swapaxes(1, 2).reshape(rows.shape)
