"""Tiny checkpoints with random weights that see and speak.

Each function saves one in the hub's layout, with a tokenizer that is built here, into a folder.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

from .tiny_encoders import tower
from .tiny_weights import shaken

CHAT = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n"
    "{% for part in message['content'] %}{% if part['type'] == 'image' %}PICTURE"
    "{% else %}{{ part['text'] }}{% endif %}{% endfor %}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
"""A chat template; PICTURE stands for a family's sign of a picture."""

TURNS = ("<|im_start|>", "<|im_end|>", "<pad>", "<s>", "</s>")


def byte_tokenizer(*signs: str, **named: str) -> Any:
    """A tokenizer with a token for each letter, and for each sign of a family."""
    hf: Any = import_module("transformers")
    tokenizers: Any = import_module("tokenizers")
    # Of all bytes those of plain English, so that what is generated can be read.
    signs_of_bytes = sorted(tokenizers.pre_tokenizers.ByteLevel.alphabet())
    alphabet = [sign for sign in signs_of_bytes if sign.isascii() or sign in "\u0120\u010a"]
    vocabulary = {token: index for index, token in enumerate(alphabet)}
    bare = tokenizers.Tokenizer(tokenizers.models.BPE(vocab=vocabulary, merges=[]))
    bare.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False)
    bare.decoder = tokenizers.decoders.ByteLevel()
    return hf.PreTrainedTokenizerFast(
        tokenizer_object=bare,
        bos_token="<s>",
        eos_token="<|im_end|>",
        pad_token="<pad>",
        extra_special_tokens={**named, **{f"sign_{i}": one for i, one in enumerate(signs)}},
        additional_special_tokens=list(TURNS),
    )


def word_tokenizer() -> Any:
    """BERT's tokenizer with a token for each letter, and some words."""
    hf: Any = import_module("transformers")
    letters = [chr(code) for code in range(ord("a"), ord("z") + 1)]
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "[DEC]", "[ENC]"]
    words = ["what", "is", "the", "dog", "red", "car", "?", ".", "yes", "no", "two"]
    tokens = [*special, *words, *letters, *(f"##{letter}" for letter in letters)]
    return hf.BertTokenizer(
        vocab={token: index for index, token in enumerate(tokens)},
        additional_special_tokens=["[DEC]", "[ENC]"],
    )


def speaker(tokenizer: Any, **changes: Any) -> dict[str, Any]:
    """The configuration of a small decoder for a tokenizer."""
    small = tower(num_key_value_heads=1, head_dim=16, max_position_embeddings=2048)
    ids = {name: getattr(tokenizer, name) for name in ("pad_token_id", "eos_token_id")}
    return {**small, "vocab_size": len(tokenizer), **ids, "bos_token_id": 0, **changes}


def saved(folder: Path, model: Any, processor: Any, scale: float = 0.15) -> Path:
    """Saves a model, its weights shaken, and its processor."""
    shaken(model, scale)
    model.save_pretrained(folder)
    processor.save_pretrained(folder)
    return folder


def blip(folder: Path, *, answers: bool = False) -> Path:
    """A BLIP that describes, or one that answers."""
    torch: Any = import_module("torch")
    hf: Any = import_module("transformers")
    torch.manual_seed(11)
    tokenizer = word_tokenizer()
    words: dict[str, Any] = tower(
        vocab_size=len(tokenizer),
        encoder_hidden_size=32,
        max_position_embeddings=64,
        bos_token_id=5,
        pad_token_id=0,
        sep_token_id=3,
        eos_token_id=3,
    )
    config = hf.BlipConfig(text_config=words, vision_config=tower(image_size=32, patch_size=8))
    kind = hf.BlipForQuestionAnswering if answers else hf.BlipForConditionalGeneration
    images = hf.BlipImageProcessor(size={"height": 32, "width": 32})
    return saved(folder, kind(config), hf.BlipProcessor(images, tokenizer))


