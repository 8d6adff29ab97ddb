"""`Call`: a client's call of a tool while it goes on: its thread, progress, end, and questions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import anyio
import anyio.from_thread
import anyio.to_thread
import mcp_types as types
from mcp.server.context import ServerRequestContext
from mcp.shared.exceptions import MCPError
from mcp_types.version import is_version_at_least

from ..cancellation import Cancellation, cancellable
from ..errors import PolicyError, ViscriptError

R = TypeVar("R")

QUESTIONS_IN_RESULTS = "2026-07-28"
"""The first protocol in which a server asks by its result, and the client calls again."""

APPROVAL = "approval"
_FORM: dict[str, Any] = {
    "type": "object",
    "properties": {"allow": {"type": "boolean", "title": "Allow it", "default": False}},
    "required": ["allow"],
}


class QuestionError(Exception):
    """The person must be asked first; `result` is the question. Not an error of viscript's."""

    def __init__(self, result: types.InputRequiredResult) -> None:
        self.result = result
        super().__init__("the person must be asked first")


class Call:
    """A call that goes on.

    Args:
        context: of the request, from the SDK.
        params: what the client sent.
    """

    def __init__(
        self, context: ServerRequestContext[Any, Any], params: types.CallToolRequestParams
    ) -> None:
        self._context = context
        self._params = params

    @property
    def arguments(self) -> Mapping[str, Any]:
        """The arguments as the client sent them."""
        return self._params.arguments or {}

    async def in_thread(self, work: Callable[[Cancellation], R]) -> R:
        """What `work` returns, in a thread. When the call is cancelled, the work is told to stop.

        The thread is waited for: a client that cancels and calls again a thousand times never has
        a thousand threads.
        """
        token = Cancellation()

        results: list[R] = []
        errors: list[ViscriptError] = []

        def run() -> None:
            try:
                with cancellable(token):
                    results.append(work(token))
            except ViscriptError as error:
                # Raised below, because the task group would wrap it.
                errors.append(error)

        async with anyio.create_task_group() as group:
            group.start_soon(_stop_when_cancelled, token)
            # Not abandoned on cancellation, which is anyio's default.
            await anyio.to_thread.run_sync(run, limiter=anyio.CapacityLimiter(1))
            group.cancel_scope.cancel()
        if errors:
            raise errors[0]
        return results[0]

    def tell(self, done: float, total: float | None, message: str) -> None:
        """Tells the client how far the call is, from the thread of `in_thread`."""
        anyio.from_thread.run(self._context.session.report_progress, done, total, message)

    @property
    def answered(self) -> tuple[str, bool] | None:
        """What an earlier result of this call asked (its `state`), and the person's answer."""
        state, responses = self._params.request_state, self._params.input_responses or {}
        answer = responses.get(APPROVAL)
        if state is None or not isinstance(answer, types.ElicitResult):
            return None
        return state, _allows(answer)

    async def agrees(self, question: str, state: str = "") -> bool:
        """Whether the person agrees.

        Args:
            question: what to agree to, in a sentence.
            state: what the call needs to know when it goes on after the answer; the question
                itself by default.

        Raises:
            PolicyError: the client has no way to ask.
            QuestionError: the client asks by calling again.
        """
        state = state or question
        if self.answered is not None and self.answered[0] == state:
            return self.answered[1]
        capabilities = self._context.session.client_capabilities
        if capabilities is None or capabilities.elicitation is None:
            raise PolicyError(f"a person must agree: {question}", hint="this client can't ask them")
        if is_version_at_least(self._context.protocol_version, QUESTIONS_IN_RESULTS):
            form = types.ElicitRequestFormParams(message=question, requested_schema=_FORM)
            asked: types.InputRequests = {APPROVAL: types.ElicitRequest(params=form)}
            raise QuestionError(
                types.InputRequiredResult(input_requests=asked, request_state=state)
            )
        try:
            answer = await self._context.session.elicit_form(
                question, _FORM, self._context.request_id
            )
        except MCPError as error:
            raise PolicyError(
                f"a person must agree: {question}", hint=f"the client could not ask: {error}"
            ) from None
        return _allows(answer)


def _allows(answer: types.ElicitResult) -> bool:
    return answer.action == "accept" and (answer.content or {}).get("allow") is True


async def _stop_when_cancelled(token: Cancellation) -> None:
    try:
        await anyio.sleep_forever()
    finally:
        token.cancel("the client cancelled the call")
