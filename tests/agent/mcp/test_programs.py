from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import anyio
import mcp_types as types
import pytest
from mcp.client.client import Client
from mcp.shared.exceptions import MCPError
from viscript import tool
from viscript.tools.cancellation import current_cancellation

pytestmark = pytest.mark.anyio
Connect = Callable[..., Client]

COUNT = 'people = find(image, "person")\nanswer = count(people)'
EDIT = 'answer = tag(image, find(image, "person"))'


@pytest.fixture(params=["auto", "legacy"])
def mode(request: pytest.FixtureRequest) -> str:
    """A client of 2026, and one of 2025."""
    return request.param


async def test_a_program_is_run_with_progress_and_explained_by_a_page(
    connect: Connect, mode: str, home: Path
) -> None:
    told: list[str] = []

    async def on_step(progress: float, total: float | None, message: str | None) -> None:
        told.append(f"{progress:g} {message}")

    async with connect(mode) as client:
        result = await client.call_tool(
            "run_program",
            {"program": COUNT, "images": "astronaut.png"},
            progress_callback=on_step,
        )
        content = result.structured_content
        page = await client.read_resource(f"{content['run']}/rationale")
        both = await client.read_resource(content["run"])
        listed = [one.uri for one in (await client.list_resources()).resources]
    assert content["result"] == 1
    assert [one["tool"] for one in content["steps"]] == ["find", "count"]
    assert told == [
        "0 line 1: find ...",
        f"1 line 1: find: {content['steps'][0]['summary']}",
        "1 line 2: count ...",
        "2 line 2: count: 1",
    ]
    link = next(one for one in result.content if isinstance(one, types.ResourceLink))
    assert link.uri == f"{content['run']}/rationale"
    assert isinstance(page.contents[0], types.TextResourceContents)
    assert page.contents[0].text.lstrip().startswith("<!doctype html>")
    assert [one.mime_type for one in both.contents] == ["application/json", "text/html"]
    assert content["run"] in listed
    assert (home / "runs" / content["run"].rpartition("/")[2] / "run.json").is_file()


async def test_the_picture_of_a_program_is_an_artifact_for_the_next_call(
    connect: Connect, mode: str
) -> None:
    async with connect(mode) as client:
        edited = await client.call_tool("run_program", {"program": EDIT, "images": "astronaut.png"})
        picture = edited.structured_content["result"]
        again = await client.call_tool("run_program", {"program": COUNT, "images": [picture]})
    assert any(isinstance(one, types.ImageContent) for one in edited.content)
    assert again.structured_content["result"] == 1


@pytest.mark.parametrize(
    ("program", "value"),
    [
        ("answer = True", True),
        ("answer = 'text'", "text"),
        ("answer = 1.5", 1.5),
        ("answer = [[1, 2], ['a']]", [[1, 2], ["a"]]),
        ("answer = half(image, 'left').box", None),
        ("answer = find(image, 'person')", None),
    ],
)
async def test_answers_of_every_kind_fit_the_schema(
    connect: Connect, program: str, value: Any
) -> None:
    async with connect() as client:
        await client.list_tools()  # from now on the client checks results
        result = await client.call_tool(
            "run_program", {"program": program, "images": "astronaut.png"}
        )
    assert not result.is_error
    assert value is None or result.structured_content["result"] == value


async def test_a_program_that_fails_is_an_error_with_its_line_and_steps(
    connect: Connect, mode: str
) -> None:
    async with connect(mode) as client:
        unknown = await client.call_tool(
            "run_program", {"program": "answer = fnd(image)", "images": "astronaut.png"}
        )
        empty = await client.call_tool(
            "run_program",
            {"program": 'answer = find(image, "elephant")[0]', "images": "astronaut.png"},
        )
    assert unknown.is_error
    error = unknown.structured_content["error"]
    assert error["message"] == "line 1: there is no tool fnd"
    assert unknown.structured_content["diagnostics"][0]["code"] == "unknown-tool"
    assert empty.is_error
    assert empty.structured_content["steps"][0]["tool"] == "find"
    assert any(isinstance(one, types.ResourceLink) for one in empty.content)


async def test_a_program_is_checked_without_running(connect: Connect, home: Path) -> None:
    async with connect() as client:
        good = await client.call_tool("check_program", {"program": COUNT})
        bad = await client.call_tool(
            "check_program", {"program": "answer = fnd(left, right)", "pictures": 2}
        )
        visprog = await client.call_tool(
            "check_program",
            {"program": "B=LOC(image=IMAGE,object='dog')\nR=RESULT(var=B)", "dialect": "visprog"},
        )
        large = await client.call_tool("check_program", {"program": "#" * 70_000})
    assert good.structured_content == {"result": True, "diagnostics": [], "answer_type": "int"}
    assert bad.structured_content["result"] is False
    assert bad.structured_content["diagnostics"][0]["suggestion"]
    assert not bad.is_error
    assert visprog.structured_content["answer_type"] == "list[Region]"
    assert large.is_error
    assert not (home / "runs").exists()


async def test_a_program_that_calls_what_costs_money_asks_first(
    connect: Connect, mode: str, paid: Any
) -> None:
    answers = iter([False, True])
    asked: list[str] = []

    async def person(_: Any, question: Any) -> types.ElicitResult:
        asked.append(question.message)
        return types.ElicitResult(action="accept", content={"allow": next(answers)})

    given = {"program": "answer = pay('it')", "images": "astronaut.png"}
    async with connect(mode, tools=[paid.pay], elicitation_callback=person) as client:
        refused = await client.call_tool("run_program", given)
        agreed = await client.call_tool("run_program", given)
    assert refused.structured_content["error"]["kind"] == "policy"
    assert agreed.structured_content["result"] == "paid"
    assert paid.calls == ["it"]
    assert asked == ["The program calls pay (a call may be charged for). Run it?"] * 2


async def test_a_cancelled_program_stops(connect: Connect, mode: str) -> None:
    import threading

    started, stopped = threading.Event(), threading.Event()

    @tool()
    def linger(what: str) -> str:
        """Works until it is stopped.

        Args:
            what: on what.
        """
        started.set()
        try:
            while True:
                current_cancellation().check()
                threading.Event().wait(0.005)
        finally:
            stopped.set()

    given = {"program": "answer = linger('it')", "images": "astronaut.png"}
    async with connect(mode, tools=[linger]) as client:
        async with anyio.create_task_group() as group:
            group.start_soon(client.call_tool, "run_program", given)
            await anyio.to_thread.run_sync(started.wait, 10)
            group.cancel_scope.cancel()
        assert await anyio.to_thread.run_sync(stopped.wait, 10)
        answer = await client.call_tool("check_program", {"program": COUNT})
        assert answer.structured_content["result"] is True


@pytest.mark.parametrize(
    "name", ["none", "..", "../../etc", "%2e%2e", ".", "a/b", "run.json", "x" * 300, "a\0b"]
)
async def test_only_names_of_runs_are_read(connect: Connect, home: Path, name: str) -> None:
    (home / "runs").mkdir(parents=True)
    (home / "run.json").write_text("{}")
    async with connect() as client:
        for uri in (f"viscript://run/{name}", f"viscript://run/{name}/rationale"):
            with pytest.raises(MCPError):
                await client.read_resource(uri)
