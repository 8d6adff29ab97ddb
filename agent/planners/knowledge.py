"""The planner's language model as what tools know: `list_facts` of profiles that leave it open."""

from __future__ import annotations

from ...tools.backends import BackendSpec, Option
from ...tools.profile import completed
from ...tools.toolbox import Toolbox
from .planner import Planner
from .settings import ChatSettings

BACKEND = "facts"


def informed(toolbox: Toolbox, planner: Planner) -> Toolbox:
    """The same tools; those that need a language model, and have none, get the planner's."""
    model: BackendSpec | None = getattr(planner, "language_model", None)
    if model is None:
        return toolbox
    profile = completed(toolbox.profile, model)
    if profile.tools == toolbox.profile.tools:
        return toolbox
    return Toolbox(profile, toolbox.registry, toolbox.cache)


def language_model(name: str, settings: ChatSettings) -> BackendSpec | None:
    """A chat model as the backend of tools, where its server speaks the protocol of OpenAI.

    Args:
        name: the planner's: `provider:model`.
        settings: how it is called.
    """
    provider, _, model = name.partition(":")
    if provider != "openai":
        return None
    # The person named the address for the planner, which sends the request and perhaps pictures.
    options: dict[str, Option] = {"allow_http": True, "timeout": settings.timeout}
    given = {
        "base_url": settings.base_url,
        "temperature": settings.temperature,
        "input_price": settings.input_price,
        "output_price": settings.output_price,
    }
    options |= {key: one for key, one in given.items() if one is not None}
    return BackendSpec(BACKEND, model, options=options)
