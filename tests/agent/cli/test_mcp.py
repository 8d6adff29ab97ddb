from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from viscript.agent.mcp import serving
from viscript.agent.planners.embedded.model import ADAPTER
from viscript.tools.mcp import transports

Command = Callable[..., tuple[int, str, str]]


@pytest.fixture
def planners(monkeypatch: pytest.MonkeyPatch) -> list[Callable[[], Any]]:
    """What makes the planner of each server that a command would have started."""
    made: list[Callable[[], Any]] = []

    def server(access: object, planner: Callable[[], Any], *, remote: bool) -> None:
        made.append(planner)

    def run(server: object) -> None:
        pass

    monkeypatch.setattr(serving, "agent_server", server)
    monkeypatch.setattr(transports, "run_stdio", run)
    return made


def test_another_adapter_is_what_clients_are_served_with(
    viscript: Command, planners: list[Callable[[], Any]], base_model: Path, tmp_path: Path
) -> None:
    own = tmp_path / "own.gguf"
    own.symlink_to(ADAPTER)
    assert viscript("mcp", "--adapter", own)[0] == 0
    assert viscript("mcp")[0] == 0
    assert [make().made_with for make in planners] == [{"adapter": str(own)}, {}]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--adapter", "none.gguf"], "there is no adapter none.gguf"),
        (["--adapter", "none.gguf", "--planner", "openai:some"], "the planner's setting adapter"),
    ],
)
def test_what_can_be_no_adapter_is_refused_before_the_server_starts(
    viscript: Command, planners: list[Callable[[], Any]], words: list[str], said: str
) -> None:
    code, _, err = viscript("mcp", *words)
    assert (code, said in err, planners) == (2, True, [])
