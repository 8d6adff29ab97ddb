"""Keeping keys out of texts that people and logs see."""

from __future__ import annotations

import re
from collections.abc import Iterable

HIDDEN = "***"

_LOOKS_LIKE_KEY = re.compile(r"(?i)\b(bearer\s+|(?:sk|pk|hf|key|token)[-_])[\w.\-*]{6,}")


def without_secrets(text: str, secrets: Iterable[str]) -> str:
    """A text in which secrets, and what looks like an API key, are replaced by ***."""
    return _LOOKS_LIKE_KEY.sub(HIDDEN, without(text, secrets))


def without(text: str, secrets: Iterable[str]) -> str:
    """A text in which secrets are replaced by ***, and nothing else is changed."""
    for secret in secrets:
        if secret:
            text = text.replace(secret, HIDDEN)
    return text
