"""Options that say who plans, and the planner that they ask for."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .progress import progress_bar
from .terminal import Terminal

if TYPE_CHECKING:
    from ..planners.planner import Planner
    from ..setup import Setup

PlannerOption = Annotated[
    str | None,
    typer.Option(
        "--planner",
        metavar="NAME",
        help="Who writes the program: embedded, or a chat model as provider:model.",
        show_default="embedded, or as before",
    ),
]
BaseUrlOption = Annotated[
    str | None,
    typer.Option(
        "--base-url",
        metavar="URL",
        help="The server of the chat model, such as vLLM's or llama.cpp's.",
        show_default=False,
    ),
]
ShowImagesOption = Annotated[
    bool, typer.Option("--show-images", help="Send the pictures, downscaled, to the chat model.")
]
TemperatureOption = Annotated[
    float | None,
    typer.Option(
        "--temperature",
        min=0,
        max=2,
        help="How freely the chat model writes.",
        show_default=False,
    ),
]
MaxTokensOption = Annotated[
    int | None,
    typer.Option(
        "--max-tokens", min=1, help="The most that the chat model may reply.", show_default=False
    ),
]
PricesOption = Annotated[
    tuple[float, float] | None,
    typer.Option(
        "--prices",
        metavar="IN OUT",
        help="Dollars for a million tokens read and written, to tell the cost.",
        show_default=False,
    ),
]
AdapterOption = Annotated[
    Path | None,
    typer.Option(
        "--adapter",
        metavar="FILE",
        help="An adapter for the embedded planner, made by `viscript train planner`.",
        show_default=False,
    ),
]


def planner_of(
    terminal: Terminal,
    name: str | None,
    *,
    base_url: str | None = None,
    show_images: bool = False,
    temperature: float | None = None,
    max_tokens: int | None = None,
    prices: tuple[float, float] | None = None,
    adapter: Path | None = None,
    before: Setup | None = None,
) -> Planner:
    """The planner of a command's options, of what goes on, and of the settings file.

    The embedded planner's model is fetched where it is missing.

    Raises:
        InputError: there is no such planner or setting.
        ModelError: the planner can't be reached, loaded or fetched.
    """
    from ..planners.chosen import chosen_planner
    from ..planners.offline import OfflinePlanner

    input_price, output_price = prices or (None, None)
    given: dict[str, Any] = {
        "base_url": base_url,
        "show_images": show_images or None,
        "temperature": temperature,
        "max_tokens": max_tokens,
        "input_price": input_price,
        "output_price": output_price,
        "adapter": adapter,
    }
    planner = chosen_planner(name, given, before)
    if isinstance(planner, OfflinePlanner):
        _fetch_base(terminal)
    return planner


def _fetch_base(terminal: Terminal) -> None:
    """Fetches the embedded planner's model, once, and shows that it does.

    Raises:
        ModelError: it can't be fetched.
    """
    from ..planners.embedded.model import fetch_base, is_here

    if is_here():
        return
    if not sys.stderr.isatty():
        terminal.note("fetching the planner's model (98 MB, once)")
        fetch_base()
        return
    with progress_bar() as tell:
        fetch_base(on_progress=tell)
