"""Vision-language models behind an OpenAI-compatible server: real client, real server."""

from __future__ import annotations

import base64
import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import PIL.Image
import pytest
from viscript import Image, ModelError, Toolbox, ToolError, ViscriptError, run_program
from viscript.tools.backends import http_client

from .scripted_server import Script, as_json, says, serving

KEY = "mysecretkey-0123456789"
PROFILE = """
[tools.{tool}]
backend = "{backend}"
checkpoint = "tiny-vlm"
options.base_url = "{url}"
{more}
"""


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Script]:
    monkeypatch.setattr(http_client, "FIRST_WAIT", 0.01)
    monkeypatch.setenv("VISCRIPT_API_KEY", KEY)
    with serving() as script:
        yield script


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """A picture of 90x60 pixels, stored on its side: EXIF turns it upright."""
    pixels = np.zeros((90, 60, 3), np.uint8)
    pixels[:30, :, 0] = 255
    exif = PIL.Image.Exif()
    exif[0x0112] = 6
    path = tmp_path / "turned.png"
    PIL.Image.fromarray(pixels).save(path, exif=exif)
    return path


def toolbox(
    script: Script, tmp_path: Path, more: str = "", backend: str = "openai-vision"
) -> Toolbox:
    tools = (
        ["ask", "caption", "find", "read_text"] if backend == "openai-vision" else ["list_facts"]
    )
    text = "".join(
        PROFILE.format(tool=tool, backend=backend, url=script.url, more=more) for tool in tools
    )
    path = tmp_path / "remote.toml"
    path.write_text(text)
    return Toolbox.load(path, cache=None)


NO_COMPLETIONS: list[object] = [
    *({}, [], "text", {"choices": []}, {"choices": [{}]}, {"choices": "x"}, 7, None),
    *({"choices": [{"message": None}]}, {"choices": [{"message": {"content": ["x"]}}]}),
]


def boxes(*found: tuple[float, float, float, float], **more: str) -> Any:
    names = ("left", "top", "right", "bottom")
    places = [dict(zip(names, one, strict=True)) | more for one in found]
    return says(json.dumps({"lines" if more else "objects": places}))


def picture_in(script: Script) -> PIL.Image.Image:
    """The picture that the server was sent."""
    uri = script.sent()["messages"][1]["content"][0]["image_url"]["url"]
    return PIL.Image.open(io.BytesIO(base64.b64decode(uri.partition(",")[2])))


def test_a_question_goes_out_with_the_picture_upright(
    server: Script, photo: Path, tmp_path: Path
) -> None:
    server.answers = [says("A red bar.")]
    assert toolbox(server, tmp_path).ask(photo, "What is on the right?") == "A red bar"
    sent = server.sent()
    assert server.paths == ["/v1/chat/completions"]
    assert server.keys == [f"Bearer {KEY}"]
    assert (sent["model"], sent["max_completion_tokens"]) == ("tiny-vlm", 2048)
    assert sent["messages"][1]["content"][1]["text"] == "What is on the right?"
    assert "response_format" not in sent
    picture = picture_in(server)
    assert picture.size == (90, 60)
    pixels = np.asarray(picture.convert("RGB"))
    assert pixels[30, 80, 0] > 200 > 50 > pixels[30, 10, 0]


def test_a_large_picture_is_sent_small_and_its_boxes_come_back_large(
    server: Script, astronaut: Image, tmp_path: Path
) -> None:
    wide = Image.from_array(np.tile(astronaut.pixels, (1, 4, 1)))
    server.answers = [boxes((64, 32, 128, 64))]
    tools = toolbox(server, tmp_path, 'options.max_side = 256\noptions.coordinates = "pixels"')
    (region,) = tools.find(wide, "astronaut")
    assert picture_in(server).size == (256, 64)
    assert region.box.xyxy == (512, 256, 1024, 512)
    assert (region.label, region.score, region.image) == ("astronaut", 1.0, wide)
    assert "256 wide and 64 high" in server.sent()["messages"][0]["content"]


def test_boxes_in_thousandths_are_of_the_upright_picture(
    server: Script, photo: Path, tmp_path: Path
) -> None:
    server.answers = [boxes((667, 0, 1000, 1000), (-5, -5, 500, 1010))]
    first, second = toolbox(server, tmp_path).find(photo, "bar")
    assert first.box.xyxy == pytest.approx((60.03, 0, 90, 60))
    assert second.box.xyxy == (0, 0, 45, 60)
    shape = server.sent()["response_format"]["json_schema"]
    assert shape["strict"] is True
    assert shape["schema"]["additionalProperties"] is False
    assert shape["schema"]["required"] == ["objects"]


