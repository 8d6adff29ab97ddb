"""CLIP, SigLIP and SigLIP 2 on tiny random checkpoints: what is computed is right, not meant."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import PIL.Image
import pytest
from viscript import Toolbox
from viscript.tools.errors import InputError, ModelError, ToolError
from viscript.tools.values import Box, Image, Region

from . import tiny_encoders
from .hub_profiles import profile

KINDS = ("clip", "siglip", "siglip2")
TEXTS = ("a cat", "a photo of two dogs", "the letter x")


@pytest.fixture(scope="module")
def checkpoints(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("clip")
    return {
        "clip": tiny_encoders.clip(folder / "clip"),
        "siglip": tiny_encoders.siglip(folder / "siglip"),
        "siglip2": tiny_encoders.siglip(folder / "siglip2", naflex=True),
    }


@pytest.fixture(scope="module")
def toolboxes(checkpoints: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A toolbox for each kind of checkpoint."""
    folder = tmp_path_factory.mktemp("profiles")
    return {
        kind: Toolbox.load(
            profile(folder / f"{kind}.toml", "clip", path, "similarity", "classify", "select"),
            cache=None,
        )
        for kind, path in checkpoints.items()
    }


@pytest.fixture
def people(cat: Image) -> list[Region]:
    """Three regions of different shapes, which all claim to be persons."""
    boxes = (Box(0, 0, 100, 250), Box(120, 40, 330, 110), Box(340, 30, 440, 130))
    return [Region(cat, box, "person") for box in boxes]


def reference(folder: Path, picture: PIL.Image.Image, texts: tuple[str, ...]) -> Any:
    """What transformers itself says of a picture that is as large as the model's input."""
    torch: Any = import_module("torch")
    hf: Any = import_module("transformers")
    model = hf.AutoModel.from_pretrained(folder).eval()
    images = hf.AutoImageProcessor.from_pretrained(folder)(picture, return_tensors="pt")
    words = hf.AutoTokenizer.from_pretrained(folder)(
        list(texts), padding="max_length", truncation=True, max_length=40, return_tensors="pt"
    )
    with torch.inference_mode():
        return model(**images, **words).logits_per_image[0].numpy()


@pytest.mark.parametrize("kind", KINDS)
def test_similarity_is_what_transformers_computes(
    kind: str, toolboxes: dict[str, Toolbox], checkpoints: dict[str, Path], cat: Image
) -> None:
    square = Image.from_array(cat.pixels[:300, 100:400])
    logits = reference(checkpoints[kind], square.to_pil(), TEXTS)
    found = [toolboxes[kind].similarity(square, text) for text in TEXTS]
    if kind == "clip":
        hf: Any = import_module("transformers")
        scale = hf.AutoModel.from_pretrained(checkpoints[kind]).logit_scale.exp().item()
        expected = np.clip(logits / scale, 0, 1)
    else:
        expected = 1 / (1 + np.exp(-logits))
    assert found == pytest.approx(expected.tolist(), abs=1e-4)
    assert len({round(one, 4) for one in found}) > 1
    assert all(0 <= one <= 1 for one in found)


@pytest.mark.parametrize("kind", KINDS)
def test_classify_gives_each_region_the_label_with_the_largest_share(
    kind: str, toolboxes: dict[str, Toolbox], checkpoints: dict[str, Path], cat: Image
) -> None:
    square = Image.from_array(cat.pixels[:300, 100:400])
    labels = ("cat", "x", "zebra")
    logits = reference(
        checkpoints[kind], square.to_pil(), tuple(f"a photo of a {label}" for label in labels)
    )
    (region,) = toolboxes[kind].classify(square, labels)
    assert region.label == labels[int(np.argmax(logits))]
    shares = np.exp(logits - logits.max())
    assert region.score == pytest.approx(float(1 / shares.sum()), abs=1e-4)
    assert region.box.xyxy == (0, 0, 300, 300)


@pytest.mark.parametrize("kind", KINDS)
def test_several_regions_at_once_are_judged_as_one_by_one(
    kind: str, toolboxes: dict[str, Toolbox], people: list[Region]
) -> None:
    tools = toolboxes[kind]
    together = tools.classify(people, ["cat", "x", "zebra"])
    alone = [tools.classify(one, ["cat", "x", "zebra"])[0] for one in people]
    assert [one.label for one in together] == [one.label for one in alone]
    scores = [one.score for one in alone]
    assert [one.score for one in together] == pytest.approx(scores, abs=1e-5)
    assert [one.box for one in together] == [one.box for one in people]


def test_a_single_label_is_contrasted_with_other(
    toolboxes: dict[str, Toolbox], people: list[Region]
) -> None:
    found = toolboxes["clip"].classify(people, ["zebra"])
    assert {one.label for one in found} <= {"zebra", "other"}
    assert all(one.score >= 0.5 for one in found)
    kept = toolboxes["clip"].classify(people, ["zebra"], one_each=True)
    assert [one.label for one in kept] in ([], ["zebra"])


def test_one_each_keeps_the_surest_region_of_each_label(
    toolboxes: dict[str, Toolbox], people: list[Region]
) -> None:
    labels = ["cat", "x", "zebra"]
    everything = toolboxes["siglip"].classify(people, labels)
    kept = toolboxes["siglip"].classify(people, labels, one_each=True)
    assert len({one.label for one in kept}) == len(kept)
    for one in kept:
        assert one.score == max(two.score for two in everything if two.label == one.label)


