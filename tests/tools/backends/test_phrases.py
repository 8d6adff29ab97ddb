"""Phrases are tried on a drawn street whose regions are named by letters."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from viscript.tools.backends import BackendSpec
from viscript.tools.backends.colors import load as load_colors
from viscript.tools.backends.phrases import PhraseSelector, load
from viscript.tools.errors import NotOfferedError, ToolError
from viscript.tools.hosting.model import Hosted, ModelSource
from viscript.tools.values import Box, Image, Region

WIDTH, HEIGHT = 400, 200

STREET = {
    # name: (left, top, right, bottom), label, colour, text
    "a": ((10, 120, 90, 180), "car", (200, 20, 20), ""),
    "b": ((100, 130, 150, 170), "car", (30, 60, 200), ""),
    "c": ((300, 110, 390, 190), "car", (205, 25, 30), ""),
    "d": ((160, 140, 185, 165), "dog", (120, 75, 40), ""),
    "e": ((200, 150, 212, 164), "dog", (20, 20, 20), ""),
    "f": ((220, 130, 262, 180), "dog", (245, 245, 245), ""),
    "p": ((20, 20, 40, 100), "person", (200, 30, 30), ""),
    "q": ((180, 30, 196, 100), "person", (30, 140, 50), ""),
    "s": ((330, 10, 370, 50), "stop sign", (190, 20, 30), "STOP"),
    "t": ((240, 10, 290, 40), "sign", (250, 220, 30), "No entry"),
    "o": ((310, 60, 322, 72), "orange", (245, 130, 20), ""),
}


class DrawnTools:
    """The tools that `select` calls, without a toolbox around them."""

    def __init__(self) -> None:
        self._colors = load_colors(BackendSpec("colors"), self)

    def call(self, name: str, /, *args: Region) -> str:
        assert name == "color_of"
        return self._colors.color_of(*args)

    def offers(self, name: str) -> bool:
        return name == "color_of"

    def hosted(self, source: ModelSource[Any, Any]) -> Hosted[Any, Any]:
        raise NotImplementedError("the phrases run no model")


@pytest.fixture(scope="module")
def street() -> dict[str, Region]:
    pixels = np.full((HEIGHT, WIDTH, 3), 150, dtype=np.uint8)
    for (left, top, right, bottom), _, color, _ in STREET.values():
        pixels[top:bottom, left:right] = color
    image = Image.from_array(pixels, "street")
    return {
        name: Region(image, Box(*box), label, text=text)
        for name, (box, label, _, text) in STREET.items()
    }


@pytest.fixture(scope="module")
def selector() -> PhraseSelector:
    return load(BackendSpec("phrases"), DrawnTools())


PHRASES = [
    # labels
    ("dogs", "def"),
    ("the dog", "def"),
    ("puppies", "def"),
    ("vehicles", "abc"),
    ("the people", "pq"),
    ("stop sign", "s"),
    ("all the cars", "abc"),
    ("a cat", ""),
    ("dog, person", "defpq"),
    ("the stop sign and the orange", "so"),
    # colours
    ("red car", "ac"),
    ("the blue one", "b"),
    ("the man in red", "p"),
    ("green car", ""),
    ("black dog", "e"),
    ("the dark blue car", "b"),
    ("oranges", "o"),
    ("the orange", "o"),
    ("orange sign", ""),
    ("the gray dog", ""),
    # places
    ("leftmost car", "a"),
    ("the rightmost", "s"),
    ("the dog on the left", "d"),
    ("the car on the right side of the picture", "c"),
    ("the person on the right", "q"),
    ("cars on the left", "ab"),
    ("the two cars on the left", "ab"),
    ("the two dogs on the right", "fe"),
    ("the highest person", "p"),
    ("the middle dog", "e"),
    ("the car in the middle", "b"),
    ("the thing in the centre of the image", "q"),
    ("the sign in the top right corner", "s"),
    ("the bottom left car", "a"),
    ("the left-hand person", "p"),
    ("left one, right one", "ps"),
    # orders
    ("second from the left", "a"),
    ("second dog from the right", "e"),
    ("third car from the left", "c"),
    ("the first dog", "d"),
    ("the last car", "c"),
    ("2nd car", "b"),
    ("fourth dog", ""),
    # sizes
    ("largest", "c"),
    ("the biggest dog", "f"),
    ("second largest dog", "d"),
    ("the two largest cars", "ca"),
    ("tallest person", "p"),
    ("the small dog", "e"),
    ("the big cars", "ac"),
    ("largest red car on the left", "a"),
    ("the smallest dog on the right", "e"),
    # numbers
    ("two dogs", "de"),
    ("both people", "pq"),
    ("one of the cars", "a"),
    # text
    ('the sign with the text "no entry"', "t"),
    ("the sign that says STOP", "s"),
    ('"STOP"', "s"),
    ("the sign saying exit", ""),
    # links
    ("the dog to the left of the black dog", "d"),
    ("the car next to the white dog", "c"),
    ("the cars left of the dogs", "ab"),
    ("person above the leftmost car", "pq"),
    ("the dog between the blue car and the white dog", "de"),
    ("the dog next to the cat", ""),
]


@pytest.mark.parametrize(("phrase", "names"), PHRASES)
def test_a_phrase_picks_what_a_person_means_by_it(
    street: dict[str, Region], selector: PhraseSelector, phrase: str, names: str
) -> None:
    chosen = selector.select(list(street.values()), phrase)
    assert [name for region in chosen for name in street if street[name] is region] == list(names)


@pytest.mark.parametrize(
    ("phrase", "word"),
    [
        ("the happy dog", "happy"),
        ("the person wearing a hat", "wearing"),
        ("the nearest dog that sleeps", "sleeps"),
        ("the flumph", "flumph"),
    ],
)
def test_a_word_that_needs_a_model_is_refused_by_name(
    street: dict[str, Region], selector: PhraseSelector, phrase: str, word: str
) -> None:
    with pytest.raises(NotOfferedError, match=word):
        selector.select(list(street.values()), phrase)


def test_a_category_narrows_the_choice(street: dict[str, Region], selector: PhraseSelector) -> None:
    regions = list(street.values())
    assert selector.select(regions, "leftmost", category="dog") == [street["d"]]
    assert selector.select(regions, "red", category="person") == [street["p"]]
    assert selector.select(regions, "leftmost", category="elephant") == []


def test_labels_that_no_lexicon_knows_are_matched_by_their_words(
    street: dict[str, Region], selector: PhraseSelector
) -> None:
    ada = street["p"].but(label="Ada Lovelace")
    alan = street["q"].but(label="Alan Turing")
    assert selector.select([ada, alan], "Alan Turing") == [alan]
    assert selector.select([ada, alan], "Ada") == [ada]


def test_one_region_and_none_are_allowed(
    street: dict[str, Region], selector: PhraseSelector
) -> None:
    assert selector.select(street["d"], "the leftmost dog") == [street["d"]]
    assert selector.select([], "the leftmost dog") == []


@pytest.mark.parametrize("query", ["", " , ", "left of", "the dog next to", "dog " * 200])
def test_a_phrase_that_says_nothing_is_an_error(
    street: dict[str, Region], selector: PhraseSelector, query: str
) -> None:
    with pytest.raises(ToolError):
        selector.select(list(street.values()), query)


WORDS = st.sampled_from(
    [
        *("the", "dog", "dogs", "car", "red", "dark", "blue", "left", "right", "top", "middle"),
        *("of", "on", "to", "in", "from", "next", "between", "and", ",", "corner", "image"),
        *("largest", "small", "second", "3rd", "last", "two", "one", "ones", "all", "says", "'x'"),
    ]
)


@given(st.lists(WORDS, min_size=1, max_size=12))
def test_any_mixture_of_known_words_picks_regions_once_or_is_refused(words: list[str]) -> None:
    image = Image.from_array(np.zeros((20, 30, 3), dtype=np.uint8))
    regions = [Region(image, Box(x, 2, x + 3, 8), "dog" if x % 2 else "car") for x in range(6)]
    try:
        chosen = load(BackendSpec("phrases"), DrawnTools()).select(regions, " ".join(words))
    except ToolError:
        return
    assert all(any(one is region for region in regions) for one in chosen)
    assert len({id(one) for one in chosen}) == len(chosen)


def _two_toned(body: tuple[int, int, int], shirt: tuple[int, int, int], share: float) -> Region:
    """A player whose shirt takes a share of the height of its box."""
    pixels = np.empty((100, 40, 3), dtype=np.uint8)
    pixels[:] = body
    half = int(share * 100) // 2
    pixels[50 - half : 50 + half] = shirt
    return Region(Image.from_array(pixels), Box(0, 0, 40, 100), "person")


def test_a_colour_that_is_nobodys_main_one_means_who_shows_most_of_it(
    selector: PhraseSelector,
) -> None:
    green, white, red = (20, 120, 40), (250, 250, 250), (200, 20, 20)
    in_white, in_red = _two_toned(green, white, 0.3), _two_toned(green, red, 0.3)
    assert selector.select([in_white, in_red], "the person in white") == [in_white]
    assert selector.select([in_white, in_red], "red") == [in_red]
    assert selector.select([in_white, in_red], "green") == [in_white, in_red]
    assert selector.select([in_white, in_red], "yellow") == []


def test_a_speck_of_a_colour_is_not_enough(selector: PhraseSelector) -> None:
    with_a_badge = _two_toned((20, 120, 40), (250, 250, 250), 0.06)
    assert selector.select([with_a_badge], "white") == []


def test_teal_is_green_only_where_nothing_else_is(selector: PhraseSelector) -> None:
    green, teal = (20, 120, 40), (0, 128, 128)
    in_green, in_teal = _two_toned(green, green, 0.5), _two_toned(teal, teal, 0.5)
    assert selector.select([in_green, in_teal], "green") == [in_green]
    assert selector.select([in_green, in_teal], "teal") == [in_teal]
    assert selector.select([in_teal], "green") == [in_teal]
    assert selector.select([in_teal], "blue") == []
    assert selector.select([in_green], "teal") == []
