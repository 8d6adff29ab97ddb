"""What the figures were measured on."""

from __future__ import annotations

import os
import platform
from importlib.metadata import version
from typing import Any


def machine_facts() -> dict[str, Any]:
    """Processor, cores, load, system and the versions that matter."""
    packages = ("viscript", "numpy", "onnxruntime", "pillow", "diskcache", "joblib", "sf-hamilton")
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 2),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "packages": {name: version(name) for name in packages},
    }


def _processor() -> str:
    try:
        with open("/proc/cpuinfo") as file:  # noqa: PTH123 - a fixed place of Linux
            names = [line.partition(":")[2] for line in file if line.startswith("model name")]
    except OSError:
        names = []
    return names[0].strip() if names else platform.processor()
