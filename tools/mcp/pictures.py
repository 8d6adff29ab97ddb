"""Pictures that clients name: by path, address, data URI, or the id of an artifact."""

from __future__ import annotations

import base64
import binascii
import re
from urllib.parse import unquote_to_bytes, urlsplit

from ..cancellation import current_cancellation
from ..errors import InputError, PolicyError, one_line
from ..files import in_units
from ..values import Image
from ..values.codec import DIGEST
from ..values.reading import MAX_BYTES, KnownFiles, decode_image
from .artifacts import Artifacts
from .fetch import Fetcher
from .results import uri_of
from .roots import Roots

MAX_FETCHED = 32 * 2**20
"""Bytes of a picture from an address or a data URI."""

_ARTIFACT = uri_of("artifact", "")
_DATA = re.compile(r"data:([\w.+/-]*)((?:;[\w.+=-]+)*?)(;base64)?,", re.ASCII | re.IGNORECASE)
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]+:", re.ASCII | re.IGNORECASE)


class Pictures:
    """Opens the pictures that clients name.

    Args:
        roots: the folders from which files are read.
        artifacts: what ids stand for.
        known: remembers decoded files; see `read_image`.
        fetcher: gets pictures from addresses; None allows none.
    """

    def __init__(
        self,
        roots: Roots,
        artifacts: Artifacts,
        known: KnownFiles | None = None,
        fetcher: Fetcher | None = None,
    ) -> None:
        self._roots = roots
        self._artifacts = artifacts
        self._known = known
        self._fetcher = fetcher

    def open(self, source: str) -> Image:
        """A picture.

        Raises:
            InputError: there is none, or it is not a usable picture.
            PolicyError: it is not allowed.
            ToolError: its address can't be reached.
        """
        if source.startswith(_ARTIFACT) or DIGEST.fullmatch(source):
            return self._artifact(source.removeprefix(_ARTIFACT))
        if source[:5].lower() == "data:":
            return decode_image(_from_data(source), "data", self._known)
        if _SCHEME.match(source):
            return self._fetched(source)
        data = self._roots.read(source, "picture", MAX_BYTES)
        return decode_image(data, one_line(re.split(r"[/\\]", source)[-1], 120), self._known)

    def _artifact(self, name: str) -> Image:
        value = self._artifacts.find(name)
        if not isinstance(value, Image):
            raise InputError(f"the artifact {name[:12]}… is no picture")
        return value

    def _fetched(self, url: str) -> Image:
        scheme = one_line(url.split(":", 1)[0].lower(), 20)
        if scheme == "file":
            raise PolicyError("file: addresses are not allowed", hint="give the path of the file")
        if scheme not in ("http", "https"):
            raise InputError(
                f"{scheme}: is no kind of picture",
                hint="give a path, an https address, a data: URI or the id of an artifact",
            )
        if self._fetcher is None:
            raise PolicyError(
                "pictures from addresses are not allowed",
                hint="give a path, or start the server with --allow-urls",
            )
        data = self._fetcher.fetch(url, MAX_FETCHED, current_cancellation())
        # Not the whole address: its query may hold a secret.
        return decode_image(data, one_line(urlsplit(url).path.split("/")[-1], 120) or "web", None)


def _from_data(uri: str) -> bytes:
    """The bytes of a data URI (RFC 2397)."""
    head = _DATA.match(uri[:200])
    if head is None or not (head[1] or "image/").lower().startswith("image/"):
        raise InputError(
            "not a data URI of a picture", hint="it begins like this: data:image/png;base64,"
        )
    body = uri[head.end() :]
    if len(body) > MAX_FETCHED * 4 // 3 + 4:
        raise InputError(f"the picture in the data URI has more than {in_units(MAX_FETCHED)}")
    try:
        return base64.b64decode(body, validate=True) if head[3] else unquote_to_bytes(body)
    except (binascii.Error, ValueError):
        raise InputError("the data URI is damaged: its base64 can't be read") from None
