"""Diffusion models through diffusers: inpainting (Stable Diffusion, SDXL, FLUX Fill), editing by
instruction (InstructPix2Pix, Brooks et al., 2023; FLUX Kontext), and text to image. It serves
`replace`, `edit` and `generate`, each from a checkpoint of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import PIL.Image
from numpy.typing import NDArray

from ..errors import ToolError
from ..values import Box, Image, Region
from ..values.image import Pixels
from . import BackendSpec, Tools
from .diffusion_pipeline import Job, Measures, PipelineSource, Task
from .given_regions import distinct_regions

STEPS = 30
MAX_STEPS = 150
MAX_SIDE = 2048
MAX_PROMPT = 1000
"""Characters of a prompt; most models read some 75 words."""

CONTEXT = 2.0
"""Side of what an inpainting model sees, in longer sides of the region: it must match around."""

_SETTINGS = ("guidance_scale", "image_guidance_scale", "strength")


def load(spec: BackendSpec, tools: Tools) -> Diffusion:
    """The backend.

    Its options: `seed` (0), `steps` (30, 1 to 150), `side` (pixels of the longer side that the
    model works in, 64 to 2048; what it was trained on when left out), and the pipeline's
    `guidance_scale`, `image_guidance_scale` (InstructPix2Pix) and `strength` (0 to 1).
    """
    spec.only("seed", "steps", "side", *_SETTINGS)
    limits = {"guidance_scale": 50, "image_guidance_scale": 50, "strength": 1}
    settings = {
        name: spec.number(name, 0, 0, limits[name]) for name in _SETTINGS if name in spec.options
    }
    return Diffusion(
        spec,
        tools,
        seed=int(spec.number("seed", 0, 0, 2**32 - 1)),
        steps=int(spec.number("steps", STEPS, 1, MAX_STEPS)),
        side=int(spec.number("side", 64, 64, MAX_SIDE)) if "side" in spec.options else 0,
        settings=settings,
    )


class Diffusion:
    """Makes pictures by denoising.

    Args:
        spec: the checkpoint.
        tools: `segment`, for regions without a mask, and the host.
        seed: of the noise: the same seed makes the same picture.
        steps: how many denoising steps.
        side: pixels of the longer side that the model works in; 0 is what it was trained on.
        settings: more arguments of the pipeline.
    """

    def __init__(
        self,
        spec: BackendSpec,
        tools: Tools,
        *,
        seed: int,
        steps: int,
        side: int,
        settings: dict[str, float],
    ) -> None:
        self._spec = spec
        self._tools = tools
        self._seed = seed
        self._steps = steps
        self._side = side
        self._settings = settings

    def replace(self, image: Image, regions: Region | Sequence[Region], prompt: str) -> Image:
        """The picture with the first region made anew; all pixels outside its mask stay.

        Raises:
            ToolError: there is no region, or it is of another picture; or the prompt is empty or
                too long.
        """
        chosen = distinct_regions(image, regions)
        if not chosen:
            raise ToolError(
                "replace has nothing to replace: the list of regions is empty",
                hint="test with exists first, and say what is missing",
            )
        _check_words("prompt", prompt)
        mask = self._mask(image, chosen[0])
        measures = self._measures("replace")
        left, top, right, bottom = _window(mask)
        part, hole = image.pixels[top:bottom, left:right], mask[top:bottom, left:right]
        size = measures_in(part.shape[1], part.shape[0], measures)
        made = self._made("replace", prompt, size, part, hole)
        pixels = image.pixels.copy()
        pixels[top:bottom, left:right][hole] = _resized(made, part.shape[1], part.shape[0])[hole]
        return Image.from_array(pixels, f"{prompt[:40]} in {image.origin}")

    def edit(self, image: Image, instruction: str) -> Image:
        """The picture, changed as an instruction says, in its own size.

        Raises:
            ToolError: the instruction is empty or too long.
        """
        _check_words("instruction", instruction)
        size = measures_in(image.width, image.height, self._measures("edit"))
        made = self._made("edit", instruction, size, image.pixels, None)
        pixels = _resized(made, image.width, image.height)
        return Image.from_array(pixels, f"edited {image.origin}")

    def generate(self, prompt: str) -> Image:
        """A new square picture of what a prompt describes.

        Raises:
            ToolError: the prompt is empty or too long.
        """
        _check_words("prompt", prompt)
        measures = self._measures("generate")
        size = measures_in(measures.side, measures.side, measures)
        return Image.from_array(self._made("generate", prompt, size, None, None), prompt[:60])

    def _measures(self, task: Task) -> Measures:
        """The sizes that the model works in, as the profile says or it was trained on."""
        measures: Measures = self._run(task, None)
        return measures._replace(side=self._side) if self._side else measures

    def _made(
        self,
        task: Task,
        prompt: str,
        size: tuple[int, int],
        pixels: Pixels | None,
        mask: NDArray[np.bool_] | None,
    ) -> Pixels:
        picture = None if pixels is None else PIL.Image.fromarray(_resized(pixels, *size))
        hole = None
        if mask is not None:
            hole = PIL.Image.fromarray(mask.astype(np.uint8) * 255).resize(
                size, PIL.Image.Resampling.NEAREST
            )
        job = Job(prompt, size, picture, hole, self._seed, self._steps, self._settings)
        return self._run(task, job)

    def _run(self, task: Task, job: Job | None) -> Any:
        return self._tools.hosted(PipelineSource(self._spec, task)).run(job)

    def _mask(self, image: Image, region: Region) -> NDArray[np.bool_]:
        """Which pixels are to be made anew, at least one: the region's mask, or its box."""
        if region.mask is None and self._tools.offers("segment"):
            region = self._tools.call("segment", image, region)[0]
        if region.mask is not None and region.mask.area > 0:
            return region.mask.array
        left, top, right, bottom = region.box.to_pixels(image.size)
        mask = np.zeros((image.height, image.width), dtype=np.bool_)
        mask[top:bottom, left:right] = True
        return mask


def _check_words(what: str, text: str) -> None:
    if not text.strip():
        raise ToolError(f"the {what} is empty", hint="say what is to be seen")
    if len(text) > MAX_PROMPT:
        raise ToolError(f"the {what} is longer than {MAX_PROMPT} characters", hint="say it shorter")


def _window(mask: NDArray[np.bool_]) -> tuple[int, int, int, int]:
    """What the model is shown: the mask and what is around it, as square as the picture allows."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    box = Box(int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1)
    height, width = mask.shape
    half = CONTEXT * max(box.width, box.height) / 2
    left, right = _inside(box.x - half, box.x + half, width)
    top, bottom = _inside(box.y - half, box.y + half, height)
    return left, top, right, bottom


def _inside(start: float, end: float, limit: int) -> tuple[int, int]:
    """A span moved into 0..limit, and cut where it is longer."""
    length = min(round(end - start), limit)
    first = min(max(round(start), 0), limit - length)
    return first, first + length


def measures_in(width: int, height: int, measures: Measures) -> tuple[int, int]:
    """The size in which a picture is worked on: the model's longer side, in whole steps."""
    factor = measures.side / max(width, height)
    step = measures.step
    across, down = (max(round(side * factor / step), 1) * step for side in (width, height))
    return across, down


def _resized(pixels: Pixels, width: int, height: int) -> Pixels:
    if pixels.shape[:2] == (height, width):
        return pixels
    picture = PIL.Image.fromarray(pixels).resize((width, height), PIL.Image.Resampling.LANCZOS)
    return np.asarray(picture, dtype=np.uint8)
