"""Fixtures that several test folders share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from numpy.typing import NDArray
from viscript import ModelError, tool
from viscript.agent.planners.embedded.model import base_path
from viscript.tools.values import Image


def _sample(name: str) -> Image:
    from skimage import data

    array: NDArray[np.uint8] = getattr(data, name)()
    return Image.from_array(array, f"{name}.png")


@pytest.fixture(scope="session")
def astronaut() -> Image:
    """A person in front of a flag and a shuttle, 512x512 (NASA, public domain)."""
    return _sample("astronaut")


@pytest.fixture(scope="session")
def coffee() -> Image:
    """A cup of coffee with a spoon, 600x400 (public domain)."""
    return _sample("coffee")


@pytest.fixture(scope="session")
def cat() -> Image:
    """A cat's face, 451x300 (public domain)."""
    return _sample("chelsea")


@pytest.fixture(scope="session")
def fetched_base() -> Path:
    """The base model of the embedded planner, which `make test` fetches for this user."""
    try:
        return base_path()
    except ModelError as error:
        pytest.skip(str(error))


class Paid(NamedTuple):
    """A tool `pay` that costs money, and what it was called for."""

    pay: Callable[[str], str]
    calls: list[str]


@pytest.fixture
def paid() -> Paid:
    """A tool that a person must agree to."""
    calls: list[str] = []

    @tool(costs_money=True)
    def pay(what: str) -> str:
        """Pays.

        Args:
            what: what for.
        """
        calls.append(what)
        return "paid"

    return Paid(pay, calls)
