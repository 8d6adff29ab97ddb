"""A CLIP or SigLIP as ONNX files, which the backend `onnx-clip` runs without torch.

A folder holds `vision.onnx` (takes uint8 pictures of one size; mean and spread are inside),
`text.onnx`, `tokenizer.json`, and `clip.json` with the numbers of `ClipSettings`.
"""

from __future__ import annotations

import importlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field

from ..errors import ModelError
from .onnx_export import export_network

if TYPE_CHECKING:
    from .clip import ClipEncoder


class ClipSettings(BaseModel):
    """What the networks' files don't say.

    Args:
        resize: (width, height) in pixels that a picture is scaled to.
        crop: (width, height) of the middle that the network takes.
        resample: how it is scaled, as Pillow numbers it.
        square: whether a picture is put into a square before.
        fill: the colour of the rest of the square.
        scale, bias: turn a cosine into a logit; a model without a sigmoid has no bias.
        lower: whether texts are put in small letters before.
        masked: whether the text network also takes which tokens are no padding.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    resize: tuple[int, int]
    crop: tuple[int, int]
    resample: int = Field(ge=0, le=5)
    square: bool
    fill: tuple[int, int, int]
    scale: float
    bias: float | None
    lower: bool
    masked: bool


def write(encoder: ClipEncoder, out: Path) -> list[Path]:
    """Writes both networks and what is needed to use them; returns the files.

    Raises:
        ModelError: the model takes pictures of any shape, or can't be written.
    """
    if encoder.network.config.model_type == "siglip2":
        raise ModelError(
            "a SigLIP 2 for pictures of any shape can't be exported",
            hint="export one of a fixed size, such as google/siglip2-base-patch16-224",
        )
    torch: Any = importlib.import_module("torch")
    out.mkdir(parents=True, exist_ok=True)
    network, tokens = encoder.network, encoder.tokens(["a cat", "dogs"])
    settings = _settings(encoder, masked="attention_mask" in tokens)
    processor = encoder.processor.image_processor
    mean = torch.tensor(processor.image_mean).view(3, 1, 1)
    spread = torch.tensor(processor.image_std).view(3, 1, 1)

    def seen(image: Any) -> Any:
        scaled = (image.permute(0, 3, 1, 2).float() * processor.rescale_factor - mean) / spread
        return _unit(network.get_image_features(pixel_values=scaled).pooler_output)

    def read(*inputs: Any) -> Any:
        named = dict(zip(("input_ids", "attention_mask"), inputs, strict=False))
        return _unit(network.get_text_features(**named).pooler_output)

    width, height = settings.crop
    image = torch.zeros((2, height, width, 3), dtype=torch.uint8)
    names = ("input_ids", "attention_mask") if settings.masked else ("input_ids",)
    files = [
        export_network(network, seen, out / "vision.onnx", {"image": image}, ["vectors"]),
        export_network(
            network, read, out / "text.onnx", {n: tokens[n] for n in names}, ["vectors"]
        ),
    ]
    # The tokenizer keeps the padding and truncation of its last call, and saves them.
    encoder.processor.tokenizer.backend_tokenizer.save(str(out / "tokenizer.json"))
    (out / "clip.json").write_text(json.dumps(settings.model_dump(), indent=1), "utf-8")
    return [*files, out / "tokenizer.json", out / "clip.json"]


def _unit(vectors: Any) -> Any:
    return vectors / vectors.norm(dim=-1, keepdim=True)


def _settings(encoder: ClipEncoder, *, masked: bool) -> ClipSettings:
    processor = encoder.processor.image_processor
    size = processor.size
    edge = size.get("shortest_edge")
    resize = (edge, edge) if edge else (size["width"], size["height"])
    crop = processor.crop_size if encoder.crops else size
    return ClipSettings(
        resize=resize,
        crop=(crop["width"], crop["height"]),
        resample=int(processor.resample),
        square=encoder.crops,
        fill=encoder.fill,
        scale=encoder.scale,
        bias=encoder.bias,
        lower=encoder.lower,
        masked=masked,
    )
