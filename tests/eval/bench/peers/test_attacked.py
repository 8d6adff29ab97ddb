"""How attacks end is counted by executor and category."""

from __future__ import annotations

import sys

import pytest
from viscript.eval.bench.peers import attacked as module
from viscript.eval.bench.peers import sealed
from viscript.eval.bench.peers.attacked import attacked, totals
from viscript.eval.bench.peers.attacks import Attack
from viscript.eval.bench.peers.executors import by_exec, by_viscript

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="forks, and reads /proc")

ATTACKS = (
    Attack("import", "import os\nanswer = os.getcwd()", "unsupported-syntax"),
    Attack("dangerous functions", "answer = open('/etc/passwd')", "unknown-tool"),
    Attack("dangerous functions", "answer = nothing()", "unknown-tool"),
    Attack("CPU bombs", "while True:\n    pass\nanswer = 1", "unsupported-syntax"),
)


def test_endings_are_counted_by_executor_and_category(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "ATTACKS", ATTACKS)
    # The peer that is no part of viscript is not installed here.
    monkeypatch.setattr(module, "EXECUTORS", {"viscript": by_viscript, "exec": by_exec})
    monkeypatch.setattr(sealed, "SECONDS", 3)
    told: list[None] = []
    endings = attacked(lambda: told.append(None))
    assert len(told) == 2 * len(ATTACKS)
    assert endings == {
        "viscript": {
            "import": {"refused": 1},
            "dangerous functions": {"refused": 2},
            "CPU bombs": {"refused": 1},
        },
        "exec": {
            "import": {"ran": 1},
            "dangerous functions": {"ran": 1, "refused": 1},
            "CPU bombs": {"out of time": 1},
        },
    }
    assert totals(endings["exec"]) == {"ran": 2, "refused": 1, "out of time": 1}
