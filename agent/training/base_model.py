"""The base model as PyTorch trains it: dequantised from the file that llama.cpp runs."""

from __future__ import annotations

from pathlib import Path

from .packages import package


def write_base(source: Path, out: Path) -> None:
    """Writes the model and its tokenizer into a folder. Needs the extra `train`.

    Args:
        source: the GGUF file.
        out: the folder.
    """
    torch, transformers = package("torch"), package("transformers")
    tokenizer = transformers.AutoTokenizer.from_pretrained(source.parent, gguf_file=source.name)
    read = transformers.AutoModelForCausalLM.from_pretrained(
        source.parent, gguf_file=source.name, dtype=torch.float32
    )
    # A model that was read from GGUF counts as quantised and can't be saved: a fresh one can.
    del read.config.quantization_config
    model = transformers.LlamaForCausalLM(read.config)
    model.load_state_dict(read.state_dict())
    model.save_pretrained(out)
    tokenizer.save_pretrained(out)
