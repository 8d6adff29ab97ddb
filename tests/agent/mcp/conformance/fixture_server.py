"""A server with the tools, resources and prompts that the conformance suite expects of one.

It is made of what `viscript mcp` is made of. Start it with the number of a port.
"""

from __future__ import annotations

import base64
import io
import json
import sys
import wave
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any

import mcp_types as types
import PIL.Image
from mcp.shared.exceptions import MCPError
from viscript.tools.cancellation import Cancellation
from viscript.tools.errors import ToolError
from viscript.tools.mcp.call import Call
from viscript.tools.mcp.features import Features, OfferedPrompt, OfferedResources, OfferedTool
from viscript.tools.mcp.server import server_for
from viscript.tools.mcp.transports import HttpSettings, run_http

Answer = Callable[[Call], Awaitable[types.CallToolResult]]

TEXT = types.TextContent(text="This is a simple text response for testing.")
NAME_FORM = {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]}
OK_FORM = {"type": "object", "properties": {"ok": {"type": "boolean"}}, "required": ["ok"]}
USER_FORM: dict[str, Any] = {
    "type": "object",
    "properties": {
        "username": {"type": "string", "description": "User's response"},
        "email": {"type": "string", "description": "User's email address"},
    },
    "required": ["username", "email"],
}
DEFAULTS_FORM: dict[str, Any] = {
    "type": "object",
    "properties": {
        "name": {"type": "string", "default": "John Doe"},
        "age": {"type": "integer", "default": 30},
        "score": {"type": "number", "default": 95.5},
        "status": {
            "type": "string",
            "enum": ["active", "inactive", "pending"],
            "default": "active",
        },
        "verified": {"type": "boolean", "default": True},
    },
    "required": [],
}
_OPTIONS = ["option1", "option2", "option3"]
_TITLED = [{"const": f"value{number}", "title": f"Option {number}"} for number in (1, 2, 3)]
ENUMS_FORM: dict[str, Any] = {
    "type": "object",
    "properties": {
        "untitledSingle": {"type": "string", "enum": _OPTIONS},
        "titledSingle": {"type": "string", "oneOf": _TITLED},
        "legacyEnum": {
            "type": "string",
            "enum": ["opt1", "opt2", "opt3"],
            "enumNames": ["Option One", "Option Two", "Option Three"],
        },
        "untitledMulti": {"type": "array", "items": {"type": "string", "enum": _OPTIONS}},
        "titledMulti": {"type": "array", "items": {"anyOf": _TITLED}},
    },
    "required": [],
}
HEADER_SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {"region": {"type": "string", "x-mcp-header": "Region"}},
    "required": ["region"],
}
JSON_SCHEMA_2020_12: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "$defs": {
        "address": {
            "$anchor": "addressDef",
            "type": "object",
            "properties": {"street": {"type": "string"}, "city": {"type": "string"}},
        }
    },
    "properties": {
        "name": {"type": "string"},
        "address": {"$ref": "#/$defs/address"},
        "contactMethod": {"type": "string", "enum": ["phone", "email"]},
        "phone": {"type": "string"},
        "email": {"type": "string"},
    },
    "allOf": [{"anyOf": [{"required": ["phone"]}, {"required": ["email"]}]}],
    "if": {"properties": {"contactMethod": {"const": "phone"}}, "required": ["contactMethod"]},
    "then": {"required": ["phone"]},
    "else": {"required": ["email"]},
    "additionalProperties": False,
}


def features() -> Features:
    """All that the scenarios call, read or get, but for what viscript leaves out."""
    return Features(_tools(), _resources(), _prompts())


def _tools() -> list[OfferedTool]:
    image = types.ImageContent(data=_base64(_png()), mime_type="image/png")
    audio = types.AudioContent(data=_base64(_wav()), mime_type="audio/wav")
    embedded = _embedded("test://embedded-resource", "This is an embedded resource content.")
    mixed = _embedded("test://mixed-content-resource", json.dumps({"test": "data", "value": 123}))
    answers: dict[str, Answer] = {
        "test_simple_text": partial(_says, TEXT),
        "test_image_content": partial(_says, image),
        "test_audio_content": partial(_says, audio),
        "test_embedded_resource": partial(_says, embedded),
        "test_multiple_content_types": partial(_says, TEXT, image, mixed),
        "test_logging_tool": partial(_says, TEXT),
        "test_error_handling": _fails,
        "test_tool_with_progress": _tells_progress,
        "test_missing_capability": _needs_sampling,
        "test_elicitation": partial(_asks, "user", USER_FORM),
        "test_streaming_elicitation": partial(_asks, "user", USER_FORM),
        "test_elicitation_sep1034_defaults": partial(_asks, "defaults", DEFAULTS_FORM),
        "test_elicitation_sep1330_enums": partial(_asks, "enums", ENUMS_FORM),
        "test_input_required_result_elicitation": partial(_asks, "user_name", NAME_FORM),
        "test_input_required_result_request_state": partial(_asks, "confirm", OK_FORM),
        "test_input_required_result_tampered_state": partial(_asks, "confirm", OK_FORM),
        "test_input_required_result_multi_round": _asks_twice,
    }
    offered = [_tool(name, answer) for name, answer in answers.items()]
    says = partial(_says, TEXT)
    return [
        *offered,
        _tool("test_header", says, HEADER_SCHEMA),
        _tool("json_schema_2020_12_tool", says, JSON_SCHEMA_2020_12),
    ]


