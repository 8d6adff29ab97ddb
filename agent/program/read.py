"""Reading a source in one of the dialects."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal as Choice

from .diagnostics import Diagnostic
from .parse import Reader
from .places import Places
from .scan import normalised
from .syntax import python_module
from .tree import Statement
from .visprog import read_visprog

_MODULE_CALL = re.compile(r"^[ \t]*\w+[ \t]*=[ \t]*[A-Z][A-Z0-9_]+[ \t]*\(", re.MULTILINE)


@dataclass(frozen=True)
class Parsed:
    """What was read of a source.

    Args:
        body: its statements, as far as they can be read.
        diagnostics: why the rest can't; none when all of it was read.
        dialect: the dialect in which it was read.
    """

    body: tuple[Statement, ...]
    diagnostics: tuple[Diagnostic, ...]
    dialect: Choice["viscript", "visprog"]


def read(source: str, dialect: Choice["auto", "viscript", "visprog"] = "auto") -> Parsed:
    """Reads a source; what can't be read is a diagnostic, never an exception.

    In the dialect "auto", a source in which a module in capitals is called is VisProg's.
    """
    text = normalised(source)
    if dialect == "auto":
        dialect = "visprog" if _MODULE_CALL.search(text) else "viscript"
    if dialect == "visprog":
        return Parsed(*read_visprog(text), dialect)
    module = python_module(text)
    if isinstance(module, Diagnostic):
        return Parsed((), (module,), dialect)
    reader = Reader(Places(text))
    body = reader.statements(module.body)
    return Parsed(body, tuple(reader.diagnostics), dialect)
