"""Which planner is used: what a command says, else what the user's settings file says.

    # settings.toml
    [planner]
    name = "openai:qwen3"
    base_url = "http://localhost:8000/v1"
    temperature = 0.2

The file holds no keys: they are in environment variables. What it says beside the name is for the
planner of this name only.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, ValidationError

from ...tools.errors import InputError
from ...tools.files import read_file
from ...tools.folders import settings_file
from . import connect
from .offline import NAME as EMBEDDED
from .planner import Planner

if TYPE_CHECKING:
    from ..setup import Setup

MAX_BYTES = 64 * 2**10
"""Of the settings file."""


class _PlannerTable(BaseModel):
    """`[planner]`: its name, and the settings that `planner_from` takes with it."""

    model_config = ConfigDict(extra="allow")

    name: str = EMBEDDED


class _SettingsFile(BaseModel):
    model_config = ConfigDict(extra="forbid")

    planner: _PlannerTable = _PlannerTable()


def chosen_planner(
    name: str | None, given: Mapping[str, Any], before: Setup | None = None
) -> Planner:
    """The planner that a command and the settings file together ask for.

    Args:
        name: of the planner; None takes the one that a request was asked with before, or the one
            of the file, or `embedded`.
        given: settings that were given; None stands for one that was not.
        before: what a request that goes on was asked with.

    Raises:
        InputError: the file is damaged, or there is no such planner or setting.
        ModelError: the planner's package, model or API key is missing.
    """
    kept = _read(settings_file())
    first = before.planner if before is not None and before.planner else kept.name
    used = first if name is None else name
    base: Mapping[str, Any] = {}
    if before is not None and used == before.planner:
        base = before.settings
    elif used == kept.name:
        base = kept.model_extra or {}
    said = {key: one for key, one in given.items() if one is not None}
    return connect.planner_from(used, **{**base, **said})


def _read(path: Path) -> _PlannerTable:
    """What the file says about the planner; there need not be a file.

    Raises:
        InputError: it can't be read, or holds something else.
    """
    if not path.exists():
        return _PlannerTable()
    data = read_file(path, "settings file", MAX_BYTES)
    try:
        return _SettingsFile.model_validate(tomllib.loads(data.decode("utf-8"))).planner
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(f"{path} can't be read: {error}", hint="correct it") from None
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise InputError(f"{path}: {place}: {first['msg']}", hint="correct it") from None
