"""VisProg's own programs (Gupta & Kembhavi, CVPR 2023): a table of aliases and two special forms.

A program is lines `OUT=MODULE(argument=value,...)`. A module is another name for a tool; `EVAL` is
a template that is read as an expression here, and `RESULT` gives the answer.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from . import tree
from .answers import split_at_commas
from .diagnostics import Diagnostic
from .parse import Reader
from .places import InnerPlaces, Places
from .suggest import did_you_mean, nearest
from .syntax import python_module
from .templates import read_template
from .tree import ANSWER, Expression, Form, Span, Statement

INPUTS: Mapping[str, str] = MappingProxyType({"IMAGE": "image", "LEFT": "left", "RIGHT": "right"})
"""VisProg's names for the pictures that a program starts with."""

SIDES: Mapping[str, str] = MappingProxyType(
    {"TOP": "top", "BOTTOM": "bottom", "LEFT": "left", "RIGHT": "right"}
)
"""The objects for which LOC gives half of the picture."""


@dataclass(frozen=True, slots=True)
class Module:
    """A module of VisProg.

    Args:
        tool: the tool that it is another name for.
        arguments: from its arguments, in their order, to the tool's; None when the tool needs none.
        fixed: further arguments of the tool.
        forms: the tool's arguments that take texts in several forms.
    """

    tool: str
    arguments: Mapping[str, str | None]
    fixed: Mapping[str, float | bool] = field(default_factory=lambda: MappingProxyType({}))
    forms: Mapping[str, Form] = field(default_factory=lambda: MappingProxyType({}))


_ON_OBJECT = {"image": "image", "object": "regions"}
_ON_BOX = {"image": "image", "box": "regions"}
_CROP = Module("crop", _ON_BOX, {"scale": 1.5})

MODULES: Mapping[str, Module] = MappingProxyType(
    {
        "LOC": Module("find", {"image": "image", "object": "query"}),
        "COUNT": Module("count", {"box": "regions"}),
        "CROP": _CROP,
        "CROP_FRONTOF": _CROP,
        "CROP_INFRONTOF": _CROP,
        "CROP_INFRONT": _CROP,
        "CROP_BEHIND": _CROP,
        "CROP_AHEAD": _CROP,
        "CROP_LEFTOF": Module("crop_left_of", _ON_BOX),
        "CROP_RIGHTOF": Module("crop_right_of", _ON_BOX),
        "CROP_ABOVE": Module("crop_above", _ON_BOX),
        "CROP_BELOW": Module("crop_below", _ON_BOX),
        "VQA": Module("ask", {"image": "image", "question": "question"}),
        "SEG": Module("segment", {"image": "image"}),
        "SELECT": Module(
            "select",
            {"image": None, "object": "regions", "query": "query", "category": "category"},
            forms={"query": "text"},
        ),
        "FACEDET": Module("find_faces", {"image": "image"}),
        "LIST": Module("list_facts", {"query": "query", "max": "max"}),
        "CLASSIFY": Module(
            "classify",
            {"image": None, "object": "regions", "categories": "labels"},
            {"one_each": True},
            {"labels": "texts"},
        ),
        "TAG": Module("tag", _ON_OBJECT),
        "COLORPOP": Module("color_pop", _ON_OBJECT),
        "BGBLUR": Module("blur_background", _ON_OBJECT),
        "REPLACE": Module("replace", {**_ON_OBJECT, "prompt": "prompt"}),
        "EMOJI": Module("emoji", {**_ON_OBJECT, "emoji": "emoji"}),
    }
)
"""All modules but the special forms, which are no tool."""

SPECIAL_FORMS = ("EVAL", "RESULT")
MAX_LINES = 500

_CALL_LINE = re.compile(r"[ \t]*\w+[ \t]*=[ \t]*[A-Z][A-Z0-9_]*[ \t]*\((.*)\)[ \t]*")
_NEXT_ARGUMENT = re.compile(r",\s*[A-Za-z_]\w*\s*=")


