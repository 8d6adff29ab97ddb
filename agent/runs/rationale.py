"""`rationale.html`: a run as one page that needs nothing but itself.

The page has no script and asks for nothing: its policy allows only its own style sheet and pictures
that are data. Everything that comes from programs, pictures and models is escaped by the template.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import MutableMapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from ...tools.values import Image
from ..program.diagnostics import Diagnostic
from .overlays import CHIP, COLORS, FONT
from .provenance import INPUT, Provenance, provenance_of
from .run import Run
from .step import Step, StepError
from .views import Figure, Gallery, View, view_of

if TYPE_CHECKING:
    from jinja2 import Template

MAX_STEPS = 200
MAX_LINES, MAX_COLUMNS = 500, 2000
_HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Input:
    """An argument of a step, and the steps that it comes from."""

    name: str
    view: View
    sources: Sequence[int]


@dataclass(frozen=True, slots=True)
class Card:
    """A step as the page shows it."""

    number: int
    tool: str
    line: int
    backend: str
    time: str
    cached: bool
    notes: Sequence[str]
    inputs: Sequence[Input]
    output: View | None
    error: StepError | None
    uses: Sequence[int]
    answers: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the program; a diagnostic is about the middle one of the three parts of `code`."""

    number: int
    code: tuple[str, str, str]
    steps: Sequence[int]
    diagnostics: Sequence[Diagnostic]


def render(run: Run, kept: MutableMapping[str, str] | None = None) -> str:
    """The page of a run, at most a few megabytes however long the run was.

    Args:
        run: the run.
        kept: thumbnails of earlier pages; see `Thumbnails`.
    """
    gallery = Gallery(kept)
    links = provenance_of(run)
    inputs = [_input_figure(image, gallery) for image in run.images]
    cards = [_card(step, links, gallery) for step in run.steps[:MAX_STEPS]]
    answer = None if run.error is not None else view_of(run.answer, gallery)
    lines = lines_of(run.program)
    style = _style()
    return _template().render(
        run=run,
        started=run.started.replace("T", " ")[:16],
        time=time_of(run.seconds),
        answer=answer,
        answer_from=links.answer,
        inputs=[one for one in inputs if one is not None],
        lines=[_line(number, code, run) for number, code in enumerate(lines[:MAX_LINES], 1)],
        more_lines=max(len(lines) - MAX_LINES, 0),
        cards=cards,
        more_steps=len(run.steps) - len(cards),
        thumbnails=gallery.thumbnails.all,
        overlays=gallery.overlays.all,
        style=style,
        style_digest=base64.b64encode(hashlib.sha256(style.encode()).digest()).decode(),
        INPUT=INPUT,
        FONT=FONT,
        CHIP=CHIP,
    )


def time_of(seconds: float) -> str:
    """A time as people read it: "40 µs", "0.3 ms", "43 ms", "1.2 s"."""
    if seconds < 0.0001:
        return f"{seconds * 1e6:.0f} µs"
    if seconds < 0.01:
        return f"{seconds * 1000:.1f} ms"
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.1f} s"


def _input_figure(image: Image, gallery: Gallery) -> Figure | None:
    return next(iter(view_of(image, gallery).figures), None)


def _card(step: Step, links: Provenance, gallery: Gallery) -> Card:
    return Card(
        number=step.number,
        tool=step.tool,
        line=step.line,
        backend=step.backend,
        time=time_of(step.seconds),
        cached=step.cached,
        notes=step.notes,
        inputs=[
            Input(name, view_of(value, gallery), links.sources.get((step.number, name), ()))
            for name, value in step.arguments.items()
        ],
        output=None if step.error is not None else view_of(step.result, gallery),
        error=step.error,
        uses=links.uses.get(step.number, ()),
        answers=step.number in links.answer,
    )


def lines_of(program: str) -> list[str]:
    """The lines of a program as diagnostics count them; `splitlines` would split at more."""
    return program.replace("\r\n", "\n").replace("\r", "\n").removesuffix("\n").split("\n")


def _line(number: int, code: str, run: Run) -> Line:
    code = code[:MAX_COLUMNS]
    found = [one for one in run.diagnostics if one.line == number]
    start, end = (found[0].column - 1, found[0].end_column - 1) if found else (len(code), len(code))
    return Line(
        number,
        (code[:start], code[start:end], code[end:]),
        [step.number for step in run.steps[:MAX_STEPS] if step.line == number],
        found,
    )


@cache
def _style() -> str:
    """The style sheet, with the colours of regions."""
    colors = "".join(f".c{index}{{--mark:{color}}}" for index, color in enumerate(COLORS))
    return (_HERE / "rationale.css").read_text("utf-8") + colors + "\n"


@cache
def _template() -> Template:
    from jinja2 import Environment, StrictUndefined

    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.from_string((_HERE / "rationale.html").read_text("utf-8"))
