"""Random weights that show: outputs of an untrained model hardly differ from input to input."""

from __future__ import annotations

from importlib import import_module
from typing import Any


def shaken(model: Any, scale: float = 0.15) -> None:
    """Adds random numbers to all weights in place; seed torch before."""
    torch: Any = import_module("torch")
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.ndim:
                parameter.add_(torch.randn_like(parameter) * scale)
