"""What the user says about the model host: in `[host]` of a profile, or in the environment."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from ..errors import InputError

DEVICES = re.compile(r"auto|cpu|mps|cuda(:\d{1,2})?")
DTYPES = ("auto", "float32", "bfloat16", "float16")
MAX_BATCH = 256

_UNITS = {"": 1, "B": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12}
"""Powers of ten, as the hub, pip and disks count."""
_MEMORY = re.compile(r"(\d{1,12}(?:\.\d{1,3})?)\s*([KMGT]?B)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class HostSettings:
    """How models are kept.

    Args:
        device: "cpu", "cuda", "cuda:1", "mps"; "auto" takes the best that there is.
        dtype: "float32", "bfloat16", "float16"; "auto" takes the shorter type where the hardware is
            made for it.
        memory: what models may take on the device, as "6 GB" or a number of bytes; "auto" takes a
            share of what the device has.
        batch: the most calls that run together, from 1 to 256.
        pinned: checkpoints, or backends without one, that stay in memory once they are loaded.
    """

    device: str = "auto"
    dtype: str = "auto"
    memory: str | int = "auto"
    batch: int = 16
    pinned: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not DEVICES.fullmatch(self.device):
            raise InputError(
                f"there is no device {self.device!r}", hint="use auto, cpu, mps, cuda or cuda:N"
            )
        if self.dtype not in DTYPES:
            raise InputError(
                f"there is no floating-point type {self.dtype!r}", hint=f"use {', '.join(DTYPES)}"
            )
        if not 1 <= self.batch <= MAX_BATCH:
            raise InputError(
                f"batches of {self.batch} are not possible", hint=f"use 1 to {MAX_BATCH}"
            )
        _ = self.memory_bytes

    @property
    def memory_bytes(self) -> int | None:
        """The budget in bytes; None where it is left to the host.

        Raises:
            InputError: it is no amount of memory.
        """
        if self.memory == "auto":
            return None
        found = _MEMORY.fullmatch(str(self.memory).strip())
        size = int(float(found[1]) * _UNITS[(found[2] or "").upper()]) if found else 0
        if size < 1:
            raise InputError(
                f"{self.memory!r} is no amount of memory", hint="write it as 6 GB or 500 MB"
            )
        return size

    def but(self, changes: Mapping[str, Any]) -> HostSettings:
        """These settings with some of them changed.

        Raises:
            InputError: a value is out of its range.
        """
        return replace(self, **changes)


def from_environment(settings: HostSettings) -> HostSettings:
    """`settings`, changed by `VISCRIPT_DEVICE`, `VISCRIPT_DTYPE`, `VISCRIPT_MEMORY` and so on.

    Raises:
        InputError: a variable holds no such setting.
    """
    changes: dict[str, Any] = {}
    for name in (field.name for field in fields(HostSettings)):
        variable = f"VISCRIPT_{name.upper()}"
        text = os.environ.get(variable, "").strip()
        if not text:
            continue
        try:
            changes[name] = _value(name, text)
            settings.but(changes)
        except (InputError, ValueError) as error:
            message = error.message if isinstance(error, InputError) else f"{text!r} is no number"
            hint = error.hint if isinstance(error, InputError) else f"use 1 to {MAX_BATCH}"
            raise InputError(f"{variable}: {message}", hint=hint) from None
    return settings.but(changes)


def _value(name: str, text: str) -> object:
    if name == "batch":
        return int(text)
    return tuple(text.split(",")) if name == "pinned" else text


def in_words(size: int) -> str:
    """Bytes as people read them, in powers of ten: "4.9 kB", "320 MB", "1.4 GB"."""
    if size >= 10**9:
        return f"{size / 10**9:.1f} GB"
    if size >= 10**6:
        return f"{size / 10**6:.0f} MB"
    return f"{size / 10**3:.1f} kB" if size >= 10**3 else f"{size} B"
