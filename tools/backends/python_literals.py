"""Settings in a Python file, read without running it."""

from __future__ import annotations

import ast
from pathlib import Path

from ..errors import ModelError

MAX_BYTES = 2**16


def literals(path: Path) -> dict[str, object]:
    """What a file of lines `name = literal` sets; comments and docstrings may stand between.

    Raises:
        ModelError: the file can't be read, is too large, or does anything else.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise ModelError(f"the settings {path} are larger than {MAX_BYTES // 1024} KB")
        tree = ast.parse(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, SyntaxError, ValueError, RecursionError) as error:
        raise ModelError(f"the settings {path} can't be read: {error}") from None
    settings: dict[str, object] = {}
    for line in tree.body:
        match line:
            case ast.Expr(value=ast.Constant()):
                continue
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                settings[name] = _literal(path, value)
            case _:
                raise _not_literal(path, line)
    return settings


def _literal(path: Path, value: ast.expr) -> object:
    try:
        return ast.literal_eval(value)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        raise _not_literal(path, value) from None


def _not_literal(path: Path, node: ast.stmt | ast.expr) -> ModelError:
    return ModelError(
        f"line {node.lineno} of the settings {path} is no plain value",
        hint="settings are read, not run: write lines such as hidden_dim = 256",
    )
