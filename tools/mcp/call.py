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
_NEEDED: dict[str, Any] = {"requiredCapabilities": {"elicitation": {"form": {}}}}


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
        answer = self._answer_to(APPROVAL)
        return None if self.state is None or answer is None else (self.state, _allows(answer))

    @property
    def state(self) -> str | None:
        """The state of the question that the client answers by this call; None for a first call."""
        return self._params.request_state

    async def agrees(self, question: str, state: str = "") -> bool:
        """Whether the person agrees; asked as `ask` does, which says more."""
        return _allows(await self.ask(APPROVAL, question, _FORM, state))

    async def ask(
        self, name: str, question: str, form: Mapping[str, Any], state: str = ""
    ) -> types.ElicitResult:
        """The person's answer to a question.

        Args:
            name: tells it from other questions of the call.
            question: what they are asked, in a sentence.
            form: the JSON schema of what they fill in.
            state: what the call needs to know when it goes on after the answer; the question
                itself by default.

        Raises:
            MCPError: a client of 2026 that has no way to ask, with the code for it (-32021).
            PolicyError: an older client that has no way to ask.
            QuestionError: the client asks by calling again.
        """
        state = state or question
        given = self._answer_to(name)
        if given is not None and self.state == state:
            return given
        by_result = is_version_at_least(self._context.protocol_version, QUESTIONS_IN_RESULTS)
        if not _shows_forms(self._context.session.client_capabilities):
            if by_result:
                raise MCPError(types.MISSING_REQUIRED_CLIENT_CAPABILITY, _why(question), _NEEDED)
            raise PolicyError(_why(question), hint="this client can't ask them")
        if by_result:
            asked = types.ElicitRequestFormParams(message=question, requested_schema=dict(form))
            requests: types.InputRequests = {name: types.ElicitRequest(params=asked)}
            raise QuestionError(
                types.InputRequiredResult(input_requests=requests, request_state=state)
            )
        try:
            return await self._context.session.elicit_form(
                question, dict(form), self._context.request_id
            )
        except MCPError as error:
            hint = f"the client could not ask: {error}"
            raise PolicyError(_why(question), hint=hint) from None

    def _answer_to(self, name: str) -> types.ElicitResult | None:
        answer = (self._params.input_responses or {}).get(name)
        return answer if isinstance(answer, types.ElicitResult) else None


def _shows_forms(capabilities: types.ClientCapabilities | None) -> bool:
    """Whether a client can ask a person to fill in a form; one that names no way can."""
    way = None if capabilities is None else capabilities.elicitation
    return way is not None and (way.form is not None or way.url is None)


def _why(question: str) -> str:
    return f"a person must be asked: {question}"


def _allows(answer: types.ElicitResult) -> bool:
    return answer.action == "accept" and (answer.content or {}).get("allow") is True


async def _stop_when_cancelled(token: Cancellation) -> None:
    try:
        await anyio.sleep_forever()
    finally:
        token.cancel("the client cancelled the call")
