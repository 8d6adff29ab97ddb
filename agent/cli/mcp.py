"""`viscript mcp`: the tools and the agent for Claude Desktop and other MCP clients."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .options import NoCacheOption, ProfileOption
from .planner_options import AdapterOption

if TYPE_CHECKING:
    from ..planners.planner import Planner

TOKEN = "VISCRIPT_MCP_TOKEN"


def mcp(
    profile: ProfileOption = "embedded",
    root: Annotated[
        list[Path] | None,
        typer.Option(
            "--root",
            metavar="FOLDER",
            help="A folder that clients may read pictures from and save them into; repeatable.",
            show_default=False,
        ),
    ] = None,
    allow_urls: Annotated[
        bool, typer.Option("--allow-urls", help="Let clients give public https addresses.")
    ] = False,
    planner: Annotated[
        str,
        typer.Option(
            "--planner",
            metavar="NAME",
            help="Who writes the programs of ask_about_image: embedded, or provider:model.",
        ),
    ] = "embedded",
    adapter: AdapterOption = None,
    http: Annotated[
        bool, typer.Option("--http", help="Serve over HTTP instead of standard input and output.")
    ] = False,
    host: Annotated[
        str, typer.Option("--host", help=f"The address to listen on; needs {TOKEN} if public.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=1, max=65535, help="The port.")] = 8765,
    name: Annotated[
        list[str] | None,
        typer.Option(
            "--name",
            metavar="HOST",
            help="One more name by which clients reach the server over HTTP; repeatable.",
            show_default=False,
        ),
    ] = None,
    no_cache: NoCacheOption = False,
) -> None:
    """Serve the tools and the agent to MCP clients, until they hang up.

    Over HTTP, clients must send the bearer token in the variable VISCRIPT_MCP_TOKEN, if it is set.

    Examples:

        viscript mcp --root ~/Pictures

        viscript mcp --http --port 8765 --root ~/Pictures
    """
    from ...tools.cache import MemoryCache
    from ...tools.folders import runs_folder
    from ...tools.mcp.access import Access
    from ...tools.mcp.fetch import Fetcher
    from ...tools.mcp.transports import HttpSettings, run_http, run_stdio
    from ...tools.toolbox import Toolbox
    from ..mcp.serving import agent_server

    settings = HttpSettings(host, port, os.environ.get(TOKEN, ""), name or ()) if http else None
    if adapter is not None:
        # Refuses at once what is no adapter, not when a client first asks.
        _planner(planner, adapter)
    toolbox = Toolbox.load(profile, cache=MemoryCache() if no_cache else "default")
    access = Access(toolbox, runs_folder(), root or (), Fetcher() if allow_urls else None)
    server = agent_server(access, lambda: _ready(planner, adapter), remote=planner != "embedded")
    if settings is None:
        run_stdio(server)
    else:
        typer.echo(f"http://{host}:{port}/mcp", err=True)
        run_http(server, settings)


def _ready(name: str, adapter: Path | None) -> Planner:
    """The planner, made when a client first asks; its model is fetched where it is missing."""
    from ..planners.embedded.model import fetch_base, is_here
    from ..planners.offline import OfflinePlanner

    planner = _planner(name, adapter)
    if isinstance(planner, OfflinePlanner) and not is_here():
        fetch_base()
    return planner


def _planner(name: str, adapter: Path | None) -> Planner:
    """The planner of a name.

    Raises:
        InputError: there is no such planner or adapter.
        ModelError: the planner's package or API key is missing.
    """
    from ..planners.connect import planner_from

    return planner_from(name) if adapter is None else planner_from(name, adapter=adapter)
