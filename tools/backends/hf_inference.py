"""Models behind the Hugging Face Inference API, or an endpoint that speaks as it does. It serves
`ask`, `caption`, `read_text` and `find`.

The profile's checkpoint is a hub id of a model that is served for the task: visual question
answering, image to text (captioning, or reading), object detection.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any, TypeVar

from huggingface_hub import InferenceClient, get_token
from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from ..errors import InputError, ToolError, one_line
from ..redaction import without
from ..values import Box, Image, Region
from ..vocabulary import Vocabulary
from . import BackendSpec, Tools
from .coco import THINGS
from .http_client import MAX_QUOTED, RemoteClient
from .remote_settings import HUB, RemoteSettings, Server
from .sent_picture import SentPicture

HUB_KEY = "HF_TOKEN"
MOST_REGIONS = 200
MAX_TEXT = 2000
"""Characters of an answer."""

T = TypeVar("T")


class HubSettings(RemoteSettings):
    """Options of the backend.

    Args:
        threshold: least score of an object, in [0, 1].
        zero_shot: the detector takes the words to look for; otherwise it names what it knows, the
            80 kinds of COCO, and `find` picks from them.
    """

    threshold: float = Field(default=0.5, ge=0, le=1)
    zero_shot: bool = False


class _Answer(BaseModel):
    answer: str


class _Text(BaseModel):
    generated_text: str


class _Corners(BaseModel):
    xmin: float
    ymin: float
    xmax: float
    ymax: float


class _Object(BaseModel):
    label: str
    score: float = Field(ge=0, le=1)
    box: _Corners


_ANSWERS = TypeAdapter(list[_Answer])
_TEXT = TypeAdapter(_Text)
_OBJECTS = TypeAdapter(list[_Object])


def load(spec: BackendSpec, tools: Tools) -> HubInference:
    """The backend; its options are those of `HubSettings`.

    Raises:
        InputError: the profile names no model.
    """
    settings = HubSettings.of(spec)
    if not spec.checkpoint:
        raise InputError(
            f"the backend {spec.backend} needs the name of a model",
            hint="set checkpoint to its hub id",
        )
    server = settings.server(HUB, HUB_KEY)
    if server.address == HUB and not server.key:
        # Who has logged in with the hub's own command has a key on this machine.
        server = server.model_copy(update={"key": get_token() or ""})
    return HubInference(spec.checkpoint, server, settings)


class HubInference:
    """Sends pictures to a model that the hub, or an endpoint, runs.

    Args:
        model: its hub id.
        server: where it runs.
        settings: how it is called.
    """

    def __init__(self, model: str, server: Server, settings: HubSettings) -> None:
        self._model = model
        self._server = server
        self._settings = settings
        # An address instead of an id: the client would look an id up in the hub first.
        self._url = f"{server.address}/models/{model}"
        self._http = RemoteClient(model, server, settings)
        self._client = _Client(self._url, self._http, server.key)
        self._vocabulary = Vocabulary(THINGS)

    def ask(self, image: Image, question: str) -> str:
        """The answer to a question about a picture: the surest one that the model gives."""
        file = self._sent(image).file
        found = self._checked(
            _ANSWERS, lambda: self._client.visual_question_answering(file, question)
        )
        if not found:
            raise ToolError(f"{self._model} answered nothing", hint="ask in other words")
        return self._text(found[0].answer)

    def caption(self, image: Image) -> str:
        """A sentence about a picture."""
        file = self._sent(image).file
        text = self._checked(_TEXT, lambda: self._client.image_to_text(file)).generated_text
        return self._text(text)

    def read_text(self, image: Image) -> list[Region]:
        """What a model that reads makes of the whole picture: one region, or none without text."""
        text = self.caption(image)
        whole = Box(0, 0, image.width, image.height)
        return [Region(image, whole, "text", text=text)] if text else []

    def find(self, image: Image, query: str) -> list[Region]:
        """The objects that a phrase names, the surest first.

        Raises:
            NotOfferedError: the model can't recognise such a thing in any picture.
            ToolError: what it says is no list of boxes in the picture.
        """
        settings = self._settings
        wanted = None if settings.zero_shot else self._vocabulary.names(query)
        sent = self._sent(image)
        found = self._checked(
            _OBJECTS,
            lambda: (
                self._looked_for(sent, query)
                if settings.zero_shot
                else self._client.object_detection(sent.file, threshold=settings.threshold)
            ),
        )
        if len(found) > MOST_REGIONS:
            raise ToolError(
                f"{self._model} gave {len(found)} objects, more than {MOST_REGIONS}",
                hint="set the option threshold higher",
            )
        regions = [
            Region(image, self._box(sent, one), query if wanted is None else one.label, one.score)
            for one in found
            if one.score >= settings.threshold and (wanted is None or one.label in wanted)
        ]
        return sorted(regions, key=lambda region: -region.score)

    def _looked_for(self, sent: SentPicture, query: str) -> Any:
        """What a detector that takes words says; the client has no method for this task."""
        picture = base64.b64encode(sent.file).decode()
        body = {"inputs": picture, "parameters": {"candidate_labels": [query]}}
        return self._http.post(
            self._url, json=body, headers=_authorization(self._server.key)
        ).json()

    def _sent(self, image: Image) -> SentPicture:
        return SentPicture.of(image, self._settings.max_side)

    def _box(self, sent: SentPicture, found: _Object) -> Box:
        corners = found.box
        try:
            return sent.box(corners.xmin, corners.ymin, corners.xmax, corners.ymax)
        except InputError as error:
            raise self._unusable(error.message) from None

    def _checked(self, shape: TypeAdapter[T], call: Callable[[], object]) -> T:
        """The answer of a call, which has the right shape.

        Raises:
            ToolError: it has another.
        """
        try:
            return shape.validate_python(call())
        except ValidationError as error:
            first = error.errors(include_input=False, include_url=False)[0]
            raise self._unusable(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from None
        # What the client makes of an unexpected body depends on the body.
        except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
            raise self._unusable(f"{type(error).__name__}: {error}") from None

    def _unusable(self, why: str) -> ToolError:
        return ToolError(
            f"{self._model} gave an answer that is not what was asked for: "
            f"{one_line(without(why, (self._server.key,)), MAX_QUOTED)}",
            hint="see that the profile's checkpoint is a model for this task",
        )

    def _text(self, text: str) -> str:
        return one_line(without(text, (self._server.key,)), MAX_TEXT)


class _Client(InferenceClient):
    """The hub's client, which sends through `RemoteClient`; its own session is the process's."""

    def __init__(self, url: str, http: RemoteClient, key: str) -> None:
        super().__init__(model=url, provider="hf-inference", token=key or None)
        self._http = http
        self._key = key

    def _inner_post(self, request_parameters: Any, *, stream: bool = False) -> Any:
        """The body of the answer to a request."""
        sent = {name.lower(): one for name, one in request_parameters.headers.items()}
        # Without a key of ours it takes the one of who is logged in, whatever the address.
        sent.pop("authorization", None)
        response = self._http.post(
            request_parameters.url,
            json=request_parameters.json,
            content=request_parameters.data,
            headers=sent | _authorization(self._key),
        )
        return response.content


def _authorization(key: str) -> dict[str, str]:
    return {"authorization": f"Bearer {key}"} if key else {}
