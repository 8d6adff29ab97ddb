"""Conversations in Python: real tools on real photos, planners that follow a script."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from viscript import Agent, Image, InputError, tool
from viscript.agent.chat.chat import Chat, UnclearError
from viscript.agent.outcome import Approval, ApprovalNeededError
from viscript.agent.planners.planner import Task
from viscript.tools.cancellation import Cancellation
from viscript.tools.errors import CancelledError, ModelError
from viscript.tools.values import ImageLike

Talker = Callable[..., tuple[Agent, Any]]

COUNT = "a = find(image, 'people')\nanswer = count(a)"
BLUR = "a = find(image, 'person')\nanswer = blur_background(image, a)"
GREY = "a = find(image, 'person')\nanswer = color_pop(image, a)"
WHERE = "a = find(image, 'person')\nanswer = tag(image, a)"


@pytest.fixture
def photo(tmp_path: Path, astronaut: Image) -> Path:
    return astronaut.save(tmp_path / "astronaut.png")


@pytest.fixture
def other(tmp_path: Path, coffee: Image) -> Path:
    return coffee.save(tmp_path / "coffee.png")


def bound(task: Task) -> str:
    """A program that uses what the task knows, as the embedded planner's do."""
    noun, expression = next(iter(task.known.items()))
    assert noun in task.request
    return f"a = {expression}\nanswer = count(a)"


def cropping(task: Task) -> str:
    return f"answer = crop(image, {next(iter(task.known.values()))})"


def always(approval: Approval) -> bool:
    return bool(approval.tools)


def test_a_follow_up_is_put_into_words_and_its_regions_are_given(
    talker: Talker, photo: Path
) -> None:
    agent, planner = talker(COUNT, bound)
    chat = agent.chat(photo)
    assert chat.ask("How many people are there?").value == 1
    answer = chat.ask("and how many of them are sitting?")
    assert (answer.request, answer.value) == ("how many of the people are sitting?", 1)
    assert dict(planner.tasks[1].known) == {"people": "a_1"}
    assert set(planner.tasks[1].names) == {"image", "images", "a_1"}
    assert "find" not in [one.tool for one in answer.steps]
    assert [one["said"] for one in chat.turns][1] == "and how many of them are sitting?"


def test_an_edit_makes_the_next_turn_about_the_new_picture(
    talker: Talker, photo: Path, astronaut: Image
) -> None:
    agent, planner = talker(BLUR, "answer = color_of(image)")
    chat = agent.chat(photo)
    edited = chat.ask("Blur the background behind the person").value
    assert chat.pictures == [edited]
    assert chat.pictures != [astronaut]
    chat.ask("What is the main colour?")
    assert planner.tasks[1].pictures == [edited]


def test_regions_of_before_an_edit_are_used_on_the_picture_after_it(
    talker: Talker, photo: Path
) -> None:
    agent, _ = talker(COUNT, BLUR, cropping)
    chat = agent.chat(photo)
    chat.ask("How many people are there?")
    blurred = chat.ask("blur everything else").value
    assert isinstance(blurred, Image)
    cropped = chat.ask("crop them").value
    assert isinstance(cropped, Image)
    region = next(iter(agent.toolbox.find(photo, "person")))
    left, top, right, bottom = region.box.to_pixels(blurred.size)
    assert np.array_equal(cropped.pixels, blurred.pixels[top:bottom, left:right])


def test_edits_are_taken_back_one_by_one_and_all_at_once(
    talker: Talker, photo: Path, astronaut: Image
) -> None:
    agent, _ = talker(BLUR, GREY, COUNT, BLUR, GREY)
    chat = agent.chat(photo)
    first = chat.ask("Blur the background").value
    second = chat.ask("Keep the person in colour").value
    chat.ask("How many people are there?")
    assert chat.picture == second
    assert chat.ask("undo that").value == first
    assert chat.undo() == astronaut
    with pytest.raises(InputError, match="nothing to undo"):
        chat.undo()
    chat.ask("Blur the background")
    chat.ask("Keep the person in colour")
    assert chat.ask("go back to the original").value == astronaut
    assert chat.pictures == [astronaut]


