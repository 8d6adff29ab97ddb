from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from viscript import CancelledError, Image, InputError, ModelError, Region, ToolError, tool
from viscript.agent.agent import Agent
from viscript.agent.graph.dependencies import Limits
from viscript.agent.graph.graph import diagram
from viscript.agent.graph.record import read_record
from viscript.agent.planners.planner import NoProgramError, Plan, Usage
from viscript.agent.runs import read_run
from viscript.tools.errors import NotOfferedError
from viscript.tools.values import Box, ImageLike

AgentOf = Callable[..., Agent]

SIZE = 'answer = f"{image.width} wide"'


@tool(reads_pixels=True)
def spot(image: ImageLike, query: str) -> list[Region]:
    """Finds what is called "thing", twice, and nothing else.

    Args:
        image: the picture.
        query: what to find.

    Raises:
        ToolError: "broken" is asked for.
    """
    assert isinstance(image, Image)
    if query == "broken":
        raise ToolError("spot can't look for 'broken'", hint="look for 'thing'")
    found = Region(image, Box(1, 1, 5, 6), query, 0.9)
    return [found, found.but(box=Box(10, 1, 15, 6))] if query == "thing" else []


@tool(reads_pixels=True)
def unseen(image: ImageLike) -> list[Region]:
    """Looks for what this profile doesn't know.

    Args:
        image: the picture.

    Raises:
        NotOfferedError: always.
    """
    raise NotOfferedError("this profile can't recognise 'fence'")


def test_a_program_that_is_right_at_once_is_the_only_one(
    agent_of: AgentOf, scripted: Any, cat: Image
) -> None:
    planner = scripted('answer = count(spot(image, "thing"))')
    answer = agent_of(planner, [spot]).ask(cat, "How many things are there?")
    assert (answer.value, answer.ok, str(answer)) == (2, True, "2")
    assert [step.tool for step in answer.steps] == ["spot", "count"]
    assert (len(planner.tasks), len(answer.attempts)) == (1, 1)
    assert answer.run is not None
    assert read_run(answer.run).answer == 2


def test_diagnostics_go_back_to_the_planner_as_data(
    agent_of: AgentOf, scripted: Any, cat: Image
) -> None:
    planner = scripted(
        'x = spt(image, "thing")\nanswer = x', 'answer = count(spot(image, "thing"))'
    )
    assert agent_of(planner, [spot]).ask(cat, "How many things?").value == 2
    (attempt,) = planner.tasks[1].attempts
    assert attempt.source.startswith("x = spt")
    (diagnostic,) = attempt.diagnostics
    assert (diagnostic["code"], diagnostic["line"], diagnostic["column"]) == ("unknown-tool", 1, 5)
    assert diagnostic["suggestion"] == "did you mean spot?"


@pytest.mark.parametrize("position", [1, 2, 3])
def test_the_error_of_a_step_goes_back_wherever_it_is(
    agent_of: AgentOf, scripted: Any, cat: Image, position: int
) -> None:
    queries = ["broken" if number == position else "thing" for number in (1, 2, 3)]
    broken = "\n".join(f'x{n} = spot(image, "{query}")' for n, query in enumerate(queries, 1))
    planner = scripted(
        f"{broken}\nanswer = count(x1) + count(x2) + count(x3)",
        'answer = count(spot(image, "thing"))',
    )
    answer = agent_of(planner, [spot]).ask(cat, "How many things?")
    assert answer.value == 2
    assert answer.calls > len(answer.steps) == 2
    (attempt,) = planner.tasks[1].attempts
    said = "spot: spot can't look for 'broken' (look for 'thing')"
    assert attempt.error == f"line {position}: {said}"
    assert f"line {position}: spot: spot can't look for 'broken'" in attempt.observations


def test_prose_instead_of_a_program_is_an_attempt_that_failed(
    agent_of: AgentOf, scripted: Any, cat: Image
) -> None:
    prose = NoProgramError("the planner answered with prose", hint="write one program")
    prose.usage = Usage(7, 3)
    planner = scripted(prose, SIZE)
    answer = agent_of(planner).ask(cat, "How wide is it?")
    assert answer.value == "451 wide"
    (attempt,) = planner.tasks[1].attempts
    assert attempt.error == "the planner answered with prose (write one program)"
    assert answer.usage["calls"] == 2
    assert answer.usage["input_tokens"] == 17
    assert answer.usage["cost"] == 0.001


