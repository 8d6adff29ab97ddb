"""A server that speaks OpenAI's protocol by a script, faults included."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

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


def error(status: int, message: str, code: str = "", **headers: str) -> Answer:
    body = json.dumps({"error": {"message": message, "type": "error", "code": code}}).encode()
    return lambda handler: handler.reply(status, body, "application/json", **headers)


def whole(body: bytes, kind: str) -> Answer:
    return lambda handler: handler.reply(200, body, kind)


def piece(text: str, **choice: Any) -> str:
    delta = {"role": "assistant", "content": text}
    chunk = {"index": 0, "delta": delta, "finish_reason": None, **choice}
    return json.dumps({"id": "1", "object": "chat.completion.chunk", "choices": [chunk]})


def stream(text: str, reason: str = "stop") -> Answer:
    """A reply in two pieces, and the count of its tokens."""

    def answer(handler: Handler) -> None:
        handler.begin()
        handler.event(piece(text[: len(text) // 2]))
        handler.event(piece(text[len(text) // 2 :], finish_reason=reason))
        usage = {"prompt_tokens": 900, "completion_tokens": 12, "total_tokens": 912}
        handler.event(json.dumps({"id": "1", "choices": [], "usage": usage}))
        handler.event("[DONE]")

    return answer


def silent(handler: Handler) -> None:
    """Never answers."""
    handler.script.over.wait(20)


def stalled(handler: Handler) -> None:
    """Begins to answer and goes no further."""
    handler.begin()
    handler.event(piece("```viscript\n"))
    handler.script.over.wait(20)


def trickling(handler: Handler) -> None:
    """Sends a word now and then, without end."""
    handler.begin()
    for _ in range(1000):
        try:
            handler.event(piece("and "))
        except OSError:
            return
        if handler.script.over.wait(0.02):
            return


def broken_off(handler: Handler) -> None:
    """Announces more than it sends."""
    handler.send_response(200)
    handler.send_header("content-type", "text/event-stream")
    handler.send_header("content-length", "100000")
    handler.end_headers()
    handler.event(piece("```viscript\n"))


def hung_up(handler: Handler) -> None:
    """Closes the connection without a word."""


@contextmanager
def served() -> Generator[Script]:
    """A server with a script that a test fills in; it ends with the block."""
    played = Script()
    handler = type("ScriptedHandler", (Handler,), {"script": played})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = False
    played.url = f"http://127.0.0.1:{server.server_address[1]}/v1"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield played
    finally:
        played.over.set()
        server.shutdown()
        server.server_close()
        thread.join()
