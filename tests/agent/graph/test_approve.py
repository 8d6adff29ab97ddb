from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from viscript import Image, InputError, ModelError, Toolbox, tool
from viscript.agent.agent import Agent
from viscript.agent.outcome import Approval, ApprovalNeededError
from viscript.agent.planners.planner import Plan
from viscript.tools.backends import BackendSpec
from viscript.tools.cache import MemoryCache
from viscript.tools.profile import Profile
from viscript.tools.registry import Registry
from viscript.tools.values import ImageLike

AgentOf = Callable[..., Agent]
CALL = "answer = appraise(image)"


@pytest.fixture
def calls() -> list[str]:
    """The calls of the tools that cost money or ask first."""
    return []


@pytest.fixture
def tools(calls: list[str]) -> list[Callable[..., Any]]:
    """A tool that costs money, and one that asks first."""

    @tool(reads_pixels=True, costs_money=True)
    def appraise(image: ImageLike) -> int:
        """Says what a picture is worth.

        Args:
            image: the picture.
        """
        calls.append("appraise")
        return 42

    @tool(reads_pixels=True, needs_approval=True)
    def publish(image: ImageLike) -> str:
        """Shows a picture to everybody.

        Args:
            image: the picture.
        """
        calls.append("publish")
        return "published"

    return [appraise, publish]


def test_nothing_is_called_before_a_person_agrees(
    agent_of: AgentOf, scripted: Any, cat: Image, tools: Any, calls: list[str]
) -> None:
    planner = scripted(CALL)
    agent = agent_of(planner, tools)
    with pytest.raises(ApprovalNeededError, match="calls appraise") as error:
        agent.ask(cat, "What is it worth?", thread="worth")
    assert error.value.approval == Approval(
        "worth", CALL, {"appraise": "a call may be charged for"}
    )
    assert calls == []
    assert agent.waits("worth")
    with pytest.raises(InputError, match="waits for an approval"):
        agent.resume("worth")
    assert agent.resume("worth", approved=True).value == 42
    assert calls == ["appraise"]
    assert len(planner.tasks) == 1


def test_a_declined_tool_is_no_longer_there(
    agent_of: AgentOf, scripted: Any, cat: Image, tools: Any, calls: list[str]
) -> None:
    planner = scripted(CALL, CALL, "answer = image.width")

    def decline(approval: Approval) -> bool:
        return False

    agent = agent_of(planner, tools, approve=decline)
    answer = agent.ask(cat, "What is it worth?")
    assert calls == []
    assert "appraise" not in planner.tasks[1].tools
    assert planner.tasks[1].attempts[0].error.startswith("the person did not allow appraise")
    # It insists: the checker then has the same answer as for any tool that is not there.
    assert answer.attempts[1].diagnostics[0]["code"] == "not-offered"
    assert "did not allow" in str(answer.attempts[1].diagnostics[0])


def test_a_person_at_hand_is_asked_once_for_each_program(
    agent_of: AgentOf, scripted: Any, cat: Image, tools: Any, calls: list[str]
) -> None:
    asked: list[Approval] = []

    def approve(approval: Approval) -> bool:
        asked.append(approval)
        return True

    program = "a = publish(image)\nb = appraise(image)\nanswer = f'{a} {b}'"
    answer = agent_of(scripted(program), tools, approve=approve).ask(cat, "Show it")
    assert answer.value == "published 42"
    assert [one.tools for one in asked] == [
        {"appraise": "a call may be charged for", "publish": "it asks a person first"}
    ]


def test_a_later_cell_does_not_ask_again_for_what_ran(
    agent_of: AgentOf, scripted: Any, cat: Image, tools: Any, calls: list[str]
) -> None:
    asked: list[Approval] = []

    def approve(approval: Approval) -> bool:
        asked.append(approval)
        return True

    planner = scripted(
        Plan("worth = appraise(image)", final=False), Plan("answer = worth + 1"), cells=True
    )
    assert agent_of(planner, tools, approve=approve).ask(cat, "What is it worth?").value == 43
    assert len(asked) == 1
    assert calls == ["appraise"]


def test_tools_without_such_traits_are_never_asked_about(
    agent_of: AgentOf, scripted: Any, cat: Image, tools: Any
) -> None:
    def refuse(approval: Approval) -> bool:
        raise AssertionError(approval)

    agent = agent_of(scripted("answer = image.width"), tools, approve=refuse)
    assert agent.ask(cat, "How wide?").value == 451


def test_an_approval_that_nobody_waits_for_is_refused(
    agent_of: AgentOf, scripted: Any, cat: Image
) -> None:
    agent = agent_of(scripted(ModelError("gone")))
    with pytest.raises(ModelError):
        agent.ask(cat, "How wide?", thread="open")
    with pytest.raises(InputError, match="waits for no approval"):
        agent.resume("open", approved=True)


class Asked:
    """Agrees to everything, and remembers what it was."""

    def __init__(self, agrees: bool = True) -> None:
        self.tools: list[dict[str, str]] = []
        self._agrees = agrees

    def __call__(self, approval: Approval) -> bool:
        self.tools.append(dict(approval.tools))
        return self._agrees


PAID = {"appraise": "a call may be charged for"}


