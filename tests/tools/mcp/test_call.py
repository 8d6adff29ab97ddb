from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import anyio
import mcp_types as types
import pytest
from mcp.client.client import Client
from mcp.shared.exceptions import MCPError
from viscript import Toolbox, tool
from viscript.tools.backends import BackendSpec
from viscript.tools.cache import MemoryCache
from viscript.tools.cancellation import current_cancellation
from viscript.tools.mcp.access import Access
from viscript.tools.profile import Profile
from viscript.tools.registry import Registry

pytestmark = pytest.mark.anyio
Connect = Callable[..., Client]


@pytest.fixture(params=["auto", "legacy"])
def mode(request: pytest.FixtureRequest) -> str:
    """A client of 2026, and one of 2025."""
    return request.param


def _toolbox(*functions: Any) -> Toolbox:
    return Toolbox(Profile("own", "", {}), Registry.standard(functions), MemoryCache())


async def test_a_tool_that_asks_first_runs_only_when_the_person_agrees(
    connect: Connect, tmp_path: Path, mode: str, paid: Any
) -> None:
    asked: list[str] = []
    answers = iter([types.ElicitResult(action="decline"), _form(False), _form(True)])

    async def person(_: Any, question: Any) -> types.ElicitResult:
        asked.append(question.message)
        return next(answers)

    own = Access(_toolbox(paid.pay), tmp_path / "home")
    async with connect(mode, to=own, elicitation_callback=person) as client:
        results = [await client.call_tool("pay", {"what": "it"}) for _ in range(3)]
        tools = {one.name: one for one in (await client.list_tools()).tools}
    assert [one.is_error for one in results] == [True, True, False]
    assert paid.calls == ["it"]
    assert asked == ["Call pay? (a call may be charged for)"] * 3
    told = tools["pay"].annotations
    assert told is not None
    assert (told.read_only_hint, told.open_world_hint, told.idempotent_hint) == (
        False,
        True,
        False,
    )


async def test_a_client_that_can_ask_nobody_is_refused(
    connect: Connect, tmp_path: Path, paid: Any
) -> None:
    own = Access(_toolbox(paid.pay), tmp_path / "home")
    async with connect("legacy", to=own) as client:
        refused = await client.call_tool("pay", {"what": "it"})
    assert refused.structured_content["error"]["hint"] == "this client can't ask them"
    async with connect("auto", to=own) as client:
        # The protocol of 2026 has an error of its own for this.
        with pytest.raises(MCPError, match="Call pay") as caught:
            await client.call_tool("pay", {"what": "it"})
    assert caught.value.error.code == types.MISSING_REQUIRED_CLIENT_CAPABILITY
    assert "elicitation" in caught.value.error.data["requiredCapabilities"]
    assert paid.calls == []


async def test_an_answer_to_a_question_about_something_else_does_not_count(
    connect: Connect, tmp_path: Path
) -> None:
    @tool(needs_approval=True)
    def erase(what: str) -> str:
        """Erases.

        Args:
            what: what.
        """
        return "gone"

    async def person(_: Any, question: Any) -> types.ElicitResult:
        return _form(True)

    own = Access(_toolbox(erase), tmp_path / "home")
    async with connect(to=own, elicitation_callback=person) as client:
        session = client.session
        first = await session.call_tool("erase", {"what": "a"}, allow_input_required=True)
        assert isinstance(first, types.InputRequiredResult)
        answers: dict[str, types.InputResponse] = {"approval": _form(True)}
        for what, state in (("b", first.request_state), ("a", "forged")):
            with pytest.raises(MCPError, match="Invalid or expired requestState"):
                await session.call_tool(
                    "erase",
                    {"what": what},
                    input_responses=answers,
                    request_state=state,
                    allow_input_required=True,
                )
        unasked = await session.call_tool(
            "erase", {"what": "a"}, input_responses=answers, allow_input_required=True
        )
        assert isinstance(unasked, types.InputRequiredResult)
        agreed = await session.call_tool(
            "erase",
            {"what": "a"},
            input_responses=answers,
            request_state=first.request_state,
            allow_input_required=True,
        )
    assert isinstance(agreed, types.CallToolResult)
    assert agreed.structured_content == {"result": "gone"}


async def test_a_cancelled_call_stops_its_tool(connect: Connect, tmp_path: Path, mode: str) -> None:
    started, stopped = threading.Event(), threading.Event()

    @tool()
    def linger(what: str) -> str:
        """Works until it is stopped.

        Args:
            what: on what.
        """
        token = current_cancellation()
        started.set()
        try:
            while True:
                token.check()
                threading.Event().wait(0.005)
        finally:
            stopped.set()

    async with connect(mode, to=Access(_toolbox(linger), tmp_path / "home")) as client:
        async with anyio.create_task_group() as group:
            group.start_soon(client.call_tool, "linger", {"what": "it"})
            await anyio.to_thread.run_sync(started.wait, 10)
            group.cancel_scope.cancel()
        assert await anyio.to_thread.run_sync(stopped.wait, 10)
        assert (await client.call_tool("count", {"regions": []})).structured_content == {
            "result": 0
        }


async def test_a_fault_of_the_server_is_an_error_that_tells_nothing_of_its_inside(
    connect: Connect, tmp_path: Path, mode: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    @tool()
    def fine(what: str) -> str:
        """Works.

        Args:
            what: on what.
        """
        return what

    own = Access(_toolbox(fine), tmp_path / "home")

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("the key is hunter2")

    async with connect(mode, to=own) as client:
        monkeypatch.setattr(own.toolbox, "invoke", broken)
        result = await client.call_tool("fine", {"what": "it"})
        monkeypatch.undo()
        again = await client.call_tool("fine", {"what": "it"})
    assert result.is_error
    assert "hunter2" not in result.model_dump_json()
    assert again.structured_content == {"result": "it"}


def _form(allow: bool) -> types.ElicitResult:
    return types.ElicitResult(action="accept", content={"allow": allow})


async def test_a_person_is_asked_before_a_picture_goes_to_another_machine(
    connect: Connect, tmp_path: Path
) -> None:
    asked: list[str] = []

    async def person(_: Any, question: Any) -> types.ElicitResult:
        asked.append(question.message)
        return types.ElicitResult(action="decline")

    far = BackendSpec("openai-vision", "some", options={"base_url": "https://far.example/v1"})
    toolbox = Toolbox(Profile("own", "", {"caption": far}), Registry.standard(), None)
    own = Access(toolbox, tmp_path / "home")
    async with connect(to=own, elicitation_callback=person) as client:
        result = await client.call_tool("caption", {"image": "photo.png"})
        tools = {one.name: one for one in (await client.list_tools()).tools}
    assert result.is_error
    assert asked == ["Call caption? (it sends the picture to far.example)"]
    told = tools["caption"].annotations
    assert told is not None
    assert (told.read_only_hint, told.open_world_hint) == (True, True)
