"""Fetching what a profile needs, or one checkpoint or model."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ..convert.pull import pull as convert
from ..convert.sources import SOURCES
from ..errors import InputError
from ..folders import models_folder
from ..profile import built_in_profiles, load_profile
from .hub import fetch, folder_on_disk, is_hub_id
from .inventory import requirements_of
from .progress import Progress, reporting


def pull(name: str, revision: str, tell: Progress) -> dict[str, Path]:
    """Fetches what is not here yet.

    Args:
        name: a profile, a checkpoint of the hub, or a model that is converted here.
        revision: of a checkpoint.
        tell: shows how far it is.

    Returns:
        Where each model is that was fetched or converted, or is here already.

    Raises:
        InputError: there is nothing to fetch of that name.
        ModelError: the hub or the registry does not give it.
    """
    if name in convertible():
        return convert([name], models_folder(), tell)
    if name in built_in_profiles() or name.endswith(".toml"):
        return _pull_profile(name, tell)
    if is_hub_id(name):
        with reporting(tell):
            return {name: _fetched(name, revision, pickle=False)}
    raise InputError(
        f"there is nothing to fetch for {name!r}",
        hint=f"fetch planner, a profile as {', '.join(built_in_profiles())}, "
        f"{', '.join(convertible())}, or a checkpoint of the hub: owner/name",
    )


def convertible() -> Sequence[str]:
    """The models that don't come with viscript, and are converted on this machine."""
    return [model for model, source in SOURCES.items() if not source.shipped]


def _pull_profile(name: str, tell: Progress) -> dict[str, Path]:
    profile = load_profile(name)
    needed = requirements_of(profile)
    converted = [one.name for one in needed if one.origin == "converted"]
    written = convert(converted, models_folder(), tell) if converted else {}
    pickled = {spec.checkpoint for spec in profile.tools.values() if spec.pickle}
    with reporting(tell):
        for one in needed:
            if one.origin == "hub":
                written[one.name] = _fetched(one.name, one.revision, pickle=one.name in pickled)
    return written


def _fetched(checkpoint: str, revision: str, *, pickle: bool) -> Path:
    found = folder_on_disk(checkpoint, revision, pickle=pickle)
    return found or fetch(checkpoint, revision, pickle=pickle)
