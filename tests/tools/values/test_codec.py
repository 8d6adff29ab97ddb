"""Values as JSON, their digests and summaries."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pydantic_core
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from viscript.tools.errors import InputError
from viscript.tools.values import (
    Box,
    DepthMap,
    Image,
    Keypoint,
    Mask,
    Region,
    digest_of,
    from_json,
    images_in,
    summary_of,
    to_json,
)


class DictBlobs(dict[str, bytes]):
    """Blobs in a dict, which counts how often each is asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def put(self, name: str, make: Callable[[], bytes]) -> None:
        if name not in self:
            self[name] = make()

    def get(self, name: str) -> bytes:  # pyright: ignore[reportIncompatibleMethodOverride]
        self.asked.append(name)
        return self[name]


def image_of(seed: int, width: int, height: int) -> Image:
    pixels = np.random.default_rng(seed).integers(0, 255, (height, width, 3), np.uint8)
    return Image.from_array(pixels)


def depth_of(seed: int, width: int, height: int, nearer: bool) -> DepthMap:
    array = np.random.default_rng(seed).normal(size=(height, width)).astype(np.float32)
    return DepthMap(array, "metres" if seed % 2 else "relative", nearer)


def box_of(x: list[float], y: list[float]) -> Box:
    return Box(x[0], y[0], x[1], y[1])


sides = st.integers(1, 6)
images = st.builds(image_of, st.integers(0, 3), sides, sides)
finite = st.floats(allow_nan=False, allow_infinity=False)
texts = st.text()
ordered = st.tuples(finite, finite).map(sorted)
boxes = st.builds(box_of, ordered, ordered)
keypoints = st.builds(Keypoint, texts, finite, finite, finite)
depths = st.builds(depth_of, st.integers(0, 3), sides, sides, st.booleans())


@st.composite
def regions(draw: st.DrawFn) -> Region:
    image = draw(images)
    bits = draw(st.none() | st.integers(0, 2**36 - 1))
    mask = None
    if bits is not None:
        flags = [bool(bits >> n & 1) for n in range(image.width * image.height)]
        mask = Mask(np.array(flags).reshape(image.height, image.width))
    points = tuple(draw(st.lists(keypoints, max_size=2)))
    words = [draw(texts) for _ in range(3)]
    return Region(image, draw(boxes), words[0], draw(finite), mask, words[1], points, words[2])


numbers = st.integers() | finite | st.just(math.inf) | st.just(-math.inf)
atoms = st.none() | st.booleans() | numbers | texts | images | boxes | keypoints | depths
values = st.recursive(atoms | regions(), lambda inner: st.lists(inner, max_size=4), max_leaves=8)

quick = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.data_too_large]
)


@quick
@given(values)
def test_a_value_comes_back_from_json_as_it_was(value: Any) -> None:
    blobs = DictBlobs()
    data = json.loads(json.dumps(to_json(value, blobs), allow_nan=False))
    back = from_json(data, blobs)
    assert back == value
    assert type(back) is type(value)
    assert digest_of(back) == digest_of(value)
    assert summary_of(back) == summary_of(value)
    assert to_json(back, blobs) == to_json(value)


@quick
@given(values)
def test_the_parser_of_the_cache_agrees_with_that_of_the_standard_library(value: Any) -> None:
    data = to_json(value)
    assert pydantic_core.from_json(pydantic_core.to_json(data)) == data
    assert json.loads(pydantic_core.to_json(data)) == data


def test_not_a_number_comes_back() -> None:
    back = from_json(to_json(math.nan), DictBlobs())
    assert math.isnan(back)
    assert digest_of(back) == digest_of(math.nan)


@quick
@given(values, values)
def test_digests_differ_unless_values_are_equal(one: Any, other: Any) -> None:
    if digest_of(one) == digest_of(other):
        assert one == other


ALIKE: list[list[Any]] = [
    [True, 1, 1.0, "1", "True", [1], None, "None", []],
    ["ab", ["a", "b"], ["ab"], ["a,b"], '"a","b"', 'a","b'],
    [["a", "b"], ["a,s1:b"], "a", "s1:a", "1:a", ["a,", "b"], ["a", ",b"]],
    [[], [[]], [[], []], [None], ""],
    [0.1, 0.1 + 1e-17 + 1e-16, "0.1"],
    [math.inf, -math.inf, math.nan, "inf"],
    [Box(0, 0, 1, 1), [0.0, 0.0, 1.0, 1.0], Box(0, 0, 1, 2)],
]


