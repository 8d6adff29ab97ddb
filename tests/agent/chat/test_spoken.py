from __future__ import annotations

import pytest
from viscript.agent.chat.spoken import Spoken, spoken


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("undo", "undo"),
        ("Undo that.", "undo"),
        ("no, undo that please", "undo"),
        ("can you undo it?", "undo"),
        ("take that back", "undo"),
        ("go back", "undo"),
        ("undo the last edit", "undo"),
        ("undo the blur", "undo"),
        ("put it back how it was", "undo"),
        ("undo everything", "restore"),
        ("go back to the original", "restore"),
        ("start over", "restore"),
        ("why?", "why"),
        ("how do you know that?", "why"),
        ("are you sure?", "why"),
        ("show me the program", "program"),
        ("bye!", "quit"),
        ("Thank you!", "talk"),
        ("great", "talk"),
        ("hello", "talk"),
    ],
)
def test_commands_may_be_said(said: str, name: str) -> None:
    command = spoken(said)
    assert command is not None
    assert command.name == name


@pytest.mark.parametrize(
    "said", ["save it as out.png", "save the picture to out.png", "save out.png"]
)
def test_saving_may_be_said_with_its_file(said: str) -> None:
    assert spoken(said) == Spoken("save", "out.png")


@pytest.mark.parametrize(
    "said",
    [
        "why is the sky blue in it?",
        "undo the buttons of the shirt and blur it",
        "is there a way back?",
        "where is the exit?",
        "save the dog",
        "show me the dog",
        "are you sure there is no dog?",
    ],
)
def test_requests_that_only_start_like_a_command_are_none(said: str) -> None:
    assert spoken(said) is None
