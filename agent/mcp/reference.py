"""The language reference as a resource: what planners are told of it, and of the tools."""

from __future__ import annotations

from collections.abc import Sequence

import mcp_types as types

from ...tools.mcp.features import Contents, OfferedResources
from ...tools.mcp.results import uri_of
from ...tools.toolbox import Toolbox
from ..planners.instructions import instructions

FIRST, AFTER = "# The language", "# What is data"
"""The headings of the part that is about the language, in `prompts/instructions.md`."""


def language_resource(toolbox: Toolbox) -> OfferedResources:
    """The language, its functions, and the tools that the profile offers."""
    uri = uri_of("language", "reference")

    def read(_: str) -> Sequence[Contents]:
        text = instructions(toolbox.offered, cells=False)
        part = text[text.index(FIRST) : text.index(AFTER)]
        return [types.TextResourceContents(uri=uri, mime_type="text/markdown", text=part)]

    told = types.ResourceTemplate(
        uri_template=uri,
        name="language",
        title="The language of programs",
        description="All that run_program understands: syntax, functions, attributes, tools.",
        mime_type="text/markdown",
    )
    listed = types.Resource(
        uri=uri,
        name=told.name,
        title=told.title,
        description=told.description,
        mime_type=told.mime_type,
    )
    return OfferedResources(told, read, lambda: [listed])