def blip2(folder: Path, *, t5: bool = False) -> Path:
    """A BLIP-2 with an OPT, or a T5, as its language model."""
    torch: Any = import_module("torch")
    hf: Any = import_module("transformers")
    torch.manual_seed(12)
    tokenizer = byte_tokenizer("<image>")
    sizes: dict[str, Any] = {"vocab_size": len(tokenizer), "pad_token_id": tokenizer.pad_token_id}
    if t5:
        text = hf.T5Config(**sizes, d_model=32, d_ff=48, d_kv=16, num_layers=2, num_heads=2)
        text.eos_token_id, text.decoder_start_token_id = tokenizer.eos_token_id, 0
    else:
        text = hf.OPTConfig(
            **sizes,
            hidden_size=32,
            ffn_dim=48,
            num_hidden_layers=2,
            num_attention_heads=2,
            word_embed_proj_dim=32,
            max_position_embeddings=256,
            eos_token_id=tokenizer.eos_token_id,
        )
    config = hf.Blip2Config(
        vision_config=tower(image_size=32, patch_size=8),
        qformer_config=tower(encoder_hidden_size=32, cross_attention_frequency=1, vocab_size=10),
        text_config=text.to_dict(),
        num_query_tokens=4,
        image_token_index=tokenizer.convert_tokens_to_ids("<image>"),
    )
    images = hf.BlipImageProcessor(size={"height": 32, "width": 32})
    processor = hf.Blip2Processor(images, tokenizer, num_query_tokens=4)
    return saved(folder, hf.Blip2ForConditionalGeneration(config), processor)


def vilt(folder: Path) -> Path:
    """A ViLT that knows five answers."""
    torch: Any = import_module("torch")
    hf: Any = import_module("transformers")
    torch.manual_seed(13)
    tokenizer = word_tokenizer()
    config = hf.ViltConfig(
        **tower(vocab_size=len(tokenizer), image_size=64, patch_size=16),
        max_position_embeddings=40,
        id2label=dict(enumerate(("yes", "no", "red", "a dog", "2"))),
    )
    images = hf.ViltImageProcessor(size={"shortest_edge": 64}, size_divisor=16)
    model = hf.ViltForQuestionAnswering(config)
    return saved(folder, model, hf.ViltProcessor(images, tokenizer))


def chat(sign: str) -> str:
    """The chat template of a family whose pictures stand where `sign` stands."""
    return CHAT.replace("PICTURE", sign)


def llava(folder: Path) -> Path:
    """A LLaVA of a CLIP and a Llama."""
    torch: Any = import_module("torch")
    hf: Any = import_module("transformers")
    torch.manual_seed(21)
    tokenizer = byte_tokenizer(image_token="<image>")
    config = hf.LlavaConfig(
        vision_config=hf.CLIPVisionConfig(**tower(image_size=32, patch_size=8)),
        text_config=hf.LlamaConfig(**speaker(tokenizer)),
        image_token_id=tokenizer.image_token_id,
        image_seq_length=16,
    )
    images = hf.CLIPImageProcessor(
        size={"shortest_edge": 32}, crop_size={"height": 32, "width": 32}
    )
    processor = hf.LlavaProcessor(
        images,
        tokenizer,
        patch_size=8,
        vision_feature_select_strategy="default",
        num_additional_image_tokens=1,
        chat_template=chat("<image>"),
    )
    return saved(folder, hf.LlavaForConditionalGeneration(config), processor)


def qwen_tokenizer() -> Any:
    return byte_tokenizer(
        image_token="<|image_pad|>",
        video_token="<|video_pad|>",
        vision_bos_token="<|vision_start|>",
        vision_eos_token="<|vision_end|>",
    )


def qwen_processor(kind: str, tokenizer: Any, patch: int) -> Any:
    hf: Any = import_module("transformers")
    sizes: dict[str, Any] = {
        "patch_size": patch,
        "size": {"shortest_edge": 16 * patch * patch, "longest_edge": 64 * patch * patch},
    }
    images = hf.Qwen2VLImageProcessor(**sizes)
    videos = getattr(hf, "Qwen3VLVideoProcessor" if kind == "Qwen3VL" else "Qwen2VLVideoProcessor")
    template = chat("<|vision_start|><|image_pad|><|vision_end|>")
    made = {"Qwen2VL": "Qwen2VLProcessor", "Qwen2_5_VL": "Qwen2_5_VLProcessor"}
    processor = getattr(hf, made.get(kind, "Qwen3VLProcessor"))
    return processor(images, tokenizer, videos(), chat_template=template)


