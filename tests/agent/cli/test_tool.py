from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from viscript import Image, Toolbox, read_image
from viscript.agent.cli.tool import command_of
from viscript.tools.registry import Registry

Command = Callable[..., tuple[int, str, str]]


def as_json(outcome: tuple[int, str, str]) -> dict[str, Any]:
    code, out, err = outcome
    assert code == 0, err
    return json.loads(out)


@pytest.mark.parametrize("name", list(Registry.standard()))
def test_every_tool_has_a_command_with_its_words(viscript: Command, name: str) -> None:
    contract = Registry.standard()[name]
    code, out, _ = viscript("tool", name, "--help")
    flat = " ".join(out.split())
    assert code == 0
    assert contract.summary in flat
    needed = [one.name.upper() for one in contract.parameters.values() if one.required]
    assert f"viscript tool {name} [OPTIONS] {' '.join(needed)}" in flat
    for one in contract.parameters.values():
        assert one.description in flat


def test_find_shows_each_region(viscript: Command, photo: Path) -> None:
    code, out, err = viscript("tool", "find", photo, "person")
    assert (code, err) == (0, "")
    assert out.splitlines()[1].split()[:2] == ["1", "person"]


def test_a_second_call_comes_from_the_cache(viscript: Command, photo: Path) -> None:
    first = as_json(viscript("tool", "find", photo, "person", "--json"))
    again = as_json(viscript("tool", "find", photo, "person", "--json"))
    fresh = as_json(viscript("tool", "find", photo, "person", "--json", "--no-cache"))
    assert [first["cached"], again["cached"], fresh["cached"]] == [False, True, False]
    assert first["answer"] == again["answer"] == fresh["answer"]


def test_arguments_may_be_given_by_name(viscript: Command, photo: Path) -> None:
    for words in (
        ["--query", "person", "--image", photo],
        ["--query", "person", photo],
        ["--image", photo, "person"],
    ):
        answer = as_json(viscript("tool", "find", *words, "--json"))["answer"]
        assert [one["label"] for one in answer] == ["person"]


def test_dashes_may_stand_for_underscores(viscript: Command, photo: Path) -> None:
    assert viscript("tool", "list-objects", photo) == viscript("tool", "list_objects", photo)


def test_a_phrase_stands_for_the_regions_that_find_finds(
    viscript: Command, photo: Path, astronaut: Image
) -> None:
    person = Toolbox.load(cache=None).find(astronaut, "person")[0]
    viscript("tool", "crop", photo, "person")
    left, top, right, bottom = person.box.to_pixels(astronaut.size)
    assert read_image("astronaut-crop.png").size == (right - left, bottom - top)
    assert viscript("tool", "count", "person", "--of", photo) == (0, "1\n", "")
    assert viscript("tool", "count", "bicycle", "--of", photo) == (0, "0\n", "")


def test_an_edit_is_saved_as_a_new_picture(
    viscript: Command, photo: Path, astronaut: Image
) -> None:
    code, out, _ = viscript("tool", "blur_background", photo, "--regions", "person")
    assert code == 0
    assert out.split()[-1] == "astronaut-blur_background.png"
    edited = read_image("astronaut-blur_background.png")
    assert edited.size == astronaut.size
    face, corner = (slice(100, 160), slice(190, 260)), (slice(0, 60), slice(300, 500))
    changes = [
        abs(edited.pixels[part].astype(int) - astronaut.pixels[part]).mean()
        for part in (face, corner)
    ]
    assert changes[0] < 1 < changes[1]


def test_a_picture_may_stand_where_a_tool_takes_a_region_or_a_picture(
    viscript: Command, photo: Path
) -> None:
    whole = viscript("tool", "color_of", photo)
    assert whole[0] == 0
    assert viscript("tool", "color_of", "person", "--of", photo) == (0, "orange\n", "")


def test_a_box_stands_for_a_region(viscript: Command, photo: Path) -> None:
    out = as_json(viscript("tool", "crop", photo, "10,20,110,70", "--json", "-o", "box.png"))
    assert read_image("box.png").size == (100, 50)
    assert out["output"] == str(Path("box.png").absolute())
    assert out["answer"]["type"] == "image"


@pytest.mark.parametrize("numbers", ["1,2,3", "0,0,1e9,9", "1,2,3,4,5"])
def test_numbers_that_make_no_box_are_not_looked_for(
    viscript: Command, photo: Path, numbers: str
) -> None:
    code, _, err = viscript("tool", "crop", photo, numbers)
    assert code == 2
    assert "a box is four numbers" in err


def test_several_boxes_are_a_list(viscript: Command, photo: Path) -> None:
    boxes = ("--regions", "0,0,9,9", "--regions", "5,5,50,50")
    assert viscript("tool", "count", *boxes, "--of", photo) == (0, "2\n", "")