def read_visprog(source: str) -> tuple[tuple[Statement, ...], tuple[Diagnostic, ...]]:
    """The statements of a program in this dialect, and why the rest of it can't be read.

    A program that Python's parser refuses is read line by line, so that one bad line doesn't hide
    what is wrong in others.
    """
    module = python_module(source)
    if isinstance(module, ast.Module):
        reader = VisprogReader(Places(source))
        return reader.statements(module.body), tuple(reader.diagnostics)
    lines = source.split("\n")
    if module.code != "syntax" or len(lines) > MAX_LINES:
        return (), (module,)
    body: list[Statement] = []
    found: list[Diagnostic] = []
    for number, line in enumerate(lines, 1):
        statements, more = _read_line(line, number)
        body += statements
        found += more
    return tuple(body), tuple(found)


def _read_line(line: str, number: int) -> tuple[Sequence[Statement], Sequence[Diagnostic]]:
    text, problem = _mended(line.strip(), number, len(line) - len(line.lstrip()))
    found = [problem] if problem else []
    module = python_module(text)
    places = InnerPlaces(text, range(len(line) - len(line.lstrip()) + 1, len(line) + 2), number)
    if isinstance(module, Diagnostic):
        broken = tree.Unreadable(Span(number, 1, 2), (), _assigned_in(text))
        return (broken,), found or [places.moved(module)]
    reader = VisprogReader(places)
    statements = reader.statements(module.body)
    return statements, [*found, *reader.diagnostics]


def _assigned_in(line: str) -> frozenset[str]:
    found = re.match(r"\s*([A-Za-z]\w*)\s*=", line)
    return frozenset({found[1]} if found else ())


def _mended(line: str, number: int, indent: int) -> tuple[str, Diagnostic | None]:
    """The line with apostrophes inside '...' put right, and the diagnostic of the first."""
    call = _CALL_LINE.fullmatch(line)
    if call is None:
        return line, None
    start, end = call.span(1)
    ends = [one.start() for one in _NEXT_ARGUMENT.finditer(line, start, end)]
    letters, problem = list(line), None
    for first, last in zip([start, *(one + 1 for one in ends)], [*ends, end], strict=True):
        value = re.compile(r"\s*\w+\s*=\s*(?=')").match(line, first, last)
        stop = len(line[:last].rstrip()) - 1
        if value is None or line[stop] != "'":
            continue
        for inner in range(value.end() + 1, stop):
            if line[inner] == "'" and line[inner - 1] != "\\":
                letters[inner] = "’"
                problem = problem or Diagnostic.at(
                    Span(number, indent + inner + 1, indent + inner + 2),
                    "syntax",
                    "an apostrophe inside '...' ends the text",
                    'write \\\' for it, or put the text into "..."',
                )
    return "".join(letters), problem


