"""A pipeline of diffusers as the host keeps it: loaded from a checkpoint, run job by job.

Only pipelines that are known here are made, of parts that diffusers and transformers define, from
safetensors; code in a checkpoint is refused. Between denoising steps a job can be stopped.
"""

from __future__ import annotations

import importlib
import inspect
import json
import logging
import warnings
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, cast

import numpy as np
import PIL.Image

from ..cancellation import current_cancellation
from ..errors import ModelError, ToolError, ViscriptError
from ..hosting.hub import INSTALL
from ..hosting.model import Placement
from ..hosting.pretrained import checkpoint_folder, file_of
from ..hosting.progress import current_progress
from ..hosting.shortage import is_out_of_memory
from ..notes import note
from . import BackendSpec

Task = Literal["replace", "edit", "generate"]

AUTO: Mapping[Task, str] = {
    "replace": "AutoPipelineForInpainting",
    "generate": "AutoPipelineForText2Image",
}
"""What picks the pipeline by the checkpoint's own."""

OWN: Mapping[Task, Sequence[str]] = {
    "replace": ("FluxFillPipeline",),
    "edit": (
        "StableDiffusionInstructPix2PixPipeline",
        "StableDiffusionXLInstructPix2PixPipeline",
        "FluxKontextPipeline",
        "QwenImageEditPipeline",
    ),
    "generate": (),
}
"""Pipelines that are used as the checkpoint says."""

LIBRARIES = frozenset({None, "diffusers", "transformers", "stable_diffusion"})
"""Where the parts of a pipeline may come from."""


class Job(NamedTuple):
    """What a pipeline is to make.

    Args:
        prompt: what it shows, or what to change.
        size: (width, height) in pixels, as the pipeline works; multiples of `Pipeline.step`.
        picture: what it starts from, RGB, of that size.
        mask: what is to be made anew (255), and what stays (0), of that size.
        seed: of the noise.
        steps: how many denoising steps.
        settings: more arguments of the pipeline, where it has them.
    """

    prompt: str
    size: tuple[int, int]
    picture: PIL.Image.Image | None
    mask: PIL.Image.Image | None
    seed: int
    steps: int
    settings: Mapping[str, float]


@dataclass(frozen=True)
class PipelineSource:
    """A `ModelSource` of a diffusers checkpoint.

    Args:
        spec: the checkpoint: a hub id, or a folder in the hub's layout.
        task: the tool that it serves.
    """

    spec: BackendSpec
    task: Task

    @property
    def identity(self) -> str:
        """Task, checkpoint and revision."""
        return f"diffusion {self.task}|{self.spec.checkpoint}|{self.spec.revision}"

    def size(self) -> int:
        """Bytes of the weights on disk.

        Raises:
            ModelError: the checkpoint is missing.
        """
        folder = checkpoint_folder(self.spec)
        return sum(path.stat().st_size for path in folder.glob("*/*.safetensors"))

    def load(self, placement: Placement) -> Pipeline:
        """The pipeline.

        Raises:
            ModelError: the checkpoint is missing or wrong, or does not fit.
        """
        made_for = _checked_pipeline(self.spec, self.task)
        folder = checkpoint_folder(self.spec)
        torch, diffusers = _library("torch"), _library("diffusers")
        name = made_for if made_for in OWN[self.task] else AUTO[self.task]
        with _reading(self.spec), _quietly():
            pipeline = getattr(diffusers, name).from_pretrained(
                folder,
                dtype=getattr(torch, placement.dtype),
                use_safetensors=True,
                trust_remote_code=False,
                local_files_only=True,
            )
            pipeline = pipeline.to(placement.device)
        pipeline.set_progress_bar_config(disable=True)
        return Pipeline(pipeline, self.spec.checkpoint)


