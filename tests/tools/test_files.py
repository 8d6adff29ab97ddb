from __future__ import annotations

import os
from pathlib import Path

import pytest
from viscript import InputError
from viscript.tools.files import in_units, read_file


def test_a_file_of_exactly_the_limit_is_read(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"12345")
    assert read_file(path, "note", 5) == b"12345"
    with pytest.raises(InputError, match="is too large: a note may have 0 kB"):
        read_file(path, "note", 4)


def test_no_handle_is_left_open_when_a_file_is_refused(tmp_path: Path) -> None:
    before = os.dup(0)
    os.close(before)
    for _ in range(3):
        with pytest.raises(InputError, match="is a folder, not a note"):
            read_file(tmp_path, "note", 5)
    after = os.dup(0)
    os.close(after)
    assert after == before


def test_a_name_with_a_null_byte_is_refused() -> None:
    with pytest.raises(InputError, match="null byte"):
        read_file(Path("a\0b"), "note", 5)


def test_sizes_are_written_as_people_read_them() -> None:
    assert [in_units(64 * 2**10), in_units(256 * 2**20)] == ["64 kB", "256 MB"]
