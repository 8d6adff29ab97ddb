"""Which pictures a run has changed, and which it only drew on to show something."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import cast

from ...tools.values import Image
from ..runs.artifacts import Artifacts
from ..runs.run import ARTIFACTS, Run
from ..runs.step import Step

DRAWINGS = frozenset({"tag", "mark"})
"""Tools whose picture shows where things are: an answer to "where is the dog?", not an edit."""
_WANTS_DRAWING = re.compile(
    r"\b(?:tag|label|mark|number|draw|annotat|outlin|highlight|circle|frame)\w*|\bbox(?:es)?\b",
    re.IGNORECASE,
)


def edits_of(request: str, run: Run) -> list[tuple[int, Image]]:
    """The pictures of the answer that are edited ones, with the index of the picture in the run.

    A picture is an edit of the one that its tools were given. A drawing is one only where the
    request asks for it.
    """
    found: dict[int, Image] = {}
    for image in _whole_pictures(run.answer):
        maker = _maker(image, run)
        if maker is None or (maker.tool in DRAWINGS and not _WANTS_DRAWING.search(request)):
            continue
        source = _source(image, run)
        if source is not None and run.images[source] != image:
            found[source] = image
    return list(found.items())


def view_of(run: Run) -> Path | None:
    """The file of a picture that is the answer; None when the answer is none."""
    if not isinstance(run.answer, Image):
        return None
    return file_of(run.answer, run)


def file_of(image: Image, run: Run) -> Path | None:
    """The PNG file that the run's folder has of a picture."""
    if run.folder is None:
        return None
    path = Artifacts(run.folder / ARTIFACTS).find(f"{image.digest}.png")
    return path if path is not None and path.suffix == ".png" else None


def _whole_pictures(value: object) -> Iterator[Image]:
    """The pictures in an answer, without those that regions are of."""
    if isinstance(value, Image):
        yield value
    elif isinstance(value, (list, tuple)):
        items = cast("Sequence[object]", value)
        yield from (one for one in items if isinstance(one, Image))


def _maker(image: Image, run: Run) -> Step | None:
    """The step that made a picture."""
    return next(
        (one for one in run.steps if isinstance(one.result, Image) and one.result == image), None
    )


def _source(image: Image, run: Run) -> int | None:
    """The index of the picture of the run that a picture was made from."""
    seen: set[str] = set()
    while image.digest not in seen:
        seen.add(image.digest)
        if image in run.images:
            return list(run.images).index(image)
        step = _maker(image, run)
        given = None if step is None else step.arguments.get("image")
        if not isinstance(given, Image):
            return None
        image = given
    return None
