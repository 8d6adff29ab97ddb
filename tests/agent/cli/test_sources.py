from __future__ import annotations

import io
import os
import sys
from pathlib import Path

import pytest
from viscript import InputError
from viscript.agent.cli.sources import MAX_BYTES, program_text, read_program


def test_a_program_file_is_read_without_its_byte_order_mark(tmp_path: Path) -> None:
    path = tmp_path / "program.viscript"
    path.write_bytes("\ufeffanswer = 'é'\n".encode())
    assert read_program(str(path)) == "answer = 'é'\n"


def test_a_dash_is_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"answer = 1")))
    assert read_program("-") == "answer = 1"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\x89PNG\r\n\x1a\n", "byte 1 is not UTF-8 text"),
        (b"answer = 1\0", "null bytes"),
        (b"answer = 'caf\xe9'", "byte 14 is not UTF-8 text"),
        (b"", "is empty"),
        (b"#" * (MAX_BYTES + 1), "is too large: a program may have 64 kB"),
    ],
)
def test_a_file_that_is_no_program_is_named_with_what_is_wrong(
    tmp_path: Path, content: bytes, words: str
) -> None:
    path = tmp_path / "program"
    path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        read_program(str(path))
    assert words in caught.value.message


def test_too_much_on_standard_input_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    much = io.TextIOWrapper(io.BytesIO(b"#" * (MAX_BYTES + 1)))
    monkeypatch.setattr(sys, "stdin", much)
    with pytest.raises(InputError, match="more than 64 kB"):
        read_program("-")


def test_folders_devices_and_missing_files_are_refused(tmp_path: Path) -> None:
    for name, words in ((str(tmp_path), "is a folder"), (str(tmp_path / "no"), "there is no file")):
        with pytest.raises(InputError, match=words):
            read_program(name)
    with pytest.raises(InputError, match="is not a regular file"):
        read_program(os.devnull)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes here")
def test_a_pipe_that_nobody_writes_to_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(InputError, match="is not a regular file"):
        read_program(str(tmp_path / "pipe"))


def test_exactly_one_program_must_be_given() -> None:
    assert program_text(None, "answer = 1") == "answer = 1"
    for name, inline in ((None, None), ("file", "answer = 1")):
        with pytest.raises(InputError, match="give one program"):
            program_text(name, inline)
