"""Fixtures of the backends' tests."""

from __future__ import annotations

import os
import sys

import pytest
from viscript import Toolbox


@pytest.fixture(scope="session", autouse=True)
def one_thread() -> None:
    """Tiny networks on several threads, on a busy machine, take thirty times as long."""
    os.environ["OMP_NUM_THREADS"] = "1"
    if "torch" in sys.modules:
        sys.modules["torch"].set_num_threads(1)


@pytest.fixture(scope="session")
def embedded() -> Toolbox:
    """The tools of the embedded profile with their real models, nothing cached on disk."""
    return Toolbox.load("embedded", cache=None)
