from __future__ import annotations

from pathlib import Path

import pytest
from viscript.tools.backends import BackendSpec
from viscript.tools.errors import InputError
from viscript.tools.profile import built_in_profiles, load_profile, profiles_with


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, "utf-8")
    return path


BASE = """
summary = "a base"
[tools.find]
backend = "nanodet"
checkpoint = "weights"
revision = "abc"
options = { threshold = 0.3, flip = true }
[tools.read_text]
backend = "ocr"
"""


def test_a_profile_starts_from_the_one_it_extends(tmp_path: Path) -> None:
    write(tmp_path, "base.toml", BASE)
    child = write(
        tmp_path, "mine.toml", 'extends = "base.toml"\n[tools.find]\noptions = { threshold = 0.5 }'
    )
    profile = load_profile(child)
    assert profile.name == "mine"
    assert profile.tools["read_text"].backend == "ocr"
    find = profile.tools["find"]
    assert (find.backend, find.checkpoint, find.revision) == ("nanodet", "weights", "abc")
    assert dict(find.options) == {"threshold": 0.5, "flip": True}


def test_another_backend_keeps_nothing_of_the_parents_settings(tmp_path: Path) -> None:
    write(tmp_path, "base.toml", BASE)
    child = write(tmp_path, "mine.toml", 'extends = "base.toml"\n[tools.find]\nbackend = "owlv2"')
    find = load_profile(child).tools["find"]
    assert (find.checkpoint, find.revision, dict(find.options)) == ("", "", {})


def test_another_checkpoint_keeps_the_options_but_no_revision_licence_or_size(
    tmp_path: Path,
) -> None:
    write(tmp_path, "base.toml", BASE + 'licence = "MIT"\nsize = 7\n')
    text = 'extends = "base.toml"\n[tools.find]\ncheckpoint = "other"\n[tools.read_text]'
    profile = load_profile(write(tmp_path, "mine.toml", text))
    find, read_text = profile.tools["find"], profile.tools["read_text"]
    assert (find.checkpoint, find.revision, find.options["threshold"]) == ("other", "", 0.3)
    assert (read_text.licence, read_text.size) == ("MIT", 7)


def test_licence_and_size_make_no_other_model() -> None:
    plain, told = BackendSpec("ocr", "x"), BackendSpec("ocr", "x", licence="MIT", size=7)
    assert plain.identity == told.identity


def test_an_unknown_name_is_reported_with_the_known_ones() -> None:
    with pytest.raises(InputError, match=r"no profile 'embeded' \(use .*embedded"):
        load_profile("embeded")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("summary = ", "can't be read"),
        ("[tools.find]\nbackened = 'x'", "tools.find.backened: Extra inputs"),
        ("[tools.find]\noptions = { threshold = [1] }", "tools.find.options.threshold"),
        ("[tools.find]\ncheckpoint = 'x'", "tools.find names no backend"),
        ("[tools.find]\nbackend = 'x'\nsize = -1", "tools.find.size"),
        ("[tools.find]\nbackend = 'x'\npickle = 'yes'", "tools.find.pickle"),
        ("[host]\ncolour = 'red'", "host.colour: Extra inputs"),
        ("[host]\ndevice = 'tpu'", r"host: there is no device 'tpu' \(use auto, cpu"),
        ("[host]\ndtype = 'int8'", "host: there is no floating-point type 'int8'"),
        ("[host]\nmemory = 'lots'", r"host: 'lots' is no amount of memory \(write it as 6 GB"),
        ("[host]\nmemory = 0", "host: 0 is no amount of memory"),
        ("[host]\nbatch = 0", "host: batches of 0"),
        ("[host]\npinned = 'x'", "host.pinned"),
        pytest.param("a = " + "[" * 5000, "nested too deep", id="deep list"),
        pytest.param("a = " + "{a=" * 5000, "nested too deep", id="deep table"),
        ("extends = 'loop.toml'", "extends itself"),
        ("extends = '../absent.toml'", "there is no profile"),
    ],
)
def test_a_faulty_profile_is_one_line_that_names_the_fault(
    tmp_path: Path, text: str, message: str
) -> None:
    path = write(tmp_path, "loop.toml", text)
    with pytest.raises(InputError, match=message) as caught:
        load_profile(path)
    assert "\n" not in str(caught.value)


def test_a_binary_file_is_not_a_profile(tmp_path: Path) -> None:
    path = tmp_path / "noise.toml"
    path.write_bytes(bytes(range(256)))
    with pytest.raises(InputError, match="can't be read"):
        load_profile(path)


def test_every_built_in_profile_loads_and_says_what_it_is_for() -> None:
    assert "embedded" in built_in_profiles()
    for name in built_in_profiles():
        profile = load_profile(name)
        assert profile.name == name
        assert profile.summary


def test_profiles_with_a_tool_are_found() -> None:
    assert "embedded" in profiles_with("find")
    assert profiles_with("teleport") == []


def test_the_host_of_a_profile_changes_that_of_its_parent_where_it_says_so(tmp_path: Path) -> None:
    text = "[host]\ndevice = 'cpu'\nmemory = '1.5 GB'\npinned = ['ocr']\n"
    write(tmp_path, "base.toml", text)
    path = write(tmp_path, "mine.toml", "extends = 'base.toml'\n[host]\nbatch = 4\n")
    host = load_profile(path).host
    assert (host.device, host.memory_bytes, host.batch) == ("cpu", 15 * 10**8, 4)
    assert (host.dtype, host.pinned) == ("auto", ("ocr",))


def test_leave_to_unpickle_is_given_for_one_checkpoint_only(tmp_path: Path) -> None:
    text = BASE.replace('revision = "abc"', "pickle = true")
    write(tmp_path, "base.toml", text)
    same = write(tmp_path, "same.toml", "extends = 'base.toml'\n")
    other = write(tmp_path, "other.toml", "extends = 'base.toml'\n[tools.find]\ncheckpoint = 'x'\n")
    assert load_profile(same).tools["find"].pickle
    assert not load_profile(other).tools["find"].pickle


def test_a_profile_says_what_it_can_be_read_from_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path, "mine.toml", BASE)
    monkeypatch.chdir(tmp_path)
    assert load_profile("mine.toml").source == str(path)
    assert load_profile("remote").source == "remote"
