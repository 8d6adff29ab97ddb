"""Every error that viscript raises on purpose.

    ViscriptError                anything below
    ├── ProgramError             the program: it does not parse, does not check, or exceeds a budget
    ├── ToolError                a tool could not do what was asked: goes to the planner
    │   ├── NotOfferedError      the tool, or what it was asked for, is outside the profile
    │   └── CancelledError       the run was stopped, or a step passed its time limit
    ├── InputError               a file, URL or argument of the user's
    ├── ModelError               a model could not be loaded or does not fit
    └── PolicyError              a path, an address or an approval was refused

The text of an error is one line for the person (or planner) who can act on it: what is wrong with
*their* input. `hint` is one line that says what to do about it. Neither contains a traceback.
"""

from __future__ import annotations

from typing import Literal

Kind = Literal["cancelled", "not offered", "tool", "program", "input", "model", "policy"]
"""The branches of the tree, as they are written in traces and in answers to clients."""


class ViscriptError(Exception):
    """The root of the tree.

    Args:
        message: one line that says what is wrong.
        hint: one line that says what to do, or nothing.
    """

    def __init__(self, message: str, *, hint: str = "") -> None:
        self.message = one_line(message)
        self.hint = one_line(hint)
        super().__init__(self.message)

    def __str__(self) -> str:
        return f"{self.message} ({self.hint})" if self.hint else self.message


class ProgramError(ViscriptError):
    """A program does not parse, does not check, or exceeds a budget while it runs."""


class ToolError(ViscriptError):
    """A tool could not do what was asked. The planner reads it and may try something else."""


class NotOfferedError(ToolError):
    """The profile has no backend for a tool, or its backend can't do this for any picture."""


class CancelledError(ToolError):
    """The run was stopped, or a step passed its time limit."""


class InputError(ViscriptError):
    """A file, URL or argument that the user gave is not usable."""


class ModelError(ViscriptError):
    """A model could not be found, loaded or kept in memory."""


class PolicyError(ViscriptError):
    """A path, an address or an action is not allowed."""


_KINDS: tuple[tuple[type[BaseException], Kind], ...] = (
    (CancelledError, "cancelled"),
    (NotOfferedError, "not offered"),
    (ToolError, "tool"),
    (ProgramError, "program"),
    (InputError, "input"),
    (ModelError, "model"),
    (PolicyError, "policy"),
)


def kind_of(error: BaseException) -> Kind:
    """The name of an error's branch of the tree."""
    for kind, name in _KINDS:
        if isinstance(error, kind):
            return name
    return "tool"


def one_line(text: str, limit: int = 600) -> str:
    """`text` on one line, without control characters, at most `limit` characters long."""
    flat = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return flat if len(flat) <= limit else flat[: limit - 1] + "…"
