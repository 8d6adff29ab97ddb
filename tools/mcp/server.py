"""The MCP server: answers clients' requests from its features."""

from __future__ import annotations

import logging
from importlib import metadata
from typing import Any

import anyio
import anyio.to_thread
import mcp_types as types
from mcp.server import Server
from mcp.server.context import ServerRequestContext
from mcp.server.request_state import RequestStateBoundary, RequestStateSecurity
from mcp.shared.exceptions import MCPError

from ..errors import ViscriptError
from .call import Call, QuestionError
from .features import Features, OfferedResources, Values
from .icons import icons_of
from .results import error_result, failure
from .turns import Turns

NAME = "viscript"
MAX_COMPLETIONS = 100

Context = ServerRequestContext[Any, Any]
_log = logging.getLogger(__name__)


def server_for(features: Features, instructions: str = "", turns: Turns | None = None) -> Server:
    """A server that offers `features`, over any transport, to clients of 2025 and of 2026.

    Args:
        features: its tools, resources and prompts.
        instructions: what a model should know about it as a whole.
        turns: how many calls run at a time.
    """
    answers = _Answers(features, turns or Turns())
    server: Server = Server(
        NAME,
        version=_version(),
        title="viscript",
        description="Sees, measures and edits pictures with vision tools and checked programs.",
        instructions=instructions or None,
        icons=icons_of("viscript"),
        get_tool_input_schema=answers.input_schema,
        on_list_tools=answers.list_tools,
        on_call_tool=answers.call_tool,
        on_list_resources=answers.list_resources,
        on_list_resource_templates=answers.list_templates,
        on_read_resource=answers.read_resource,
        on_list_prompts=answers.list_prompts,
        on_get_prompt=answers.get_prompt,
        on_completion=answers.complete,
    )
    # A client can't answer a question that was not asked, or that was about something else.
    server.middleware.append(
        RequestStateBoundary(RequestStateSecurity.ephemeral(), default_audience=NAME)
    )
    return server


class _Answers:
    """The handlers of a server's requests."""

    def __init__(self, features: Features, turns: Turns) -> None:
        self._turns = turns
        self._tools = {one.definition.name: one for one in features.tools}
        self._resources = list(features.resources)
        self._prompts = {one.definition.name: one for one in features.prompts}

    def input_schema(self, name: str) -> dict[str, Any] | None:
        tool = self._tools.get(name)
        return None if tool is None else tool.definition.input_schema

    async def list_tools(
        self, _: Context, __: types.PaginatedRequestParams | None
    ) -> types.ListToolsResult:
        return types.ListToolsResult(tools=[one.definition for one in self._tools.values()])

    async def call_tool(
        self, context: Context, params: types.CallToolRequestParams
    ) -> types.CallToolResult | types.InputRequiredResult:
        tool = self._tools.get(params.name)
        if tool is None:
            raise _no_such("tool", params.name)
        try:
            async with self._turns.turn(_client_of(context)):
                return await tool.answer(Call(context, params))
        except QuestionError as question:
            return question.result
        except ViscriptError as error:
            return failure(error)
        except MCPError:
            raise
        # The outermost edge: what a fault says may be about the inside, so clients don't read it.
        except Exception:  # noqa: BLE001
            _log.exception("the tool %s failed", params.name)
            return error_result("tool", f"{params.name} failed", "the server's log says where")

    async def list_resources(
        self, _: Context, __: types.PaginatedRequestParams | None
    ) -> types.ListResourcesResult:
        def listed() -> list[types.Resource]:
            return [resource for one in self._resources for resource in one.listed()]

        return types.ListResourcesResult(resources=await anyio.to_thread.run_sync(listed))

    async def list_templates(
        self, _: Context, __: types.PaginatedRequestParams | None
    ) -> types.ListResourceTemplatesResult:
        templates = [one.template for one in self._resources if "{" in one.template.uri_template]
        return types.ListResourceTemplatesResult(resource_templates=templates)

    async def read_resource(
        self, context: Context, params: types.ReadResourceRequestParams
    ) -> types.ReadResourceResult:
        for one in self._resources:
            variable = one.variable_of(params.uri)
            if variable is not None:
                return await self._read(context, one, variable, params.uri)
        raise MCPError(types.INVALID_PARAMS, "Resource not found", {"uri": params.uri[:200]})

    async def _read(
        self, context: Context, resources: OfferedResources, variable: str, uri: str
    ) -> types.ReadResourceResult:
        try:
            async with self._turns.turn(_client_of(context)):
                contents = await anyio.to_thread.run_sync(resources.read, variable)
        except ViscriptError as error:
            raise MCPError(types.INVALID_PARAMS, str(error), {"uri": uri[:200]}) from None
        return types.ReadResourceResult(contents=list(contents))

    async def list_prompts(
        self, _: Context, __: types.PaginatedRequestParams | None
    ) -> types.ListPromptsResult:
        return types.ListPromptsResult(prompts=[one.definition for one in self._prompts.values()])

    async def get_prompt(
        self, _: Context, params: types.GetPromptRequestParams
    ) -> types.GetPromptResult:
        prompt = self._prompts.get(params.name)
        if prompt is None:
            raise _no_such("prompt", params.name)
        given = params.arguments or {}
        known = {one.name: one for one in prompt.definition.arguments or []}
        missing = [name for name, one in known.items() if one.required and not given.get(name)]
        unknown = [name for name in given if name not in known]
        if missing or unknown:
            what = f"needs {missing[0]}" if missing else f"has no argument {unknown[0][:40]!r}"
            raise MCPError(types.INVALID_PARAMS, f"the prompt {params.name} {what}")
        text = types.TextContent(text=prompt.write(given))
        return types.GetPromptResult(
            description=prompt.definition.description,
            messages=[types.PromptMessage(role="user", content=text)],
        )

    async def complete(
        self, _: Context, params: types.CompleteRequestParams
    ) -> types.CompleteResult:
        values = self._values(params)
        found = await anyio.to_thread.run_sync(_completions, values, params.argument.value)
        return types.CompleteResult(
            completion=types.Completion(
                values=found[:MAX_COMPLETIONS],
                total=len(found),
                has_more=len(found) > MAX_COMPLETIONS,
            )
        )

    def _values(self, params: types.CompleteRequestParams) -> Values:
        match params.ref:
            case types.PromptReference(name=name):
                if name not in self._prompts:
                    raise _no_such("prompt", name)
                return self._prompts[name].values.get(params.argument.name, lambda: ())
            case types.ResourceTemplateReference(uri=uri):
                for one in self._resources:
                    if one.template.uri_template == uri:
                        return one.values
                raise _no_such("resource template", uri)


def _completions(values: Values, typed: str) -> list[str]:
    """The values that contain what was typed; those that begin with it come first."""
    folded = typed.casefold()
    found = [one for one in values() if folded in one.casefold()]
    return sorted(found, key=lambda one: not one.casefold().startswith(folded))


def _client_of(context: Context) -> str:
    """Who calls: the machine at the other end; over stdio there is only one."""
    client = getattr(context.request, "client", None)
    return "" if client is None else str(client.host)


def _no_such(what: str, name: str) -> MCPError:
    return MCPError(types.INVALID_PARAMS, f"there is no {what} {name[:80]!r}")


def _version() -> str:
    try:
        return metadata.version("viscript")
    except metadata.PackageNotFoundError:
        return "unknown"
