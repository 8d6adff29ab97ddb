"""Steps at the same time, time limits, cancellation and failures, with real threads."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator
from concurrent.futures import Future
from typing import Any, cast

import pytest
from viscript import CancelledError, InputError, Toolbox, ToolError, tool
from viscript.agent.runs.events import Event, StepEnded, StepStarted
from viscript.agent.runs.step import Step
from viscript.agent.runs.supervisor import Supervisor
from viscript.tools.cancellation import Cancellation, current_cancellation

MakeToolbox = Callable[..., Toolbox]
PATIENCE = 20.0
"""Seconds after which a thread that should have come is given up, and the test fails."""

release_stuck = threading.Event()
entered = threading.Event()
meeting = threading.Barrier(2)


@pytest.fixture(autouse=True)
def _fresh_state() -> Generator[None]:
    release_stuck.clear()
    entered.clear()
    meeting.reset()
    yield
    release_stuck.set()
    for thread in threading.enumerate():
        if thread.name.startswith("viscript-"):
            thread.join(PATIENCE)
            assert not thread.is_alive(), f"{thread.name} is left over"


@tool(reads_pixels=True)
def meet(name: str) -> str:
    """Returns once another call has come too.

    Args:
        name: is returned.
    """
    meeting.wait(PATIENCE)
    return name


@tool(reads_pixels=True)
def echo(text: str) -> str:
    """Returns a text.

    Args:
        text: the text.
    """
    return text


@tool()
def join(texts: list[str]) -> str:
    """Puts texts together.

    Args:
        texts: the texts.
    """
    return "".join(texts)


@tool(reads_pixels=True)
def fail(message: str) -> str:
    """Fails.

    Args:
        message: why.
    """
    raise ToolError(message, hint="don't")


@tool(reads_pixels=True)
def fail_late(message: str) -> str:
    """Fails once `fail_after` was entered.

    Args:
        message: why.
    """
    assert entered.wait(PATIENCE)
    raise ToolError(message)


@tool(reads_pixels=True)
def fail_first(message: str) -> str:
    """Fails, and lets `fail_late` go on.

    Args:
        message: why.
    """
    entered.set()
    raise ToolError(message)


@tool(reads_pixels=True)
def crash() -> str:
    """Ends the process, if it can."""
    raise SystemExit(3)


@tool(reads_pixels=True)
def obedient() -> str:
    """Works until it is told to stop."""
    token = current_cancellation()
    entered.set()
    told = threading.Event()
    with token.calling(told.set):
        told.wait(PATIENCE)
    token.check()
    return "was never told"


@tool(reads_pixels=True)
def stuck() -> str:
    """Works on, whatever it is told."""
    entered.set()
    release_stuck.wait(PATIENCE)
    return "too late"


@tool()
def stuck_inline() -> str:
    """Works on in the thread of the interpreter, whatever it is told."""
    entered.set()
    release_stuck.wait(PATIENCE)
    return "too late"


TOOLS = (*(meet, echo, join, fail, fail_late, fail_first, crash, obedient, stuck, stuck_inline),)


class Bench:
    """A supervisor with a short way to start steps, as an interpreter does."""

    def __init__(self, toolbox: Toolbox, **changes: Any) -> None:
        self.toolbox = toolbox
        self.written: list[Step] = []
        options: dict[str, Any] = {
            "workers": 2,
            "step_seconds": PATIENCE,
            "note": self.written.append,
            "cancellation": Cancellation(),
            "on_event": None,
        }
        self.supervisor = Supervisor(toolbox, **(options | changes))

    def start(self, name: str, /, **arguments: object) -> Any:
        contract = self.toolbox.offered[name]
        return self.supervisor.scheduler.start(contract, arguments, line=1)

    @property
    def steps(self) -> list[Step]:
        return self.supervisor.scheduler.steps


@pytest.fixture
def bench(toolbox_of: MakeToolbox) -> Callable[..., Bench]:
    def make(**changes: Any) -> Bench:
        return Bench(toolbox_of(TOOLS), **changes)

    return make


def value_of(result: Any) -> Any:
    return cast("Future[Any]", result).result(PATIENCE) if isinstance(result, Future) else result


def test_independent_steps_run_at_the_same_time(bench: Callable[..., Bench]) -> None:
    one = bench()

    def program() -> object:
        first, second = one.start("meet", name="a"), one.start("meet", name="b")
        return value_of(one.start("join", texts=[first, second]))

    assert one.supervisor.run(program) == "ab"
    assert [(step.number, step.tool) for step in one.steps] == [
        (1, "meet"),
        (2, "meet"),
        (3, "join"),
    ]
    assert one.steps[2].arguments == {"texts": ["a", "b"]}


def test_a_step_that_waits_for_another_holds_no_worker(bench: Callable[..., Bench]) -> None:
    one = bench(workers=2)

    def program() -> object:
        first = one.start("meet", name="a")
        waits = one.start("echo", text=first)
        second = one.start("meet", name="b")
        return [value_of(waits), value_of(second)]

    assert one.supervisor.run(program) == ["a", "b"]


def test_a_long_chain_of_steps_behind_a_future_runs_to_its_end(bench: Callable[..., Bench]) -> None:
    one = bench()

    def program() -> object:
        text = one.start("echo", text="x")
        for _ in range(1500):
            text = one.start("join", texts=[text])
        return value_of(text)

    assert one.supervisor.run(program) == "x"
    assert len(one.steps) == 1501


def test_a_cheap_step_gives_its_value_at_once(bench: Callable[..., Bench]) -> None:
    one = bench()
    assert one.supervisor.run(lambda: one.start("join", texts=["a", "b"])) == "ab"


def test_the_first_failed_step_of_the_program_is_the_error_whichever_failed_first(
    bench: Callable[..., Bench],
) -> None:
    one = bench()

    def program() -> object:
        late, soon = one.start("fail_late", message="late"), one.start("fail_first", message="soon")
        return value_of(soon), value_of(late)

    with pytest.raises(ToolError, match=r"^late$"):
        one.supervisor.run(program)
    assert [(step.number, step.error and step.error.message) for step in one.steps] == [
        (1, "late"),
        (2, "soon"),
    ]


def test_a_step_that_nothing_uses_fails_the_run_all_the_same(bench: Callable[..., Bench]) -> None:
    one = bench()

    def program() -> str:
        one.start("fail", message="unused")
        return "answer"

    with pytest.raises(ToolError, match="unused"):
        one.supervisor.run(program)


def test_a_step_that_needs_a_failed_one_never_begins(bench: Callable[..., Bench]) -> None:
    one = bench()

    def program() -> object:
        failed = one.start("fail", message="first")
        return value_of(one.start("echo", text=failed))

    with pytest.raises(ToolError, match="first"):
        one.supervisor.run(program)
    assert [step.tool for step in one.steps] == ["fail"]


def test_a_tool_that_tries_to_exit_is_a_failed_step(bench: Callable[..., Bench]) -> None:
    one = bench()
    with pytest.raises(ToolError, match=r"crash failed.*SystemExit"):
        one.supervisor.run(lambda: value_of(one.start("crash")))


@pytest.mark.parametrize("name", ["obedient", "stuck", "stuck_inline"])
def test_cancelling_ends_the_run_within_a_step(name: str, bench: Callable[..., Bench]) -> None:
    cancellation = Cancellation()
    one = bench(cancellation=cancellation)

    def cancel() -> None:
        assert entered.wait(PATIENCE)
        cancellation.cancel("the person pressed stop")

    canceller = threading.Thread(target=cancel)
    canceller.start()
    with pytest.raises(CancelledError, match="the person pressed stop"):
        one.supervisor.run(lambda: value_of(one.start(name)))
    canceller.join()
    assert [step.error and step.error.kind for step in one.steps] == ["cancelled"]
    assert not release_stuck.is_set()


@pytest.mark.parametrize("name", ["obedient", "stuck", "stuck_inline"])
def test_a_step_past_its_time_limit_fails_the_run(name: str, bench: Callable[..., Bench]) -> None:
    one = bench(step_seconds=0.05)
    with pytest.raises(CancelledError, match=f"{name} took longer than 0.05 s"):
        one.supervisor.run(lambda: value_of(one.start(name)))
    assert [step.error and step.error.kind for step in one.steps] == ["cancelled"]
    assert one.steps[0].seconds >= 0.05


def test_what_a_stuck_tool_returns_later_is_dropped(bench: Callable[..., Bench]) -> None:
    one = bench(step_seconds=0.05, workers=1)
    with pytest.raises(CancelledError):
        one.supervisor.run(lambda: value_of(one.start("stuck")))
    written = list(one.written)
    release_stuck.set()
    for thread in threading.enumerate():
        if thread.name == "viscript-worker":
            thread.join(PATIENCE)
    assert one.written == written
    assert [step.result for step in one.steps] == [None]


def test_earlier_steps_are_waited_for_when_a_later_one_is_stuck(
    bench: Callable[..., Bench],
) -> None:
    one = bench(workers=1, step_seconds=0.1)

    def program() -> object:
        first = one.start("echo", text="a")
        second = one.start("echo", text=first)
        return value_of(one.start("stuck")), value_of(second)

    with pytest.raises(CancelledError, match="stuck took longer"):
        one.supervisor.run(program)
    assert [step.result for step in one.steps] == ["a", "a", None]


def test_a_run_past_its_time_stops_whatever_it_does(bench: Callable[..., Bench]) -> None:
    one = bench()
    with pytest.raises(CancelledError, match="the run took too long"):
        one.supervisor.run(lambda: value_of(one.start("stuck_inline")), seconds=0.05)


def test_a_step_that_cannot_be_written_down_fails(bench: Callable[..., Bench]) -> None:
    def refuse(step: Step) -> None:
        raise InputError("the disk is full")

    one = bench(note=refuse)
    with pytest.raises(InputError, match="the disk is full"):
        one.supervisor.run(lambda: value_of(one.start("join", texts=[])))


@pytest.mark.parametrize("name", ["echo", "join"])
def test_a_fault_while_writing_a_step_down_ends_the_run(
    name: str, bench: Callable[..., Bench]
) -> None:
    def trip(step: Step) -> None:
        raise ZeroDivisionError

    one = bench(note=trip)
    arguments = {"echo": {"text": "a"}, "join": {"texts": ["a"]}}
    with pytest.raises(ToolError, match="can't be written down: ZeroDivisionError"):
        one.supervisor.run(lambda: value_of(one.start(name, **arguments[name])))


def test_a_fault_of_the_interpreter_is_raised_as_it_is(bench: Callable[..., Bench]) -> None:
    one = bench()

    def program() -> object:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        one.supervisor.run(program)


def test_no_step_starts_after_the_run(bench: Callable[..., Bench]) -> None:
    one = bench()
    one.supervisor.run(lambda: None)
    with pytest.raises(CancelledError):
        one.start("echo", text="late")
    assert one.steps == []


def test_events_come_in_the_thread_of_the_caller(bench: Callable[..., Bench]) -> None:
    events: list[tuple[Event, threading.Thread]] = []

    def handle(event: Event) -> None:
        events.append((event, threading.current_thread()))

    one = bench(on_event=handle)
    one.supervisor.run(lambda: value_of(one.start("echo", text="a")))
    assert {thread for _, thread in events} == {threading.current_thread()}
    started, ended = (event for event, _ in events)
    assert started == StepStarted(1, "echo", 1)
    assert isinstance(ended, StepEnded)
    assert ended.step.result == "a"


def test_an_error_in_an_event_handler_stops_the_run(bench: Callable[..., Bench]) -> None:
    def handle(event: Event) -> None:
        raise BrokenPipeError

    one = bench(on_event=handle)
    with pytest.raises(BrokenPipeError):
        one.supervisor.run(lambda: value_of(one.start("obedient")))
