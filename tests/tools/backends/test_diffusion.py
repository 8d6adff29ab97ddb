"""Pictures by diffusion: tiny pipelines saved to disk, loaded as a checkpoint of the hub is."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from viscript import (
    Box,
    CancelledError,
    Image,
    InputError,
    Mask,
    ModelError,
    Region,
    Toolbox,
    ToolError,
    run_program,
)
from viscript.tools.cancellation import Cancellation

from . import tiny_pipelines
from .hub_profiles import profile
from .profiles import turned_photo

pytestmark = pytest.mark.xdist_group("diffusion")


@pytest.fixture(scope="module", autouse=True)
def _one_thread() -> Iterator[None]:
    """For networks of this size, threads that wait for a core cost more than they give."""
    torch: Any = import_module("torch")
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="module")
def checkpoints(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The folder of a checkpoint for each tool."""
    folder = tmp_path_factory.mktemp("pipelines")
    kinds = {
        "replace": ("StableDiffusionInpaintPipeline", 9),
        "edit": ("StableDiffusionInstructPix2PixPipeline", 8),
        "generate": ("StableDiffusionPipeline", 4),
    }
    return {
        tool: tiny_pipelines.stable_diffusion(folder / tool, kind, channels)
        for tool, (kind, channels) in kinds.items()
    }


@pytest.fixture
def cup(coffee: Image, tmp_path: Path) -> Image:
    """A part of a photo, higher than wide, from a file that EXIF turns upright."""
    small = Image.from_array(coffee.pixels[60:200:2, 80:180:2])
    path, _ = turned_photo(small, tmp_path)
    image = Toolbox.load(cache=None).image(path)
    assert image.size == (50, 70)
    return image


def toolbox(folder: Path, tool: str, checkpoint: Path, **options: object) -> Toolbox:
    path = profile(
        folder / "tiny.toml", "diffusion", checkpoint, tool, options={"steps": 2, **options}
    )
    return Toolbox.load(path, cache=None)


def ring(image: Image) -> Mask:
    """A mask that is no box."""
    rows, columns = np.ogrid[: image.height, : image.width]
    distance = np.hypot(rows - 40, columns - 25)
    return Mask((distance < 15) & (distance > 5))


def assert_replaced(image: Image, made: Image, mask: Mask) -> None:
    assert made.size == image.size
    changed = (made.pixels != image.pixels).any(axis=2)
    assert not changed[~mask.array].any()
    assert changed[mask.array].mean() > 0.5


def test_only_the_pixels_of_the_mask_are_made_anew(
    checkpoints: dict[str, Path], cup: Image, tmp_path: Path
) -> None:
    region = Region(cup, Box(10, 25, 40, 55), "cup", mask=ring(cup))
    tools = toolbox(tmp_path, "replace", checkpoints["replace"])
    call = tools.invoke("replace", {"image": cup, "regions": region, "prompt": "a red cup"})
    assert_replaced(cup, call.value, ring(cup))
    assert call.notes[-1] == f"{checkpoints['replace']}: seed 0, 2 steps, 32x32"
    assert call.value.origin == "a red cup in turned.jpg"


def test_a_region_without_a_mask_is_segmented_first(
    checkpoints: dict[str, Path], cup: Image, tmp_path: Path
) -> None:
    region = Region(cup, Box(10, 25, 40, 55), "cup")
    tools = toolbox(tmp_path, "replace", checkpoints["replace"])
    mask = tools.segment(cup, region)[0].mask
    assert mask is not None
    assert_replaced(cup, tools.replace(cup, [region], "a red cup"), mask)


def test_a_seed_makes_the_same_picture_again_and_another_seed_another(
    checkpoints: dict[str, Path], cup: Image, tmp_path: Path
) -> None:
    region = Region(cup, Box(10, 25, 40, 55), "cup", mask=ring(cup))

    def made(**options: object) -> Image:
        tools = toolbox(tmp_path, "replace", checkpoints["replace"], **options)
        return tools.replace(cup, region, "a red cup")

    assert made() == made(seed=0)
    assert made() != made(seed=1)


@pytest.mark.parametrize("family", ["stable_diffusion_xl", "flux_fill"])
def test_other_families_inpaint_too(family: str, cup: Image, tmp_path: Path) -> None:
    checkpoint = getattr(tiny_pipelines, family)(tmp_path / family)
    region = Region(cup, Box(10, 25, 40, 55), "cup", mask=ring(cup))
    tools = toolbox(tmp_path, "replace", checkpoint, side=64)
    made = tools.replace(cup, region, "a red cup")
    assert_replaced(cup, made, ring(cup))
    assert made == toolbox(tmp_path, "replace", checkpoint, side=64).replace(
        cup, region, "a red cup"
    )


def test_an_edit_keeps_the_size_and_follows_the_seed(
    checkpoints: dict[str, Path], cup: Image, tmp_path: Path
) -> None:
    def made(**options: object) -> Image:
        tools = toolbox(tmp_path, "edit", checkpoints["edit"], **options)
        return tools.edit(cup, "make it winter")

    first = made()
    assert first.size == cup.size
    assert (first.pixels != cup.pixels).mean() > 0.5
    assert first == made()
    assert first != made(seed=7)
    assert first != made(image_guidance_scale=5.0)


def test_a_picture_is_made_from_words_in_the_size_of_the_profile(
    checkpoints: dict[str, Path], cup: Image, tmp_path: Path
) -> None:
    tools = toolbox(tmp_path, "generate", checkpoints["generate"])
    run = run_program('answer = generate("a lighthouse at dusk")', [cup], tools, record=False)
    assert isinstance(run.answer, Image)
    assert run.answer.size == (32, 32)
    assert run.steps[0].notes[-1].endswith("seed 0, 2 steps, 32x32")
    larger = toolbox(tmp_path, "generate", checkpoints["generate"], side=64)
    assert larger.generate("a lighthouse at dusk").size == (64, 64)


