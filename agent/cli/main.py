"""`viscript`: the commands put together, and what becomes of errors.

Exit codes: 0 done; 1 the program failed a check or a step; 2 the user's input was wrong;
130 interrupted.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from io import TextIOWrapper
from typing import Annotated, Any

import typer
from typer.main import get_command

from ...tools.errors import ViscriptError
from . import ask, cache, chat, check, demo, examples, mcp, models, run, runs, tools, train
from .failures import exit_code, report
from .options import PlainUsage, Settings
from .terminal import flush
from .tool import ToolGroup

app = typer.Typer(
    name="viscript",
    # Help pages without rich: it triples the time that `--help` takes.
    rich_markup_mode=None,
    help="Answers questions about images and edits them with short programs that call tools.",
    epilog="Start with `viscript demo`, then `viscript tools`.",
)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"viscript {version('viscript')}")
        raise typer.Exit


@app.callback()
def _options(  # pyright: ignore[reportUnusedFunction]
    debug: Annotated[
        bool, typer.Option("--debug", help="Show where an error came from; works in any place.")
    ] = False,
    version: Annotated[
        bool, typer.Option("--version", help="Show the version.", callback=_version, is_eager=True)
    ] = False,
) -> None:
    """Only declares the options that stand before a command."""


app.command(cls=PlainUsage)(ask.ask)
app.command(cls=PlainUsage)(chat.chat)
app.command(cls=PlainUsage)(run.run)
app.command()(check.check)
app.command()(tools.tools)
app.add_typer(
    typer.Typer(
        cls=ToolGroup,
        help="Call one tool on a picture.",
        epilog="Example: viscript tool find photo.jpg dog",
    ),
    name="tool",
)
app.command()(runs.show)
app.command()(runs.replay)
app.command()(runs.diff)
app.add_typer(cache.app, name="cache")
app.add_typer(models.app, name="models")
app.add_typer(examples.app, name="examples")
app.add_typer(train.app, name="train")
app.command()(mcp.mcp)
app.command()(demo.demo)


def main(
    arguments: Sequence[str] | None = None, further: Mapping[str, typer.Typer] | None = None
) -> int:
    """Runs the command line; returns its exit code.

    Args:
        arguments: the words after `viscript`; those of the process by default.
        further: groups of commands that are built on the agent, by name.
    """
    words = list(sys.argv[1:] if arguments is None else arguments) or ["--help"]
    own = words[: words.index("--")] if "--" in words else words
    debug = "--debug" in own
    if debug:
        words.remove("--debug")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # A character that the terminal's code page lacks must not end a command.
            stream.reconfigure(errors="backslashreplace")
    try:
        command: Any = get_command(app)
        for name, group in (further or {}).items():
            command.add_command(get_command(group), name)
        code = command.main(words, prog_name="viscript", standalone_mode=False, obj=Settings(debug))
        return code if isinstance(code, int) else 0
    except (ViscriptError, typer.TyperException) as error:
        if debug:
            raise
        report(error, as_json="--json" in own)
        return exit_code(error)
    except SystemExit:
        # All that typer means by it here: the reader of a help page has gone away (`| head`).
        return 0
    finally:
        flush()
