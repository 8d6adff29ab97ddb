"""Checkpoints of the Hugging Face ecosystem: a hub id or a folder, loaded by transformers.

Weights are read from safetensors files, and from pickled ones only where the profile allows it, by
the loader that runs no code of theirs; code of a checkpoint is never run. Needs the extra `hub`.
"""

from __future__ import annotations

import importlib
import logging
import re
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

from ..backends import BackendSpec
from ..errors import ModelError, ViscriptError
from .hub import INSTALL, folder_of, no_safetensors, read_json
from .model import Placement
from .progress import current_progress
from .shortage import is_out_of_memory

SHOWN = 3
"""Names of weights that an error lists."""

_MOST = {re.compile(r"(layers?|depths?|blocks|stages?)$"): 1000, re.compile("num_labels"): 100_000}
"""The most of what a configuration may have transformers build before a weight is read."""


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


def load_model(class_name: str, spec: BackendSpec, placement: Placement, *within: str) -> Any:
    """The model of a checkpoint, ready to infer, where `placement` says.

    Args:
        class_name: of transformers.
        spec: the checkpoint.
        placement: where it runs, and in which type.
        within: other architectures whose checkpoints hold this model as a part.

    Raises:
        ModelError: the checkpoint is missing, of another architecture, or lacks weights.
    """
    architecture = transformers_class(class_name)
    torch = importlib.import_module("torch")
    folder = checkpoint_folder(spec)
    require_architecture(spec, *_kinds_of(architecture), *within)
    pickled = _must_unpickle(spec, folder)
    with _loading(spec), _quietly(spec):
        model, found = architecture.from_pretrained(
            folder,
            dtype=getattr(torch, placement.dtype),
            use_safetensors=not pickled,
            weights_only=True,
            trust_remote_code=False,
            local_files_only=True,
            output_loading_info=True,
        )
    missing = sorted(found["missing_keys"])
    if missing:
        # transformers only warns, and starts from random weights.
        raise ModelError(
            f"the checkpoint {spec.checkpoint} lacks {len(missing)} weights of {class_name}, "
            f"such as {', '.join(missing[:SHOWN])}",
            hint="it may be made for another task: name another checkpoint, or another backend",
        )
    return model.to(placement.device).eval()


def load_processor(spec: BackendSpec, class_name: str = "AutoProcessor", **settings: Any) -> Any:
    """The processor (images to tensors, text to tokens) of a checkpoint.

    Raises:
        ModelError: the checkpoint has none.
    """
    processor = transformers_class(class_name)
    folder = checkpoint_folder(spec)
    with _loading(spec), _quietly(spec):
        return processor.from_pretrained(
            folder, local_files_only=True, trust_remote_code=False, **settings
        )


def checkpoint_folder(spec: BackendSpec) -> Path:
    """The folder of a checkpoint's files; those that are not here are fetched from the hub.

    Raises:
        ModelError: the checkpoint is missing, or can't be fetched.
    """
    return folder_of(spec.checkpoint, spec.revision, pickle=spec.pickle)


def config_of(spec: BackendSpec) -> dict[str, Any]:
    """`config.json` of a checkpoint.

    Raises:
        ModelError: there is none, it can't be read, or it describes no network that can be built.
    """
    path = file_of(spec, "config.json")
    try:
        config = read_json(path)
    except (OSError, ValueError) as error:
        raise ModelError(f"config.json of {spec.checkpoint} can't be read: {error}") from None
    if not isinstance(config, dict):
        raise ModelError(f"config.json of {spec.checkpoint} is no object")
    described = cast("dict[str, Any]", config)
    beyond = _refused_entry(described)
    if beyond:
        raise ModelError(
            f"config.json of {spec.checkpoint} asks for what is not given: {beyond}",
            hint="fetch it again, from its authors, or name another checkpoint",
        )
    return described


def file_of(spec: BackendSpec, name: str) -> Path:
    """A file of a checkpoint: in its folder, or fetched from the hub.

    Raises:
        ModelError: the checkpoint has no such file.
    """
    path = checkpoint_folder(spec) / name
    if path.is_file():
        return path
    raise ModelError(
        f"the checkpoint {spec.checkpoint} has no {name}",
        hint=f"viscript models verify {spec.checkpoint} says what else is wrong with it",
    )


