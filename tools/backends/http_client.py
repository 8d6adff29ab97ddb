"""`RemoteClient`: calls of a server, bounded in time, size and number, and repeated where it helps.

The clients of OpenAI and of the Hugging Face Hub send through it; they see good answers only.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx2

from ..cancellation import current_cancellation
from ..errors import ModelError, ToolError, ViscriptError, one_line
from ..notes import note
from ..redaction import without_secrets
from .remote_settings import RemoteSettings, Server

MAX_RESPONSE = 8 * 2**20
"""Bytes of an answer: some thousand times what a model says."""
MAX_QUOTED = 200
"""Characters of a server's own words in an error."""
FIRST_WAIT, LONGEST_WAIT = 0.5, 60.0
"""Seconds before the first repetition of a failed call, doubled each time; and the most."""
PASSING = frozenset({408, 409, 425, 429})
"""The statuses, besides those of the server's own faults, that may pass."""


class MayPassError(Exception):
    """A call failed for a reason that may pass.

    Args:
        error: what to raise when it doesn't.
        after: seconds that the server asks to wait.
    """

    def __init__(self, error: ViscriptError, after: float | None = None) -> None:
        super().__init__(error.message)
        self.error = error
        self.after = after


class RemoteClient(httpx2.Client):
    """An HTTP client for one server.

    It follows no redirect and takes no compressed answer: both lead past its bounds.

    Args:
        name: of the model, for errors.
        server: where calls go.
        settings: their limits.
    """

    def __init__(self, name: str, server: Server, settings: RemoteSettings) -> None:
        # No connection outlives its call: nobody tells a backend when it is done with.
        limits = httpx2.Limits(max_keepalive_connections=0)
        super().__init__(timeout=settings.timeout, follow_redirects=False, limits=limits)
        self._name = name
        self._server = server
        self._settings = settings
        self._free = threading.BoundedSemaphore(settings.concurrency)

    def send(self, request: httpx2.Request, *, stream: bool = False, **how: Any) -> httpx2.Response:
        """The answer to a request, read to its end and of a good status.

        Raises:
            ModelError: the server can't be reached, or does not take the key or the model.
            ToolError: it refuses the request, or failed as often as it may, or was cancelled.
        """
        request.headers["accept-encoding"] = "identity"
        how["follow_redirects"] = False
        for attempt in range(self._settings.retries + 1):
            try:
                with self._turn():
                    return self._sent(request, how)
            except MayPassError as failure:
                backoff = FIRST_WAIT * 2**attempt if failure.after is None else failure.after
                if attempt == self._settings.retries or backoff > LONGEST_WAIT:
                    raise failure.error from None
                note(f"repeated: {failure.error.message}")
                _wait(backoff)
        raise AssertionError("the last attempt returns or raises")

    def _sent(self, request: httpx2.Request, how: dict[str, Any]) -> httpx2.Response:
        """One attempt."""
        began = time.monotonic()
        try:
            response = super().send(request, stream=True, **how)
            try:
                body = self._body(response, began)
            finally:
                response.close()
        except httpx2.TimeoutException:
            raise MayPassError(self._late()) from None
        except httpx2.TransportError as error:
            reason = self._quoted(str(error) or type(error).__name__)
            raise MayPassError(
                ModelError(
                    f"{self._name} can't be reached at {self._server.address}: {reason}",
                    hint="see that the server runs, and the network",
                )
            ) from None
        read = httpx2.Response(
            response.status_code, headers=response.headers, content=body, request=request
        )
        if read.status_code >= 300:
            raise self._failure(read)
        return read

    def _body(self, response: httpx2.Response, began: float) -> bytes:
        """The body of an answer, as long as it is bounded."""
        encoding = response.headers.get("content-encoding", "identity")
        if encoding != "identity":
            raise ToolError(
                f"{self._name} sent an answer packed by {self._quoted(encoding)}, unasked",
                hint="see that the address is that of the model's server",
            )
        body = bytearray()
        # Its own reading would not end with a server that sends a byte a second.
        for part in response.iter_raw():
            body += part
            if len(body) > MAX_RESPONSE:
                raise ToolError(
                    f"{self._name} sent more than {MAX_RESPONSE // 2**20} MB",
                    hint="see that the address is that of the model's server",
                )
            if time.monotonic() - began > self._settings.timeout:
                raise MayPassError(self._late())
        return bytes(body)

    def _late(self) -> ToolError:
        return ToolError(
            f"{self._name} did not answer within {self._settings.timeout:g} s",
            hint="allow more time by the option timeout, or use a faster model",
        )

    def _failure(self, response: httpx2.Response) -> ViscriptError | MayPassError:
        """What an answer of a bad status means."""
        status, name, server = response.status_code, self._name, self._server
        said = self._quoted(_message(response))
        match status:
            case 401 | 403 if not server.key:
                return ModelError(
                    f"{name} asks for a key ({status})", hint=f"set {server.variable}"
                )
            case 401 | 403:
                return ModelError(
                    f"{name} did not accept the key ({status}): {said}",
                    hint=f"see what {server.variable} holds",
                )
            case 404:
                return ModelError(
                    f"{name} doesn't exist at {server.address}: {said}",
                    hint="see the profile's checkpoint and base_url",
                )
            case 413:
                return ToolError(f"{name} can't take so large a picture", hint="set max_side lower")
            case _ if status < 400:
                return ModelError(
                    f"{name} answered with a redirect ({status}), which is not followed",
                    hint="name the address itself as base_url",
                )
            case 429:
                error = ToolError(
                    f"{name} is called too often, or the quota is used up: {said}",
                    hint="wait a while, or see the account with the provider",
                )
                return MayPassError(error, _retry_after(response))
            case _ if status in PASSING or status >= 500:
                error = ToolError(
                    f"{name} has a fault of its own ({status}): {said}", hint="try again later"
                )
                return MayPassError(error, _retry_after(response))
            case _:
                return ToolError(
                    f"{name} refused the call ({status}): {said}",
                    hint="see the profile's options, and what the server can do",
                )

    def _quoted(self, text: str) -> str:
        """A server's words, without keys."""
        return without_secrets(one_line(text, 2000), (self._server.key,))[:MAX_QUOTED]

    @contextmanager
    def _turn(self) -> Generator[None]:
        """Waits until fewer calls than allowed are on the way."""
        token = current_cancellation()
        token.check()
        while not self._free.acquire(timeout=0.1):
            token.check()
        try:
            yield
        finally:
            self._free.release()


def _wait(seconds: float) -> None:
    """Waits, unless the call is cancelled.

    Raises:
        CancelledError: it was.
    """
    token, stopped = current_cancellation(), threading.Event()
    with token.calling(stopped.set):
        stopped.wait(seconds)
    token.check()


def _message(response: httpx2.Response) -> str:
    """The words of an error: OpenAI's, the Hub's, or the text itself."""
    text = response.content[:20_000].decode("utf-8", "replace")
    try:
        data: Any = json.loads(text)
    except (ValueError, RecursionError):
        return text
    for key in ("error", "message", "detail"):
        if isinstance(data, dict) and key in data:
            data = data[key]  # pyright: ignore[reportUnknownVariableType]
    return data if isinstance(data, str) else text


def _retry_after(response: httpx2.Response) -> float | None:
    """The seconds of a `Retry-After` header, which holds seconds or a date."""
    value = response.headers.get("retry-after", "")
    try:
        seconds = float(value)
    except ValueError:
        pass
    else:
        return max(seconds, 0.0) if seconds == seconds else None  # nan is no time
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    zoned = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max((zoned - datetime.now(UTC)).total_seconds(), 0.0)
