from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from viscript import CancelledError, Image, InputError, ModelError, Toolbox, tool
from viscript.agent.agent import Agent, Answered, AskEvent
from viscript.agent.graph.events import Checked, PlanToken, PlanWritten, Replanned, StepFinished
from viscript.agent.runs import StepStarted
from viscript.tools.cancellation import Cancellation
from viscript.tools.values import ImageLike

AgentOf = Callable[..., Agent]
WRONG, RIGHT = "a = 1\nanswer = wide", "a = crop(image, half(image, 'top'))\nanswer = a.height\n"


def test_events_tell_everything_in_the_order_in_which_it_happens(
    agent_of: AgentOf, scripted: Any, cat: Image
) -> None:
    events = list(agent_of(scripted(WRONG, RIGHT)).stream(cat, "How high is the top?"))
    assert [type(one) for one in events] == [
        *(PlanToken, PlanToken, PlanWritten, Checked, Replanned),
        *(PlanToken, PlanToken, PlanWritten),
        *(StepStarted, StepFinished) * 2,
        Answered,
    ]
    written = [one for one in events if isinstance(one, PlanWritten)]
    assert [(one.number, one.source) for one in written] == [(1, WRONG), (2, RIGHT)]
    assert "".join(one.text for one in events if isinstance(one, PlanToken)) == WRONG + RIGHT
    (checked,) = (one for one in events if isinstance(one, Checked))
    assert not checked.ok
    steps = [one for one in events if isinstance(one, StepFinished)]
    assert [(one.tool, one.line, one.error) for one in steps] == [
        ("half", 1, None),
        ("crop", 1, None),
    ]
    last = events[-1]
    assert isinstance(last, Answered)
    assert last.answer.value == 150


def test_tokens_arrive_while_the_planner_is_writing(agent_of: AgentOf, cat: Image) -> None:
    heard_in_time: list[bool] = []
    told: list[AskEvent] = []

    class Slow:
        name, writes_cells, reads_examples = "slow", False, False

        def plan(self, task: Any, on_token: Any = None) -> Any:
            from viscript.agent.planners.planner import Plan

            on_token("answer = ")
            heard_in_time.append(listened.wait(20))
            return Plan("answer = image.width")

    import threading

    listened = threading.Event()
    for event in agent_of(Slow()).stream(cat, "How wide?"):
        told.append(event)
        listened.set()
    assert heard_in_time == [True]
    assert told[0] == PlanToken("answer = ")


def test_two_pictures_are_left_and_right(
    agent_of: AgentOf, scripted: Any, cat: Image, coffee: Image
) -> None:
    planner = scripted("answer = [left.width, right.width, len(images)]")
    answer = agent_of(planner).ask([cat, coffee], "How wide are they?")
    assert answer.value == [451, 600, 2]
    assert set(planner.tasks[0].names) == {"left", "right", "images"}
    assert "451x300" in planner.tasks[0].names["left"]


def test_pictures_come_as_files_arrays_and_pil_images(
    agent_of: AgentOf, scripted: Any, cat: Image, tmp_path: Path
) -> None:
    photo = cat.save(tmp_path / "cat.png")
    agent = agent_of(scripted("answer = [one.width for one in images]"))
    pictures = [photo, str(photo), cat, cat.to_pil(), np.asarray(cat.pixels)]
    assert agent.ask(pictures, "How wide are they?").value == [451] * 5
    assert list((tmp_path / "threads" / "requests").iterdir()) == []


def test_the_answer_has_its_pictures_and_its_folder(
    agent_of: AgentOf, scripted: Any, cat: Image
) -> None:
    answer = agent_of(scripted("answer = crop(image, half(image, 'left'))")).ask(cat, "Crop it")
    assert answer.value == Image.from_array(cat.pixels[:, :226])
    assert answer.pictures == [answer.value]
    assert answer.run is not None
    assert (answer.run / "rationale.html").is_file()
    assert answer.to_json()["answer"]["path"].startswith(str(answer.run))
    assert "226x300" in answer.text


def test_asking_does_not_block_the_event_loop(agent_of: AgentOf, scripted: Any, cat: Image) -> None:
    agent = agent_of(scripted(RIGHT))

    async def both() -> tuple[Any, list[AskEvent], int]:
        ticks = 0

        async def tick() -> None:
            nonlocal ticks
            while True:
                ticks += 1
                await asyncio.sleep(0)

        ticking = asyncio.create_task(tick())
        answer = await agent.aask(cat, "How high is the top?")
        events = [event async for event in agent.astream(cat, "How high is the top?")]
        ticking.cancel()
        return answer, events, ticks

    answer, events, ticks = asyncio.run(both())
    assert answer.value == 150
    assert isinstance(events[-1], Answered)
    assert ticks > 10


def test_one_agent_serves_several_requests_at_the_same_time(
    agent_of: AgentOf, cat: Image, coffee: Image
) -> None:
    class Echo:
        name, writes_cells, reads_examples = "echo", False, False

        def plan(self, task: Any, on_token: Any = None) -> Any:
            from viscript.agent.planners.planner import Plan

            return Plan(f"answer = [image.width, {task.request}]")

    agent = agent_of(Echo())

    async def many() -> list[Any]:
        asked = (agent.aask(cat if n % 2 else coffee, str(n)) for n in range(6))
        return list(await asyncio.gather(*asked))

    answers = asyncio.run(many())
    assert [one.value for one in answers] == [[451 if n % 2 else 600, n] for n in range(6)]


