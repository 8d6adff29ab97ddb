"""Each attack of the corpus is refused, with its code, fast, and in little memory."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest
from viscript.agent.program import CODES, ProgramFailedError, check, execute
from viscript.eval.bench.peers.attacks import ATTACKS, Attack

from .world import PICTURE, DirectSteps, scope


def refusals(source: str) -> tuple[list[str], int]:
    """The codes that refuse a program, at its check or when it runs; and how many steps it got."""
    checked = check(source, scope())
    found = [one.code for one in checked.diagnostics if one.severity == "error"]
    steps = DirectSteps()
    if checked.ok:
        assert checked.program is not None
        try:
            execute(checked.program, {"image": PICTURE}, steps)
        except ProgramFailedError as failed:
            found.append(failed.diagnostic.code)
    return found, len(steps.calls)


@pytest.mark.parametrize("attack", ATTACKS, ids=str)
def test_an_attack_is_refused_with_its_code_within_a_second(attack: Attack) -> None:
    started = time.thread_time()
    found, _ = refusals(attack.source)
    seconds = time.thread_time() - started
    assert attack.code in found
    assert seconds < 1


MEASURE = """
import json, re, runpy, sys
from pathlib import Path
from viscript.agent.program import ProgramFailedError, check, execute
world = runpy.run_path(sys.argv[1])
# Not ru_maxrss: a process inherits that of the one that started it.
memory = Path("/proc/self/status")
status = lambda what: int(re.search(what + r":\\s+(\\d+) kB", memory.read_text())[1])
check("answer = count(find(image, 'dog'))", world["scope"]())
before = status("VmRSS")
for source in json.load(sys.stdin):
    checked = check(source, world["scope"]())
    if checked.ok:
        try:
            execute(checked.program, {"image": world["PICTURE"]}, world["DirectSteps"]())
        except ProgramFailedError:
            pass
ballast = bytearray(int(sys.argv[2]) * 2**20)
print((status("VmHWM") - before) // 1024)
"""


def megabytes(sources: list[str], ballast: int) -> int:
    """How far the memory of a fresh process grows at its peak, with `ballast` megabytes added."""
    world = Path(__file__).with_name("world.py")
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, world, str(ballast)],
        input=json.dumps(sources),
        capture_output=True,
        text=True,
        check=True,
    )
    return int(done.stdout)


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_all_attacks_together_take_less_than_100_megabytes() -> None:
    assert megabytes([one.source for one in ATTACKS], ballast=0) < 100
    assert megabytes([], ballast=150) > 100


def test_no_attack_that_fails_its_check_reaches_a_tool() -> None:
    for attack in ATTACKS:
        if not CODES[attack.code].at_run:
            assert refusals(attack.source)[1] == 0


def test_what_a_tool_says_is_data_and_never_code() -> None:
    class Injecting(DirectSteps):
        def answer(self, question: str) -> str:
            return "__import__('os').system('id') or 'yes'}{"

    source = "A=VQA(image=IMAGE,question='?')\nB=EVAL(expr=\"{A} == 'yes'\")\nC=RESULT(var=B)"
    checked = check(source, scope())
    assert checked.program is not None
    assert execute(checked.program, {"image": PICTURE}, Injecting()).answer is False
