"""Models behind the Hugging Face Inference API: the hub's client, a real server."""

from __future__ import annotations

import base64
import io
import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import PIL.Image
import pytest
from viscript import Image, NotOfferedError, Toolbox, ToolError, ViscriptError
from viscript.tools.backends import BackendSpec, http_client
from viscript.tools.backends.hf_inference import load
from viscript.tools.backends.remote_settings import HUB

from .scripted_server import Script, as_json, cuts, hangs, serving

KEY = "mysecretkey-0123456789"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Script]:
    monkeypatch.setattr(http_client, "FIRST_WAIT", 0.01)
    monkeypatch.setenv("VISCRIPT_API_KEY", KEY)
    with serving() as script:
        yield script


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """A picture of 90x60 pixels, stored on its side: EXIF turns it upright."""
    exif = PIL.Image.Exif()
    exif[0x0112] = 6
    path = tmp_path / "turned.png"
    PIL.Image.fromarray(np.zeros((90, 60, 3), np.uint8)).save(path, exif=exif)
    return path


def toolbox(script: Script, tmp_path: Path, more: str = "") -> Toolbox:
    path = tmp_path / "remote.toml"
    path.write_text(
        "".join(
            f'[tools.{tool}]\nbackend = "hf-inference"\ncheckpoint = "owner/tiny"\n'
            f'options.base_url = "{script.url}"\n{more}\n'
            for tool in ("ask", "caption", "find", "read_text")
        )
    )
    return Toolbox.load(path, cache=None)


def found(label: str, *corners: float, score: float = 0.9) -> dict[str, Any]:
    names = ("xmin", "ymin", "xmax", "ymax")
    return {"label": label, "score": score, "box": dict(zip(names, corners, strict=True))}


def test_a_question_is_answered_by_the_surest_answer(
    server: Script, photo: Path, tmp_path: Path
) -> None:
    server.answers = [
        as_json({"error": "loading"}, 503),
        as_json([{"answer": "black", "score": 0.9}, {"answer": "grey", "score": 0.1}]),
    ]
    assert toolbox(server, tmp_path).ask(photo, "Which colour?") == "black"
    assert server.paths == ["/v1/models/owner/tiny"] * 2
    assert server.keys == [f"Bearer {KEY}"] * 2
    sent = server.sent()
    assert sent["question"] == "Which colour?"
    picture = PIL.Image.open(io.BytesIO(base64.b64decode(sent["image"])))
    assert picture.size == (90, 60)


def test_a_caption_and_a_reading_are_the_text_that_comes_back(
    server: Script, photo: Path, tmp_path: Path
) -> None:
    server.answers = [as_json([{"generated_text": " a black\npicture "}])]
    tools = toolbox(server, tmp_path)
    assert tools.caption(photo) == "a black picture"
    assert PIL.Image.open(io.BytesIO(server.bodies[0])).size == (90, 60)
    (line,) = tools.read_text(photo)
    assert (line.text, line.box.xyxy) == ("a black picture", (0, 0, 90, 60))
    server.answers = [as_json([{"generated_text": ""}])]
    assert tools.read_text(photo) == []


def test_objects_are_picked_by_the_query_and_lie_in_the_original(
    server: Script, astronaut: Image, tmp_path: Path
) -> None:
    server.answers = [
        as_json(
            [
                found("dog", 1, 1, 5, 5, score=0.6),
                found("person", 32, 16, 64, 128, score=0.7),
                found("person", 0, 0, 8, 8, score=0.2),
                found("person", 1, 1, 129, 5, score=0.8),
            ]
        )
    ]
    tools = toolbox(server, tmp_path, "options.max_side = 128")
    first, second = tools.find(astronaut, "people")
    assert (first.label, first.score, first.box.xyxy) == ("person", 0.8, (4, 4, 512, 20))
    assert second.box.xyxy == (128, 64, 256, 512)
    assert server.sent()["parameters"] == {"threshold": 0.5}


