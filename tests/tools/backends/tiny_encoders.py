"""Tiny checkpoints with random weights that embed, measure depth or find points of bodies.

Each function saves one in the hub's layout, with a tokenizer that is built here, into a folder.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

from .tiny_weights import shaken

LETTERS = [chr(code) for code in range(ord("!"), ord("~") + 1)]


def clip_tokenizer() -> Any:
    """CLIP's byte-level tokenizer with a token for each byte, and no merges."""
    from tokenizers.pre_tokenizers import ByteLevel

    hf: Any = import_module("transformers")
    signs = sorted(ByteLevel.alphabet())
    tokens = [*signs, *(f"{sign}</w>" for sign in signs), "<|startoftext|>", "<|endoftext|>"]
    vocabulary = {token: index for index, token in enumerate(tokens)}
    return hf.CLIPTokenizer(vocab=vocabulary, merges=[])


def siglip_tokenizer() -> Any:
    """SigLIP 2's tokenizer with a token for each sign."""
    hf: Any = import_module("transformers")
    special = ["<pad>", "<eos>", "<bos>", "<unk>", "<mask>"]
    signs = [*LETTERS, "▁", *(f"<0x{byte:02X}>" for byte in range(256))]
    vocabulary = {token: index for index, token in enumerate([*special, *signs])}
    return hf.Siglip2Tokenizer(vocab=vocabulary, merges=[], model_input_names=["input_ids"])


def tower(**changes: Any) -> dict[str, Any]:
    """The configuration of a small transformer."""
    small = {"hidden_size": 32, "intermediate_size": 48, "num_hidden_layers": 2}
    return {**small, "num_attention_heads": 2, **changes}


def clip(folder: Path) -> Path:
    """A CLIP for pictures of 32x32 pixels."""
    torch: Any = import_module("torch")
    hf: Any = import_module("transformers")
    torch.manual_seed(1)
    tokenizer = clip_tokenizer()
    words: dict[str, Any] = {
        "vocab_size": len(tokenizer),
        "max_position_embeddings": 40,
        "eos_token_id": tokenizer.eos_token_id,
        "bos_token_id": tokenizer.bos_token_id,
    }
    config = hf.CLIPConfig(
        text_config=tower(**words),
        vision_config=tower(image_size=32, patch_size=8),
        projection_dim=16,
    )
    model = hf.CLIPModel(config)
    shaken(model)
    model.save_pretrained(folder)
    images = hf.CLIPImageProcessor(
        size={"shortest_edge": 32}, crop_size={"height": 32, "width": 32}
    )
    hf.CLIPProcessor(images, tokenizer).save_pretrained(folder)
    return folder


def siglip(folder: Path, *, naflex: bool = False) -> Path:
    """A SigLIP for pictures of 32x32 pixels; `naflex` makes it a SigLIP 2 for any shape."""
    torch: Any = import_module("torch")
    hf: Any = import_module("transformers")
    torch.manual_seed(2)
    tokenizer = siglip_tokenizer()
    words = tower(vocab_size=len(tokenizer), max_position_embeddings=40, projection_size=32)
    if naflex:
        seen = tower(num_patches=16, patch_size=8)
        model: Any = hf.Siglip2Model(hf.Siglip2Config(text_config=words, vision_config=seen))
        images: Any = hf.Siglip2ImageProcessor(patch_size=8, max_num_patches=16)
        processor: Any = hf.Siglip2Processor(images, tokenizer)
    else:
        seen = tower(image_size=32, patch_size=8)
        model = hf.SiglipModel(hf.SiglipConfig(text_config=words, vision_config=seen))
        images = hf.SiglipImageProcessor(size={"height": 32, "width": 32})
        processor = hf.SiglipProcessor(images, tokenizer)
    shaken(model)
    model.save_pretrained(folder)
    processor.save_pretrained(folder)
    return folder


