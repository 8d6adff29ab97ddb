"""An evaluation that Ctrl-C ends keeps what is done, and goes on."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from viscript import ModelError
from viscript.agent.planners.embedded.model import base_path

# As a shell in the foreground does, where a process in the background ignores Ctrl-C.
START = """
import signal, sys
from viscript.__main__ import main
from viscript.eval.system import System

signal.signal(signal.SIGINT, signal.default_int_handler)
answer = System.answer

async def told(self, question):
    record = await answer(self, question)
    print("answered", flush=True)
    return record

System.answer = told
sys.exit(main(sys.argv[1:]))
"""


def test_ctrl_c_keeps_what_is_done_and_the_same_command_goes_on(tmp_path: Path) -> None:
    try:
        fetched = base_path()
    except ModelError as error:
        pytest.skip(str(error))
    models = tmp_path / "home" / "models"
    models.mkdir(parents=True)
    (models / fetched.name).symlink_to(fetched)
    command = [sys.executable, "-c", START, "eval", "easy-vqa", "--limit", "15"]
    environment = os.environ | {"VISCRIPT_HOME": str(tmp_path / "home")}

    process = subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    for _ in range(3):
        assert process.stdout.readline() == "answered\n"
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=120)
    assert process.returncode == 130, said
    assert "go on with the same command and --resume" in said

    resumed = subprocess.run(
        [*command, "--resume", "--json"],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    figures = json.loads(resumed.stdout[resumed.stdout.index("{") :])
    assert figures["answered"] == figures["asked"] == 15
    # Three were answered before, at least, and these are not answered again.
    assert (resumed.stdout + resumed.stderr).count("answered\n") <= 12