def test_the_same_value_about_something_else_has_another_digest() -> None:
    one, other = digest_of("find"), digest_of("segment")
    assert len({digest_of([1]), digest_of([1], one), digest_of([1], other)}) == 3


@pytest.mark.parametrize("distinct", ALIKE)
def test_values_that_look_alike_have_different_digests(distinct: list[Any]) -> None:
    assert len({digest_of(value) for value in distinct}) == len(distinct)


def test_every_part_of_a_region_counts_in_its_digest() -> None:
    image = image_of(0, 4, 3)
    base = Region(image, Box(0, 0, 2, 2), "dog", 0.5)
    full = Mask(np.ones((3, 4), np.bool_))
    others = [
        base.but(image=image_of(1, 4, 3)),
        base.but(box=Box(0, 0, 2, 3)),
        base.but(label="cat"),
        base.but(label="", text="dog"),
        base.but(label="", method="dog"),
        base.but(score=0.25),
        base.but(mask=full),
        base.but(keypoints=(Keypoint("nose", 1, 1, 1),)),
    ]
    assert len({one.digest for one in [base, *others]}) == len(others) + 1
    assert digest_of(base.but()) == digest_of(base)


def test_numpy_numbers_are_the_numbers_that_they_are() -> None:
    assert digest_of(np.float64(0.5)) == digest_of(0.5)
    assert type(to_json(np.float64(0.5))) is float
    assert Box(*np.array([1, 2, 3, 4], np.float32)) == Box(1.0, 2.0, 3.0, 4.0)


def test_a_tuple_counts_as_a_list() -> None:
    assert digest_of((1, 2)) == digest_of([1, 2])
    assert from_json(to_json((1, 2)), DictBlobs()) == [1, 2]


def test_regions_of_one_picture_ask_for_it_once_and_share_it() -> None:
    image, blobs = image_of(0, 4, 4), DictBlobs()
    data = to_json([Region(image, Box(0, 0, n, n)) for n in range(5)], blobs)
    back = from_json(data, blobs)
    assert len(blobs.asked) == 1
    assert len({id(region.image) for region in back}) == 1


def test_a_held_picture_is_not_asked_for() -> None:
    image, blobs = image_of(0, 4, 4), DictBlobs()
    assert from_json(to_json(image), blobs, [image]) is image


def test_pixels_are_decoded_when_something_looks_at_them() -> None:
    image, blobs = image_of(0, 4, 4), DictBlobs()
    data = to_json(image, blobs)
    blobs[f"{image.digest}.png"] = b"not a picture"
    back = from_json(data, blobs)
    assert back.size == (4, 4)
    with pytest.raises(InputError, match="not a picture"):
        _ = back.pixels


def test_a_missing_picture_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        from_json(to_json(image_of(0, 2, 2)), DictBlobs())


def nested(depth: int) -> list[Any]:
    value: list[Any] = []
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize("use", [to_json, digest_of])
@pytest.mark.parametrize(
    ("value", "said"),
    [
        ({1: 2}, "can't hold a dict"),
        (b"bytes", "can't hold a bytes"),
        (1j, "can't hold a complex"),
        ([object()], "can't hold a object"),
        ("\ud800", "not Unicode"),
        (["fine", "not \udcff fine"], "not Unicode"),
        (Keypoint("\ud800", 0, 0, 0), "not Unicode"),
        (Region(image_of(0, 1, 1), Box(0, 0, 1, 1), "\ud800"), "not Unicode"),
        pytest.param(10**5000, "more than 4000 digits", id="large"),
        pytest.param(-(10**5000), "more than 4000 digits", id="small"),
        (nested(40), "nested deeper than 32"),
        (nested(5000), "nested deeper than 32"),
    ],
)
def test_what_no_program_can_hold_is_refused(
    use: Callable[[object], object], value: object, said: str
) -> None:
    with pytest.raises(InputError, match=said):
        use(value)


def test_the_largest_numbers_and_the_deepest_lists_come_back() -> None:
    for value in (10**3999, -(10**3999), nested(31)):
        data = json.loads(json.dumps(to_json(value)))
        assert from_json(data, DictBlobs()) == value
        assert digest_of(value)


