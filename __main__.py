"""The command `viscript`, which is also `python -m viscript`: all its parts put together.

The command line belongs to the agent; evaluations are built on the agent, so they join it here.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from .agent.cli.main import main as command_line
from .eval.cli.main import app as evaluations


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command line; returns its exit code.

    Args:
        arguments: the words after `viscript`; those of the process by default.
    """
    return command_line(arguments, {"eval": evaluations})


if __name__ == "__main__":
    sys.exit(main())
