"""viscript answers questions about images and edits them with short programs that call tools.

    >>> from viscript import Toolbox
    >>> tools = Toolbox.load("embedded")
    >>> dogs = tools.find("photo.jpg", "dog")

    >>> from viscript import Agent
    >>> Agent().ask("photo.jpg", "How many dogs are there?").value

    >>> chat = Agent().chat("photo.jpg")
    >>> chat.ask("How many dogs are there?").value
    >>> chat.ask("blur everything else").value.save("dogs.png")

What is listed here is the public API; names are imported when they are first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .agent.agent import Agent
    from .agent.answer import Answer
    from .agent.chat.chat import Chat
    from .agent.runs import Run, run_program
    from .tools.contract import tool
    from .tools.errors import (
        CancelledError,
        InputError,
        ModelError,
        NotOfferedError,
        PolicyError,
        ProgramError,
        ToolError,
        ViscriptError,
    )
    from .tools.toolbox import Toolbox
    from .tools.values import Box, DepthMap, Image, Keypoint, Mask, Region, read_image

__all__ = [
    "Agent",
    "Answer",
    "Box",
    "CancelledError",
    "Chat",
    "DepthMap",
    "Image",
    "InputError",
    "Keypoint",
    "Mask",
    "ModelError",
    "NotOfferedError",
    "PolicyError",
    "ProgramError",
    "Region",
    "Run",
    "ToolError",
    "Toolbox",
    "ViscriptError",
    "read_image",
    "run_program",
    "tool",
]

_HOMES = {
    "agent.agent": ("Agent",),
    "agent.answer": ("Answer",),
    "agent.chat.chat": ("Chat",),
    "agent.runs": ("Run", "run_program"),
    "tools.contract": ("tool",),
    "tools.toolbox": ("Toolbox",),
    "tools.values": ("Box", "DepthMap", "Image", "Keypoint", "Mask", "Region", "read_image"),
}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    homes = (home for home, names in _HOMES.items() if name in names)
    return getattr(import_module(f".{next(homes, 'tools.errors')}", __name__), name)


def __dir__() -> list[str]:
    return __all__
