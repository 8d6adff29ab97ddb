"""`ChatModelPlanner`: any LangChain chat model writes the programs."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from ...tools.backends import BackendSpec
from ...tools.cancellation import pause
from .extract import MAX_REPLY, extract
from .failures import Callee, CallFailedError, failure_of
from .knowledge import language_model
from .messages import messages_for
from .planner import NoProgramError, Plan, Task, Usage
from .settings import ChatSettings

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import AIMessage, BaseMessage

FIRST_WAIT, LONGEST_WAIT = 1.0, 30.0
"""Seconds before the first repetition of a failed call, doubled each time; and the most."""
VOTING_TEMPERATURE = 0.7
"""Of programs that are voted on, but for the first, where the settings say 0."""
REFUSALS = frozenset({"content_filter", "refusal", "safety", "prohibited_content", "blocklist"})
"""What providers call the end of a reply that was refused."""


class ChatModelPlanner:
    """Asks a chat model for programs.

    Args:
        model: the model.
        callee: its name, and what errors may say about it.
        settings: how it is called.
        wait: waits for some seconds between a failed call and the next; raises when the person
            asks to stop.
    """

    reads_conversation = True

    def __init__(
        self,
        model: BaseChatModel,
        callee: Callee,
        settings: ChatSettings,
        wait: Callable[[float], None] = pause,
    ) -> None:
        self._model = model
        self._callee = callee
        self._settings = settings
        self._wait = wait

    @property
    def name(self) -> str:
        """`provider:model`."""
        return self._callee.name

    @property
    def language_model(self) -> BackendSpec | None:
        """The model as the backend of tools that need knowledge, where its server allows it."""
        return language_model(self.name, self._settings)

    @property
    def made_with(self) -> Mapping[str, Any]:
        """The settings that `planner_from` needs, besides the name, to make it again."""
        return self._settings.model_dump(exclude_defaults=True)

    @property
    def looks_at_pictures(self) -> bool:
        """Whether it is sent the pictures, and what its steps found in them."""
        return self._settings.show_images

    @property
    def writes_cells(self) -> bool:
        """Whether it may write a program in cells."""
        return self._settings.cells

    def plan(self, task: Task, on_token: Callable[[str], None] | None = None) -> Plan:
        """The program for a task.

        A call that fails for a passing reason (rate limit, fault of the server, no connection) is
        repeated, unless a part of the reply was heard already.

        Raises:
            CallFailedError: the model can't be reached, or the provider refuses the call.
            NoProgramError: the reply holds no program, or the model refuses the request.
            CancelledError: the person asked to stop before a call was repeated.
        """
        settings = self._settings
        messages = messages_for(task, cells=settings.cells, show_images=settings.show_images)
        began = time.monotonic()
        reply = self._reply(messages, self._options(task), on_token)
        usage = self._usage(reply, time.monotonic() - began)
        try:
            if refusal := _refusal(reply):
                raise NoProgramError(
                    f"{self.name} refused the request: {self._callee.quoted(refusal)}",
                    hint="say it in other words, or use another planner",
                )
            calls = cast("Sequence[Mapping[str, Any]]", reply.tool_calls)
            found = extract(str(reply.text), calls)
        except NoProgramError as error:
            error.usage = usage
            raise
        return Plan(found.source, final=not (found.look and settings.cells), usage=usage)

    def _options(self, task: Task) -> Mapping[str, Any]:
        """What this call has besides the settings: at 0, each draw would be the same program."""
        if task.draw and self._settings.temperature == 0:
            return {"temperature": VOTING_TEMPERATURE}
        return {}

    def _reply(
        self,
        messages: list[BaseMessage],
        options: Mapping[str, Any],
        on_token: Callable[[str], None] | None,
    ) -> AIMessage:
        """The reply, after as many calls as it takes and the settings allow.

        Raises:
            CallFailedError: the last call failed.
            CancelledError: the person asked to stop before a call was repeated.
        """
        attempt = 0
        while True:
            parts: list[AIMessage] = []
            length = 0
            try:
                for part in self._parts(messages, options):
                    parts.append(part)
                    length += len(part.text)
                    if on_token and part.text:
                        on_token(str(part.text))
                    if length > MAX_REPLY:
                        break
            except CallFailedError as failure:
                if length or not failure.passing or attempt == self._settings.retries:
                    raise
                backoff = FIRST_WAIT * 2**attempt if failure.after is None else failure.after
                self._wait(min(backoff, LONGEST_WAIT))
                attempt += 1
            else:
                return _joined(parts)

    def _parts(
        self, messages: list[BaseMessage], options: Mapping[str, Any]
    ) -> Iterator[AIMessage]:
        """The reply as it comes in.

        Raises:
            CallFailedError: the call failed, or takes longer than the settings allow.
        """
        deadline = time.monotonic() + self._settings.timeout
        try:
            if not self._settings.stream:
                yield self._model.invoke(messages, **options)
                return
            for part in self._model.stream(messages, **options):
                if time.monotonic() > deadline:
                    raise TimeoutError
                yield part
        # Providers' errors have no common root. None is kept as the cause: it may hold a key.
        except Exception as error:  # noqa: BLE001
            raise failure_of(error, self._callee) from None

    def _usage(self, reply: AIMessage, seconds: float) -> Usage:
        """What the reply took, in the provider's numbers."""
        metadata = cast("dict[str, Any]", reply.response_metadata)
        reported = metadata.get("cost")
        if reported is None and isinstance(metadata.get("token_usage"), dict):
            reported = metadata["token_usage"].get("cost")
        cost = float(reported) if isinstance(reported, int | float) else None
        counted = reply.usage_metadata
        if counted is None:
            return Usage(cost=cost, seconds=seconds)
        tokens = counted["input_tokens"], counted["output_tokens"]
        return Usage(*tokens, self._settings.cost(*tokens) if cost is None else cost, seconds)


def _joined(parts: Sequence[AIMessage]) -> AIMessage:
    """One message of the parts of a reply."""
    from langchain_core.messages import AIMessage, AIMessageChunk
    from langchain_core.messages.ai import add_ai_message_chunks

    chunks = [part for part in parts if isinstance(part, AIMessageChunk)]
    if chunks:
        return add_ai_message_chunks(chunks[0], *chunks[1:])
    return parts[0] if parts else AIMessage("")


def _refusal(reply: AIMessage) -> str:
    """Why the model refuses, in its words or the provider's; nothing when it doesn't."""
    for block in reply.content_blocks:
        if block["type"] == "refusal":
            return block.get("refusal") or "without a reason"
    metadata = cast("dict[str, Any]", reply.response_metadata)
    ended = str(metadata.get("finish_reason") or metadata.get("stop_reason") or "").lower()
    return (str(reply.text) or ended) if ended in REFUSALS else ""
