"""How models look in tables and in JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .terminal import Span

if TYPE_CHECKING:
    from ...tools.hosting.inventory import Requirement
    from ...tools.hosting.verify import FileCheck

HEADINGS = ("model", "backend", "tools", "size", "licence", "revision", "here")
ORIGINS = {
    "shipped": "with viscript",
    "converted": "yes",
    "package": "with its package",
    "hub": "yes",
    "folder": "yes",
    "server": "on a server",
}


def row(one: Requirement) -> list[Span]:
    """A model that a profile needs, as a row under `HEADINGS`."""
    return [
        (one.name, "cyan"),
        one.backend,
        ", ".join(one.tools),
        size_in_words(one.size),
        one.licence or "not stated",
        one.revision[:8] or "-",
        ORIGINS[one.origin] if one.here else ("no", "yellow"),
    ]


def to_json(one: Requirement) -> dict[str, Any]:
    """The same as an object."""
    return {
        "name": one.name,
        "backend": one.backend,
        "tools": list(one.tools),
        "origin": one.origin,
        "revision": one.revision,
        "bytes": one.size,
        "licence": one.licence,
        "here": one.here,
        "place": None if one.place is None else str(one.place),
        "warning": one.warning,
    }


def check_to_json(one: FileCheck) -> dict[str, Any]:
    """A file that was checked, as an object."""
    return {"name": one.name, "state": one.state, "reason": one.reason, "bytes": one.bytes}


def size_in_words(size: int) -> str:
    """Bytes as people read them; "-" where there are none or they aren't known."""
    from ...tools.hosting.settings import in_words

    return in_words(size) if size else "-"
