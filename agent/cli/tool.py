"""`viscript tool NAME`: every tool as a command, made from its contract when it is asked for."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer
from typer.core import TyperGroup
from typer.main import get_command

from .loading import showing_loads
from .options import ForceOption, JsonOption, NoCacheOption, OutputOption, PlainUsage, ProfileOption
from .terminal import Terminal

if TYPE_CHECKING:
    from ...tools.contract import Contract, Parameter
    from ...tools.registry import Registry

_BY_NAME = "_by_name"


class ToolGroup(TyperGroup):
    """The tools as commands. The registry, and numpy with it, is loaded when one is asked for."""

    def list_commands(self, ctx: Any) -> list[str]:
        """The names of all tools."""
        return list(_registry())

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command of a tool; tools may be named with dashes too."""
        contract = _registry().get(cmd_name.replace("-", "_"))
        return None if contract is None else command_of(contract)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command that `args` start with.

        Raises:
            InputError: there is no such tool.
        """
        if not args[0].startswith("-") and self.get_command(ctx, args[0]) is None:
            from .tools import unknown_tool

            raise unknown_tool(args[0], _registry())
        return super().resolve_command(ctx, args)


def command_of(contract: Contract) -> Any:
    """The typer command of a tool.

    What a call must give are arguments, in the order of the signature, or options of the same
    names; what it may leave out are options.
    """
    app = typer.Typer(add_completion=False, rich_markup_mode=None)

    def call(**given: Any) -> None:
        _call(contract, given)

    signature = inspect.Signature(list(_parameters(contract)))
    call.__signature__ = signature  # pyright: ignore[reportFunctionMemberAccess]
    app.command(contract.name, cls=PlainUsage, help=_help(contract))(call)
    return get_command(app)


def _registry() -> Registry:
    from ...tools.registry import Registry

    return Registry.standard()


def _help(contract: Contract) -> str:
    from .tool_arguments import example_of, takes_regions

    words = [contract.summary, contract.description, f"Returns: {contract.returns_description}"]
    if any(map(takes_regions, contract.parameters.values())):
        words.append(
            "Regions are given as a phrase that the tool find understands (dog), as a box in "
            "pixels (10,20,200,300), or as JSON that --json printed (a .json file, or - for "
            "standard input; quote phrases of several words)."
        )
    words.append("Any argument may be given by name instead.")
    words.append(f"Example: viscript tool {contract.name} {example_of(contract)}")
    return "\n\n".join(word for word in words if word)


def _parameters(contract: Contract) -> Iterator[inspect.Parameter]:
    from .tool_arguments import needs_picture

    needed = [one for one in contract.parameters.values() if one.required]
    for one in needed:
        yield _positional(one)
    for one in contract.parameters.values():
        yield _named(one)
    if needs_picture(contract):
        yield _option("of", str | None, None, "--of", metavar="IMAGE", help=_OF)
    yield _keyword("profile", ProfileOption, "embedded")
    if str(contract.returns) == "Image":
        yield _keyword("output", OutputOption, None)
        yield _keyword("force", ForceOption, False)
    yield _keyword("no_cache", NoCacheOption, False)
    yield _keyword("json", JsonOption, False)


_OF = "The picture in which phrases and boxes are looked up."


def _positional(one: Parameter) -> inspect.Parameter:
    from .tool_arguments import is_text_list

    several = is_text_list(one)
    name = one.name.upper() + ("..." if several else "")
    info = typer.Argument(help=one.description, metavar=name, show_default=False)
    kind: Any = list[str] if several else str
    return _keyword(one.name, Annotated[kind | None, info], None)


def _named(one: Parameter) -> inspect.Parameter:
    """The option of a parameter: hidden where it is an argument as well."""
    from .tool_arguments import is_text_list, option_kind, takes_regions

    flag = f"--{one.name.replace('_', '-')}"
    if one.required or takes_regions(one) or is_text_list(one):
        several = takes_regions(one) or is_text_list(one)
        kind: Any = list[str] if several else str
        words = {"hidden": one.required, "help": one.description}
        return _option(one.name + _BY_NAME, kind | None, None, flag, show_default=False, **words)
    kind = option_kind(one)
    return _option(one.name, kind, one.default, flag, help=one.description)


def _option(name: str, kind: Any, default: object, flag: str, **words: Any) -> inspect.Parameter:
    return _keyword(name, Annotated[kind, typer.Option(flag, **words)], default)


def _keyword(name: str, annotation: Any, default: object) -> inspect.Parameter:
    kind = inspect.Parameter.KEYWORD_ONLY
    return inspect.Parameter(name, kind, default=default, annotation=annotation)


def _call(contract: Contract, given: dict[str, Any]) -> None:
    """Calls the tool with what the user typed, and shows the result."""
    from ...tools.toolbox import Toolbox
    from ...tools.values import Image, to_json
    from .answers import show_value
    from .pictures import check_output, save_picture
    from .tool_arguments import Words

    terminal = Terminal(given["json"])
    output = cast("Path | None", given.get("output"))
    force = bool(given.get("force"))
    check_output(output, force)
    by_parameter = _by_parameter(contract, given)
    toolbox = Toolbox.load(given["profile"], cache=None if given["no_cache"] else "default")
    words = Words(toolbox, contract, given.get("of"))
    with terminal.working():
        arguments = words.resolve(by_parameter)
        done = showing_loads(toolbox, terminal).invoke(contract.name, arguments)
    if isinstance(done.value, Image):
        output = save_picture(done.value, output, force, f"{words.stem}-{contract.name}")
    show_value(terminal, done.value, saved=output)
    terminal.json(
        {
            "tool": contract.name,
            "answer": to_json(done.value),
            "image": words.path,
            "output": None if output is None else str(output.absolute()),
            "seconds": round(done.seconds, 6),
            "cached": done.cached,
            "error": None,
        }
    )


def _by_parameter(contract: Contract, given: dict[str, Any]) -> dict[str, Any]:
    """What was given for each parameter: named ones as they are, then positional ones in order.

    Raises:
        InputError: a parameter has no value, or a value no parameter.
    """
    from ...tools.errors import InputError
    from .tool_arguments import is_text_list

    found: dict[str, Any] = {}
    words: list[str] = []
    for one in contract.parameters.values():
        named = given.get(one.name + _BY_NAME)
        if named is not None:
            found[one.name] = named
        elif not one.required and given.get(one.name) is not None:
            found[one.name] = given[one.name]
        if one.required and given[one.name] is not None:
            word = given[one.name]
            words += word if isinstance(word, list) else [word]
    help_page = f"see `viscript tool {contract.name} --help`"
    for one in contract.parameters.values():
        if not one.required or one.name in found:
            continue
        if not words:
            raise InputError(f"{contract.name} needs {one.name.upper()}", hint=help_page)
        several = is_text_list(one)
        found[one.name], words = (words, []) if several else (words[0], words[1:])
    if words:
        raise InputError(f"{contract.name} has no argument for {words[0]!r}", hint=help_page)
    return found
