"""Where a model runs, and in which floating-point type: what the user says, or the hardware."""

from __future__ import annotations

import importlib
import os
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from ..errors import ModelError
from .model import Placement
from .settings import HostSettings

ITEM_BYTES = {"float32": 4, "bfloat16": 2, "float16": 2}
LARGE_BYTES = 256 * 2**20
"""From this size on a shorter type is worth it on a CPU; small models are exact and fast anyway."""

CPU_SHARE, ACCELERATOR_SHARE = 0.5, 0.8
"""What models may take of a device's memory where the user says nothing: the rest is for their
work, and on a CPU for everything else that runs there."""

CPU = Placement("cpu", "float32")


def placement_for(settings: HostSettings, size: int) -> Placement:
    """Where a model of `size` bytes (in float32) runs.

    Raises:
        ModelError: the device that the user asks for is not there.
    """
    device = _device(settings.device)
    dtype = settings.dtype if settings.dtype != "auto" else _dtype(device, size)
    return Placement(device, dtype)


def memory_of(device: str) -> int:
    """Bytes that models may take on a device where the user sets no budget."""
    if device.startswith("cuda"):
        torch = importlib.import_module("torch")
        _, total = torch.cuda.mem_get_info(torch.device(device))
        return int(total * ACCELERATOR_SHARE)
    # Apple's GPU shares the memory of the machine.
    return int(_machine_memory() * CPU_SHARE)


def scaled(size: int, placement: Placement) -> int:
    """What a model of `size` bytes in float32 takes in the type of its placement."""
    return size * ITEM_BYTES.get(placement.dtype, 4) // 4


def _device(wanted: str) -> str:
    if wanted == "cpu":
        return wanted
    if find_spec("torch") is None:
        if wanted == "auto":
            return "cpu"
        raise ModelError(
            f"the device {wanted} needs the package torch", hint="pip install 'viscript[hub]'"
        )
    torch = importlib.import_module("torch")
    count = torch.cuda.device_count() if torch.cuda.is_available() else 0
    if wanted == "auto":
        return "cuda" if count else "mps" if torch.backends.mps.is_available() else "cpu"
    if wanted == "mps" and torch.backends.mps.is_available():
        return wanted
    if wanted.startswith("cuda") and int(wanted.partition(":")[2] or 0) < count:
        return wanted
    raise ModelError(
        f"this machine has no device {wanted}", hint='set device = "auto" or "cpu" in [host]'
    )


def _dtype(device: str, size: int) -> str:
    torch: Any = importlib.import_module("torch") if find_spec("torch") else None
    if device.startswith("cuda"):
        # Without native bfloat16 (before Ampere) torch emulates it, slower than float32.
        native = torch.cuda.is_bf16_supported(including_emulation=False)
        return "bfloat16" if native else "float16"
    if device == "cpu" and torch is not None and size >= LARGE_BYTES:
        can = torch.cpu.get_capabilities()
        return "bfloat16" if can.get("avx512_bf16") or can.get("amx_bf16") else "float32"
    return "float32"


def _machine_memory() -> int:
    """Bytes of memory that this process may use: the machine's, or its container's limit."""
    try:
        total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return 8 * 2**30  # systems that don't say, such as Windows
    limits = (
        Path("/sys/fs/cgroup/memory.max"),
        Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"),
    )
    for path in limits:
        try:
            total = min(total, int(path.read_text("ascii")))
        except (OSError, ValueError):
            continue  # no such file, or "max"
    return total
