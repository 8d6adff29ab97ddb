"""Tiny checkpoints of segmenters with random weights, saved as their users publish them."""

from __future__ import annotations

import json
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

from .tiny_encoders import clip_tokenizer
from .tiny_weights import shaken


def sam(folder: Path) -> Path:
    """A SAM for pictures of 64 pixels, in the hub's layout."""
    hf: Any = import_module("transformers")
    torch: Any = import_module("torch")
    torch.manual_seed(0)
    network = hf.SamModel(sam_config()).eval()
    shaken(network, 0.1)
    save_sam(network, folder)
    return folder


def sam_config() -> Any:
    """With `original_sam` the same sizes."""
    hf: Any = import_module("transformers")
    return hf.SamConfig(
        vision_config={
            "hidden_size": 32,
            "output_channels": 32,
            "num_hidden_layers": 2,
            "num_attention_heads": 2,
            "image_size": 64,
            "patch_size": 8,
            "window_size": 3,
            "global_attn_indexes": [1],
            "mlp_dim": 48,
            "num_pos_feats": 16,
        },
        prompt_encoder_config={
            "hidden_size": 32,
            "image_size": 64,
            "patch_size": 8,
            "image_embedding_size": 8,
        },
        mask_decoder_config={"hidden_size": 32, "mlp_dim": 48, "iou_head_hidden_dim": 24},
    )


def save_sam(network: Any, folder: Path) -> None:
    """Saves a network with the processor that fits it."""
    hf: Any = import_module("transformers")
    network.save_pretrained(folder)
    images = hf.SamImageProcessor(size={"longest_edge": 64}, pad_size={"height": 64, "width": 64})
    hf.SamProcessor(images).save_pretrained(folder)


def original_sam(folder: Path) -> Path:
    """A .pth of segment-anything."""
    torch: Any = import_module("torch")
    parts: Any = import_module("segment_anything.modeling")
    torch.manual_seed(0)
    network = parts.Sam(
        image_encoder=parts.ImageEncoderViT(
            img_size=64,
            patch_size=8,
            embed_dim=32,
            depth=2,
            num_heads=2,
            mlp_ratio=1.5,
            out_chans=32,
            norm_layer=partial(torch.nn.LayerNorm, eps=1e-6),
            use_rel_pos=True,
            window_size=3,
            global_attn_indexes=(1,),
        ),
        prompt_encoder=parts.PromptEncoder(
            embed_dim=32, image_embedding_size=(8, 8), input_image_size=(64, 64), mask_in_chans=16
        ),
        mask_decoder=parts.MaskDecoder(
            num_multimask_outputs=3,
            transformer=parts.TwoWayTransformer(depth=2, embedding_dim=32, mlp_dim=48, num_heads=8),
            transformer_dim=32,
            iou_head_depth=3,
            iou_head_hidden_dim=24,
        ),
    )
    shaken(network, 0.1)
    folder.mkdir(parents=True, exist_ok=True)
    torch.save(network.state_dict(), folder / "sam.pth")
    return folder / "sam.pth"


def sam2(folder: Path) -> Path:
    """A SAM 2 for pictures of 64 pixels, in the hub's layout."""
    hf: Any = import_module("transformers")
    torch: Any = import_module("torch")
    torch.manual_seed(0)
    config = hf.Sam2Config(
        vision_config={
            "backbone_config": {
                "model_type": "sam2_hiera_det_model",
                "hidden_size": 8,
                "num_attention_heads": 1,
                "image_size": [64, 64],
                "blocks_per_stage": [1, 1, 2, 1],
                "embed_dim_per_stage": [8, 16, 24, 32],
                "num_attention_heads_per_stage": [1, 1, 2, 2],
                "window_size_per_stage": [8, 4, 8, 4],
                "window_positional_embedding_background_size": [4, 4],
                "global_attention_blocks": [3],
            },
            "backbone_channel_list": [32, 24, 16, 8],
            "backbone_feature_sizes": [[16, 16], [8, 8], [4, 4]],
            "fpn_hidden_size": 32,
        },
        prompt_encoder_config={"hidden_size": 32, "image_size": 64, "patch_size": 16},
        mask_decoder_config={"hidden_size": 32, "mlp_dim": 48, "iou_head_hidden_dim": 24},
    )
    network = hf.Sam2Model(config).eval()
    shaken(network, 0.1)
    network.save_pretrained(folder)
    images = hf.Sam2ImageProcessor(
        size={"height": 64, "width": 64}, mask_size={"height": 16, "width": 16}
    )
    hf.Sam2Processor(images).save_pretrained(folder)
    return folder


