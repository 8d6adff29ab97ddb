"""Fixtures of the backends' tests."""

from __future__ import annotations

import pytest
from viscript import Toolbox


@pytest.fixture(scope="session")
def embedded() -> Toolbox:
    """The tools of the embedded profile with their real models, nothing cached on disk."""
    return Toolbox.load("embedded", cache=None)
