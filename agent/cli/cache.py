"""`viscript cache`: the results of tools that are kept."""

from __future__ import annotations

import typer

from .options import JsonOption
from .terminal import Terminal

app = typer.Typer(help="Show or forget the kept results of tools.")


@app.command()
def info(json: JsonOption = False) -> None:
    """Show what the cache holds and where it is.

    Example: viscript cache info
    """
    from ...tools.cache import Cache
    from ...tools.folders import cache_folder
    from ...tools.hosting.settings import in_words

    terminal = Terminal(json)
    held = Cache(cache_folder()).info()
    terminal.line(("folder   ", "dim"), str(held.folder))
    terminal.line(("results  ", "dim"), str(held.entries))
    size, most = in_words(held.bytes), in_words(held.max_bytes)
    terminal.line(("size     ", "dim"), f"{size} of at most {most}")
    terminal.json(
        {
            "folder": str(held.folder),
            "entries": held.entries,
            "bytes": held.bytes,
            "max_bytes": held.max_bytes,
        }
    )


@app.command()
def clear(json: JsonOption = False) -> None:
    """Forget every kept result; tools run again when they are next called.

    Example: viscript cache clear
    """
    from ...tools.cache import Cache
    from ...tools.folders import cache_folder
    from ...tools.hosting.settings import in_words

    terminal = Terminal(json)
    cache = Cache(cache_folder())
    held = cache.info()
    cache.clear()
    terminal.line(f"forgot {held.entries} results, {in_words(held.bytes)}")
    terminal.json({"forgotten": held.entries, "bytes": held.bytes})
