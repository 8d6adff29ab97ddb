"""What becomes of a server's faults, with a real client and a real server on this machine."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from viscript.agent.planners import chat_model
from viscript.agent.planners.connect import planner_from
from viscript.agent.planners.planner import NoProgramError, Planner, Task
from viscript.tools.errors import InputError, ModelError
from viscript.tools.registry import Registry

PROGRAM = 'answer = count(find(image, "dog"))\n'
REPLY = f"```viscript\n{PROGRAM}```"
TASK = Task("How many dogs?", {"image": "image 640x480"}, Registry.standard())
KEY = "sk-test-0123456789abcdef"

Answer = Callable[["Handler"], None]


@dataclass
class Script:
    """What the server does at each call, and what it was sent."""

    answers: list[Answer] = field(default_factory=list[Answer])
    requests: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    keys: list[str] = field(default_factory=list[str])
    over: threading.Event = field(default_factory=threading.Event)
    url: str = ""


class Handler(BaseHTTPRequestHandler):
    """Answers chat completions by the script of its server."""

    script: Script

    def do_POST(self) -> None:
        length = int(self.headers["content-length"])
        self.script.requests.append(json.loads(self.rfile.read(length)))
        self.script.keys.append(self.headers["authorization"])
        self.script.answers[len(self.script.requests) - 1](self)

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""

    def reply(self, status: int, body: bytes, kind: str, **headers: str) -> None:
        """Sends a whole response."""
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def begin(self) -> None:
        """Begins a stream of unknown length."""
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.end_headers()

    def event(self, data: str) -> None:
        """Sends an event of the stream."""
        self.wfile.write(f"data: {data}\n\n".encode())
        self.wfile.flush()


def _error(status: int, message: str, code: str = "", **headers: str) -> Answer:
    body = json.dumps({"error": {"message": message, "type": "error", "code": code}}).encode()
    return lambda handler: handler.reply(status, body, "application/json", **headers)


def _whole(body: bytes, kind: str) -> Answer:
    return lambda handler: handler.reply(200, body, kind)


def _piece(text: str, **choice: Any) -> str:
    delta = {"role": "assistant", "content": text}
    chunk = {"index": 0, "delta": delta, "finish_reason": None, **choice}
    return json.dumps({"id": "1", "object": "chat.completion.chunk", "choices": [chunk]})


def _stream(text: str, reason: str = "stop") -> Answer:
    """A reply in two pieces, and the count of its tokens."""

    def answer(handler: Handler) -> None:
        handler.begin()
        handler.event(_piece(text[: len(text) // 2]))
        handler.event(_piece(text[len(text) // 2 :], finish_reason=reason))
        usage = {"prompt_tokens": 900, "completion_tokens": 12, "total_tokens": 912}
        handler.event(json.dumps({"id": "1", "choices": [], "usage": usage}))
        handler.event("[DONE]")

    return answer


def _silent(handler: Handler) -> None:
    """Never answers."""
    handler.script.over.wait(20)


def _stalled(handler: Handler) -> None:
    """Begins to answer and goes no further."""
    handler.begin()
    handler.event(_piece("```viscript\n"))
    handler.script.over.wait(20)


def _trickling(handler: Handler) -> None:
    """Sends a word now and then, without end."""
    handler.begin()
    for _ in range(1000):
        try:
            handler.event(_piece("and "))
        except OSError:
            return
        if handler.script.over.wait(0.02):
            return


def _broken_off(handler: Handler) -> None:
    """Announces more than it sends."""
    handler.send_response(200)
    handler.send_header("content-type", "text/event-stream")
    handler.send_header("content-length", "100000")
    handler.end_headers()
    handler.event(_piece("```viscript\n"))


def _hung_up(handler: Handler) -> None:
    """Closes the connection without a word."""


@pytest.fixture
def script() -> Iterator[Script]:
    """A server with a script that a test fills in."""
    played = Script()
    handler = type("ScriptedHandler", (Handler,), {"script": played})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = False
    played.url = f"http://127.0.0.1:{server.server_address[1]}/v1"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield played
    played.over.set()
    server.shutdown()
    server.server_close()
    thread.join()


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
    planner = _planner(script, _stream(REPLY), input_price=1, output_price=2)
    plan = planner.plan(TASK, heard.append)
    assert plan.source == PROGRAM
    assert "".join(heard) == REPLY
    assert len(heard) == 2
    assert (plan.usage.input_tokens, plan.usage.output_tokens) == (900, 12)
    assert plan.usage.cost == pytest.approx(0.000924)


def test_a_reply_that_is_not_streamed_is_a_program_with_its_usage(script: Script) -> None:
    whole = {
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
    body = json.dumps(whole).encode()
    planner = _planner(script, _whole(body, "application/json"), stream=False)
    plan = planner.plan(TASK)
    assert plan.source == PROGRAM
    assert plan.usage.input_tokens == 5
    assert plan.usage.cost == 0.125


def test_settings_reach_the_server_and_only_those_that_are_set(script: Script) -> None:
    _planner(script, _stream(REPLY)).plan(TASK)
    _planner(script, _stream(REPLY), temperature=0.5, max_tokens=99).plan(TASK)
    plain, told = script.requests
    assert plain["model"] == "tiny"
    assert plain["stream"] is True
    assert "temperature" not in plain
    assert told["temperature"] == 0.5
    assert 99 in (told.get("max_tokens"), told.get("max_completion_tokens"))


def test_a_provider_s_own_key_is_never_sent_to_another_server(
    script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    _planner(script, _stream(REPLY)).plan(TASK)
    monkeypatch.delenv("VISCRIPT_API_KEY")
    _planner(script, _stream(REPLY)).plan(TASK)
    assert script.keys == [f"Bearer {KEY}", "Bearer none"]


PASSING = [
    pytest.param(_error(429, "slow down", retry_after="0"), id="429"),
    pytest.param(_error(500, "oops"), id="500"),
    pytest.param(_error(503, "loading model"), id="503"),
    pytest.param(_hung_up, id="hung up"),
]


@pytest.mark.parametrize("fault", PASSING)
def test_a_passing_fault_is_waited_out(script: Script, fault: Answer) -> None:
    assert _planner(script, fault, fault, _stream(REPLY)).plan(TASK).source == PROGRAM
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
        (_error(401, f"Incorrect API key: {KEY}"), "API key", "set VISCRIPT_API_KEY"),
        (_error(403, "not in your country"), "not in your country", "another model"),
        (_error(404, "no such model"), "openai:tiny doesn't exist at http://127", "which models"),
        (_error(400, "too long", "context_length_exceeded"), "this length", "longer context"),
        (_error(400, "request exceeds the available context size"), "this length", "longer"),
        (
            _error(400, f"bad picture, {KEY}"),
            r"refused the call \(400\): .*bad picture",
            "settings",
        ),
        (_error(422, "no vision"), r"refused the call \(422\): .*no vision", "settings"),
        (
            _whole(b"<html>hello</html>", "text/html"),
            "openai:tiny failed",
            "OpenAI-compatible",
        ),
        (
            _whole(b"data: {not json\n\n", "text/event-stream"),
            "openai:tiny failed",
            "OpenAI-compatible",
        ),
        (_whole(b"", "text/event-stream"), "openai:tiny failed", ""),
        (_broken_off, "can't be reached", "network"),
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


@pytest.mark.parametrize("fault", [_silent, _stalled, _trickling])
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
        _planner(script, _stream("I can't help with that.", "content_filter")).plan(TASK)
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
        _planner(script, _stream(text)).plan(TASK)


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
    assert _planner(script, _stream(text)).plan(TASK).source == PROGRAM


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
    script.answers.append(_error(401, "Incorrect API key: sk-proj-for-openai-only"))
    with pytest.raises(ModelError, match="did not accept the API key") as raised:
        planner_from("openai:tiny").plan(TASK)
    assert "OPENAI_API_KEY" in raised.value.hint
    assert "only" not in str(raised.value)
