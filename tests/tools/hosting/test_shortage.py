from __future__ import annotations

import pytest
import torch
from viscript.tools.hosting.shortage import is_out_of_memory, needs_float32


def test_what_torch_raises_without_memory_is_known() -> None:
    with pytest.raises(RuntimeError) as caught:
        torch.empty(2**60, dtype=torch.uint8)
    assert is_out_of_memory(caught.value)
    assert is_out_of_memory(torch.OutOfMemoryError("CUDA out of memory."))


def test_what_python_and_numpy_raise_without_memory_is_known() -> None:
    import numpy as np

    with pytest.raises(MemoryError) as caught:
        np.empty(2**60, np.uint8)
    assert is_out_of_memory(caught.value)
    assert is_out_of_memory(OSError(12, "Cannot allocate memory"))


@pytest.mark.parametrize(
    "error", [RuntimeError("shapes differ"), ValueError("out of memory"), OSError(2, "No file")]
)
def test_other_errors_are_not(error: Exception) -> None:
    assert not is_out_of_memory(error)
    assert not needs_float32(error)


def test_a_tensor_that_numpy_has_no_type_for_is_known() -> None:
    with pytest.raises(TypeError) as caught:
        torch.ones(2, dtype=torch.bfloat16).numpy()
    assert needs_float32(caught.value)


@pytest.mark.parametrize("operation", ["bincount", "inverse"])
def test_an_operation_without_a_shorter_type_is_known(operation: str) -> None:
    with pytest.raises(RuntimeError) as caught:
        getattr(torch, operation)(torch.ones(2, 2, dtype=torch.bfloat16))
    assert needs_float32(caught.value)
    assert not is_out_of_memory(caught.value)
