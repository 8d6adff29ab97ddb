"""Fine-tuning: a LoRA adapter for the embedded model, on pairs of request and program.

Hu et al., "LoRA: Low-Rank Adaptation of Large Language Models", 2022. The loss counts the program's
tokens only. Needs the extra `train`.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from ..planners.embedded.prompt import prompt_for
from .packages import package
from .requests import Pair

IGNORED = -100
"""The label of tokens that the loss doesn't count."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """How the adapter is trained.

    Args:
        rank: of the adapter's matrices, on all linear layers.
        alpha: their scale times the rank.
        rate: the highest learning rate; it rises over `warmup` steps and falls to zero.
        warmup: steps.
        batch: pairs a step.
        longest: tokens of a pair; longer ones are left out.
        seed: of the order of the pairs.
        minutes: it ends after so long if the pairs last; the rate has fallen to zero by then.
    """

    rank: int = 16
    alpha: int = 16
    rate: float = 3e-3
    warmup: int = 20
    batch: int = 16
    longest: int = 192
    seed: int = 0
    minutes: float = 600


@dataclass(frozen=True, slots=True)
class Progress:
    """Where the training is: step, of how many, the loss of the last steps, tokens a second."""

    step: int
    steps: int
    loss: float
    speed: float


def finetune(
    base: Path,
    pairs: Sequence[Pair],
    out: Path,
    recipe: Recipe,
    *,
    start: Path | None = None,
    on_progress: Callable[[Progress], None],
    save_every: int = 100,
) -> None:
    """Trains an adapter and saves it, also every `save_every` steps.

    Args:
        base: a folder with the dequantised model and its tokenizer; see `base_model`.
        pairs: what it learns from, each once.
        out: the folder of the adapter, as peft writes it.
        recipe: how.
        start: an adapter to go on from.
        on_progress: told every 10 steps.
    """
    torch, peft, transformers = (package(name) for name in ("torch", "peft", "transformers"))
    torch.manual_seed(recipe.seed)
    tokenizer = transformers.AutoTokenizer.from_pretrained(base)
    # Plain attention is faster than the fused one for short sequences on a CPU.
    network = transformers.LlamaForCausalLM.from_pretrained(
        base, dtype=torch.bfloat16, attn_implementation="eager"
    )
    if start is not None:
        model = peft.PeftModel.from_pretrained(
            network, start, is_trainable=True, autocast_adapter_dtype=False
        )
    else:
        config = peft.LoraConfig(
            r=recipe.rank, lora_alpha=recipe.alpha, target_modules="all-linear"
        )
        model = peft.get_peft_model(network, config, autocast_adapter_dtype=False)
    model.train()
    weights = [one for one in model.parameters() if one.requires_grad]
    for one in weights:
        one.data = one.data.to(torch.bfloat16)
    # bfloat16 would swallow small updates: the optimiser moves float32 copies.
    masters = [one.detach().float().clone().requires_grad_() for one in weights]
    optimizer = torch.optim.AdamW(masters, lr=recipe.rate, weight_decay=0.0, betas=(0.9, 0.99))
    encoded = [
        one for one in (encode(tokenizer, pair) for pair in pairs) if len(one[0]) <= recipe.longest
    ]
    batches = list(_batches(encoded, recipe))
    began, seen, losses = time.monotonic(), 0, list[float]()
    for step, batch in enumerate(batches, 1):
        spent = (time.monotonic() - began) / (60 * recipe.minutes)
        done = max(step / len(batches), spent)
        for group in optimizer.param_groups:
            group["lr"] = recipe.rate * min(step / recipe.warmup, 1) * _falling(done)
        loss = _loss(model, batch)
        loss.backward()
        _move(optimizer, weights, masters)
        losses.append(float(loss.detach()))
        seen += sum(len(tokens) for tokens, _ in batch)
        last = step == len(batches) or spent >= 1
        if step % 10 == 0 or last:
            recent = losses[-10:]
            speed = seen / (time.monotonic() - began)
            on_progress(Progress(step, len(batches), sum(recent) / len(recent), speed))
        if step % save_every == 0 or last:
            model.save_pretrained(out)
        if last:
            break


def encode(tokenizer: Any, pair: Pair) -> tuple[list[int], int]:
    """The tokens of a pair, and how many of them are the prompt's."""
    prompt: list[int] = tokenizer(prompt_for(pair.request, pair.images)).input_ids
    program: list[int] = tokenizer(pair.program).input_ids
    return [*prompt, *program, tokenizer.eos_token_id], len(prompt)


def _loss(model: Any, batch: Sequence[tuple[list[int], int]]) -> Any:
    """The mean cross-entropy of the programs' tokens; logits are computed for no others."""
    torch = package("torch")
    width = max(len(tokens) for tokens, _ in batch)
    inputs = torch.zeros((len(batch), width), dtype=torch.long)
    attended = torch.zeros((len(batch), width), dtype=torch.long)
    labels = torch.full((len(batch), width), IGNORED, dtype=torch.long)
    for row, (tokens, prompt) in enumerate(batch):
        inputs[row, : len(tokens)] = torch.tensor(tokens)
        attended[row, : len(tokens)] = 1
        labels[row, prompt - 1 : len(tokens) - 1] = torch.tensor(tokens[prompt:])
    network = model.base_model.model
    hidden = network.model(input_ids=inputs, attention_mask=attended, use_cache=False)[0]
    logits = network.lm_head(hidden[labels != IGNORED])
    return torch.nn.functional.cross_entropy(logits.float(), labels[labels != IGNORED])


def _move(optimizer: Any, weights: Sequence[Any], masters: Sequence[Any]) -> None:
    """A step of the optimiser on the copies, brought back to the weights."""
    torch = package("torch")
    for weight, master in zip(weights, masters, strict=True):
        master.grad = weight.grad.float()
        weight.grad = None
    torch.nn.utils.clip_grad_norm_(masters, 1.0)
    optimizer.step()
    for weight, master in zip(weights, masters, strict=True):
        weight.data.copy_(master.data)


def _batches(
    encoded: Sequence[tuple[list[int], int]], recipe: Recipe
) -> Iterator[list[tuple[list[int], int]]]:
    """Batches of pairs of about the same length, in random order."""
    random = Random(recipe.seed)
    order = list(encoded)
    random.shuffle(order)
    window = recipe.batch * 24
    batches: list[list[tuple[list[int], int]]] = []
    for start in range(0, len(order), window):
        alike = sorted(order[start : start + window], key=lambda one: len(one[0]))
        rows = [alike[at : at + recipe.batch] for at in range(0, len(alike), recipe.batch)]
        random.shuffle(rows)
        batches += rows
    yield from batches


def _falling(done: float) -> float:
    """The share of the highest rate when a share of the training is done: half a cosine."""
    return 0.5 * (1 + math.cos(math.pi * min(done, 1)))
