"""Conversations whose planner follows a script, on real photos with the embedded models."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from viscript import Agent, Toolbox
from viscript.tools.cache import MemoryCache


@pytest.fixture(scope="session")
def embedded() -> Toolbox:
    """The real tools; their results are shared by all conversations."""
    return Toolbox.load("embedded", cache=MemoryCache())


@pytest.fixture
def talker(embedded: Toolbox, scripted: Any, tmp_path: Path) -> Callable[..., tuple[Agent, Any]]:
    """Makes an agent whose planner follows a script, and which reads the conversation or not."""

    def make(*script: Any, reads: bool = False, **options: Any) -> tuple[Agent, Any]:
        planner = scripted(*script)
        planner.reads_conversation = reads
        places: dict[str, Any] = {"runs": tmp_path / "runs", "threads": tmp_path / "threads"}
        agent = Agent(embedded, planner, cross_check=False, **{**places, **options})
        return agent, planner

    return make