def _tool(name: str, answer: Answer, schema: Mapping[str, Any] | None = None) -> OfferedTool:
    told = dict(schema or {"type": "object"})
    description = name.replace("_", " ").capitalize()
    return OfferedTool(types.Tool(name=name, description=description, input_schema=told), answer)


async def _says(*contents_and_call: Any) -> types.CallToolResult:
    *contents, _ = contents_and_call
    return types.CallToolResult(content=contents)


async def _fails(_: Call) -> types.CallToolResult:
    raise ToolError("This tool intentionally returns an error for testing", hint="none")


async def _tells_progress(call: Call) -> types.CallToolResult:
    def work(_: Cancellation) -> None:
        for done in (0, 50, 100):
            call.tell(done, 100, f"{done} of 100")

    await call.in_thread(work)
    return types.CallToolResult(content=[TEXT])


async def _needs_sampling(_: Call) -> types.CallToolResult:
    needed: dict[str, Any] = {"requiredCapabilities": {"sampling": {}}}
    raise MCPError(types.MISSING_REQUIRED_CLIENT_CAPABILITY, "it needs sampling", needed)


async def _asks(name: str, form: Mapping[str, Any], call: Call) -> types.CallToolResult:
    question = str(call.arguments.get("message", "What shall it be?"))
    answer = await call.ask(name, question, form)
    said = f"state-ok: {answer.action} {json.dumps(answer.content)}"
    return types.CallToolResult(content=[types.TextContent(text=said)])


async def _asks_twice(call: Call) -> types.CallToolResult:
    # The second question's state says that the first was answered.
    if call.state != "step2":
        await call.ask("step1", "Step 1: What is your name?", NAME_FORM)
    question = "Step 2: What is your favourite colour?"
    answer = await call.ask("step2", question, NAME_FORM, "step2")
    return types.CallToolResult(content=[types.TextContent(text=str(answer.content))])


def _resources() -> list[OfferedResources]:
    text, binary = "test://static-text", "test://static-binary"
    told = "This is the content of the static text resource."

    def read_text(_: str) -> list[types.TextResourceContents]:
        return [types.TextResourceContents(uri=text, mime_type="text/plain", text=told)]

    def read_binary(_: str) -> list[types.BlobResourceContents]:
        picture = _base64(_png())
        return [types.BlobResourceContents(uri=binary, mime_type="image/png", blob=picture)]

    def read_templated(variable: str) -> list[types.TextResourceContents]:
        uri = f"test://template/{variable}/data"
        content = json.dumps({"id": variable, "templateTest": True})
        return [types.TextResourceContents(uri=uri, mime_type="application/json", text=content)]

    return [
        _resource(text, read_text),
        _resource(binary, read_binary),
        OfferedResources(_template("test://template/{id}/data"), read_templated),
    ]


def _resource(uri: str, read: Callable[[str], Any]) -> OfferedResources:
    listed = types.Resource(uri=uri, name=uri, description="For the suite")
    return OfferedResources(_template(uri), read, lambda: [listed])


def _template(uri: str) -> types.ResourceTemplate:
    return types.ResourceTemplate(uri_template=uri, name=uri, description="For the suite")


def _prompts() -> list[OfferedPrompt]:
    arguments = [types.PromptArgument(name=name, required=True) for name in ("arg1", "arg2")]
    simple = types.Prompt(name="test_simple_prompt", description="For the suite")
    with_arguments = types.Prompt(
        name="test_prompt_with_arguments", description="For the suite", arguments=arguments
    )

    def write(given: Mapping[str, str]) -> str:
        return f"Prompt with arguments: arg1='{given['arg1']}', arg2='{given['arg2']}'"

    return [
        OfferedPrompt(simple, lambda _: "This is a simple prompt for testing."),
        OfferedPrompt(with_arguments, write, {"arg1": lambda: ["paris", "park", "party"]}),
    ]


def _embedded(uri: str, text: str) -> types.EmbeddedResource:
    contents = types.TextResourceContents(uri=uri, mime_type="text/plain", text=text)
    return types.EmbeddedResource(resource=contents)


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _png() -> bytes:
    written = io.BytesIO()
    PIL.Image.new("RGB", (1, 1), "red").save(written, "png")
    return written.getvalue()


def _wav() -> bytes:
    written = io.BytesIO()
    with wave.open(written, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(bytes(16))
    return written.getvalue()


if __name__ == "__main__":
    run_http(server_for(features()), HttpSettings(port=int(sys.argv[1])))