def test_a_listener_that_leaves_stops_the_request_and_nothing_else(
    agent_of: AgentOf, silent: Any, cat: Image
) -> None:
    token = Cancellation()
    events = agent_of(silent).stream(cat, "How high?", cancellation=token)
    assert next(events) == PlanToken("answer")
    events.close()
    assert (silent.stop.cancelled, silent.ended, token.cancelled) == (True, False, False)


def test_an_async_listener_that_leaves_stops_the_request_and_nothing_else(
    agent_of: AgentOf, silent: Any, cat: Image
) -> None:
    token = Cancellation()

    async def leave() -> None:
        events = agent_of(silent).astream(cat, "How high?", cancellation=token)
        assert await anext(events) == PlanToken("answer")
        await events.aclose()

    asyncio.run(leave())
    assert (silent.stop.cancelled, silent.ended, token.cancelled) == (True, False, False)


def test_a_request_whose_planner_says_nothing_can_be_stopped(
    agent_of: AgentOf, silent: Any, cat: Image
) -> None:
    token = Cancellation()
    events = agent_of(silent).stream(cat, "How high?", cancellation=token)
    assert next(events) == PlanToken("answer")
    token.cancel("enough")
    with pytest.raises(CancelledError, match="enough"):
        next(events)
    assert not silent.ended


def test_one_token_serves_request_after_request(
    agent_of: AgentOf, scripted: Any, cat: Image
) -> None:
    token = Cancellation()
    agent = agent_of(scripted(RIGHT, ModelError("gone"), RIGHT))
    assert agent.ask(cat, "How high is the top?", cancellation=token).value == 150
    with pytest.raises(ModelError):
        agent.ask(cat, "How high is the top?", cancellation=token)
    assert asyncio.run(agent.aask(cat, "How high?", cancellation=token)).value == 150
    assert not token.cancelled


def test_a_request_goes_on_in_an_event_loop(agent_of: AgentOf, scripted: Any, cat: Image) -> None:
    agent = agent_of(scripted(ModelError("gone"), RIGHT))
    with pytest.raises(ModelError):
        asyncio.run(agent.aask(cat, "How high is the top?", thread="mine"))
    assert asyncio.run(agent.aresume("mine")).value == 150
    with pytest.raises(InputError, match="no open request 'mine'"):
        asyncio.run(agent.aresume("mine"))


def test_a_request_is_kept_until_its_answer_was_taken(
    agent_of: AgentOf, scripted: Any, cat: Image
) -> None:
    agent = agent_of(scripted(RIGHT))
    *_, last = (one for one in agent.stream(cat, "How high is the top?", thread="all"))
    assert isinstance(last, Answered)
    events = agent.stream(cat, "How high is the top?", thread="mine")
    assert any(isinstance(one, Answered) for one in events)
    assert agent.threads.has("mine")
    # Nobody asks for what comes after the answer.
    del events
    assert [agent.threads.has(name) for name in ("mine", "all")] == [False, False]


def test_a_request_can_be_stopped_before_it_begins(
    agent_of: AgentOf, scripted: Any, cat: Image
) -> None:
    token = Cancellation()
    token.cancel("enough")
    planner = scripted(RIGHT)
    with pytest.raises(CancelledError, match="enough"):
        agent_of(planner).ask(cat, "How high?", cancellation=token)
    assert planner.tasks == []


@pytest.mark.parametrize("name", ["../other", "a b", ".hidden", "x" * 65])
def test_a_thread_is_named_like_a_file(
    agent_of: AgentOf, scripted: Any, cat: Image, tmp_path: Path, name: str
) -> None:
    with pytest.raises(InputError, match="can't be called"):
        agent_of(scripted(RIGHT)).ask(cat.save(tmp_path / "cat.png"), "How high?", thread=name)


def test_an_unknown_planner_is_refused() -> None:
    with pytest.raises(InputError, match="no planner 'telepathy'"):
        Agent(planner="telepathy")


def test_real_tools_answer_a_scripted_program(
    scripted: Any, astronaut: Image, tmp_path: Path
) -> None:
    planner = scripted('answer = count(find(image, "person"))')
    agent = Agent(Toolbox.load(cache=None), planner, runs=tmp_path, threads=tmp_path)
    answer = agent.ask(astronaut, "How many people are there?")
    assert (answer.value, answer.confidence, answer.doubts) == (1, 1.0, [])


def test_a_tool_of_the_users_own_is_offered(agent_of: AgentOf, scripted: Any, cat: Image) -> None:
    @tool(reads_pixels=True)
    def brightness(image: ImageLike) -> float:
        """How bright a picture is.

        Args:
            image: the picture.
        """
        assert isinstance(image, Image)
        return float(image.pixels.mean())

    planner = scripted("answer = brightness(image)")
    answer = agent_of(planner, [brightness]).ask(cat, "How bright is it?")
    assert answer.value == pytest.approx(cat.pixels.mean())
    assert "brightness" in planner.tasks[0].tools
