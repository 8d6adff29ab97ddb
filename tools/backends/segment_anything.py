"""SAM through its authors' code, `segment-anything`: `segment`, from one of their .pth files.

The sizes of the network (ViT-B, ViT-L, ViT-H or another) are read from the shapes of the weights.
The network computes in float32 wherever it is placed: the package knows no other type.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import ModelError
from ..hosting.hub import INSTALL
from ..hosting.model import Placement
from ..values import Image
from . import BackendSpec, Tools
from .detections import Floats
from .margins import widened
from .mask_generator import Everything
from .promptable import Encoded, Kind, scaled
from .prompted_segmenter import PromptedModel, PromptedSegmenter
from .sam import QUALITY
from .weight_file import WeightFileSource, fill, read_weights

DECODER_HEADS = 8
MEAN, DEVIATION = [123.675, 116.28, 103.53], [58.395, 57.12, 57.375]
"""Of ImageNet's colours, 0 to 255."""

WHERE = "download sam_vit_b_01ec64.pth, linked from github.com/facebookresearch/segment-anything"


def load(spec: BackendSpec, tools: Tools) -> PromptedSegmenter:
    """The backend; its options are those of `Everything`, for calls without regions."""
    spec.only(*Everything.OPTIONS)
    rules = Everything.of(spec, QUALITY)
    hosted = tools.hosted(WeightFileSource(spec, WHERE, model))
    return PromptedSegmenter(hosted, rules, "segment-anything")


def model(spec: BackendSpec, path: Path, placement: Placement) -> PromptedModel:
    """Loads a file.

    Raises:
        ModelError: it is no SAM, or the package is not installed.
    """
    weights = read_weights(spec, path)
    try:
        network = build(weights)
    except ModuleNotFoundError as error:
        raise ModelError(f"this backend needs the package {error.name}", hint=INSTALL) from None
    except (KeyError, IndexError, ZeroDivisionError, AttributeError):
        raise ModelError(f"{path} is of another network than SAM", hint=WHERE) from None
    fill(network, weights, path)
    return PromptedModel(SegmentAnything(network.to(placement.device).eval()))


def build(weights: Mapping[str, Any]) -> Any:
    """A SAM with random weights, of the sizes that some weights have.

    Raises:
        KeyError: they are of another network.
        ModuleNotFoundError: the package is missing.
    """
    parts: Any = importlib.import_module("segment_anything.modeling")
    torch: Any = importlib.import_module("torch")
    patches = weights["image_encoder.patch_embed.proj.weight"]
    width, patch = patches.shape[0], patches.shape[-1]
    cells = weights["image_encoder.pos_embed"].shape[1]
    tables = [
        weights[f"image_encoder.blocks.{index}.attn.rel_pos_h"]
        for index in range(_count(weights, r"image_encoder\.blocks\.(\d+)\."))
    ]
    everywhere = [index for index, one in enumerate(tables) if len(one) == 2 * cells - 1]
    windows = [(len(one) + 1) // 2 for one in tables if len(one) != 2 * cells - 1]
    size = weights["prompt_encoder.no_mask_embed.weight"].shape[1]
    inner = weights["mask_decoder.transformer.layers.0.mlp.lin1.weight"].shape[0]
    hidden = weights["mask_decoder.iou_prediction_head.layers.0.weight"].shape[0]
    return parts.Sam(
        image_encoder=parts.ImageEncoderViT(
            img_size=cells * patch,
            patch_size=patch,
            embed_dim=width,
            depth=len(tables),
            num_heads=width // tables[0].shape[1],
            mlp_ratio=weights["image_encoder.blocks.0.mlp.lin1.weight"].shape[0] / width,
            out_chans=weights["image_encoder.neck.0.weight"].shape[0],
            norm_layer=partial(torch.nn.LayerNorm, eps=1e-6),
            use_rel_pos=True,
            window_size=windows[0] if windows else 0,
            global_attn_indexes=tuple(everywhere),
        ),
        prompt_encoder=parts.PromptEncoder(
            embed_dim=size,
            image_embedding_size=(cells, cells),
            input_image_size=(cells * patch, cells * patch),
            mask_in_chans=weights["prompt_encoder.mask_downscaling.3.weight"].shape[0],
        ),
        mask_decoder=parts.MaskDecoder(
            num_multimask_outputs=weights["mask_decoder.mask_tokens.weight"].shape[0] - 1,
            transformer=parts.TwoWayTransformer(
                depth=_count(weights, r"mask_decoder\.transformer\.layers\.(\d+)\."),
                embedding_dim=size,
                mlp_dim=inner,
                num_heads=DECODER_HEADS,
            ),
            transformer_dim=size,
            iou_head_depth=_count(weights, r"mask_decoder\.iou_prediction_head\.layers\.(\d+)\."),
            iou_head_hidden_dim=hidden,
        ),
        pixel_mean=MEAN,
        pixel_std=DEVIATION,
    )


def _count(weights: Mapping[str, Any], pattern: str) -> int:
    """How many layers the names of weights count."""
    found = [match for name in weights if (match := re.match(pattern, name))]
    return len({match[1] for match in found})


class SegmentAnything:
    """The network as a `Promptable`."""

    def __init__(self, network: Any) -> None:
        self._network = network
        self._torch: Any = importlib.import_module("torch")
        transforms: Any = importlib.import_module("segment_anything.utils.transforms")
        self._resize = transforms.ResizeLongestSide(network.image_encoder.img_size)

    def encode(self, images: Sequence[Image]) -> list[Encoded]:
        torch, network = self._torch, self._network
        framed = [np.array(widened(image)) for image in images]
        fitted = [torch.from_numpy(self._resize.apply_image(one)) for one in framed]
        pixels = [one.permute(2, 0, 1).float().to(network.device) for one in fitted]
        batch = torch.stack([network.preprocess(one) for one in pixels])
        with torch.inference_mode():
            features = network.image_encoder(batch)
        side = (network.image_encoder.img_size, network.image_encoder.img_size)
        return [
            Encoded(
                features[index : index + 1],
                side,
                (fitted[index].shape[0], fitted[index].shape[1]),
                (framed[index].shape[0], framed[index].shape[1]),
                (image.height, image.width),
            )
            for index, image in enumerate(images)
        ]

    def decode(
        self, encoded: Encoded, kind: Kind, prompts: Floats, *, several: bool
    ) -> tuple[Any, Any]:
        torch, network = self._torch, self._network
        placed = torch.from_numpy(scaled(prompts, encoded)).to(network.device)
        inside = torch.ones((len(placed), 1), dtype=torch.int, device=network.device)
        with torch.inference_mode():
            sparse, dense = network.prompt_encoder(
                points=(placed[:, None], inside) if kind == "points" else None,
                boxes=placed if kind == "boxes" else None,
                masks=None,
            )
            return network.mask_decoder(
                image_embeddings=encoded.features,
                image_pe=network.prompt_encoder.get_dense_pe(),
                sparse_prompt_embeddings=sparse,
                dense_prompt_embeddings=dense,
                multimask_output=several,
            )
