"""A real HTTP server on this machine that does what a test says, call by call."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answer = Callable[["Handler"], None]


@dataclass
class Script:
    """What the server does at each call, and what it was sent.

    Args:
        answers: what to do, in turn; the last one again and again.
        bodies: what it was sent.
        keys: the authorization of each call.
        paths: the path of each call.
        most_at_once: how many calls were open at the same time.
        over: is set when the test ends; who hangs waits for it.
        url: the server's address.
    """

    answers: list[Answer] = field(default_factory=list[Answer])
    bodies: list[bytes] = field(default_factory=list[bytes])
    keys: list[str] = field(default_factory=list[str])
    paths: list[str] = field(default_factory=list[str])
    most_at_once: int = 0
    open: int = 0
    over: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)
    url: str = ""

    def sent(self, call: int = 0) -> Any:
        """The JSON of a call."""
        return json.loads(self.bodies[call])


class Handler(BaseHTTPRequestHandler):
    """Answers by the script of its server."""

    script: Script

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        script = self.script
        with script.lock:
            script.bodies.append(body)
            script.keys.append(self.headers.get("authorization", ""))
            script.paths.append(self.path)
            answer = script.answers[min(len(script.bodies), len(script.answers)) - 1]
            script.open += 1
            script.most_at_once = max(script.most_at_once, script.open)
        try:
            answer(self)
        finally:
            with script.lock:
                script.open -= 1

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""

    def reply(self, status: int, body: bytes, **headers: str) -> None:
        """Sends a whole response."""
        self.head(status, {"content-length": str(len(body)), **headers})
        self.wfile.write(body)

    def head(self, status: int, headers: dict[str, str]) -> None:
        """Sends what stands before a body."""
        self.send_response(status)
        for name, value in {"content-type": "application/json", **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()


@contextmanager
def serving() -> Generator[Script]:
    """A server and its script; it ends with the block."""
    script = Script()
    handler = type("ScriptedHandler", (Handler,), {"script": script})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    script.url = f"http://127.0.0.1:{server.server_address[1]}/v1"
    thread = threading.Thread(target=lambda: server.serve_forever(0.02), daemon=True)
    thread.start()
    try:
        yield script
    finally:
        script.over.set()
        server.shutdown()
        server.server_close()
        thread.join()


def as_json(data: object, status: int = 200, **headers: str) -> Answer:
    """Answers with JSON."""
    return lambda handler: handler.reply(status, json.dumps(data).encode(), **headers)


def says(text: str, **more: Any) -> Answer:
    """Answers with the completion of a chat."""
    message = {"role": "assistant", "content": text}
    choice = {"index": 0, "message": message, "finish_reason": "stop", **more}
    usage = {"prompt_tokens": 800, "completion_tokens": 12, "total_tokens": 812}
    return as_json({"id": "1", "object": "chat.completion", "created": 1, "model": "m"} | {
        "choices": [choice], "usage": usage,
    })  # fmt: skip


def hangs(handler: Handler) -> None:
    """Answers nothing until the test is over."""
    handler.script.over.wait(30)


def drips(handler: Handler) -> None:
    """Sends a byte now and then, without end."""
    handler.head(200, {"content-length": "100000"})
    while not handler.script.over.wait(0.05):
        try:
            handler.wfile.write(b" ")
            handler.wfile.flush()
        except OSError:
            return


def cuts(handler: Handler) -> None:
    """Ends the connection in the middle of the body."""
    handler.head(200, {"content-length": "1000"})
    handler.wfile.write(b'{"choices": [')
    handler.wfile.flush()
    handler.connection.shutdown(socket.SHUT_RDWR)


def floods(handler: Handler) -> None:
    """Sends more than anyone may read."""
    handler.head(200, {"content-length": str(2**32)})
    try:
        while not handler.script.over.is_set():
            handler.wfile.write(b" " * 2**16)
    except OSError:
        return