def qwen2_vl(folder: Path) -> Path:
    """A Qwen2-VL."""
    torch: Any = import_module("torch")
    hf: Any = import_module("transformers")
    torch.manual_seed(22)
    tokenizer = qwen_tokenizer()
    rope = {"rope_type": "default", "mrope_section": [2, 3, 3], "rope_theta": 10000.0}
    config = hf.Qwen2VLConfig(
        text_config=speaker(tokenizer, rope_parameters=rope),
        vision_config={
            **{"depth": 2, "embed_dim": 32, "hidden_size": 32, "num_heads": 2, "mlp_ratio": 2},
            **{"patch_size": 8, "spatial_merge_size": 2, "temporal_patch_size": 2},
        },
        image_token_id=tokenizer.image_token_id,
        video_token_id=tokenizer.video_token_id,
        vision_start_token_id=tokenizer.vision_bos_token_id,
        vision_end_token_id=tokenizer.vision_eos_token_id,
    )
    model = hf.Qwen2VLForConditionalGeneration(config)
    return saved(folder, model, qwen_processor("Qwen2VL", tokenizer, 8))


def qwen2_5_vl(folder: Path) -> Path:
    """A Qwen2.5-VL."""
    torch: Any = import_module("torch")
    hf: Any = import_module("transformers")
    torch.manual_seed(23)
    tokenizer = qwen_tokenizer()
    rope = {"rope_type": "default", "mrope_section": [2, 3, 3], "rope_theta": 10000.0}
    config = hf.Qwen2_5_VLConfig(
        text_config=speaker(tokenizer, rope_parameters=rope),
        vision_config={
            **{"depth": 2, "hidden_size": 32, "intermediate_size": 48, "num_heads": 2},
            **{"patch_size": 8, "spatial_merge_size": 2, "temporal_patch_size": 2},
            **{"out_hidden_size": 32, "window_size": 32, "fullatt_block_indexes": [1]},
        },
        image_token_id=tokenizer.image_token_id,
        video_token_id=tokenizer.video_token_id,
        vision_start_token_id=tokenizer.vision_bos_token_id,
        vision_end_token_id=tokenizer.vision_eos_token_id,
    )
    model = hf.Qwen2_5_VLForConditionalGeneration(config)
    return saved(folder, model, qwen_processor("Qwen2_5_VL", tokenizer, 8))


def qwen3_vl(folder: Path) -> Path:
    """A Qwen3-VL."""
    torch: Any = import_module("torch")
    hf: Any = import_module("transformers")
    torch.manual_seed(24)
    tokenizer = qwen_tokenizer()
    rope = {"rope_type": "default", "mrope_section": [2, 3, 3], "rope_theta": 10000.0}
    config = hf.Qwen3VLConfig(
        text_config=speaker(tokenizer, rope_parameters=rope),
        vision_config={
            **{"depth": 2, "hidden_size": 32, "intermediate_size": 48, "num_heads": 2},
            **{"patch_size": 8, "spatial_merge_size": 2, "temporal_patch_size": 2},
            **{"out_hidden_size": 32, "num_position_embeddings": 64},
            "deepstack_visual_indexes": [0],
        },
        image_token_id=tokenizer.image_token_id,
        video_token_id=tokenizer.video_token_id,
        vision_start_token_id=tokenizer.vision_bos_token_id,
        vision_end_token_id=tokenizer.vision_eos_token_id,
    )
    model = hf.Qwen3VLForConditionalGeneration(config)
    return saved(folder, model, qwen_processor("Qwen3VL", tokenizer, 8))


IDEFICS_SIGNS = ("<fake_token_around_image>", "<image>", "<end_of_utterance>", "<global-img>")


def idefics3(folder: Path, *, smol: bool = False) -> Path:
    """An Idefics 3, or its successor SmolVLM; pictures are also cut into tiles."""
    torch: Any = import_module("torch")
    hf: Any = import_module("transformers")
    torch.manual_seed(25)
    tiles = [f"<row_{row}_col_{column}>" for row in range(1, 5) for column in range(1, 5)]
    tokenizer = byte_tokenizer(*IDEFICS_SIGNS, *tiles)
    kind = "SmolVLM" if smol else "Idefics3"
    config = getattr(hf, f"{kind}Config")(
        text_config=hf.LlamaConfig(**speaker(tokenizer)),
        vision_config=tower(image_size=32, patch_size=8),
        image_token_id=tokenizer.convert_tokens_to_ids("<image>"),
        pad_token_id=tokenizer.pad_token_id,
        scale_factor=2,
    )
    sizes = {"size": {"longest_edge": 64}, "max_image_size": {"longest_edge": 32}}
    images = getattr(hf, f"{kind}ImageProcessor")(**sizes)
    settings: dict[str, Any] = {"image_seq_len": 4, "chat_template": chat("<image>")}
    if smol:
        videos = hf.SmolVLMVideoProcessor(
            **sizes, video_sampling={"fps": 1, "max_frames": 2, "video_size": {"longest_edge": 32}}
        )
        processor = hf.SmolVLMProcessor(images, tokenizer, videos, **settings)
    else:
        processor = hf.Idefics3Processor(images, tokenizer, **settings)
    model = getattr(hf, f"{kind}ForConditionalGeneration")(config)
    return saved(folder, model, processor)


