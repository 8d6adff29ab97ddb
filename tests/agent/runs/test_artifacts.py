from __future__ import annotations

from pathlib import Path

import pytest
from viscript.agent.runs.artifacts import Artifacts

NAME = "ab" * 32 + ".png"


def never() -> bytes:
    raise AssertionError("made although it was there")


def test_bytes_are_made_once(tmp_path: Path) -> None:
    artifacts = Artifacts(tmp_path / "artifacts")
    artifacts.put(NAME, lambda: b"picture")
    artifacts.put(NAME, never)
    assert artifacts.get(NAME) == b"picture"
    Artifacts(tmp_path / "artifacts").put(NAME, never)


def test_bytes_that_lie_elsewhere_are_linked(tmp_path: Path) -> None:
    kept = tmp_path / "kept.png"
    kept.write_bytes(b"picture")
    artifacts = Artifacts(tmp_path / "artifacts", lambda name: kept if name == NAME else None)
    artifacts.put(NAME, never)
    assert artifacts.get(NAME) == b"picture"
    assert kept.samefile(tmp_path / "artifacts" / NAME)


def test_bytes_are_written_where_linking_fails(tmp_path: Path) -> None:
    artifacts = Artifacts(tmp_path / "artifacts", lambda _: tmp_path / "gone.png")
    artifacts.put(NAME, lambda: b"picture")
    assert artifacts.get(NAME) == b"picture"


def test_a_file_of_the_users_is_copied_not_linked(tmp_path: Path) -> None:
    photo = tmp_path / "photo.JPG"
    photo.write_bytes(b"jpeg")
    artifacts = Artifacts(tmp_path / "artifacts")
    artifacts.adopt(NAME, photo)
    photo.write_bytes(b"changed")
    assert artifacts.get(NAME) == b"jpeg"
    assert artifacts.find(NAME) == tmp_path / "artifacts" / f"{'ab' * 32}.jpg"
    artifacts.put(NAME, never)


def test_a_file_whose_extension_is_no_pictures_is_not_copied(tmp_path: Path) -> None:
    note = tmp_path / "photo.txt"
    note.write_bytes(b"jpeg")
    artifacts = Artifacts(tmp_path / "artifacts")
    artifacts.adopt(NAME, note)
    assert artifacts.find(NAME) is None


@pytest.mark.parametrize("name", ["../secret.png", "ab.png", f"{'ab' * 32}.exe", f"x/{NAME}", ""])
def test_a_name_that_is_no_digest_is_never_a_path(name: str, tmp_path: Path) -> None:
    artifacts = Artifacts(tmp_path / "artifacts")
    with pytest.raises(KeyError):
        artifacts.get(name)
    with pytest.raises(KeyError):
        artifacts.put(name, lambda: b"")


def test_a_failed_write_leaves_nothing(tmp_path: Path) -> None:
    def broken() -> bytes:
        raise OSError("no space")

    artifacts = Artifacts(tmp_path / "artifacts")
    with pytest.raises(OSError, match="no space"):
        artifacts.put(NAME, broken)
    assert list((tmp_path / "artifacts").iterdir()) == []
