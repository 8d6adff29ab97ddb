"""An OWLv2 as ONNX files, which the backend `onnx-detector` runs without torch.

A folder holds `vision.onnx` (takes float32 pictures of one size, in [0, 1]; mean and spread are
inside), `text.onnx`, `tokenizer.json`, and `detector.json` with the numbers of `OwlSettings`.
Grounding DINO is not exported: its deformable attention depends on each picture's shape.
"""

from __future__ import annotations

import importlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field

from .onnx_export import export_network

if TYPE_CHECKING:
    from .owlv2 import TorchOwl

VISION, TEXT, TOKENIZER, SETTINGS = (
    *("vision.onnx", "text.onnx"),
    *("tokenizer.json", "detector.json"),
)


class OwlSettings(BaseModel):
    """What the networks' files don't say.

    Args:
        side: pixels of the square that the network takes.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    side: int = Field(ge=8, le=4096)


def write(owl: TorchOwl, out: Path) -> list[Path]:
    """Writes both networks and what is needed to use them; returns the files.

    Raises:
        ModelError: the package onnx is missing, or the network can't be written.
    """
    torch: Any = importlib.import_module("torch")
    out.mkdir(parents=True, exist_ok=True)
    processor, network = owl.processor.image_processor, owl.network
    mean = torch.tensor(processor.image_mean).view(3, 1, 1)
    spread = torch.tensor(processor.image_std).view(3, 1, 1)

    def seen(image: Any) -> Any:
        return owl.seen((image.permute(0, 3, 1, 2) - mean) / spread)

    tokens = owl.tokens(["a photo of a cat", "dogs"])
    side = int(network.config.vision_config.image_size)
    image = torch.zeros((2, side, side, 3))
    texts = {name: tokens[name] for name in ("input_ids", "attention_mask")}
    outputs = ["boxes", "vectors", "shift", "scale"]
    files = [
        export_network(network, seen, out / VISION, {"image": image}, outputs),
        export_network(network, owl.read, out / TEXT, texts, ["vectors"]),
    ]
    # The tokenizer keeps the padding and truncation of its last call, and saves them.
    owl.processor.tokenizer.backend_tokenizer.save(str(out / TOKENIZER))
    settings = OwlSettings(side=side)
    (out / SETTINGS).write_text(json.dumps(settings.model_dump(), indent=1), "utf-8")
    return [*files, out / TOKENIZER, out / SETTINGS]
