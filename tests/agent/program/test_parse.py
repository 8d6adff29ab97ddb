"""Which constructs are refused, with what suggestion, and at which place."""

from __future__ import annotations

import threading
import warnings

import pytest
from viscript.agent.program import check
from viscript.agent.program.refused import CONSTRUCTS

from .world import answer, codes, scope, the_diagnostic

REFUSED: dict[str, str] = {
    "AnnAssign": "answer: int = 1",
    "Assert": "answer = 1\nassert answer",
    "AsyncFor": "async def f():\n    async for x in y:\n        pass",
    "AsyncFunctionDef": "async def f():\n    pass",
    "AsyncWith": "async def f():\n    async with x:\n        pass",
    "Await": "answer = [await image]",
    "BitAnd": "answer = 1 & 2",
    "BitOr": "answer = 1 | 2",
    "BitXor": "answer = 1 ^ 2",
    "Break": "for x in [1]:\n    answer = x\n    break",
    "ClassDef": "class A:\n    pass",
    "Continue": "for x in [1]:\n    continue",
    "Delete": "answer = 1\ndel answer",
    "Dict": "answer = {'a': 1}",
    "DictComp": "answer = {x: 1 for x in [1]}",
    "FunctionDef": "def f():\n    pass",
    "GeneratorExp": "answer = any(x for x in [1])",
    "Global": "global answer",
    "Import": "import os",
    "ImportFrom": "from os import path",
    "Invert": "answer = ~1",
    "Is": "answer = image is None",
    "IsNot": "answer = image is not None",
    "LShift": "answer = 1 << 2",
    "Lambda": "answer = lambda: 1",
    "MatMult": "answer = 1 @ 2",
    "Match": "match image:\n    case 1:\n        answer = 1",
    "NamedExpr": "answer = (x := 1)",
    "Nonlocal": "nonlocal answer",
    "RShift": "answer = 1 >> 2",
    "Raise": "raise image",
    "Return": "return 1",
    "Set": "answer = {1, 2}",
    "SetComp": "answer = {x for x in [1]}",
    "Starred": "answer = count(*[1])",
    "Try": "try:\n    answer = 1\nexcept A:\n    pass",
    "TryStar": "try:\n    answer = 1\nexcept* A:\n    pass",
    "Tuple": "answer = (1, 2)",
    "While": "while True:\n    answer = 1",
    "With": "with image:\n    answer = 1",
    "Yield": "answer = [(yield)]",
    "YieldFrom": "answer = [(yield from image)]",
}
LATER_PYTHON = {"TemplateStr", "TypeAlias"}


@pytest.mark.parametrize("construct", [one for one in CONSTRUCTS if one not in LATER_PYTHON])
def test_a_construct_outside_the_language_is_named(construct: str) -> None:
    found = check(REFUSED[construct], scope()).diagnostics
    what = CONSTRUCTS["AsyncFunctionDef" if construct in ("AsyncFor", "AsyncWith") else construct]
    messages = {one.message: one.suggestion for one in found if one.code == "unsupported-syntax"}
    assert messages[f"{what[0]} isn't in the language"] == what[1]


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("a = b = 1", "two assignments in one"),
        ("a, b = [1, 2]", "only a name can be assigned to"),
        ("for a, b in [1]:\n    answer = a", "several names"),
        ("for a in [1]:\n    answer = a\nelse:\n    answer = 1", "else after a loop"),
        ("image.width += 1", "changing a part of a value"),
        ("answer = find(**image)", "**"),
        ("answer = [a for a, b in [1]]", "one name"),
        ("answer = b'x'", "bytes"),
        ("answer = 2j", "complex"),
        ("answer = ...", "..."),
        ("answer = f'{image!r}'", "!r"),
        ("answer = image.width()()", "only tools can be called"),
    ],
)
def test_unusual_forms_are_named(source: str, message: str) -> None:
    found = check(source, scope()).diagnostics
    assert any(message in one.message for one in found if one.code == "unsupported-syntax")


def test_a_method_suggests_what_to_write() -> None:
    found = the_diagnostic("xs = []\nanswer = xs.append(1)")
    assert (found.code, found.column, found.end_column) == ("method-call", 13, 19)
    assert found.suggestion == "write items = items + [item]"


@pytest.mark.parametrize(
    ("source", "column"),
    [
        ("answer = ['é', dog]", 16),
        ("answer = f'é {dog}'", 15),
        ("answer = [1,\n          dog]", 11),
        ("answer = '🙂' + image.w", 22),
    ],
)
def test_columns_are_counted_in_characters(source: str, column: int) -> None:
    found = [one for one in check(source, scope()).diagnostics if one.severity == "error"]
    assert found[0].column == column


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("answer = 1 and else 2", "`else` can't come after `and`"),
        ("answer = 1 if 2 else if 3", "`if` can't come after `else`"),
        ("answer = 'not and' 3", "`3` can't come after `'not and'`"),
        ("answer = 1 1", "`1` can't come after `1`"),
        ("for x in [1]\n    answer = x", "expected ':'"),
        ("answer = 'abc", "unterminated string"),
        ("  answer = 1", "unexpected indent"),
    ],
)
def test_syntax_errors_name_what_does_not_go_together(source: str, words: str) -> None:
    assert words in the_diagnostic(source).message


def test_reading_warns_of_nothing_even_from_several_threads() -> None:
    before = list(warnings.filters)
    source = "answer = '\\d' + str(1if 1else 2)\n"
    threads = [threading.Thread(target=check, args=(source, scope())) for _ in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert codes(source) == ["constant-condition"]
    assert list(warnings.filters) == before


def test_line_ends_of_all_systems_are_read() -> None:
    assert answer("\ufeffx = 1\r\ny = 2\ranswer = x + y\n") == 3
