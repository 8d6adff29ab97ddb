"""COCO's files of instances (Lin et al., 2014), which detection and RefCOCO share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, Field, TypeAdapter

from ...tools.values import Box
from .published import parsed

Side = Annotated[float, Field(ge=0)]


class CocoImage(BaseModel):
    """A picture of the file; its size in pixels is published with it."""

    id: int
    file_name: str
    width: int | None = Field(None, gt=0)
    height: int | None = Field(None, gt=0)


class CocoCategory(BaseModel):
    """A name that objects have."""

    id: int
    name: str


class CocoObject(BaseModel):
    """An object in a picture; `bbox` is left, top, width and height in pixels."""

    id: int
    image_id: int
    category_id: int
    bbox: tuple[float, float, Side, Side]
    iscrowd: int = 0

    @property
    def box(self) -> Box:
        """Where it is."""
        left, top, width, height = self.bbox
        return Box(left, top, left + width, top + height)


class Instances(BaseModel):
    """A file of instances."""

    images: list[CocoImage]
    annotations: list[CocoObject]
    categories: list[CocoCategory] = []


def instances_of(path: Path) -> Instances:
    """The content of a file of instances.

    Raises:
        InputError: it can't be read, or it is something else.
    """
    return parsed(path, TypeAdapter(Instances), "COCO's file of instances")
