from __future__ import annotations

from typing import Any

import pytest
import torch
from viscript import ModelError
from viscript.tools.hosting.model import Placement
from viscript.tools.hosting.placement import LARGE_BYTES, memory_of, placement_for, scaled
from viscript.tools.hosting.settings import HostSettings

AUTO = HostSettings()


def a_gpu(monkeypatch: pytest.MonkeyPatch, *, bfloat16: bool = True) -> None:
    """As if there were two GPUs."""

    def supported(including_emulation: bool = True) -> bool:
        return bfloat16 or including_emulation

    def yes() -> bool:
        return True

    monkeypatch.setattr(torch.cuda, "is_available", yes)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", supported)


def test_a_gpu_is_used_where_there_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    a_gpu(monkeypatch)
    assert placement_for(AUTO, 1) == Placement("cuda", "bfloat16")
    assert placement_for(HostSettings(device="cuda:1"), 1).device == "cuda:1"


def test_a_gpu_that_only_emulates_bfloat16_gets_float16(monkeypatch: pytest.MonkeyPatch) -> None:
    a_gpu(monkeypatch, bfloat16=False)
    assert placement_for(AUTO, 1) == Placement("cuda", "float16")


def test_what_the_user_says_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    a_gpu(monkeypatch)
    settings = HostSettings(device="cpu", dtype="float16")
    assert placement_for(settings, 2**40) == Placement("cpu", "float16")


@pytest.mark.parametrize("device", ["cuda:2", "mps"])
def test_a_device_that_is_not_there_is_one_line(
    device: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_gpu(monkeypatch)
    with pytest.raises(ModelError, match=f"this machine has no device {device}"):
        placement_for(HostSettings(device=device), 1)


@pytest.mark.parametrize("able", [True, False])
def test_a_large_model_is_shortened_on_a_cpu_that_is_made_for_it(
    able: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    def capabilities() -> dict[str, Any]:
        return {"avx512_bf16": able}

    monkeypatch.setattr(torch.cpu, "get_capabilities", capabilities)
    on_cpu = HostSettings(device="cpu")
    large = placement_for(on_cpu, LARGE_BYTES).dtype
    assert large == ("bfloat16" if able else "float32")
    assert placement_for(on_cpu, LARGE_BYTES - 1).dtype == "float32"


def test_a_shorter_type_takes_half() -> None:
    assert scaled(100, Placement("cpu", "bfloat16")) == 50
    assert scaled(100, Placement("cpu", "float32")) == 100


def test_models_may_take_a_part_of_the_machines_memory() -> None:
    import psutil

    assert 0 < memory_of("cpu") < psutil.virtual_memory().total
