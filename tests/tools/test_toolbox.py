from __future__ import annotations

import inspect
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, assert_type

import numpy as np
import PIL.Image
import pytest
from viscript import (
    CancelledError,
    Image,
    InputError,
    NotOfferedError,
    Region,
    Toolbox,
    ToolError,
    tool,
)
from viscript.tools.backends import BackendSpec
from viscript.tools.cache import MemoryCache
from viscript.tools.cancellation import Cancellation, current_cancellation
from viscript.tools.methods import ToolMethods
from viscript.tools.profile import Profile
from viscript.tools.registry import Registry
from viscript.tools.values import ImageLike

PICTURE = np.arange(60, dtype=np.uint8).reshape(4, 5, 3)


class Calls:
    """Counts how often a tool really ran."""

    def __init__(self) -> None:
        self.count = 0


def brightness_tool(calls: Calls) -> Callable[..., float]:
    @tool(reads_pixels=True)
    def brightness(image: ImageLike, gain: float = 1.0) -> float:
        """Measures how bright a picture is.

        Args:
            image: the picture.
            gain: a factor.

        Returns:
            The mean of its pixels, times the gain.
        """
        assert isinstance(image, Image)
        calls.count += 1
        return float(image.pixels.mean()) * gain

    return brightness


def toolbox_with(*tools: Callable[..., Any]) -> Toolbox:
    return Toolbox.load(tools=tools, cache=MemoryCache())


def test_a_tool_runs_once_for_the_same_pixels_and_arguments(tmp_path: Path) -> None:
    calls = Calls()
    toolbox = toolbox_with(brightness_tool(calls))
    PIL.Image.fromarray(PICTURE).save(tmp_path / "one.png")
    PIL.Image.fromarray(PICTURE).save(tmp_path / "two.bmp")
    sources = [
        PICTURE,
        PIL.Image.fromarray(PICTURE),
        tmp_path / "one.png",
        str(tmp_path / "two.bmp"),
    ]
    values = {toolbox.call("brightness", source) for source in sources}
    assert values == {PICTURE.mean()}
    assert calls.count == 1


def test_a_default_and_the_same_value_given_are_one_call() -> None:
    calls = Calls()
    toolbox = toolbox_with(brightness_tool(calls))
    toolbox.call("brightness", PICTURE)
    toolbox.call("brightness", PICTURE, gain=1.0)
    assert calls.count == 1


def test_other_pixels_or_arguments_run_the_tool_again() -> None:
    calls = Calls()
    toolbox = toolbox_with(brightness_tool(calls))
    toolbox.call("brightness", PICTURE)
    toolbox.call("brightness", PICTURE + 1)
    toolbox.call("brightness", PICTURE, 2.0)
    assert calls.count == 3


def test_without_a_cache_a_tool_runs_each_time() -> None:
    calls = Calls()
    toolbox = Toolbox.load(tools=[brightness_tool(calls)], cache=None)
    toolbox.call("brightness", PICTURE)
    toolbox.call("brightness", PICTURE)
    assert calls.count == 2


def test_a_kept_result_of_another_type_than_promised_is_made_anew() -> None:
    calls = Calls()
    toolbox = toolbox_with(brightness_tool(calls))
    image = Image.from_array(PICTURE)
    first = toolbox.invoke("brightness", {"image": image})
    assert toolbox.cache is not None
    toolbox.cache.put(first.key, "bright")
    again = toolbox.invoke("brightness", {"image": image})
    assert (again.value, again.cached) == (first.value, False)
    assert toolbox.invoke("brightness", {"image": image}).cached
    assert calls.count == 2


def test_two_threads_that_ask_for_the_same_thing_share_one_run() -> None:
    calls = Calls()
    inside, go_on = threading.Event(), threading.Event()

    @tool()
    def slow(number: int) -> int:
        """Doubles a number, when told to go on.

        Args:
            number: the number.
        """
        calls.count += 1
        inside.set()
        assert go_on.wait(10)
        return number * 2

    toolbox = toolbox_with(slow)
    results: list[int] = []
    threads = [
        threading.Thread(target=lambda: results.append(toolbox.call("slow", 21))) for _ in range(4)
    ]
    threads[0].start()
    assert inside.wait(10)
    for thread in threads[1:]:
        thread.start()
    go_on.set()
    for thread in threads:
        thread.join(10)
    assert results == [42] * 4
    assert calls.count == 1


def test_a_failure_is_not_remembered() -> None:
    calls = Calls()

    @tool()
    def moody(number: int) -> int:
        """Fails the first time.

        Args:
            number: the number.
        """
        calls.count += 1
        if calls.count == 1:
            raise ToolError("not today", hint="ask again")
        return number

    toolbox = toolbox_with(moody)
    with pytest.raises(ToolError, match="not today"):
        toolbox.call("moody", 7)
    assert toolbox.call("moody", 7) == 7


