"""`segment`: masks from boxes, by a model for people and by colour and edges for all else."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ..cancellation import current_cancellation
from ..lexicon import Entry, standard_lexicon
from ..library.geometry import regions_in
from ..values import Image, Mask, Region
from . import BackendSpec, Tools
from .closeup import Closeup
from .given_regions import distinct_regions
from .mask_shapes import inscribed, tidied
from .object_mask import object_probability
from .onnx_model import OnnxModel
from .person_mask import person_probability

PLAUSIBLE_SHARE = 0.12
"""Least share of its box that a mask fills: thin things (a bat across its box) fill about that."""

PLAUSIBLE_SPAN = 0.5
"""Least share of the box's width and height that a mask reaches over: a detector's box is tight."""

FACE = 1.1
"""Radius of the ellipse that a face fills, in radii of the one inside its box: the model sees the
whole person."""


def load(spec: BackendSpec, tools: Tools) -> Cutout:
    """The backend; its checkpoint, when given, is an ONNX file with the contract of `selfie`."""
    spec.only()
    return Cutout(OnnxModel.from_checkpoint(spec.checkpoint, "selfie"), tools)


class Cutout:
    """Cuts regions out of their boxes.

    People are cut out by the selfie model, anything else by colours and GrabCut. A mask that is
    implausible for its box is replaced by the next way: selfie, grabcut, and at last a rounded
    shape inside the box. `method` of the region says which way it was.
    """

    def __init__(self, selfie: OnnxModel, tools: Tools) -> None:
        self._selfie = selfie
        self._tools = tools

    def segment(
        self, image: Image, regions: Region | Sequence[Region] | None = None
    ) -> list[Region]:
        """The regions with masks; those that have one keep it.

        Raises:
            ToolError: a region lies in a picture of another size, or they are too many.
        """
        chosen: list[Region] = (
            self._tools.call("list_objects", image) if regions is None else regions_in(regions)
        )
        masked: dict[Region, Region] = {}
        for region in distinct_regions(image, chosen):
            current_cancellation().check()
            masked[region] = region if region.mask is not None else self._cut(image, region)
        return [masked[region] for region in chosen]

    def _cut(self, image: Image, region: Region) -> Region:
        closeup = Closeup.of(image.pixels, region.box)
        if closeup.is_tiny:
            return _with_mask(region, closeup, inscribed(closeup), "feathered box")
        if _may_be_person(region.label):
            person = person_probability(self._selfie, image.pixels, region.box, closeup)
            allowed = closeup.near_box
            if _is_face(region.label):
                allowed = allowed & (closeup.radius < FACE)
            person = tidied(person * allowed)
            if _plausible(person, closeup):
                return _with_mask(region, closeup, person, "selfie")
        thing = object_probability(closeup)
        if _plausible(thing, closeup):
            return _with_mask(region, closeup, thing, "grabcut")
        return _with_mask(region, closeup, inscribed(closeup), "feathered box")


def _may_be_person(label: str) -> bool:
    """Whether a label names people, or is a word that nobody knows, such as a person's name."""
    entry = _entry(label)
    return entry is None or "person" in entry.names or _is_face(label)


def _is_face(label: str) -> bool:
    entry = _entry(label)
    return entry is not None and entry.tool == "find_faces"


def _entry(label: str) -> Entry | None:
    words = label.lower().split()
    return standard_lexicon().entry(words) if words else None


def _plausible(shape: NDArray[np.float32], closeup: Closeup) -> bool:
    """Whether a shape, values in [0, 1], fills enough of the closeup's box and reaches across."""
    inside = (shape > 0.5) & closeup.in_box
    if inside.sum() < PLAUSIBLE_SHARE * closeup.in_box.sum():
        return False
    left, top, right, bottom = closeup.box
    columns, rows = np.flatnonzero(inside.any(axis=0)), np.flatnonzero(inside.any(axis=1))
    across, down = int(np.ptp(columns)) + 1, int(np.ptp(rows)) + 1
    return across >= PLAUSIBLE_SPAN * (right - left) and down >= PLAUSIBLE_SPAN * (bottom - top)


def _with_mask(region: Region, closeup: Closeup, shape: NDArray[np.float32], method: str) -> Region:
    array = closeup.to_mask(shape)
    if not array.any():
        left, top, right, bottom = region.box.to_pixels(region.image.size)
        array[top:bottom, left:right] = True
    return region.but(mask=Mask(array), method=method)
