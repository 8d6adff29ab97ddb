"""A chat model behind llama.cpp's own OpenAI-compatible server: a real model on this machine."""

from __future__ import annotations

from collections.abc import Container, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from viscript import Image, Toolbox
from viscript.agent.agent import Agent, Answered
from viscript.agent.graph.events import PlanToken, StepFinished
from viscript.agent.planners.connect import planner_from
from viscript.agent.planners.knowledge import informed
from viscript.agent.planners.planner import Example, Planner, Task
from viscript.tools.cache import MemoryCache
from viscript.tools.errors import ModelError
from viscript.tools.profile import Profile, load_profile
from viscript.tools.registry import Registry

pytestmark = pytest.mark.xdist_group("llama-server")

KEY = "a-key-of-this-test"
EXAMPLES = [
    Example("How many cats are there?", 'answer = count(find(image, "cat"))'),
    Example("How many cars are there?", 'answer = count(find(image, "car"))'),
]


@pytest.fixture(scope="module")
def address(fetched_base: Path) -> Iterator[str]:
    """The address of the server; it ends with the module."""
    xllamacpp: Any = import_module("xllamacpp")
    settings: Any = xllamacpp.CommonParams()
    settings.model.path = str(fetched_base)
    settings.n_ctx = 4096
    settings.n_parallel = 1
    settings.n_gpu_layers = 0
    settings.warmup = False
    settings.verbosity = 0
    settings.api_keys = [KEY]
    # More threads than free cores wait for each other, and it takes five times as long.
    settings.cpuparams.n_threads = settings.cpuparams_batch.n_threads = 1
    server: Any = xllamacpp.Server(settings)
    yield f"{server.listening_address}/v1"
    del server


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VISCRIPT_API_KEY", KEY)


def _tools() -> dict[str, Any]:
    registry = Registry.standard()
    return {name: registry[name] for name in ("find", "count")}


def _task(request: str = "How many dogs are there?") -> Task:
    return Task(request, {"image": "image 640x480 (photo.jpg)"}, _tools(), EXAMPLES)


def _planner(address: str, **settings: Any) -> Planner:
    told = {"temperature": 0, "max_tokens": 40, "cells": False, "retries": 0, "timeout": 300}
    return planner_from("openai:smollm2", base_url=address, **{**told, **settings})


@pytest.mark.parametrize("stream", [True, False])
def test_a_real_model_writes_a_program(address: str, stream: bool) -> None:
    heard: list[str] = []
    plan = _planner(address, stream=stream).plan(_task(), heard.append)
    assert plan.source == 'answer = count(find(image, "dog"))\n'
    assert plan.source.strip() in "".join(heard)
    assert (len(heard) > 5) == stream
    assert plan.usage.input_tokens > 1000
    assert 5 < plan.usage.output_tokens <= 40
    assert plan.usage.cost is None


class Fixed:
    """The same examples for every request."""

    def nearest(self, request: str, tools: Container[str], names: Container[str]) -> list[Example]:
        return EXAMPLES


def test_a_request_goes_through_the_whole_graph_with_a_real_model_and_real_tools(
    address: str, astronaut: Image, tmp_path: Path
) -> None:
    served = Profile("small", "", {"find": load_profile("embedded").tools["find"]})
    toolbox = Toolbox(served, Registry(_tools().values()), MemoryCache())
    agent = Agent(
        toolbox,
        _planner(address),
        examples=Fixed(),
        runs=tmp_path / "runs",
        threads=tmp_path / "threads",
    )
    *events, last = agent.stream(astronaut, "How many persons are there?")
    assert isinstance(last, Answered)
    answer = last.answer
    assert (answer.value, answer.planner) == (1, "openai:smollm2")
    assert [one.tool for one in events if isinstance(one, StepFinished)] == ["find", "count"]
    written = "".join(one.text for one in events if isinstance(one, PlanToken))
    assert answer.program.strip() in written
    assert sum(isinstance(one, PlanToken) for one in events) > 5
    assert answer.usage["calls"] == 1
    assert answer.usage["input_tokens"] > 1000
    assert answer.run is not None
    assert (answer.run / "rationale.html").is_file()


def test_a_wrong_key_is_told(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VISCRIPT_API_KEY", "wrong-key-of-somebody")
    with pytest.raises(ModelError, match="did not accept the API key") as raised:
        _planner(address).plan(_task())
    assert "VISCRIPT_API_KEY" in raised.value.hint
    assert "somebody" not in str(raised.value)


def test_a_task_that_is_longer_than_the_model_can_read_is_told(address: str) -> None:
    with pytest.raises(ModelError, match="can't read a task of this length"):
        _planner(address).plan(_task("How many dogs? " * 2000))


def test_the_model_that_plans_lists_facts(address: str, tmp_path: Path) -> None:
    profile = tmp_path / "open.toml"
    profile.write_text('[tools.list_facts]\nbackend = "facts"\n')
    tools = informed(Toolbox.load(profile, cache=None), _planner(address))
    call = tools.invoke("list_facts", {"query": "colours of the rainbow", "max": 3})
    assert 1 <= len(call.value) <= 3
    assert all(0 < len(one) <= 120 for one in call.value)
    assert "tokens in" in call.notes[0]
