"""Checkpoints of the model hub: which of their files are needed, where they are, how they come.

What is on this machine is used without asking the hub. `huggingface_hub` keeps the files, in the
user's own cache (`HF_HOME`), and beside them what the hub said about each: its size and digest.
"""

from __future__ import annotations

import errno
import importlib
import json
import re
from collections.abc import Collection, Generator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Any

from ..errors import ModelError
from .progress import current_progress
from .settings import in_words

INSTALL = "pip install 'viscript[hub]'"
MAX_JSON_BYTES = 64 * 2**20
SECONDS = 10
"""How long the hub may take to answer a question about a checkpoint."""

COMMIT = re.compile(r"[0-9a-f]{40}")

WEIGHTS = (".safetensors", ".bin", ".pth", ".pt", ".onnx")
"""What files of weights end in."""

_HUB_ID = re.compile(r"[A-Za-z0-9][\w.-]{0,95}/[\w.-]{1,96}")
_PLAIN = (".json", ".txt", ".model", ".jinja", ".md")
_PICKLED = (".bin", ".pth", ".pt")
_OTHER_WEIGHTS = re.compile(r"(consolidated|.*\.(fp16|bf16|non_ema|ema_only))[.-].*")
"""Copies of the same weights: Mistral's own format, and variants in other types."""


def is_hub_id(checkpoint: str) -> bool:
    """Whether a checkpoint is written as the hub names them, owner/name, and is no folder here."""
    return bool(_HUB_ID.fullmatch(checkpoint)) and not Path(checkpoint).expanduser().exists()


def needed_files(names: Collection[str], *, pickle: bool = False) -> list[str]:
    """The files of a checkpoint that loading it takes.

    Args:
        names: all of its files, as paths with forward slashes.
        pickle: whether pickled weights will do where there are no safetensors.
    """
    pipeline = "model_index.json" in names
    plain = [name for name in names if name.endswith(_PLAIN) and (pipeline or "/" not in name)]
    # Weights of a pipeline are in the folders of its parts; those beside them are copies.
    placed = [name for name in names if ("/" in name) == pipeline and not _is_copy(name)]
    weights = [name for name in placed if name.endswith(".safetensors")]
    if not weights and pickle:
        weights = [name for name in placed if name.endswith(_PICKLED)]
    return sorted({*plain, *weights})


def folder_on_disk(checkpoint: str, revision: str = "", *, pickle: bool = False) -> Path | None:
    """The folder of a checkpoint's files, if all that it takes to load it is on this machine.

    Args:
        checkpoint: a folder, or a hub id.
        revision: a commit, branch or tag; the default branch when empty.
        pickle: as in `needed_files`.
    """
    folder = Path(checkpoint).expanduser()
    if checkpoint and folder.is_dir():
        return folder
    snapshot = _snapshot(checkpoint, revision)
    if snapshot is None:
        return None
    known = listing_of(snapshot)
    needed = needed_files(known, pickle=pickle) if known else _shards(snapshot)
    return snapshot if all((snapshot / name).exists() for name in needed) else None


def folder_of(checkpoint: str, revision: str = "", *, pickle: bool = False) -> Path:
    """The folder of a checkpoint's files; those that are not here are fetched from the hub.

    Raises:
        ModelError: there is no such checkpoint, or the hub can't be reached or does not give it.
    """
    if not checkpoint:
        raise ModelError(
            "the profile names no checkpoint",
            hint='add checkpoint = "owner/name" or a folder to the tool\'s table',
        )
    found = folder_on_disk(checkpoint, revision, pickle=pickle)
    if found is not None:
        return found
    if not is_hub_id(checkpoint):
        raise ModelError(
            f"there is no folder {checkpoint}",
            hint="check the profile's checkpoint: a folder, or owner/name of the model hub",
        )
    return fetch(checkpoint, revision, pickle=pickle)


def fetch(checkpoint: str, revision: str = "", *, pickle: bool = False) -> Path:
    """Fetches what is missing of a hub checkpoint; returns its folder.

    Raises:
        ModelError: as `folder_of`.
    """
    hub = hub_package()
    with asking(checkpoint, revision):
        about = hub.HfApi().model_info(checkpoint, revision=revision or None, timeout=SECONDS)
        needed = needed_files([one.rfilename for one in about.siblings], pickle=pickle)
        if not any(name.endswith((".safetensors", *_PICKLED)) for name in needed):
            raise no_safetensors(checkpoint)
        path: str = hub.snapshot_download(
            checkpoint,
            revision=revision or None,
            allow_patterns=needed,
            tqdm_class=current_progress().bars(checkpoint, "B"),
        )
    return Path(path)


def no_safetensors(checkpoint: str) -> ModelError:
    """The error for a checkpoint whose weights are pickled only."""
    return ModelError(
        f"the checkpoint {checkpoint} has no weights as safetensors",
        hint="pickle = true in the tool's table of the profile lets pickled weights be read; "
        "only if you trust who made them",
    )


