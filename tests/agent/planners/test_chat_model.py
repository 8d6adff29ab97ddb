"""A chat model as planner, played by a scripted model."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.exceptions import (
    ContextOverflowError,
    ModelAuthenticationError,
    ModelRateLimitError,
)
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage, HumanMessage
from langchain_core.messages.ai import UsageMetadata
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from pydantic import Field
from viscript.agent.planners.chat_model import LONGEST_WAIT, ChatModelPlanner
from viscript.agent.planners.extract import MAX_REPLY
from viscript.agent.planners.failures import Callee
from viscript.agent.planners.planner import Attempt, NoProgramError, Planner, Task
from viscript.agent.planners.settings import ChatSettings
from viscript.tools.cancellation import Cancellation, cancellable
from viscript.tools.errors import CancelledError, ModelError
from viscript.tools.registry import Registry
from viscript.tools.values import Image

PROGRAM = 'answer = count(find(image, "dog"))\n'
REPLY = f"Here it is:\n\n```viscript\n{PROGRAM}```\n"
TASK = Task("How many dogs?", {"image": "image 640x480"}, Registry.standard())
USAGE = UsageMetadata(input_tokens=1000, output_tokens=20, total_tokens=1020)

Turn = Sequence[AIMessageChunk | Exception]
"""What happens in one call: pieces of the reply, and a failure where there is one."""


class ScriptedModel(BaseChatModel):
    """Plays a turn for each call, and keeps what it was told."""

    turns: list[Any]
    heard: list[list[BaseMessage]] = Field(default_factory=list[list[BaseMessage]])

    @property
    def _llm_type(self) -> str:
        return "scripted"

    def _pieces(self, messages: list[BaseMessage]) -> Iterator[AIMessageChunk]:
        self.heard.append(messages)
        for piece in self.turns[len(self.heard) - 1]:
            if isinstance(piece, Exception):
                raise piece
            yield piece

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        for piece in self._pieces(messages):
            yield ChatGenerationChunk(message=piece)

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        (piece,) = self._pieces(messages)
        whole = AIMessage(
            piece.content,
            response_metadata=piece.response_metadata,
            usage_metadata=piece.usage_metadata,
        )
        return ChatResult(generations=[ChatGeneration(message=whole)])


def _said(text: str, size: int = 7, **last: Any) -> list[AIMessageChunk]:
    """A reply in pieces; the last carries its metadata."""
    pieces = [AIMessageChunk(content=text[at : at + size]) for at in range(0, len(text), size)]
    return [*pieces, AIMessageChunk(content="", **last)]


def _failing(kind: type[Exception], words: str, headers: dict[str, str] | None = None) -> Exception:
    """A provider's error, with the headers of its response."""

    class Response:
        def __init__(self) -> None:
            self.headers = headers or {}

    error = kind(words)
    error.response = Response()  # pyright: ignore[reportAttributeAccessIssue]
    return error


def _planner(
    *turns: Turn, waits: list[float] | None = None, **settings: Any
) -> tuple[ChatModelPlanner, ScriptedModel]:
    model = ScriptedModel(turns=list(turns))
    wait: Callable[[float], None] = (waits if waits is not None else []).append
    callee = Callee("scripted:one", key_names=("SCRIPTED_API_KEY",), secrets=("hunter2",))
    return ChatModelPlanner(model, callee, ChatSettings.of(settings), wait), model


def test_a_chat_model_is_a_planner() -> None:
    planner: Planner = _planner(_said(REPLY))[0]
    assert planner.name == "scripted:one"
    assert planner.writes_cells
    plan = planner.plan(TASK)
    assert plan.source == PROGRAM
    assert plan.final
    assert plan.usage.seconds >= 0


def test_tokens_are_heard_as_they_come() -> None:
    heard: list[str] = []
    _planner(_said(REPLY, size=5))[0].plan(TASK, heard.append)
    assert "".join(heard) == REPLY
    assert max(map(len, heard)) == 5


def test_a_reply_may_be_read_as_a_whole() -> None:
    planner, model = _planner([AIMessageChunk(content=REPLY, usage_metadata=USAGE)], stream=False)
    plan = planner.plan(TASK)
    assert plan.source == PROGRAM
    assert plan.usage.output_tokens == 20
    assert len(model.heard) == 1