def test_a_drawing_that_answers_a_question_is_shown_but_is_no_edit(
    talker: Talker, photo: Path, astronaut: Image, tmp_path: Path
) -> None:
    agent, _ = talker(WHERE, COUNT, WHERE)
    chat = agent.chat(photo)
    drawing = chat.ask("Where is the person?").value
    assert (chat.pictures, chat.picture) == ([astronaut], drawing)
    chat.save(tmp_path / "drawing.png")
    chat.ask("How many people are there?")
    assert chat.picture == astronaut
    labelled = chat.ask("Label the person").value
    assert chat.pictures == [labelled]


def test_a_picture_is_saved_and_no_file_is_replaced_unasked(
    talker: Talker, photo: Path, tmp_path: Path
) -> None:
    agent, _ = talker(BLUR)
    chat = agent.chat(photo)
    edited = chat.ask("Blur the background").value
    target = tmp_path / "out.png"
    assert chat.save(target) == target
    assert agent.toolbox.image(target) == edited
    before = photo.read_bytes()
    with pytest.raises(InputError, match="exists"):
        chat.save(photo)
    assert photo.read_bytes() == before
    chat.save(target, force=True)


def test_what_is_unclear_is_asked_and_the_reply_is_understood(talker: Talker, photo: Path) -> None:
    program = "a = find(image, 'person')\nb = find(image, 'bench')\nanswer = count(a) + count(b)"
    agent, planner = talker(program, COUNT)
    chat = agent.chat(photo)
    with pytest.raises(UnclearError, match="them"):
        chat.ask("blur them")
    assert planner.tasks == []
    chat.ask("How many persons and benches are there?")
    with pytest.raises(UnclearError) as asked:
        chat.ask("what color is it?")
    assert asked.value.options == ("the person", "the bench")
    assert chat.ask("the person").request == "what color is the person?"
    with pytest.raises(UnclearError):
        chat.ask("the others")
    assert chat.ask("How many people are there?").value == 1


def test_the_other_picture_is_asked_the_same(
    talker: Talker, photo: Path, other: Path, coffee: Image
) -> None:
    agent, planner = talker(COUNT)
    chat = agent.chat(photo)
    chat.ask("How many people are there?")
    assert (chat.add(other), chat.focus) == ("coffee.png", 1)
    chat.look_at(0)
    answer = chat.ask("what about the other picture?")
    assert (answer.request, answer.value, chat.focus) == ("How many people are there?", 0, 1)
    assert planner.tasks[1].pictures == [coffee]
    chat.ask("which picture has more people?")
    assert {"left", "right"} <= set(planner.tasks[2].names)
    assert chat.focus == 1


def test_an_edit_of_one_of_two_pictures_changes_that_one(
    talker: Talker, photo: Path, other: Path, astronaut: Image, coffee: Image
) -> None:
    agent, _ = talker("answer = crop(right, half(right, 'left'))")
    chat = agent.chat([photo, other])
    assert chat.focus is None
    edited = chat.ask("Crop the left half of the second picture").value
    assert chat.pictures == [astronaut, edited]
    assert chat.undo() == coffee


def test_a_planner_that_reads_the_conversation_gets_it_as_it_was(
    talker: Talker, photo: Path
) -> None:
    agent, planner = talker(BLUR, "answer = count(a_1)", reads=True)
    chat = agent.chat(photo)
    chat.ask("Blur the background behind the person")
    assert chat.ask("and how many of them are there?").value == 1
    task = planner.tasks[1]
    assert task.request == "and how many of them are there?"
    (before,) = task.conversation
    assert (before.request, before.program) == ("Blur the background behind the person", BLUR)
    assert {"a_1", "answer_1", "original"} <= set(task.names)


def test_the_others_are_those_that_were_not_chosen_turns_ago(talker: Talker, photo: Path) -> None:
    agent, planner = talker("a = find(image, 'person')\nb = a[:0]\nanswer = count(b)", bound, bound)
    chat = agent.chat(photo)
    chat.ask("Which person is lying?")
    assert chat.ask("is she asleep?").value == 0
    assert chat.ask("blur the others").value == 1
    assert dict(planner.tasks[-1].known) == {"people": "[x for x in a_1 if x not in a_2]"}


