"""How a backend reaches a server: address, key, limits. The options of remote backends."""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ..errors import InputError, PolicyError
from . import BackendSpec

OWN_SERVER_KEY = "VISCRIPT_API_KEY"
"""The variable with the key for a server that the profile names, unless its option `key_env` names
another. A provider's own key, such as `OPENAI_API_KEY`, is for that provider only."""
OPENAI = "https://api.openai.com/v1"
HUB = "https://router.huggingface.co/hf-inference"
PROVIDERS: Mapping[str, str] = MappingProxyType(
    {"openai-vision": OPENAI, "facts": OPENAI, "hf-inference": HUB}
)
"""Where the backends of this package call when the profile names no server."""


class RemoteSettings(BaseModel):
    """Options of every remote backend.

    Args:
        base_url: the address of the server; empty is the provider's own.
        key_env: the name of the environment variable that holds the key.
        allow_http: reach a server on another machine without encryption.
        timeout: seconds that one answer may take.
        retries: how often a call is repeated that failed for a reason that may pass.
        concurrency: how many calls are on the way at the same time.
        max_side: pixels of the longer side of a picture as it is sent.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    base_url: str = ""
    key_env: str = Field(default="", pattern=r"^\w*$")
    allow_http: bool = False
    timeout: float = Field(default=60, gt=0, le=3600)
    retries: int = Field(default=3, ge=0, le=10)
    concurrency: int = Field(default=4, ge=1, le=64)
    max_side: int = Field(default=1024, ge=64, le=4096)

    @classmethod
    def of(cls, spec: BackendSpec) -> Self:
        """The settings that a profile gives.

        Raises:
            InputError: there is no such option, or a value is outside its range.
        """
        spec.only(*cls.model_fields)
        try:
            return cls.model_validate(dict(spec.options))
        except ValidationError as error:
            first = error.errors(include_input=False)[0]
            place = ".".join(map(str, first["loc"]))
            raise InputError(
                f"the option {place} of the backend {spec.backend}: {first['msg']}"
            ) from None

    def server(self, default: str, default_key: str) -> Server:
        """Where calls go, and the key that goes with them.

        Args:
            default: the provider's own address.
            default_key: the name of the variable with the provider's own key.

        Raises:
            InputError: the address is none.
            PolicyError: it is on another machine and not encrypted.
        """
        address = (self.base_url or default).rstrip("/")
        check_address(address, self.allow_http)
        variable = self.key_env or (OWN_SERVER_KEY if self.base_url else default_key)
        return Server(address=address, key=os.environ.get(variable, "").strip(), variable=variable)


class ChatSettings(RemoteSettings):
    """Options of backends that talk to a chat model.

    Args:
        structured: ask the server for JSON of a given schema; False for servers that can't.
        coordinates: what the model's boxes are in: thousandths of the picture's sides, as most
            models are taught, or pixels of the picture as it was sent (Qwen2.5-VL).
        max_tokens: of an answer, thoughts included.
        temperature: 0 to 2; None leaves it to the server, as some models refuse to be told.
        input_price: what a million tokens of input cost, in dollars.
        output_price: the same of output.
    """

    structured: bool = True
    coordinates: Literal["thousandths", "pixels"] = "thousandths"
    max_tokens: int = Field(default=2048, ge=1, le=65536)
    temperature: float | None = Field(default=None, ge=0, le=2)
    input_price: float | None = Field(default=None, ge=0)
    output_price: float | None = Field(default=None, ge=0)

    def cost(self, input_tokens: int, output_tokens: int) -> float | None:
        """Dollars by the prices that are set; None when one is not."""
        if self.input_price is None or self.output_price is None:
            return None
        return (input_tokens * self.input_price + output_tokens * self.output_price) / 1e6


class Server(BaseModel):
    """Where calls go.

    Args:
        address: its URL, without a slash at the end.
        key: what it asks for; never shown.
        variable: the environment variable that the key comes from.
    """

    model_config = ConfigDict(frozen=True)

    address: str
    key: str = Field(repr=False)
    variable: str


def other_machine(spec: BackendSpec) -> str:
    """The host, other than this machine, that a backend's calls go to; empty where there is none.

    It is read from the profile alone: whoever must agree is asked before a backend is loaded.
    """
    address = str(spec.options.get("base_url") or PROVIDERS.get(spec.backend, ""))
    try:
        host = urlsplit(address).hostname or ""
    except ValueError:
        return ""  # no address: the backend refuses it
    return "" if not host or _is_loopback(host) else host


def check_address(address: str, allow_http: bool = False) -> None:
    """Refuses an address that pictures and keys must not go to.

    Raises:
        InputError: it is no http or https address, or a password stands in it.
        PolicyError: it is on another machine and not encrypted.
    """
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
        _ = parts.port  # raises when it is no number
    except ValueError:
        host, parts = "", urlsplit("")
    if parts.scheme not in ("http", "https") or not host:
        raise InputError(
            "base_url is not the address of a server", hint="give one such as https://host/v1"
        )
    if parts.username is not None or parts.password is not None:
        raise InputError(
            f"base_url holds a password for {host}",
            hint="put the key into an environment variable and name it as key_env",
        )
    if parts.scheme == "http" and not allow_http and not _is_loopback(host):
        raise PolicyError(
            f"pictures would go to {host} without encryption",
            hint="use an https address, or set the option allow_http in a network that you trust",
        )


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
