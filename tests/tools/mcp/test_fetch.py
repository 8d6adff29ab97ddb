"""A server on loopback stands for the internet: `allowed` is the only thing that is told so."""

from __future__ import annotations

import datetime
import http.server
import ipaddress
import ssl
import threading
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import suppress
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from viscript.tools.cancellation import Cancellation
from viscript.tools.errors import CancelledError, InputError, PolicyError, ToolError
from viscript.tools.mcp.addresses import is_public
from viscript.tools.mcp.fetch import Fetcher

LIMIT = 1000
HOST = "pictures.example"


class _Pages(http.server.BaseHTTPRequestHandler):
    """Answers by path; `/redirect?URL` leads to URL."""

    protocol_version = "HTTP/1.1"
    asked: list[str]

    def do_GET(self) -> None:
        self.server.asked.append(f"{self.headers['Host']}{self.path}")  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
        name, _, rest = self.path.partition("?")
        with suppress(OSError):
            getattr(self, name.strip("/"))(rest)

    def photo(self, _: str) -> None:
        self._send(200, b"photo", {})

    def secret(self, _: str) -> None:
        self._send(403, b"", {})

    def large(self, _: str) -> None:
        self._send(200, b"x" * (LIMIT + 1), {})

    def endless(self, _: str) -> None:
        self.send_response(200)
        self.end_headers()
        while True:
            self.wfile.write(b"x" * 1000)

    def drip(self, _: str) -> None:
        self.send_response(200)
        self.end_headers()
        while not self.server.stopped.wait(0.02):  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
            self.wfile.write(b"x")
            self.wfile.flush()

    def drip_headers(self, _: str) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\nA: ")
        while not self.server.stopped.wait(0.02):  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
            self.wfile.write(b"x")
            self.wfile.flush()

    def short(self, _: str) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "100")
        self.end_headers()
        self.wfile.write(b"only this")
        self.close_connection = True

    def packed(self, _: str) -> None:
        self._send(200, b"\x1f\x8b", {"Content-Encoding": "gzip"})

    def redirect(self, url: str) -> None:
        self._send(302, b"", {"Location": url})

    def loop(self, _: str) -> None:
        self._send(301, b"", {"Location": "/loop"})

    def _send(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, context: ssl.SSLContext) -> None:
        super().__init__(("127.0.0.1", 0), _Pages)
        self.asked: list[str] = []
        self.stopped = threading.Event()
        self.socket = context.wrap_socket(self.socket, server_side=True)

    def handle_error(self, request: object, client_address: object) -> None:
        pass


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of `HOST` and its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    now = datetime.datetime.now(datetime.UTC)
    names = [x509.DNSName(HOST), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("certificate") / "both.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    file.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return file


@pytest.fixture
def server(certificate: Path) -> Generator[_Server]:
    """The server, as the only place on the internet."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with _Server(context) as running:
        thread = threading.Thread(target=running.serve_forever, args=(0.01,))
        thread.start()
        yield running
        running.stopped.set()
        running.shutdown()
        thread.join()


@pytest.fixture
def fetcher_of(certificate: Path) -> Callable[..., Fetcher]:
    """Makes a fetcher for which loopback is public, and nothing else."""

    def make(
        seconds: float = 20.0,
        allowed: Callable[[str], bool] = lambda address: address == "127.0.0.1",
        names: Sequence[str] = ("127.0.0.1",),
    ) -> Fetcher:
        return Fetcher(
            seconds,
            allowed,
            lambda host, _: names if host.endswith(".example") else [host],
            ssl.create_default_context(cafile=str(certificate)),
        )

    return make


def fetch(fetcher: Fetcher, url: str) -> bytes:
    return fetcher.fetch(url, LIMIT, Cancellation())


def test_a_file_is_fetched(server: _Server, fetcher_of: Callable[..., Fetcher]) -> None:
    port = server.server_port
    assert fetch(fetcher_of(), f"https://{HOST}:{port}/photo?size=2") == b"photo"
    assert server.asked == [f"{HOST}:{port}/photo?size=2"]


def test_redirects_are_followed(server: _Server, fetcher_of: Callable[..., Fetcher]) -> None:
    base = f"https://{HOST}:{server.server_port}"
    assert fetch(fetcher_of(), f"{base}/redirect?{base}/photo") == b"photo"
    assert fetch(fetcher_of(), f"{base}/redirect?/photo") == b"photo"


@pytest.mark.parametrize(
    "url",
    [
        "http://pictures.example/photo",
        "ftp://pictures.example/photo",
        "gopher://pictures.example/photo",
        "file:///etc/passwd",
        "//pictures.example/photo",
        "https://user:password@pictures.example/photo",
        "https://pictures.example@127.0.0.1/photo",
        "https://127.0.0.1/photo",
        "https://127.1/photo",
        "https://2130706433/photo",
        "https://0x7f000001/photo",
        "https://[::1]/photo",
        "https://[::ffff:127.0.0.1]/photo",
        "https://169.254.169.254/latest/meta-data/",
        "https://[fd00:ec2::254]/latest/meta-data/",
        "https://localhost/photo",
        "https://metadata.google.internal/",
    ],
)
def test_an_address_that_is_not_https_on_the_internet_is_refused(url: str) -> None:
    def resolve(host: str, _: int) -> Sequence[str]:
        known = {"localhost": "127.0.0.1", "metadata.google.internal": "169.254.169.254"}
        # What the system's resolver makes of numbers in unusual forms.
        known |= dict.fromkeys(("127.1", "2130706433", "0x7f000001"), "127.0.0.1")
        return [known.get(host, host)]

    with pytest.raises(PolicyError):
        fetch(Fetcher(resolve=resolve), url)


@pytest.mark.parametrize(
    "url",
    [
        "https://",
        "https:///photo",
        "https://[::1/photo",
        "https://pictures.example:99999/photo",
        "https://pictures.example:x/photo",
        "https://pictures.example/a b",
        "https://pictures.example/\r\nHost: other.example",
        "https://pictures.example\\@127.0.0.1/",
        "https://пример.example/photo",
        "https://pictures.example/" + "a" * 3000,
    ],
)
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(InputError, match="not an address"):
        fetch(Fetcher(resolve=lambda host, port: ["1.1.1.1"]), url)


@pytest.mark.parametrize(
    "target",
    [
        "http://pictures.example/photo",
        "https://127.0.0.2/photo",
        "https://169.254.169.254/latest/meta-data/",
        "https://[::1]/photo",
        "https://user@pictures.example/photo",
        "file:///etc/passwd",
    ],
)
def test_a_redirect_to_what_is_not_allowed_is_refused(
    server: _Server, fetcher_of: Callable[..., Fetcher], target: str
) -> None:
    with pytest.raises(PolicyError):
        fetch(fetcher_of(), f"https://{HOST}:{server.server_port}/redirect?{target}")
    assert len(server.asked) == 1


def test_a_name_with_one_address_of_the_surroundings_is_refused() -> None:
    fetcher = Fetcher(resolve=lambda host, port: ["1.1.1.1", "10.0.0.1"])
    with pytest.raises(PolicyError, match=r"pictures\.example is not on the public internet"):
        fetch(fetcher, "https://pictures.example/photo")


def test_a_name_that_changes_its_address_is_connected_where_it_was_checked(
    server: _Server, certificate: Path
) -> None:
    answers = iter([["127.0.0.1"], ["169.254.169.254"]])
    fetcher = Fetcher(
        allowed=lambda address: address == "127.0.0.1",
        resolve=lambda host, port: next(answers),
        trust=ssl.create_default_context(cafile=str(certificate)),
    )
    url = f"https://{HOST}:{server.server_port}"
    assert fetch(fetcher, f"{url}/photo") == b"photo"
    with pytest.raises(PolicyError):
        fetch(fetcher, f"{url}/photo")


def test_an_address_of_ipv6_is_spoken_to_by_its_own_name(
    fetcher_of: Callable[..., Fetcher],
) -> None:
    with pytest.raises(ToolError, match=r"::1 can't be reached"):
        fetch(fetcher_of(seconds=2, allowed=str.isprintable), "https://[::1]:9/photo")


def test_the_certificate_must_be_the_names(
    server: _Server, fetcher_of: Callable[..., Fetcher]
) -> None:
    with pytest.raises(ToolError, match=r"other\.example can't be reached"):
        fetch(fetcher_of(), f"https://other.example:{server.server_port}/photo")


def test_the_next_address_is_tried_when_one_does_not_answer(
    server: _Server, fetcher_of: Callable[..., Fetcher]
) -> None:
    fetcher = fetcher_of(allowed=str.isprintable, names=("127.0.0.2", "127.0.0.1"))
    assert fetch(fetcher, f"https://{HOST}:{server.server_port}/photo") == b"photo"


@pytest.mark.parametrize("page", ["large", "endless"])
def test_a_file_that_is_too_large_is_not_read_whole(
    server: _Server, fetcher_of: Callable[..., Fetcher], page: str
) -> None:
    with pytest.raises(InputError, match="too large: a picture may have 1 kB"):
        fetch(fetcher_of(), f"https://{HOST}:{server.server_port}/{page}")


@pytest.mark.parametrize("page", ["drip", "drip_headers"])
def test_a_server_that_sends_a_byte_now_and_then_is_given_up(
    server: _Server, fetcher_of: Callable[..., Fetcher], page: str
) -> None:
    began = time.monotonic()
    with pytest.raises(ToolError, match=r"takes longer than 0\.3 s"):
        fetch(fetcher_of(seconds=0.3), f"https://{HOST}:{server.server_port}/{page}")
    assert time.monotonic() - began < 5


@pytest.mark.parametrize(
    ("page", "error"),
    [
        ("secret", "answers 403"),
        ("packed", "compressed again"),
        ("loop", "redirects more than 5 times"),
        ("short", "stopped in the middle"),
    ],
)
def test_an_answer_that_is_no_file_is_an_error(
    server: _Server, fetcher_of: Callable[..., Fetcher], page: str, error: str
) -> None:
    with pytest.raises((InputError, ToolError), match=error):
        fetch(fetcher_of(), f"https://{HOST}:{server.server_port}/{page}")


def test_a_transfer_is_stopped(server: _Server, fetcher_of: Callable[..., Fetcher]) -> None:
    token = Cancellation()
    timer = threading.Timer(0.1, token.cancel, ("enough",))
    timer.start()
    with pytest.raises(CancelledError, match="enough"):
        fetcher_of().fetch(f"https://{HOST}:{server.server_port}/drip", 10**9, token)
    timer.join()


def test_a_server_that_is_not_there_can_not_be_reached(
    server: _Server, fetcher_of: Callable[..., Fetcher]
) -> None:
    with pytest.raises(ToolError, match="has no address"):
        fetch(fetcher_of(names=()), f"https://{HOST}/photo")
    port = server.server_port
    server.server_close()
    with pytest.raises(ToolError, match="can't be reached"):
        fetch(fetcher_of(), f"https://{HOST}:{port}/photo")


def test_the_address_of_an_own_service_is_refused_by_default(server: _Server) -> None:
    assert not is_public("127.0.0.1")
    with pytest.raises(PolicyError, match="not on the public internet"):
        fetch(Fetcher(), f"https://127.0.0.1:{server.server_port}/photo")
    assert server.asked == []
