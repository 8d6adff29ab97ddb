"""The functions of the language compute what their contracts say, within the budget."""

from __future__ import annotations

import pytest
from viscript.agent.program import Budget, basics

from .world import answer, codes, failure


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("[len([1, 2]), len('abc'), len([])]", [2, 3, 0]),
        ("[sum([1, 2]), sum([0.5, 1]), sum([]), sum([True, True])]", [3, 1.5, 0, 2]),
        ("[min([3, 1]), max([3, 1]), min(3, 1), max([1], 5)]", [1, 3, 1, 5]),
        ("min('b', 'a')", "a"),
        ("[any([0, 2]), any([]), all([]), all([1, 0])]", [True, False, True, False]),
        ("[abs(-3), abs(2.5), round(2.567, 1), round(2.5), round(3.5)]", [3, 2.5, 2.6, 2, 4]),
        ("[range(3), range(1, 3)]", [[0, 1, 2], [1, 2]]),
        ("[range(5, 0, -2), range(3, 0)]", [[5, 3, 1], []]),
        ("[sorted([3, 1, 2]), sorted([1, 2], reverse=True)]", [[1, 2, 3], [2, 1]]),
        ("sorted_by(['a', 'b', 'c'], [2, 1, 2])", ["b", "a", "c"]),
        ("sorted_by(['a', 'b', 'c'], [2, 1, 2], reverse=True)", ["a", "c", "b"]),
        ("unique(['b', 'a', 'b'])", ["b", "a"]),
        ("[int('12'), int(2.9), int(' -3 '), int('2.9')]", [12, 2, -3, 2]),
        ("[float('1.5'), float(2)]", [1.5, 2.0]),
        ("[str(1), str([1, 'a']), str(None), str('a')]", ["1", "[1, 'a']", "None", "a"]),
        ("[join(['a', 'b']), join([], '-'), join(['a', 'b'], '')]", ["a, b", "", "ab"]),
        ("[split('a, b,'), split('a b', ' ')]", [["a", "b", ""], ["a", "b"]]),
        ("[lower('Ab'), upper('Ab'), strip(' a ')]", ["ab", "AB", "a"]),
        ("[starts_with('abc', 'ab'), ends_with('abc', 'ab')]", [True, False]),
    ],
)  # fmt: skip
def test_functions_compute(source: str, expected: object) -> None:
    assert answer(f"answer = {source}") == expected


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("int('twelve')", "not-a-number"),
        ("float('nan')", "not-a-number"),
        ("int(1e308 * 10)", "not-a-number"),
        ("round(1e308 * 10)", "not-a-number"),
        ("round(1.5, 99)", "not-a-number"),
        ("round(10 ** 400)", "number-too-large"),
        ("float('1' + str(10 ** 400))", "number-too-large"),
        ("min([x for x in [1] if x > 1])", "empty-list"),
        ("range(1, 2, 0)", "zero-step"),
        ("sorted_by([1], [])", "lengths-differ"),
        ("split('a', '')", "empty-separator"),
    ],
)
def test_values_that_a_function_cannot_take_have_a_code(source: str, code: str) -> None:
    assert failure(f"answer = {source}").code == code


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("range(0, 99, 2)", "out-of-elements"),
        ("split('a a a a a a a a a a a a', ' ')", "out-of-elements"),
        ("sorted([1, 2, 3, 4, 5, 6])", "out-of-elements"),
        ("join(['abcdefgh', 'abcdefgh', 'abcdefgh', 'abcdefgh'])", "out-of-characters"),
        ("upper('abcdefghabcdefghabcdefghabcdefgh')", "out-of-characters"),
        ("str('abcdefghabcdefghabcdefghabcdefgh')", "out-of-characters"),
        ("sum([1000, 1000])", "number-too-large"),
        ("int('9999')", "number-too-large"),
    ],
)
def test_functions_keep_to_the_budget(source: str, code: str) -> None:
    budget = Budget(elements=10, characters=30, bits=10)
    assert failure(f"answer = {source}", budget).code == code


@pytest.mark.parametrize(
    "source",
    ["sum(['a'])", "min([1, 'a'])", "min(1, 'a')", "sorted([image])", "len(3)", "abs('a')"],
)
def test_functions_refuse_other_types(source: str) -> None:
    assert codes(f"answer = {source}") == ["wrong-type"]


def test_each_function_is_described_like_a_tool() -> None:
    for name, contract in basics().items():
        assert contract.name == name
        assert contract.signature.startswith(f"{name}(")
        assert contract.summary
        assert contract.returns_description
        assert all(one.description for one in contract.parameters.values())