class Pipeline:
    """A pipeline in memory.

    Args:
        pipeline: one of diffusers.
        name: of the checkpoint.
    """

    def __init__(self, pipeline: Any, name: str) -> None:
        self.pipeline = pipeline
        self._name = name
        self._takes = frozenset(inspect.signature(pipeline.__call__).parameters)

    @property
    def step(self) -> int:
        """Sides of pictures are multiples of so many pixels."""
        return 8 * int(getattr(self.pipeline, "vae_scale_factor", 8))

    @property
    def side(self) -> int:
        """Pixels of the side that it was trained on."""
        network = getattr(self.pipeline, "unet", None)
        if network is None:
            return 1024
        sample = network.config.sample_size
        sample = sample if isinstance(sample, int) else max(sample)
        return sample * int(self.pipeline.vae_scale_factor)

    def run(self, items: Sequence[Job | None]) -> list[Any]:
        """For each job its picture, uint8 of shape (H, W, 3); for None the numbers `Measures`."""
        return [Measures(self.side, self.step) if one is None else self._made(one) for one in items]

    def _made(self, job: Job) -> Any:
        torch = _library("torch")
        width, height = job.size
        given = {
            "prompt": job.prompt,
            "image": job.picture,
            "mask_image": job.mask,
            "width": width,
            "height": height,
            "num_inference_steps": job.steps,
            # On the CPU, so that a seed gives the same noise on every device.
            "generator": torch.Generator("cpu").manual_seed(job.seed),
            "callback_on_step_end": _between_steps(self._name, job.steps),
            **job.settings,
        }
        arguments = {
            name: one for name, one in given.items() if one is not None and name in self._takes
        }
        try:
            with torch.inference_mode(), _quietly():
                made = self.pipeline(**arguments)
        finally:
            current_progress()("")
        flagged = getattr(made, "nsfw_content_detected", None)
        if flagged and any(flagged):
            raise ToolError(
                f"the checkpoint {self._name} held back what it made, as unfit to be shown",
                hint="ask for something else, or set another seed",
            )
        note(f"{self._name}: seed {job.seed}, {job.steps} steps, {width}x{height}")
        return np.asarray(made.images[0].convert("RGB"), dtype=np.uint8)


class Measures(NamedTuple):
    """What sizes a pipeline works in; see `Pipeline.side` and `Pipeline.step`."""

    side: int
    step: int


def _between_steps(name: str, steps: int) -> Any:
    """What the pipeline calls after each denoising step."""
    token, progress = current_cancellation(), current_progress()

    def ended(_: Any, step: int, __: Any, tensors: dict[str, Any]) -> dict[str, Any]:
        token.check()
        progress(name, step + 1, steps)
        return tensors

    return ended


def _checked_pipeline(spec: BackendSpec, task: Task) -> str:
    """The name of the checkpoint's own pipeline.

    Raises:
        ModelError: it is no checkpoint of diffusers, not one for the task, or brings code.
    """
    folder = checkpoint_folder(spec)
    try:
        index: Any = json.loads(file_of(spec, "model_index.json").read_text("utf-8"))
        name: Any = index["_class_name"]
        parts = [one for key, one in index.items() if not key.startswith("_") and _is_part(one)]
    except (OSError, ValueError, RecursionError, KeyError, TypeError, AttributeError) as error:
        raise ModelError(
            f"model_index.json of {spec.checkpoint} can't be read: {type(error).__name__}"
        ) from None
    foreign = [one[0] for one in parts if one[0] not in LIBRARIES]
    if foreign or not isinstance(name, str) or any(folder.rglob("*.py")):
        raise ModelError(
            f"the checkpoint {spec.checkpoint} brings code of its own, which is never run",
            hint="name a checkpoint of a pipeline that diffusers has",
        )
    if name not in OWN[task] and task not in AUTO:
        raise ModelError(
            f"the checkpoint {spec.checkpoint} is a {name}, which does not serve {task}",
            hint=f"name a checkpoint of {' or '.join(OWN[task][:2])}",
        )
    return name


def _is_part(value: object) -> bool:
    """Whether an entry of the index names a part: its library and class."""
    return isinstance(value, list) and len(cast("list[object]", value)) == 2


def _library(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        raise ModelError(f"this backend needs the package {error.name}", hint=INSTALL) from None


@contextmanager
def _quietly() -> Generator[None]:
    """The libraries' own reports, bars and deprecations go nowhere."""
    names = ("diffusers", "transformers")
    bars: list[Any] = [importlib.import_module(f"{name}.utils.logging") for name in names]
    shown = [one for one in bars if one.is_progress_bar_enabled()]
    loggers = [(logging.getLogger(name), logging.getLogger(name).level) for name in names]
    for one in shown:
        one.disable_progress_bar()
    for one, _ in loggers:
        one.setLevel(logging.ERROR)
    try:
        # A family with sentencepiece scripts a function as it is imported, which torch deprecates.
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "`torch.jit.script` is deprecated", FutureWarning)
            yield
    finally:
        for one, level in loggers:
            one.setLevel(level)
        for one in shown:
            one.enable_progress_bar()


@contextmanager
def _reading(spec: BackendSpec) -> Generator[None]:
    """Turns what goes wrong while a checkpoint is read into one line."""
    try:
        yield
    except ViscriptError:
        raise
    # Checkpoints are foreign files, and each library that reads them has errors of its own.
    except Exception as error:
        if is_out_of_memory(error):
            raise
        first = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise ModelError(
            f"the checkpoint {spec.checkpoint} can't be loaded: {first}",
            hint="see that it is a diffusers checkpoint for this tool, with safetensors",
        ) from None