def test_a_program_without_an_end_does_not_lose_the_answer_before_it(
    agent_of: AgentOf, scripted: Any, cat: Image
) -> None:
    planner = scripted('answer = spot(image, "thing")[0]', NoProgramError("no end"))
    answer = agent_of(planner, [spot]).ask(cat, "How many things are there?")
    assert isinstance(answer.value, Region)
    assert len(planner.tasks) == 4


@pytest.mark.parametrize("source", ["", " \n\t", "x" * 100_000])
def test_nothing_and_far_too_much_are_attempts_that_failed(
    agent_of: AgentOf, scripted: Any, cat: Image, source: str
) -> None:
    planner = scripted(source, SIZE)
    answer = agent_of(planner).ask(cat, "How wide is it?")
    assert answer.value == "451 wide"
    (attempt,) = planner.tasks[1].attempts
    assert "the planner wrote" in attempt.error
    assert len(attempt.source) <= 400


def test_repair_is_bounded_and_giving_up_says_what_was_tried(
    agent_of: AgentOf, scripted: Any, cat: Image
) -> None:
    planner = scripted(*(f"answer = wrong_{number}" for number in range(9)))
    answer = agent_of(planner, limits=Limits(repairs=2)).ask(cat, "How many things?")
    assert (answer.ok, answer.value) == (False, None)
    assert answer.error is not None
    assert answer.error.message.startswith("no program could be made for the request in 3 tries;")
    assert "wrong_2" in answer.error.message
    assert [one.source for one in answer.attempts] == [f"answer = wrong_{n}" for n in range(3)]


def test_a_planner_that_repeats_a_faulty_program_is_not_asked_for_ever(
    agent_of: AgentOf, scripted: Any, cat: Image
) -> None:
    planner = scripted("answer = nothing")
    answer = agent_of(planner, limits=Limits(repairs=20)).ask(cat, "How many things?")
    assert not answer.ok
    assert len(planner.tasks) == 3


def test_what_the_profile_refuses_twice_is_the_end_and_is_said_as_it_is(
    agent_of: AgentOf, scripted: Any, cat: Image
) -> None:
    planner = scripted(*(f"x = unseen(image)\nanswer = count(x) + {number}" for number in range(9)))
    answer = agent_of(planner, [unseen], limits=Limits(repairs=20)).ask(cat, "How many fences?")
    assert (answer.ok, answer.confidence, len(planner.tasks)) == (False, None, 2)
    assert answer.error is not None
    assert answer.error.message == "this can't be told: this profile can't recognise 'fence'"


def test_declining_after_a_refusal_says_what_was_refused(
    agent_of: AgentOf, scripted: Any, cat: Image
) -> None:
    declined = "answer = 'I have no tool for that'"
    answer = agent_of(scripted("answer = count(unseen(image))", declined), [unseen]).ask(
        cat, "How many fences are there?"
    )
    assert (answer.ok, answer.value, answer.confidence) == (False, None, None)
    assert answer.error is not None
    assert answer.error.message == "this can't be told: this profile can't recognise 'fence'"
    assert answer.error.kind == "not offered"
    assert [one.source for one in answer.attempts][1] == declined
    assert answer.attempts[1].error == ""
    # Where nothing was refused, the planner's words are the answer.
    answer = agent_of(scripted(declined), [unseen]).ask(cat, "Who is she?")
    assert answer.value == "I have no tool for that"


def test_a_decline_after_a_refusal_is_no_vote(agent_of: AgentOf, scripted: Any, cat: Image) -> None:
    refused, declined = "answer = count(unseen(image))", "answer = 'I have no tool for that'"
    planner = scripted(refused, declined, 'answer = count(spot(image, "thing"))', refused, declined)
    agent = agent_of(planner, [spot, unseen], limits=Limits(votes=3))
    answer = agent.ask(cat, "How many fences are there?")
    assert answer.value == 2
    assert [one["answer"] for one in answer.votes] == ["2"]


def test_an_answer_that_does_without_what_was_refused_is_doubted(
    agent_of: AgentOf, scripted: Any, cat: Image
) -> None:
    planner = scripted("answer = count(unseen(image))", 'answer = count(spot(image, "thing"))')
    answer = agent_of(planner, [spot, unseen]).ask(cat, "How many fences are there?")
    assert (answer.value, answer.confidence) == (2, 0.4)
    assert list(answer.doubts) == [
        "this profile can't recognise 'fence': the answer does without it"
    ]


