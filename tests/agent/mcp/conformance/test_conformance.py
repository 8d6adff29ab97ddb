"""The protocol's official conformance suite, against viscript's server."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ..node import npx
from ..processes import command, environment, listening

SUITE = "@modelcontextprotocol/conformance@0.2.0-alpha.12"
HERE = Path(__file__).parent
FIXTURE_SERVER = (sys.executable, str(HERE / "fixture_server.py"))

REVISIONS = {
    "2026-07-28": ("--requirements", "2026-07-28"),
    "2025-11-25": ("--requirements", "2025-11-25"),
    "2025-06-18": ("--spec-version", "2025-06-18"),
}

_ALWAYS = {"tools-list", "resources-list", "prompts-list"}
_HANDSHAKE = {"server-initialize", "server-session-lifecycle", "ping"}
_HTTP = {"server-sse-multiple-streams", "dns-rebinding-protection"}
_STATELESS = {
    "server-stateless",
    "caching",
    "sep-2164-resource-not-found",
    "http-header-validation",
    "input-required-result-unsupported-methods",
}
GENERIC = {
    "2026-07-28": _ALWAYS | _HTTP | _STATELESS,
    "2025-11-25": _ALWAYS | _HTTP | _HANDSHAKE,
    "2025-06-18": _ALWAYS | _HANDSHAKE,
}
"""The scenarios that need no tools, resources or prompts of the suite's own."""


@pytest.mark.parametrize("revision", REVISIONS)
def test_what_the_server_is_made_of_passes_all_scenarios_but_of_what_is_left_out(
    revision: str, tmp_path: Path
) -> None:
    expected = ("--expected-failures", str(HERE / "expected_failures.yml"))
    with listening(FIXTURE_SERVER) as (address, *_):
        ran = _conformance(address, revision, tmp_path, *expected)
    # It is 1 when a scenario fails that was not expected to, and when one passes that was.
    assert ran.returncode == 0, ran.stdout[-4000:]
    assert "all failures are expected" in ran.stdout


@pytest.mark.parametrize("revision", REVISIONS)
def test_the_real_server_passes_the_scenarios_that_need_no_fixtures(
    home: Path, album: Path, revision: str, tmp_path: Path
) -> None:
    started = command("--http", "--root", str(album), "--port")
    with listening(started, environment(home)) as (address, *_):
        ran = _conformance(address, revision, tmp_path)
    failed = _failed_checks(tmp_path / "results")
    assert failed.keys() >= GENERIC[revision], ran.stdout[-4000:]
    assert {name: failed[name] for name in GENERIC[revision] if failed[name]} == {}


def _conformance(
    address: str, revision: str, folder: Path, *options: str
) -> subprocess.CompletedProcess[str]:
    results = ("--output-dir", str(folder / "results"))
    words = ("conformance", "server", "--url", address, *REVISIONS[revision], *results, *options)
    return npx(SUITE, *words, node="22")


def _failed_checks(results: Path) -> dict[str, list[Any]]:
    """By scenario, its checks that failed, but for those that the suite could not try here."""
    failed: dict[str, list[Any]] = {}
    for path in results.glob("*/checks.json"):
        name = re.sub(r"^server-|-\d{4}-\d\d-\d\dT.*$", "", path.parent.name)
        failed[name] = [
            check
            for check in json.loads(path.read_text("utf-8"))
            if check["status"] in ("FAILURE", "WARNING")
            and not check.get("details", {}).get("untestable")
        ]
    return failed
