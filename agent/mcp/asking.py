"""`ask_about_image`: the whole agent as one MCP tool."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import mcp_types as types

from ...tools.arguments import bind
from ...tools.cancellation import Cancellation
from ...tools.contract import Contract, tool
from ...tools.mcp.access import Access
from ...tools.mcp.call import Call
from ...tools.mcp.encoding import encode
from ...tools.mcp.features import OfferedTool
from ...tools.mcp.icons import icons_of
from ...tools.mcp.offers import definition_of
from ...tools.mcp.results import error_result, result_of
from ...tools.mcp.schemas import ANY_VALUE, Schema, answer_schema
from ...tools.values import ImageLike, Region
from ..agent import Agent, Answered, Approval, AskEvent
from ..answer import Answer
from ..evidence import MOST
from ..graph.events import PlanWritten, Replanned, StepFinished
from ..planners.planner import Planner
from ..runs.run import Run
from .programs import opened_images
from .runs import RUN_PROPERTIES, details_of, page_link
from .view import with_view

ANSWER_PROPERTIES: Mapping[str, Schema] = {
    "text": {"type": "string", "description": "The answer in words."},
    "program": {"type": "string", "description": "The program whose answer it is."},
    "confidence": {
        "type": ["number", "null"],
        "description": "From 1 (no rule has a doubt) to 0; not calibrated.",
    },
    "doubts": {
        "type": "array",
        "items": {"type": "string"},
        "description": "Why the answer may be wrong.",
    },
    "evidence": {
        "type": "object",
        "properties": {
            "regions": {
                "type": "array",
                "items": {"type": "object"},
                "description": f"The regions that the answer rests on, at most {MOST}.",
            },
            "texts": {
                "type": "array",
                "items": {"type": "string"},
                "description": "What was read there, and what tools said about the pictures.",
            },
            "more": {"type": "integer", "description": "How many of both were left out."},
        },
        "required": ["regions", "texts", "more"],
        "description": "What the answer rests on.",
    },
    "attempts": {"type": "integer", "description": "How many programs were tried."},
    **RUN_PROPERTIES,
}


@tool(reads_pixels=True)
def ask_about_image(images: ImageLike | Sequence[ImageLike], request: str) -> str:
    """Answers a request about pictures, or edits them: a planner writes a program and runs it.

    For one plain request. To look at several things, or to go on with what was found, call the
    other tools, which give regions and pictures to go on with.

    Args:
        images: the picture, or several.
        request: what to find out or to do, in words: "How many dogs are there?".

    Returns:
        The answer.
    """
    raise NotImplementedError("the server asks the agent")


ASK = Contract.of(ask_about_image)


class Asking:
    """The agent behind the tool, made when it is first asked.

    Args:
        access: the tools that it may use, and what clients may reach.
        planner: makes who writes the programs.
        remote: whether the planner is a service elsewhere.
    """

    def __init__(self, access: Access, planner: Callable[[], Planner], remote: bool) -> None:
        self._access = access
        self._planner = planner
        self._remote = remote
        self._agent: Agent | None = None
        self._lock = threading.Lock()

    def tool(self) -> OfferedTool:
        """The tool."""
        reaches_out = any(one.reaches_out for one in self._access.toolbox.offered.values())
        annotations = types.ToolAnnotations(
            read_only_hint=False,
            destructive_hint=False,
            idempotent_hint=False,
            open_world_hint=self._remote or reaches_out or self._access.allows_urls,
        )
        output = answer_schema(ANSWER_PROPERTIES, ANY_VALUE, ASK.returns_description)
        definition = definition_of(ASK, annotations, output=output, icons=icons_of("viscript"))
        return OfferedTool(with_view(definition), self._answer)

    async def _answer(self, call: Call) -> types.CallToolResult:
        """Asks the agent; where a person must agree, it stops, and goes on with their answer."""
        if call.answered is not None:
            thread, approved = call.answered
            outcome = await call.in_thread(lambda token: self._go_on(call, thread, approved, token))
        else:
            outcome = await call.in_thread(lambda token: self._ask(call, token))
        while isinstance(outcome, Approval):
            approval = outcome
            agreed = await call.agrees(_question(approval), approval.thread)
            outcome = await call.in_thread(
                lambda token, approval=approval, agreed=agreed: self._go_on(
                    call, approval.thread, agreed, token
                )
            )
        return self._result(outcome)

    def _ask(self, call: Call, token: Cancellation) -> Answer | Approval:
        bound = bind(ASK, self._access.decoder.arguments(ASK, call.arguments))
        images, request = opened_images(bound["images"]), str(bound["request"])
        events = self._opened().stream(images, request, cancellation=token)
        return _followed(events, call)

    def _go_on(
        self, call: Call, thread: str, approved: bool, token: Cancellation
    ) -> Answer | Approval:
        agent = self._opened()
        events = agent.resume_stream(thread, approved=approved, cancellation=token)
        return _followed(events, call)

    def _opened(self) -> Agent:
        with self._lock:
            if self._agent is None:
                self._agent = Agent(self._access.toolbox, self._planner())
            return self._agent

    def _result(self, answer: Answer) -> types.CallToolResult:
        ran = answer.details or _nothing_ran(answer)
        more = {
            **details_of(ran),
            "text": answer.text,
            "program": answer.program,
            "confidence": answer.confidence,
            "doubts": list(answer.doubts),
            "evidence": answer.evidence.to_json(self._encoded),
            "attempts": len(answer.attempts),
        }
        if answer.error is not None:
            error = answer.error
            return error_result(error.kind, error.message, error.hint, more, page_link(ran))
        doubts = "".join(f"\nmay be wrong: {one}" for one in answer.doubts)
        return result_of(
            answer.value,
            self._access.artifacts,
            words=answer.text + doubts,
            more=more,
            links=page_link(ran),
        )

    def _encoded(self, region: Region) -> Any:
        return encode(region, self._access.artifacts)


def _followed(events: Iterator[AskEvent], call: Call) -> Answer | Approval:
    """Tells the client what happens, and returns how it ends."""
    done = 0
    for event in events:
        match event:
            case Answered(answer):
                return answer
            case Approval():
                return event
            case StepFinished(tool=name, line=line, summary=summary):
                done += 1
                call.tell(done, None, f"line {line}: {name}: {summary}")
            case PlanWritten(number=number):
                call.tell(done, None, f"program {number} is written")
            case Replanned(why=why):
                call.tell(done, None, f"again, because {why}")
            case _:
                pass
    raise AssertionError("the request ended without an answer")


def _question(approval: Approval) -> str:
    named = ", ".join(f"{name} ({why})" for name, why in approval.tools.items())
    return f"The program calls {named}. Run it?"


def _nothing_ran(answer: Answer) -> Run:
    return Run(answer.program, "viscript", "", [], "")
