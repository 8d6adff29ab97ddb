"""Pictures that are made from words."""

from __future__ import annotations

from ..contract import by_backend, tool
from ..values import Image


@tool(backend=True, writes_image=True)
def generate(prompt: str) -> Image:
    """Makes a picture that shows what a text describes (text to image).

    Args:
        prompt: what the picture shows, and how: "a lighthouse at dusk, watercolour".

    Returns:
        A new picture, in the size that the profile says.
    """
    return by_backend()
