"""Tiny checkpoints of detectors with random weights, saved in the hub's layout."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

from .tiny_encoders import clip_tokenizer, tower
from .tiny_weights import shaken

WORDS = (
    *("a", "the", "dog", "cat", "red", "car", "traffic", "light", "person", "cup", "of"),
    *("coffee", "##s"),
)

PLACES = {"[PAD]": 0, "[UNK]": 100, "[CLS]": 101, "[SEP]": 102, "[MASK]": 103, ".": 1012, "?": 1029}
"""The ids of BERT's own vocabulary, which transformers' Grounding DINO knows by heart."""


def bert_tokenizer(folder: Path) -> Any:
    """A tokenizer of a few words and every small letter."""
    hf: Any = import_module("transformers")
    letters = [chr(code) for code in range(ord("a"), ord("z") + 1)]
    words = list(dict.fromkeys([*WORDS, *letters, *(f"##{letter}" for letter in letters)]))
    vocabulary = [f"[unused{index}]" for index in range(1030)]
    for token, place in PLACES.items():
        vocabulary[place] = token
    vocabulary[200 : 200 + len(words)] = words
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "vocab.txt").write_text("\n".join(vocabulary), "utf-8")
    return hf.BertTokenizerFast.from_pretrained(str(folder))


def bert_config() -> dict[str, Any]:
    return {
        "model_type": "bert",
        "vocab_size": 1030,
        "hidden_size": 16,
        "num_hidden_layers": 1,
        "num_attention_heads": 2,
        "intermediate_size": 16,
        "max_position_embeddings": 256,
    }


def grounding_dino(folder: Path, *, mm: bool = False) -> Path:
    """A Grounding DINO; `mm` makes it an MM-Grounding-DINO."""
    torch: Any = import_module("torch")
    hf: Any = import_module("transformers")

    torch.manual_seed(0)
    config_class = hf.MMGroundingDinoConfig if mm else hf.GroundingDinoConfig
    model_class = hf.MMGroundingDinoForObjectDetection if mm else hf.GroundingDinoForObjectDetection
    swin = hf.SwinConfig(
        image_size=64,
        embed_dim=8,
        depths=[1, 1, 1, 1],
        num_heads=[1, 1, 2, 2],
        window_size=4,
        out_features=["stage2", "stage3", "stage4"],
    )
    config = config_class(
        backbone_config=swin,
        text_config=hf.BertConfig(**bert_config()),
        d_model=64,
        encoder_layers=1,
        decoder_layers=2,
        encoder_ffn_dim=32,
        decoder_ffn_dim=32,
        encoder_attention_heads=2,
        decoder_attention_heads=2,
        num_queries=20,
        disable_custom_kernels=True,
    )
    model = model_class(config).eval()
    shaken(model, 0.06)
    model.save_pretrained(folder)
    processor = hf.GroundingDinoProcessor(
        hf.GroundingDinoImageProcessor(size={"shortest_edge": 64, "longest_edge": 128}),
        bert_tokenizer(folder),
    )
    processor.save_pretrained(folder)
    return folder


def grounding_dino_with_swin_t(bert: Path) -> tuple[Any, Any]:
    """A network and processor of transformers with the sizes of `SETTINGS`."""
    hf: Any = import_module("transformers")

    swin = hf.SwinConfig(
        image_size=224,
        embed_dim=96,
        depths=[2, 2, 6, 2],
        num_heads=[3, 6, 12, 24],
        window_size=7,
        out_features=["stage2", "stage3", "stage4"],
    )
    config = hf.GroundingDinoConfig(
        backbone_config=swin,
        text_config=hf.BertConfig(**bert_config()),
        d_model=256,
        encoder_layers=1,
        decoder_layers=2,
        encoder_ffn_dim=32,
        decoder_ffn_dim=32,
        num_queries=20,
        disable_custom_kernels=True,
    )
    # As the package's: the shorter side, and 1333 for every 800 of it.
    images = hf.GroundingDinoImageProcessor(size={"shortest_edge": 64, "longest_edge": 107})
    tokenizer = hf.AutoTokenizer.from_pretrained(bert)
    processor = hf.GroundingDinoProcessor(images, tokenizer)
    return hf.GroundingDinoForObjectDetection(config).eval(), processor


SETTINGS = """
# As the package's own settings, but small.
batch_size = 1
modelname = "groundingdino"
backbone = "swin_T_224_1k"
position_embedding = "sine"
pe_temperatureH = 20
pe_temperatureW = 20
return_interm_indices = [1, 2, 3]
backbone_freeze_keywords = None
enc_layers = 1
dec_layers = 2
pre_norm = False
dim_feedforward = 32
hidden_dim = 256
dropout = 0.0
nheads = 8
num_queries = 20
query_dim = 4
num_patterns = 0
num_feature_levels = 4
enc_n_points = 4
dec_n_points = 4
two_stage_type = "standard"
two_stage_bbox_embed_share = False
two_stage_class_embed_share = False
transformer_activation = "relu"
dec_pred_bbox_embed_share = True
dn_box_noise_scale = 1.0
dn_label_noise_ratio = 0.5
embed_init_tgt = True
dn_labelbook_size = 20
max_text_len = 256
text_encoder_type = "bert-base-uncased"
use_text_enhancer = True
use_fusion_layer = True
use_checkpoint = True
use_transformer_ckpt = True
use_text_cross_attention = True
text_dropout = 0.0
fusion_dropout = 0.0
fusion_droppath = 0.1
sub_sentence_present = True
"""


def original_grounding_dino(folder: Path) -> Path:
    """A .pth of groundingdino-py with its settings, `settings.py`, and BERT's folder, `bert`.

    The backbone is Swin-T: the package has no smaller one.
    """
    torch: Any = import_module("torch")
    hf: Any = import_module("transformers")
    from viscript.tools.backends.grounding_dino_build import build
    from viscript.tools.backends.python_literals import literals

    torch.manual_seed(0)
    bert_tokenizer(folder / "bert").save_pretrained(folder / "bert")
    hf.BertConfig(**bert_config()).save_pretrained(folder / "bert")
    (folder / "settings.py").write_text(SETTINGS, "utf-8")
    network = build(literals(folder / "settings.py"), str(folder / "bert"))
    shaken(network, 0.02)
    torch.save({"model": network.state_dict()}, folder / "tiny.pth")
    return folder / "tiny.pth"


def owlv2(folder: Path) -> Path:
    """An OWLv2 for pictures of 48x48 pixels."""
    hf: Any = import_module("transformers")
    torch: Any = import_module("torch")
    torch.manual_seed(0)
    tokenizer = clip_tokenizer()
    config = hf.Owlv2Config(
        text_config=tower(
            vocab_size=len(tokenizer),
            max_position_embeddings=32,
            eos_token_id=tokenizer.eos_token_id,
            bos_token_id=tokenizer.bos_token_id,
            pad_token_id=tokenizer.eos_token_id,
        ),
        vision_config=tower(image_size=48, patch_size=8),
        projection_dim=32,
    )
    network = hf.Owlv2ForObjectDetection(config).eval()
    shaken(network)
    # Boxes of a few numbers near 0 or 1 would show nothing.
    network.box_head.dense2.weight.data *= 0.002
    network.save_pretrained(folder)
    images = hf.Owlv2ImageProcessor(size={"height": 48, "width": 48})
    hf.Owlv2Processor(images, tokenizer).save_pretrained(folder)
    return folder
