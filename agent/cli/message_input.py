"""What a person types into a conversation: with line editing and history, or through a pipe."""

from __future__ import annotations

import atexit
import os
import sys
from contextlib import suppress

from ...tools.folders import threads_folder

PROMPT = "> "
LINES = 1000
"""Of the history that is kept."""
MAX_LINE = 64 * 2**10
"""Characters of a line of a pipe; no request is that long."""


class Messages:
    """Reads messages one by one.

    Args:
        people: a person types at a terminal; otherwise lines come through a pipe.
    """

    def __init__(self, people: bool) -> None:
        self._people = people
        if people:
            _with_history()

    def next(self) -> str | None:
        """The next message; None when there is no more (Ctrl-D).

        Raises:
            KeyboardInterrupt: Ctrl-C at the prompt.
        """
        if self._people:
            try:
                return input(PROMPT)
            except EOFError:
                sys.stdout.write("\n")
                return None
        # Not `for line in stdin`: that reads ahead, and a message is to be answered when it comes.
        return sys.stdin.readline(MAX_LINE) or None


def _with_history() -> None:
    """Arrow keys and history at the prompt, where this Python has readline."""
    try:
        import readline
    except ImportError:
        return
    path = threads_folder() / "history"
    with suppress(OSError):
        readline.read_history_file(path)
    readline.set_history_length(LINES)

    def keep() -> None:
        # A history that can't be kept is no reason to end with an error.
        with suppress(OSError):
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            readline.write_history_file(path)
            os.chmod(path, 0o600)  # noqa: PTH101

    atexit.register(keep)
