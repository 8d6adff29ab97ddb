"""The nearest name."""

from __future__ import annotations

from viscript.agent.program.suggest import did_you_mean, nearest


def test_the_nearest_name_is_found_whatever_its_capitals() -> None:
    assert nearest("Fnid", ["count", "find"]) == "find"
    assert nearest("loc", ["COUNT", "LOC"]) == "LOC"


def test_nothing_is_suggested_when_nothing_is_near() -> None:
    assert nearest("xyzzy", ["count", "find"]) is None
    assert did_you_mean("xyzzy", ["count"]) == ""


def test_a_suggestion_is_a_question() -> None:
    assert did_you_mean("cuont", ["count"]) == "did you mean count?"