GOOD_IMAGE = to_json(image_of(0, 3, 2))
GOOD_REGION = to_json(Region(image_of(0, 3, 2), Box(0, 0, 1, 1), "dog"))
GOOD_DEPTH = to_json(depth_of(0, 3, 2, True))


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"type": "unknown"},
        {"type": ["image"]},
        {"type": "float", "value": "one"},
        {"type": "float", "value": 1.5},
        {"type": "box", "xyxy": [0, 0, 1]},
        {"type": "box", "xyxy": [0, 0, "a", 1]},
        {"type": "box", "xyxy": [5, 0, 1, 1]},
        {"type": "keypoint", "name": "nose", "x": 1.0},
        {**GOOD_IMAGE, "width": -3},
        {**GOOD_IMAGE, "width": 10**9, "height": 10**9},
        {**GOOD_IMAGE, "width": "3"},
        {**GOOD_IMAGE, "digest": "../../../../etc/passwd"},
        {**GOOD_IMAGE, "origin": None},
        {**GOOD_REGION, "image": "picture"},
        {**GOOD_REGION, "image": GOOD_DEPTH},
        {**GOOD_REGION, "label": 7},
        {**GOOD_REGION, "score": "high"},
        {**GOOD_REGION, "box": None},
        {**GOOD_REGION, "text": ["a"]},
        {**GOOD_REGION, "mask": [1, 2]},
        {**GOOD_REGION, "mask": [10**18]},
        {**GOOD_REGION, "mask": [-1, 7]},
        {**GOOD_REGION, "mask": ["a"]},
        {**GOOD_REGION, "keypoints": 5},
        {**GOOD_REGION, "keypoints": [5]},
        {**GOOD_DEPTH, "unit": "miles"},
        {**GOOD_DEPTH, "width": 4},
        nested(5000),
    ],
)
def test_data_that_describes_no_value_is_refused(data: Any) -> None:
    blobs = DictBlobs()
    to_json([image_of(0, 3, 2), depth_of(0, 3, 2, True)], blobs)
    with pytest.raises(InputError):
        from_json(data, blobs)


@pytest.mark.parametrize(
    "npy",
    [
        b"",
        b"not an array",
        b"\x93NUMPY\x01\x00\x76\x00"
        + b"{'descr': '<f4', 'fortran_order': False, 'shape': (999999999, 999999999)}".ljust(117)
        + b"\n",
        b"\x93NUMPY\x01\x00\x76\x00"
        + b"{'descr': '|O', 'fortran_order': False, 'shape': (2, 3)}".ljust(117)
        + b"\n",
        bytes(10**6),
    ],
    ids=["empty", "text", "bomb", "objects", "too long"],
)
def test_bytes_that_are_no_depth_map_are_refused(npy: bytes) -> None:
    depth, blobs = depth_of(0, 3, 2, True), DictBlobs()
    data = to_json(depth, blobs)
    blobs[f"{depth.digest}.npy"] = npy
    with pytest.raises(InputError):
        from_json(data, blobs)


def test_the_pictures_in_a_value_are_found_once_each() -> None:
    one, two = image_of(0, 2, 2), image_of(1, 2, 2)
    value = [one, [Region(two, Box(0, 0, 1, 1)), Region(one, Box(0, 0, 1, 1))], "text", 3]
    assert images_in(value) == [one, two]


@pytest.mark.parametrize(
    ("value", "summary"),
    [
        ("a 'word'", "\"a 'word'\""),
        (True, "True"),
        (0.123456789, "0.123457"),
        ([1, 2, 3, 4, 5], "[1, 2, 3, 4, ... 5 in all]"),
        (Box(1.2, 2, 3, 4), "box (1,2)-(3,4)"),
        (Keypoint("nose", 3.4, 5, 1), "nose at (3,5)"),
        (image_of(0, 4, 3), "image 4x3 (memory)"),
        (Region(image_of(0, 4, 3), Box(0, 1, 2, 3), "dog", 0.876), "dog 0.88 at (0,1)-(2,3)"),
        (DepthMap(np.eye(2), "metres", False), "depth map 2x2, 0 to 1 metres, larger is farther"),
    ],
    ids=lambda part: type(part).__name__,
)
def test_a_summary_says_what_a_value_is(value: object, summary: str) -> None:
    assert summary_of(value) == summary


def test_a_summary_is_never_long_nor_deep() -> None:
    assert len(summary_of("x" * 10_000)) == 160
    assert len(summary_of(["y" * 1000] * 50)) <= 160
    assert summary_of(10**5000) == "a whole number of 16610 bits"
    assert summary_of(nested(5000)).endswith("]")
