from __future__ import annotations

from pathlib import Path

import pytest
from viscript import Image, InputError, read_image
from viscript.agent.cli.pictures import check_output, save_picture


def test_without_a_name_each_picture_gets_a_new_file(coffee: Image) -> None:
    names = [save_picture(coffee, None, False, "cup").name for _ in range(3)]
    assert names == ["cup.png", "cup-2.png", "cup-3.png"]
    assert read_image("cup-3.png") == coffee


def test_a_file_that_exists_is_kept_unless_forced(tmp_path: Path, coffee: Image) -> None:
    path = tmp_path / "there.png"
    path.write_bytes(b"precious")
    with pytest.raises(InputError, match=r"there\.png exists"):
        save_picture(coffee, path, False, "")
    assert path.read_bytes() == b"precious"
    assert read_image(save_picture(coffee, path, True, "")) == coffee


def test_an_extension_of_no_picture_is_reported_before_the_work(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"can't write a picture as '\.gif'"):
        check_output(tmp_path / "a.gif", True)


def test_a_missing_folder_is_reported_before_the_work(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is no folder"):
        check_output(tmp_path / "no" / "a.png", False)