def test_lines_are_read_with_their_text(server: Script, photo: Path, tmp_path: Path) -> None:
    server.answers = [boxes((0, 0, 500, 100), text="HELLO\n\x1b[31m world\ufeff")]
    (line,) = toolbox(server, tmp_path).read_text(photo)
    assert (line.text, line.label) == ("HELLO [31m world", "text")
    assert line.text.isprintable()


def test_nothing_found_is_an_empty_list(server: Script, photo: Path, tmp_path: Path) -> None:
    server.answers = [says('{"objects": []}'), says('```json\n{"lines": []}\n```')]
    tools = toolbox(server, tmp_path)
    assert tools.find(photo, "dog") == []
    assert tools.read_text(photo) == []


@pytest.mark.parametrize(("said", "heard"), [("Yes.", "yes"), ("NO", "no"), ("a\n b", "a b")])
def test_answers_are_tidied(
    server: Script, photo: Path, tmp_path: Path, said: str, heard: str
) -> None:
    server.answers = [says(f"<think>It may be {said}?</think>\n\n{said}")]
    assert toolbox(server, tmp_path).ask(photo, "Is it?") == heard


@pytest.mark.parametrize(
    "said",
    [
        "I see two dogs.",
        '{"objects": [',
        '{"objects": [{"left": 1, "top": 1, "right": 2}]}',
        '{"objects": [{"left": 1, "top": 1, "right": 2, "bottom": 2, "code": "x"}]}',
        '{"objects": [{"left": "a", "top": 1, "right": 2, "bottom": 2}]}',
        '{"objects": [{"left": NaN, "top": 1, "right": 2, "bottom": 2}]}',
        '{"objects": [{"left": 0, "top": 0, "right": 1e300, "bottom": 2}]}',
        '{"objects": [{"left": 900, "top": 1, "right": 2000, "bottom": 2}]}',
        '{"objects": [{"left": 9, "top": 1, "right": 2, "bottom": 2}]}',
        '{"objects": [{"left": 5, "top": 5, "right": 5, "bottom": 5}]}',
        '{"objects": "none"}',
        "[" * 100_000,
        "x" * 100_000,
        "",
    ],
    ids=range(14),
)
def test_what_is_no_list_of_boxes_is_an_error_that_quotes_it(
    server: Script, photo: Path, tmp_path: Path, said: str
) -> None:
    server.answers = [says(said)]
    with pytest.raises(ToolError, match="tiny-vlm gave an answer that is not") as caught:
        toolbox(server, tmp_path).find(photo, "dog")
    assert caught.value.hint.startswith("it said: ")
    assert len(str(caught.value)) < 600
    assert "\n" not in str(caught.value)


def test_too_many_boxes_are_refused(server: Script, photo: Path, tmp_path: Path) -> None:
    server.answers = [boxes(*[(0.0, 0.0, 9.0, 9.0)] * 201)]
    with pytest.raises(ToolError, match="gave 201 places, more than 200"):
        toolbox(server, tmp_path).find(photo, "dog")


@pytest.mark.parametrize(
    "body",
    NO_COMPLETIONS,
    ids=range(10),
)
def test_a_body_that_is_no_completion_is_an_error(
    server: Script, photo: Path, tmp_path: Path, body: object
) -> None:
    server.answers = [as_json(body)]
    with pytest.raises(ToolError, match="tiny-vlm") as caught:
        toolbox(server, tmp_path).caption(photo)
    assert "failed inside its backend" not in caught.value.message


def test_a_body_that_is_no_json_is_an_error(server: Script, photo: Path, tmp_path: Path) -> None:
    server.answers = [lambda one: one.reply(200, b"<html>a page</html>")]
    with pytest.raises(ToolError, match="not what was asked for"):
        toolbox(server, tmp_path).caption(photo)


def test_a_refusal_and_an_unfinished_answer_are_told(
    server: Script, photo: Path, tmp_path: Path
) -> None:
    server.answers = [says("no faces", finish_reason="content_filter")]
    with pytest.raises(ToolError, match="tiny-vlm refused: no faces"):
        toolbox(server, tmp_path).ask(photo, "Who is it?")
    server.answers = [says("so lo", finish_reason="length")]
    with pytest.raises(ToolError, match="within 9 tokens") as caught:
        toolbox(server, tmp_path, "options.max_tokens = 9").ask(photo, "Who is it?")
    assert "max_tokens" in caught.value.hint


