"""`python -m viscript.agent.training`: the steps from the generator to the shipped adapter."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from ...tools.toolbox import Toolbox
from ..planners.embedded.model import ADAPTER, base_path
from ..planners.embedded.planner import EmbeddedPlanner
from ..planners.offline import VOTING_TEMPERATURE
from .generator import generate
from .splits import pairs_of

app = typer.Typer(help="Teach the embedded planner.", no_args_is_help=True)


@app.command()
def pairs(
    count: int = 10,
    seed: int = 1,
    split: Annotated[str, typer.Option(help="train, nouns, phrasings or hand")] = "train",
) -> None:
    """Print requests with their programs as JSON lines."""
    for pair in pairs_of(split, count, seed):
        typer.echo(json.dumps(asdict(pair), ensure_ascii=False))


@app.command()
def train(
    out: Path,
    count: int = 12_000,
    seed: int = 1,
    minutes: float = 600,
    rate: Annotated[float, typer.Option(help="the highest learning rate")] = 3e-3,
    start: Annotated[Path | None, typer.Option(help="an adapter's folder to go on from")] = None,
) -> None:
    """Fine-tune an adapter; writes OUT/base, OUT/adapter and OUT/planner-lora.gguf.

    `viscript train planner` is the same with a bar and with scores.
    """
    from .course import teach
    from .finetune import Recipe

    recipe = Recipe(seed=seed, minutes=minutes, rate=rate)
    teach(
        out,
        count,
        recipe,
        lambda one: typer.echo(
            f"{one.step}/{one.steps} loss {one.loss:.3f} {one.speed:.0f} tokens/s"
        ),
        start,
    )


@app.command()
def parity(folder: Path, count: int = 20) -> None:
    """Compare PyTorch and llama.cpp on what `train` wrote into FOLDER."""
    from .parity import compare

    some = list(generate(count, 99, nouns="held out", wording="held out"))
    lora = folder / "planner-lora.gguf"
    typer.echo(compare(folder / "base", folder / "adapter", base_path(), lora, some))


@app.command()
def measure(
    split: Annotated[str, typer.Argument(help="nouns, phrasings or hand")],
    count: int = 200,
    seed: int = 11,
    adapter: Path = ADAPTER,
    untrained: Annotated[bool, typer.Option(help="no adapter, examples in the prompt")] = False,
    profile: str = "embedded",
    votes: Annotated[int, typer.Option(min=1, help="programs that are voted on")] = 1,
    temperature: Annotated[
        float, typer.Option(help="of these programs, but for the first")
    ] = VOTING_TEMPERATURE,
    show: Annotated[int, typer.Option(help="wrong programs to print")] = 0,
) -> None:
    """Execution accuracy on requests that were not seen in training."""
    from .few_shot import examples_text
    from .measure import measure as measure_planner

    offered = dict(Toolbox.load(profile, cache=None).offered)
    planner = EmbeddedPlanner(adapter=None if untrained else adapter)
    examples = examples_text() if untrained else ""

    def write(request: str, images: int) -> list[str]:
        return [
            planner.plan(
                request,
                images,
                offered,
                examples=examples,
                temperature=temperature if draw else 0.0,
                seed=draw,
            )
            for draw in range(votes)
        ]

    score = measure_planner(write, pairs_of(split, count, seed), offered)
    for line in score.lines():
        typer.echo(line)
    ordered = sorted(score.seconds)
    typer.echo(f"well-formed: {score.well_formed} of {len(ordered)}")
    typer.echo(
        f"seconds a plan: median {ordered[len(ordered) // 2]:.2f}, longest {ordered[-1]:.2f}"
    )
    for pair, program in score.wrong[:show]:
        typer.echo(f"\n[{pair.category}] {pair.request}\n{program}")


if __name__ == "__main__":
    app()
