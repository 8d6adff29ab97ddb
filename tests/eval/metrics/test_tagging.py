from __future__ import annotations

import pytest
from viscript import Box
from viscript.eval.metrics.tagging import Agreement, Quality, Tag, agreement, average

LEFT, RIGHT = Box(0, 0, 10, 10), Box(20, 0, 30, 10)
TRUE = [Tag("Sheldon", LEFT), Tag("Leonard", RIGHT)]


def test_a_tag_is_right_with_the_right_name_on_the_right_object() -> None:
    given = [Tag("sheldon", Box(0, 0, 10, 9)), Tag("Penny", RIGHT), Tag("Leonard", LEFT)]
    found = agreement(given, TRUE)
    assert found == Agreement(given=3, true=2, right=1)
    assert found.quality == pytest.approx((1 / 3, 1 / 2))
    assert found.f1 == pytest.approx(0.4)


def test_without_names_only_the_objects_count() -> None:
    given = [Tag("Penny", LEFT), Tag("Penny", RIGHT)]
    assert agreement(given, TRUE, names=False).f1 == 1
    assert agreement(given, TRUE).f1 == 0


def test_a_true_tag_is_matched_once() -> None:
    assert agreement([TRUE[0], TRUE[0]], TRUE) == Agreement(2, 2, 1)


def test_f1_is_of_the_average_precision_and_recall_not_of_all_tags_together() -> None:
    # One of one is right, and none of nine for which none was given: together 1 of 10 and an F1 of
    # 2 / 11.
    both = average([Agreement(1, 1, 1).quality, Agreement(0, 9, 0).quality])
    assert both == Quality(0.5, 0.5)
    assert both.f1 == 0.5
    # Nor is it the average of each picture's F1, 2/3 and 1/3 here.
    other = average([Agreement(1, 2, 1).quality, Agreement(5, 1, 1).quality])
    assert other == pytest.approx((0.6, 0.75))
    assert other.f1 == pytest.approx(2 / 3)


def test_without_any_tag_there_is_no_division_by_zero() -> None:
    assert agreement([], []).f1 == 0
    assert average([]) == Quality(0, 0)
