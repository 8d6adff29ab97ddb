"""`ChatEndpoint`: a chat model behind an OpenAI-compatible server, asked by the client of OpenAI.

What a model says is not trusted: it is read as text of a bounded length, or as JSON of a given
shape, and anything else is an error that quotes it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

import httpx2
from pydantic import BaseModel, ConfigDict, ValidationError

from ..errors import InputError, ModelError, ToolError, one_line
from ..notes import note
from ..redaction import without
from . import BackendSpec
from .http_client import MAX_QUOTED, RemoteClient
from .remote_settings import OPENAI, ChatSettings, Server
from .sent_picture import SentPicture

if TYPE_CHECKING:
    from openai import OpenAI
    from openai.types.chat import ChatCompletion

T = TypeVar("T", bound="Reply")

OPENAI_KEY = "OPENAI_API_KEY"
INSTALL = "pip install 'viscript[remote]'"
MAX_ANSWER = 500
"""Characters of an answer in words."""

_THOUGHTS = re.compile(r"^\s*<think>.*?</think>", re.DOTALL)
_FENCED = re.compile(r"^\s*```(?:json)?\s*\n(.*?)\n?\s*```\s*$", re.DOTALL)


class Reply(BaseModel):
    """The shape of an answer; nothing else may be in it."""

    model_config = ConfigDict(extra="forbid")


class ChatEndpoint:
    """A chat model behind a server.

    Args:
        model: its name there.
        server: where it is.
        settings: how it is called.
    """

    def __init__(self, model: str, server: Server, settings: ChatSettings) -> None:
        self._model = model
        self._server = server
        self._settings = settings
        self._client = _client(model, server, settings)

    @classmethod
    def of(cls, spec: BackendSpec, settings: ChatSettings) -> Self:
        """The model that a profile names.

        Raises:
            InputError: it names none, or the address is none.
            ModelError: the client is not installed.
            PolicyError: the server is on another machine and not encrypted.
        """
        if not spec.checkpoint:
            raise InputError(
                f"the backend {spec.backend} needs the name of a model",
                hint="set checkpoint to what the server calls it, and options.base_url",
            )
        return cls(spec.checkpoint, settings.server(OPENAI, OPENAI_KEY), settings)

    def words(self, told: str, asked: str, picture: SentPicture | None = None) -> str:
        """An answer in words, on one line.

        Args:
            told: what the model is to do.
            asked: what it is asked.
            picture: what it looks at.

        Raises:
            ModelError, ToolError: as `RemoteClient.send`; or the answer is empty.
        """
        answer = one_line(self._answer(told, asked, picture, None), MAX_ANSWER)
        if not answer:
            raise ToolError(f"{self._model} answered nothing", hint="ask in other words")
        return answer

    def reply(
        self,
        shape: type[T],
        most: int,
        told: str,
        asked: str,
        picture: SentPicture | None = None,
    ) -> T:
        """An answer of a given shape.

        Args:
            shape: what is asked for.
            most: the entries that a list in it may have; the server is asked to keep to it, and
                need not.
            told: what the model is to do.
            asked: what it is asked.
            picture: what it looks at.

        Raises:
            ModelError, ToolError: as `RemoteClient.send`; or the answer has another shape.
        """
        text = self._answer(told, asked, picture, _format(shape, most))
        fenced = _FENCED.match(text)
        try:
            return shape.model_validate_json(fenced[1] if fenced else text)
        except ValidationError as error:
            first = error.errors(include_input=False, include_url=False)[0]
            place = ".".join(map(str, first["loc"]))
            raise self.unusable(
                f"{place}: {first['msg']}" if place else first["msg"], text
            ) from None

    def unusable(self, why: str, text: str) -> ToolError:
        """The error for an answer that is of no use, which it quotes."""
        return ToolError(
            f"{self._model} gave an answer that is not what was asked for: {one_line(why, 150)}",
            hint=f"it said: {one_line(text, MAX_QUOTED) or 'nothing'}",
        )

    def _answer(
        self, told: str, asked: str, picture: SentPicture | None, form: dict[str, Any] | None
    ) -> str:
        content: list[Any] = [{"type": "text", "text": asked}]
        if picture is not None:
            image = {"url": picture.data_uri, "detail": "high"}
            content.insert(0, {"type": "image_url", "image_url": image})
        settings = self._settings
        options: dict[str, Any] = {"max_completion_tokens": settings.max_tokens}
        if settings.temperature is not None:
            options["temperature"] = settings.temperature
        if form is not None and settings.structured:
            options["response_format"] = form
        messages: Any = [
            {"role": "system", "content": told},
            {"role": "user", "content": content if picture is not None else asked},
        ]
        try:
            completion = cast(
                "ChatCompletion",
                self._client.chat.completions.create(
                    model=self._model, messages=messages, **options
                ),
            )
        # What the client makes of a body that is no completion depends on the body.
        except (ValueError, TypeError, AttributeError) as error:
            raise self.unusable("no completion of a chat", str(error)) from None
        return self._text(completion)

    def _text(self, completion: ChatCompletion) -> str:
        """The words of a completion; its tokens and cost are noted."""
        # The client builds its types without checking what the server sent.
        data: Any = completion
        try:
            choice = data.choices[0]
            text, refusal = choice.message.content or "", getattr(choice.message, "refusal", None)
            ended = choice.finish_reason
        except (AttributeError, TypeError, IndexError, KeyError):
            raise self.unusable("no completion of a chat", str(data)) from None
        self._note_usage(data)
        if not isinstance(text, str):
            raise self.unusable("no text", str(text))
        text = without(text, (self._server.key,))
        if refusal or ended == "content_filter":
            raise ToolError(
                f"{self._model} refused: {one_line(str(refusal or text), MAX_QUOTED)}",
                hint="ask in other words",
            )
        if ended == "length":
            raise ToolError(
                f"{self._model} did not come to an end within {self._settings.max_tokens} tokens",
                hint="allow more by the option max_tokens",
            )
        return _THOUGHTS.sub("", text).strip()

    def _note_usage(self, completion: Any) -> None:
        usage = getattr(completion, "usage", None)
        counts = [getattr(usage, name, None) for name in ("prompt_tokens", "completion_tokens")]
        given, made = (one if isinstance(one, int) else None for one in counts)
        if given is None or made is None:
            note(f"{self._model}: tokens unknown")
            return
        reported = getattr(usage, "cost", None)
        cost = float(reported) if isinstance(reported, int | float) else None
        cost = self._settings.cost(given, made) if cost is None else cost
        price = "" if cost is None else f", ${cost:.6f}"
        note(f"{self._model}: {given} tokens in, {made} out{price}")


def _client(model: str, server: Server, settings: ChatSettings) -> OpenAI:
    """The client of OpenAI, which sends through `RemoteClient` and repeats nothing itself."""
    try:
        from openai import Omit, OpenAI
    except ModuleNotFoundError:
        raise ModelError("this backend needs the package openai", hint=INSTALL) from None
    own: Any = {"OpenAI-Organization": Omit(), "OpenAI-Project": Omit()}
    return OpenAI(
        api_key=server.key or "none",
        base_url=server.address,
        max_retries=0,
        timeout=httpx2.Timeout(settings.timeout),
        http_client=RemoteClient(model, server, settings),
        default_headers={} if server.address == OPENAI else own,
    )


def _format(shape: type[Reply], most: int) -> dict[str, Any]:
    """The request for JSON of a shape, with at most so many entries in each list."""
    schema = shape.model_json_schema()
    for one in schema["properties"].values():
        if one["type"] == "array":
            one["maxItems"] = most
    form = {"name": "reply", "strict": True, "schema": schema}
    return {"type": "json_schema", "json_schema": form}
