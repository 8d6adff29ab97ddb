"""Requests about faces and raised hands."""

from __future__ import annotations

from collections.abc import Callable

from .drafts import Draft, guarded
from .editing import EMOJI, FACE_EMOJI
from .requests import Drawn, Family, Source

LEFT_UP = "x.keypoints[9].y < x.keypoints[0].y"
RIGHT_UP = "x.keypoints[10].y < x.keypoints[0].y"
"""A wrist (COCO's keypoints 9 and 10) is higher than the nose (0)."""

FACE_SUPERLATIVES = ("leftmost", "rightmost", "largest", "smallest", "biggest")


def _faces(
    group: str, answer: Callable[[str], str], *, question: bool
) -> Callable[[Source], Drawn]:
    def draw(source: Source) -> Drawn:
        draft = Draft()
        found = draft.assign("find_faces(image)")
        return Drawn(source.words("people", group, {}), draft.program(answer(found)), question)

    return draw


def _edited(tool: str) -> Callable[[str], str]:
    return lambda found: guarded(f"{tool}(image, {found})", found, "faces")


def _hidden(source: Source) -> Drawn:
    said = source.random.choice(list(EMOJI))
    words = source.words("people", "face_hide", {"emoji_words": said})
    emoji = EMOJI[said] if f" {said}" in words else FACE_EMOJI
    draft = Draft()
    found = draft.assign("find_faces(image)")
    program = draft.program(guarded(f"emoji(image, {found}, '{emoji}')", found, "faces"))
    return Drawn(words, program, question=False)


def _cropped(source: Source) -> Drawn:
    order = source.random.choice(FACE_SUPERLATIVES)
    words = source.words("people", "face_crop", {"sup": order})
    draft = Draft()
    found = draft.assign("find_faces(image)")
    if order in words:
        found = draft.select(found, order.replace("biggest", "largest"))
    return Drawn(
        words, draft.program(guarded(f"crop(image, {found})", found, "faces")), question=False
    )


def _hands(group: str, test: str, answer: Callable[[str], str]) -> Callable[[Source], Drawn]:
    def draw(source: Source) -> Drawn:
        draft = Draft()
        raised = draft.keep(draft.assign("pose(image)"), test)
        return Drawn(source.words("people", group, {}), draft.program(answer(raised)))

    return draw


_ANY = f"{LEFT_UP} or {RIGHT_UP}"
_BOTH = f"{LEFT_UP} and {RIGHT_UP}"

FAMILIES = (
    Family("faces", 1.2, _faces("face_count", "count({})".format, question=True)),
    Family("faces", 0.8, _faces("face_exists", "exists({})".format, question=True)),
    Family("faces", 2.2, _hidden),
    Family("faces", 1.6, _faces("face_blur", _edited("blur"), question=False)),
    Family("faces", 0.8, _faces("face_box", _edited("tag"), question=False)),
    Family("faces", 0.8, _cropped),
    Family("faces", 0.4, _faces("face_number", _edited("mark"), question=False)),
    Family("pose", 0.8, _hands("hand_count", _ANY, "count({})".format)),
    Family("pose", 0.8, _hands("hand_exists", _ANY, "exists({})".format)),
    Family("pose", 0.3, _hands("both_hands_count", _BOTH, "count({})".format)),
    Family("pose", 0.3, _hands("both_hands_exists", _BOTH, "exists({})".format)),
    Family(
        "pose",
        0.4,
        _hands("hand_mark", _ANY, lambda a: guarded(f"tag(image, {a})", a, "raised hands")),
    ),
)
