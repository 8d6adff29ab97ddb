"""The values of earlier turns that a program may name, read again from the runs that made them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import cast

from ...tools.errors import InputError
from ...tools.toolbox import Toolbox
from ...tools.types import Type, type_of_value
from ...tools.values import Image, Region, summary_of
from ..program.tree import ANSWER
from ..runs.bindings import types_for
from ..runs.run import Run
from ..runs.summary import read_run
from .pictures import opened
from .state import AskState, GivenState


def given_values(state: AskState, toolbox: Toolbox) -> dict[str, object]:
    """The values by name. What is no longer on the disk has no name any more.

    Regions of an earlier version of a picture are given as regions of the picture as it is now,
    where it has the same size: an edit leaves things where they are.
    """
    given = state.get("given", [])
    if not given:
        return {}
    now = opened(state, toolbox)
    versions = {digest: now[at] for digest, at in state.get("versions", {}).items()}
    runs: dict[str, Run | None] = {}
    found: dict[str, object] = {}
    for one in given:
        value = _value(one, runs, toolbox)
        if value is not None:
            found[one["name"]] = _moved(value, versions)
    return found


def types_of(state: AskState, toolbox: Toolbox) -> Mapping[str, Type]:
    """The type of every name that is bound before the program starts."""
    values = given_values(state, toolbox)
    pictures = types_for(len(state.get("pictures", [])))
    return {**pictures, **{name: type_of_value(value) for name, value in values.items()}}


def summaries_of(state: AskState, toolbox: Toolbox) -> Mapping[str, str]:
    """The values on one line each, as planners see them; text is quoted."""
    values = given_values(state, toolbox)
    return {name: summary_of(value) for name, value in values.items()}


def _value(one: GivenState, runs: dict[str, Run | None], toolbox: Toolbox) -> object:
    """A value; None when it is gone."""
    source, name = one["source"], one["value"]
    try:
        if not name:
            return toolbox.image(source)
        if source not in runs:
            runs[source] = None
            runs[source] = read_run(Path(source))
    except InputError:
        return None
    run = runs[source]
    if run is None:
        return None
    return run.answer if name == ANSWER else run.names.get(name)


def _moved(value: object, versions: Mapping[str, Image]) -> object:
    """A value whose regions are of the pictures as they are now."""
    if isinstance(value, list):
        return [_moved(one, versions) for one in cast("list[object]", value)]
    if isinstance(value, Region):
        now = versions.get(value.image.digest)
        if now is not None and now.size == value.image.size:
            return replace(value, image=now)
    return value
