"""What the checker finds, where, and what it suggests."""

from __future__ import annotations

import pytest
from viscript.agent.program import check
from viscript.tools.types import BOOL, FLOAT, INT, REGION, STR, ListOf, Type

from .world import codes, scope, the_diagnostic


def test_a_sound_program_has_no_diagnostics() -> None:
    source = """
dogs  = find(image, "dog")
sofa  = find(image, "sofa")
on_it = [d for d in dogs if overlap(d, sofa[0]) > 0.5]
answer = f"{count(on_it)} of {count(dogs)} dogs are on the sofa"
"""
    checked = check(source, scope())
    assert (checked.diagnostics, checked.ok, checked.dialect) == ((), True, "viscript")
    assert checked.answer_type == STR
    assert checked.names["on_it"] == ListOf(REGION)


def test_an_unknown_tool_is_reported_with_its_nearest_name() -> None:
    found = the_diagnostic("answer = count(fnid(image, 'dog'))")
    assert (found.code, found.line, found.column, found.end_column) == ("unknown-tool", 1, 16, 20)
    assert found.suggestion == "did you mean find?"


def test_a_tool_of_another_profile_is_reported_with_where_it_is() -> None:
    found = the_diagnostic("answer = depth(image).width")
    assert (found.code, found.suggestion) == ("not-offered", "the profile hub has it")


def test_a_misspelt_name_is_reported_with_its_nearest_name() -> None:
    found = the_diagnostic("dogs = find(image, 'dog')\nanswer = [count(dogs), count(dgos)]")
    assert (found.code, found.line, found.column) == ("undefined-name", 2, 30)
    assert found.suggestion == "did you mean dogs?"


def test_a_misspelt_attribute_is_reported_with_its_nearest_name() -> None:
    found = the_diagnostic("answer = find(image, 'dog')[0].labell")
    assert (found.code, found.suggestion) == ("unknown-attribute", "did you mean label?")


def test_an_attribute_of_a_list_suggests_an_item() -> None:
    found = the_diagnostic("answer = find(image, 'dog').label")
    assert found.code == "unknown-attribute"
    assert "[d.label for d in dogs]" in found.suggestion


def test_a_misspelt_argument_is_reported_with_its_nearest_name() -> None:
    found = check("answer = find(image, qurey='dog')", scope()).diagnostics
    assert [(one.code, one.suggestion) for one in found] == [
        ("unknown-argument", "did you mean query?")
    ]


def test_a_word_outside_the_choices_is_reported_with_the_nearest_choice() -> None:
    found = the_diagnostic("answer = half(image, 'botom').width")
    assert (found.code, found.suggestion) == ("wrong-choice", "did you mean 'bottom'?")


def test_a_choice_that_is_computed_is_left_to_the_run() -> None:
    assert codes("answer = half(image, lower('LEFT')).width") == []


@pytest.mark.parametrize(
    ("argument", "suggestion"),
    [
        ("describe(find(image, 'dog'))", "give one of them"),
        ("sum(3)", "put it into a list"),
        ("find(find(image, 'dog')[0], 'hat')", "crop(image, region)"),
        ("find(image, 3)", "str(value)"),
        ("range('3')", "int(text)"),
    ],
)
def test_an_argument_of_the_wrong_type_suggests_how_to_convert_it(
    argument: str, suggestion: str
) -> None:
    found = the_diagnostic(f"answer = {argument}")
    assert found.code == "wrong-type"
    assert suggestion in found.suggestion


def test_an_empty_list_fits_every_list() -> None:
    assert codes("answer = [count([]), sum([]), len([]), join([])]") == []


def test_a_name_assigned_in_one_branch_only_may_be_unassigned_after_it() -> None:
    source = "if image.width > 3:\n    size = 1\nanswer = size"
    found = the_diagnostic(source)
    assert (found.code, found.line) == ("may-be-unassigned", 3)
    assert codes("if image.width > 3:\n    size = 1\nelse:\n    size = 2\nanswer = size") == []


def test_a_name_assigned_in_a_loop_only_may_be_unassigned_after_it() -> None:
    source = "for dog in find(image, 'dog'):\n    best = dog\nanswer = best.label"
    assert codes(source) == ["may-be-unassigned"]
    assert codes("for dog in find(image, 'dog'):\n    pass\nanswer = dog.label") == [
        "may-be-unassigned"
    ]


def test_a_name_assigned_later_in_the_loop_may_be_unassigned_earlier_in_it() -> None:
    source = "answer = 0\nfor i in range(3):\n    answer = answer + last\n    last = i"
    assert codes(source) == ["may-be-unassigned"]