def test_a_program_that_does_not_check_any_more_is_not_approved(
    agent_of: AgentOf, scripted: Any, cat: Image, tools: Any, calls: list[str]
) -> None:
    with pytest.raises(ApprovalNeededError):
        agent_of(scripted(CALL), tools).ask(cat, "What is it worth?", thread="worth")
    planner = scripted("answer = image.width")
    answer = agent_of(planner).resume("worth", approved=True)
    assert (answer.value, calls) == (451, [])
    (refused,) = planner.tasks[0].attempts
    assert (refused.source, refused.diagnostics[0]["severity"]) == (CALL, "error")


def test_cells_that_ran_with_tools_that_are_gone_are_said_to_be_the_reason(
    agent_of: AgentOf, scripted: Any, cat: Image, tools: Any, calls: list[str]
) -> None:
    planner = scripted(Plan("worth = appraise(image)", final=False), ModelError("gone"), cells=True)
    with pytest.raises(ModelError):
        agent_of(planner, tools, approve=Asked()).ask(cat, "What is it worth?", thread="worth")
    answer = agent_of(scripted("answer = worth + 1", cells=True)).resume("worth")
    assert answer.error is not None
    assert "what ran before can't run here" in answer.error.message
    assert "appraise" in answer.error.message
    assert calls == ["appraise"]


@pytest.fixture
def uncached(tools: Any) -> Toolbox:
    return Toolbox(Profile("own", "", MappingProxyType({})), Registry.standard(tools), None)


def test_no_cell_is_paid_for_twice_where_the_toolbox_keeps_nothing(
    uncached: Toolbox, scripted: Any, cat: Image, calls: list[str], tmp_path: Path
) -> None:
    cells = (
        Plan("worth = appraise(image)", final=False),
        Plan("more = worth + 1", final=False),
        Plan("answer = more"),
    )
    asked = Asked()
    agent = Agent(
        uncached,
        scripted(*cells, cells=True),
        approve=asked,
        runs=tmp_path / "runs",
        threads=tmp_path / "threads",
    )
    assert agent.ask(cat, "What is it worth?").value == 43
    assert (calls, asked.tools) == (["appraise"], [PAID])
    # Elsewhere the toolbox goes on to keep nothing.
    uncached.call("appraise", cat)
    uncached.call("appraise", cat)
    assert calls == ["appraise"] * 3


@pytest.mark.parametrize("kept", [True, False])
def test_what_was_paid_for_and_is_gone_is_asked_for_again(
    uncached: Toolbox, scripted: Any, cat: Image, calls: list[str], tmp_path: Path, kept: bool
) -> None:
    def agent_with(asked: Asked | None, *script: Any) -> Agent:
        return Agent(
            uncached.with_cache(cache if kept else MemoryCache()),
            scripted(*script, cells=True),
            approve=asked,
            runs=tmp_path / "runs",
            threads=tmp_path / "threads",
        )

    cache = MemoryCache()
    first = agent_with(Asked(), Plan("worth = appraise(image)", final=False), ModelError("gone"))
    with pytest.raises(ModelError):
        first.ask(cat, "What is it worth?", thread="worth")
    assert calls == ["appraise"]
    second = agent_with(None, Plan("answer = worth + 1"))
    if kept:
        assert second.resume("worth").value == 43
        assert calls == ["appraise"]
        return
    with pytest.raises(ApprovalNeededError) as error:
        second.resume("worth")
    assert error.value.approval.tools == PAID
    assert calls == ["appraise"]
    asked = Asked()
    third = agent_with(asked, Plan("answer = worth + 1"))
    assert third.resume("worth").value == 43
    assert (asked.tools, calls) == ([PAID], ["appraise", "appraise"])


def test_a_paid_step_is_asked_for_beside_another_that_was_agreed_to(
    uncached: Toolbox, scripted: Any, cat: Image, calls: list[str], tmp_path: Path
) -> None:
    def agent_with(asked: Asked, *script: Any) -> Agent:
        places: dict[str, Any] = {"runs": tmp_path / "runs", "threads": tmp_path / "threads"}
        return Agent(uncached, scripted(*script, cells=True), approve=asked, **places)

    first = agent_with(Asked(), Plan("worth = appraise(image)", final=False), ModelError("gone"))
    with pytest.raises(ModelError):
        first.ask(cat, "Show it", thread="show")
    asked = Asked()
    second = agent_with(asked, Plan("answer = f'{publish(image)} {worth}'"))
    assert second.resume("show").value == "published 42"
    assert asked.tools == [{"publish": "it asks a person first"}, PAID]


def test_what_a_backend_sends_away_for_its_own_work_waits_for_a_person_too(
    scripted: Any, cat: Image, tmp_path: Path
) -> None:
    far = BackendSpec("openai-vision", "some", options={"base_url": "https://far.example/v1"})
    profile = Profile("own", "", {"pose": BackendSpec("movenet"), "find": far})
    toolbox = Toolbox(profile, Registry.standard(), MemoryCache())
    planner = scripted(
        "answer = pose(image)", "a = pose(image)\nanswer = a", "answer = image.width"
    )
    asked = Asked(agrees=False)
    places: dict[str, Any] = {"runs": tmp_path / "runs", "threads": tmp_path / "threads"}
    answer = Agent(toolbox, planner, approve=asked, **places).ask(cat, "How does it stand?")
    assert asked.tools == [{"find": "it sends the picture to far.example"}]
    assert answer.value == 451
    errors = [one.error for one in planner.tasks[2].attempts]
    assert errors == ["the person did not allow find (do without)"] * 2
