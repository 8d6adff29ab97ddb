from __future__ import annotations

from pathlib import Path

import pytest
from viscript import Image, InputError, read_image
from viscript.agent.graph.record import AskRecord, keep, read_record
from viscript.agent.graph.state import no_usage
from viscript.agent.graph.threads import FILE, Threads


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
