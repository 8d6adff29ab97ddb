"""Checkpoints of the Hugging Face ecosystem: a hub id or a folder, loaded by transformers.

Weights are read from safetensors files only; code of a checkpoint is never run. Needs the extra
`hub`.
"""

from __future__ import annotations

import importlib
import json
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ..backends import BackendSpec
from ..errors import ModelError
from .model import Placement

INSTALL = "pip install 'viscript[hub]'"


def transformers_class(name: str) -> Any:
    """A class of transformers by name, imported when it is first needed.

    Raises:
        ModelError: transformers or torch is not installed, or has no such class.
    """
    try:
        module = importlib.import_module("transformers")
        importlib.import_module("torch")
    except ModuleNotFoundError as error:
        raise ModelError(f"this backend needs the package {error.name}", hint=INSTALL) from None
    try:
        return getattr(module, name)
    except (AttributeError, ImportError) as error:
        raise ModelError(f"transformers can't serve {name}: {error}", hint=INSTALL) from None


def load_model(class_name: str, spec: BackendSpec, placement: Placement) -> Any:
    """The model of a checkpoint, ready to infer, where `placement` says.

    Raises:
        ModelError: the checkpoint is missing, of another architecture, or does not fit.
    """
    architecture = transformers_class(class_name)
    torch = importlib.import_module("torch")
    with _loading(spec):
        model = architecture.from_pretrained(
            spec.checkpoint,
            revision=spec.revision or None,
            dtype=getattr(torch, placement.dtype),
            use_safetensors=True,
        )
    return model.to(placement.device).eval()


def load_processor(spec: BackendSpec, class_name: str = "AutoProcessor", **settings: Any) -> Any:
    """The processor (images to tensors, text to tokens) of a checkpoint.

    Raises:
        ModelError: the checkpoint has none.
    """
    processor = transformers_class(class_name)
    with _loading(spec):
        return processor.from_pretrained(
            spec.checkpoint, revision=spec.revision or None, **settings
        )


def config_of(spec: BackendSpec) -> dict[str, Any]:
    """`config.json` of a checkpoint.

    Raises:
        ModelError: there is none, or it can't be read.
    """
    path = file_of(spec, "config.json")
    try:
        return json.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise ModelError(f"config.json of {spec.checkpoint} can't be read: {error}") from None


def file_of(spec: BackendSpec, name: str) -> Path:
    """A file of a checkpoint: in its folder, or fetched from the hub.

    Raises:
        ModelError: the checkpoint has no such file.
    """
    folder = Path(spec.checkpoint)
    if folder.is_dir():
        if (folder / name).is_file():
            return folder / name
        raise ModelError(f"the checkpoint {spec.checkpoint} has no {name}")
    hub = importlib.import_module("huggingface_hub")
    with _loading(spec):
        return Path(hub.hf_hub_download(spec.checkpoint, name, revision=spec.revision or None))


@contextmanager
def _loading(spec: BackendSpec) -> Generator[None]:
    """Turns what goes wrong while a checkpoint is read into one line that says what to do."""
    try:
        yield
    except ModuleNotFoundError as error:
        raise ModelError(
            f"{spec.checkpoint} needs the package {error.name}", hint=INSTALL
        ) from None
    except (OSError, ValueError, ImportError) as error:
        first = (str(error).strip().splitlines() or [""])[0]
        raise ModelError(f"the checkpoint {spec.checkpoint} can't be loaded: {first}") from None
