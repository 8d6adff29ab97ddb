"""Tiny diffusers pipelines with random weights, saved in the hub's layout."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

from .tiny_encoders import clip_tokenizer, tower

SIDE = 32
"""Pixels of the side that the pipelines are for: latents of 16x16, and a VAE that halves."""


def stable_diffusion(
    folder: Path, kind: str, channels: int, *, strictness: float | None = None
) -> Path:
    """A Stable Diffusion pipeline.

    Args:
        folder: where it is saved.
        kind: the pipeline's class.
        channels: what its UNet takes: 4 for text to image, 8 with a picture (InstructPix2Pix), 9
            with a picture and a mask (inpainting).
        strictness: of a safety checker: 2 finds every picture unfit, -2 none; None has no checker.
    """
    torch: Any = import_module("torch")
    diffusers: Any = import_module("diffusers")
    torch.manual_seed(3)
    tokenizer, encoder = _clip()
    pipeline = getattr(diffusers, kind)(
        vae=_vae(diffusers),
        unet=diffusers.UNet2DConditionModel(
            **_unet(channels, cross_attention_dim=32),
            down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
            up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
        ),
        scheduler=_scheduler(diffusers),
        text_encoder=encoder,
        tokenizer=tokenizer,
        safety_checker=None if strictness is None else _checker(strictness),
        feature_extractor=None if strictness is None else _seen(),
        requires_safety_checker=strictness is not None,
    )
    pipeline.save_pretrained(folder)
    return folder


def stable_diffusion_xl(folder: Path) -> Path:
    """An SDXL pipeline for inpainting."""
    torch: Any = import_module("torch")
    diffusers: Any = import_module("diffusers")
    hf: Any = import_module("transformers")
    torch.manual_seed(4)
    tokenizer, encoder = _clip()
    second = hf.CLIPTextModelWithProjection(_text_config(hf, tokenizer))
    pipeline = diffusers.StableDiffusionXLInpaintPipeline(
        vae=_vae(diffusers),
        unet=diffusers.UNet2DConditionModel(
            **_unet(9, cross_attention_dim=64),
            down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
            up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
            addition_embed_type="text_time",
            addition_time_embed_dim=8,
            projection_class_embeddings_input_dim=6 * 8 + 32,
        ),
        scheduler=_scheduler(diffusers),
        text_encoder=encoder,
        tokenizer=tokenizer,
        text_encoder_2=second,
        tokenizer_2=tokenizer,
    )
    pipeline.save_pretrained(folder)
    return folder


def flux_fill(folder: Path) -> Path:
    """A FLUX Fill pipeline; its second text encoder is a T5."""
    torch: Any = import_module("torch")
    diffusers: Any = import_module("diffusers")
    hf: Any = import_module("transformers")
    torch.manual_seed(5)
    tokenizer, encoder = _clip()
    t5 = hf.T5EncoderModel(
        hf.T5Config(
            vocab_size=len(tokenizer), d_model=32, d_kv=16, d_ff=48, num_layers=1, num_heads=2
        )
    )
    pipeline = diffusers.FluxFillPipeline(
        scheduler=diffusers.FlowMatchEulerDiscreteScheduler(),
        vae=_vae(diffusers, shift_factor=0.1, use_quant_conv=False, use_post_quant_conv=False),
        text_encoder=encoder,
        tokenizer=tokenizer,
        text_encoder_2=t5,
        tokenizer_2=tokenizer,
        # Packed latents (4x4), the masked picture's (4x4), and the mask's pixels (2x2 each of 2x2).
        transformer=diffusers.FluxTransformer2DModel(
            in_channels=16 + 16 + 16,
            out_channels=16,
            num_layers=1,
            num_single_layers=1,
            attention_head_dim=16,
            num_attention_heads=2,
            joint_attention_dim=32,
            pooled_projection_dim=32,
            axes_dims_rope=(4, 4, 8),
            guidance_embeds=True,
        ),
    )
    pipeline.save_pretrained(folder)
    return folder


def _clip() -> tuple[Any, Any]:
    """A tokenizer, and the text encoder for it."""
    hf: Any = import_module("transformers")
    tokenizer = clip_tokenizer()
    tokenizer.model_max_length = 40
    return tokenizer, hf.CLIPTextModel(_text_config(hf, tokenizer))


def _text_config(hf: Any, tokenizer: Any) -> Any:
    return hf.CLIPTextConfig(
        **tower(vocab_size=len(tokenizer), max_position_embeddings=40, projection_dim=32),
        eos_token_id=tokenizer.eos_token_id,
        bos_token_id=tokenizer.bos_token_id,
    )


def _checker(strictness: float) -> Any:
    """A safety checker as in Stable Diffusion 1: it compares with concepts, each with a limit."""
    torch: Any = import_module("torch")
    hf: Any = import_module("transformers")
    module: Any = import_module("diffusers.pipelines.stable_diffusion.safety_checker")
    seen = tower(image_size=SIDE, patch_size=8)
    checker = module.StableDiffusionSafetyChecker(
        hf.CLIPConfig(vision_config=seen, projection_dim=16)
    )
    with torch.no_grad():
        checker.concept_embeds_weights.fill_(-strictness)
        checker.special_care_embeds_weights.fill_(-strictness)
    return checker


def _seen() -> Any:
    """What makes a picture into what the checker sees."""
    hf: Any = import_module("transformers")
    return hf.CLIPImageProcessor(
        size={"shortest_edge": SIDE}, crop_size={"height": SIDE, "width": SIDE}
    )


def _scheduler(diffusers: Any) -> Any:
    return diffusers.DDIMScheduler(clip_sample=False, set_alpha_to_one=False, steps_offset=1)


def _vae(diffusers: Any, **changes: Any) -> Any:
    return diffusers.AutoencoderKL(
        block_out_channels=(16, 32),
        down_block_types=("DownEncoderBlock2D",) * 2,
        up_block_types=("UpDecoderBlock2D",) * 2,
        latent_channels=4,
        norm_num_groups=8,
        sample_size=SIDE,
        **changes,
    )


def _unet(channels: int, **changes: Any) -> dict[str, Any]:
    return {
        "sample_size": SIDE // 2,
        "in_channels": channels,
        "out_channels": 4,
        "block_out_channels": (16, 32),
        "layers_per_block": 1,
        "norm_num_groups": 8,
        "attention_head_dim": 8,
        **changes,
    }
