"""A task as the messages that a chat model reads."""

from __future__ import annotations

import base64
import io
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ...tools.values import Image
from .instructions import instructions
from .planner import Attempt, Example, Exchange, Marked, Task
from .quoting import data_block

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage

MAX_SIDE = 1024
"""Pixels of the longer side of a picture that is sent."""
MAX_PICTURES = 8
MAX_MARKED = 4
"""Pictures with marks that are sent, of the last attempts."""
JPEG_QUALITY = 85
MAX_SOURCE = 8000
"""Characters of an earlier program that are shown again."""

CONVERSATION = """The conversation so far, oldest first. The request below may refer to it ("them",
"the others", "and the cats?"). Values of earlier programs are bound under their names with the
number of their turn ("dogs_2" is what "dogs" was in turn 2): use them instead of computing them
again."""

NO_PROGRAM = "(A reply without a program.)"
"""Stands for a reply that is not shown again: it held nothing that could run."""


def messages_for(task: Task, *, cells: bool, show_images: bool) -> list[BaseMessage]:
    """The conversation so far: instructions, the request, and what became of each attempt.

    Args:
        task: what is asked for.
        cells: whether the model may write a program in cells.
        show_images: whether the task's pictures are sent, downscaled, as JPEG data URIs.
    """
    from langchain_core.messages import AIMessage, HumanMessage, SystemMessage

    pictures = task.pictures[:MAX_PICTURES] if show_images else ()
    request = _request(task, shown=len(pictures))
    content: list[str | dict[Any, Any]] = [{"type": "text", "text": request}]
    content += [_picture(one) for one in pictures]
    messages: list[BaseMessage] = [
        SystemMessage(instructions(task.tools, cells)),
        HumanMessage(content if pictures else request),
    ]
    marked = _shown_marks(task, MAX_MARKED if show_images else 0)
    for number, attempt in enumerate(task.attempts):
        source = attempt.source[:MAX_SOURCE]
        messages.append(AIMessage(fenced(source) if source.strip() else NO_PROGRAM))
        messages.append(HumanMessage(_outcome(attempt, marked[number])))
    return messages


def fenced(source: str) -> str:
    """A program as a code block; one that contains a fence gets a longer one."""
    marks = "```"
    while marks in source:
        marks += "`"
    return f"{marks}viscript\n{source.strip()}\n{marks}"


def _request(task: Task, shown: int) -> str:
    """The first message: examples, names, pictures, and the request at the end."""
    parts: list[str] = []
    if task.examples:
        # The nearest comes last: what was read last weighs most.
        parts += ["Worked examples:", *map(_example, reversed(task.examples))]
    if task.conversation:
        parts += [CONVERSATION, data_block([_exchange(one) for one in task.conversation])]
    parts += ["These names are bound:", data_block(task.names)]
    if shown:
        parts.append(f"{shown} of {len(task.pictures)} pictures are shown below, in their order.")
    parts += ["The request:", task.request.strip()]
    return "\n\n".join(parts)


def _exchange(one: Exchange) -> Mapping[str, object]:
    return {
        "request": one.request,
        "program": one.program[:MAX_SOURCE].splitlines(),
        "answer": one.answer,
    }


def _example(example: Example) -> str:
    why = f"\n{example.why}" if example.why else ""
    return f"Request: {example.request}\n{fenced(example.program)}{why}"


def _shown_marks(task: Task, most: int) -> Mapping[int, Sequence[Marked]]:
    """The pictures with marks of each attempt; of the last ones, as many as may be sent."""
    left = most
    shown: dict[int, Sequence[Marked]] = {}
    for number in reversed(range(len(task.attempts))):
        shown[number] = task.attempts[number].marked[:left]
        left -= len(shown[number])
    return shown


def _outcome(attempt: Attempt, marked: Sequence[Marked]) -> str | list[str | dict[Any, Any]]:
    """What became of an attempt: what to do now, and why, as data; then its pictures."""
    found: Mapping[str, str | Sequence[object]] = {
        "diagnostics": attempt.diagnostics,
        "observations": attempt.observations,
        "error": attempt.error,
        "advice": attempt.advice,
    }
    if not attempt.source.strip():
        what = "Nothing could run. Write one program in a code block."
    elif any(one.get("severity") == "error" for one in attempt.diagnostics):
        what = "This did not pass its check, and nothing of it ran. Write it again, corrected."
    elif attempt.error:
        what = "This failed while it ran. Write it again, so that it works."
    elif attempt.advice:
        what = "This ran, but the result may be wrong. Write it again if you agree."
    else:
        what = "This ran. Go on."
    words = f"{what}\n\n{data_block({name: one for name, one in found.items() if one})}"
    if not marked:
        return words
    numbers = data_block([one.marks for one in marked])
    text = f"{words}\n\nWhat was found is numbered in the pictures below:\n\n{numbers}"
    return [{"type": "text", "text": text}, *(_picture(one.image) for one in marked)]


def _picture(image: Image) -> dict[str, Any]:
    """A picture as a block of a message: a JPEG of at most `MAX_SIDE` pixels a side."""
    small = image.to_pil()
    small.thumbnail((MAX_SIDE, MAX_SIDE))
    buffer = io.BytesIO()
    small.save(buffer, "JPEG", quality=JPEG_QUALITY)
    data = base64.b64encode(buffer.getvalue()).decode("ascii")
    return {"type": "image_url", "image_url": {"url": f"data:image/jpeg;base64,{data}"}}
