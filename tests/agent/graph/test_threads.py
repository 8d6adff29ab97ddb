from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from viscript import Agent, Image, InputError, ModelError, read_image
from viscript.agent.chat.keeper import Keeper
from viscript.agent.graph import threads as threads_module
from viscript.agent.graph.record import AskRecord, keep, read_record
from viscript.agent.graph.state import no_usage
from viscript.agent.graph.threads import FILE, KEPT, Threads


def test_the_folder_is_the_owners_only(tmp_path: Path) -> None:
    Threads(tmp_path / "threads")
    assert (tmp_path / "threads").stat().st_mode & 0o077 == 0


def test_a_damaged_file_is_one_line(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"this is no database, whatever it is called" * 100)
    with pytest.raises(InputError, match="file is not a database"):
        Threads(tmp_path)


def test_pictures_are_kept_until_the_thread_is_forgotten(tmp_path: Path, cat: Image) -> None:
    threads = Threads(tmp_path)
    (kept,) = threads.keep_pictures("one", [cat])
    assert read_image(kept) == cat
    assert not threads.has("one")
    threads.forget("one")
    assert not Path(kept).exists()
    threads.forget("one")


def test_no_name_of_a_request_reaches_the_pictures_of_conversations(
    tmp_path: Path, cat: Image, coffee: Image
) -> None:
    threads = Threads(tmp_path)
    kept = Keeper(threads).keep_picture("one", cat, "picture")
    threads.keep_pictures("chats", [coffee])
    threads.forget("chats")
    assert read_image(kept) == cat


@pytest.mark.parametrize("request_", ["", "x" * 5000])
def test_a_request_that_is_refused_leaves_nothing(
    agent_of: Callable[..., Agent], scripted: Any, cat: Image, request_: str
) -> None:
    agent = agent_of(scripted("answer = 1"))
    with pytest.raises(InputError, match=r"no request|characters"):
        agent.ask(cat, request_, thread="mine")
    assert not agent.threads.has("mine")
    assert not agent.threads.files("mine").exists()


def test_a_picture_that_is_gone_when_the_program_runs_leaves_the_request_open(
    agent_of: Callable[..., Agent], scripted: Any, cat: Image, tmp_path: Path
) -> None:
    photo = cat.save(tmp_path / "cat.png")
    agent = agent_of(scripted(ModelError("gone"), "answer = image.width"))
    with pytest.raises(ModelError):
        agent.ask(photo, "How wide is it?", thread="mine")
    photo.rename(tmp_path / "elsewhere.png")
    with pytest.raises(InputError, match=r"cat\.png"):
        agent.resume("mine")
    (tmp_path / "elsewhere.png").rename(photo)
    assert agent.resume("mine").value == 451


def test_requests_that_nobody_goes_on_with_are_forgotten_and_conversations_are_not(
    agent_of: Callable[..., Agent], scripted: Any, cat: Image
) -> None:
    agent = agent_of(scripted(ModelError("gone")))
    chat = agent.chat(cat, thread="talk")
    with pytest.raises(ModelError):
        agent.ask(cat, "How wide is it?", thread="mine")
    threads = agent.threads
    threads.keep_pictures("never-begun", [cat])
    threads.forget_untouched(datetime.now(UTC) - KEPT)
    assert threads.has("mine")
    assert threads.files("never-begun").exists()
    threads.forget_untouched(datetime.now(UTC) + timedelta(seconds=1))
    assert not threads.has("mine")
    assert list(threads.files("mine").parent.iterdir()) == []
    assert agent.chat(thread="talk").pictures == chat.pictures == [cat]


def test_they_are_forgotten_when_the_folder_is_opened(
    agent_of: Callable[..., Agent],
    scripted: Any,
    cat: Image,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with pytest.raises(ModelError):
        agent_of(scripted(ModelError("gone"))).ask(cat, "How wide is it?", thread="mine")
    assert Threads(tmp_path / "threads").has("mine")
    monkeypatch.setattr(threads_module, "KEPT", timedelta(seconds=-1))
    assert not Threads(tmp_path / "threads").has("mine")


def test_a_record_is_read_as_it_was_written(tmp_path: Path) -> None:
    record = AskRecord("Combien de chats ?", "scripted", [], no_usage(), ["a doubt"], 0.5)
    keep(tmp_path, record)
    assert read_record(tmp_path) == record


@pytest.mark.parametrize("text", [None, "", "[]", "{}", '{"request": "a"}', "{" * 5000])
def test_a_missing_or_damaged_record_is_one_line(tmp_path: Path, text: str | None) -> None:
    if text is not None:
        (tmp_path / "ask.json").write_text(text)
    with pytest.raises(InputError, match=r"has no request|can't be read"):
        read_record(tmp_path)