def test_a_planner_that_is_not_reached_leaves_the_request_open(
    agent_of: AgentOf, scripted: Any, cat: Image
) -> None:
    planner = scripted(ModelError("the server is not up"), SIZE)
    agent = agent_of(planner)
    with pytest.raises(ModelError, match="not up"):
        agent.ask(cat, "How wide is it?", thread="mine")
    assert agent.resume("mine").value == "451 wide"
    with pytest.raises(InputError, match="no open request 'mine'"):
        agent.resume("mine")


def test_an_answer_of_the_wrong_kind_is_planned_again_with_what_was_seen(
    agent_of: AgentOf, scripted: Any, cat: Image
) -> None:
    planner = scripted('answer = spot(image, "thing")[0]', 'answer = count(spot(image, "thing"))')
    assert agent_of(planner, [spot]).ask(cat, "How many things are there?").value == 2
    (attempt,) = planner.tasks[1].attempts
    assert "answer with a number" in attempt.advice
    assert any("line 1: spot: [thing 0.90" in one for one in attempt.observations)


def test_a_planner_that_insists_gets_its_answer_with_a_doubt(
    agent_of: AgentOf, scripted: Any, cat: Image
) -> None:
    planner = scripted('answer = spot(image, "thing")[0]')
    answer = agent_of(planner, [spot]).ask(cat, "How many things are there?")
    assert len(planner.tasks) == 2
    assert isinstance(answer.value, Region)
    assert any("how many" in doubt for doubt in answer.doubts)
    assert answer.confidence is not None
    assert answer.confidence < 0.5


def test_when_a_better_program_fails_the_earlier_answer_is_given_with_its_doubt(
    agent_of: AgentOf, scripted: Any, cat: Image
) -> None:
    planner = scripted('answer = spot(image, "thing")[0]', "answer = one", "answer = two")
    limits = Limits(repairs=1)
    answer = agent_of(planner, [spot], limits=limits).ask(cat, "How many things are there?")
    assert isinstance(answer.value, Region)
    assert answer.doubts


def test_cells_see_values_and_keep_their_names(
    agent_of: AgentOf, scripted: Any, cat: Image
) -> None:
    planner = scripted(
        Plan('things = spot(image, "thing")\nfirst = things[0]', final=False),
        Plan("wide = first.width", final=False),
        Plan('answer = f"{count(things)} things, {wide:.0f} wide"'),
        cells=True,
    )
    answer = agent_of(planner, [spot]).ask(cat, "What is here?")
    assert answer.value == "2 things, 4 wide"
    assert answer.program.count("\n") == 3
    first, second = planner.tasks[2].attempts
    assert first.observations[0] == (
        "line 1: spot: [thing 0.90 at (1,1)-(5,6), thing 0.90 at (10,1)-(15,6)]"
    )
    assert first.observations[-1] == "first = thing 0.90 at (1,1)-(5,6)"
    assert second.observations == ["wide = 4"]
    assert [step.cached for step in answer.steps if step.tool == "spot"] == [True]
    # As a call of the first cell it was none that the cache answered.
    assert (answer.calls, answer.cached) == (2, 0)
    assert len(list(answer.run.parent.iterdir()) if answer.run else []) == 1


def test_a_cell_that_fails_is_not_kept(agent_of: AgentOf, scripted: Any, cat: Image) -> None:
    planner = scripted(
        Plan('things = spot(image, "thing")', final=False),
        Plan('others = spot(image, "broken")', final=False),
        Plan("far = ghost", final=False),
        Plan("answer = count(things)"),
        cells=True,
    )
    answer = agent_of(planner, [spot]).ask(cat, "How many things?")
    assert answer.value == 2
    assert "broken" not in answer.program
    good, failed, unknown = planner.tasks[3].attempts
    assert (good.error, good.diagnostics) == ("", [])
    assert failed.error.startswith("line 1: spot: spot can't look for 'broken'")
    assert [(one["code"], one["line"]) for one in unknown.diagnostics] == [("undefined-name", 1)]


def test_cells_are_bounded_and_the_last_one_must_answer(
    agent_of: AgentOf, scripted: Any, cat: Image
) -> None:
    endless = (Plan(f"n{number} = {number}", final=False) for number in range(99))
    planner = scripted(*endless, cells=True)
    answer = agent_of(planner, limits=Limits(cells=3, repairs=2)).ask(cat, "What is here?")
    assert not answer.ok
    assert len(planner.tasks) == 6
    codes = [[one["code"] for one in attempt.diagnostics] for attempt in answer.attempts]
    assert codes[:3] == [[], [], []]
    assert all("no-answer" in one for one in codes[3:])


