"""The environment of the peers: their packages in a folder of their own."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

from ....tools.errors import InputError
from ....tools.folders import cache_folder

REQUIREMENTS = Path(__file__).with_name("requirements.txt")

START = """
import site, sys
site.addsitedir(sys.argv[1])
from viscript.eval.bench.peers.worker import main
main()
"""


def peers_python() -> Path:
    """The Python of the peers' environment, which is made when it is not there.

    Raises:
        InputError: their packages can't be installed.
    """
    folder = cache_folder() / "peers" / REQUIREMENTS.read_text("utf-8").strip().replace("==", "-")
    python = folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    done = folder / "installed"
    if not done.is_file():
        venv.create(folder, clear=True, with_pip=True)
        install = [python, "-m", "pip", "install", "--quiet", "-r", REQUIREMENTS]
        installed = subprocess.run(install, capture_output=True, text=True, check=False)
        if installed.returncode:
            last = (installed.stderr.strip().splitlines() or [""])[-1]
            raise InputError(f"the peers' packages can't be installed: {last}")
        done.touch()
    return python


def measured() -> bytes:
    """What the worker prints, in the peers' environment, with viscript's packages beside theirs.

    Raises:
        InputError: their packages can't be installed, or the worker failed.
    """
    ours = sysconfig.get_paths()["purelib"]
    worker = subprocess.run(
        [peers_python(), "-c", START, ours], stdout=subprocess.PIPE, check=False
    )
    if worker.returncode:
        raise InputError("the peers could not be measured; what went wrong is above")
    return worker.stdout
