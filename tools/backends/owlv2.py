"""OWLv2 through transformers: finds what words name, fast from the second question on.

It serves `find` and `list_objects` (Minderer et al., "Scaling Open-Vocabulary Object Detection",
2023). `export` writes it as ONNX, for the backend `onnx-detector`.
"""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ..hosting.model import Placement
from ..hosting.placement import CPU
from ..hosting.pretrained import load_model, load_processor
from ..values import Image
from . import BackendSpec, Tools
from .checkpoint_source import CheckpointSource
from .detections import Floats
from .open_vocabulary import OpenVocabularyFinder
from .owlv2_export import write
from .owlv2_head import OVERLAP, THRESHOLD, OwlModel, Places


def load(spec: BackendSpec, tools: Tools) -> OpenVocabularyFinder:
    """The backend; its options are `threshold`, `overlap` and `vocabulary`."""
    spec.only(*OpenVocabularyFinder.OPTIONS)
    hosted = tools.hosted(CheckpointSource(spec, model))
    return OpenVocabularyFinder.of(spec, hosted.run, threshold=THRESHOLD, overlap=OVERLAP)


def model(spec: BackendSpec, placement: Placement) -> OwlModel:
    """Loads a checkpoint.

    Raises:
        ModelError: it is missing, or of another architecture.
    """
    return OwlModel(TorchOwl.load(spec, placement))


def export(spec: BackendSpec, out: Path) -> list[Path]:
    """Writes a checkpoint as ONNX into a folder; returns the files.

    Raises:
        ModelError: it can't be loaded, or not be written.
    """
    return write(TorchOwl.load(spec, CPU), out)


class TorchOwl:
    """The network with its processor.

    Args:
        network: an `Owlv2ForObjectDetection`.
        processor: its processor.
    """

    def __init__(self, network: Any, processor: Any) -> None:
        self.network = network
        self.processor = processor
        self._torch: Any = importlib.import_module("torch")

    @classmethod
    def load(cls, spec: BackendSpec, placement: Placement) -> TorchOwl:
        """Loads a checkpoint.

        Raises:
            ModelError: it is missing, or of another architecture.
        """
        network = load_model("Owlv2ForObjectDetection", spec, placement)
        return cls(network, load_processor(spec))

    def images(self, images: Sequence[Image]) -> list[Places]:
        """The encodings of pictures, computed together."""
        pictures = [image.to_pil() for image in images]
        processed = self.processor.image_processor(images=pictures, return_tensors="pt")
        pixels = processed["pixel_values"].to(self.network.device, self.network.dtype)
        with self._torch.inference_mode():
            outputs = [one.float().cpu().numpy() for one in self.seen(pixels)]
        return [Places(*(one[index] for one in outputs)) for index in range(len(images))]

    def texts(self, texts: Sequence[str]) -> Floats:
        """The vectors of texts, (texts, D), of length 1."""
        tokens = self.tokens(texts).to(self.network.device)
        with self._torch.inference_mode():
            return self.read(tokens["input_ids"], tokens["attention_mask"]).float().cpu().numpy()

    def tokens(self, texts: Sequence[str]) -> Any:
        """The tokens of texts, cut to what the network can read."""
        longest = self.network.config.text_config.max_position_embeddings
        return self.processor.tokenizer(
            list(texts),
            padding="max_length",
            truncation=True,
            max_length=longest,
            return_tensors="pt",
        )

    def seen(self, pixels: Any) -> tuple[Any, Any, Any, Any]:
        """The fields of `Places` for pictures (N, 3, H, W), as tensors."""
        network = self.network
        grid = network.image_embedder(pixels)[0]
        features = grid.flatten(1, 2)
        head = network.class_head
        scale = self._torch.nn.functional.elu(head.logit_scale(features)) + 1
        return (
            network.box_predictor(features, grid),
            _unit(head.dense0(features)),
            head.logit_shift(features)[..., 0],
            scale[..., 0],
        )

    def read(self, tokens: Any, mask: Any) -> Any:
        """The vectors of tokens (N, T) with their mask, as a tensor."""
        features = self.network.owlv2.get_text_features(input_ids=tokens, attention_mask=mask)
        return _unit(features.pooler_output)


def _unit(vectors: Any) -> Any:
    return vectors / (vectors.norm(dim=-1, keepdim=True) + 1e-6)
