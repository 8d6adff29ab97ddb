"""A sealed program can neither outlast its time nor outgrow its memory."""

from __future__ import annotations

import os
import signal
import sys
import time

import pytest
from viscript.eval.bench.peers import sealed as module
from viscript.eval.bench.peers.sealed import sealed

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="forks, and reads /proc")


def test_a_program_that_ends_has_run() -> None:
    assert sealed(lambda: "").ending == "ran"


def test_what_was_raised_is_kept() -> None:
    ended = sealed(lambda: "ValueError: no")
    assert (ended.ending, ended.said) == ("refused", "ValueError: no")


def test_a_program_without_end_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SECONDS", 0.3)

    def forever() -> str:
        while True:
            pass

    started = time.monotonic()
    assert sealed(forever).ending == "out of time"
    assert time.monotonic() - started < 10


def test_a_program_that_takes_all_memory_is_stopped() -> None:
    def greedy() -> str:
        return str(len(bytearray(2**40)))

    assert sealed(greedy).ending == "out of memory"


def test_a_program_that_brings_its_process_down_has_crashed() -> None:
    def deadly() -> str:
        os.kill(os.getpid(), signal.SIGKILL)
        return ""

    assert sealed(deadly).ending == "crashed"