def test_a_crash_inside_a_tool_becomes_a_tool_error_that_names_it() -> None:
    @tool()
    def broken(number: int) -> int:
        """Divides by zero.

        Args:
            number: the number.
        """
        return number // 0

    with pytest.raises(ToolError, match="broken failed inside its backend: ZeroDivisionError"):
        toolbox_with(broken).call("broken", 1)


def test_a_result_of_another_type_than_promised_is_an_error() -> None:
    @tool()
    def liar(number: int) -> int:
        """Returns text.

        Args:
            number: the number.
        """
        return "seven"  # pyright: ignore[reportReturnType]

    with pytest.raises(ToolError, match="liar returned str instead of int"):
        toolbox_with(liar).call("liar", 1)


def test_a_tool_outside_the_profile_is_not_offered() -> None:
    toolbox = toolbox_with()
    assert not toolbox.offers("caption")
    assert "caption" in toolbox.elsewhere
    with pytest.raises(NotOfferedError, match="the profile embedded does not offer caption"):
        toolbox.caption(PICTURE)


def test_an_unknown_tool_is_not_offered_either() -> None:
    with pytest.raises(NotOfferedError, match="there is no tool 'teleport'"):
        toolbox_with().call("teleport")


def test_wrong_arguments_are_named_with_the_signature() -> None:
    toolbox = toolbox_with()
    with pytest.raises(InputError, match=r"half: side is one of 'left', .* not 'middle'"):
        toolbox.call("half", PICTURE, "middle")
    with pytest.raises(InputError, match=r"half has no argument 'sied' \(did you mean side\?\)"):
        toolbox.call("half", PICTURE, sied="left")
    with pytest.raises(InputError, match="half got the argument image twice"):
        toolbox.call("half", PICTURE, image=PICTURE)
    with pytest.raises(InputError, match="half takes 2 arguments, not 3"):
        toolbox.call("half", PICTURE, "left", "right")
    with pytest.raises(InputError, match=r"half: image is Image, not int"):
        toolbox.invoke("half", {"image": 3, "side": "left"})
    with pytest.raises(InputError, match="half needs the argument image"):
        toolbox.invoke("half", {"side": "left"})


def test_a_program_cannot_open_a_file_by_its_name(tmp_path: Path) -> None:
    path = tmp_path / "secret.png"
    PIL.Image.fromarray(PICTURE).save(path)
    with pytest.raises(InputError, match="image is Image, not str"):
        toolbox_with().invoke("half", {"image": str(path), "side": "left"})


def test_a_cancelled_call_does_not_start() -> None:
    calls = Calls()
    toolbox = toolbox_with(brightness_tool(calls))
    token = Cancellation()
    token.cancel("the run was stopped")
    image = Image.from_array(PICTURE)
    with pytest.raises(CancelledError, match="the run was stopped"):
        toolbox.invoke("brightness", {"image": image}, cancellation=token)
    assert calls.count == 0


def test_a_tool_sees_the_token_of_its_call() -> None:
    seen: list[Cancellation] = []

    @tool()
    def look(number: int) -> int:
        """Looks at its token.

        Args:
            number: the number.
        """
        seen.append(current_cancellation())
        return number

    token = Cancellation()
    toolbox_with(look).invoke("look", {"number": 1}, cancellation=token)
    assert seen == [token]


def test_every_tool_is_a_method_with_the_signature_of_its_contract() -> None:
    methods = {name for name in vars(ToolMethods) if not name.startswith("_")}
    registry = Registry.standard()
    assert methods == set(registry)
    toolbox = toolbox_with()
    for name, contract in registry.items():
        assert inspect.signature(getattr(toolbox, name)) == inspect.signature(contract.function)
        assert getattr(toolbox, name).__doc__ == contract.function.__doc__


def test_a_method_has_full_type_hints() -> None:
    toolbox = toolbox_with()
    assert_type(toolbox.half(PICTURE, "left"), Region)
    region = toolbox.half(PICTURE, "left")
    assert_type(toolbox.count([region]), int)
    assert region.label == "left half"


def test_two_tools_of_one_name_are_refused() -> None:
    with pytest.raises(InputError, match="two tools are called brightness"):
        toolbox_with(brightness_tool(Calls()), brightness_tool(Calls()))


@pytest.mark.parametrize(
    ("tool_name", "table", "said"),
    [
        (
            "find",
            "options = {thresold = 0.5}",
            r"nanodet has no option 'thresold' \(did you mean t",
        ),
        ("find", "options = {threshold = nan}", r"option threshold .* is nan \(.* from 0 to 1\)"),
        ("find", "options = {threshold = 1e308}", "is 1e\\+308"),
        ("find", "options = {threshold = -0.1}", "is -0.1"),
        ("find", "options = {threshold = 'x'}", "is 'x'"),
        ("find", "options = {threshold = true}", "is True"),
        ("find", "backend = 'movenet'", "the backend movenet does not serve find"),
        (
            "find",
            "backend = 'colors'\noptions = {a = 1}",
            "colors has no option 'a' .*leave it out",
        ),
        ("pose", "options = {threshold = 0.5}", "movenet has no option 'threshold'"),
        ("read_text", "options = {threshold = inf}", "backend ocr is inf"),
        ("find_faces", "options = {threshold = 2}", "backend blazeface is 2"),
    ],
)
def test_what_a_profile_asks_of_a_backend_in_vain_is_one_line_that_names_the_tool(
    tmp_path: Path, tool_name: str, table: str, said: str
) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(f"extends = 'embedded'\n[tools.{tool_name}]\n{table}\n", "utf-8")
    arguments = (PICTURE, "dog") if tool_name == "find" else (PICTURE,)
    with pytest.raises(InputError, match=f"profile mine: tools.{tool_name}: .*{said}"):
        Toolbox.load(path, cache=None).call(tool_name, *arguments)


