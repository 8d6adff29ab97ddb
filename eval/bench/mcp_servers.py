"""`python -m viscript.eval.bench.mcp_servers viscript|bare PORT|stdio`: what is measured over MCP.

Two servers with the same three tools: viscript's, generated from contracts, and one that the SDK
makes of functions with pydantic models, as its documentation shows.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from tempfile import gettempdir
from typing import Any

import numpy as np
import PIL.Image
from mcp.server import MCPServer, Server
from mcp.server.mcpserver import Image as Picture
from pydantic import BaseModel

from ...tools.cache import MemoryCache
from ...tools.contract import tool
from ...tools.mcp.access import Access
from ...tools.mcp.offers import tool_features
from ...tools.mcp.server import server_for
from ...tools.mcp.transports import HttpSettings, run_http, run_stdio
from ...tools.toolbox import Toolbox
from ...tools.values import Box, Image, Region

REGIONS = 50
SIDE = 720


def viscript_server() -> Server[Any]:
    """viscript's server with the three tools beside its own."""
    toolbox = Toolbox.load(tools=_tools(), cache=MemoryCache())
    return server_for(tool_features(Access(toolbox, Path(gettempdir()))))


def _tools() -> list[Callable[..., Any]]:
    picture = Image.from_array(np.asarray(PIL.Image.open(io.BytesIO(_jpeg()))))
    regions = [Region(picture, Box(*box), label, score) for box, label, score in _found()]

    @tool()
    def nothing() -> int:
        """Gives a number.

        Returns:
            A number.
        """
        return 1

    @tool()
    def fifty() -> list[Region]:
        """Finds fifty regions.

        Returns:
            The regions.
        """
        return regions

    @tool()
    def photo() -> Image:
        """Gives a picture.

        Returns:
            The picture.
        """
        return picture

    return [nothing, fifty, photo]


class FoundBox(BaseModel):
    """A box in pixels."""

    left: float
    top: float
    right: float
    bottom: float


class Found(BaseModel):
    """What a detector finds."""

    box: FoundBox
    label: str
    score: float


def bare_server() -> MCPServer:
    """The same three tools on the SDK alone."""
    server = MCPServer("bare", log_level="WARNING")
    data = _jpeg()

    def nothing() -> int:
        """Gives a number."""
        return 1

    def fifty() -> list[Found]:
        """Finds fifty regions."""
        return [
            Found(
                box=FoundBox(left=box[0], top=box[1], right=box[2], bottom=box[3]),
                label=label,
                score=score,
            )
            for box, label, score in _found()
        ]

    def photo() -> Picture:
        """Gives a picture."""
        return Picture(data=data, format="jpeg")

    for one in (nothing, fifty, photo):
        server.add_tool(one)
    return server


def _found() -> list[tuple[tuple[float, float, float, float], str, float]]:
    return [
        ((n * 10 / 7, n * 8 / 7, 100 + n * 10 / 7, 90 + n * 8 / 7), "traffic light", 1 / (n + 1.1))
        for n in range(REGIONS)
    ]


@cache
def _jpeg() -> bytes:
    """A noisy picture of about 300 kB."""
    noise = np.random.default_rng(1).integers(0, 256, (SIDE, SIDE, 3), dtype=np.uint8)
    image, data = PIL.Image.fromarray(noise), io.BytesIO()
    image.save(data, "JPEG", quality=64)
    return data.getvalue()


def main() -> None:
    """Serves over stdio, or over HTTP on a port of this machine."""
    which, where = sys.argv[1:]
    if which == "viscript":
        server = viscript_server()
        if where == "stdio":
            run_stdio(server)
        else:
            run_http(server, HttpSettings(port=int(where)))
    else:
        bare = bare_server()
        if where == "stdio":
            bare.run("stdio")
        else:
            bare.run("streamable-http", port=int(where))


if __name__ == "__main__":
    main()