def swin() -> dict[str, Any]:
    """The configuration of a small backbone."""
    return {
        "model_type": "swin",
        "image_size": 64,
        "embed_dim": 8,
        "depths": [1, 1, 1, 1],
        "num_heads": [1, 1, 2, 2],
        "window_size": 4,
        "out_features": ["stage1", "stage2", "stage3", "stage4"],
    }


NAMES = ("cat", "grass", "sky", "cup")


def mask2former(folder: Path) -> Path:
    """A Mask2Former for pictures whose shorter side is 64 pixels."""
    hf: Any = import_module("transformers")
    torch: Any = import_module("torch")
    torch.manual_seed(0)
    config = hf.Mask2FormerConfig(
        backbone_config=swin(),
        feature_size=32,
        mask_feature_size=32,
        hidden_dim=32,
        encoder_feedforward_dim=16,
        encoder_layers=1,
        decoder_layers=2,
        num_attention_heads=2,
        dim_feedforward=16,
        num_queries=5,
        id2label=dict(enumerate(NAMES)),
        label2id={name: index for index, name in enumerate(NAMES)},
    )
    network = hf.Mask2FormerForUniversalSegmentation(config).eval()
    shaken(network, 0.2)
    network.class_predictor.bias.data[-1] = -9.0
    network.model.transformer_module.queries_features.weight.data *= 9
    network.save_pretrained(folder)
    hf.Mask2FormerImageProcessor(
        size={"shortest_edge": 60, "longest_edge": 120}, size_divisor=32
    ).save_pretrained(folder)
    return folder


def oneformer(folder: Path) -> Path:
    """A OneFormer for pictures whose shorter side is 64 pixels."""
    hf: Any = import_module("transformers")
    torch: Any = import_module("torch")
    torch.manual_seed(0)
    tokenizer = clip_tokenizer()
    config = hf.OneFormerConfig(
        backbone_config=swin(),
        hidden_dim=32,
        conv_dim=32,
        mask_dim=32,
        encoder_feedforward_dim=16,
        encoder_layers=1,
        decoder_layers=2,
        num_attention_heads=2,
        dim_feedforward=16,
        num_queries=5,
        text_encoder_width=32,
        text_encoder_vocab_size=len(tokenizer),
        text_encoder_num_layers=1,
        text_encoder_context_length=40,
        text_encoder_n_ctx=2,
        task_seq_len=40,
        max_seq_len=40,
        is_training=False,
        id2label=dict(enumerate(NAMES)),
        label2id={name: index for index, name in enumerate(NAMES)},
    )
    network = hf.OneFormerForUniversalSegmentation(config).eval()
    shaken(network, 0.2)
    classes = network.model.transformer_module.decoder.class_embed
    classes.weight.data *= 9
    classes.bias.data[-1] = -99.0
    network.save_pretrained(folder)
    names = {str(index): {"isthing": index % 2, "name": name} for index, name in enumerate(NAMES)}
    (folder / "names.json").write_text(json.dumps(names), "utf-8")
    images = hf.OneFormerImageProcessor(
        size={"shortest_edge": 60, "longest_edge": 120},
        repo_path=str(folder),
        class_info_file="names.json",
        num_text=4,
    )
    hf.OneFormerProcessor(images, tokenizer, 40, 40).save_pretrained(folder)
    return folder


