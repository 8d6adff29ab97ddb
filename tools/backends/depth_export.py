"""A depth network as an ONNX file, which the backend `onnx-depth` runs without torch.

A folder holds `depth.onnx` (takes uint8 pictures of any size that fits its patches; mean and spread
are inside) and `depth.json` with the numbers of `DepthSettings`.
"""

from __future__ import annotations

import importlib
import json
import math
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from ..values.depth import Unit
from .depth_tools import Scale
from .onnx_export import export_network


class DepthSettings(BaseModel):
    """What the network's file doesn't say.

    Args:
        width, height: what a picture is scaled to, in pixels.
        keep_aspect: both sides are scaled by the factor of the two that is nearer to 1.
        multiple: each side is a multiple of it.
        resample: how pictures are scaled, as Pillow numbers it.
        unit, larger_is_nearer: as a `DepthMap` has them.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    width: int = Field(gt=0)
    height: int = Field(gt=0)
    keep_aspect: bool
    multiple: int = Field(gt=0)
    resample: int = Field(ge=0, le=5)
    unit: Unit
    larger_is_nearer: bool

    def input_size(self, width: int, height: int) -> tuple[int, int]:
        """(width, height) that a picture has for the network, as DPT's processor has it."""
        across, down = self.width / width, self.height / height
        if self.keep_aspect:
            across = down = across if abs(1 - across) < abs(1 - down) else down
        return self._multiple(across * width), self._multiple(down * height)

    def _multiple(self, side: float) -> int:
        times = round(side / self.multiple)
        return self.multiple * (times if times > 0 else math.ceil(side / self.multiple))


def write(network: Any, processor: Any, scale: Scale, out: Path) -> list[Path]:
    """Writes a network and what is needed to use it; returns the files.

    Raises:
        ModelError: it can't be written.
    """
    torch: Any = importlib.import_module("torch")
    out.mkdir(parents=True, exist_ok=True)
    settings = DepthSettings(
        width=processor.size["width"],
        height=processor.size["height"],
        keep_aspect=processor.keep_aspect_ratio,
        multiple=processor.ensure_multiple_of,
        resample=int(processor.resample),
        unit=scale.unit,
        larger_is_nearer=scale.larger_is_nearer,
    )
    mean = torch.tensor(processor.image_mean).view(3, 1, 1)
    spread = torch.tensor(processor.image_std).view(3, 1, 1)

    def seen(image: Any) -> Any:
        scaled = (image.permute(0, 3, 1, 2).float() * processor.rescale_factor - mean) / spread
        return network(pixel_values=scaled).predicted_depth

    width, height = settings.input_size(settings.width, settings.height)
    image = torch.zeros((1, height, width, 3), dtype=torch.uint8)
    free = (1, 2) if settings.keep_aspect else ()
    with _free_sizes(network):
        file = export_network(network, seen, out / "depth.onnx", {"image": image}, ["depth"], free)
    (out / "depth.json").write_text(json.dumps(settings.model_dump(), indent=1), "utf-8")
    return [file, out / "depth.json"]


@contextmanager
def _free_sizes(network: Any) -> Generator[None]:
    """Depth Anything's head makes sizes plain numbers by `int`, and tracing would fix them."""
    module: Any = importlib.import_module(type(network).__module__)
    module.int = importlib.import_module("transformers.utils").torch_int
    try:
        yield
    finally:
        del module.int
