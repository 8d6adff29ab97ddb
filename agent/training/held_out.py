"""The requests of `held_out.toml`, written by hand and never trained on."""

from __future__ import annotations

import tomllib
from pathlib import Path

from .requests import Pair


def held_out_pairs() -> list[Pair]:
    """The requests with the programs that they should get."""
    data = tomllib.loads((Path(__file__).parent / "held_out.toml").read_text("utf-8"))
    return [
        Pair(one["category"], one["request"], one["program"].strip(), one.get("images", 1))
        for one in data["requests"]
    ]