def test_a_picture_that_the_checkpoints_own_checker_holds_back_is_an_error(tmp_path: Path) -> None:
    def checkpoint(strictness: float) -> Path:
        return tiny_pipelines.stable_diffusion(
            tmp_path / f"{strictness}", "StableDiffusionPipeline", 4, strictness=strictness
        )

    assert toolbox(tmp_path, "generate", checkpoint(-2)).generate("a dog").size == (32, 32)
    with pytest.raises(ToolError, match="held back what it made"):
        toolbox(tmp_path, "generate", checkpoint(2)).generate("a dog")


def test_each_step_is_shown_and_a_cancelled_call_stops_after_one(
    checkpoints: dict[str, Path], tmp_path: Path
) -> None:
    token, told = Cancellation(), list[tuple[str, int, int]]()
    name = str(checkpoints["generate"])

    def tell(what: str, done: int, total: int) -> None:
        told.append((what, done, total))
        if total == 20 and done == 2:
            token.cancel("the person left")

    tools = toolbox(tmp_path, "generate", checkpoints["generate"], steps=20)
    tools.host.tell = tell
    with pytest.raises(CancelledError):
        tools.invoke("generate", {"prompt": "a lighthouse"}, cancellation=token)
    assert told[-3:] == [(name, 1, 20), (name, 2, 20), ("", 0, 0)]


def test_nothing_to_replace_and_no_words_are_told(
    checkpoints: dict[str, Path], cup: Image, tmp_path: Path
) -> None:
    tools = toolbox(tmp_path, "replace", checkpoints["replace"])
    region = Region(cup, Box(1, 1, 9, 9))
    with pytest.raises(ToolError, match="the list of regions is empty"):
        tools.replace(cup, [], "a dog")
    with pytest.raises(ToolError, match="the prompt is empty"):
        tools.replace(cup, region, " ")
    with pytest.raises(ToolError, match="longer than 1000 characters"):
        tools.replace(cup, region, "a" * 1001)
    with pytest.raises(ToolError, match="the instruction is empty"):
        toolbox(tmp_path, "edit", checkpoints["edit"]).edit(cup, "")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"steps": 0}, "option steps"),
        ({"steps": 151}, "option steps"),
        ({"side": 4096}, "option side"),
        ({"strength": 2}, "option strength"),
        ({"seed": -1}, "option seed"),
        ({"sed": 1}, "did you mean seed"),
    ],
)
def test_options_are_bounded(
    checkpoints: dict[str, Path], tmp_path: Path, options: dict[str, Any], message: str
) -> None:
    with pytest.raises(InputError, match=message):
        toolbox(tmp_path, "generate", checkpoints["generate"], **options).generate("a dog")


def damaged(checkpoint: Path, folder: Path) -> tuple[Path, dict[str, Any]]:
    """A copy of a checkpoint, and its index."""
    copy = Path(shutil.copytree(checkpoint, folder / "copy"))
    return copy, json.loads((copy / "model_index.json").read_text())


def test_code_in_a_checkpoint_is_refused_and_not_run(
    checkpoints: dict[str, Path], tmp_path: Path
) -> None:
    copy, index = damaged(checkpoints["generate"], tmp_path)
    trap = tmp_path / "ran"
    code = f"open({str(trap)!r}, 'w')\nclass Evil: pass\n"
    (copy / "unet" / "evil.py").write_text(code)
    changes: list[dict[str, Any]] = [
        {"unet": ["evil", "Evil"]},
        {"_class_name": ["evil", "Evil"]},
        {"vae": ["os", "system"]},
        {},
    ]
    for change in changes:
        (copy / "model_index.json").write_text(json.dumps(index | change))
        with pytest.raises(ModelError, match="brings code of its own"):
            toolbox(tmp_path, "generate", copy).generate("a dog")
    assert not trap.exists()


def test_pickled_weights_are_not_read(checkpoints: dict[str, Path], tmp_path: Path) -> None:
    copy, _ = damaged(checkpoints["generate"], tmp_path)
    weights = next((copy / "unet").glob("*.safetensors"))
    weights.rename(weights.with_suffix(".bin"))
    with pytest.raises(ModelError, match="can't be loaded"):
        toolbox(tmp_path, "generate", copy).generate("a dog")


@pytest.mark.parametrize("text", ["", "[]", "{}", "[" * 100_000, '{"_class_name": 7}'])
def test_an_index_that_is_none_is_told(
    checkpoints: dict[str, Path], tmp_path: Path, text: str
) -> None:
    copy, _ = damaged(checkpoints["generate"], tmp_path)
    (copy / "model_index.json").write_text(text)
    with pytest.raises(ModelError) as caught:
        toolbox(tmp_path, "generate", copy).generate("a dog")
    assert "\n" not in str(caught.value)


def test_a_checkpoint_for_something_else_is_told(
    checkpoints: dict[str, Path], cup: Image, tmp_path: Path
) -> None:
    with pytest.raises(ModelError, match="a StableDiffusionPipeline, which does not serve edit"):
        toolbox(tmp_path, "edit", checkpoints["generate"]).edit(cup, "make it winter")
    with pytest.raises(ModelError, match=r"has no model_index\.json"):
        toolbox(tmp_path, "edit", checkpoints["generate"] / "unet").edit(cup, "make it winter")
    with pytest.raises(ModelError, match="no folder"):
        toolbox(tmp_path, "edit", tmp_path / "nowhere").edit(cup, "make it winter")