def listing_of(snapshot: Path) -> dict[str, dict[str, Any]]:
    """What the hub said about each file of a snapshot; empty where that is not known.

    Returns:
        By name: `size` in bytes, `blob_id` (git's SHA-1), and for large files `lfs_sha256`.
    """
    path = snapshot.parent.parent / "trees" / f"{snapshot.name}.json"
    try:
        files: Any = read_json(path)["files"]
        return {str(name): dict(about) for name, about in files.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def read_json(path: Path) -> Any:
    """A JSON file of a checkpoint.

    Raises:
        OSError: it can't be read.
        ValueError: it is larger than `MAX_JSON_BYTES`, or no JSON.
    """
    if path.stat().st_size > MAX_JSON_BYTES:
        raise ValueError(f"larger than {in_words(MAX_JSON_BYTES)}")
    try:
        return json.loads(path.read_text("utf-8"))
    except RecursionError:
        raise ValueError("nested too deep") from None


def hub_package() -> Any:
    """The package `huggingface_hub`.

    Raises:
        ModelError: it is not installed.
    """
    try:
        return importlib.import_module("huggingface_hub")
    except ModuleNotFoundError as error:
        raise ModelError(
            f"checkpoints of the hub need the package {error.name}", hint=INSTALL
        ) from None


@contextmanager
def asking(checkpoint: str, revision: str = "") -> Generator[None]:
    """Turns what goes wrong while the hub is asked into one line that says what to do."""
    hub_package()
    errors: Any = importlib.import_module("huggingface_hub.errors")
    pull = f"viscript models pull {checkpoint}"
    try:
        yield
    except errors.GatedRepoError:
        raise ModelError(
            f"{checkpoint} is gated: its authors ask for an agreement",
            hint=f"accept it at https://huggingface.co/{checkpoint}, then: hf auth login && {pull}",
        ) from None
    except errors.RevisionNotFoundError:
        raise ModelError(
            f"{checkpoint} has no revision {revision!r}", hint="check the profile's revision"
        ) from None
    except errors.RepositoryNotFoundError:
        raise ModelError(
            f"the hub has no checkpoint {checkpoint}, or keeps it from you",
            hint="check the profile's checkpoint; for a private one: hf auth login",
        ) from None
    except (errors.LocalEntryNotFoundError, errors.OfflineModeIsEnabled):
        raise _unreachable(checkpoint, pull) from None
    except errors.HfHubHTTPError as error:
        status = getattr(getattr(error, "response", None), "status_code", "no")
        raise ModelError(
            f"the hub did not give {checkpoint}: it answered with status {status}",
            hint=f"try again later: {pull}",
        ) from None
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise ModelError(
                f"the disk is full: {checkpoint} does not fit",
                hint="make room, or set HF_HOME to a folder on another disk",
            ) from None
        raise _unreachable(checkpoint, pull) from None
    except Exception as error:
        # The errors of the HTTP library, whose name changes with the versions of the hub's package.
        if not (type(error).__module__ or "").startswith("httpx"):
            raise
        raise _unreachable(checkpoint, pull) from None


def _unreachable(checkpoint: str, pull: str) -> ModelError:
    return ModelError(
        f"{checkpoint} is not on this machine, and the model hub can't be reached",
        hint=f"with a network: {pull}; without: name the folder of a copy as checkpoint",
    )


def _is_copy(name: str) -> bool:
    return bool(_OTHER_WEIGHTS.fullmatch(PurePosixPath(name).name))


def _snapshot(checkpoint: str, revision: str) -> Path | None:
    """The folder in the hub's cache of a checkpoint's revision, complete or not."""
    if not _HUB_ID.fullmatch(checkpoint):
        return None
    try:
        constants: Any = importlib.import_module("huggingface_hub.constants")
    except ModuleNotFoundError:
        return None
    kept = Path(constants.HF_HUB_CACHE) / f"models--{checkpoint.replace('/', '--')}"
    commit = revision
    if not COMMIT.fullmatch(revision):
        try:
            commit = (kept / "refs" / (revision or "main")).read_text("ascii").strip()
        except (OSError, ValueError):
            return None
    snapshot = kept / "snapshots" / commit
    return snapshot if COMMIT.fullmatch(commit) and snapshot.is_dir() else None


def _shards(snapshot: Path) -> list[str]:
    """The files that a snapshot must have, as far as it says itself: its settings and weights."""
    if (snapshot / "model_index.json").exists():
        return ["model_index.json"]
    for index in snapshot.glob("*.index.json"):
        try:
            return ["config.json", *set(read_json(index)["weight_map"].values())]
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            continue
    weights = (path.name for path in snapshot.iterdir() if path.suffix in (".safetensors", ".bin"))
    return ["config.json", next(weights, "model.safetensors")]
