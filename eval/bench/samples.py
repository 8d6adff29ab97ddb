"""What the benchmarks work on."""

from __future__ import annotations

import importlib
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import PIL.Image

from ...tools.contract import tool
from ...tools.values import Box, Image, ImageLike, Region


def photo(size: tuple[int, int] = (640, 480)) -> Image:
    """A person in front of a flag and a shuttle (NASA, public domain; from scikit-image)."""
    data: Any = importlib.import_module("skimage.data")
    astronaut = PIL.Image.fromarray(data.astronaut())
    return Image.from_array(np.asarray(astronaut.resize(size)), "astronaut.png")


def twenty_regions(image: Image) -> list[Region]:
    """What a detector finds in a busy picture: coordinates with all their digits."""
    return [
        Region(
            image,
            Box(n * 30 / 7, n * 20 / 7, 100 + n * 30 / 7, 90 + n * 20 / 7),
            ("person", "dog", "traffic light")[n % 3],
            1 / (n + 1.1),
        )
        for n in range(20)
    ]


@tool(reads_pixels=True)
def busy(image: ImageLike, query: str) -> list[Region]:
    """Finds twenty regions at once.

    Args:
        image: the picture.
        query: anything.

    Returns:
        Twenty regions.
    """
    assert isinstance(image, Image)
    return twenty_regions(image)


def after_tool(moments: list[float]) -> Callable[..., int]:
    """A tool that gives the next number, and notes when it was called."""

    @tool()
    def after(image: ImageLike, number: int) -> int:
        """Gives the next number.

        Args:
            image: a picture.
            number: a number.

        Returns:
            The number after it.
        """
        moments.append(time.perf_counter())
        return number + 1

    return after
