from __future__ import annotations

from collections.abc import Callable
from typing import Any

import mcp_types as types
import pytest
from mcp.client.client import Client
from viscript import ModelError

pytestmark = pytest.mark.anyio
Connect = Callable[..., Client]


@pytest.fixture(params=["auto", "legacy"])
def mode(request: pytest.FixtureRequest) -> str:
    """A client of 2026, and one of 2025."""
    return request.param


ASK = {"images": "astronaut.png", "request": "How many people are there?"}


async def test_a_request_is_answered_with_program_steps_and_page(
    connect: Connect, scripted: Any, mode: str
) -> None:
    told: list[str] = []

    async def on_step(progress: float, total: float | None, message: str | None) -> None:
        told.append(message or "")

    planner = scripted('answer = count(find(image, "person"))')
    async with connect(mode, planner) as client:
        await client.list_tools()  # from now on the client checks results
        result = await client.call_tool("ask_about_image", ASK, progress_callback=on_step)
    content = result.structured_content
    assert (content["result"], content["text"], content["attempts"]) == (1, "1", 1)
    assert content["program"] == 'answer = count(find(image, "person"))'
    assert [one["tool"] for one in content["steps"]] == ["find", "count"]
    assert content["confidence"] is not None
    (person,) = content["evidence"]["regions"]
    assert (person["label"], content["evidence"]["texts"]) == ("person", [])
    assert told[0] == "program 1 is written"
    assert any(one.startswith("line 1: find: ") for one in told)
    assert any(isinstance(one, types.ResourceLink) for one in result.content)


async def test_an_edit_is_answered_with_the_picture(connect: Connect, scripted: Any) -> None:
    planner = scripted('answer = tag(image, find(image, "person"))')
    async with connect("auto", planner) as client:
        result = await client.call_tool("ask_about_image", ASK | {"request": "Mark the people"})
        faces = await client.call_tool("find_faces", {"image": result.structured_content["result"]})
    assert any(isinstance(one, types.ImageContent) for one in result.content)
    assert faces.structured_content["result"][0]["label"] == "face"


async def test_a_request_that_is_given_up_is_an_error_with_what_was_tried(
    connect: Connect, scripted: Any
) -> None:
    async with connect("auto", scripted("answer = fnd(image)")) as client:
        result = await client.call_tool("ask_about_image", ASK)
    assert result.is_error
    assert result.structured_content["error"]["message"]
    assert result.structured_content["attempts"] > 1


async def test_a_planner_that_can_not_be_reached_is_an_error(
    connect: Connect, scripted: Any
) -> None:
    planner = scripted(ModelError("the planner is away", hint="try later"))
    async with connect("auto", planner) as client:
        result = await client.call_tool("ask_about_image", ASK)
    assert result.is_error
    assert result.structured_content["error"]["kind"] == "model"


async def test_a_person_is_asked_before_a_request_costs_money(
    connect: Connect, scripted: Any, mode: str, paid: Any
) -> None:
    answers = iter([False, True])
    asked: list[str] = []

    async def person(_: Any, question: Any) -> types.ElicitResult:
        asked.append(question.message)
        return types.ElicitResult(action="accept", content={"allow": next(answers)})

    for allowed in (False, True):
        planner = scripted("answer = pay('it')", "answer = 'not paid'")
        async with connect(mode, planner, tools=[paid.pay], elicitation_callback=person) as client:
            result = await client.call_tool("ask_about_image", ASK | {"request": "Pay for it"})
        assert result.structured_content["result"] == ("paid" if allowed else "not paid")
    assert paid.calls == ["it"]
    assert asked == ["The program calls pay (a call may be charged for). Run it?"] * 2


async def test_the_planner_is_made_when_it_is_first_needed(connect: Connect) -> None:
    async with connect("auto", None) as client:
        counted = await client.call_tool("count", {"regions": []})
    assert counted.structured_content == {"result": 0}
