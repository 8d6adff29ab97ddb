from __future__ import annotations

import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from viscript.tools.errors import InputError, PolicyError
from viscript.tools.mcp import roots as module
from viscript.tools.mcp.roots import HAS_DESCRIPTORS, ExistsError, Roots

LIMIT = 1000


@pytest.fixture(params=[True, False], ids=["by descriptor", "by path"])
def roots(request: pytest.FixtureRequest, tmp_path: Path) -> Roots:
    """`tmp_path/album` with a file and a folder in it; beside it, what nobody may see."""
    if request.param and not HAS_DESCRIPTORS:
        pytest.skip("this system can't open files relative to a folder")
    album = tmp_path / "album"
    (album / "inner").mkdir(parents=True)
    (album / "photo.png").write_bytes(b"photo")
    (album / "inner" / "deep.png").write_bytes(b"deep")
    (tmp_path / "secret.png").write_bytes(b"secret")
    (tmp_path / "album-2").mkdir()
    (tmp_path / "album-2" / "photo.png").write_bytes(b"secret")
    (album / "out.png").symlink_to(tmp_path / "secret.png")
    (album / "above").symlink_to(tmp_path, target_is_directory=True)
    (album / "within.png").symlink_to(album / "photo.png")
    (album / "loop.png").symlink_to(album / "loop.png")
    (album / "dangling.png").symlink_to(tmp_path / "new.png")
    os.mkfifo(album / "pipe.png")
    return Roots([album], tmp_path / "home", by_descriptor=request.param)


ATTACKS: dict[str, Callable[[Path], str]] = {
    "an absolute path elsewhere": lambda tmp: str(tmp / "secret.png"),
    "a file of the system": lambda _: "/etc/passwd",
    "parents in a relative path": lambda _: "../secret.png",
    "parents in an absolute path": lambda tmp: str(tmp / "album" / ".." / "secret.png"),
    "parents with the slashes of Windows": lambda _: "..\\secret.png",
    "parents behind a folder that isn't there": lambda _: "none/../../secret.png",
    "parents that stay inside": lambda _: "inner/../photo.png",
    "a link to a file": lambda _: "out.png",
    "a link to a folder": lambda _: "above/secret.png",
    "a link to a folder, then back": lambda _: "above/album-2/photo.png",
    "a link to itself": lambda _: "loop.png",
    "a sibling whose name begins alike": lambda tmp: str(tmp / "album-2" / "photo.png"),
    "the folder itself": lambda tmp: str(tmp / "album"),
    "its name in other letters": lambda tmp: str(tmp / "ALBUM" / "photo.png"),
    "a null byte at the end": lambda _: "photo.png\0",
    "a null byte before another end": lambda _: "../secret.png\0.png",
    "a device": lambda _: "/dev/zero",
    "the standard input": lambda _: "/dev/stdin",
    "an open file of the process": lambda _: "/proc/self/fd/0",
    "the environment of the process": lambda _: "/proc/self/environ",
    "the root through the process": lambda tmp: f"/proc/self/root{tmp}/secret.png",
    "a share of Windows": lambda _: "\\\\server\\share\\photo.png",
    "a share with slashes": lambda _: "//server/share/photo.png",
    "a share with mixed slashes": lambda _: "\\/server/share/photo.png",
    "a device path of Windows": lambda _: "\\\\.\\PhysicalDrive0",
    "a long path of Windows": lambda _: "\\\\?\\C:\\secret.png",
    "a device name of Windows": lambda _: "NUL",
    "a device name with an extension": lambda _: "inner/com1.png",
    "a device name with a space": lambda _: "aux .png",
    "the home of the user": lambda _: "~/../../etc/passwd",
    "an empty path": lambda _: "",
    "an endless path": lambda _: "a/" * 3000 + "photo.png",
    "a name that is too long": lambda _: "a" * 1000,
    "a name that is not Unicode": lambda _: "photo\udcff.png",
    "a pipe": lambda _: "pipe.png",
    "a folder": lambda _: "inner",
}
"""Paths that clients may try, by what is wrong with them."""


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_path_leads_out_of_the_allowed_folders(
    roots: Roots, tmp_path: Path, attack: str
) -> None:
    with pytest.raises((PolicyError, InputError)):
        roots.read(ATTACKS[attack](tmp_path), "picture", LIMIT)


@pytest.mark.parametrize("attack", [name for name in ATTACKS if "pipe" not in name])
def test_no_path_is_written_outside_the_allowed_folders(
    roots: Roots, tmp_path: Path, attack: str
) -> None:
    with pytest.raises((PolicyError, InputError, OSError)):
        roots.write(ATTACKS[attack](tmp_path), b"new", replace=False)
    assert (tmp_path / "secret.png").read_bytes() == b"secret"
    assert (tmp_path / "album-2" / "photo.png").read_bytes() == b"secret"


def test_files_inside_are_read(roots: Roots, tmp_path: Path) -> None:
    album = tmp_path / "album"
    for text in ("photo.png", str(album / "photo.png"), "within.png", "inner/../photo.png"[9:]):
        assert roots.read(text, "picture", LIMIT) == b"photo"
    assert roots.read("inner/deep.png", "picture", LIMIT) == b"deep"


def test_an_allowed_folder_may_be_reached_through_a_link_of_the_users(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "photo.png").write_bytes(b"photo")
    (tmp_path / "link").symlink_to(tmp_path / "real", target_is_directory=True)
    roots = Roots([tmp_path / "link"], tmp_path / "home")
    assert roots.read(str(tmp_path / "link" / "photo.png"), "picture", LIMIT) == b"photo"


