"""Planners by name: `embedded`, or `provider:model` for a chat model of any provider."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

from pydantic import SecretStr, ValidationError

from ...tools.backends.remote_settings import OWN_SERVER_KEY
from ...tools.errors import InputError, ModelError
from ...tools.redaction import without_secrets
from .chat_model import ChatModelPlanner
from .failures import Callee
from .offline import NAME as EMBEDDED
from .offline import OfflinePlanner
from .planner import Planner
from .settings import ChatSettings

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

_NO_KEY = "none"
"""Sent to a server of the user's own that asks for no key; clients insist on one."""


def planner_from(name: str, **settings: Any) -> Planner:
    """The planner of a name.

    Args:
        name: `embedded`, or `provider:model` ("openai:gpt-5", "anthropic:claude-opus-4-7",
            "ollama:qwen3"), where the provider is one of LangChain's.
        settings: of `ChatSettings`, for a chat model; `adapter`, the file of another adapter than
            viscript's own, for the embedded planner.

    Raises:
        InputError: there is no such planner or setting.
        ModelError: its package, its model or its API key is missing.
    """
    if name == EMBEDDED:
        return _embedded(settings)
    provider, colon, model = name.partition(":")
    if not (provider and colon and model):
        raise InputError(
            f"there is no planner {name!r}",
            hint=f"use {EMBEDDED}, or provider:model (openai:gpt-5)",
        )
    return connect(provider, model, ChatSettings.of(settings))


def _embedded(settings: Mapping[str, Any]) -> OfflinePlanner:
    """The embedded planner, with viscript's adapter or another one.

    Raises:
        InputError: there is no such setting, or no such file.
    """
    from .embedded.planner import EmbeddedPlanner

    others = sorted(set(settings) - {"adapter"})
    if others:
        raise InputError(
            f"the embedded planner has no setting {others[0]}",
            hint="name a chat model as the planner: provider:model",
        )
    if "adapter" not in settings:
        return OfflinePlanner(EmbeddedPlanner())
    adapter = Path(settings["adapter"])
    if not adapter.is_file():
        raise InputError(
            f"there is no adapter {adapter}", hint="`viscript train planner` makes one"
        )
    return OfflinePlanner(EmbeddedPlanner(adapter=adapter))


def connect(provider: str, model: str, settings: ChatSettings) -> ChatModelPlanner:
    """A chat model of one of LangChain's providers as a planner.

    Raises:
        InputError: LangChain knows no such provider.
        ModelError: the provider's package or API key is missing.
    """
    name = f"{provider}:{model}"
    options = options_of(provider, settings, os.environ.get(OWN_SERVER_KEY, ""))
    chat_model = _created(provider, model, options)
    return ChatModelPlanner(chat_model, _callee(name, chat_model, settings), settings)


def options_of(provider: str, settings: ChatSettings, key: str) -> dict[str, Any]:
    """The settings as the arguments of LangChain's class for a provider.

    Args:
        provider: LangChain's name for it.
        settings: how the model is called.
        key: the key for a server of the user's own; empty when it asks for none.
    """
    given = {"temperature": settings.temperature, "base_url": settings.base_url}
    options: dict[str, Any] = {name: one for name, one in given.items() if one is not None}
    if provider == "ollama":
        # Its class has names of its own, and ignores the others without a word.
        if settings.max_tokens is not None:
            options["num_predict"] = settings.max_tokens
        client: dict[str, Any] = {"timeout": settings.timeout}
        if settings.base_url is not None and key:
            client["headers"] = {"Authorization": f"Bearer {key}"}
        return {**options, "client_kwargs": client}
    options |= {"timeout": settings.timeout, "max_retries": 0}
    if settings.max_tokens is not None:
        options["max_tokens"] = settings.max_tokens
    if settings.base_url is not None:
        options["api_key"] = SecretStr(key or _NO_KEY)
    if provider == "openai":
        # Servers that speak OpenAI's protocol count tokens only when they are asked to.
        options["stream_usage"] = True
    return options


def _created(provider: str, model: str, options: Mapping[str, Any]) -> BaseChatModel:
    """A chat model, or why there is none."""
    name = f"{provider}:{model}"
    try:
        from langchain.chat_models import init_chat_model
    except ImportError:
        raise ModelError(
            "chat models need an extra package", hint="pip install 'viscript[chat-models]'"
        ) from None
    try:
        create = cast("Callable[..., BaseChatModel]", init_chat_model)
        return create(model, model_provider=provider, **options)
    except ImportError as error:
        package = str(error).rpartition("pip install ")[2].strip("`. ")
        raise ModelError(
            f"{name} needs a package of its provider", hint=f"pip install {package}"
        ) from None
    except ValidationError as error:
        first = error.errors(include_input=False)[0]
        raise ModelError(f"{name} can't be used: {first['msg']}") from None
    except ValueError as error:
        raise InputError(
            f"there is no provider of {name!r}", hint=str(error).partition("\n")[2]
        ) from None
    # Some clients refuse to be made without a key, each with an error of its own.
    except Exception as error:  # noqa: BLE001
        raise ModelError(f"{name} can't be used: {without_secrets(str(error), ())}") from None


def _callee(name: str, model: BaseChatModel, settings: ChatSettings) -> Callee:
    """What errors may say about a model, and what they must not."""
    if settings.base_url is not None:
        key = os.environ.get(OWN_SERVER_KEY, "")
        address = urlsplit(settings.base_url)
        # What stands before @ is a password.
        shown = address._replace(netloc=address.netloc.rpartition("@")[2]).geturl()
        return Callee(name, shown, (OWN_SERVER_KEY,), (key,), settings.timeout)
    variables: Mapping[str, str] = model.lc_secrets
    names = tuple(dict.fromkeys(variables.values()))
    held = (getattr(model, field, None) for field in variables)
    secrets = [one.get_secret_value() for one in held if isinstance(one, SecretStr)]
    secrets += [os.environ.get(one, "") for one in names]
    return Callee(name, "", names, tuple(secrets), settings.timeout)