def test_tokens_and_cost_stand_in_the_trace(server: Script, photo: Path, tmp_path: Path) -> None:
    server.answers = [as_json({}, 500), says("a bar")]
    tools = toolbox(server, tmp_path, "options.input_price = 2.0\noptions.output_price = 10")
    run = run_program("answer = ask(image, 'what?')", [photo], tools, record=False)
    assert run.answer == "a bar"
    assert run.steps[0].notes == (
        "repeated: tiny-vlm has a fault of its own (500): {}",
        "tiny-vlm: 800 tokens in, 12 out, $0.001720",
    )


def test_the_key_is_in_no_error_log_trace_page_or_answer(
    server: Script, photo: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    leak = f"your key {KEY} and sk-live-0123456789"
    server.answers = [says(leak), as_json({"error": {"message": leak}}, 500), as_json(leak, 401)]
    tools = toolbox(server, tmp_path)
    folder = tmp_path / "run"
    program = "first = ask(image, 'one?')\nanswer = ask(image, first)"
    run = run_program(program, [photo], tools, folder=folder, workers=1)
    assert run.error is not None
    assert "did not accept the key" in run.error.message
    everything = [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
    assert len(everything) >= 3
    for one in (*everything, caplog.text.encode(), str(run).encode(), str(run.to_json()).encode()):
        assert KEY.encode() not in one
    assert "sk-live" not in run.error.message


def test_a_server_of_ones_own_is_not_sent_the_providers_key_or_account(
    server: Script, photo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("VISCRIPT_API_KEY")
    monkeypatch.setenv("OPENAI_API_KEY", "theirs-0123456789")
    monkeypatch.setenv("OPENAI_ORG_ID", "org-of-mine")
    heads: list[str] = []

    def look(handler: Any) -> None:
        heads.append(str(handler.headers))
        says("fine")(handler)

    server.answers = [look]
    toolbox(server, tmp_path).caption(photo)
    assert "theirs" not in heads[0]
    assert "org-of-mine" not in heads[0]


def test_a_profile_without_a_model_is_told(tmp_path: Path, photo: Path) -> None:
    path = tmp_path / "none.toml"
    path.write_text('[tools.ask]\nbackend = "openai-vision"\n')
    with pytest.raises(ViscriptError, match=r"tools\.ask: .*needs the name of a model"):
        Toolbox.load(path, cache=None).ask(photo, "?")


def test_facts_are_listed_once_short_and_no_more_than_asked(server: Script, tmp_path: Path) -> None:
    said = ["John", "Paul", "John", " ", "Geo\nrge", "x" * 500, "Ringo"]
    server.answers = [says(json.dumps({"entries": said}))]
    facts = toolbox(server, tmp_path, backend="facts").list_facts("members of The Beatles", 4)
    assert facts[:3] == ["John", "Paul", "Geo rge"]
    assert len(facts) == 4
    assert len(facts[3]) == 120
    assert server.sent()["messages"][1]["content"] == "members of The Beatles"
    assert "at most 4" in server.sent()["messages"][0]["content"]
    schema = server.sent()["response_format"]["json_schema"]["schema"]
    assert schema["properties"]["entries"]["maxItems"] == 4


@pytest.mark.parametrize("number", [0, 101, -1])
def test_facts_are_one_to_a_hundred(server: Script, tmp_path: Path, number: int) -> None:
    with pytest.raises(ToolError, match="give a max of 1 to 100"):
        toolbox(server, tmp_path, backend="facts").list_facts("fruits", number)
    assert server.bodies == []


@pytest.mark.parametrize("said", ["John, Paul", '{"entries": "John"}', '{"entries": [1]}', "{}"])
def test_what_is_no_list_of_facts_is_an_error(server: Script, tmp_path: Path, said: str) -> None:
    server.answers = [says(said)]
    with pytest.raises(ToolError, match="not what was asked for"):
        toolbox(server, tmp_path, backend="facts").list_facts("members of The Beatles")


def test_a_wrong_key_is_told_by_the_name_of_its_variable(
    server: Script, photo: Path, tmp_path: Path
) -> None:
    server.answers = [as_json({"error": {"message": "who are you"}}, 401)]
    with pytest.raises(ModelError, match="did not accept the key") as caught:
        toolbox(server, tmp_path).caption(photo)
    assert "VISCRIPT_API_KEY" in caught.value.hint