def depth_anything(folder: Path, *, metric: bool = False) -> Path:
    """A Depth Anything on a DINOv2, for pictures of about 56 pixels."""
    torch: Any = import_module("torch")
    hf: Any = import_module("transformers")
    torch.manual_seed(3)
    backbone = hf.Dinov2Config(
        **tower(num_hidden_layers=4, hidden_size=24, num_attention_heads=2),
        image_size=56,
        patch_size=14,
        out_features=["stage1", "stage2", "stage3", "stage4"],
        reshape_hidden_states=False,
        apply_layernorm=True,
    )
    config = hf.DepthAnythingConfig(
        backbone_config=backbone,
        reassemble_hidden_size=24,
        neck_hidden_sizes=[8, 8, 8, 8],
        fusion_hidden_size=8,
        head_hidden_size=8,
        depth_estimation_type="metric" if metric else "relative",
        max_depth=20 if metric else 1,
    )
    model = hf.DepthAnythingForDepthEstimation(config)
    shaken(model)
    model.save_pretrained(folder)
    hf.DPTImageProcessor(
        size={"height": 56, "width": 56}, keep_aspect_ratio=True, ensure_multiple_of=14
    ).save_pretrained(folder)
    return folder


def dpt(folder: Path) -> Path:
    """A DPT on a ViT, for pictures of 32x32 pixels."""
    torch: Any = import_module("torch")
    hf: Any = import_module("transformers")
    torch.manual_seed(4)
    config = hf.DPTConfig(
        **tower(num_hidden_layers=4),
        image_size=32,
        patch_size=8,
        is_hybrid=False,
        backbone_out_indices=[0, 1, 2, 3],
        neck_hidden_sizes=[8, 8, 8, 8],
        fusion_hidden_size=8,
        use_auxiliary_head=False,
    )
    model = hf.DPTForDepthEstimation(config)
    shaken(model, 0.05)
    model.save_pretrained(folder)
    hf.DPTImageProcessor(size={"height": 32, "width": 32}).save_pretrained(folder)
    return folder


def vitpose(folder: Path, *, experts: int = 1, points: int = 17) -> Path:
    """A ViTPose for bodies of 48x64 pixels; several experts make it a ViTPose++."""
    torch: Any = import_module("torch")
    hf: Any = import_module("transformers")
    torch.manual_seed(5)
    backbone = hf.VitPoseBackboneConfig(
        **tower(num_hidden_layers=2, mlp_ratio=2),
        image_size=[64, 48],
        patch_size=[16, 16],
        num_experts=experts,
        part_features=8 if experts > 1 else 0,
        out_indices=[2],
    )
    config = hf.VitPoseConfig(backbone_config=backbone, num_labels=points, use_simple_decoder=True)
    model = hf.VitPoseForPoseEstimation(config)
    shaken(model)
    model.save_pretrained(folder)
    hf.VitPoseImageProcessor(size={"height": 64, "width": 48}).save_pretrained(folder)
    return folder


def yolos(folder: Path, names: tuple[str, ...]) -> Path:
    """A YOLOS for pictures of about 64 pixels, which keep their shape."""
    torch: Any = import_module("torch")
    hf: Any = import_module("transformers")
    torch.manual_seed(6)
    config = hf.YolosConfig(
        **tower(),
        image_size=[64, 64],
        patch_size=16,
        num_detection_tokens=12,
        id2label=dict(enumerate(names)),
    )
    model = hf.YolosForObjectDetection(config)
    shaken(model, 0.3)
    model.save_pretrained(folder)
    size = {"shortest_edge": 64, "longest_edge": 128}
    hf.YolosImageProcessor(size=size).save_pretrained(folder)
    return folder


def rt_detr(folder: Path, names: tuple[str, ...]) -> Path:
    """An RT-DETR for pictures of 64x64 pixels."""
    torch: Any = import_module("torch")
    hf: Any = import_module("transformers")
    torch.manual_seed(7)
    backbone = hf.RTDetrResNetConfig(
        embedding_size=8,
        hidden_sizes=[8, 16, 24, 32],
        depths=[1, 1, 1, 1],
        layer_type="basic",
        out_features=["stage2", "stage3", "stage4"],
    )
    config = hf.RTDetrConfig(
        backbone_config=backbone,
        **{"encoder_hidden_dim": 32, "encoder_in_channels": [16, 24, 32], "encoder_ffn_dim": 48},
        **{"encoder_attention_heads": 2, "decoder_attention_heads": 2, "decoder_ffn_dim": 48},
        **{"d_model": 32, "decoder_in_channels": [32, 32, 32], "decoder_layers": 2},
        **{"num_queries": 20, "num_denoising": 0, "anchor_image_size": None},
        id2label=dict(enumerate(names)),
    )
    model = hf.RTDetrForObjectDetection(config)
    shaken(model, 0.1)
    model.save_pretrained(folder)
    hf.RTDetrImageProcessor(size={"height": 64, "width": 64}).save_pretrained(folder)
    return folder
