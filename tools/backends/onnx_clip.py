"""CLIP and SigLIP as ONNX, without torch: `similarity`, `classify` and `select`.

The checkpoint is a folder that the backend `clip` exported; see `clip_export`.
"""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import PIL.Image
from pydantic import ValidationError

from ..errors import ModelError
from ..hosting.model import Placement
from ..values.image import Pixels
from . import BackendSpec, Tools
from .clip_export import ClipSettings
from .contrastive import ContrastiveModel, ContrastiveTools
from .detections import Floats
from .onnx_model import OnnxModel
from .onnx_source import OnnxSource
from .square import squared

EXPORT = "viscript models export --onnx makes it from a checkpoint of the backend clip"


def load(spec: BackendSpec, tools: Tools) -> ContrastiveTools:
    """The backend; its option `prompt` is the sentence for labels."""
    return ContrastiveTools(spec, tools.hosted(OnnxSource(spec, _model)), tools)


def _model(spec: BackendSpec, placement: Placement) -> ContrastiveModel:
    folder = Path(spec.checkpoint).expanduser()
    try:
        settings = ClipSettings.model_validate_json((folder / "clip.json").read_bytes())
    except (OSError, ValidationError):
        raise ModelError(f"{folder} is no exported CLIP: clip.json", hint=EXPORT) from None
    tokenizers: Any = importlib.import_module("tokenizers")
    if not (folder / "tokenizer.json").is_file():
        raise ModelError(f"{folder} has no tokenizer.json", hint=EXPORT)
    tokenizer = tokenizers.Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.encode_special_tokens = True
    vision = OnnxModel(folder / "vision.onnx", hint=EXPORT)
    text = OnnxModel(folder / "text.onnx", hint=EXPORT)
    return ContrastiveModel(OnnxClipEncoder(settings, vision, text, tokenizer))


@dataclass(frozen=True)
class OnnxClipEncoder:
    """Two networks with a tokenizer.

    Args:
        settings: how pictures are brought into the network's size.
        vision, text: the networks.
        tokenizer: pads and cuts by itself.
    """

    settings: ClipSettings
    vision: OnnxModel
    text: OnnxModel
    tokenizer: Any

    @property
    def scale(self) -> float:
        """What a cosine is multiplied by."""
        return self.settings.scale

    @property
    def bias(self) -> float | None:
        """What is added; None for a model that was trained without a sigmoid."""
        return self.settings.bias

    def images(self, pictures: Sequence[Pixels]) -> Floats:
        """Vectors of pictures, shape (pictures, D)."""
        return self.vision.run(np.stack([self._fitted(one) for one in pictures]))["vectors"]

    def texts(self, texts: Sequence[str]) -> Floats:
        """Vectors of texts, shape (texts, D)."""
        said = [text.lower() if self.settings.lower else text for text in texts]
        read = self.tokenizer.encode_batch(said)
        inputs = {"input_ids": np.array([one.ids for one in read], dtype=np.int64)}
        if self.settings.masked:
            mask = [one.attention_mask for one in read]
            inputs["attention_mask"] = np.array(mask, dtype=np.int64)
        return self.text.run_on(inputs)["vectors"]

    def _fitted(self, pixels: Pixels) -> Pixels:
        """A picture in the network's size."""
        shown = squared(pixels, self.settings.fill) if self.settings.square else pixels
        resample = PIL.Image.Resampling(self.settings.resample)
        scaled = PIL.Image.fromarray(shown).resize(self.settings.resize, resample)
        width, height = self.settings.crop
        left, top = (scaled.width - width) // 2, (scaled.height - height) // 2
        return np.asarray(scaled.crop((left, top, left + width, top + height)))
