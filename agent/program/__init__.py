"""The visual-program language: Python's syntax, a small closed part of it, checked before it runs.

`check` reads a program and says what is wrong with it; `execute` runs one that is ok.
"""

from .basics import basics
from .budget import Budget
from .check import Checked, Dialect, check
from .codes import CODES, Code
from .diagnostics import Diagnostic, ProgramFailedError
from .interpret import Execution, Steps, execute
from .scope import Scope
from .tree import Program

__all__ = [
    "CODES",
    "Budget",
    "Checked",
    "Code",
    "Diagnostic",
    "Dialect",
    "Execution",
    "Program",
    "ProgramFailedError",
    "Scope",
    "Steps",
    "basics",
    "check",
    "execute",
]
