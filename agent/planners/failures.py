"""What went wrong in a call of a chat model, as an error that says what to do.

Providers that follow LangChain raise its own errors (`langchain_core.exceptions.ModelError`); the
others are told apart by the HTTP status that their errors carry. What a provider says is quoted
without anything that looks like a key.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from ...tools.errors import ModelError, one_line
from ...tools.redaction import without_secrets

MAX_QUOTED = 200
"""Characters of a provider's own words."""

PASSING = frozenset({"unreachable", "timeout", 408, 409, 425, 429})
"""The statuses, besides those of the server's own faults, that may pass."""
_TOO_LONG = re.compile(r"context[_ ](?:length|size|window)")


@dataclass(frozen=True)
class Callee:
    """Who is called, for the words of an error.

    Args:
        name: the planner's name: "openai:gpt-5".
        address: the server's address where the user named one.
        key_names: the environment variables that may hold the key.
        secrets: what must not be in any error.
        timeout: seconds that a reply may take.
    """

    name: str
    address: str = ""
    key_names: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()
    timeout: float = 0.0

    def quoted(self, text: str) -> str:
        """A provider's words, without secrets."""
        return without_secrets(one_line(text, 2000), self.secrets)[:MAX_QUOTED]


class CallFailedError(ModelError):
    """A call of a chat model failed.

    `passing` says whether the same call may work a little later, and `after` how many seconds the
    provider asks to wait before.
    """

    passing: bool = False
    after: float | None = None


def failure_of(error: Exception, callee: Callee) -> CallFailedError:
    """What an exception of a provider's means."""
    status = _status(error)
    said = callee.quoted(str(getattr(error, "message", "") or error))
    name = callee.name
    where = f" at {callee.address}" if callee.address else ""
    match status:
        case "unreachable":
            words, hint = (
                f"{name} can't be reached{where}",
                "see that the server and network are up",
            )
        case "timeout" | 408:
            words = f"{name} did not answer within {callee.timeout:g} s"
            hint = "allow more time (timeout), or use a faster model"
        case 401:
            words = f"{name} did not accept the API key, or there is none"
            hint = f"set {' or '.join(callee.key_names) or 'the API key of the provider'}"
        case 403:
            words, hint = f"{name} may not be used with this API key: {said}", "use another model"
        case 404:
            words, hint = f"{name} doesn't exist{where}", "see which models the provider has"
        case 429:
            words = f"{name} is called too often, or the quota is used up: {said}"
            hint = "wait a while, see the account with the provider, or use another planner"
        case "too long" | 413:
            words = f"{name} can't read a task of this length"
            hint = "use a model with a longer context, or a profile with fewer tools"
        case int() if status >= 500:
            words, hint = f"{name} has a fault of its own ({status}): {said}", "try again later"
        case int():
            words, hint = (
                f"{name} refused the call ({status}): {said}",
                "see the planner's settings",
            )
        case _:
            words = f"{name} failed: {type(error).__name__}: {said}"
            hint = "see that the address is that of an OpenAI-compatible server" if where else ""
    failed = CallFailedError(words, hint=hint)
    failed.passing = status in PASSING or (isinstance(status, int) and status >= 500)
    failed.after = _retry_after(error)
    return failed


def _status(error: Exception) -> int | str:
    """The HTTP status of a failed call, or a word for what has none."""
    from langchain_core import exceptions as core

    kinds: tuple[tuple[type[Exception], int | str], ...] = (
        (core.ContextOverflowError, "too long"),
        (core.ModelTimeoutError, "timeout"),
        (TimeoutError, "timeout"),
        (core.ModelConnectionError, "unreachable"),
        (ConnectionError, "unreachable"),
        (core.ModelAuthenticationError, 401),
        (core.ModelPermissionDeniedError, 403),
        (core.ModelNotFoundError, 404),
        (core.ModelRateLimitError, 429),
    )
    for kind, status in kinds:
        if isinstance(error, kind):
            return status
    for one in (error, getattr(error, "response", None)):
        status = getattr(one, "status_code", None)
        if isinstance(status, int) and status >= 400:
            words = f"{getattr(error, 'code', '')} {error}"
            return "too long" if status == 400 and _TOO_LONG.search(words) else status
    if isinstance(error, core.ModelAPIError):
        return 500
    # httpx and what is built on it: an error per kind of failure, and no common base outside it.
    names = {kind.__name__ for kind in type(error).__mro__}
    if names & {"TimeoutException", "APITimeoutError"}:
        return "timeout"
    return "unreachable" if names & {"TransportError", "APIConnectionError"} else "unknown"


def _retry_after(error: Exception) -> float | None:
    """The seconds of a `Retry-After` header."""
    headers: object = getattr(getattr(error, "response", None), "headers", None)
    if not isinstance(headers, Mapping):
        return None
    value = cast("Mapping[str, str]", headers).get("retry-after")
    try:
        return max(0.0, float(str(value)))
    except ValueError:
        return None