def smolvlm(folder: Path) -> Path:
    """A SmolVLM."""
    return idefics3(folder, smol=True)


def gemma3(folder: Path) -> Path:
    """A Gemma 3."""
    torch: Any = import_module("torch")
    hf: Any = import_module("transformers")
    torch.manual_seed(26)
    tokenizer = byte_tokenizer(
        image_token="<image_soft_token>", boi_token="<start_of_image>", eoi_token="<end_of_image>"
    )
    config = hf.Gemma3Config(
        text_config=speaker(tokenizer, layer_types=["sliding_attention", "full_attention"]),
        vision_config=tower(image_size=32, patch_size=8),
        mm_tokens_per_image=4,
        image_token_index=tokenizer.image_token_id,
        boi_token_index=tokenizer.boi_token_id,
        eoi_token_index=tokenizer.eoi_token_id,
    )
    images = hf.Gemma3ImageProcessor(size={"height": 32, "width": 32})
    processor = hf.Gemma3Processor(
        images, tokenizer, image_seq_length=4, chat_template=chat("<start_of_image>")
    )
    return saved(folder, hf.Gemma3ForConditionalGeneration(config), processor, 0.4)


def internvl(folder: Path) -> Path:
    """An InternVL."""
    torch: Any = import_module("torch")
    hf: Any = import_module("transformers")
    torch.manual_seed(27)
    tokenizer = byte_tokenizer(
        start_image_token="<img>",
        end_image_token="</img>",
        context_image_token="<IMG_CONTEXT>",
        video_token="<video>",
    )
    config = hf.InternVLConfig(
        vision_config=tower(image_size=[32, 32], patch_size=[8, 8]),
        text_config=hf.Qwen2Config(**speaker(tokenizer)),
        image_token_id=tokenizer.context_image_token_id,
        image_seq_length=4,
    )
    images = hf.GotOcr2ImageProcessor(size={"height": 32, "width": 32}, crop_to_patches=True)
    processor = hf.InternVLProcessor(
        images,
        tokenizer,
        hf.InternVLVideoProcessor(size={"height": 32, "width": 32}),
        image_seq_length=4,
        chat_template=chat("<IMG_CONTEXT>"),
    )
    return saved(folder, hf.InternVLForConditionalGeneration(config), processor)


def florence2(folder: Path) -> Path:
    """A Florence-2."""
    torch: Any = import_module("torch")
    hf: Any = import_module("transformers")
    torch.manual_seed(31)
    places = (f"<loc_{place}>" for place in range(0, 1000, 20))
    tokenizer = byte_tokenizer(*places, image_token="<image>")
    config = hf.Florence2Config(
        vision_config={
            **{"depths": [1, 1], "patch_size": [7, 3], "patch_stride": [4, 2]},
            **{"patch_padding": [3, 1], "patch_prenorm": [False, True], "embed_dim": [16, 32]},
            **{"num_heads": [2, 2], "num_groups": [2, 2], "window_size": 4, "projection_dim": 32},
        },
        text_config=hf.BartConfig(
            vocab_size=len(tokenizer),
            d_model=32,
            **{"encoder_layers": 2, "decoder_layers": 2, "max_position_embeddings": 1200},
            **{"encoder_attention_heads": 2, "decoder_attention_heads": 2},
            **{"encoder_ffn_dim": 48, "decoder_ffn_dim": 48},
            pad_token_id=tokenizer.pad_token_id,
            bos_token_id=tokenizer.bos_token_id,
            eos_token_id=tokenizer.eos_token_id,
            decoder_start_token_id=tokenizer.eos_token_id,
            forced_eos_token_id=None,
        ),
        image_token_id=tokenizer.image_token_id,
    )
    images = hf.CLIPImageProcessor(
        size={"height": 64, "width": 64},
        do_center_crop=False,
        image_seq_length=65,
    )
    processor = hf.Florence2Processor(images, tokenizer)
    return saved(folder, hf.Florence2ForConditionalGeneration(config), processor)


VLMS = {
    one.__name__: one
    for one in (llava, qwen2_vl, qwen2_5_vl, qwen3_vl, idefics3, smolvlm, gemma3, internvl)
}
"""The families whose checkpoints the backend `vlm` is tried on."""