@pytest.mark.parametrize("by_descriptor", [True, False])
def test_a_file_that_is_swapped_for_a_link_after_the_check_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, by_descriptor: bool
) -> None:
    secret, album = tmp_path / "secret.png", tmp_path / "album"
    album.mkdir()
    secret.write_bytes(b"secret")
    (album / "photo.png").write_bytes(b"photo")
    roots = Roots([album], tmp_path / "home", by_descriptor=by_descriptor)
    check = module._inside  # pyright: ignore[reportPrivateUsage]

    def check_then_swap(path: Path, root: Path) -> bool:
        inside = check(path, root)
        (album / "photo.png").unlink()
        (album / "photo.png").symlink_to(secret)
        return inside

    monkeypatch.setattr(module, "_inside", check_then_swap)
    with pytest.raises(PolicyError, match="a part of its path is a link"):
        roots.read("photo.png", "picture", LIMIT)


@pytest.mark.parametrize("by_descriptor", [True, False])
def test_a_folder_that_is_swapped_for_a_link_after_the_check_is_not_entered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, by_descriptor: bool
) -> None:
    album, elsewhere = tmp_path / "album", tmp_path / "elsewhere"
    for folder, words in ((album / "inner", b"photo"), (elsewhere, b"secret")):
        folder.mkdir(parents=True)
        (folder / "photo.png").write_bytes(words)
    roots = Roots([album], tmp_path / "home", by_descriptor=by_descriptor)
    check = module._inside  # pyright: ignore[reportPrivateUsage]

    def check_then_swap(path: Path, root: Path) -> bool:
        inside = check(path, root)
        if not (album / "inner").is_symlink():
            (album / "inner").rename(tmp_path / "moved")
            (album / "inner").symlink_to(elsewhere, target_is_directory=True)
        return inside

    monkeypatch.setattr(module, "_inside", check_then_swap)
    with pytest.raises(PolicyError, match="a part of its path is a link"):
        roots.read("inner/photo.png", "picture", LIMIT)
    (album / "inner").unlink()
    (tmp_path / "moved").rename(album / "inner")
    with pytest.raises(PolicyError, match="a part of its path is a link"):
        roots.write("inner/new.png", b"new", replace=False)
    assert [one.name for one in elsewhere.iterdir()] == ["photo.png"]


def test_a_link_that_is_swapped_all_the_time_never_shows_what_lies_outside(tmp_path: Path) -> None:
    album, secret = tmp_path / "album", tmp_path / "secret.png"
    album.mkdir()
    secret.write_bytes(b"secret")
    roots = Roots([album], tmp_path / "home")
    stop = threading.Event()

    def swap() -> None:
        draft = tmp_path / "draft"
        while not stop.is_set():
            draft.symlink_to(secret)
            draft.replace(album / "photo.png")
            draft.write_bytes(b"photo")
            draft.replace(album / "photo.png")

    swapper = threading.Thread(target=swap)
    swapper.start()
    try:
        seen: set[bytes] = set()
        for _ in range(2000):
            try:
                seen.add(roots.read("photo.png", "picture", LIMIT))
            except (PolicyError, InputError):
                continue
    finally:
        stop.set()
        swapper.join()
    assert seen <= {b"photo"}


def test_without_a_named_folder_only_the_servers_own_is_allowed(tmp_path: Path) -> None:
    (tmp_path / "photo.png").write_bytes(b"photo")
    roots = Roots([], tmp_path / "home")
    with pytest.raises(PolicyError, match="outside the allowed folders") as refused:
        roots.read(str(tmp_path / "photo.png"), "picture", LIMIT)
    assert "--root" in refused.value.hint
    assert roots.write("new.png", b"new", replace=False) == tmp_path / "home" / "new.png"
    assert roots.read("new.png", "picture", LIMIT) == b"new"


def test_a_folder_that_is_not_there_can_not_be_allowed(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is no folder"):
        Roots([tmp_path / "none"], tmp_path / "home")


def test_a_file_that_is_there_is_replaced_only_on_request(roots: Roots, tmp_path: Path) -> None:
    album = tmp_path / "album"
    with pytest.raises(ExistsError, match=r"photo\.png is there already"):
        roots.write("photo.png", b"new", replace=False)
    assert (album / "photo.png").read_bytes() == b"photo"
    assert roots.write("photo.png", b"new", replace=True) == album / "photo.png"
    assert (album / "photo.png").read_bytes() == b"new"
    assert sorted(one.name for one in album.iterdir() if one.name.startswith(".")) == []


def test_replacing_a_link_leaves_what_it_points_to(roots: Roots, tmp_path: Path) -> None:
    album = tmp_path / "album"
    assert roots.exists("out.png")
    with pytest.raises(PolicyError):
        roots.write("dangling.png", b"new", replace=False)
    roots.write("out.png", b"new", replace=True)
    assert (tmp_path / "secret.png").read_bytes() == b"secret"
    assert not (album / "out.png").is_symlink()
    assert not (tmp_path / "new.png").exists()


def test_errors_about_files_outside_do_not_say_whether_they_exist(tmp_path: Path) -> None:
    (tmp_path / "album").mkdir()
    (tmp_path / "there").write_bytes(b"x")
    roots = Roots([tmp_path / "album"], tmp_path / "home")
    said: list[str] = []
    for name in ("there", "none"):
        with pytest.raises(PolicyError) as refused:
            roots.read(str(tmp_path / name), "picture", LIMIT)
        said.append(str(refused.value).replace(name, ""))
    assert said[0] == said[1]


def test_no_handle_is_left_open(roots: Roots, tmp_path: Path) -> None:
    before = os.dup(0)
    os.close(before)
    for make in ATTACKS.values():
        with pytest.raises((PolicyError, InputError)):
            roots.read(make(tmp_path), "picture", LIMIT)
    roots.read("inner/deep.png", "picture", LIMIT)
    after = os.dup(0)
    os.close(after)
    assert after == before
