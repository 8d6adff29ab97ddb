from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from viscript import Image, InputError, tool
from viscript.agent.agent import Agent, Approval, ApprovalNeededError
from viscript.agent.planners.planner import Plan
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
    from viscript import ModelError

    agent = agent_of(scripted(ModelError("gone")))
    with pytest.raises(ModelError):
        agent.ask(cat, "How wide?", thread="open")
    with pytest.raises(InputError, match="waits for no approval"):
        agent.resume("open", approved=True)
