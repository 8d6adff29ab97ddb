"""`recall`: the first node opens the pictures, and finds worked examples near the request."""

from __future__ import annotations

from dataclasses import asdict
from typing import cast

from ...tools.errors import InputError, one_line
from ..runs.bindings import types_for
from ..runs.folder import new_name
from .dependencies import Dependencies, Tell
from .state import AskState, ExampleState, PictureState, no_usage

MAX_REQUEST = 4000
"""Characters of a request."""
MAX_PICTURES = 32


def recall(state: AskState, deps: Dependencies, tell: Tell) -> AskState:
    """Begins a request; what an earlier one of the same thread left is forgotten.

    Raises:
        InputError: no request, a request that is too long, no picture, too many pictures, or a
            picture that can't be read.
    """
    request, images = state.get("request", "").strip(), state.get("images", [])
    if not request:
        raise InputError("there is no request", hint="say what you want to know, or to have done")
    if len(request) > MAX_REQUEST:
        raise InputError(f"a request may have {MAX_REQUEST} characters, not {len(request)}")
    if not images:
        raise InputError("there is no picture", hint="name at least one")
    if len(images) > MAX_PICTURES:
        raise InputError(f"a request may be about {MAX_PICTURES} pictures, not {len(images)}")
    opened = [deps.toolbox.image(path) for path in images]
    names = types_for(len(opened))
    examples = deps.examples.nearest(request, deps.toolbox.offered, names)
    return AskState(
        request=request,
        pictures=[
            PictureState(path=path, digest=image.digest, summary=one_line(image.summary, 200))
            for path, image in zip(images, opened, strict=True)
        ],
        folder=str(deps.runs.absolute() / new_name()),
        examples=[cast("ExampleState", asdict(one)) for one in examples],
        ballots=[],
        attempts=[],
        draft=None,
        stage="planning",
        declined=[],
        withheld=[],
        usage=no_usage(),
        outcome=None,
    )
