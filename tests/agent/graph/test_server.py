from __future__ import annotations

import json
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from langgraph.checkpoint.memory import InMemorySaver
from viscript import Image, InputError
from viscript.agent.graph import server
from viscript.agent.graph.server import ServerContext

ROOT = Path(__file__).parents[3]


@pytest.fixture(autouse=True)
def _own_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # pyright: ignore[reportUnusedFunction]
    monkeypatch.setenv("VISCRIPT_HOME", str(tmp_path / "home"))


def test_the_file_of_the_server_names_a_graph() -> None:
    named = json.loads((ROOT / "langgraph.json").read_text())["graphs"]["ask"]
    module, _, name = named.partition(":")
    make: Callable[[], Any] = getattr(import_module(module), name)
    nodes = set(make().get_graph().nodes)
    assert {"recall", "plan", "check", "approve", "run", "reflect", "answer"} <= nodes


def test_a_client_names_files_profile_and_planner(
    scripted: Any, monkeypatch: pytest.MonkeyPatch, astronaut: Image, tmp_path: Path
) -> None:
    planner = scripted('answer = count(find(image, "person"))')
    chosen: list[str] = []

    def planner_from(name: str) -> Any:
        chosen.append(name)
        return planner

    monkeypatch.setattr(server, "planner_from", planner_from)
    graph: Any = server.make_graph()
    graph.checkpointer = InMemorySaver()
    photo = astronaut.save(tmp_path / "astronaut.png")
    given = {"request": "How many people?", "images": [str(photo)]}
    config = {"configurable": {"thread_id": "client"}}
    for _ in range(2):
        state = graph.invoke(given, config, context=ServerContext(planner="a:b"))
        assert json.loads((Path(state["outcome"]["run"]) / "run.json").read_text())["answer"] == 1
        assert len(state["attempts"]) == 1
    assert chosen == ["a:b"]
    # What a server sends to its client is JSON.
    parts = graph.stream(given, config, context=ServerContext(planner="a:b"), stream_mode="updates")
    assert len(json.dumps(list(parts))) > 100


def test_a_client_can_not_name_a_profile_of_its_own(
    scripted: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def planner_from(name: str) -> Any:
        return scripted("answer = 1")

    monkeypatch.setattr(server, "planner_from", planner_from)
    mine = tmp_path / "mine.toml"
    mine.write_text('extends = "embedded"\n')
    resolve = server.resolving()
    with pytest.raises(InputError, match=r"no profile .*mine\.toml"):
        resolve(ServerContext(profile=str(mine)))
    assert resolve(ServerContext(profile="embedded")).toolbox.profile.name == "embedded"


def test_a_planner_that_knows_facts_lists_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-none")
    deps = server.resolving()(ServerContext(profile="hub", planner="openai:gpt-x"))
    assert deps.toolbox.profile.tools["list_facts"].checkpoint == "gpt-x"
