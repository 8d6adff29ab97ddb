"""What a cached result depends on besides its arguments: the code and models that made it."""

from __future__ import annotations

import inspect
import marshal
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from blake3 import blake3

_PACKAGE = Path(__file__).parent


def source_digest(function: Callable[..., Any]) -> str:
    """The digest of a tool's code: viscript's own tools package, or the file that defines it.

    A changed line makes old results unreachable, so a cache never answers for code that is gone. A
    tool that was typed in, and is in no file, counts by its compiled code.
    """
    own = package_digest()
    file = Path(inspect.getfile(function))
    if _PACKAGE in file.parents:
        return own
    code = file.read_bytes() if file.is_file() else marshal.dumps(function.__code__)
    return blake3(own.encode()).update(code).hexdigest()


@cache
def package_digest() -> str:
    """The digest of this package: sources by content, models and fonts by name and size."""
    digest = blake3()
    for path in sorted(_PACKAGE.rglob("*")):
        name = path.relative_to(_PACKAGE).as_posix()
        if path.suffix in (".py", ".toml"):
            digest.update(f"{name}\n".encode()).update(path.read_bytes())
        elif path.suffix in (".onnx", ".ttf", ".otf"):
            digest.update(f"{name} {path.stat().st_size}\n".encode())
    return digest.hexdigest()
