"""What becomes of a server's faults, with a real client and a real server on this machine."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from typing import Any

import pytest
from viscript.agent.planners import chat_model
from viscript.agent.planners.connect import planner_from
from viscript.agent.planners.planner import NoProgramError, Planner, Task
from viscript.tools.errors import InputError, ModelError
from viscript.tools.registry import Registry

from .chat_server import (
    Answer,
    Script,
    broken_off,
    error,
    hung_up,
    served,
    silent,
    stalled,
    stream,
    trickling,
    whole,
)

PROGRAM = 'answer = count(find(image, "dog"))\n'
REPLY = f"```viscript\n{PROGRAM}```"
TASK = Task("How many dogs?", {"image": "image 640x480"}, Registry.standard())
KEY = "sk-test-0123456789abcdef"


@pytest.fixture
def script() -> Iterator[Script]:
    """A server with a script that a test fills in."""
    with served() as played:
        yield played


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Repetitions come at once; keys are those of the test."""
    monkeypatch.setattr(chat_model, "FIRST_WAIT", 0.0)
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    monkeypatch.setenv("OPENAI_API_KEY", "sk-proj-for-openai-only")
    monkeypatch.setenv("VISCRIPT_API_KEY", KEY)


def _planner(script: Script, *answers: Answer, **settings: Any) -> Planner:
    script.answers.extend(answers)
    settings = {"base_url": script.url, "timeout": 10, **settings}
    return planner_from("openai:tiny", **settings)


def test_a_streamed_reply_is_a_program_with_its_usage(script: Script) -> None:
    heard: list[str] = []
    planner = _planner(script, stream(REPLY), input_price=1, output_price=2)
    plan = planner.plan(TASK, heard.append)
    assert plan.source == PROGRAM
    assert "".join(heard) == REPLY
    assert len(heard) == 2
    assert (plan.usage.input_tokens, plan.usage.output_tokens) == (900, 12)
    assert plan.usage.cost == pytest.approx(0.000924)


def test_a_reply_that_is_not_streamed_is_a_program_with_its_usage(script: Script) -> None:
    reply = {
        "id": "1",
        "object": "chat.completion",
        "model": "tiny",
        "choices": [
            {
                "index": 0,
                "message": {"role": "assistant", "content": REPLY},
                "finish_reason": "stop",
            }
        ],
        "usage": {"prompt_tokens": 5, "completion_tokens": 6, "total_tokens": 11, "cost": 0.125},
    }
    body = json.dumps(reply).encode()
    planner = _planner(script, whole(body, "application/json"), stream=False)
    plan = planner.plan(TASK)
    assert plan.source == PROGRAM
    assert plan.usage.input_tokens == 5
    assert plan.usage.cost == 0.125


def test_settings_reach_the_server_and_only_those_that_are_set(script: Script) -> None:
    _planner(script, stream(REPLY)).plan(TASK)
    _planner(script, stream(REPLY), temperature=0.5, max_tokens=99).plan(TASK)
    plain, told = script.requests
    assert plain["model"] == "tiny"
    assert plain["stream"] is True
    assert "temperature" not in plain
    assert told["temperature"] == 0.5
    assert 99 in (told.get("max_tokens"), told.get("max_completion_tokens"))