def test_a_cell_that_asks_to_look_is_not_final() -> None:
    cell = "```viscript\ndogs = find(image, 'dog')\n# look\n```"
    plan = _planner(_said(cell))[0].plan(TASK)
    assert not plan.final
    assert plan.source == "dogs = find(image, 'dog')\n"


def test_a_planner_without_cells_writes_its_program_at_once() -> None:
    cell = "```viscript\nanswer = find(image, 'dog')\n# look\n```"
    planner, model = _planner(_said(cell), cells=False)
    assert not planner.writes_cells
    assert planner.plan(TASK).final
    assert "# look" not in str(model.heard[0][0].text)


def test_the_model_is_told_what_became_of_its_attempts() -> None:
    attempt = Attempt("answer = 1", error="it was wrong")
    planner, model = _planner(_said(REPLY))
    planner.plan(Task(TASK.request, TASK.names, TASK.tools, attempts=[attempt]))
    kinds = [type(one).__name__ for one in model.heard[0]]
    assert kinds == ["SystemMessage", "HumanMessage", "AIMessage", "HumanMessage"]
    assert '"error": "it was wrong"' in str(model.heard[0][-1].text)


@pytest.mark.parametrize("show_images", [True, False])
def test_pictures_are_shown_when_the_planner_is_told_to(cat: Image, show_images: bool) -> None:
    planner, model = _planner(_said(REPLY), show_images=show_images)
    planner.plan(Task(TASK.request, TASK.names, TASK.tools, pictures=[cat]))
    asked = model.heard[0][1]
    assert isinstance(asked, HumanMessage)
    assert isinstance(asked.content, list) == show_images


@pytest.mark.parametrize(
    ("last", "settings", "tokens", "cost"),
    [
        ({}, {}, (0, 0), None),
        ({}, {"input_price": 2, "output_price": 10}, (0, 0), None),
        ({"usage_metadata": USAGE}, {}, (1000, 20), None),
        ({"usage_metadata": USAGE}, {"input_price": 2}, (1000, 20), None),
        ({"usage_metadata": USAGE}, {"input_price": 2, "output_price": 10}, (1000, 20), 0.0022),
        ({"response_metadata": {"cost": 0.5}}, {"input_price": 2}, (0, 0), 0.5),
        ({"response_metadata": {"token_usage": {"cost": 0.25}}}, {}, (0, 0), 0.25),
    ],
)
def test_what_a_call_took_is_reported(
    last: dict[str, Any], settings: dict[str, Any], tokens: tuple[int, int], cost: float | None
) -> None:
    usage = _planner(_said(REPLY, **last), **settings)[0].plan(TASK).usage
    assert (usage.input_tokens, usage.output_tokens) == tokens
    assert usage.cost == (None if cost is None else pytest.approx(cost))


@pytest.mark.parametrize(
    ("turn", "words"),
    [
        (_said("There are two dogs."), "prose instead of a program: 'There are two dogs.'"),
        (_said(""), "reply is empty"),
        ([], "reply is empty"),
        (
            _said("Sorry, no.", response_metadata={"finish_reason": "content_filter"}),
            "scripted:one refused the request: Sorry, no.",
        ),
        (
            _said("", response_metadata={"stop_reason": "refusal"}),
            "scripted:one refused the request: refusal",
        ),
        (
            [
                AIMessageChunk(
                    content=[{"type": "refusal", "refusal": "That is against my policy."}]
                )
            ],
            "refused the request: That is against my policy.",
        ),
        (
            _said(
                "",
                tool_calls=[{"name": "find", "args": {"query": "dog"}, "id": "1"}],
            ),
            r"called a tool \(find\)",
        ),
    ],
)
def test_a_reply_without_a_program_tells_what_came_and_what_it_took(
    turn: list[AIMessageChunk], words: str
) -> None:
    turn = [*turn, AIMessageChunk(content="", usage_metadata=USAGE)] if turn else turn
    planner, model = _planner(turn)
    if not turn:
        # LangChain itself refuses a stream without a single piece.
        with pytest.raises(ModelError, match="scripted:one failed"):
            planner.plan(TASK)
        return
    with pytest.raises(NoProgramError, match=words) as raised:
        planner.plan(TASK)
    assert raised.value.usage.input_tokens == 1000
    assert len(model.heard) == 1


