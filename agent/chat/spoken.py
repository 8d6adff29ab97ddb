"""Commands that people say instead of typing a slash: "undo that", "why?", "save it as out.png"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Name = Literal["undo", "restore", "why", "program", "save", "talk", "quit"]

_THAT = r"(?: (?:that|it|this|the last (?:one|edit|change|step)|my last (?:edit|change)|one step))?"
_END = r"(?:,? please)?[.!?]*$"
_FORMS: tuple[tuple[Name, str], ...] = (
    ("restore", r"(?:undo (?:everything|all(?: of (?:it|that))?|all (?:edits|changes))"
                r"|(?:go back|return|revert) to the original(?: (?:picture|photo|image|one))?"
                r"|start over|restore the original)"),
    ("undo", rf"(?:undo|revert|take back|roll back){_THAT}|take (?:that|it) back|undo the \w+"
             r"|go back(?: one step| one)?|(?:step|one step) back|put it back(?: (?:how|as|the way)"
             r" it was)?|(?:undo|take) that again"),
    ("why", r"why(?: is that| do you (?:think|say) (?:so|that))?|how (?:do|did) you know(?: that)?"
            r"|are you sure(?: (?:about|of) (?:that|it|this))?"
            r"|how (?:did|do) you (?:get|see|find) (?:that|it)"
            r"|explain(?: that| yourself| please)?|show me (?:the|your) (?:evidence|steps)"),
    ("program", r"show (?:me )?(?:the|your) (?:program|code)|what(?: is|'s|s) the program"),
    ("talk", r"thanks?(?: you)?(?: (?:so|very) much| a lot)?|(?:very )?(?:nice|great|good|cool"
             r"|perfect|wonderful|awesome)(?: (?:job|work|one))?|well done|hello|hi|hey"
             r"|good morning|yes|no|ok|okay|sorry|please"),
    ("quit", r"quit|exit|bye|goodbye|good bye"),
)  # fmt: skip
_SAVE = re.compile(
    r"^(?:please )?save(?: (?:it|that|this|the (?:picture|photo|image|result)))?"
    r"(?: (?:as|to|in|into|under))? (\S+\.\w+)$",
    re.IGNORECASE,
)
_POLITE = r"^(?:(?:please|ok|okay|no|oh|hm+|wait|sorry|can you|could you|now)\b[, ]*)*"


@dataclass(frozen=True, slots=True)
class Spoken:
    """A command that was said in words.

    Args:
        name: the command.
        argument: the file of `save`.
    """

    name: Name
    argument: str = ""


def spoken(message: str) -> Spoken | None:
    """The command that a message is, when all of it is one."""
    text = " ".join(message.split())
    if (saved := _SAVE.match(text)) is not None:
        return Spoken("save", saved[1])
    for name, form in _FORMS:
        if re.match(f"{_POLITE}(?:{form}){_END}", text, re.IGNORECASE):
            return Spoken(name)
    return None
