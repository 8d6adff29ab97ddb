"""Checkpoints of the hub, from a server on this machine that answers as the hub does."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, cast

import pytest
from viscript.tools.hosting.hub import is_hub_id, needed_files

COMMIT = "0123456789abcdef0123456789abcdef01234567"
HEADER = json.dumps({"w": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}}).encode()
CARD = b"---\nlicense: apache-2.0\n---\n# tiny\n"
FILES = {
    "config.json": b'{"model_type": "tiny"}',
    "model.safetensors": len(HEADER).to_bytes(8, "little") + HEADER + bytes(8),
    "README.md": CARD,
    "pytorch_model.bin": b"not wanted",
    "onnx/model.onnx": b"not wanted",
    "model.fp16.safetensors": b"not wanted",
}
COMMAND = "import sys; from viscript.agent.cli.main import main; sys.exit(main(sys.argv[1:]))"


def test_only_what_loading_takes_is_needed() -> None:
    assert needed_files(FILES) == ["README.md", "config.json", "model.safetensors"]


def test_pickled_weights_are_needed_only_where_they_are_allowed_and_alone() -> None:
    names = ["config.json", "pytorch_model.bin"]
    assert needed_files(names) == ["config.json"]
    assert needed_files(names, pickle=True) == names
    assert needed_files([*names, "model.safetensors"], pickle=True) == [
        "config.json",
        "model.safetensors",
    ]


def test_a_pipeline_is_its_parts_and_not_the_copies_beside_them() -> None:
    names = ["model_index.json", "unet/a.safetensors", "unet/a.fp16.safetensors", "v1.safetensors"]
    assert needed_files([*names, "unet/config.json"]) == [
        "model_index.json",
        "unet/a.safetensors",
        "unet/config.json",
    ]


def test_a_hub_id_is_no_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "here" / "too").mkdir(parents=True)
    assert is_hub_id("IDEA-Research/grounding-dino-tiny")
    for name in ("here/too", "./x", "/a/b", "a/b/c", "one", "", "a/../b"):
        assert not is_hub_id(name)


class Hub(BaseHTTPRequestHandler):
    """Serves own/tiny; own/gated is gated, own/late fails, and there is nothing else."""

    asked: list[str]

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        type(self).asked.append(path)
        owner_name = "/".join(path.removeprefix("/api/models").split("/")[1:3])
        if owner_name == "own/gated":
            self._answer(403, b"{}", {"X-Error-Code": "GatedRepo"})
        elif owner_name == "own/late":
            self._answer(500, b"{}")
        elif owner_name != "own/tiny":
            self._answer(404, b"{}", {"X-Error-Code": "RepoNotFound"})
        elif "/revision/" in path and path.rpartition("/")[2] not in (COMMIT, "main"):
            self._answer(404, b"{}", {"X-Error-Code": "RevisionNotFound"})
        elif "/tree/" in path:
            self._answer(200, json.dumps([entry(name) for name in FILES]).encode())
        elif path.startswith("/api/"):
            about = {"id": "own/tiny", "sha": COMMIT, "siblings": [{"rfilename": n} for n in FILES]}
            self._answer(200, json.dumps(about).encode())
        else:
            content = FILES[path.partition(f"/resolve/{COMMIT}/")[2]]
            etag = hashlib.sha256(content).hexdigest()
            self._answer(200, content, {"ETag": f'"{etag}"', "X-Repo-Commit": COMMIT})

    def _answer(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {**(headers or {}), "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Nobody reads it."""


def entry(name: str) -> dict[str, Any]:
    content = FILES[name]
    blob = hashlib.sha1(f"blob {len(content)}\0".encode() + content).hexdigest()
    about: dict[str, Any] = {"type": "file", "path": name, "size": len(content), "oid": blob}
    if name.endswith(".safetensors"):
        digest = hashlib.sha256(content).hexdigest()
        about["lfs"] = {"oid": digest, "size": len(content), "pointerSize": 100}
    return about