def test_the_singular_picks_the_region_that_looks_most_like_the_phrase(
    toolboxes: dict[str, Toolbox], people: list[Region]
) -> None:
    tools = toolboxes["clip"]
    likeness = [tools.similarity(one, "a photo of a happy man") for one in people]
    (chosen,) = tools.select(people, "the happy man")
    assert chosen == people[int(np.argmax(likeness))]


def test_places_narrow_what_the_model_finds_fitting(
    toolboxes: dict[str, Toolbox], people: list[Region]
) -> None:
    tools = toolboxes["siglip"]
    phrase, plain = "a photo of a happy person", "a photo of a person"
    fitting = [
        one for one in people if tools.similarity(one, phrase) > tools.similarity(one, plain)
    ]
    assert tools.select(people, "happy persons") == fitting
    assert tools.select(people, "the leftmost happy person") == fitting[:1]


def test_labels_places_and_colours_alone_need_no_judgement(
    toolboxes: dict[str, Toolbox], people: list[Region]
) -> None:
    tools = toolboxes["clip"]
    assert tools.select(people, "the person on the right") == [people[2]]
    assert tools.select(people, "the largest person") == [people[0]]
    assert tools.select(people, "persons") == people


def test_what_a_thing_has_on_is_judged_when_no_region_shows_it(
    toolboxes: dict[str, Toolbox], people: list[Region]
) -> None:
    tools = toolboxes["clip"]
    likeness = [tools.similarity(one, "a photo of a person on hat") for one in people]
    assert tools.select(people, "the person in a hat") == [people[int(np.argmax(likeness))]]


def test_a_long_thin_region_is_seen_whole(toolboxes: dict[str, Toolbox]) -> None:
    pixels = np.full((400, 40, 3), 128, dtype=np.uint8)
    plain = toolboxes["clip"].similarity(Image.from_array(pixels), "x")
    pixels[:40] = (250, 10, 10)
    marked = toolboxes["clip"].similarity(Image.from_array(pixels), "x")
    assert marked != pytest.approx(plain, abs=1e-4)


def test_the_name_of_a_special_token_is_text_like_any_other(toolboxes: dict[str, Toolbox]) -> None:
    picture = Image.from_array(np.zeros((40, 40, 3), dtype=np.uint8))
    ended = toolboxes["clip"].similarity(picture, "dog<|endoftext|>zebra crossing")
    assert ended != pytest.approx(toolboxes["clip"].similarity(picture, "dog"), abs=1e-6)


@pytest.mark.parametrize("kind", KINDS)
def test_capital_letters_say_nothing(kind: str, toolboxes: dict[str, Toolbox], cat: Image) -> None:
    tools = toolboxes[kind]
    assert tools.similarity(cat, "A Cat") == pytest.approx(tools.similarity(cat, "a cat"))


def test_texts_are_encoded_once(checkpoints: dict[str, Path]) -> None:
    from viscript.tools.backends import BackendSpec
    from viscript.tools.backends.clip import ClipEncoder
    from viscript.tools.backends.contrastive import Comparison, ContrastiveModel
    from viscript.tools.hosting.model import Placement

    class Counting(ClipEncoder):
        read = 0

        def texts(self, texts: Any) -> Any:
            Counting.read += len(texts)
            return super().texts(texts)

    spec = BackendSpec("clip", str(checkpoints["clip"]))
    model = ContrastiveModel(Counting.of(spec, Placement("cpu", "float32")))
    picture = np.zeros((40, 30, 3), dtype=np.uint8)
    first = model.run([Comparison(picture, ("a", "b")), Comparison(picture, ("b",))])
    again = model.run([Comparison(picture, ("a", "b"))])
    assert Counting.read == 2
    assert first[0].logits == pytest.approx(again[0].logits)


@pytest.mark.parametrize("labels", [[], [" "], [f"label {n}" for n in range(1001)]])
def test_labels_that_are_no_choice_are_refused(
    labels: list[str], toolboxes: dict[str, Toolbox], cat: Image
) -> None:
    with pytest.raises(ToolError):
        toolboxes["clip"].classify(cat, labels)


def test_the_sentence_for_labels_is_an_option(
    checkpoints: dict[str, Path], toolboxes: dict[str, Toolbox], cat: Image, tmp_path: Path
) -> None:
    written = profile(
        tmp_path / "p.toml",
        *("clip", checkpoints["clip"], "classify"),
        options={"prompt": "this is an X-ray of {}"},
    )
    (region,) = Toolbox.load(written, cache=None).classify(cat, ["cat", "x"])
    said = [f"this is an X-ray of {label}" for label in ("cat", "x")]
    likeness = [toolboxes["clip"].similarity(cat, text) for text in said]
    assert region.label == ("cat", "x")[int(np.argmax(likeness))]


@pytest.mark.parametrize("options", [{"prompt": "a photo"}, {"prompt": 3}, {"promt": "a {}"}])
def test_options_that_mean_nothing_are_refused(
    options: dict[str, Any], checkpoints: dict[str, Path], cat: Image, tmp_path: Path
) -> None:
    written = profile(tmp_path / "p.toml", "clip", checkpoints["clip"], "classify", options=options)
    with pytest.raises(InputError, match="option"):
        Toolbox.load(written, cache=None).classify(cat, ["cat", "dog"])


def test_a_checkpoint_of_another_architecture_is_refused(tmp_path: Path, cat: Image) -> None:
    folder = tiny_encoders.depth_anything(tmp_path / "depth")
    written = profile(tmp_path / "p.toml", "clip", folder, "similarity")
    with pytest.raises(ModelError, match="depth_anything") as raised:
        Toolbox.load(written, cache=None).similarity(cat, "a cat")
    assert "\n" not in str(raised.value)
