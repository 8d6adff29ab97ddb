"""The page of a run, shown beside the answer by clients that can: an MCP App (SEP-1865, 2026).

The client renders `view.html` in a sandboxed frame and gives it the result of the call; the view
asks the client for the run's page. Clients without MCP Apps show the text that every result has.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import mcp_types as types
from mcp.server.apps import APP_MIME_TYPE, EXTENSION_ID

from ...tools.mcp.features import Contents, OfferedResources

VIEW = "ui://viscript/run"
VIEWS: dict[str, dict[str, Any]] = {EXTENSION_ID: {"mimeTypes": [APP_MIME_TYPE]}}
"""What the server says of itself: that it has views."""

_META: dict[str, Any] = {"ui": {"prefersBorder": True}}


def with_view(definition: types.Tool) -> types.Tool:
    """A tool whose results are runs, with the view that shows them."""
    return definition.model_copy(update={"meta": {"ui": {"resourceUri": VIEW}}})


def view_resource() -> OfferedResources:
    """The view."""
    name, title = "run view", "How the answer was found"
    description = "Shows a run step by step, in clients that render MCP Apps."

    def read(_: str) -> Sequence[Contents]:
        html = Path(__file__).with_name("view.html").read_text("utf-8")
        contents = types.TextResourceContents(uri=VIEW, mime_type=APP_MIME_TYPE, text=html)
        return [contents.model_copy(update={"meta": _META})]

    template = types.ResourceTemplate(
        uri_template=VIEW, name=name, title=title, description=description, mime_type=APP_MIME_TYPE
    )
    resource = types.Resource(
        uri=VIEW, name=name, title=title, description=description, mime_type=APP_MIME_TYPE
    ).model_copy(update={"meta": _META})
    return OfferedResources(template, read, listed=lambda: [resource])
