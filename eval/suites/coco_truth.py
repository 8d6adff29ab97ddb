"""What programs answer on COCO's pictures when their tools know the annotated objects.

COCO's people marked every object of 80 kinds (Lin et al., 2014), so that one without a box is not
there; of men, hats and colours they said nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ...tools.backends.coco import THINGS
from ...tools.errors import NotOfferedError
from ...tools.lexicon import standard_lexicon
from ...tools.values import Box
from .annotated import LONGEST, Annotation, Described, same_words, true_answer
from .coco import CocoImage, CocoObject
from .suite import Given, Question

KINDS = frozenset(THINGS)


def truth_about(image: CocoImage, objects: Sequence[tuple[str, CocoObject]]) -> dict[str, Any]:
    """A picture's objects with their names, and its size where the file has it, as JSON."""
    known = image.width is not None and image.height is not None
    return {
        "objects": [[name, one.box.xyxy, bool(one.iscrowd)] for name, one in objects],
        **({"size": [image.width, image.height]} if known else {}),
    }


def answer_on(
    question: Question, program: str, score: Callable[[Given], float], *, with_crowds: bool
) -> Given | None:
    """What a program answers on what `truth_about` told; None where too little is known.

    Args:
        question: has it as its truth.
        program: the program.
        score: how right an answer is.
        with_crowds: False leaves crowds out; True says that what is in a crowd is not known.
    """
    size: Sequence[int] | None = question.truth.get("size")
    if size is None or max(size) > LONGEST:
        return None
    objects: list[Annotation] = []
    crowded = set[str]()
    for name, box, crowd in question.truth["objects"]:
        if not crowd:
            objects.append(Annotation(name, Box(*box)))
        elif with_crowds:
            crowded.add(name)
    names = frozenset(one.name for one in objects) | crowded

    def meant(words: Sequence[str]) -> frozenset[str]:
        found = frozenset(one for one in names if same_words(words, one)) | _kinds(words)
        if not found or found & crowded:
            raise NotOfferedError(f"the annotations don't tell {' '.join(words)!r}")
        return found

    tools = ("find", "select", "tag", *([] if crowded else ["list_objects"]))
    return true_answer(Described((size[0], size[1]), objects, meant), program, tools, score)


def _kinds(words: Sequence[str]) -> frozenset[str]:
    """COCO's kinds that words mean all of: not "nurse", who is not any person."""
    entry = standard_lexicon().entry(words)
    return frozenset[str]() if entry is None or entry.narrower else KINDS & {*entry.names}