def test_the_json_of_one_tool_is_the_regions_of_the_next(viscript: Command, photo: Path) -> None:
    _, printed, _ = viscript("tool", "find", photo, "person", "--json")
    Path("found.json").write_text(printed)
    assert viscript("tool", "count", "-", stdin=printed) == (0, "1\n", "")
    assert viscript("tool", "count", "found.json") == (0, "1\n", "")
    code, _, _ = viscript("tool", "crop", photo, "-", stdin=printed)
    assert code == 0
    assert read_image("astronaut-crop.png").width < 512


def test_regions_of_another_picture_are_refused(
    viscript: Command, photo: Path, coffee: Image
) -> None:
    _, printed, _ = viscript("tool", "find", photo, "person", "--json")
    cup = coffee.save("cup.png")
    code, _, err = viscript("tool", "crop", cup, "-", stdin=printed)
    assert code == 2
    assert "of another picture" in err


@pytest.mark.parametrize(
    "text",
    ["", "{", "[1]", '{"answer": [{"type": "box", "xyxy": [0, 0, 1, 1]}]}', '{"type": "region"}',
     '[{"type": "region", "image": 3, "box": [0, 0, 1, 1], "label": "", "score": 1}]',
     '[{"type": "region", "image": {"type": "image"}, "box": "abcd", "label": "", "score": 1}]',
     "[" * 100_000, '{"answer": null}'],
)  # fmt: skip
def test_json_without_regions_is_one_line(viscript: Command, photo: Path, text: str) -> None:
    code, out, err = viscript("tool", "crop", photo, "-", stdin=text)
    assert (code, out) == (2, "")
    assert "standard input" in err
    assert err.count("\n") == 1


@settings(max_examples=60, deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(
                st.sampled_from(["answer", "type", "image", "box", "label", "score", "mask"]), inner
            )
        ),
        max_leaves=12,
    )
)
def test_any_json_is_regions_or_an_error_of_ours(data: object) -> None:
    import io

    from viscript import ViscriptError
    from viscript.agent.cli.tool_arguments import Words

    words = Words(Toolbox.load(cache=None), Registry.standard()["count"], None)
    before, sys.stdin = sys.stdin, io.TextIOWrapper(io.BytesIO(json.dumps(data).encode()))
    try:
        regions = words.resolve({"regions": "-"})["regions"]
    except ViscriptError:
        pass
    else:
        assert regions == []
    finally:
        sys.stdin = before


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["find", "astronaut.png"], "find needs QUERY"),
        (["find", "astronaut.png", "dog", "cat"], "unexpected extra argument"),
        (["find", "--query", "dog", "astronaut.png", "cat"], "find has no argument for 'cat'"),
        (["half", "astronaut.png", "up"], "side is one of 'left', 'right', 'top', 'bottom'"),
        (["crop", "astronaut.png", "9,9,1,1"], "left <= right"),
        (["crop", "astronaut.png", "dog", "--scale", "x"], "--scale"),
        (["exists", "dog"], "add --of photo.jpg"),
        (["crop", "astronaut.png", "1,1,9,9", "-o", "astronaut.png"], "astronaut.png exists"),
        (["crop", "astronaut.png", "1,1,9,9", "-o", "no/a.png"], "there is no folder no"),
        (["crop", "astronaut.png", "1,1,9,9", "-o", "a.gif"], "can't write a picture as '.gif'"),
    ],
)
def test_wrong_arguments_are_one_line(
    viscript: Command, photo: Path, words: list[str], message: str
) -> None:
    code, out, err = viscript("tool", *words)
    assert (code, out) == (2, "")
    assert message in err
    assert err.count("\n") == 1


def test_what_a_tool_cannot_do_is_exit_code_1(viscript: Command, photo: Path) -> None:
    code, _, err = viscript("tool", "find", photo, "unicorn")
    assert code == 1
    assert "can't recognise 'unicorn'" in err
    code, _, err = viscript("tool", "caption", photo)
    assert code == 1
    assert "the profile embedded does not offer caption" in err


def test_one_region_is_needed_where_a_tool_takes_one(viscript: Command, photo: Path) -> None:
    code, _, err = viscript("tool", "overlap", "bicycle", "person", "--of", photo)
    assert code == 1
    assert "there is no bicycle in the picture" in err
    code, out, _ = viscript("tool", "overlap", "0,0,10,10", "0,0,20,10", "--of", photo)
    assert (code, out) == (0, "1\n")


def test_a_list_of_words_takes_all_that_follow() -> None:
    command = command_of(Registry.standard()["classify"])
    with command.make_context("classify", ["photo.jpg", "cat", "dog", "--one-each"]) as context:
        assert list(context.params["labels"]) == ["cat", "dog"]
        assert context.params["one_each"] is True


def test_tools_chain_through_a_pipe(photo: Path) -> None:
    start = "import sys; from viscript.agent.cli.main import main; sys.exit(main())"
    command = [sys.executable, "-c", start, "tool"]
    find = [*command, "find", str(photo), "person", "--json"]
    with subprocess.Popen(find, stdout=subprocess.PIPE) as first:
        last = subprocess.run([*command, "count", "-"], stdin=first.stdout, capture_output=True)
    assert last.stdout.split() == [b"1"]
