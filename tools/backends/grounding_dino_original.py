"""Grounding DINO through its authors' code, `groundingdino-py`: a .pth file and its settings.

It serves `find` and `list_objects` (Liu et al., "Grounding DINO", 2023). The network computes in
float32 wherever it is placed: the package knows no other type.
"""

from __future__ import annotations

import importlib
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import PIL.Image

from ..errors import InputError, ModelError
from ..hosting.hub import folder_of
from ..hosting.model import Placement
from . import BackendSpec, Tools
from .detections import Floats
from .grounded_detector import GroundedDetector
from .grounding_dino import OVERLAP, THRESHOLD
from .grounding_dino_build import INSTALL, build, quietly
from .open_vocabulary import OpenVocabularyFinder
from .python_literals import literals
from .weight_file import WeightFileSource, fill, read_weights

SHORT_SIDE, LONG_SIDE = 800, 1333
"""Pixels of a picture's sides as the network sees it: the shorter, and at most the longer."""

MEAN, DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
"""Of ImageNet's colours."""

UNUSED = ("label_enc.", "bert.embeddings.position_ids")
"""In the published files, and of no use."""

HUB_IDS = {"bert-base-uncased": "google-bert/bert-base-uncased"}
"""Text encoders that settings name without their owner."""

TEXTS = ("config", "text_encoder")

WHERE = "download groundingdino_swint_ogc.pth from github.com/IDEA-Research/GroundingDINO/releases"


def load(spec: BackendSpec, tools: Tools) -> OpenVocabularyFinder:
    """The backend.

    Its options are `threshold`, `overlap` and `vocabulary`; `config`, the Python file with the
    network's settings, by default that of Swin-T in the package; `text_encoder`, BERT's folder or
    hub id, by default what the settings say; and `short_side`, the pixels of a picture's shorter
    side as the network sees it.
    """
    spec.only(*OpenVocabularyFinder.OPTIONS, *TEXTS, "short_side")
    for name in TEXTS:
        if not isinstance(spec.options.get(name, ""), str):
            raise InputError(
                f"the option {name} of the backend {spec.backend} is {spec.options[name]!r}",
                hint="it is the path of a file or folder",
            )
    _short_side(spec)
    hosted = tools.hosted(WeightFileSource(spec, WHERE, detector, (*TEXTS, "short_side")))
    return OpenVocabularyFinder.of(spec, hosted.run, threshold=THRESHOLD, overlap=OVERLAP)


def detector(spec: BackendSpec, path: Path, placement: Placement) -> GroundedDetector:
    """Loads the file.

    Raises:
        ModelError: it or its settings are wrong, or the package is not installed.
    """
    settings = literals(_config(spec))
    encoder = str(spec.options.get("text_encoder") or settings.get("text_encoder_type", ""))
    weights = read_weights(spec, path)
    network = build(settings, str(folder_of(HUB_IDS.get(encoder, encoder))))
    fill(network, weights, path, unused=UNUSED)
    network.to(placement.device).eval()
    torch: Any = importlib.import_module("torch")
    transforms: Any = importlib.import_module("groundingdino.datasets.transforms")
    short = _short_side(spec)
    resized = transforms.Compose(
        [
            transforms.RandomResize([short], max_size=round(short * LONG_SIDE / SHORT_SIDE)),
            transforms.ToTensor(),
            transforms.Normalize(MEAN, DEVIATION),
        ]
    )

    def prepare(picture: PIL.Image.Image) -> Any:
        return resized(picture, None)[0]

    def detect(batch: list[Any], captions: list[str]) -> tuple[Floats, Floats]:
        with torch.inference_mode(), quietly():
            outputs = network(torch.stack(batch).to(placement.device), captions=captions)
        return outputs["pred_logits"].cpu().numpy(), outputs["pred_boxes"].cpu().numpy()

    longest = int(network.max_text_len)
    # Of several captions it gives each head of attention another one's mask.
    return GroundedDetector(network.tokenizer, longest, prepare, detect, mixes_captions=False)


def _short_side(spec: BackendSpec) -> int:
    return int(spec.number("short_side", SHORT_SIDE, 32, 4096))


def _config(spec: BackendSpec) -> Path:
    """The file with the network's settings."""
    given = str(spec.options.get("config", ""))
    if given:
        return Path(given).expanduser()
    package = find_spec("groundingdino")
    if package is None or package.origin is None:
        raise ModelError("this backend needs the package groundingdino", hint=INSTALL)
    return Path(package.origin).parent / "config" / "GroundingDINO_SwinT_OGC.py"
