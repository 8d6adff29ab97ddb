"""Builds the Grounding DINO of `groundingdino-py` 0.4, with today's transformers.

The package wraps transformers' BERT by hand, through methods that transformers 5 no longer has
(`get_head_mask`, `get_extended_attention_mask`) and an argument (`past_key_values_length`) that
its embeddings no longer take. Here that wrapper is replaced, while a network is being built, by
transformers' own BERT, which takes a mask for each pair of tokens as it is. Outputs are identical
to those of the unchanged package under transformers 4.57.

Importing this module imports nothing of the package and changes nothing in it.
"""

from __future__ import annotations

import importlib
import threading
import warnings
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

from ..errors import ModelError

INSTALL = (
    "pip install 'viscript[hub]' addict yapf timm && "
    "pip install --no-deps groundingdino-py pycocotools"
)
"""Its own requirements name a supervision of 2023; what it really imports is this."""

_building = threading.Lock()


def build(settings: Mapping[str, object], text_encoder: str) -> Any:
    """The network with random weights, its tokenizer as `tokenizer`.

    Args:
        settings: what the package calls a config.
        text_encoder: BERT's folder or hub id: only its config and tokenizer are read.

    Raises:
        ModelError: the package or the text encoder is missing, or the settings don't describe a
            network.
    """
    package = _package()
    # Its checkpointing saves memory in training only, and warns in inference.
    quiet = {"use_checkpoint": False, "use_transformer_ckpt": False}
    arguments = SimpleNamespace(**{**settings, **quiet, "text_encoder_type": text_encoder})
    try:
        with _building, _adapted(package), quietly():
            return package.build_groundingdino(arguments)
    except OSError:
        raise ModelError(
            f"the text encoder {text_encoder!r} can't be found",
            hint="name BERT's folder, or its hub id, in the option text_encoder",
        ) from None
    except (AttributeError, AssertionError, NotImplementedError, TypeError) as error:
        raise ModelError(f"the settings describe no Grounding DINO: {error}") from None


def _package() -> Any:
    try:
        with quietly():
            return importlib.import_module("groundingdino.models.GroundingDINO.groundingdino")
    except ModuleNotFoundError as error:
        raise ModelError(f"this backend needs the package {error.name}", hint=INSTALL) from None


@contextmanager
def quietly() -> Generator[None]:
    """Without the package's warnings: it calls timm and torch by their names of 2022."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*timm.models.layers", category=FutureWarning)
        warnings.filterwarnings("ignore", message=".*torch.cuda.amp", category=FutureWarning)
        warnings.filterwarnings("ignore", message="torch.meshgrid", category=UserWarning)
        yield


@contextmanager
def _adapted(package: Any) -> Generator[None]:
    """The package's module with a text encoder of today, within the block."""
    changed: dict[str, object] = {
        "BertModelWarper": _unwrapped,
        "get_tokenlizer": SimpleNamespace(
            get_tokenlizer=_tokenizer, get_pretrained_language_model=_bert
        ),
    }
    before = {name: getattr(package, name) for name in changed}
    for name, value in changed.items():
        setattr(package, name, value)
    try:
        yield
    finally:
        for name, value in before.items():
            setattr(package, name, value)


def _unwrapped(bert_model: Any) -> Any:
    return bert_model


def _tokenizer(text_encoder: str) -> Any:
    """The package's own function prints, and standard output is not ours."""
    return importlib.import_module("transformers").AutoTokenizer.from_pretrained(text_encoder)


def _bert(text_encoder: str) -> Any:
    """BERT with random weights: a checkpoint of Grounding DINO has its own for it."""
    transformers: Any = importlib.import_module("transformers")
    bert: Any = transformers.BertModel

    class PairwiseMaskedBert(bert):
        """BERT whose mask, bool (B, T, T), says for each pair of tokens whether one sees the other.

        transformers takes such a mask with an axis for the heads.
        """

        def forward(self, *, attention_mask: Any, **inputs: Any) -> Any:
            if attention_mask.ndim == 3:
                attention_mask = attention_mask[:, None]
            return bert.forward(self, attention_mask=attention_mask, **inputs)

    return PairwiseMaskedBert(transformers.BertConfig.from_pretrained(text_encoder))
