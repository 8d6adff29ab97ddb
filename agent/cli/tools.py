"""`viscript tools`: what a profile offers, and where the rest is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from ...tools.errors import InputError
from .options import JsonOption, ProfileOption
from .terminal import Terminal

if TYPE_CHECKING:
    from ...tools.contract import Contract
    from ...tools.registry import Registry
    from ...tools.toolbox import Toolbox


def tools(
    name: Annotated[
        str | None, typer.Argument(help="Show one tool in full.", show_default=False)
    ] = None,
    profile: ProfileOption = "embedded",
    json: JsonOption = False,
) -> None:
    """Show what a profile offers, and where the rest is.

    Examples:

        viscript tools

        viscript tools find

        viscript tools --profile my-profile.toml --json
    """
    from ...tools.toolbox import Toolbox

    toolbox = Toolbox.load(profile, cache=None)
    terminal = Terminal(json)
    if name is None:
        _show_all(toolbox, terminal)
    elif name in toolbox.registry:
        _show_one(toolbox, toolbox.registry[name], terminal)
    else:
        raise unknown_tool(name, toolbox.registry)


def unknown_tool(name: str, registry: Registry) -> InputError:
    """The error for a name that no tool has."""
    from ..program.suggest import did_you_mean

    hint = did_you_mean(name, registry) or "`viscript tools` shows them all"
    return InputError(f"there is no tool {name!r}", hint=hint)


def _show_all(toolbox: Toolbox, terminal: Terminal) -> None:
    offered, elsewhere = toolbox.offered.values(), toolbox.elsewhere
    terminal.line((f"The profile {toolbox.profile.name} offers:", "bold"))
    terminal.table(
        ("tool", "backend", "what it does"),
        (
            ((one.signature, "cyan"), toolbox.backend_name(one.name) or "-", one.summary)
            for one in offered
        ),
    )
    if elsewhere:
        terminal.line()
        terminal.line(("It does not offer:", "bold"))
        terminal.table(
            ("tool", "where it is"),
            (((name, "cyan"), where) for name, where in elsewhere.items()),
        )
    terminal.json(
        {
            "profile": toolbox.profile.name,
            "offered": [_to_json(toolbox, one) for one in offered],
            "elsewhere": [_to_json(toolbox, toolbox.registry[one]) for one in elsewhere],
        }
    )


def _show_one(toolbox: Toolbox, contract: Contract, terminal: Terminal) -> None:
    terminal.line((contract.signature, "bold cyan"))
    terminal.line()
    terminal.line(contract.summary)
    if contract.description:
        terminal.line(contract.description)
    terminal.line()
    terminal.table(
        ("argument", "type", "meaning"),
        (
            ((one.name, "cyan"), str(one).partition(": ")[2], one.description)
            for one in contract.parameters.values()
        ),
    )
    terminal.line()
    terminal.line(("Returns ", "dim"), contract.returns_description or str(contract.returns))
    terminal.line(("Served by ", "dim"), _server(toolbox, contract.name))
    terminal.json(_to_json(toolbox, contract))


def _server(toolbox: Toolbox, name: str) -> str:
    if not toolbox.offers(name):
        return f"nothing in the profile {toolbox.profile.name}: {toolbox.elsewhere[name]}"
    backend = toolbox.backend_name(name)
    return f"the backend {backend} of the profile {toolbox.profile.name}" if backend else "itself"


def _to_json(toolbox: Toolbox, contract: Contract) -> dict[str, Any]:
    offered = toolbox.offers(contract.name)
    return {
        "name": contract.name,
        "signature": contract.signature,
        "summary": contract.summary,
        "description": contract.description,
        "parameters": [
            {
                "name": one.name,
                "type": str(one.type),
                "required": one.required,
                "default": None if one.required else one.default,
                "choices": list(one.choices),
                "description": one.description,
            }
            for one in contract.parameters.values()
        ],
        "returns": str(contract.returns),
        "offered": offered,
        "backend": toolbox.backend_name(contract.name),
        "where": "" if offered else toolbox.elsewhere[contract.name],
    }
