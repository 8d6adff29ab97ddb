"""`run_program` and `check_program` as MCP tools."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, cast

import mcp_types as types

from ...tools.arguments import bind
from ...tools.cancellation import Cancellation
from ...tools.contract import Contract, tool
from ...tools.errors import PolicyError
from ...tools.mcp.access import Access
from ...tools.mcp.call import Call
from ...tools.mcp.features import OfferedTool
from ...tools.mcp.icons import icons_of
from ...tools.mcp.offers import definition_of
from ...tools.mcp.results import error_result, result_of
from ...tools.mcp.schemas import ANY_VALUE, answer_schema
from ...tools.values import Image, ImageLike
from ..program import Checked, Scope, check
from ..program.walk import calls_in
from ..runs.bindings import types_for, unbound_for
from ..runs.events import Event
from ..runs.execute import run_program as run
from ..runs.run import Run
from ..words import words_of
from .runs import DIAGNOSTICS, RUN_PROPERTIES, details_of, diagnostics_of, page_link, progress_of
from .view import with_view

Dialect = Literal["auto", "viscript", "visprog"]
MAX_PROGRAM = 64 * 2**10


@tool(reads_pixels=True)
def run_program(
    program: str, images: ImageLike | Sequence[ImageLike], dialect: Dialect = "auto"
) -> str:
    """Runs a program that calls vision tools on pictures, and records each step.

    Programs have Python's syntax, but only a small part of it: assignments, calls of the tools,
    lists, conditions, loops, comprehensions and f-strings. The last assignment is the answer:
    `dogs = find(image, "dog")`, then `answer = count(dogs)`. One picture is called image, two are
    left and right, and all are images. The resource viscript://language/reference says it all.
    Nothing runs before the program is checked. One call of this takes the place of many calls of
    the tools.

    Args:
        program: the program.
        images: its picture, or several.
        dialect: whose language it is in.

    Returns:
        The program's answer.
    """
    raise NotImplementedError("the server runs the program")


@tool()
def check_program(program: str, pictures: int = 1, dialect: Dialect = "auto") -> bool:
    """Checks a program without running it: names, arguments, types, and that it gives an answer.

    Args:
        program: the program.
        pictures: how many pictures it will be run on.
        dialect: whose language it is in.

    Returns:
        Whether it may run.
    """
    raise NotImplementedError("the server checks the program")


RUN, CHECK = Contract.of(run_program), Contract.of(check_program)


def program_tools(access: Access) -> list[OfferedTool]:
    """The two tools, for the tools that the profile offers."""
    reaches_out = any(one.reaches_out for one in access.toolbox.offered.values())
    runs = types.ToolAnnotations(
        read_only_hint=False,
        destructive_hint=False,
        idempotent_hint=False,
        open_world_hint=reaches_out or access.allows_urls,
    )
    checks = types.ToolAnnotations(
        read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
    )
    returned = answer_schema(RUN_PROPERTIES, ANY_VALUE, RUN.returns_description)
    found = answer_schema(
        {"diagnostics": DIAGNOSTICS, "answer_type": {"type": ["string", "null"]}},
        CHECK.returns,
        CHECK.returns_description,
    )
    icons = icons_of("programs")

    async def answer_run(call: Call) -> types.CallToolResult:
        given = await call.in_thread(lambda _: _read(access, call.arguments))
        await _approved(call, access, given)
        return await call.in_thread(lambda token: _run(access, call, given, token))

    async def answer_check(call: Call) -> types.CallToolResult:
        return await call.in_thread(lambda _: _check(access, call.arguments))

    return [
        OfferedTool(with_view(definition_of(RUN, runs, output=returned, icons=icons)), answer_run),
        OfferedTool(definition_of(CHECK, checks, output=found, icons=icons), answer_check),
    ]


def opened_images(value: object) -> list[Image]:
    """The pictures of an argument that takes one or several."""
    return [value] if isinstance(value, Image) else cast("list[Image]", value)


def run_result(done: Run, access: Access) -> types.CallToolResult:
    """A run as a client gets it."""
    details, links = details_of(done), page_link(done)
    if done.error is not None:
        where = "" if done.error.line is None else f"line {done.error.line}: "
        error = done.error
        return error_result(error.kind, where + error.message, error.hint, details, links)
    return result_of(
        done.answer,
        access.artifacts,
        words=words_of(done.answer) if isinstance(done.answer, bool) else "",
        more=details,
        links=links,
    )


def _read(access: Access, given: Mapping[str, Any]) -> Mapping[str, Any]:
    bound = bind(RUN, access.decoder.arguments(RUN, given))
    return bound | {"images": opened_images(bound["images"])}


async def _approved(call: Call, access: Access, given: Mapping[str, Any]) -> None:
    """Asks before a program runs that calls tools which cost money or ask for it."""
    checked = _checked(access, given["program"], len(given["images"]), given["dialect"])
    if checked.program is None or not checked.ok:
        return
    called = {one.function for one in calls_in(checked.program.body)}
    tools = [one for name, one in checked.program.tools.items() if name in called]
    reasons = [f"{one.name} ({one.approval})" for one in tools if one.approval]
    if reasons and not await call.agrees(f"The program calls {', '.join(reasons)}. Run it?"):
        raise PolicyError("the person did not allow the program", hint="do without these tools")


def _run(
    access: Access, call: Call, given: Mapping[str, Any], token: Cancellation
) -> types.CallToolResult:
    done = 0

    def tell(event: Event) -> None:
        nonlocal done
        done, message = progress_of(event, done)
        call.tell(done, None, message)

    ran = run(
        given["program"],
        given["images"],
        access.toolbox,
        dialect=given["dialect"],
        cancellation=token,
        on_event=tell,
    )
    return run_result(ran, access)


def _check(access: Access, given: Mapping[str, Any]) -> types.CallToolResult:
    bound = cast("Mapping[str, Any]", bind(CHECK, given))
    checked = _checked(access, bound["program"], bound["pictures"], bound["dialect"])
    found = diagnostics_of(checked.diagnostics)
    lines = [f"line {one['line']}: {one['message']} ({one['suggestion']})" for one in found]
    answer = None if checked.answer_type is None else str(checked.answer_type)
    if checked.ok:
        lines.insert(0, f"ok, the answer is {answer}")
    return result_of(
        checked.ok,
        access.artifacts,
        words="\n".join(lines),
        more={"diagnostics": found, "answer_type": answer},
    )


def _checked(access: Access, program: str, pictures: int, dialect: Dialect) -> Checked:
    if len(program.encode("utf-8", "surrogatepass")) > MAX_PROGRAM:
        raise PolicyError(f"a program may have {MAX_PROGRAM // 2**10} kB")
    toolbox = access.toolbox
    scope = Scope(toolbox.offered, types_for(pictures), toolbox.elsewhere, unbound_for(pictures))
    return check(program, scope, dialect)
