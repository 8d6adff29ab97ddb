"""`ask.json`: what a run was asked for, beside its program and trace."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, cast

from ...tools.errors import InputError
from .state import AskState, AttemptState, Outcome, UsageState, VoteState, no_usage, tried_in

FILE = "ask.json"


@dataclass(frozen=True)
class AskRecord:
    """How a run came about.

    Args:
        request: the person's words.
        planner: the name of the planner.
        attempts: what was tried, oldest first; the run's own program is the last one that ran.
        usage: what the planner took.
        doubts: reasons not to trust the answer.
        confidence: from 0 to 1; None when there is no answer.
        votes: what the programs came to, where there were several.
    """

    request: str
    planner: str
    attempts: list[AttemptState]
    usage: UsageState
    doubts: list[str]
    confidence: float | None
    votes: list[VoteState] = field(default_factory=list[VoteState])

    @classmethod
    def of(cls, state: AskState, outcome: Outcome, planner: str) -> AskRecord:
        """The record of a request that is over."""
        return cls(
            request=state.get("request", ""),
            planner=planner,
            attempts=[{**one, "marked": []} for one in tried_in(state)],
            usage=state.get("usage", no_usage()),
            doubts=outcome["doubts"],
            confidence=outcome["confidence"],
            votes=outcome["votes"],
        )


def keep(folder: Path, record: AskRecord) -> None:
    """Writes the record into a run's folder.

    Raises:
        InputError: the folder can't be written.
    """
    text = json.dumps(asdict(record), ensure_ascii=False, indent=1)
    draft = folder / f".{FILE}.new"
    try:
        draft.write_bytes(text.encode("utf-8", "backslashreplace"))
        draft.replace(folder / FILE)
    except OSError as error:
        raise InputError(
            f"the request can't be kept in {folder}: {error.strerror or error}"
        ) from error


def read_record(folder: Path) -> AskRecord:
    """The record in a run's folder.

    Raises:
        InputError: the run was not asked for in words, or the record is damaged.
    """
    try:
        return AskRecord(**cast("dict[str, Any]", json.loads((folder / FILE).read_text("utf-8"))))
    except FileNotFoundError:
        raise InputError(
            f"{folder} has no request", hint="only runs of `viscript ask` have one"
        ) from None
    except (OSError, ValueError, TypeError) as error:
        raise InputError(f"{folder / FILE} can't be read: {error}") from None
