"""Knowledge of a language model behind an OpenAI-compatible server. It serves `list_facts`.

The profile's checkpoint is the name that the server knows the model by. A profile that names none
leaves it to who makes the toolbox: the agent gives the model that plans.
"""

from __future__ import annotations

from ..errors import ModelError, ToolError, one_line
from . import BackendSpec, Tools
from .chat_endpoint import ChatEndpoint, Reply
from .remote_settings import ChatSettings

MOST_FACTS = 100
LONGEST_FACT = 120


class _Facts(Reply):
    entries: list[str]


def load(spec: BackendSpec, tools: Tools) -> Facts:
    """The backend; its options are those of `ChatSettings`.

    Raises:
        ModelError: neither the profile nor a planner names a model.
    """
    if not spec.checkpoint:
        raise ModelError(
            "list_facts needs a language model, and the profile names none",
            hint="plan by a chat model (--planner openai:...), or set checkpoint and base_url",
        )
    return Facts(ChatEndpoint.of(spec, ChatSettings.of(spec)))


class Facts:
    """Asks a chat model for lists."""

    def __init__(self, endpoint: ChatEndpoint) -> None:
        self._endpoint = endpoint

    def list_facts(self, query: str, max: int) -> list[str]:
        """Names or facts, each once, the best known first.

        Raises:
            ToolError: `max` is not from 1 to 100, or what the model says is no list of texts.
        """
        if not 1 <= max <= MOST_FACTS:
            raise ToolError(f"list_facts can't list {max}", hint=f"give a max of 1 to {MOST_FACTS}")
        told = (
            f"List what is asked for, the best known first, at most {max} entries, each a name or "
            'a few words without numbering. Answer in JSON: {"entries": ["...", "..."]}. '
            "List only what you know; an empty list when you know nothing."
        )
        entries = self._endpoint.reply(_Facts, max, told, query).entries
        short = (one_line(entry, LONGEST_FACT) for entry in entries)
        return list(dict.fromkeys(entry for entry in short if entry))[:max]
