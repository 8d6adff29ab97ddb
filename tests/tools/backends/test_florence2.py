"""Florence-2 on a tiny random checkpoint, and how what it writes is read."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from viscript import Toolbox
from viscript.tools.backends import BackendSpec, florence2
from viscript.tools.backends.florence2 import Florence2, Florence2Tools, located
from viscript.tools.backends.language_tools import Prompt
from viscript.tools.errors import ToolError
from viscript.tools.hosting.model import Placement
from viscript.tools.values import Image

from . import tiny_language_models
from .hub_profiles import profile

TOOLS = ("ask", "caption", "find", "list_objects", "read_text")
PICTURE = Image.from_array(np.zeros((200, 400, 3), dtype=np.uint8))


class Writes:
    """A model that writes one text, and remembers what it was given."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.given: list[Prompt] = []

    def run(self, item: Prompt) -> str:
        self.given.append(item)
        return self.text

    def run_all(self, items: Any) -> list[str]:
        return [self.run(item) for item in items]


def serving(text: str) -> tuple[Florence2Tools, Writes]:
    model = Writes(text)
    return Florence2Tools(BackendSpec("florence2", "x"), model), model


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_language_models.florence2(tmp_path_factory.mktemp("florence2"))


def test_places_are_thousandths_of_the_picture() -> None:
    tools, model = serving(
        "dog<loc_100><loc_250><loc_500><loc_749>cat<loc_0><loc_0><loc_10><loc_10>"
        "<loc_100><loc_250><loc_600><loc_749>"
    )
    dog, cat, other = tools.find(PICTURE, "dog <OD> and cat")
    assert dog.box.xyxy == pytest.approx((40.2, 50.1, 200.2, 149.9))
    assert [dog.label, cat.label, other.label] == ["dog", "cat", "cat"]
    assert other.box.right == pytest.approx(240.2)
    assert model.given[0].question == "<CAPTION_TO_PHRASE_GROUNDING>dog  OD  and cat"


def test_what_is_written_twice_or_without_size_is_no_thing() -> None:
    four = "<loc_100><loc_250><loc_500><loc_749>"
    tools, _ = serving(f"dog{four}dog{four}cat<loc_1><loc_1><loc_1><loc_1>bird<loc_1><loc_2>")
    assert [one.label for one in tools.list_objects(PICTURE)] == ["dog"]


def test_text_comes_with_the_box_around_its_corners() -> None:
    corners = "<loc_100><loc_200><loc_300><loc_210><loc_300><loc_300><loc_100><loc_290>"
    tools, _ = serving(f"NO ENTRY{corners}left over<loc_3>")
    (line,) = tools.read_text(PICTURE)
    assert (line.text, line.label) == ("NO ENTRY", "text")
    assert line.box.xyxy == pytest.approx((40.2, 40.1, 120.2, 60.1))


def test_words_are_given_without_places() -> None:
    tools, model = serving("a dog<loc_4> on a <s>sofa.")
    assert tools.caption(PICTURE) == "a dog on a sofa."
    assert tools.ask(PICTURE, "is <OCR> it?") == "a dog on a sofa"
    assert [one.question for one in model.given] == ["<CAPTION>", "<VQA>is  OCR  it?"]


def test_words_that_no_place_follows_are_not_located() -> None:
    assert list(located("a dog")) == []
    assert list(located("x<loc_5><loc_1200>")) == [("x", [5, 999])]


def test_every_tool_runs_on_a_real_checkpoint(
    folder: Path, tmp_path: Path, cat: Image, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(florence2, "WRITTEN_TOKENS", 24)
    written = profile(tmp_path / "p.toml", "florence2", folder, *TOOLS, options={"tokens": 8})
    tools = Toolbox.load(written, cache=None)
    for regions in (tools.find(cat, "dog"), tools.list_objects(cat), tools.read_text(cat)):
        for one in regions:
            left, top, right, bottom = one.box.xyxy
            assert 0 <= left <= right <= cat.width
            assert 0 <= top <= bottom <= cat.height
    assert tools.ask(cat, "what is it?") == tools.ask(cat, "what is it?")
    assert tools.caption(cat)


def test_it_writes_what_transformers_generates(folder: Path, cat: Image, coffee: Image) -> None:
    torch: Any = import_module("torch")
    hf: Any = import_module("transformers")
    reference = hf.Florence2ForConditionalGeneration.from_pretrained(folder).eval()
    processor = hf.AutoProcessor.from_pretrained(folder)
    inputs = processor(images=cat.to_pil(), text="<OD>", return_tensors="pt")
    with torch.inference_mode():
        tokens = reference.generate(**inputs, max_new_tokens=12, do_sample=False, num_beams=1)
    expected = processor.decode(tokens[0], skip_special_tokens=False).replace("<|im_end|>", "")
    model = Florence2.of(BackendSpec("florence2", str(folder)), Placement("cpu", "float32"))
    prompts = [
        Prompt(cat.pixels, "<OD>", 12),
        Prompt(coffee.pixels[:150], "<CAPTION_TO_PHRASE_GROUNDING>a long phrase of words", 12),
    ]
    alone = [model.run([prompt])[0] for prompt in prompts]
    assert alone[0] == expected.strip()
    assert model.run(prompts) == alone


@pytest.mark.parametrize("query", ["", "<>", "x" * 300])
def test_a_query_names_one_thing(query: str) -> None:
    with pytest.raises(ToolError, match="characters"):
        serving("")[0].find(PICTURE, query)
