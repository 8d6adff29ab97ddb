"""The registry of all tools."""

from __future__ import annotations

import pytest
from viscript.tools.contract import Contract, tool
from viscript.tools.errors import InputError
from viscript.tools.library import MODULES, geometry
from viscript.tools.registry import Registry, tools_in
from viscript.tools.types import IMAGE, STR, accepts
from viscript.tools.values import Image, ImageLike


@tool()
def sparkle(image: ImageLike) -> Image:
    """Adds sparkles.

    Args:
        image: the picture.
    """
    assert isinstance(image, Image)
    return image


@pytest.fixture(scope="module")
def registry() -> Registry:
    return Registry.standard()


def test_the_standard_registry_has_the_tools_of_every_module(registry: Registry) -> None:
    for module in MODULES:
        names = [function.__name__ for function in tools_in(module)]
        assert names
        assert set(names) <= set(registry)


@pytest.mark.parametrize(
    "name",
    [
        *("find", "find_faces", "segment", "select", "classify", "crop", "crop_left_of"),
        *("crop_right_of", "crop_above", "crop_below", "crop_in_front_of", "crop_behind"),
        *("count", "ask", "caption", "read_text", "depth", "distance", "overlap", "left_of"),
        *("color_of", "list_facts", "blur_background", "blur", "color_pop", "replace", "remove"),
        *("emoji", "tag", "mark", "list_objects", "pose", "edit", "generate"),
    ],
)
def test_the_tools_of_the_design_exist(registry: Registry, name: str) -> None:
    assert registry[name].name == name


def test_every_contract_is_complete(registry: Registry) -> None:
    for contract in registry.values():
        assert contract.summary.endswith("."), contract.name
        assert contract.returns_description, contract.name
        for parameter in contract.parameters.values():
            assert parameter.description, f"{contract.name}: {parameter.name}"


def test_a_tool_that_says_it_makes_a_picture_returns_one(registry: Registry) -> None:
    for contract in registry.values():
        if contract.traits.writes_image:
            assert accepts(contract.returns, IMAGE), contract.name
        if contract.returns == IMAGE:
            assert contract.traits.writes_image, contract.name


def test_functions_that_are_imported_or_no_tools_do_not_count() -> None:
    names = [function.__name__ for function in tools_in(geometry)]
    assert "count" in names
    assert "as_image" not in names
    assert "tool" not in names


def test_more_tools_can_be_added(registry: Registry) -> None:
    more = Registry.standard([sparkle])
    assert list(more) == [*registry, "sparkle"]
    assert more["sparkle"].summary == "Adds sparkles."
    assert "sparkle" not in registry


def test_two_tools_with_one_name_are_refused() -> None:
    with pytest.raises(InputError, match="two tools are called sparkle"):
        Registry([Contract.of(sparkle), Contract.of(sparkle)])


def test_a_registry_is_a_mapping_in_a_stable_order(registry: Registry) -> None:
    assert len(registry) == len(list(registry)) == len(set(registry))
    assert list(registry) == list(Registry.standard())
    assert registry.get("no such tool") is None
    assert registry["find"].takes("query", STR)
