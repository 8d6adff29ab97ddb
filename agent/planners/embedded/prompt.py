"""What the embedded model goes on from: a line with the pictures' names and the request."""

from __future__ import annotations

from ....tools.errors import InputError

MAX_REQUEST = 400
"""Characters of a request; longer ones are beyond a model of this size."""


def prompt_for(request: str, images: int) -> str:
    """The text that the model goes on from; training and planning use the same.

    It is in small letters: programs have no others, and a capital letter must not change one.

    Args:
        request: what a person wants.
        images: how many pictures there are.

    Raises:
        InputError: the request is empty or too long, or there is no picture.
    """
    line = " ".join(request.split())
    if not line:
        raise InputError("the request is empty", hint='ask something: "how many dogs are there?"')
    if len(line) > MAX_REQUEST:
        raise InputError(
            f"the embedded planner takes requests of at most {MAX_REQUEST} characters",
            hint="say it shorter, or choose a larger planner",
        )
    return f"# {names_for(images)}: {line.lower()}\n"


def names_for(images: int) -> str:
    """The names of the pictures, as the prompt lists them.

    Raises:
        InputError: there is no picture.
    """
    if images < 1:
        raise InputError("there is no picture", hint="name at least one picture")
    return {1: "image", 2: "left, right"}.get(images, "images")
