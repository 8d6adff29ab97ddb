"""`python -m viscript.agent.training`: the steps from the generator to the shipped adapter."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from ...tools.toolbox import Toolbox
from ..planners.embedded.model import ADAPTER, base_path, fetch_base
from ..planners.embedded.planner import EmbeddedPlanner
from .generator import generate
from .held_out import held_out_pairs
from .requests import Pair

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
    start: Annotated[Path | None, typer.Option(help="an adapter's folder to go on from")] = None,
) -> None:
    """Fine-tune an adapter; writes OUT/base, OUT/adapter and OUT/planner-lora.gguf."""
    from .adapter import convert_adapter
    from .base_model import write_base
    from .finetune import Recipe, finetune

    base = out / "base"
    if not base.is_dir():
        write_base(fetch_base(), base)
    recipe = Recipe(seed=seed, minutes=minutes)
    finetune(
        base,
        list(generate(count, seed)),
        out / "adapter",
        recipe,
        start=start,
        on_progress=lambda one: typer.echo(
            f"{one.step}/{one.steps} loss {one.loss:.3f} {one.speed:.0f} tokens/s"
        ),
    )
    convert_adapter(out / "adapter", out / "planner-lora.gguf")


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
    show: Annotated[int, typer.Option(help="wrong programs to print")] = 0,
) -> None:
    """Execution accuracy on requests that were not seen in training."""
    from .few_shot import examples_text
    from .measure import measure as measure_planner

    offered = dict(Toolbox.load(profile, cache=None).offered)
    planner = EmbeddedPlanner(adapter=None if untrained else adapter)
    examples = examples_text() if untrained else ""
    score = measure_planner(
        lambda request, images: planner.plan(request, images, offered, examples=examples),
        pairs_of(split, count, seed),
        offered,
    )
    for line in score.lines():
        typer.echo(line)
    ordered = sorted(score.seconds)
    typer.echo(f"well-formed: {score.well_formed} of {len(ordered)}")
    typer.echo(
        f"seconds a plan: median {ordered[len(ordered) // 2]:.2f}, longest {ordered[-1]:.2f}"
    )
    for pair, program in score.wrong[:show]:
        typer.echo(f"\n[{pair.category}] {pair.request}\n{program}")


def pairs_of(split: str, count: int, seed: int) -> list[Pair]:
    """Pairs of a split: unseen nouns in known phrasings, unseen phrasings too, or by hand."""
    match split:
        case "train":
            return list(generate(count, seed))
        case "nouns":
            return list(generate(count, seed, nouns="held out"))
        case "phrasings":
            return list(generate(count, seed, nouns="held out", wording="held out"))
        case "hand":
            return held_out_pairs()[:count]
        case _:
            raise typer.BadParameter(f"there is no split {split!r}")


if __name__ == "__main__":
    app()
