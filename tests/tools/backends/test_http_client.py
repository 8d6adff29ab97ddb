"""How calls of a server are bounded and repeated, with a real server on this machine."""

from __future__ import annotations

import gzip
import logging
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import httpx2
import pytest
from viscript.tools.backends import BackendSpec, http_client
from viscript.tools.backends.http_client import MAX_RESPONSE, RemoteClient
from viscript.tools.backends.remote_settings import RemoteSettings, Server
from viscript.tools.cancellation import Cancellation, cancellable
from viscript.tools.errors import (
    CancelledError,
    InputError,
    ModelError,
    PolicyError,
    ToolError,
    ViscriptError,
)
from viscript.tools.notes import noting

from .scripted_server import Answer, Script, as_json, cuts, drips, floods, hangs, serving

KEY = "mysecretkey-0123456789"
GOOD = as_json({"fine": True})


@pytest.fixture
def server() -> Iterator[Script]:
    with serving() as script:
        yield script


@pytest.fixture(autouse=True)
def _short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_client, "FIRST_WAIT", 0.01)


def client(script: Script, **options: Any) -> RemoteClient:
    where = Server(address=script.url, key=KEY, variable="SOME_KEY")
    return RemoteClient("tiny-model", where, RemoteSettings(base_url=script.url, **options))


def post(script: Script, **options: Any) -> Any:
    with client(script, **options) as http:
        headers = {"authorization": f"Bearer {KEY}"}
        return http.post(f"{script.url}/x", json={"a": 1}, headers=headers).json()


def fails(script: Script, *answers: Answer, **options: Any) -> ViscriptError:
    script.answers = list(answers)
    with pytest.raises(ViscriptError) as caught:
        post(script, **options)
    assert KEY not in str(caught.value)
    return caught.value


def test_a_good_answer_is_read(server: Script) -> None:
    server.answers = [GOOD]
    assert post(server) == {"fine": True}
    assert server.keys == [f"Bearer {KEY}"]


def test_a_fault_of_the_server_is_repeated_and_noted(server: Script) -> None:
    server.answers = [as_json({"error": "busy"}, 500), as_json({}, 503), GOOD]
    with noting() as notes:
        assert post(server) == {"fine": True}
    assert len(server.bodies) == 3
    assert server.bodies[0] == server.bodies[2]
    assert notes[0] == "repeated: tiny-model has a fault of its own (500): busy"


def test_a_rate_limit_waits_as_long_as_the_server_asks(server: Script) -> None:
    server.answers = [as_json({}, 429, retry_after="0.3"), GOOD]
    began = time.monotonic()
    assert post(server) == {"fine": True}
    assert time.monotonic() - began >= 0.3


@pytest.mark.parametrize(
    "after",
    [format_datetime(datetime.now(UTC) - timedelta(seconds=5)), "soon", "nan", "-3", ""],
    ids=["date", "word", "nan", "negative", "empty"],
)
def test_a_date_to_retry_after_is_understood_and_nonsense_ignored(
    server: Script, after: str
) -> None:
    server.answers = [as_json({}, 429, retry_after=after), GOOD]
    assert post(server) == {"fine": True}


@pytest.mark.parametrize(
    "after",
    ["3600", format_datetime(datetime.now(UTC) + timedelta(hours=1)), "1e999"],
    ids=["seconds", "date", "for ever"],
)
def test_a_long_wait_is_refused_at_once(server: Script, after: str) -> None:
    limited = as_json({"error": {"message": "quota"}}, 429, retry_after=after)
    error = fails(server, limited, GOOD)
    assert isinstance(error, ToolError)
    assert "called too often, or the quota is used up: quota" in error.message
    assert len(server.bodies) == 1


def test_after_the_last_repetition_the_error_says_what_the_server_said(server: Script) -> None:
    error = fails(server, as_json({"detail": "out of memory"}, 500), retries=2)
    assert error.message == "tiny-model has a fault of its own (500): out of memory"
    assert len(server.bodies) == 3


@pytest.mark.parametrize("status", [400, 401, 403, 404, 413, 422])
def test_what_will_not_pass_is_not_repeated(server: Script, status: int) -> None:
    error = fails(server, as_json({"error": {"message": f"no {KEY}"}}, status), GOOD)
    assert isinstance(error, ModelError) == (status in (401, 403, 404))
    assert error.hint
    assert len(server.bodies) == 1
    assert ("SOME_KEY" in error.hint) == (status in (401, 403))


@pytest.mark.parametrize("answer", [hangs, drips])
def test_a_server_that_hangs_or_drips_is_left_in_time(server: Script, answer: Answer) -> None:
    began = time.monotonic()
    error = fails(server, answer, timeout=0.3, retries=0)
    assert error.message == "tiny-model did not answer within 0.3 s"
    assert time.monotonic() - began < 5


def test_a_redirect_is_not_followed_and_its_target_not_called(server: Script) -> None:
    with serving() as other:
        other.answers = [GOOD]
        error = fails(server, as_json({}, 307, location=f"{other.url}/x"))
        assert "redirect (307)" in error.message
        assert other.bodies == []