class VisprogReader(Reader):
    """Reads modules as the tools that they are other names for."""

    def statement(self, node: ast.stmt) -> Sequence[Statement]:
        match node:
            case ast.Assign(
                targets=[ast.Name() as target], value=ast.Call(func=ast.Name(id="RESULT")) as call
            ):
                shown = self.assign(target.id, self._only(call, "var"), self.places.of(target))
                name = tree.Name(shown.name, shown.at)
                return (shown, tree.Assignment(ANSWER, name, self.places.of(call)))
            case ast.Expr(value=ast.Call(func=ast.Name(id="RESULT")) as call):
                return (tree.Assignment(ANSWER, self._only(call, "var"), self.places.of(call)),)
            case _:
                return super().statement(node)

    def assign(self, name: str, value: Expression, at: Span) -> tree.Assignment:
        return super().assign(INPUTS.get(name, name), value, at)

    def name(self, node: ast.Name) -> Expression:
        if node.id in INPUTS:
            return tree.Name(INPUTS[node.id], self.places.of(node))
        return super().name(node)

    def call(self, node: ast.Call, function: ast.Name) -> Expression:
        at = self.places.of(node)
        if function.id == "EVAL":
            return self._evaluation(node, at)
        if function.id == "RESULT":
            words = "RESULT(...) is a statement of its own"
            self.report(at, "misplaced-result", words, "write FINAL_RESULT=RESULT(var=NAME)")
            return tree.Unreadable(at, (self._only(node, "var"),))
        module = MODULES.get(function.id)
        if module is None:
            return super().call(node, function)
        given = self._named(function.id, module, self.arguments(node))
        if function.id == "LOC" and (side := _side_of(given)):
            return self._half(given, side, at, self.places.of(function))
        passed: list[tree.Argument] = []
        ignored: list[Expression] = []
        for one in given:
            name = module.arguments[one.name or ""]
            if name is None:
                ignored.append(one.value)
                continue
            form = module.forms.get(name)
            value = _in_form(form, one.value) if form else one.value
            passed.append(tree.Argument(name, value, one.at))
        passed += [
            tree.Argument(name, tree.Literal(value, at), at) for name, value in module.fixed.items()
        ]
        name_at = self.places.of(function)
        names = tuple((theirs, ours) for ours, theirs in module.arguments.items() if theirs)
        alias = tree.Alias(function.id, names)
        return tree.Call(module.tool, tuple(passed), at, name_at, tuple(ignored), alias)

    def _named(
        self, name: str, module: Module, arguments: Sequence[tree.Argument]
    ) -> list[tree.Argument]:
        """The arguments by the module's names; a misspelt one counts as the one it is like."""
        names = list(module.arguments)
        found: list[tree.Argument] = []
        for position, one in enumerate(arguments):
            if one.name is None and position < len(names):
                found.append(replace(one, name=names[position]))
            elif one.name in module.arguments:
                found.append(one)
            elif one.name is None:
                words = f"{name} takes {len(names)} arguments at most"
                self.report(one.at, "too-many-arguments", words, f"they are {', '.join(names)}")
            else:
                words = f"{name} has no argument {one.name[:80]}"
                hint = did_you_mean(one.name, names) or f"its arguments are {', '.join(names)}"
                self.report(one.at, "unknown-argument", words, hint)
                close = nearest(one.name, names)
                found += [replace(one, name=close)] if close else []
        return found

    def _only(self, node: ast.Call, name: str) -> Expression:
        """The one argument of a special form."""
        values = [one.value for one in self.arguments(node)]
        fits = all(one.arg == name for one in node.keywords)
        if len(values) == 1 and fits:
            return values[0]
        at = self.places.of(node)
        self.report(at, "misplaced-result", "RESULT takes one name", f"write RESULT({name}=NAME)")
        return tree.Unreadable(at, tuple(values))

    def _evaluation(self, node: ast.Call, at: Span) -> Expression:
        values = [*node.args, *(one.value for one in node.keywords)]
        match values:
            case [ast.Constant(value=str()) as text] if all(
                one.arg == "expr" for one in node.keywords
            ):
                value, found = read_template(self.places, text, INPUTS)
                self.diagnostics += found
                return value
            case _:
                words = "EVAL takes one expression in quotes"
                self.report(at, "bad-template", words, 'for example EVAL(expr="{ANSWER0} > 2")')
                return tree.Unreadable(at, tuple(self.expression(one) for one in values))

    def _half(
        self, given: Sequence[tree.Argument], side: tree.Literal, at: Span, name_at: Span
    ) -> Expression:
        """`LOC(image=IMAGE,object='TOP')`: half of the picture, as the only region."""
        arguments = [one for one in given if one.name == "image"]
        arguments.append(tree.Argument("side", side, side.at))
        return tree.ListDisplay((tree.Call("half", tuple(arguments), at, name_at),), at)


def _side_of(given: Sequence[tree.Argument]) -> tree.Literal | None:
    for one in given:
        if one.name == "object" and isinstance(one.value, tree.Literal):
            side = SIDES.get(str(one.value.value))
            return tree.Literal(side, one.value.at) if side else None
    return None


def _in_form(form: Form, value: Expression) -> Expression:
    """An argument that may be one text or several."""
    match value, form:
        case tree.Literal(value=str() as text, at=at), "texts":
            return tree.ListDisplay(
                tuple(tree.Literal(one, at) for one in split_at_commas(text)), at
            )
        case tree.Literal(), _:
            return value
        case _:
            return tree.Coerce(value, form, value.at)
