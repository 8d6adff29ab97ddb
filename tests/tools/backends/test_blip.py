"""BLIP, BLIP-2 and ViLT on tiny random checkpoints, against what transformers itself generates."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from viscript import Toolbox
from viscript.tools.backends import BackendSpec, blip, blip2, vilt
from viscript.tools.backends.language_tools import Prompt, first_sentence, short_answer
from viscript.tools.errors import InputError, ModelError
from viscript.tools.hosting.model import Placement
from viscript.tools.values import Image

from . import tiny_language_models as tiny
from .hub_profiles import profile

QUESTION = "what is the dog?"
FEW = {"tokens": 6}
CPU = Placement("cpu", "float32")


@pytest.fixture(scope="module")
def describer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny.blip(tmp_path_factory.mktemp("describer"))


@pytest.fixture(scope="module")
def answerer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny.blip(tmp_path_factory.mktemp("answerer"), answers=True)


@pytest.fixture(scope="module", params=["opt", "t5"])
def blip2_folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny.blip2(tmp_path_factory.mktemp("blip2"), t5=request.param == "t5")


@pytest.fixture(scope="module")
def vilt_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny.vilt(tmp_path_factory.mktemp("vilt"))


def toolbox(folder: Path, tmp_path: Path, backend: str, *tools: str, options: Any = FEW) -> Toolbox:
    written = profile(tmp_path / "p.toml", backend, folder, *tools, options=options)
    return Toolbox.load(written, cache=None)


def generated(kind: str, folder: Path, tokens: int = 6, **given: Any) -> str:
    """What transformers itself generates."""
    torch: Any = import_module("torch")
    hf: Any = import_module("transformers")
    model = getattr(hf, kind).from_pretrained(folder).eval()
    processor = hf.AutoProcessor.from_pretrained(folder)
    inputs = processor(**given, return_tensors="pt")
    with torch.inference_mode():
        out = model.generate(**inputs, max_new_tokens=tokens, do_sample=False)[0]
    decoder = kind.startswith("Blip2") and not model.config.get_text_config().is_encoder_decoder
    start = inputs["input_ids"].shape[1] if decoder else 0
    return processor.decode(out[start:], skip_special_tokens=True)


def test_blip_describes_as_transformers_does(describer: Path, tmp_path: Path, cat: Image) -> None:
    tools = toolbox(describer, tmp_path, "blip", "caption")
    expected = generated("BlipForConditionalGeneration", describer, images=cat.to_pil())
    assert tools.caption(cat) == tools.caption(cat) == first_sentence(expected)


def test_blip_answers_as_transformers_does(answerer: Path, tmp_path: Path, cat: Image) -> None:
    tools = toolbox(answerer, tmp_path, "blip", "ask")
    expected = generated("BlipForQuestionAnswering", answerer, images=cat.to_pil(), text=QUESTION)
    assert tools.ask(cat, QUESTION) == short_answer(QUESTION, expected)


def test_blip_2_speaks_as_transformers_does(blip2_folder: Path, tmp_path: Path, cat: Image) -> None:
    tools = toolbox(blip2_folder, tmp_path, "blip2", "ask", "caption")
    asked = f"Question: {QUESTION} Short answer:"
    kind = "Blip2ForConditionalGeneration"
    expected = generated(kind, blip2_folder, images=cat.to_pil(), text=asked)
    assert tools.ask(cat, QUESTION) == short_answer(QUESTION, expected)
    expected = generated(kind, blip2_folder, images=cat.to_pil(), text="")
    assert tools.caption(cat) == first_sentence(expected)


def test_vilt_gives_the_likeliest_of_its_answers(
    vilt_folder: Path, tmp_path: Path, cat: Image
) -> None:
    torch: Any = import_module("torch")
    hf: Any = import_module("transformers")
    model = hf.ViltForQuestionAnswering.from_pretrained(vilt_folder).eval()
    processor = hf.AutoProcessor.from_pretrained(vilt_folder)
    inputs = processor(images=cat.to_pil(), text=QUESTION, return_tensors="pt")
    with torch.inference_mode():
        logits = model(**inputs).logits[0]
    tools = toolbox(vilt_folder, tmp_path, "vilt", "ask", options=None)
    assert tools.ask(cat, QUESTION) == model.config.id2label[int(logits.argmax())]


def test_prompts_together_say_what_each_says_alone(
    describer: Path,
    answerer: Path,
    blip2_folder: Path,
    vilt_folder: Path,
    cat: Image,
    coffee: Image,
) -> None:
    models: list[Any] = [
        blip.BlipDescriber.of(BackendSpec("blip", str(describer)), CPU),
        blip.BlipAnswerer.of(BackendSpec("blip", str(answerer)), CPU),
        blip2.Blip2.of(BackendSpec("blip2", str(blip2_folder)), CPU),
        vilt.Vilt.of(BackendSpec("vilt", str(vilt_folder)), CPU),
    ]
    prompts = [
        Prompt(cat.pixels, QUESTION, 6),
        Prompt(coffee.pixels[:100, :70], "is the car red or is it a dog?", 6),
        Prompt(coffee.pixels, "what is it?", 4),
        Prompt(cat.pixels[:90], QUESTION, 6),
    ]
    for model in models:
        alone = [model.run([prompt])[0] for prompt in prompts]
        assert model.run(prompts) == alone


def test_a_checkpoint_for_captions_is_not_asked(
    describer: Path, tmp_path: Path, cat: Image
) -> None:
    with pytest.raises(ModelError, match="this takes a BlipForQuestionAnswering"):
        toolbox(describer, tmp_path, "blip", "ask").ask(cat, QUESTION)


def test_a_checkpoint_for_questions_does_not_describe(
    answerer: Path, tmp_path: Path, cat: Image
) -> None:
    with pytest.raises(ModelError, match="this takes a BlipForConditionalGeneration"):
        toolbox(answerer, tmp_path, "blip", "caption").caption(cat)


@pytest.mark.parametrize("backend", ["blip2", "vilt", "florence2"])
def test_a_checkpoint_of_another_family_is_refused(
    backend: str, describer: Path, tmp_path: Path, cat: Image
) -> None:
    with pytest.raises(ModelError, match="BlipForConditionalGeneration"):
        toolbox(describer, tmp_path, backend, "ask", options=None).ask(cat, QUESTION)


def test_a_missing_folder_is_named(tmp_path: Path, cat: Image) -> None:
    with pytest.raises(ModelError, match="no folder"):
        toolbox(tmp_path / "nowhere", tmp_path, "blip", "caption").caption(cat)


def test_options_that_mean_nothing_are_refused(describer: Path, tmp_path: Path, cat: Image) -> None:
    with pytest.raises(InputError, match="tokens"):
        toolbox(describer, tmp_path, "blip", "caption", options={"tokens": 0}).caption(cat)
    with pytest.raises(InputError, match="beams"):
        toolbox(describer, tmp_path, "blip", "caption", options={"beams": 2}).caption(cat)
