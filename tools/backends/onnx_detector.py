"""OWLv2 as ONNX, without torch: `find` and `list_objects`.

The checkpoint is a folder that the backend `owlv2` exported; see `owlv2_export`.
"""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import ValidationError

from ..errors import ModelError
from ..hosting.model import Placement
from ..values import Image
from . import BackendSpec, Tools
from .detections import Floats
from .onnx_model import OnnxModel
from .onnx_source import OnnxSource
from .open_vocabulary import OpenVocabularyFinder
from .owlv2_export import SETTINGS, TEXT, TOKENIZER, VISION, OwlSettings
from .owlv2_head import OVERLAP, THRESHOLD, OwlModel, Places, fitted

EXPORT = "viscript models export --onnx makes it from a checkpoint of the backend owlv2"


def load(spec: BackendSpec, tools: Tools) -> OpenVocabularyFinder:
    """The backend; its options are `threshold`, `overlap` and `vocabulary`."""
    spec.only(*OpenVocabularyFinder.OPTIONS)
    hosted = tools.hosted(OnnxSource(spec, model))
    return OpenVocabularyFinder.of(spec, hosted.run, threshold=THRESHOLD, overlap=OVERLAP)


def model(spec: BackendSpec, placement: Placement) -> OwlModel:
    """Loads a folder; it runs on the CPU.

    Raises:
        ModelError: a file is missing or broken.
    """
    folder = Path(spec.checkpoint).expanduser()
    try:
        settings = OwlSettings.model_validate_json((folder / SETTINGS).read_bytes())
    except (OSError, ValidationError):
        raise ModelError(f"{folder} is no exported detector: {SETTINGS}", hint=EXPORT) from None
    if not (folder / TOKENIZER).is_file():
        raise ModelError(f"{folder} has no {TOKENIZER}", hint=EXPORT)
    tokenizers: Any = importlib.import_module("tokenizers")
    tokenizer = tokenizers.Tokenizer.from_file(str(folder / TOKENIZER))
    tokenizer.encode_special_tokens = True
    vision = OnnxModel(folder / VISION, hint=EXPORT)
    text = OnnxModel(folder / TEXT, hint=EXPORT)
    return OwlModel(OnnxOwl(settings, vision, text, tokenizer))


@dataclass(frozen=True)
class OnnxOwl:
    """Two networks with a tokenizer.

    Args:
        settings: how pictures are brought into the network's size.
        vision, text: the networks.
        tokenizer: pads and cuts by itself.
    """

    settings: OwlSettings
    vision: OnnxModel
    text: OnnxModel
    tokenizer: Any

    def images(self, images: Sequence[Image]) -> list[Places]:
        """The encodings of pictures, computed together."""
        batch = np.stack([fitted(image.pixels, self.settings.side) for image in images])
        outputs = self.vision.run_on({"image": batch})
        fields = [outputs[name] for name in Places._fields]
        return [Places(*(one[index] for one in fields)) for index in range(len(images))]

    def texts(self, texts: Sequence[str]) -> Floats:
        """The vectors of texts, (texts, D), of length 1."""
        read = self.tokenizer.encode_batch(list(texts))
        return self.text.run_on(
            {
                "input_ids": np.array([one.ids for one in read], dtype=np.int64),
                "attention_mask": np.array([one.attention_mask for one in read], dtype=np.int64),
            }
        )["vectors"]
