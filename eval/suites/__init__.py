"""The suites, one module each."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import TYPE_CHECKING

from ...tools.errors import InputError

if TYPE_CHECKING:
    from .suite import Suite

MODULES = {
    "easy-vqa": "easy_vqa",
    "vqav2": "vqav2",
    "okvqa": "okvqa",
    "gqa": "gqa",
    "nlvr2": "nlvr2",
    "refcoco": "refcoco",
    "tagging": "tagging",
    "editing": "editing",
    "detection": "detection",
    "clevr": "clevr",
    "blink": "blink",
    "scenes": "scenes",
    "jsonl": "jsonl",
}
"""The module of each suite."""


def suite_named(name: str) -> Suite:
    """The suite of a name.

    Raises:
        InputError: there is none.
    """
    if name not in MODULES:
        raise InputError(
            f"there is no suite {name!r}",
            hint=f"use {', '.join(MODULES)}; jsonl reads questions of your own",
        )
    module = importlib.import_module(f".{MODULES[name]}", __name__)
    suite: Suite = module.SUITE
    return suite


def needed(data: Path | None, what: str) -> Path:
    """The folder or file that a suite reads.

    Args:
        data: what the user named; None for nothing.
        what: what it should be, for the hint.

    Raises:
        InputError: nothing was named, or it is not there.
    """
    if data is None:
        raise InputError("the suite needs its data", hint=f"name {what} with --data")
    if not data.exists():
        raise InputError(f"there is no {data}", hint=f"name {what} with --data")
    return data
