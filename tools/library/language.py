"""Tools that answer in words."""

from __future__ import annotations

from ..contract import by_backend, tool
from ..values import ImageLike


@tool(backend=True, reads_pixels=True)
def ask(image: ImageLike, question: str) -> str:
    """Answers a question about a picture (visual question answering).

    Args:
        image: the picture.
        question: one plain question about what is visible: "What is the man holding?".

    Returns:
        A short answer; questions of yes or no are answered "yes" or "no".
    """
    return by_backend()


@tool(backend=True, reads_pixels=True)
def caption(image: ImageLike) -> str:
    """Describes a picture in one sentence.

    Args:
        image: the picture.

    Returns:
        The sentence.
    """
    return by_backend()


@tool(backend=True, costs_money=True)
def list_facts(query: str, max: int = 20) -> list[str]:
    """Lists names or facts that a language model knows.

    Args:
        query: what to list: "main characters of the TV show Friends".
        max: the most entries to return, 1 to 100.

    Returns:
        The entries, the best known first.
    """
    return by_backend()