@pytest.mark.parametrize("backend", ["nanodet", "embedded-plus"])
def test_a_backend_for_a_tool_that_needs_none_is_refused(tmp_path: Path, backend: str) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(f"extends = 'embedded'\n[tools.count]\nbackend = '{backend}'\n", "utf-8")
    with pytest.raises(InputError, match="names a backend for count, which needs none"):
        Toolbox.load(path, cache=None)


def test_a_threshold_decides_what_is_found(tmp_path: Path, astronaut: Image) -> None:
    path = tmp_path / "mine.toml"
    path.write_text("extends = 'embedded'\n[tools.find]\noptions = {threshold = 1}\n", "utf-8")
    assert Toolbox.load(path, cache=None).find(astronaut, "person") == []
    assert Toolbox.load("embedded", cache=None).find(astronaut, "person")


def test_a_profile_says_whether_calls_are_charged_for(tmp_path: Path) -> None:
    path = tmp_path / "paid.toml"
    path.write_text(
        "extends = 'remote'\n[tools.ask]\ncosts_money = true\n[tools.find]\noptions = {}\n"
    )
    tools = Toolbox.load(path, cache=None)
    paid = {name for name, one in tools.offered.items() if one.traits.costs_money}
    assert paid == {"ask"}
    assert tools.registry["list_facts"].traits.costs_money


def test_calls_that_send_a_picture_to_another_machine_ask_first_and_say_where_to(
    tmp_path: Path,
) -> None:
    path = tmp_path / "far.toml"
    path.write_text(
        "extends = 'remote'\n"
        "[tools.ask]\ncosts_money = true\noptions = {base_url = 'https://far.example/v1'}\n"
        "[tools.find]\noptions = {base_url = 'http://[::1]:8000/v1'}\n"
        "[tools.read_text]\noptions = {base_url = 'https://192.168.0.7:8000/v1'}\n"
        "[tools.caption]\nbackend = 'hf-inference'\ncheckpoint = 'owner/name'\n"
        "[tools.list_facts]\noptions = {base_url = 'https://far.example/v1'}\n"
    )
    offered = Toolbox.load(path, cache=None).offered
    assert {name: one.approval for name, one in offered.items() if one.approval} == {
        "ask": "it sends the picture to far.example, and a call may be charged for",
        "read_text": "it sends the picture to 192.168.0.7",
        "caption": "it sends the picture to router.huggingface.co",
    }


@pytest.mark.parametrize("profile", ["embedded", "hub", "remote"])
def test_no_tool_of_a_profile_that_comes_along_sends_a_picture_away(profile: str) -> None:
    assert [one for one in Toolbox.load(profile, cache=None).offered.values() if one.sends_to] == []


def test_a_backend_without_an_address_calls_its_provider() -> None:
    profile = Profile("mine", "", {"ask": BackendSpec("openai-vision", "some")})
    offered = Toolbox(profile, Registry.standard(), None).offered
    assert offered["ask"].approval == "it sends the picture to api.openai.com"


def test_a_toolbox_with_another_cache_leaves_the_first_as_it_was() -> None:
    calls: list[int] = []

    @tool()
    def twice(number: int) -> int:
        """Twice a number.

        Args:
            number: the number.
        """
        calls.append(number)
        return 2 * number

    first = Toolbox(Profile("own", "", {}), Registry.standard([twice]), None)
    second = first.with_cache(MemoryCache())
    assert [second.call("twice", 4), second.call("twice", 4)] == [8, 8]
    assert calls == [4]
    assert [first.call("twice", 4), first.call("twice", 4)] == [8, 8]
    assert calls == [4, 4, 4]


def test_what_a_backend_calls_is_kept_where_its_own_toolbox_keeps_it(
    monkeypatch: pytest.MonkeyPatch, cat: Image
) -> None:
    profile = Profile("own", "", {"pose": BackendSpec("movenet"), "find": BackendSpec("nanodet")})
    first = Toolbox(profile, Registry.standard(), None)
    called: list[str] = []

    def call(name: str, *_: object) -> list[object]:
        called.append(name)
        return []

    monkeypatch.setattr(first, "call", call)
    second = first.with_cache(MemoryCache())
    assert second.invoke("pose", {"image": cat}).value == []
    assert called == ["find"]
