"""`viscript train planner`: teaches the embedded planner anew, and says how good it became."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ...tools.errors import InputError
from .options import JsonOption
from .progress import progress_bar
from .terminal import Terminal

if TYPE_CHECKING:
    from ...tools.cancellation import Cancellation
    from ..planners.embedded.planner import EmbeddedPlanner
    from ..training.course import Course
    from ..training.finetune import Progress
    from ..training.measure import Score
    from ..training.requests import Pair

SEED = 11
"""Of the requests that it is measured on."""

app = typer.Typer(help="Teach the planner that comes with viscript.")


@app.callback()
def _group() -> None:  # pyright: ignore[reportUnusedFunction]
    """Keeps `planner` a word of the command while it is the only one."""


@app.command()
def planner(
    out: Annotated[
        Path,
        typer.Option("--out", metavar="FOLDER", help="Where the adapter and its base go (600 MB)."),
    ] = Path("planner"),
    pairs: Annotated[
        int, typer.Option("--pairs", min=1, help="How many requests it learns from.")
    ] = 12_000,
    minutes: Annotated[
        float,
        typer.Option("--minutes", min=0.1, help="When it ends, if the requests last."),
    ] = 60,
    seed: Annotated[int, typer.Option("--seed", help="Which requests are drawn.")] = 1,
    measured: Annotated[
        int,
        typer.Option("--measured", min=0, help="How many unseen requests of a kind it is given."),
    ] = 100,
    json: JsonOption = False,
) -> None:
    """Teach the embedded planner, on this machine's CPU, and measure it on unseen requests.

    Needs pip install 'viscript[train]'. Ctrl-C ends the training early and keeps what was learnt.
    The result is used by viscript ask --adapter FOLDER/planner-lora.gguf, or by a line of the
    settings file.

    Example: viscript train planner --minutes 60 --out my-planner
    """
    from ...tools.cancellation import Cancellation
    from ..training.course import teach
    from ..training.finetune import Recipe
    from .run import interrupts

    terminal = Terminal(json)
    cancellation = Cancellation()
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"can't make the folder {out}: {error.strerror or error}") from None
    with terminal.working(), interrupts(cancellation):
        with progress_bar() as tell:
            tell("prepare the base model", 0, 100)

            began = time.monotonic()

            def show(progress: Progress) -> None:
                spent = (time.monotonic() - began) / (60 * minutes)
                share = min(1, max(progress.step / progress.steps, spent))
                tell(_words(progress), round(100 * share), 100)
                cancellation.check()

            course = teach(out, pairs, Recipe(seed=seed, minutes=minutes), show)
        if course.stopped:
            terminal.note("stopped; the adapter is what was learnt until then")
        terminal.line("the adapter is in ", (str(course.adapter), "bold"))
        terminal.line(("use it: ", "dim"), f"viscript ask --adapter {course.adapter} ...")
        scores = {} if course.stopped else _measured(course, measured, terminal, cancellation)
    terminal.json(
        {
            "adapter": str(course.adapter.absolute()),
            "steps": course.steps,
            "loss": course.loss,
            "stopped": course.stopped,
            "scores": scores,
        }
    )


def _words(progress: Progress) -> str:
    return (
        f"step {progress.step} of {progress.steps}, loss {progress.loss:.3f}, "
        f"{progress.speed:.0f} tokens/s"
    )


def _measured(
    course: Course, count: int, terminal: Terminal, cancellation: Cancellation
) -> dict[str, Any]:
    """The scores on unseen nouns, on unseen phrasings, and on requests written by hand."""
    from ..planners.embedded.planner import EmbeddedPlanner
    from ..training.splits import UNSEEN, pairs_of

    model = EmbeddedPlanner(adapter=course.adapter)
    scores: dict[str, Any] = {}
    for split, what in UNSEEN.items() if count else ():
        score = _score(model, pairs_of(split, count, SEED), what, cancellation)
        terminal.line(f"{score.right.total()} of {score.asked.total()} right: {what}")
        scores[split] = score.to_json()
    return scores


def _score(
    model: EmbeddedPlanner, pairs: Sequence[Pair], what: str, cancellation: Cancellation
) -> Score:
    """How a model does on requests whose right programs are known, with a bar."""
    from ...tools.toolbox import Toolbox
    from ..training.measure import measure

    offered = dict(Toolbox.load(cache=None).offered)
    done = 0

    with progress_bar() as tell:

        def write(request: str, images: int) -> str:
            nonlocal done
            done += 1
            cancellation.check()
            tell(f"measure: {what}", done, len(pairs))
            return model.plan(request, images, offered)

        return measure(write, pairs, offered)
