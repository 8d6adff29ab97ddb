"""`teach`: from the generator to an adapter that llama.cpp runs, and how good it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ...tools.errors import CancelledError, InputError
from ..planners.embedded.model import fetch_base
from .adapter import convert_adapter
from .base_model import write_base
from .finetune import Progress, Recipe, finetune
from .generator import generate
from .packages import package

BASE, SNAPSHOT, ADAPTER = "base", "adapter", "planner-lora.gguf"
"""What the folder of a course holds: the base model for PyTorch, peft's adapter, llama.cpp's."""
SAVE_EVERY = 10
"""Steps after which the adapter is saved, so that little is lost when somebody stops it."""


@dataclass(frozen=True, slots=True)
class Course:
    """What came of a training.

    Args:
        adapter: the file for llama.cpp.
        steps: how many were made.
        loss: of the last ones.
        stopped: whether it was stopped before its end; the adapter is then its last snapshot.
    """

    adapter: Path
    steps: int
    loss: float
    stopped: bool


def teach(
    out: Path,
    pairs: int,
    recipe: Recipe,
    on_progress: Callable[[Progress], None],
    start: Path | None = None,
) -> Course:
    """Fine-tunes an adapter on pairs of the generator, and converts it. Needs the extra `train`.

    Args:
        out: the folder; see `BASE`. A base that is there already is used again.
        pairs: how many requests with their programs it learns from, each once.
        recipe: how.
        on_progress: told now and then; it may raise `CancelledError` to stop, which keeps the last
            snapshot.
        start: the folder of an adapter, as peft writes it, to go on from.

    Raises:
        InputError: it was stopped before the first snapshot, or the folder can't be written.
        ModelError: a package of the extra or the base model is missing.
    """
    seen: list[Progress] = []

    def hear(progress: Progress) -> None:
        seen.append(progress)
        on_progress(progress)

    snapshot = out / SNAPSHOT
    if (snapshot / "adapter_model.safetensors").exists():
        raise InputError(
            f"{out} has an adapter already", hint="name another folder with --out, or delete it"
        )
    # Its bars would tear the one that shows the training.
    package("transformers").utils.logging.disable_progress_bar()
    if not (out / BASE).is_dir():
        write_base(fetch_base(), out / BASE)
    chosen = list(generate(pairs, recipe.seed))
    stopped = False
    try:
        finetune(
            out / BASE,
            chosen,
            snapshot,
            recipe,
            start=start,
            on_progress=hear,
            save_every=SAVE_EVERY,
        )
    except CancelledError:
        stopped = True
        if not (snapshot / "adapter_model.safetensors").exists():
            raise
    convert_adapter(snapshot, out / ADAPTER)
    return Course(out / ADAPTER, seen[-1].step, seen[-1].loss, stopped)