SAM3_LAYERS: dict[str, Any] = {
    "hidden_size": 32,
    "num_attention_heads": 2,
    "intermediate_size": 48,
}
SAM3_VISION: dict[str, Any] = {
    "model_type": "sam3_vision_model",
    "backbone_config": {
        **SAM3_LAYERS,
        "model_type": "sam3_vit_model",
        "num_hidden_layers": 2,
        "image_size": 56,
        "patch_size": 14,
        "window_size": 2,
        "global_attn_indexes": [1],
        "pretrain_image_size": 28,
    },
    "fpn_hidden_size": 32,
    "backbone_feature_sizes": [[16, 16], [8, 8], [4, 4]],
}


def sam3(folder: Path) -> Path:
    """A SAM 3 for pictures of 56 pixels, in the hub's layout."""
    hf: Any = import_module("transformers")
    torch: Any = import_module("torch")
    torch.manual_seed(0)
    tokenizer = clip_tokenizer()
    network = hf.Sam3Model(_sam3_config(tokenizer)).eval()
    shaken(network, 0.1)
    network.save_pretrained(folder)
    images = hf.Sam3ImageProcessor(size={"height": 56, "width": 56})
    hf.Sam3Processor(images, tokenizer).save_pretrained(folder)
    return folder


def sam3_video(folder: Path) -> Path:
    """The same with its tracker, for videos, as `facebook/sam3` is laid out."""
    hf: Any = import_module("transformers")
    torch: Any = import_module("torch")
    safetensors: Any = import_module("safetensors.torch")
    torch.manual_seed(0)
    tokenizer = clip_tokenizer()
    config = hf.Sam3VideoConfig(
        detector_config=_sam3_config(tokenizer).to_dict(),
        tracker_config={
            "model_type": "sam3_tracker_video",
            "vision_config": SAM3_VISION,
            "prompt_encoder_config": {"hidden_size": 32, "image_size": 56, "patch_size": 14},
            "mask_decoder_config": {"hidden_size": 32, "mlp_dim": 48, "iou_head_hidden_dim": 24},
            "image_size": 56,
            "memory_attention_hidden_size": 32,
            "memory_attention_feed_forward_hidden_size": 48,
            "memory_attention_num_layers": 1,
            "memory_attention_rope_feat_sizes": [4, 4],
            "memory_encoder_hidden_size": 32,
            "memory_encoder_output_channels": 16,
            "memory_fuser_embed_dim": 32,
            "memory_fuser_intermediate_dim": 48,
            "mask_downsampler_embed_dim": 32,
        },
    )
    network = hf.Sam3VideoModel(config).eval()
    shaken(network, 0.1)
    folder.mkdir(parents=True, exist_ok=True)
    config.save_pretrained(folder)
    # transformers' own saving writes the prefix `tracker_model` twice, unlike what is published.
    safetensors.save_model(network, folder / "model.safetensors", metadata={"format": "pt"})
    images = hf.Sam3ImageProcessor(size={"height": 56, "width": 56})
    hf.Sam3Processor(images, tokenizer).save_pretrained(folder)
    return folder


def _sam3_config(tokenizer: Any) -> Any:
    hf: Any = import_module("transformers")
    layers = SAM3_LAYERS
    return hf.Sam3Config(
        vision_config=SAM3_VISION,
        text_config={
            **layers,
            "model_type": "clip_text_model",
            "vocab_size": len(tokenizer),
            "num_hidden_layers": 1,
            "max_position_embeddings": 32,
            "projection_dim": 32,
            "eos_token_id": tokenizer.eos_token_id,
            "bos_token_id": tokenizer.bos_token_id,
        },
        geometry_encoder_config={**layers, "num_layers": 1},
        detr_encoder_config={**layers, "num_layers": 1},
        detr_decoder_config={**layers, "num_layers": 2, "num_queries": 10},
        mask_decoder_config={"hidden_size": 32, "num_attention_heads": 2},
    )
