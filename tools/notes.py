"""Notes: what a tool call says about how it went, besides its result: tokens, a seed, a retry.

They stand in the trace and on the page of a run. A result that comes from the cache has none.
"""

from __future__ import annotations

from contextvars import ContextVar

from .errors import one_line

MOST_NOTES = 20
LONGEST_NOTE = 200

_current: ContextVar[list[str] | None] = ContextVar("viscript_notes", default=None)


def note(text: str) -> None:
    """Writes a line into the record of the tool call that runs in this context.

    Outside of any call, and past `MOST_NOTES`, it is dropped. Work that another thread does for a
    call is noted by the thread of the call.
    """
    notes = _current.get()
    if notes is not None and len(notes) < MOST_NOTES:
        notes.append(one_line(text, LONGEST_NOTE))


class noting:  # noqa: N801 - read as a statement: `with noting() as notes:`
    """Collects the notes of what runs within the block; those of calls inside it are among them."""

    __slots__ = ("_reset",)

    def __enter__(self) -> list[str]:
        outer = _current.get()
        notes: list[str] = [] if outer is None else outer
        self._reset = _current.set(notes)
        return notes

    def __exit__(self, *_: object) -> None:
        _current.reset(self._reset)
