"""What a planner is told about the language and its tools: `prompts/`, filled in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from string import Template

from ...tools.contract import Contract
from ...tools.types import ATOMS, Atom, attributes_of
from ..program import basics
from ..program.refused import CONSTRUCTS

PROMPTS = Path(__file__).parents[2] / "prompts"


def instructions(tools: Mapping[str, Contract], cells: bool) -> str:
    """The instructions for a language model.

    Args:
        tools: the offered tools; each is described by its signature and docstring.
        cells: whether it may write a program in cells.
    """
    return Template((PROMPTS / "instructions.md").read_text("utf-8")).substitute(
        cells=(PROMPTS / "cells.md").read_text("utf-8") if cells else "",
        refused=", ".join(sorted({what for what, _ in CONSTRUCTS.values()})),
        attributes="\n".join(_attributes()),
        functions="\n".join(f"- `{one.signature}`: {one.summary}" for one in basics().values()),
        tools="\n\n".join(map(_tool, tools.values())),
    )


def _attributes() -> Iterable[str]:
    for kind in ATOMS:
        if attributes := attributes_of(Atom(kind)):
            named = ", ".join(f"{name}: {one}" for name, one in attributes.items())
            yield f"- `{kind}`: {named}"


def _tool(contract: Contract) -> str:
    """A tool as the planner reads it: its contract, and nothing else."""
    lines = [f"`{contract.signature}`", f"  {contract.summary}"]
    if contract.description:
        lines.append(f"  {contract.description}")
    lines += [f"  - {one.name}: {one.description}" for one in contract.parameters.values()]
    if contract.returns_description:
        lines.append(f"  - returns: {contract.returns_description}")
    return "\n".join(lines)
