"""What SAM and its kin have in common: a picture is encoded once, then prompts are cheap."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from typing import Any, Literal, NamedTuple, Protocol

import numpy as np

from ..hosting.model import Placement
from ..hosting.pretrained import load_model, load_processor
from ..values import Image
from . import BackendSpec
from .detections import Floats
from .margins import widened

Shape = tuple[int, int]
"""(height, width) in pixels."""

Kind = Literal["boxes", "points"]


class Encoded(NamedTuple):
    """A picture as the decoder takes it.

    Args:
        features: tensors of the network, for one picture.
        side: (height, width) of the network's input.
        shown: (height, width) of the picture with its margin inside it.
        framed: (height, width) of the picture with its margin.
        shape: (height, width) of the picture.
    """

    features: Any
    side: Shape
    shown: Shape
    framed: Shape
    shape: Shape


class Promptable(Protocol):
    """A network that cuts out of a picture what a prompt points at (Kirillov et al., 2023)."""

    def encode(self, images: Sequence[Image]) -> list[Encoded]:
        """The pictures' encodings, computed together."""
        ...

    def decode(
        self, encoded: Encoded, kind: Kind, prompts: Floats, *, several: bool
    ) -> tuple[Any, Any]:
        """Masks for prompts on one picture.

        Args:
            encoded: the picture.
            kind: what the prompts are.
            prompts: boxes (N, 4) as left, top, right, bottom, or points (N, 2), in its pixels.
            several: whether each prompt gets three masks, for a part, a thing and a whole.

        Returns:
            Logits of small masks, a tensor (N, M, h, w), and how good each is, (N, M).
        """
        ...


class HubPromptable:
    """SAM, SAM 2 and SAM 3's tracker, as transformers runs them.

    Args:
        network: the network.
        images: the image processor.
    """

    def __init__(self, network: Any, images: Any) -> None:
        self._network = network
        self._images = images
        self._torch: Any = importlib.import_module("torch")

    @classmethod
    def load(
        cls, class_name: str, spec: BackendSpec, placement: Placement, *within: str
    ) -> HubPromptable:
        """Loads a checkpoint as a class of transformers; `within` is as in `load_model`.

        Raises:
            ModelError: it is missing, or of another architecture.
        """
        images = load_processor(spec).image_processor
        return cls(load_model(class_name, spec, placement, *within), images)

    def encode(self, images: Sequence[Image]) -> list[Encoded]:
        torch = self._torch
        framed = [widened(image) for image in images]
        processed = self._images(images=framed, return_tensors="pt")
        pixels = processed["pixel_values"].to(self._network.device, self._network.dtype)
        with torch.inference_mode():
            features = self._network.get_image_embeddings(pixels)
        levels: list[Any] = [features] if torch.is_tensor(features) else list(features)
        # SAM keeps the aspect and pads; its successors stretch to a square.
        shown = processed.get("reshaped_input_sizes", [pixels.shape[-2:]] * len(images))
        side = (int(pixels.shape[-2]), int(pixels.shape[-1]))
        return [
            Encoded(
                [level[index : index + 1] for level in levels],
                side,
                (int(shown[index][0]), int(shown[index][1])),
                (framed[index].height, framed[index].width),
                (image.height, image.width),
            )
            for index, image in enumerate(images)
        ]

    def decode(
        self, encoded: Encoded, kind: Kind, prompts: Floats, *, several: bool
    ) -> tuple[Any, Any]:
        network, torch = self._network, self._torch
        # In float32 whatever the network's type: 1021 pixels are 1024 in bfloat16.
        placed = torch.from_numpy(scaled(prompts, encoded)).to(network.device)
        prompt = (
            {"input_boxes": placed[None]}
            if kind == "boxes"
            else {"input_points": placed[None, :, None]}
        )
        features = encoded.features if len(encoded.features) > 1 else encoded.features[0]
        with torch.inference_mode():
            outputs = network(image_embeddings=features, multimask_output=several, **prompt)
        return outputs.pred_masks[0].float(), outputs.iou_scores[0].float()


def scaled(prompts: Floats, encoded: Encoded) -> Floats:
    """Boxes (N, 4) or points (N, 2) in pixels of the network's input."""
    across = encoded.shown[1] / encoded.framed[1]
    down = encoded.shown[0] / encoded.framed[0]
    factors = np.array([across, down] * (prompts.shape[1] // 2), dtype=np.float32)
    return prompts.astype(np.float32) * factors


def enlarged(encoded: Encoded, logits: Any) -> Any:
    """Logits (K, h, w) of small masks in the size of the picture, (K, H, W)."""
    resize: Any = importlib.import_module("torch").nn.functional.interpolate
    how: dict[str, Any] = {"mode": "bilinear", "align_corners": False}
    large = logits[None]
    if encoded.shown != encoded.side:
        height, width = encoded.shown
        large = resize(large, encoded.side, **how)[..., :height, :width]
    height, width = encoded.shape
    return resize(large, encoded.framed, **how)[0, :, :height, :width]