class Machine:
    """A machine whose model hub is the server, or is out of reach."""

    def __init__(self, home: Path, endpoint: str) -> None:
        self.home = home
        self.asked: list[str] = []
        self._endpoint = endpoint

    def run(self, *words: str, offline: bool = False) -> tuple[int, dict[str, Any]]:
        """Runs a command of `viscript models` in a process of its own."""
        endpoint = "http://127.0.0.1:9" if offline else self._endpoint
        environment = {
            **os.environ,
            "HF_ENDPOINT": endpoint,
            "HF_HOME": str(self.home / "hub"),
            "VISCRIPT_HOME": str(self.home / "own"),
        }
        environment.pop("HF_HUB_OFFLINE", None)
        done = subprocess.run(
            [sys.executable, "-c", COMMAND, "models", *words, "--json"],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert "Traceback" not in done.stderr, done.stderr
        return done.returncode, cast("dict[str, Any]", json.loads(done.stdout))


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Served", (Hub,), {"asked": []}))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    made = Machine(tmp_path, f"http://127.0.0.1:{server.server_address[1]}")
    made.asked = cast("Any", server.RequestHandlerClass).asked
    yield made
    server.shutdown()
    server.server_close()


def test_pull_fetches_only_what_is_needed_and_then_asks_nobody(machine: Machine) -> None:
    code, data = machine.run("pull", "own/tiny", "--revision", COMMIT)
    assert code == 0
    folder = Path(data["models"]["own/tiny"])
    assert folder.name == COMMIT
    assert sorted(path.name for path in folder.rglob("*")) == [
        "README.md",
        "config.json",
        "model.safetensors",
    ]
    assert (folder / "model.safetensors").read_bytes() == FILES["model.safetensors"]
    before = len(machine.asked)
    assert machine.run("pull", "own/tiny", "--revision", COMMIT, offline=True) == (code, data)
    assert len(machine.asked) == before


def test_what_was_fetched_is_told_and_verified_without_a_network(machine: Machine) -> None:
    machine.run("pull", "own/tiny")
    _, told = machine.run("info", "own/tiny", offline=True)
    assert (told["here"], told["licence"], told["bytes"]) == (
        True,
        "apache-2.0",
        len(FILES["model.safetensors"]),
    )
    assert (told["architecture"], told["parameters"], told["types"]) == ("tiny", 2, ["F32"])
    assert "no revision pins it" in told["warning"]
    code, checked = machine.run("verify", "own/tiny", offline=True)
    states = {one["name"]: one["state"] for one in checked["models"][0]["files"]}
    assert (code, set(states.values())) == (0, {"ok"})
    assert set(states) == {"README.md", "config.json", "model.safetensors"}


@pytest.mark.parametrize("name", ["model.safetensors", "config.json"])
def test_a_file_that_was_changed_or_lost_is_found_out(machine: Machine, name: str) -> None:
    _, data = machine.run("pull", "own/tiny")
    path = (Path(data["models"]["own/tiny"]) / name).resolve()
    content = path.read_bytes()
    path.write_bytes(content[:-1] + b"?")
    code, checked = machine.run("verify", "own/tiny", offline=True)
    (file,) = [one for one in checked["models"][0]["files"] if one["name"] == name]
    assert (code, checked["models"][0]["ok"], file["state"]) == (1, False, "damaged")
    path.unlink()
    code, failed = machine.run("verify", "own/tiny", offline=True)
    assert code == 2
    assert failed["error"]["message"] == "own/tiny is not here"


@pytest.mark.parametrize(
    ("words", "message", "hint"),
    [
        (("own/gated",), "own/gated is gated", "hf auth login"),
        (("own/absent",), "the hub has no checkpoint own/absent", "check the profile"),
        (("own/tiny", "--revision", "nope"), "own/tiny has no revision 'nope'", "revision"),
        (("own/late",), "answered with status 500", "viscript models pull own/late"),
    ],
)
def test_what_the_hub_refuses_is_one_line_that_says_what_to_do(
    machine: Machine, words: tuple[str, ...], message: str, hint: str
) -> None:
    code, data = machine.run("pull", *words)
    assert (code, data["error"]["kind"]) == (2, "model")
    assert message in data["error"]["message"]
    assert hint in data["error"]["hint"]


def test_without_a_network_one_line_says_what_to_do(machine: Machine) -> None:
    code, data = machine.run("pull", "own/tiny", offline=True)
    assert code == 2
    assert data["error"]["message"] == (
        "own/tiny is not on this machine, and the model hub can't be reached"
    )
    assert data["error"]["hint"].startswith("with a network: viscript models pull own/tiny;")
