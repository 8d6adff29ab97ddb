"""Checkpoints with random weights in the hub's layout: as fast as trained ones, and made here."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

TINY = {"hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2}


def clip(folder: Path, *, tiny: bool = False, layers: int = 12) -> Path:
    """A CLIP of the size of ViT-B/32 but for its vocabulary, with fewer layers, or a tiny one."""
    hf: Any = importlib.import_module("transformers")
    pre_tokenizers: Any = importlib.import_module("tokenizers.pre_tokenizers")
    _seed(1)
    signs = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokens = [*signs, *(f"{sign}</w>" for sign in signs), "<|startoftext|>", "<|endoftext|>"]
    tokenizer = hf.CLIPTokenizer(vocab={name: i for i, name in enumerate(tokens)}, merges=[])
    words = {
        "vocab_size": len(tokenizer),
        "bos_token_id": tokenizer.bos_token_id,
        "eos_token_id": tokenizer.eos_token_id,
    }
    size = {**TINY, "num_attention_heads": 2} if tiny else {"num_hidden_layers": layers}
    side = 32 if tiny else 224
    seen = {"image_size": side, "patch_size": 8 if tiny else 32}
    config = hf.CLIPConfig(text_config={**size, **words}, vision_config={**size, **seen})
    hf.CLIPModel(config).save_pretrained(folder)
    images = hf.CLIPImageProcessor(
        size={"shortest_edge": side}, crop_size={"height": side, "width": side}
    )
    hf.CLIPProcessor(images, tokenizer).save_pretrained(folder)
    return folder


def sam(folder: Path, layers: int = 2) -> Path:
    """A SAM whose encoder is `layers` layers of ViT-B's 12, on pictures of 1024 pixels."""
    hf: Any = importlib.import_module("transformers")
    _seed(2)
    config = hf.SamConfig(vision_config={"num_hidden_layers": layers, "global_attn_indexes": [1]})
    hf.SamModel(config).save_pretrained(folder)
    hf.SamProcessor(hf.SamImageProcessor()).save_pretrained(folder)
    return folder


def _seed(number: int) -> None:
    torch: Any = importlib.import_module("torch")
    torch.manual_seed(number)
