"""The graph for LangGraph's own server, which `langgraph.json` names.

A client sends `{"request": "...", "images": ["/path/of/a/picture.jpg"]}`; the server opens these
files, so run it for people who may read what it can read. Profile and planner are the context.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ...tools.errors import InputError
from ...tools.folders import runs_folder
from ...tools.profile import built_in_profiles
from ...tools.toolbox import Toolbox
from ..planners.connect import planner_from
from ..planners.knowledge import informed
from .dependencies import Dependencies
from .examples import examples_for
from .graph import AskGraph, built


@dataclass(frozen=True, slots=True)
class ServerContext:
    """What a client may choose.

    Args:
        profile: whose tools are used: a profile that comes with viscript.
        planner: who writes the programs: "embedded", or `provider:model`.
    """

    profile: str = "embedded"
    planner: str = "embedded"


def make_graph() -> AskGraph:
    """The graph; the server adds its own checkpointer."""
    return built(ServerContext, resolving())


def resolving() -> Callable[[ServerContext | None], Dependencies]:
    """Makes the dependencies of each context once.

    It refuses a profile that doesn't come with viscript (`InputError`): one that a client names by
    a path may send pictures to any address.
    """
    made: dict[ServerContext, Dependencies] = {}

    def resolve(context: ServerContext | None) -> Dependencies:
        chosen = context or ServerContext()
        if chosen not in made:
            if chosen.profile not in built_in_profiles():
                raise InputError(
                    f"there is no profile {chosen.profile!r} here",
                    hint=f"use one of {', '.join(built_in_profiles())}",
                )
            planner = planner_from(chosen.planner)
            toolbox = informed(Toolbox.load(chosen.profile), planner)
            made[chosen] = Dependencies(toolbox, planner, examples_for(planner), runs_folder())
        return made[chosen]

    return resolve
