"""The planner's language model as the knowledge of `list_facts`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from viscript import Agent, ModelError, Toolbox
from viscript.agent.planners.connect import planner_from
from viscript.agent.planners.knowledge import informed

OPEN = '[tools.list_facts]\nbackend = "facts"\n'
OWN = OPEN + 'checkpoint = "mine"\noptions.base_url = "http://127.0.0.1:1/v1"\n'


def toolbox(folder: Path, text: str) -> Toolbox:
    path = folder / "mine.toml"
    path.write_text(text)
    return Toolbox.load(path, cache=None)


def planner(**settings: Any) -> Any:
    return planner_from("openai:gpt-x", base_url="http://127.0.0.1:8000/v1", **settings)


def test_a_profile_that_names_no_model_lists_facts_by_the_planner(tmp_path: Path) -> None:
    told = informed(toolbox(tmp_path, OPEN), planner(temperature=0.5))
    spec = told.profile.tools["list_facts"]
    assert (spec.backend, spec.checkpoint) == ("facts", "gpt-x")
    assert spec.options["base_url"] == "http://127.0.0.1:8000/v1"
    assert spec.options["temperature"] == 0.5
    assert told.profile.name == "mine"


def test_a_profile_that_names_a_model_keeps_it(tmp_path: Path) -> None:
    tools = toolbox(tmp_path, OWN)
    assert informed(tools, planner()) is tools


def test_an_agent_hands_its_planner_on(tmp_path: Path) -> None:
    agent = Agent(toolbox(tmp_path, OPEN), planner())
    assert agent.toolbox.profile.tools["list_facts"].checkpoint == "gpt-x"


def test_a_planner_that_knows_nothing_leaves_it_open(tmp_path: Path) -> None:
    agent = Agent(toolbox(tmp_path, OPEN), "embedded")
    with pytest.raises(ModelError, match="needs a language model"):
        agent.toolbox.list_facts("fruits")


def test_facts_of_different_models_are_not_taken_for_each_other(tmp_path: Path) -> None:
    tools = toolbox(tmp_path, OPEN)
    first = informed(tools, planner())
    other = informed(tools, planner_from("openai:gpt-y", base_url="http://127.0.0.1:8000/v1"))
    specs = {one.profile.tools["list_facts"].identity for one in (tools, first, other)}
    assert len(specs) == 3
