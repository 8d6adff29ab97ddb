"""Shows that llama.cpp, with base and adapter, computes what PyTorch computes with both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ..planners.embedded.prompt import prompt_for
from .packages import package
from .requests import Pair

TOP = 10
"""Candidates of a position whose probabilities are compared."""


@dataclass(frozen=True, slots=True)
class Parity:
    """How far two runtimes are apart.

    Args:
        positions: tokens compared.
        same_first: positions at which both find the same token likeliest.
        mean: the mean absolute difference of log-probabilities of the likeliest tokens.
        largest: the largest difference for a token that llama.cpp gives 1 % or more.
    """

    positions: int
    same_first: int
    mean: float
    largest: float


def compare(
    base: Path, adapter: Path | None, gguf: Path, gguf_adapter: Path | None, pairs: Sequence[Pair]
) -> Parity:
    """Lets llama.cpp write programs, and asks PyTorch for the probabilities of the same tokens.

    Args:
        base: the folder of `write_base`.
        adapter: the folder of peft's adapter; None compares the bare models.
        gguf: the base model's file.
        gguf_adapter: the converted adapter.
        pairs: whose requests are planned.
    """
    torch, transformers = package("torch"), package("transformers")
    tokenizer = transformers.AutoTokenizer.from_pretrained(base)
    model = transformers.LlamaForCausalLM.from_pretrained(base, dtype=torch.float32)
    if adapter is not None:
        model = package("peft").PeftModel.from_pretrained(model, adapter)
    model.eval()
    xllamacpp = package("xllamacpp")
    settings = xllamacpp.CommonParams()
    settings.model.path = str(gguf)
    if gguf_adapter is not None:
        settings.lora_adapters = [xllamacpp.CommonAdapterLoraInfo(str(gguf_adapter), 1.0)]
    settings.n_ctx, settings.n_parallel, settings.warmup, settings.verbosity = 1024, 1, False, 0
    server = xllamacpp.Server(settings)
    differences: list[float] = []
    confident: list[float] = []
    same = 0
    for pair in pairs:
        prompt = prompt_for(pair.request, pair.images)
        body = {
            "prompt": prompt,
            "max_tokens": 120,
            "temperature": 0,
            "logprobs": TOP,
            "n_probs": TOP,
        }
        written = server.handle_completions(body)["choices"][0]["logprobs"]["content"]
        tokens: list[int] = tokenizer(prompt).input_ids
        start = len(tokens)
        tokens += [one["id"] for one in written]
        with torch.no_grad():
            logits = model(torch.tensor([tokens])).logits[0, start - 1 : -1]
        expected = torch.log_softmax(logits.float(), -1)
        for row, one in zip(expected, written, strict=True):
            same += int(row.argmax()) == one["top_logprobs"][0]["id"]
            for candidate in one["top_logprobs"]:
                apart = abs(float(row[candidate["id"]]) - candidate["logprob"])
                if candidate["logprob"] > -4.6:
                    confident.append(apart)
            differences.append(abs(float(row[one["id"]]) - one["logprob"]))
    return Parity(len(differences), same, sum(differences) / len(differences), max(confident))
