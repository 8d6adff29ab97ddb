"""`ask` and `caption` on any model that answers in words."""

from __future__ import annotations

import re
from typing import NamedTuple

from ..cancellation import current_cancellation
from ..errors import ToolError
from ..hosting.model import Hosted
from ..values import Image
from ..values.image import Pixels
from . import BackendSpec

TOKENS = 32
"""The most tokens of an answer or a caption, unless the option `tokens` says otherwise."""

MOST_TOKENS = 1024
MOST_LETTERS = 1000
"""Letters of a question."""

_YES_OR_NO = re.compile(r"(yes|no)\b.*", re.IGNORECASE | re.DOTALL)
_ASKS_YES_OR_NO = re.compile(
    r"(is|are|was|were|am|do|does|did|has|have|had|can|could|will|would|should|isn't|aren't)\b",
    re.IGNORECASE,
)


class Prompt(NamedTuple):
    """What a model is given.

    Args:
        pixels: the picture, uint8 of shape (H, W, 3).
        question: what is asked; empty for a description of the picture.
        tokens: the most that the model says.
    """

    pixels: Pixels
    question: str
    tokens: int


class Answering:
    """`ask`, on a hosted model that answers prompts with text.

    Args:
        answerer: the model.
        tokens: the most tokens of an answer.
    """

    def __init__(self, answerer: Hosted[Prompt, str], tokens: int = TOKENS) -> None:
        self._answerer = answerer
        self._tokens = tokens

    def ask(self, image: Image, question: str) -> str:
        """A short answer; "yes" or "no" where that is asked.

        Raises:
            ToolError: the question is empty or too long, or the model says nothing.
        """
        asked = question.strip()
        if not 0 < len(asked) <= MOST_LETTERS:
            raise ToolError(
                f"a question of {len(asked)} letters can't be answered",
                hint=f"ask one plain question of at most {MOST_LETTERS} letters",
            )
        return short_answer(asked, self._said(self._answerer, image, asked))

    def _said(self, model: Hosted[Prompt, str], image: Image, question: str) -> str:
        current_cancellation().check()
        text = model.run(Prompt(image.pixels, question, self._tokens)).strip()
        if not text:
            raise ToolError(
                f"the model has no words for the {'question' if question else 'picture'}",
                hint="ask in other words",
            )
        return text


class LanguageTools(Answering):
    """`ask` and `caption`.

    Args:
        spec: its option `tokens` is the most tokens of an answer or a caption.
        answerer: answers questions.
        describer: describes pictures; often the same.
    """

    def __init__(
        self, spec: BackendSpec, answerer: Hosted[Prompt, str], describer: Hosted[Prompt, str]
    ) -> None:
        spec.only("tokens")
        super().__init__(answerer, int(spec.number("tokens", TOKENS, 1, MOST_TOKENS)))
        self._describer = describer

    def caption(self, image: Image) -> str:
        """One sentence about the picture.

        Raises:
            ToolError: the model says nothing.
        """
        return first_sentence(self._said(self._describer, image, ""))


def short_answer(question: str, text: str) -> str:
    """What a model says, without the sentence around it: "Yes, it is." to "Is it red?" is "yes".

    Args:
        question: what was asked.
        text: what the model said, in small or capital letters, perhaps several lines.
    """
    answer = " ".join(text.strip().splitlines()[0].split()) if text.strip() else ""
    if _ASKS_YES_OR_NO.match(question) and " or " not in question:
        said = _YES_OR_NO.fullmatch(answer)
        if said is not None:
            return said[1].lower()
    return answer.rstrip(".") or answer


def first_sentence(text: str) -> str:
    """The first sentence of what a model says, on one line."""
    flat = " ".join(text.split())
    return re.split(r"(?<=[.!?])\s+(?=[A-Z])", flat, maxsplit=1)[0]