def test_a_provider_s_own_key_is_never_sent_to_another_server(
    script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    _planner(script, stream(REPLY)).plan(TASK)
    monkeypatch.delenv("VISCRIPT_API_KEY")
    _planner(script, stream(REPLY)).plan(TASK)
    assert script.keys == [f"Bearer {KEY}", "Bearer none"]


PASSING = [
    pytest.param(error(429, "slow down", retry_after="0"), id="429"),
    pytest.param(error(500, "oops"), id="500"),
    pytest.param(error(503, "loading model"), id="503"),
    pytest.param(hung_up, id="hung up"),
]


@pytest.mark.parametrize("fault", PASSING)
def test_a_passing_fault_is_waited_out(script: Script, fault: Answer) -> None:
    assert _planner(script, fault, fault, stream(REPLY)).plan(TASK).source == PROGRAM
    assert len(script.requests) == 3


@pytest.mark.parametrize("fault", PASSING)
def test_a_fault_that_does_not_pass_ends_the_calls(script: Script, fault: Answer) -> None:
    with pytest.raises(ModelError, match=r"openai:tiny (is called|has a fault|can't be)") as raised:
        _planner(script, *[fault] * 3).plan(TASK)
    assert len(script.requests) == 3
    assert raised.value.hint


@pytest.mark.parametrize(
    ("fault", "words", "hint"),
    [
        (error(401, f"Incorrect API key: {KEY}"), "API key", "set VISCRIPT_API_KEY"),
        (error(403, "not in your country"), "not in your country", "another model"),
        (error(404, "no such model"), "openai:tiny doesn't exist at http://127", "which models"),
        (error(400, "too long", "context_length_exceeded"), "this length", "longer context"),
        (error(400, "request exceeds the available context size"), "this length", "longer"),
        (
            error(400, f"bad picture, {KEY}"),
            r"refused the call \(400\): .*bad picture",
            "settings",
        ),
        (error(422, "no vision"), r"refused the call \(422\): .*no vision", "settings"),
        (
            whole(b"<html>hello</html>", "text/html"),
            "openai:tiny failed",
            "OpenAI-compatible",
        ),
        (
            whole(b"data: {not json\n\n", "text/event-stream"),
            "openai:tiny failed",
            "OpenAI-compatible",
        ),
        (whole(b"", "text/event-stream"), "openai:tiny failed", ""),
        (broken_off, "can't be reached", "network"),
    ],
)
def test_a_lasting_fault_is_told_at_once_in_one_line(
    script: Script, fault: Answer, words: str, hint: str
) -> None:
    with pytest.raises(ModelError, match=words) as raised:
        _planner(script, fault).plan(TASK)
    assert hint in raised.value.hint
    assert KEY not in str(raised.value)
    assert "\n" not in str(raised.value)
    assert len(script.requests) == 1


@pytest.mark.parametrize("fault", [silent, stalled, trickling])
def test_a_slow_server_is_given_up(script: Script, fault: Answer) -> None:
    with pytest.raises(ModelError, match=r"did not answer within 0.3 s") as raised:
        _planner(script, fault, timeout=0.3, retries=0).plan(TASK)
    assert "timeout" in raised.value.hint


def test_a_server_that_is_not_there_is_named() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://user:pass@127.0.0.1:{taken.getsockname()[1]}/v1"
        planner = planner_from("openai:tiny", base_url=url, retries=1)
        with pytest.raises(ModelError, match=r"can't be reached at http://127") as raised:
            planner.plan(TASK)
    assert "pass" not in str(raised.value)


def test_a_filtered_reply_is_a_refusal(script: Script) -> None:
    with pytest.raises(NoProgramError, match="refused the request: I can't help") as raised:
        _planner(script, stream("I can't help with that.", "content_filter")).plan(TASK)
    assert raised.value.usage.input_tokens == 900


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("There are two dogs in the picture.", "prose"),
        ("```json\n{}\n```", "another language"),
        ("word " * 30_000, "longer than"),
    ],
)
def test_a_reply_without_a_program_is_told(script: Script, text: str, words: str) -> None:
    with pytest.raises(NoProgramError, match=words):
        _planner(script, stream(text)).plan(TASK)


@pytest.mark.parametrize(
    "text",
    [
        f"```viscript\n{PROGRAM}",
        f"```py\nanswer = 1\n```\n```py\nanswer = 2\n```\n```py\n{PROGRAM}```",
        f"여기 프로그램이 있습니다:\n```\n{PROGRAM}```\n감사합니다.",
        f"```viscript\n{PROGRAM}```\n" + "word " * 30_000,
    ],
)
def test_a_clumsy_reply_is_a_program_all_the_same(script: Script, text: str) -> None:
    assert _planner(script, stream(text)).plan(TASK).source == PROGRAM


@pytest.mark.parametrize(
    ("name", "settings", "kind", "words"),
    [
        ("gpt-5", {}, InputError, "no planner 'gpt-5'"),
        ("openai:", {}, InputError, "no planner 'openai:'"),
        ("nobody:model", {}, InputError, "no provider of 'nobody:model'"),
        ("ibm:granite", {}, ModelError, "ibm:granite needs a package of its provider"),
        ("openai:x", {"colour": 1}, InputError, "setting colour"),
        ("openai:x", {"base_url": "file:///etc/passwd"}, InputError, "setting base_url"),
        ("openai:x", {"timeout": 0}, InputError, "setting timeout"),
        ("openai:x", {"temperature": 9}, InputError, "setting temperature"),
    ],
)
def test_a_planner_that_cannot_be_made_says_why(
    name: str, settings: dict[str, Any], kind: type[Exception], words: str
) -> None:
    with pytest.raises(kind, match=words) as raised:
        planner_from(name, **settings)
    assert getattr(raised.value, "hint", "")


def test_a_missing_key_names_the_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY")
    with pytest.raises(ModelError, match="OPENAI_API_KEY"):
        planner_from("openai:gpt-5")


def test_a_provider_s_own_key_is_named_when_it_is_refused(
    script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", script.url)
    script.answers.append(error(401, "Incorrect API key: sk-proj-for-openai-only"))
    with pytest.raises(ModelError, match="did not accept the API key") as raised:
        planner_from("openai:tiny").plan(TASK)
    assert "OPENAI_API_KEY" in raised.value.hint
    assert "only" not in str(raised.value)
