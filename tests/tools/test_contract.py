"""Contracts, read from signatures and docstrings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal

import pytest
from viscript.tools.contract import REQUIRED, Contract, Traits, by_backend, tool, traits_of
from viscript.tools.errors import InputError, NotOfferedError
from viscript.tools.types import BOOL, IMAGE, INT, NONE, REGION, STR, ListOf, union_of
from viscript.tools.values import ImageLike, Region


@tool(reads_pixels=True, costs_money=True)
def outline(
    image: ImageLike,
    regions: Region | Sequence[Region],
    side: Literal["inner", "outer"] = "outer",
    label: str | None = None,
    width: int = 2,
) -> list[Region]:
    """Draws outlines.

    Only where there is something to draw.

    Args:
        image: the picture.
        regions: what to outline,
            one or several.
        side: which side of the edge.
        label: only regions with this label.
        width: how wide, in pixels.

    Returns:
        The regions that
        were outlined.
    """
    return []


def test_a_contract_says_what_signature_and_docstring_say() -> None:
    contract = Contract.of(outline)
    assert contract.name == "outline"
    assert contract.summary == "Draws outlines."
    assert contract.description == "Only where there is something to draw."
    assert contract.returns == ListOf(REGION)
    assert contract.returns_description == "The regions that were outlined."
    assert contract.traits == Traits(reads_pixels=True, costs_money=True)
    assert contract.function is outline
    types = {name: one.type for name, one in contract.parameters.items()}
    assert types == {
        "image": IMAGE,
        "regions": union_of([REGION, ListOf(REGION)]),
        "side": STR,
        "label": union_of([STR, NONE]),
        "width": INT,
    }


def test_a_parameter_has_its_default_words_and_choices() -> None:
    parameters = Contract.of(outline).parameters
    assert parameters["image"].required
    assert parameters["image"].default is REQUIRED
    assert parameters["regions"].description == "what to outline, one or several."
    assert parameters["side"].choices == ("inner", "outer")
    assert (parameters["width"].required, parameters["width"].default) == (False, 2)


def test_the_signature_reads_as_people_write_it() -> None:
    assert Contract.of(outline).signature == (
        "outline(image: Image, regions: Region | list[Region], "
        "side: 'inner' | 'outer' = 'outer', label: str | None = None, width: int = 2)"
        " -> list[Region]"
    )


def test_a_contract_knows_what_it_takes() -> None:
    contract = Contract.of(outline)
    assert contract.takes("regions", ListOf(REGION))
    assert contract.takes("width", BOOL)
    assert not contract.takes("width", STR)


def test_a_tool_is_still_a_function() -> None:
    assert outline("p.png", []) == []
    assert traits_of(outline) is not None
    assert traits_of(len) is None


def test_a_parameter_cannot_be_changed_afterwards() -> None:
    parameters: Any = Contract.of(outline).parameters
    with pytest.raises(TypeError):
        parameters["image"] = None


def plain(image: ImageLike) -> int:
    """Is no tool."""
    return 0


@tool()
def wordless(image: ImageLike) -> int:
    return 0


@tool()
def half_told(image: ImageLike, query: str) -> int:
    """Counts.

    Args:
        image: the picture.
    """
    return 0


@tool()
def bare(image: ImageLike) -> int:
    """Counts.

    Args:
        image: the picture.
    """
    return 0


@tool()
def endless(image: ImageLike) -> int:
    """Counts.

    Args:
        image: the picture.
    """
    return 0


@tool()
def packed(*images: ImageLike) -> int:
    """Counts.

    Args:
        images: the pictures.
    """
    return 0


@tool()
def mapped(table: dict[str, int]) -> int:
    """Counts.

    Args:
        table: a table.
    """
    return 0


@tool()
def mapping(image: ImageLike) -> dict[str, int]:
    """Counts.

    Args:
        image: the picture.
    """
    return {}


@tool()
def unknown(thing: str) -> int:
    """Counts.

    Args:
        thing: a thing.
    """
    return 0


# What a type checker would not let through.
del bare.__annotations__["image"]
del endless.__annotations__["return"]
unknown.__annotations__["thing"] = "Something"

INCOMPLETE: list[tuple[Callable[..., Any], str]] = [
    (plain, "plain is not a tool"),
    (wordless, "wordless has no docstring"),
    (half_told, "half_told doesn't describe query"),
    (bare, "bare needs an annotation for image"),
    (endless, "endless needs a return annotation"),
    (packed, "packed needs an annotation for images"),
    (mapped, "mapped: table: dict"),
    (mapping, "mapping: its result: dict"),
    (unknown, "unknown is annotated with an unknown name"),
]


@pytest.mark.parametrize(("function", "said"), INCOMPLETE)
def test_an_incomplete_tool_is_refused_by_name(function: Callable[..., Any], said: str) -> None:
    with pytest.raises(InputError, match=said):
        Contract.of(function)


def test_the_body_of_a_tool_with_a_backend_says_how_to_call_it() -> None:
    @tool(backend=True)
    def dream(image: ImageLike) -> str:
        """Dreams.

        Args:
            image: the picture.
        """
        return by_backend()

    with pytest.raises(NotOfferedError, match=r"Toolbox\.load\(\)\.dream\("):
        dream("p.png")