def test_a_conversation_goes_on_in_another_agent(
    talker: Talker, photo: Path, astronaut: Image
) -> None:
    agent, _ = talker(COUNT, BLUR)
    first = agent.chat(photo, thread="holiday")
    first.ask("How many people are there?")
    edited = first.ask("blur everything else").value
    again, planner = talker(bound)
    chat = again.chat(thread="holiday")
    assert (chat.names, chat.pictures) == (["astronaut.png"], [edited])
    assert chat.ask("and how many of them are sitting?").value == 1
    assert planner.tasks[0].request == "how many of the people are sitting?"
    assert chat.undo() == astronaut


def test_there_is_no_conversation_without_a_picture(talker: Talker) -> None:
    agent, _ = talker(COUNT)
    with pytest.raises(InputError, match="no picture"):
        agent.chat()
    with pytest.raises(InputError, match="no conversation 'holiday'"):
        agent.chat(thread="holiday")
    with pytest.raises(InputError, match="can't be called"):
        agent.chat(thread="../escape")


def test_a_picture_in_memory_can_be_talked_about(talker: Talker, astronaut: Image) -> None:
    agent, _ = talker(COUNT)
    chat = agent.chat(astronaut.pixels)
    assert chat.ask("How many people are there?").value == 1


def test_a_picture_that_changed_is_noticed(talker: Talker, photo: Path, coffee: Image) -> None:
    agent, _ = talker(COUNT)
    chat = agent.chat(photo)
    coffee.save(photo)
    with pytest.raises(InputError, match="has changed"):
        chat.ask("How many people are there?")


def test_a_planner_that_fails_or_a_stop_leaves_the_conversation_as_it_was(
    talker: Talker, photo: Path
) -> None:
    agent, planner = talker(COUNT, ModelError("gone"), COUNT)
    chat = agent.chat(photo)
    chat.ask("How many people are there?")
    with pytest.raises(ModelError):
        chat.ask("and how many of them are sitting?")
    stopped = Cancellation()
    stopped.cancel("enough")
    with pytest.raises(CancelledError):
        chat.ask("How many people?", cancellation=stopped)
    assert (chat.unfinished, len(chat.turns)) == (None, 1)
    planner.script = (COUNT,)
    assert chat.ask("and how many of them are sitting?").value == 1


def test_an_answer_that_was_given_up_is_a_turn_too(talker: Talker, photo: Path) -> None:
    agent, _ = talker("answer = nonsense", "answer = nonsense", "answer = nonsense", COUNT)
    chat = agent.chat(photo)
    answer = chat.ask("How many people are there?")
    assert not answer.ok
    assert (chat.turns[0]["ok"], chat.turns[0]["edited"]) == (False, [])


@pytest.fixture
def dear() -> Callable[..., Any]:
    @tool(reads_pixels=True, needs_approval=True)
    def dear(image: ImageLike) -> int:
        """Gives two, when it may.

        Args:
            image: the picture.
        """
        return 2

    return dear


def test_a_turn_waits_for_a_person_and_goes_on_in_another_agent(
    dear: Any, scripted: Any, agent_of: Callable[..., Agent], photo: Path
) -> None:
    first = agent_of(scripted("answer = dear(image)"), [dear]).chat(photo, thread="one")
    with pytest.raises(ApprovalNeededError):
        first.ask("What does it give?")
    again = agent_of(scripted("answer = dear(image)"), [dear], approve=always)
    chat: Chat = again.chat(thread="one")
    assert chat.unfinished == "What does it give?"
    *_, last = chat.go_on()
    assert (chat.unfinished, chat.turns[0]["answer"]) == (None, "2")
    assert type(last).__name__ == "Answered"
    with pytest.raises(InputError, match="unfinished"):
        next(chat.go_on())


def test_an_undo_to_a_picture_that_is_gone_changes_nothing(
    scripted: Any, agent_of: Callable[..., Agent], photo: Path, astronaut: Image, tmp_path: Path
) -> None:
    planner = scripted("answer = crop(image, half(image, 'left'))")
    chat = agent_of(planner).chat(photo)
    edited = chat.ask("Keep the left half").value
    photo.rename(tmp_path / "elsewhere.png")
    with pytest.raises(InputError, match=r"astronaut\.png"):
        chat.undo()
    assert (chat.pictures, chat.turns[0]["undone"]) == ([edited], False)
    (tmp_path / "elsewhere.png").rename(photo)
    assert chat.undo() == astronaut
