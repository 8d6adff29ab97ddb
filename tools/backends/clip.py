"""CLIP, SigLIP and SigLIP 2 through transformers: `similarity`, `classify` and `select`.

Radford et al., 2021; Zhai et al., 2023; Tschannen et al., 2025.
"""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import PIL.Image

from ..hosting.model import Placement
from ..hosting.pretrained import load_model, load_processor, require_architecture
from ..values.image import Pixels
from . import BackendSpec, Tools
from .checkpoint_source import CheckpointSource
from .contrastive import ContrastiveModel, ContrastiveTools
from .detections import Floats
from .square import squared

ARCHITECTURES = ("clip", "siglip", "siglip2")


def load(spec: BackendSpec, tools: Tools) -> ContrastiveTools:
    """The backend; its option `prompt` is the sentence for labels."""
    return ContrastiveTools(spec, tools.hosted(CheckpointSource(spec, _model)), tools)


def export(spec: BackendSpec, out: Path) -> list[Path]:
    """Writes a checkpoint into a folder for the backend `onnx-clip`; see `clip_export`.

    Raises:
        ModelError: the checkpoint is missing, of another architecture, or takes pictures of any
            shape.
    """
    from .clip_export import write

    return write(ClipEncoder.of(spec, Placement("cpu", "float32")), out)


def _model(spec: BackendSpec, placement: Placement) -> ContrastiveModel:
    return ContrastiveModel(ClipEncoder.of(spec, placement))


class ClipEncoder:
    """A network of transformers with its processor.

    Args:
        network: a `CLIPModel`, `SiglipModel` or `Siglip2Model`.
        processor: its image processor and tokenizer.
    """

    def __init__(self, network: Any, processor: Any) -> None:
        self.network = network
        self.processor = processor
        self.length: int = network.config.text_config.max_position_embeddings
        self.scale = float(network.logit_scale.detach().float().exp())
        bias = getattr(network, "logit_bias", None)
        self.bias = None if bias is None else float(bias.detach())
        self._torch: Any = importlib.import_module("torch")

    @classmethod
    def of(cls, spec: BackendSpec, placement: Placement) -> ClipEncoder:
        """The encoder of a checkpoint.

        Raises:
            ModelError: the checkpoint is missing or of another architecture.
        """
        require_architecture(spec, *ARCHITECTURES)
        return cls(load_model("AutoModel", spec, placement), load_processor(spec))

    @property
    def crops(self) -> bool:
        """Whether the model sees only the square in a picture's middle."""
        return bool(getattr(self.processor.image_processor, "do_center_crop", False))

    @property
    def lower(self) -> bool:
        """Whether texts are put in small letters: SigLIP was trained so, and not every copy of its
        tokenizer does it."""
        return bool(self.network.config.model_type != "clip")

    @property
    def fill(self) -> tuple[int, int, int]:
        """The colour that the processor turns into zeros."""
        red, green, blue = (
            round(255 * value) for value in self.processor.image_processor.image_mean
        )
        return red, green, blue

    def images(self, pictures: Sequence[Pixels]) -> Floats:
        """Vectors of pictures; where the model sees only their middle, they are made square."""
        square = [squared(one, self.fill) if self.crops else one for one in pictures]
        shown = [PIL.Image.fromarray(one) for one in square]
        batch = self.processor.image_processor(images=shown, return_tensors="pt")
        inputs = batch.to(self.network.device, self.network.dtype)
        return self._unit(self.network.get_image_features, inputs)

    def texts(self, texts: Sequence[str]) -> Floats:
        """Vectors of texts; padded to the full length, as SigLIP was trained."""
        return self._unit(
            self.network.get_text_features, self.tokens(texts).to(self.network.device)
        )

    def tokens(self, texts: Sequence[str]) -> Any:
        """What the text tower takes. A special token's name in a text is text like any other."""
        return self.processor.tokenizer(
            [text.lower() if self.lower else text for text in texts],
            padding="max_length",
            truncation=True,
            max_length=self.length,
            split_special_tokens=True,
            return_tensors="pt",
        )

    def _unit(self, tower: Any, inputs: Any) -> Floats:
        with self._torch.inference_mode():
            vectors = tower(**inputs).pooler_output.float()
            vectors = vectors / vectors.norm(dim=-1, keepdim=True)
        return np.asarray(vectors.cpu().numpy(), dtype=np.float32)
