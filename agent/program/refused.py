"""The constructs of Python that are not in the language, and what to do instead."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from types import MappingProxyType

NO_DEFINITIONS = "write the steps one after the other; a list comprehension repeats one"
NO_CONTAINERS = "use lists and names"
NO_HANDLING = "test with if and exists(...) before the step instead"
NO_GENERATORS = "put brackets around it, so that it is a list: [...]"
NO_JUMPS = "put what depends on it into an if"
NO_IMPORT = "there is nothing to import: call the tools by name"
NO_BITS = "numbers have + - * / // % **"

CONSTRUCTS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "AnnAssign": ("an annotation", "leave it out: name = value"),
        "Assert": ("assert", NO_HANDLING),
        "AsyncFor": ("async for", "write for; steps run at the same time by themselves"),
        "AsyncFunctionDef": ("async def", NO_DEFINITIONS),
        "AsyncWith": ("async with", "leave it out"),
        "Await": ("await", "leave it out; steps run at the same time by themselves"),
        "BitAnd": ("the operator &", f"write and; {NO_BITS}"),
        "BitOr": ("the operator |", f"write or; {NO_BITS}"),
        "BitXor": ("the operator ^", f"write **; {NO_BITS}"),
        "Break": ("break", NO_JUMPS),
        "ClassDef": ("class", NO_DEFINITIONS),
        "Continue": ("continue", NO_JUMPS),
        "Delete": ("del", "leave it out"),
        "Dict": ("a dict", NO_CONTAINERS),
        "DictComp": ("a dict comprehension", "make a list: [... for ... in ...]"),
        "FunctionDef": ("def", NO_DEFINITIONS),
        "GeneratorExp": ("a generator expression", NO_GENERATORS),
        "Global": ("global", "leave it out: all names are in one place"),
        "Import": ("import", NO_IMPORT),
        "ImportFrom": ("import", NO_IMPORT),
        "Invert": ("the operator ~", f"write not; {NO_BITS}"),
        "Is": ("is", "write =="),
        "IsNot": ("is not", "write !="),
        "LShift": ("the operator <<", NO_BITS),
        "Lambda": ("lambda", NO_DEFINITIONS),
        "MatMult": ("the operator @", NO_BITS),
        "Match": ("match", "use if, elif and else"),
        "NamedExpr": ("an assignment inside an expression (:=)", "assign on a line of its own"),
        "Nonlocal": ("nonlocal", "leave it out: all names are in one place"),
        "RShift": ("the operator >>", NO_BITS),
        "Raise": ("raise", "give an answer that says what is wrong"),
        "Return": ("return", "write answer = ..."),
        "Set": ("a set", "use a list; unique(items) drops what is there twice"),
        "SetComp": ("a set comprehension", "make a list: unique([... for ... in ...])"),
        "Starred": ("a star argument", "name each value"),
        "TemplateStr": ("a template string", 'write an f-string: f"{name}"'),
        "Try": ("try", NO_HANDLING),
        "TryStar": ("try", NO_HANDLING),
        "Tuple": ("a tuple", "use a list: [a, b], or one name for each value"),
        "TypeAlias": ("a type alias", "leave it out"),
        "While": ("while", "use for NAME in LIST, for example for i in range(10)"),
        "With": ("with", "leave it out"),
        "Yield": ("yield", "write answer = ..."),
        "YieldFrom": ("yield", "write answer = ..."),
    }
)
"""From the name of a class of Python's tree to what it is called, and what to do instead."""

METHODS: Mapping[str, str] = MappingProxyType(
    {
        "append": "write items = items + [item]",
        "extend": "write items = items + others",
        "format": 'write an f-string: f"{name} and {other}"',
        "count": "write len([item for item in items if item == wanted])",
        "index": "use a comparison in a comprehension",
        "sort": "write sorted(items)",
        "items": "there are no dicts: use lists",
        "keys": "there are no dicts: use lists",
        "values": "there are no dicts: use lists",
        "get": "there are no dicts: use lists",
        "startswith": "write starts_with(text, start)",
        "endswith": "write ends_with(text, end)",
        "join": 'write join(items, ", ")',
    }
)
"""From a method that programs often call to what to write; others become functions."""


def construct_of(node: ast.AST) -> tuple[str, str]:
    """What a node that the language lacks is called, and what to do instead."""
    name = type(node).__name__
    return CONSTRUCTS.get(name, (name, "see the language reference"))


def method_hint(name: str) -> str:
    """What to write instead of the method `name`."""
    return METHODS.get(name, f"there are no methods: write {name}(value) if there is such a tool")


def names_bound_in(node: ast.AST) -> frozenset[str]:
    """The names that a statement would assign, so that their later uses aren't reported too."""
    found: set[str] = set()
    for one in ast.walk(node):
        match one:
            case ast.Name(id=name, ctx=ast.Store()):
                found.add(name)
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                found.add(name)
            case ast.ClassDef(name=name):
                found.add(name)
            case ast.arg(arg=name):
                found.add(name)
            case ast.alias(name=name, asname=asname):
                found.add(asname or name.split(".")[0])
            case _:
                pass
    return frozenset(found)
