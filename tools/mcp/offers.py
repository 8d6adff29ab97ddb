"""The tools of a toolbox as MCP tools, made from their contracts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import mcp_types as types

from ..cancellation import Cancellation
from ..contract import Contract
from ..errors import PolicyError
from .access import Access
from .call import Call
from .features import Features, OfferedTool
from .icons import icons_of
from .resources import artifact_resources, tool_resources
from .results import result_of
from .saving import saving_tool
from .schemas import Schema, input_schema, output_schema, takes_pictures


def tool_features(access: Access) -> Features:
    """Every tool that the profile offers, saving pictures, and the artifacts of both."""
    offered = access.toolbox.offered.values()
    return Features(
        tools=[*(_offered(one, access) for one in offered), saving_tool(access)],
        resources=[artifact_resources(access.artifacts), tool_resources(access.toolbox)],
    )


def definition_of(
    contract: Contract,
    annotations: types.ToolAnnotations,
    *,
    output: Schema | None = None,
    icons: Sequence[types.Icon],
) -> types.Tool:
    """What clients are told of a tool: its contract, and how it behaves."""
    parts = [contract.summary, contract.description, contract.returns_description]
    return types.Tool(
        name=contract.name,
        title=contract.name.replace("_", " ").capitalize(),
        description="\n\n".join(part for part in parts if part),
        input_schema=input_schema(contract),
        output_schema=output or output_schema(contract.returns, contract.returns_description),
        annotations=annotations,
        icons=list(icons),
    )


def _offered(contract: Contract, access: Access) -> OfferedTool:
    kind = contract.function.__module__.rpartition(".")[2]
    definition = definition_of(contract, _annotations(contract, access), icons=icons_of(kind))

    async def answer(call: Call) -> types.CallToolResult:
        if contract.approval:
            await _approved(call, contract)
        given = call.arguments
        return await call.in_thread(lambda token: _called(contract, access, given, token))

    return OfferedTool(definition, answer)


def _called(
    contract: Contract, access: Access, given: Mapping[str, Any], token: Cancellation
) -> types.CallToolResult:
    arguments = access.decoder.arguments(contract, given)
    value = access.toolbox.invoke(contract.name, arguments, cancellation=token).value
    return result_of(value, access.artifacts)


async def _approved(call: Call, contract: Contract) -> None:
    if not await call.agrees(f"Call {contract.name}? ({contract.approval})"):
        raise PolicyError(f"the person did not allow {contract.name}", hint="do without")


def _annotations(contract: Contract, access: Access) -> types.ToolAnnotations:
    traits = contract.traits
    fetches = access.allows_urls and takes_pictures(contract)
    return types.ToolAnnotations(
        # A new picture is an artifact more; nothing that was there changes.
        read_only_hint=not (traits.writes_image or traits.costs_money),
        destructive_hint=False,
        idempotent_hint=not traits.costs_money,
        open_world_hint=fetches or contract.reaches_out,
    )
