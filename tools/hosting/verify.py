"""Whether the files of a checkpoint are what they should be: digests, and headers of weights.

The digests are those that the hub gave when the files were fetched (kept beside them), those of a
manifest `SHA256SUMS.txt` in the folder, as `sha256sum` writes it, or one that the caller knows.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Literal, NamedTuple

from .hub import WEIGHTS, listing_of, needed_files
from .weights import tensors_of

MANIFEST = "SHA256SUMS.txt"
State = Literal["ok", "damaged", "missing", "unchecked"]


class FileCheck(NamedTuple):
    """What was found about a file.

    Args:
        name: in the checkpoint's folder.
        state: "ok": its digest is right; "damaged", "missing"; "unchecked": whole as far as can be
            told, but nobody said what its digest should be.
        reason: what is wrong with it, or how it was checked.
        bytes: its size; 0 when it is missing.
    """

    name: str
    state: State
    reason: str
    bytes: int


def verify_model(
    place: Path, tell: Callable[[str], None] = lambda _: None, sha256: str = ""
) -> list[FileCheck]:
    """Checks the files of a model.

    Args:
        place: its file, or its folder: each file of weights and settings in it is checked, and
            each that should be there.
        tell: called with the name of each file before it is read.
        sha256: what a file's digest should be; empty where only its manifest may know.
    """
    if place.is_file():
        tell(place.name)
        known = f"sha256:{sha256}" if sha256 else _expected(place.parent).get(place.name, "")
        return [_check(place, place.name, known)]
    expected = _expected(place)
    here = {
        path.relative_to(place).as_posix()
        for path in place.rglob("*")
        if path.is_file() and path.suffix in (*WEIGHTS, ".json")
    }
    checks: list[FileCheck] = []
    for name in sorted(here | set(expected)):
        tell(name)
        checks.append(_check(place / name, name, expected.get(name, "")))
    return checks


def _expected(folder: Path) -> Mapping[str, str]:
    """The digest of each file that should be there, as far as it is known."""
    listing = listing_of(folder)
    if listing:
        # Pickled weights count where somebody has let them be fetched.
        pickled = any(folder.glob("*.bin")) or any(folder.glob("*.pth"))
        names = needed_files(listing, pickle=pickled)
        return {name: _hub_digest(listing[name]) for name in names}
    try:
        lines = (folder / MANIFEST).read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return {}
    pairs = (line.split(maxsplit=1) for line in lines if line.strip())
    return {pair[1].lstrip("*"): f"sha256:{pair[0].lower()}" for pair in pairs if len(pair) == 2}


def _hub_digest(about: Mapping[str, object]) -> str:
    sha256 = about.get("lfs_sha256")
    return f"sha256:{sha256}" if sha256 else f"git:{about.get('blob_id', '')}"


def _check(path: Path, name: str, expected: str) -> FileCheck:
    try:
        size = path.stat().st_size
        if name.endswith(".safetensors"):
            tensors_of(path)
        digest = _digest(path, expected.partition(":")[0]) if expected else ""
    except FileNotFoundError:
        return FileCheck(name, "missing", "it is not there", 0)
    except OSError as error:
        return FileCheck(name, "damaged", f"it can't be read: {error.strerror}", 0)
    except ValueError as error:
        return FileCheck(name, "damaged", str(error), path.stat().st_size)
    if not expected:
        return FileCheck(name, "unchecked", "no digest is known", size)
    kind, _, wanted = expected.partition(":")
    if digest != wanted:
        return FileCheck(name, "damaged", f"its {_KINDS[kind]} is another", size)
    return FileCheck(name, "ok", _KINDS[kind], size)


_KINDS = {"sha256": "SHA-256", "git": "git digest"}


def _digest(path: Path, kind: str) -> str:
    with path.open("rb") as file:
        if kind == "sha256":
            return hashlib.file_digest(file, "sha256").hexdigest()
        # git's name for a file: the SHA-1 of a header and its bytes.
        digest = hashlib.sha1(f"blob {path.stat().st_size}\0".encode(), usedforsecurity=False)
        while part := file.read(2**20):
            digest.update(part)
        return digest.hexdigest()
