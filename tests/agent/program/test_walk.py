from __future__ import annotations

from collections.abc import Collection

import pytest
from viscript.agent.program.read import read
from viscript.agent.program.walk import behind_answer, calls_in


@pytest.mark.parametrize(
    ("source", "calls", "inputs"),
    [
        ("a = find(image, 'dog')\nanswer = count(a)", {"find", "count"}, {"image"}),
        ("a = find(image, 'dog')\nanswer = 1", (), ()),
        ("answer = image.width", (), {"image"}),
        ("a = find(image, 'dog')\nanswer = 1\nif a:\n    answer = 0", {"find"}, {"image"}),
        ("answer = 0\nfor a in find(image, 'dog'):\n    answer = 1", {"find"}, {"image"}),
        ("answer = [a.label for a in find(left, 'dog')]", {"find"}, {"left"}),
        ("a = 1\nfor i in [1]:\n    a = b\n    b = len(images)\nanswer = a", {"len"}, {"images"}),
    ],
)
def test_an_answer_rests_on_values_tests_and_loops(
    source: str, calls: Collection[str], inputs: Collection[str]
) -> None:
    behind = behind_answer(read(source).body)
    assert {name for name, _ in behind.calls} == set(calls)
    assert behind.inputs == set(inputs)


def test_calls_come_in_the_order_of_the_source() -> None:
    body = read("a = count(find(image, 'dog'))\nif a > 1:\n    b = crop(image, half(image))").body
    assert [(one.function, one.at.line) for one in calls_in(body)] == [
        ("count", 1),
        ("find", 1),
        ("crop", 3),
        ("half", 3),
    ]
