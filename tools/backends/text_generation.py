"""Text out of a generative network: greedy, bounded, with none of its signs in a question."""

from __future__ import annotations

import importlib
from typing import Any


def generated(network: Any, inputs: Any, tokens: int, **more: Any) -> Any:
    """The tokens that a network generates, greedily: the same inputs give the same tokens.

    Args:
        network: the network.
        inputs: what it takes, by name.
        tokens: the most that it generates.
        more: other settings of `generate`.
    """
    torch: Any = importlib.import_module("torch")
    moved = inputs.to(network.device, network.dtype)
    with torch.inference_mode():
        return network.generate(
            **moved, max_new_tokens=tokens, do_sample=False, num_beams=1, **more
        )


def plain_text(text: str, tokenizer: Any) -> str:
    """A text without what the tokenizer would take for a sign of its own ("<image>", "<|im_end|>").

    A question is data: it can't end its turn, or put another picture into the prompt.
    """
    signs = sorted(map(str, tokenizer.get_added_vocab()), key=len, reverse=True)
    while True:
        left = text
        for sign in signs:
            if sign.strip():
                left = left.replace(sign, " ")
        if left == text:
            return " ".join(left.split())
        text = left
