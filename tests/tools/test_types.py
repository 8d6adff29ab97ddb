"""The types of the program language."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Literal, Optional, TypeVar

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from viscript.tools.types import (
    ATOMS,
    BOOL,
    BOX,
    DEPTH,
    FLOAT,
    IMAGE,
    INT,
    KEYPOINT,
    NEVER,
    NONE,
    REGION,
    STR,
    Atom,
    ListOf,
    Type,
    Union,
    Variable,
    accepts,
    attributes_of,
    conforms,
    type_from_hint,
    type_of_value,
    union_of,
)
from viscript.tools.values import Box, DepthMap, Image, ImageLike, Keypoint, Region

PICTURE = Image.from_array(np.zeros((2, 2), np.uint8))
REGION_VALUE = Region(PICTURE, Box(0, 0, 1, 1), "dog")

atoms = st.sampled_from([Atom(name) for name in ATOMS])
types = st.recursive(
    atoms,
    lambda inner: st.builds(ListOf, inner) | st.lists(inner, max_size=3).map(union_of),
    max_leaves=6,
)
scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
values: st.SearchStrategy[Any] = st.recursive(
    scalars | st.sampled_from([PICTURE, REGION_VALUE, Box(0, 0, 1, 1), Keypoint("n", 0, 0, 1)]),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=6,
)


@given(values)
def test_a_value_conforms_to_its_own_type(value: Any) -> None:
    assert conforms(value, type_of_value(value))


@given(values, types)
def test_a_type_accepts_the_type_of_a_value_only_if_the_value_conforms(
    value: Any, expected: Type
) -> None:
    if accepts(expected, type_of_value(value)):
        assert conforms(value, expected)


@given(types, types, types)
def test_acceptance_is_reflexive_and_transitive(one: Type, two: Type, three: Type) -> None:
    assert accepts(one, one)
    if accepts(one, two) and accepts(two, three):
        assert accepts(one, three)


@given(st.lists(types, max_size=4))
def test_a_union_accepts_its_members_and_nothing_smaller_does(members: list[Type]) -> None:
    union = union_of(members)
    assert all(accepts(union, member) for member in members)
    assert union_of([union]) == union
    assert union_of(reversed(members)) == union
    if isinstance(union, Union):
        assert len(union.members) != 1
        assert not any(isinstance(member, Union) for member in union.members)


@pytest.mark.parametrize(
    ("expected", "actual", "yes"),
    [
        (FLOAT, INT, True),
        (FLOAT, BOOL, True),
        (INT, BOOL, True),
        (INT, FLOAT, False),
        (BOOL, INT, False),
        (STR, INT, False),
        (ListOf(FLOAT), ListOf(INT), True),
        (ListOf(INT), INT, False),
        (INT, ListOf(INT), False),
        (ListOf(STR), ListOf(NEVER), True),
        (STR, NEVER, True),
        (union_of([STR, NONE]), STR, True),
        (union_of([STR, NONE]), NONE, True),
        (STR, union_of([STR, NONE]), False),
        (union_of([STR, ListOf(REGION)]), ListOf(REGION), True),
        (Variable("T"), REGION, True),
        (Variable("T", (INT, STR)), STR, True),
        (Variable("T", (INT, STR)), REGION, False),
    ],
)
def test_what_may_stand_where(expected: Type, actual: Type, yes: bool) -> None:
    assert accepts(expected, actual) is yes


@pytest.mark.parametrize(
    ("hint", "expected"),
    [
        (int, INT),
        (None, NONE),
        (type(None), NONE),
        (Image, IMAGE),
        (ImageLike, IMAGE),
        (Region, REGION),
        (DepthMap, DEPTH),
        (list[Region], ListOf(REGION)),
        (Sequence[str], ListOf(STR)),
        (tuple[float, ...], ListOf(FLOAT)),
        (list[list[int]], ListOf(ListOf(INT))),
        (Region | Sequence[Region], union_of([REGION, ListOf(REGION)])),
        (ImageLike | Region, union_of([IMAGE, REGION])),
        (Optional[str], union_of([STR, NONE])),  # noqa: UP045 - people write it
        (str | None, union_of([STR, NONE])),
        (Literal["left", "right"], STR),
        (Literal[1, "a"], union_of([INT, STR])),
        (Annotated[float, "metres"], FLOAT),
        (bool | int, INT),
        (TypeVar("T"), Variable("T")),
        (TypeVar("N", int, str), Variable("N", (INT, STR))),
    ],
)
def test_annotations_have_the_meaning_that_people_expect(hint: object, expected: Type) -> None:
    assert type_from_hint(hint) == expected


@pytest.mark.parametrize(
    "hint", [dict[str, int], tuple[int, str], Any, Path, bytes, complex, "int", list, set[int]]
)
def test_an_annotation_without_a_meaning_is_refused(hint: object) -> None:
    with pytest.raises(TypeError, match="has no meaning in a program"):
        type_from_hint(hint)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (IMAGE, "Image"),
        (ListOf(ListOf(INT)), "list[list[int]]"),
        (union_of([NONE, STR, INT]), "int | str | None"),
        (NEVER, "nothing"),
        (Variable("T"), "T"),
    ],
)
def test_types_read_as_python(kind: Type, text: str) -> None:
    assert str(kind) == text


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (True, BOOL),
        (1, INT),
        (1.0, FLOAT),
        ([1, 2.5], ListOf(FLOAT)),
        ([], ListOf(NEVER)),
        ([1, "a"], ListOf(union_of([INT, STR]))),
        ((REGION_VALUE,), ListOf(REGION)),
    ],
)
def test_values_have_their_narrowest_type(value: object, kind: Type) -> None:
    assert type_of_value(value) == kind


def test_a_value_that_no_program_can_hold_has_no_type() -> None:
    with pytest.raises(TypeError, match="can't hold a dict"):
        type_of_value([{"key": 1}])


@pytest.mark.parametrize("atom", [IMAGE, REGION, DEPTH, BOX, KEYPOINT])
def test_every_attribute_that_programs_may_read_exists_and_has_the_type_it_says(atom: Atom) -> None:
    samples: dict[Atom, object] = {
        IMAGE: PICTURE,
        REGION: REGION_VALUE,
        DEPTH: DepthMap(np.zeros((2, 2)), "metres", False),
        BOX: Box(0, 0, 1, 1),
        KEYPOINT: Keypoint("nose", 1, 2, 0.5),
    }
    attributes = attributes_of(atom)
    assert attributes
    for name, kind in attributes.items():
        assert conforms(getattr(samples[atom], name), kind), name


def test_plain_values_have_no_attributes() -> None:
    for atom in (STR, INT, FLOAT, BOOL, NONE):
        assert not attributes_of(atom)