def test_a_packed_answer_is_refused_before_it_is_unpacked(server: Script) -> None:
    bomb = gzip.compress(b" " * 50 * 2**20)
    error = fails(server, lambda one: one.reply(200, bomb, content_encoding="gzip"))
    assert "packed by gzip" in error.message


def test_an_endless_answer_is_left_at_the_limit(server: Script) -> None:
    error = fails(server, floods)
    assert error.message == f"tiny-model sent more than {MAX_RESPONSE // 2**20} MB"


def test_a_connection_that_is_cut_is_repeated_then_told(server: Script) -> None:
    server.answers = [cuts, GOOD]
    assert post(server) == {"fine": True}
    error = fails(server, cuts, retries=0)
    assert isinstance(error, ModelError)
    assert "can't be reached" in error.message


def test_a_server_that_is_not_there_is_told(server: Script) -> None:
    with serving() as other:
        pass
    error = fails(other, GOOD, retries=1)
    assert isinstance(error, ModelError)
    assert f"can't be reached at {other.url}" in error.message


def test_no_more_calls_are_on_the_way_than_allowed(server: Script) -> None:
    def slow(handler: Any) -> None:
        handler.script.over.wait(0.05)
        GOOD(handler)

    server.answers = [slow]
    with client(server, concurrency=2) as http:
        threads = [
            threading.Thread(target=lambda: http.post(server.url, json={})) for _ in range(8)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
    assert len(server.bodies) == 8
    assert server.most_at_once == 2


def test_a_cancelled_call_does_not_wait_to_be_repeated(
    server: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http_client, "FIRST_WAIT", 50.0)
    token = Cancellation()

    def busy(handler: Any) -> None:
        as_json({}, 500)(handler)
        token.cancel("the person left")

    server.answers = [busy]
    began = time.monotonic()
    with cancellable(token), pytest.raises(CancelledError, match="the person left"):
        post(server)
    assert time.monotonic() - began < 10


def test_no_log_holds_the_key(server: Script, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    server.answers = [as_json({}, 500), GOOD]
    post(server)
    assert "127.0.0.1" in caplog.text
    assert KEY not in caplog.text


@pytest.mark.parametrize(
    "address",
    ["https://models.example/v1", "http://127.0.0.1:8000", "http://localhost/v1", "http://[::1]:1"],
)
def test_encrypted_and_local_addresses_are_taken(address: str) -> None:
    server = RemoteSettings(base_url=address).server("https://default.example", "DEFAULT_KEY")
    assert server.address == address


def test_pictures_do_not_go_to_another_machine_in_the_clear() -> None:
    spec = BackendSpec("openai-vision", "m", options={"base_url": "http://models.example/v1"})
    with pytest.raises(PolicyError, match=r"models\.example without encryption"):
        RemoteSettings.of(spec).server("", "")
    allowed = BackendSpec("openai-vision", "m", options={**spec.options, "allow_http": True})
    assert RemoteSettings.of(allowed).server("", "").address == "http://models.example/v1"


@pytest.mark.parametrize(
    "address", ["", "ftp://x", "http://", "//x", "file:///etc/passwd", "https://x:port", "h t t p"]
)
def test_what_is_no_address_of_a_server_is_refused(address: str) -> None:
    with pytest.raises(InputError, match="not the address of a server"):
        RemoteSettings().server(address, "")


def test_a_password_in_the_address_is_refused_and_not_shown() -> None:
    with pytest.raises(InputError, match=r"holds a password for models\.example") as caught:
        RemoteSettings(base_url=f"https://me:{KEY}@models.example").server("", "")
    assert KEY not in str(caught.value)


def test_a_providers_key_goes_to_that_provider_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROVIDER_KEY", "theirs")
    monkeypatch.setenv("VISCRIPT_API_KEY", "mine")
    monkeypatch.setenv("NAMED_KEY", "named")
    default = ("https://provider.example", "PROVIDER_KEY")
    own = "https://own.example"
    assert RemoteSettings().server(*default).key == "theirs"
    assert RemoteSettings(base_url=own).server(*default).key == "mine"
    assert RemoteSettings(base_url=own, key_env="NAMED_KEY").server(*default).key == "named"
    assert "mine" not in repr(RemoteSettings(base_url=own).server(*default))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"timeout": 0}, "the option timeout of the backend x"),
        ({"retries": 99}, "the option retries"),
        ({"concurrency": "many"}, "the option concurrency"),
        ({"time_out": 5}, r"has no option 'time_out' \(did you mean timeout"),
    ],
)
def test_options_out_of_range_are_named(options: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        RemoteSettings.of(BackendSpec("x", options=options))


def test_the_client_asks_for_nothing_packed(server: Script) -> None:
    seen: list[str] = []

    def look(handler: Any) -> None:
        seen.append(handler.headers["accept-encoding"])
        GOOD(handler)

    server.answers = [look]
    with client(server) as http:
        http.send(httpx2.Request("POST", server.url, headers={"accept-encoding": "gzip, br"}))
    assert seen == ["identity"]
