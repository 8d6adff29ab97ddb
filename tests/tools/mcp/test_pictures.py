from __future__ import annotations

import base64
from pathlib import Path

import pytest
from viscript import Image
from viscript.tools.cache import MemoryCache
from viscript.tools.cancellation import Cancellation
from viscript.tools.errors import InputError, PolicyError, ViscriptError
from viscript.tools.mcp.artifacts import Artifacts
from viscript.tools.mcp.fetch import Fetcher
from viscript.tools.mcp.pictures import MAX_FETCHED, Pictures
from viscript.tools.mcp.roots import Roots
from viscript.tools.values import Box, Mask, Region


class _Web(Fetcher):
    """An internet of one picture."""

    def __init__(self, picture: bytes) -> None:
        super().__init__()
        object.__setattr__(self, "picture", picture)

    def fetch(self, url: str, limit: int, cancellation: Cancellation) -> bytes:
        return self.picture  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownVariableType]


@pytest.fixture
def artifacts() -> Artifacts:
    return Artifacts(MemoryCache())


@pytest.fixture
def pictures(album: Path, tmp_path: Path, artifacts: Artifacts) -> Pictures:
    return Pictures(Roots([album], tmp_path / "home"), artifacts)


def test_a_path_an_id_a_link_and_a_data_uri_are_the_same_picture(
    pictures: Pictures, artifacts: Artifacts, astronaut: Image, album: Path
) -> None:
    name = artifacts.keep(astronaut)
    data = base64.b64encode((album / "astronaut.png").read_bytes()).decode()
    for source in (
        "astronaut.png",
        str(album / "astronaut.png"),
        name,
        f"viscript://artifact/{name}",
        f"data:image/png;base64,{data}",
        f"DATA:;base64,{data}",
    ):
        assert pictures.open(source) == astronaut


def test_a_picture_from_an_address_is_called_by_its_name_without_the_query(
    album: Path, tmp_path: Path, artifacts: Artifacts, astronaut: Image
) -> None:
    web = _Web((album / "astronaut.png").read_bytes())
    pictures = Pictures(Roots([], tmp_path / "home"), artifacts, fetcher=web)
    image = pictures.open("https://pictures.example/a/photo.png?token=secret")
    assert image == astronaut
    assert image.origin == "photo.png"


@pytest.mark.parametrize(
    ("source", "error"),
    [
        ("https://pictures.example/photo.png", "addresses are not allowed"),
        ("http://pictures.example/photo.png", "addresses are not allowed"),
        ("file:///etc/passwd", "file: addresses are not allowed"),
        ("FILE:///etc/passwd", "file: addresses are not allowed"),
        ("javascript:alert(1)", "javascript: is no kind of picture"),
        ("viscript://run/20260101/rationale", "viscript: is no kind of picture"),
        ("viscript://artifact/../../etc/passwd", "is not the id of an artifact"),
        ("viscript://artifact/" + "A" * 64, "is not the id of an artifact"),
        ("0" * 64, "there is no artifact"),
        ("data:text/html;base64,PGI+", "not a data URI of a picture"),
        ("data:image/png;base64,!!!!", "its base64 can't be read"),
        ("data:image/png;base64", "not a data URI of a picture"),
        ("data:image/png;base64,", "is not a picture"),
        ("data:image/png,hello", "not a picture"),
        ("data:image/svg+xml;base64,PHN2Zy8+", "not a picture"),
        ("data:image/png;base64," + "A" * (MAX_FETCHED * 4 // 3 + 8), "more than 32 MB"),
        ("../secret.png", "can't contain"),
    ],
)
def test_what_is_no_allowed_picture_is_refused(pictures: Pictures, source: str, error: str) -> None:
    with pytest.raises(ViscriptError, match=error):
        pictures.open(source)


def test_the_words_of_an_error_do_not_repeat_what_may_be_secret(pictures: Pictures) -> None:
    for source in ("https://user:hunter2@pictures.example/?key=hunter2", "data:hunter2"):
        with pytest.raises((InputError, PolicyError)) as refused:
            pictures.open(source)
        assert "hunter2" not in str(refused.value)


def test_the_mask_of_a_region_is_no_picture(
    pictures: Pictures, artifacts: Artifacts, astronaut: Image
) -> None:
    mask = Mask(astronaut.pixels[:, :, 0] > 100)
    name = artifacts.keep(Region(astronaut, Box(0, 0, 9, 9), mask=mask))
    with pytest.raises(InputError, match="is no picture"):
        pictures.open(name)
