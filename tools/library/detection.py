"""Finding things: objects, faces, bodies and text."""

from __future__ import annotations

from ..contract import by_backend, tool
from ..values import ImageLike, Region


@tool(backend=True, reads_pixels=True)
def find(image: ImageLike, query: str) -> list[Region]:
    """Finds every object that a noun or short phrase names.

    Args:
        image: the picture to look in.
        query: what to look for, as a person would say it: "dog", "kids", "traffic light". Words
            that only describe it ("red", "left") may be ignored: `select` narrows by them.

    Returns:
        One region for each object, the surest first; an empty list when there is none.

    Raises:
        NotOfferedError: the profile's model can't recognise such a thing in any picture.
    """
    return by_backend()


@tool(backend=True, reads_pixels=True)
def list_objects(image: ImageLike) -> list[Region]:
    """Finds and names every object that the model knows.

    Args:
        image: the picture to look in.

    Returns:
        One region for each object, with its name as the label, the surest first.
    """
    return by_backend()


@tool(backend=True, reads_pixels=True)
def find_faces(image: ImageLike) -> list[Region]:
    """Finds the faces of people.

    Args:
        image: the picture to look in.

    Returns:
        One region for each face, labelled "face", the surest first.
    """
    return by_backend()


@tool(backend=True, reads_pixels=True)
def pose(image: ImageLike) -> list[Region]:
    """Finds people and the points of their bodies: nose, shoulders, wrists, knees and so on.

    Args:
        image: the picture to look in.

    Returns:
        One region for each person, with 17 keypoints in the order and with the names of COCO.
    """
    return by_backend()


@tool(backend=True, reads_pixels=True)
def read_text(image: ImageLike) -> list[Region]:
    """Reads the text in a picture (OCR).

    Args:
        image: the picture to read.

    Returns:
        One region for each line of text in reading order, with what is written there as `text`.
        A line in a script that the model can't read is left out or misread; the embedded
        profile reads Latin letters, digits, Chinese and Japanese.
    """
    return by_backend()