def test_an_answer_on_some_paths_only_is_an_error() -> None:
    assert codes("if image.width > 3:\n    answer = 1") == ["may-be-unassigned"]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("n = 0\nfor i in range(3):\n    n = n + 0.5\nanswer = n", FLOAT),
        ("x = 1\nif image.width > 3:\n    x = 'a'\nanswer = str(x)", STR),
        ("answer = 1 if image.width > 3 else 2", INT),
        ("answer = [d.score for d in find(image, 'dog')]", ListOf(FLOAT)),
        ("answer = [] + find(image, 'dog')", ListOf(REGION)),
        ("answer = 1 < 2 < 3", BOOL),
        ("answer = min([1, 2.5])", FLOAT),
        ("answer = max(3, 4)", INT),
        ("answer = sorted(['b', 'a'])[0]", STR),
        ("answer = 3 ** 2", INT),
        ("answer = 3 ** image.width", FLOAT),
        ("answer = sum([])", FLOAT),
        ("answer = find(image, 'dog')[0].box.width", FLOAT),
        ("answer = sorted_by(find(image, 'dog'), [1, 2])", ListOf(REGION)),
        ("answer = 'abc'[1:]", STR),
        ("answer = ''\nanswer += 'a'", STR),
    ],
)
def test_types_are_inferred(source: str, expected: Type) -> None:
    checked = check(source, scope())
    assert [one for one in checked.diagnostics if one.severity == "error"] == []
    assert checked.answer_type == expected


def test_types_settle_over_several_rounds_of_nested_loops() -> None:
    source = """
a = 0
b = 0
c = 0
for i in range(3):
    for j in range(3):
        c = b
        b = a
    a = 'text'
answer = [str(a), str(b), str(c)]
wrong = c + 1
"""
    found = check(source, scope()).diagnostics
    assert [(one.code, one.line) for one in found] == [("unused-name", 11), ("bad-operands", 11)]


def test_a_list_nested_by_each_round_is_refused() -> None:
    source = "nest = []\nfor i in range(9):\n    nest = [nest]\nanswer = len(nest)"
    assert codes(source) == ["growing-type"]


def test_a_union_must_fit_with_each_of_its_types() -> None:
    source = "x = 1\nif image.width > 3:\n    x = 'a'\nanswer = x + 1"
    assert codes(source) == ["bad-operands"]


def test_a_value_that_may_be_none_does_not_fit_where_none_is_not_said() -> None:
    assert codes("x = None if image.width > 3 else 'dog'\nanswer = find(image, x)") == [
        "wrong-type"
    ]
    assert codes("answer = segment(image, None)") == []


def test_a_comprehension_keeps_its_names_to_itself() -> None:
    assert codes("sizes = [d.area for d in find(image, 'dog')]\nanswer = [sizes, d]") == [
        "undefined-name"
    ]


def test_warnings_do_not_keep_a_program_from_running() -> None:
    checked = check("dogs = find(image, 'dog')\nanswer = 1", scope())
    assert [one.code for one in checked.diagnostics] == ["unused-name"]
    assert checked.ok


def test_several_errors_are_found_at_once_in_the_order_of_the_source() -> None:
    source = "a = fnid(image, 'x')\nb = image.widht\nimport os\nanswer = c"
    assert codes(source) == [
        "unknown-tool",
        "unknown-attribute",
        "unsupported-syntax",
        "undefined-name",
    ]


def test_nothing_follows_from_what_was_reported_already() -> None:
    assert codes("dogs = fnid(image, 'dog')\nanswer = dogs[0].label + 3") == ["unknown-tool"]


def test_a_fragment_goes_on_with_the_names_of_the_one_before() -> None:
    first = check("dogs = find(image, 'dog')\nanswer = count(dogs)", scope())
    later = type(scope())(scope().tools, first.names)
    second = check("answer = answer + dogs[0].area", later)
    assert (second.diagnostics, second.answer_type) == ((), FLOAT)
    assert [one.code for one in check("dogs = []\nanswer = 1", later).diagnostics] == [
        "shadows-input",
        "unused-name",
    ]


def test_a_fragment_needs_an_answer_of_its_own() -> None:
    first = check("answer = 1", scope())
    later = type(scope())(scope().tools, first.names)
    assert [one.code for one in check("x = answer", later).diagnostics] == [
        "no-answer",
        "unused-name",
    ]