def test_a_flood_is_cut_off() -> None:
    flood = [AIMessageChunk(content="word " * 1000)] * 50
    heard: list[str] = []
    with pytest.raises(NoProgramError, match="longer than"):
        _planner(flood)[0].plan(TASK, heard.append)
    assert sum(map(len, heard)) <= MAX_REPLY + 5000


def test_a_call_that_fails_for_a_passing_reason_is_repeated_after_a_growing_wait() -> None:
    waits: list[float] = []
    busy = [ModelRateLimitError("slow down")]
    planner, model = _planner(
        busy, busy, [ConnectionError("gone")], _said(REPLY), waits=waits, retries=3
    )
    assert planner.plan(TASK).source == PROGRAM
    assert waits == [1.0, 2.0, 4.0]
    assert len(model.heard) == 4


def test_a_provider_says_how_long_to_wait_within_limits() -> None:
    waits: list[float] = []
    turns = [
        [_failing(ModelRateLimitError, "slow down", {"retry-after": after})]
        for after in ("7", "86400", "-1", "Wed, 21 Oct 2026 07:28:00 GMT")
    ]
    planner, _ = _planner(*turns, _said(REPLY), waits=waits, retries=4)
    planner.plan(TASK)
    assert waits == [7.0, LONGEST_WAIT, 0.0, 8.0]


def test_a_person_who_asks_to_stop_waits_for_no_repetition() -> None:
    model = ScriptedModel(turns=[[ModelRateLimitError("slow down")], _said(REPLY)])
    planner = ChatModelPlanner(model, Callee("scripted:one"), ChatSettings())
    token = Cancellation()
    token.cancel("enough")
    with cancellable(token), pytest.raises(CancelledError, match="enough"):
        planner.plan(TASK)
    assert len(model.heard) == 1


def test_it_gives_up_after_the_last_repetition() -> None:
    waits: list[float] = []
    planner, model = _planner(*[[ModelRateLimitError("slow down")]] * 3, waits=waits)
    with pytest.raises(ModelError, match="is called too often, or the quota is used up") as raised:
        planner.plan(TASK)
    assert "wait a while" in raised.value.hint
    assert len(model.heard) == 3
    assert len(waits) == 2


@pytest.mark.parametrize(
    ("failure", "words", "hint"),
    [
        (ModelAuthenticationError("bad key hunter2"), "API key", "set SCRIPTED_API_KEY"),
        (ContextOverflowError("8192 tokens"), "length", "longer context"),
        (RuntimeError("unknown thing"), "failed: RuntimeError: unknown thing", ""),
    ],
)
def test_a_call_that_cannot_work_is_not_repeated(failure: Exception, words: str, hint: str) -> None:
    planner, model = _planner([failure])
    with pytest.raises(ModelError, match=words) as raised:
        planner.plan(TASK)
    assert hint in raised.value.hint
    assert len(model.heard) == 1


def test_a_reply_that_breaks_off_is_not_asked_for_again_once_it_was_heard() -> None:
    planner, model = _planner([*_said(REPLY)[:3], ConnectionError("gone")])
    heard: list[str] = []
    with pytest.raises(ModelError, match="can't be reached"):
        planner.plan(TASK, heard.append)
    assert heard == [REPLY[:7], REPLY[7:14], REPLY[14:21]]
    assert len(model.heard) == 1


def test_a_failure_of_the_listener_is_not_taken_for_one_of_the_model() -> None:
    class StopError(Exception):
        pass

    def listen(_: str) -> None:
        raise StopError

    planner, model = _planner(_said(REPLY), _said(REPLY))
    with pytest.raises(StopError):
        planner.plan(TASK, listen)
    assert len(model.heard) == 1


@pytest.mark.parametrize(
    "words",
    [
        "key hunter2 is wrong",
        "Incorrect API key provided: sk-proj-abc123DEF456",
        "header Authorization: Bearer abcdef.ghijkl-123",
    ],
)
def test_no_key_is_in_an_error_or_behind_it(words: str) -> None:
    planner, _ = _planner([RuntimeError(words)])
    with pytest.raises(ModelError) as raised:
        planner.plan(TASK)
    shown = f"{raised.value} {raised.value.hint}"
    assert "***" in shown
    assert not any(key in shown for key in ("hunter2", "abc123", "ghijkl"))
    assert raised.value.__cause__ is None
    assert raised.value.__suppress_context__