def require_architecture(spec: BackendSpec, *kinds: str) -> str:
    """The checkpoint's `model_type`, which is one of `kinds`, or one of their variants.

    transformers itself only warns. A variant has the name and a suffix: SAM 2's checkpoints are of
    the type `sam2_video`, and hold all of `sam2`. No `kinds` means any.

    Raises:
        ModelError: the checkpoint is of another architecture, or has no readable `config.json`.
    """
    kind = str(config_of(spec).get("model_type", "unknown"))
    if kinds and not any(kind == one or kind.startswith(f"{one}_") for one in kinds):
        expected = " or ".join(kinds) if len(kinds) <= SHOWN else "one that fits the task"
        raise ModelError(
            f"the checkpoint {spec.checkpoint} is of the architecture {kind}; "
            f"the backend {spec.backend} loads {expected}",
            hint="name a checkpoint of that architecture in the profile, or another backend",
        )
    return kind


def _refused_entry(config: object, name: str = "") -> str:
    """The first entry of a configuration that is above its limit, or leads elsewhere; "" for none.

    transformers would ask the hub for a backbone that is named as the hub names checkpoints.
    """
    match config:
        case dict():
            parts = cast("dict[object, object]", config).items()
            found = (_refused_entry(value, str(key)) for key, value in parts)
            return next(filter(None, found), "")
        case list():
            values = cast("list[object]", config)
            return next(filter(None, (_refused_entry(value, name) for value in values)), "")
        case str() if name == "backbone" and "/" in config:
            return f"{name} = {config}"
        case int() if any(one.search(name) and config > most for one, most in _MOST.items()):
            return f"{name} = {config}"
        case _:
            return ""


def _kinds_of(architecture: Any) -> list[str]:
    """The `model_type`s that a class of transformers loads: its own, or an auto class's many."""
    config = getattr(architecture, "config_class", None)
    if config is not None:
        return [config.model_type]
    mapping: Any = getattr(architecture, "_model_mapping", None)
    configs: Iterable[Any] = () if mapping is None else mapping.keys()
    return [config.model_type for config in configs]


def _must_unpickle(spec: BackendSpec, folder: Path) -> bool:
    """Whether a checkpoint has only pickled weights, which the profile allows.

    Raises:
        ModelError: it doesn't allow them, or there are no weights at all.
    """
    if any(folder.glob("*.safetensors")):
        return False
    if not any(folder.glob("*.bin")):
        raise ModelError(
            f"the checkpoint {spec.checkpoint} has no weights",
            hint="it needs a file model.safetensors beside its config.json",
        )
    if not spec.pickle:
        raise no_safetensors(spec.checkpoint)
    return True


@contextmanager
def _quietly(spec: BackendSpec) -> Generator[None]:
    """transformers' own reports and bars go nowhere: what matters in them is raised, or shown."""
    library: Any = importlib.import_module("transformers.utils.logging")
    log = logging.getLogger("transformers")
    level = log.level
    bars = current_progress().bars(spec.checkpoint, "it")

    def bar(_: Any, args: tuple[Any, ...], settings: dict[str, Any]) -> Any:
        return bars(*args, **settings)

    hook = library.set_tqdm_hook(bar)
    log.setLevel(logging.ERROR)
    try:
        yield
    finally:
        log.setLevel(level)
        library.set_tqdm_hook(hook)


@contextmanager
def _loading(spec: BackendSpec) -> Generator[None]:
    """Turns what goes wrong while a checkpoint is read into one line that says what to do."""
    try:
        yield
    except ViscriptError:
        raise
    except ModuleNotFoundError as error:
        raise ModelError(
            f"{spec.checkpoint} needs the package {error.name}", hint=INSTALL
        ) from None
    # Checkpoints are foreign files, and each library that reads them has errors of its own.
    except Exception as error:
        if is_out_of_memory(error):
            raise
        first = (str(error).strip().splitlines() or [type(error).__name__])[0]
        if "weights_only" in str(error):
            # torch's own advice is to run it.
            first = "it holds more than weights, and its code is not run"
        elif "custom code" in str(error):
            first = "it needs code of its own, which is never run"
        elif type(error).__name__ == "SafetensorError":
            first = f"its weights are damaged ({first})"
        elif "ignore_mismatched_sizes" in str(error):
            first = "its weights have other shapes than its config.json says"
        raise ModelError(
            f"the checkpoint {spec.checkpoint} can't be loaded: {first}",
            hint=f"viscript models verify {spec.checkpoint} says whether its files are whole",
        ) from None
