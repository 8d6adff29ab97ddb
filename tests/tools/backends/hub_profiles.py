"""Profiles that tests write: one backend with a checkpoint for some tools."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path


def profile(
    path: Path,
    backend: str,
    checkpoint: Path | str,
    *tools: str,
    options: Mapping[str, object] | None = None,
) -> Path:
    """Writes a profile that extends the embedded one."""
    lines = ['extends = "embedded"']
    given = ", ".join(f"{key} = {json.dumps(value)}" for key, value in (options or {}).items())
    for tool in tools:
        lines += [f"[tools.{tool}]", f'backend = "{backend}"', f"checkpoint = '{checkpoint}'"]
        lines += [f"options = {{ {given} }}"] if given else []
    path.write_text("\n".join(lines), "utf-8")
    return path
