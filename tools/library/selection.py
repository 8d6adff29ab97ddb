"""Telling regions apart: by words, by class, by colour."""

from __future__ import annotations

from collections.abc import Sequence

from ..contract import by_backend, tool
from ..values import ImageLike, Region


@tool(backend=True, reads_pixels=True)
def select(
    regions: Region | Sequence[Region], query: str, category: str | None = None
) -> list[Region]:
    """Picks the regions that a phrase means: by label, colour, position, size and number.

    Args:
        regions: the regions to choose from.
        query: the phrase: "the leftmost", "second from the right", "red car", "largest dog".
            Several phrases are separated by commas; each picks its own.
        category: only regions with this label are considered; None considers all.

    Returns:
        The chosen regions; an empty list when the phrase fits none.
    """
    return by_backend()


@tool(backend=True, reads_pixels=True)
def classify(
    regions: ImageLike | Region | Sequence[Region], labels: Sequence[str], one_each: bool = False
) -> list[Region]:
    """Says which of some labels fits each region, or a whole picture, best.

    Args:
        regions: the regions, or a picture, which counts as one region.
        labels: the labels to choose from; a single one is contrasted with "other".
        one_each: keep only the surest region for each label.

    Returns:
        The regions with the chosen labels and their scores.
    """
    return by_backend()


@tool(backend=True, reads_pixels=True)
def similarity(region: ImageLike | Region, phrase: str) -> float:
    """Says how well a phrase describes a picture or region.

    Args:
        region: a region, or a whole picture.
        phrase: the description: "a photo of a happy dog".

    Returns:
        A score in [0, 1], larger is better; compare scores of the same profile only.
    """
    return by_backend()


@tool(backend=True, reads_pixels=True)
def color_of(region: ImageLike | Region) -> str:
    """Names the main colour of a region, on its mask where it has one.

    Args:
        region: a region, or a whole picture.

    Returns:
        A colour name that a person would say: "red", "dark blue", "grey".
    """
    return by_backend()