def test_a_planner_without_cells_must_answer_at_once(
    agent_of: AgentOf, scripted: Any, cat: Image
) -> None:
    planner = scripted(Plan("x = 1", final=False), SIZE)
    assert agent_of(planner).ask(cat, "How wide?").value == "451 wide"
    assert planner.tasks[1].attempts[0].diagnostics[0]["code"] == "no-answer"


def test_the_state_holds_handles_only(agent_of: AgentOf, scripted: Any, astronaut: Image) -> None:
    @tool(reads_pixels=True, writes_image=True)
    def brighter(image: ImageLike) -> Image:
        """Makes a picture brighter.

        Args:
            image: the picture.
        """
        assert isinstance(image, Image)
        return Image.from_array(image.pixels // 2 + 100, "brighter")

    planner = scripted("answer = brigter(image)", ModelError("gone"), "answer = brighter(image)")
    agent = agent_of(planner, [brighter])
    with pytest.raises(ModelError):
        agent.ask(astronaut, "make it brighter", thread="small")
    threads, graph = agent._open()  # pyright: ignore[reportPrivateUsage]
    kept = threads.saver.get_tuple({"configurable": {"thread_id": "small"}})
    assert kept is not None
    text = json.dumps(graph.get_state({"configurable": {"thread_id": "small"}}).values)
    assert len(text) < 2_000
    assert len(threads.saver.serde.dumps_typed(kept.checkpoint)[1]) < 4_000
    assert isinstance(agent.resume("small").value, Image)


def test_a_run_keeps_what_it_was_asked_for(agent_of: AgentOf, scripted: Any, cat: Image) -> None:
    answer = agent_of(scripted("answer = x", SIZE)).ask(cat, "How wide is it?")
    assert answer.run is not None
    record = read_record(answer.run)
    assert (record.request, record.planner) == ("How wide is it?", "scripted")
    assert [one["source"] for one in record.attempts] == ["answer = x", SIZE]
    assert record.usage["calls"] == 2


def test_a_picture_that_changed_since_is_refused(
    agent_of: AgentOf, scripted: Any, cat: Image, tmp_path: Path
) -> None:
    photo = cat.save(tmp_path / "cat.png")
    agent = agent_of(scripted(ModelError("gone"), SIZE))
    with pytest.raises(ModelError):
        agent.ask(photo, "How wide is it?", thread="changed")
    Image.from_array(cat.pixels[:100]).save(photo)
    with pytest.raises(InputError, match=r"cat\.png has changed"):
        agent.resume("changed")


@pytest.mark.parametrize(
    ("images", "request_", "what"),
    [
        ([], "How many?", "no picture"),
        (["missing.png"], "How many?", "no file"),
        (None, "  ", "no request"),
        (None, "how " * 2000, "4000 characters"),
    ],
)
def test_unusable_requests_are_refused_before_the_planner_is_asked(
    agent_of: AgentOf, scripted: Any, cat: Image, images: Any, request_: str, what: str
) -> None:
    planner = scripted(SIZE)
    with pytest.raises(InputError, match=what):
        agent_of(planner).ask([cat] if images is None else images, request_)
    assert planner.tasks == []


def test_a_request_that_the_person_stops_goes_on_later(
    agent_of: AgentOf, scripted: Any, cat: Image
) -> None:
    from viscript.tools.cancellation import Cancellation

    token = Cancellation()
    calls: list[str] = []

    @tool(reads_pixels=True)
    def slow(image: ImageLike) -> int:
        """Stops the request the first time.

        Args:
            image: the picture.
        """
        calls.append("slow")
        if len(calls) == 1:
            token.cancel("interrupted")
        return len(calls)

    planner = scripted("a = image.width\nanswer = slow(image) + a")
    agent = agent_of(planner, [slow])
    with pytest.raises(CancelledError, match="interrupted"):
        agent.ask(cat, "What?", thread="stopped", cancellation=token)
    assert agent.resume("stopped").ok
    assert len(planner.tasks) == 1


def test_the_diagram_is_drawn_from_the_graph() -> None:
    drawn = diagram()
    for edge in ("recall --> plan", "plan --> check", "check -.-> approve", "approve -.-> run"):
        assert edge in drawn
    for edge in ("run -.-> reflect", "run -.-> approve", "check -.-> plan"):
        assert edge in drawn
    for edge in ("reflect -.-> plan", "reflect -.-> answer"):
        assert edge in drawn
