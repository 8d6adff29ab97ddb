"""Asking before a tool runs: who runs a program may hold calls back.

The check is in the context, as `cancellation` has its token, so that calls which a backend makes
for its own work meet it too. A result that is kept is given without it: that costs and sends
nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from contextvars import ContextVar

from .contract import Contract

Check = Callable[[Contract], None]
"""Raises where a call must not run."""

_current: ContextVar[Check | None] = ContextVar("viscript_permission", default=None)


def check_permission(contract: Contract) -> None:
    """Raises what the check of this context raises, if there is one and a person must agree."""
    check = _current.get()
    if check is not None and contract.approval:
        check(contract)


@contextmanager
def permitting(check: Check) -> Generator[None]:
    """Within the block, tools that a person must agree to run only where `check` lets them."""
    token = _current.set(check)
    try:
        yield
    finally:
        _current.reset(token)
