"""Profiles as resources: which backend serves each tool."""

from __future__ import annotations

from collections.abc import Sequence

import mcp_types as types
import pydantic_core

from ...tools.errors import InputError
from ...tools.mcp.features import Contents, OfferedResources
from ...tools.mcp.results import uri_of
from ...tools.profile import built_in_profiles, load_profile


def profile_resources() -> OfferedResources:
    """The profiles that come with viscript."""

    def read(name: str) -> Sequence[Contents]:
        if name not in built_in_profiles():
            raise InputError(f"there is no profile {name!r}")
        profile = load_profile(name)
        tools = {
            tool: {"backend": spec.backend, "checkpoint": spec.checkpoint}
            for tool, spec in profile.tools.items()
        }
        data = {"name": name, "summary": profile.summary, "tools": tools}
        return [
            types.TextResourceContents(
                uri=uri_of("profile", name),
                mime_type="application/json",
                text=pydantic_core.to_json(data, indent=1).decode(),
            )
        ]

    template = types.ResourceTemplate(
        uri_template=uri_of("profile", "{profile}"),
        name="profile",
        title="Profile",
        description="Which backend serves each tool; a server is started with one of them.",
        mime_type="application/json",
    )
    return OfferedResources(template, read, values=built_in_profiles)
