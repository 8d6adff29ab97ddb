"""How models look in tables and in JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from .terminal import Span, Terminal

if TYPE_CHECKING:
    from ...tools.hosting.inventory import Requirement
    from ...tools.hosting.verify import FileCheck

ORIGINS = {
    "shipped": "comes with viscript",
    "converted": "here",
    "package": "comes with its package",
    "fetched": "here",
    "hub": "here",
    "folder": "here",
    "server": "on a server",
}


def show_models(terminal: Terminal, name: str, summary: str, models: Sequence[Requirement]) -> None:
    """Prints what a profile, or the planner, needs."""
    terminal.line((name, "bold"), f"  {summary}")
    for model in models:
        for spans in _lines_of(model):
            terminal.line(*spans)
        if model.warning:
            terminal.line(("    warning: ", "yellow"), model.warning)
    if any(not model.here for model in models):
        missing = sum(model.size for model in models if not model.here)
        size = f", {size_in_words(missing)}" if missing else ""
        terminal.line((f"viscript models pull {name} fetches what is missing{size}", "dim"))
    terminal.line()


def _lines_of(one: Requirement) -> list[list[Span]]:
    """A model that a profile or planner needs: what it is, and below what tools it is for.

    Not a row of a table: names of checkpoints are long, and must be whole to be fetched by.
    """
    facts = [size_in_words(one.size), one.licence or "no licence stated"]
    facts += [one.revision[:8]] if one.revision else []
    place = ORIGINS[one.origin] if one.here else "not here"
    lines: list[list[Span]] = [
        [(one.name, "cyan"), f"  {', '.join(facts)}, ", (place, "" if one.here else "yellow")]
    ]
    if one.tools:
        lines.append([(f"    {', '.join(one.tools)} by {one.backend}", "dim")])
    return lines


def to_json(one: Requirement) -> dict[str, Any]:
    """The same as an object."""
    return {
        "name": one.name,
        "backend": one.backend,
        "tools": list(one.tools),
        "origin": one.origin,
        "revision": one.revision,
        "bytes": one.size,
        "licence": one.licence,
        "here": one.here,
        "place": None if one.place is None else str(one.place),
        "warning": one.warning,
    }


def check_to_json(one: FileCheck) -> dict[str, Any]:
    """A file that was checked, as an object."""
    return {"name": one.name, "state": one.state, "reason": one.reason, "bytes": one.bytes}


def size_in_words(size: int) -> str:
    """Bytes as people read them."""
    from ...tools.hosting.settings import in_words

    return in_words(size) if size else "unknown size"
