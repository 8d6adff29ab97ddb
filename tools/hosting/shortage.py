"""Which errors mean that memory ran out, or that a floating-point type is not served."""

from __future__ import annotations

_OUT_OF_MEMORY = (
    "out of memory",
    "can't allocate memory",
    "cannot allocate memory",
    "not enough memory",
    "failed to allocate memory",
)
"""In the messages of torch's allocators, of onnxruntime's and of the system."""

_NO_SUCH_KERNEL = (
    "not implemented for 'bfloat16'",
    "not implemented for 'half'",
    "low precision dtypes not supported",
    "got unsupported scalartype bfloat16",
)
"""In torch's messages about what the device, or numpy, can't do in a shorter type."""


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an error of a model says that memory ran out, on whatever device."""
    if isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError":
        return True
    return isinstance(error, (RuntimeError, OSError)) and _says(error, _OUT_OF_MEMORY)


def needs_float32(error: BaseException) -> bool:
    """Whether an error of a model says that it can't run in bfloat16 or float16 here."""
    return isinstance(error, (RuntimeError, TypeError)) and _says(error, _NO_SUCH_KERNEL)


def _says(error: BaseException, words: tuple[str, ...]) -> bool:
    text = str(error).lower()
    return any(one in text for one in words)
