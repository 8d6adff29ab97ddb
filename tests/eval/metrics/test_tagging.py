from __future__ import annotations

import pytest
from viscript import Box
from viscript.eval.metrics.tagging import Agreement, Tag, agreement

LEFT, RIGHT = Box(0, 0, 10, 10), Box(20, 0, 30, 10)
TRUE = [Tag("Sheldon", LEFT), Tag("Leonard", RIGHT)]


def test_a_tag_is_right_with_the_right_name_on_the_right_object() -> None:
    given = [Tag("sheldon", Box(0, 0, 10, 9)), Tag("Penny", RIGHT), Tag("Leonard", LEFT)]
    found = agreement(given, TRUE)
    assert found == Agreement(given=3, true=2, right=1)
    assert found.precision == pytest.approx(1 / 3)
    assert found.recall == pytest.approx(1 / 2)
    assert found.f1 == pytest.approx(0.4)


def test_without_names_only_the_objects_count() -> None:
    given = [Tag("Penny", LEFT), Tag("Penny", RIGHT)]
    assert agreement(given, TRUE, names=False).f1 == 1
    assert agreement(given, TRUE).f1 == 0


def test_a_true_tag_is_matched_once() -> None:
    assert agreement([TRUE[0], TRUE[0]], TRUE) == Agreement(2, 2, 1)


def test_pictures_add_up() -> None:
    both = Agreement(3, 2, 1) + Agreement(1, 2, 1)
    assert (both.precision, both.recall) == (0.5, 0.5)
    assert agreement([], []).f1 == 0