def test_a_detector_that_takes_words_gets_them(server: Script, photo: Path, tmp_path: Path) -> None:
    server.answers = [as_json([found("wizard", 9, 6, 18, 12)])]
    tools = toolbox(server, tmp_path, "options.zero_shot = true")
    (region,) = tools.find(photo, "wizard")
    assert (region.label, region.box.xyxy) == ("wizard", (9, 6, 18, 12))
    assert server.sent()["parameters"] == {"candidate_labels": ["wizard"]}


def test_what_the_detector_does_not_know_is_not_asked_for(
    server: Script, photo: Path, tmp_path: Path
) -> None:
    with pytest.raises(NotOfferedError):
        toolbox(server, tmp_path).find(photo, "face")
    assert server.bodies == []


BAD: list[object] = [
    *({}, [], "text", 7, None, [1], [{}], [[]], {"error": "x"}, [{"answer": 7}]),
    *([{"generated_text": None}], [{"label": "dog", "score": 0.9, "box": None}]),
    *([found("dog", 0, 0, 500, 5)], [found("dog", 5, 5, 1, 1)]),
    [found("dog", 0, 0, 9, 9, score=7)],
]  # fmt: skip


@pytest.mark.parametrize("body", BAD, ids=range(len(BAD)))
def test_an_answer_of_another_shape_is_an_error(
    server: Script, photo: Path, tmp_path: Path, body: object
) -> None:
    server.answers = [as_json(body)]
    tools = toolbox(server, tmp_path)
    calls: list[Callable[[], object]] = [
        lambda: tools.ask(photo, "dog"),
        lambda: tools.caption(photo),
    ]
    if body != []:
        calls.append(lambda: tools.find(photo, "dog"))
    for call in calls:
        with pytest.raises(ToolError, match="owner/tiny") as caught:
            call()
        assert "failed inside its backend" not in caught.value.message


def test_a_body_that_is_no_json_is_an_error(server: Script, photo: Path, tmp_path: Path) -> None:
    for body in (b"<html>", b"\xff\xfe", b"[" * 100_000):
        server.answers = [lambda one, body=body: one.reply(200, body)]
        with pytest.raises(ToolError, match="not what was asked for"):
            toolbox(server, tmp_path).caption(photo)


@pytest.mark.parametrize("answer", [hangs, cuts])
def test_a_server_that_hangs_or_cuts_is_told(
    server: Script, photo: Path, tmp_path: Path, answer: Any
) -> None:
    server.answers = [answer]
    tools = toolbox(server, tmp_path, "options.timeout = 0.3\noptions.retries = 0")
    with pytest.raises(ViscriptError, match=r"did not answer within|can't be reached"):
        tools.caption(photo)


def test_the_key_of_who_is_logged_in_goes_to_the_hub_only(
    server: Script, photo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("VISCRIPT_API_KEY")
    monkeypatch.setenv("HF_TOKEN", "hf_of_the_person")
    server.answers = [as_json([{"generated_text": "x"}])]
    toolbox(server, tmp_path).caption(photo)
    assert server.keys == [""]
    backend: Any = load(BackendSpec("hf-inference", "owner/tiny"), Toolbox.load(cache=None))
    assert (backend._server.address, backend._server.key) == (HUB, "hf_of_the_person")


def test_the_key_is_in_no_error_or_log(
    server: Script, photo: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    tools = toolbox(server, tmp_path)
    for answer in (as_json({"error": KEY}, 401), as_json({"error": KEY}, 500), as_json(KEY)):
        server.answers = [answer]
        with pytest.raises(ViscriptError) as caught:
            tools.caption(photo)
        assert KEY not in str(caught.value)
    assert KEY not in caplog.text
    server.answers = [as_json([{"generated_text": f"it says {KEY}"}])]
    assert tools.caption(photo) == "it says ***"
