"""`Fetcher`: gets a file from an https address on the public internet, and from nowhere else.

The name is resolved once, every address of it is checked, and the connection is made to a checked
address: a name that resolves to another address a moment later (DNS rebinding) changes nothing.
Each redirect is a new address and is checked again (server-side request forgery; CWE-918).
"""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import SplitResult, urljoin, urlsplit

from ..cancellation import Cancellation
from ..errors import InputError, PolicyError, ToolError, one_line
from ..files import in_units
from .addresses import is_public

SECONDS = 20.0
MAX_REDIRECTS = 5
MAX_URL = 2048

_MOVED = frozenset({301, 302, 303, 307, 308})
_CHUNK = 64 * 2**10

Resolve = Callable[[str, int], Sequence[str]]
"""From a name and a port to addresses as numbers."""


@dataclass(frozen=True)
class Fetcher:
    """Gets files from https addresses.

    Args:
        seconds: how long a file may take, redirects included.
        allowed: whether an address, as numbers, may be connected to.
        resolve: finds the addresses of a name.
        trust: whose certificates are believed; None: those that the system trusts.
    """

    seconds: float = SECONDS
    allowed: Callable[[str], bool] = is_public
    resolve: Resolve | None = None
    trust: ssl.SSLContext | None = None

    def fetch(self, url: str, limit: int, cancellation: Cancellation) -> bytes:
        """The body of an address, after redirects.

        Args:
            url: the address.
            limit: the most bytes that it may have.
            cancellation: stops the transfer.

        Raises:
            PolicyError: the address, or one that it leads to, is not https or not public.
            InputError: it is no address, there is no such file, or it is too large.
            ToolError: it can't be reached, or takes too long.
            CancelledError: it was stopped.
        """
        deadline = time.monotonic() + self.seconds
        for _ in range(MAX_REDIRECTS + 1):
            answer = _Transfer(self, _checked(url), limit, deadline, cancellation).run()
            if isinstance(answer, bytes):
                return answer
            url = urljoin(url, answer)
        raise InputError(f"{_host_of(url)} redirects more than {MAX_REDIRECTS} times")

    def addresses(self, host: str, port: int) -> Sequence[str]:
        """The addresses of a name, all of them allowed.

        Raises:
            PolicyError: one of them is not.
            ToolError: the name has none.
        """
        found = (self.resolve or _resolve)(host, port)
        if not found:
            raise ToolError(f"{host} has no address")
        # One of several that is not public: whoever runs that name plays a trick.
        if not all(map(self.allowed, found)):
            raise PolicyError(
                f"{host} is not on the public internet", hint="give the path of the picture"
            )
        return found

    @cached_property
    def context(self) -> ssl.SSLContext:
        """How TLS is spoken."""
        return self.trust or ssl.create_default_context()


class _Transfer:
    """One request, and its answer."""

    def __init__(
        self,
        fetcher: Fetcher,
        url: SplitResult,
        limit: int,
        deadline: float,
        cancellation: Cancellation,
    ) -> None:
        self._fetcher = fetcher
        self._url = url
        self._host = url.hostname or ""
        self._port = url.port or 443
        self._limit = limit
        self._deadline = deadline
        self._cancellation = cancellation
        self._socket: socket.socket | None = None

    def run(self) -> bytes | str:
        """The body, or the address that it redirects to."""
        # A server that sends a byte now and then passes every time limit of a socket's own.
        watch = threading.Timer(max(self._deadline - time.monotonic(), 0.0), self._close)
        watch.daemon = True
        watch.start()
        try:
            with self._cancellation.calling(self._close):
                answer = self._run()
            # What was cut off here may look whole.
            self._check()
            return answer
        except (OSError, http.client.HTTPException, ValueError) as error:
            self._check()
            reason = getattr(error, "reason", "") or getattr(error, "strerror", "") or error
            raise ToolError(
                f"{self._host} can't be reached: {reason}", hint="look at the address"
            ) from None
        finally:
            watch.cancel()
            self._close()

    def _run(self) -> bytes | str:
        connection = http.client.HTTPSConnection(
            self._host, self._port, timeout=self._fetcher.seconds
        )
        connection.sock = self._connect()
        try:
            path = self._url.path or "/"
            query = f"?{self._url.query}" if self._url.query else ""
            headers = {"Accept": "image/*", "Accept-Encoding": "identity", "Connection": "close"}
            connection.request("GET", path + query, headers=headers | {"Host": self._url.netloc})
            with connection.getresponse() as answer:
                if answer.status in _MOVED and answer.headers.get("Location"):
                    return answer.headers["Location"]
                return self._body(answer)
        finally:
            connection.close()

    def _connect(self) -> socket.socket:
        """A TLS connection to a checked address; the certificate must be the name's."""
        port = self._port
        error: OSError = OSError("no address answers")
        for address in self._fetcher.addresses(self._host, port):
            self._check()
            left = self._deadline - time.monotonic()
            try:
                plain = socket.create_connection((address, port), timeout=max(left, 0.001))
            except OSError as failed:
                error = failed
                continue
            self._socket = plain
            # The handshake comes after the socket is known here, so that it can be closed.
            tls = self._fetcher.context.wrap_socket(
                plain, server_hostname=self._host, do_handshake_on_connect=False
            )
            self._socket = tls
            tls.do_handshake()
            return tls
        raise error

    def _body(self, answer: http.client.HTTPResponse) -> bytes:
        if answer.status != 200:
            raise InputError(f"{self._host} answers {answer.status} {one_line(answer.reason, 40)}")
        if answer.headers.get("Content-Encoding", "identity") != "identity":
            raise InputError(f"{self._host} sends the picture compressed again")
        too_large = InputError(
            f"the file at {self._host} is too large: a picture may have {in_units(self._limit)}"
        )
        if (answer.length or 0) > self._limit:
            raise too_large
        data = bytearray()
        while chunk := answer.read(_CHUNK):
            data += chunk
            if len(data) > self._limit:
                raise too_large
            self._check()
        if answer.length:
            raise ToolError(f"{self._host} stopped in the middle of the file")
        return bytes(data)

    def _check(self) -> None:
        """Raises when the transfer was stopped, or takes too long."""
        self._cancellation.check()
        if time.monotonic() >= self._deadline:
            raise ToolError(
                f"{self._host} takes longer than {self._fetcher.seconds:g} s",
                hint="try again, or give the path of the picture",
            ) from None

    def _close(self) -> None:
        held = self._socket
        if held is not None:
            # Unlike close, it wakes a thread that waits for the socket.
            try:
                held.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            finally:
                held.close()


def _checked(url: str) -> SplitResult:
    """The parts of an address.

    Raises:
        InputError: it is none.
        PolicyError: it is not https, or carries a name or password.
    """
    if len(url) > MAX_URL or not url.isprintable() or " " in url or "\\" in url:
        raise InputError("not an address: it is too long, or has characters that none has")
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise InputError("not an address") from None
    if parts.scheme != "https":
        raise PolicyError(
            f"only https addresses are allowed, not {one_line(parts.scheme, 20) or 'none'}"
        )
    if "@" in parts.netloc:
        raise PolicyError("an address can't carry a name or password")
    if not host or not host.isascii():
        raise InputError("not an address: it needs the name of a server in ASCII")
    return parts


def _host_of(url: str) -> str:
    return one_line(urlsplit(url).hostname or "the address", 80)


def _resolve(host: str, port: int) -> list[str]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return []
    return list(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in found))
