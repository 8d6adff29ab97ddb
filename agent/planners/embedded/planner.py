"""`EmbeddedPlanner`: writes a program for a request, on the CPU, without a network."""

from __future__ import annotations

import importlib
import secrets
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from ....tools.contract import Contract
from ....tools.errors import ModelError
from ..planner import NoProgramError
from .grammar import grammar_for
from .model import ADAPTER, base_path
from .prompt import prompt_for

CONTEXT = 1024
"""Tokens of a request and its program."""

MAX_TOKENS = 600
"""Tokens of a program; canonical ones have about 50."""


class EmbeddedPlanner:
    """A model of 135 million parameters that decodes under the grammar of the offered tools.

    Whatever it writes parses, calls only offered tools with arguments of the right types, and uses
    only names that it has assigned. It is loaded when it first plans. Safe to use from several
    threads; plans are made one after the other.

    Args:
        base: the model's file; None is the one that `fetch_base` has fetched.
        adapter: the fine-tuned adapter's file; None runs the untrained model.
        threads: CPU threads. They wait for each other by spinning: on two cores that have other
            work, two took twenty times as long as one.
    """

    def __init__(
        self, base: Path | None = None, adapter: Path | None = ADAPTER, threads: int = 1
    ) -> None:
        self._base = base
        self._adapter = adapter
        self._threads = threads
        self._server: Any = None
        self._lock = threading.Lock()

    @property
    def other_adapter(self) -> Path | None:
        """The adapter's file, where it is not viscript's own."""
        return None if self._adapter in (None, ADAPTER) else self._adapter.absolute()

    def plan(
        self,
        request: str,
        image_count: int,
        contracts: Mapping[str, Contract],
        on_token: Callable[[str], None] | None = None,
        *,
        temperature: float = 0.0,
        seed: int = 0,
        examples: str = "",
    ) -> str:
        """The program for a request.

        Args:
            request: what a person wants, at most 400 characters.
            image_count: how many pictures there are.
            contracts: the tools that the profile offers, by name.
            on_token: told each piece of the program as it is written.
            temperature: 0 writes the likeliest program; more draws different ones for each seed.
            seed: of the draw.
            examples: text before the prompt: requests and programs in the same form, for a model
                without its adapter.

        Raises:
            InputError: the request is empty or too long, or there is no picture.
            ModelError: the model is missing or failed.
            NoProgramError: it found no end of the program.
        """
        prompt = examples + prompt_for(request, image_count)
        body = {
            "prompt": prompt,
            "grammar": grammar_for(contracts, image_count, request),
            "max_tokens": MAX_TOKENS,
            "temperature": temperature,
            "seed": seed,
            "stream": True,
        }
        with self._lock:
            pieces, reason = self._complete(body, on_token)
        if reason != "stop":
            raise NoProgramError(
                "the embedded planner found no end of its program",
                hint="say the request in other words, or choose a larger planner",
            )
        return "".join(pieces) + "\n"

    def _complete(
        self, body: Mapping[str, object], on_token: Callable[[str], None] | None
    ) -> tuple[list[str], str]:
        """The pieces that the model writes, and why it stopped."""
        if self._server is None:
            self._server = self._load()
        pieces: list[str] = []
        reasons: list[str] = []
        problems: list[str] = []

        def read(chunk: dict[str, Any]) -> None:
            if "error" in chunk:
                problems.append(str(chunk["error"].get("message", "no reason given")))
                return
            choice = chunk["choices"][0]
            if choice["text"]:
                pieces.append(choice["text"])
                if on_token is not None:
                    on_token(choice["text"])
            if choice["finish_reason"]:
                reasons.append(choice["finish_reason"])

        # What it refuses comes back at once; what it writes comes through `read`.
        refused: dict[str, Any] | None = self._server.handle_completions(dict(body), read)
        if refused:
            read(refused)
        if problems:
            raise ModelError(f"the embedded model failed: {problems[0]}")
        return pieces, reasons[-1] if reasons else ""

    def _load(self) -> Any:
        """The model in memory.

        Raises:
            ModelError: a file or the package xllamacpp is missing.
        """
        base = self._base or base_path()
        for path in (base, self._adapter):
            if path is not None and not path.is_file():
                raise ModelError(f"there is no model file {path}")
        try:
            xllamacpp: Any = importlib.import_module("xllamacpp")
        except ImportError as error:
            raise ModelError(
                "the embedded planner needs the package xllamacpp",
                hint="pip install xllamacpp",
            ) from error
        settings: Any = xllamacpp.CommonParams()
        settings.model.path = str(base)
        if self._adapter is not None:
            settings.lora_adapters = [xllamacpp.CommonAdapterLoraInfo(str(self._adapter), 1.0)]
        settings.n_ctx = CONTEXT
        settings.n_parallel = 1
        settings.cpuparams.n_threads = self._threads
        settings.cpuparams_batch.n_threads = self._threads
        settings.n_gpu_layers = 0
        settings.warmup = False
        settings.verbosity = 0
        # The library also listens on a local port: nobody else is to use it.
        settings.api_keys = [secrets.token_hex(16)]
        try:
            return xllamacpp.Server(settings)
        except RuntimeError as error:
            raise ModelError(f"the embedded model can't be loaded: {error}") from error
