"""Profiles: which backend and checkpoint serves each tool, read from TOML."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from .backends import BackendSpec, Option
from .errors import InputError
from .hosting.settings import HostSettings

BUILT_IN = Path(__file__).parent / "profiles"
MAX_BYTES = 2**20
MAX_PARENTS = 8


@dataclass(frozen=True)
class Profile:
    """Which backend serves each tool.

    Args:
        name: the name of a profile that comes with viscript, or of the user's file.
        summary: one line for people.
        tools: the backend of each tool that has one.
        host: how the models are kept.
        source: what `load_profile` read it from, for who loads it again elsewhere: a name, or the
            absolute path of a file; empty for one that was made in Python.
    """

    name: str
    summary: str
    tools: Mapping[str, BackendSpec]
    host: HostSettings = field(default_factory=HostSettings)
    source: str = ""


class _ToolTable(BaseModel):
    """`[tools.NAME]` in a profile file; what is left out comes from the parent."""

    model_config = ConfigDict(extra="forbid", strict=True)

    backend: str | None = None
    checkpoint: str | None = None
    revision: str | None = None
    options: dict[str, Option] | None = None
    licence: str | None = None
    size: int | None = Field(default=None, ge=0)
    pickle: bool | None = None
    costs_money: bool | None = None


class _HostTable(BaseModel):
    """`[host]` in a profile file; see `HostSettings`."""

    model_config = ConfigDict(extra="forbid", strict=True)

    device: str | None = None
    dtype: str | None = None
    memory: str | int | None = None
    batch: int | None = None
    pinned: list[str] | None = None


class _ProfileFile(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    extends: str | None = None
    summary: str = ""
    host: _HostTable = _HostTable()
    tools: dict[str, _ToolTable] = {}


def built_in_profiles() -> list[str]:
    """The names of the profiles that come with viscript."""
    return sorted(path.stem for path in BUILT_IN.glob("*.toml"))


def load_profile(name: str | Path) -> Profile:
    """A profile by the name of a built-in one, or by the path of a TOML file.

    A profile that `extends` another starts from its tools and its `[host]`; a table that keeps the
    backend keeps the checkpoint, revision and options that it doesn't set itself; one that sets
    another checkpoint keeps the options only.

    Raises:
        InputError: there is no such profile, or the file is not a profile.
    """
    path = _find(str(name), Path())
    source = str(name) if path.parent == BUILT_IN else str(path.absolute())
    return replace(_load(path, parents=0), source=source)


def completed(profile: Profile, model: BackendSpec) -> Profile:
    """A profile in which `model` serves the tools that name its backend and no checkpoint.

    A profile leaves such a tool to whoever makes the toolbox. So tools get the planner's language
    model, and know of no planner.
    """
    open_ = {
        tool: model
        for tool, spec in profile.tools.items()
        if spec.backend == model.backend and not spec.checkpoint
    }
    return replace(profile, tools=MappingProxyType({**profile.tools, **open_}))


def profiles_with(tool: str) -> list[str]:
    """The built-in profiles that offer a tool."""
    return [name for name in built_in_profiles() if tool in load_profile(name).tools]


def _find(name: str, beside: Path) -> Path:
    """A built-in profile, or a file: relative to the profile that names it."""
    if name in built_in_profiles():
        return BUILT_IN / f"{name}.toml"
    path = beside / name
    if path.suffix == ".toml" and path.is_file():
        return path
    known = ", ".join(built_in_profiles())
    raise InputError(
        f"there is no profile {name!r}", hint=f"use {known}, or the path of a .toml file"
    )


def _load(path: Path, parents: int) -> Profile:
    if parents > MAX_PARENTS:
        raise InputError(f"the profile {path.name} extends itself, or more than {MAX_PARENTS}")
    file = _read(path)
    tools: dict[str, BackendSpec] = {}
    host = HostSettings()
    if file.extends is not None:
        parent = _load(_find(file.extends, path.parent), parents + 1)
        tools.update(parent.tools)
        host = parent.host
    for tool, table in file.tools.items():
        tools[tool] = _merge(path, tool, table, tools.get(tool))
    return Profile(path.stem, file.summary, MappingProxyType(tools), _host(path, file.host, host))


def _host(path: Path, table: _HostTable, parent: HostSettings) -> HostSettings:
    changes = table.model_dump(exclude_none=True)
    if "pinned" in changes:
        changes["pinned"] = tuple(changes["pinned"])
    try:
        return parent.but(changes)
    except InputError as error:
        raise InputError(f"the profile {path}: host: {error.message}", hint=error.hint) from None


def _read(path: Path) -> _ProfileFile:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise InputError(f"the profile {path} is larger than {MAX_BYTES // 2**20} MB")
        data: dict[str, Any] = tomllib.loads(path.read_text("utf-8"))
        return _ProfileFile.model_validate(data)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(f"the profile {path} can't be read: {error}") from None
    except RecursionError:
        raise InputError(f"the profile {path} is nested too deep") from None
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise InputError(f"the profile {path}: {place}: {first['msg']}") from None


def _merge(path: Path, tool: str, table: _ToolTable, parent: BackendSpec | None) -> BackendSpec:
    backend = table.backend or (parent.backend if parent else None)
    if backend is None:
        raise InputError(f"the profile {path}: tools.{tool} names no backend")
    kept = parent if parent is not None and parent.backend == backend else BackendSpec(backend)
    if table.checkpoint not in (None, kept.checkpoint):
        kept = BackendSpec(backend, options=kept.options)
    options = MappingProxyType({**kept.options, **(table.options or {})})
    given = table.model_dump(exclude_none=True, exclude={"backend", "options"})
    return replace(kept, options=options, **given)
