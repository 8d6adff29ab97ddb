"""Tools of the protocol's makers, which npx fetches; without it, their tests are skipped."""

from __future__ import annotations

import shutil
import subprocess

import pytest


def npx(package: str, *words: str, node: str = "") -> subprocess.CompletedProcess[str]:
    """Runs the command of an npm package.

    Args:
        package: its name and version.
        words: the command and its arguments.
        node: the version of Node that it needs; that of this machine by default.
    """
    if shutil.which("npx") is None:
        pytest.skip(f"{package} needs Node (npx)")
    nodes = ["-p", f"node@{node}"] if node else []
    ran = subprocess.run(
        ["npx", "--yes", *nodes, "-p", package, *words],
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
        timeout=600,
    )
    if "npm error" in ran.stderr:
        pytest.skip(f"Node can't fetch {package} here")
    return ran
