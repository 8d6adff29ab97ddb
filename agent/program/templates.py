"""The template of VisProg's EVAL: `"{ANSWER0} == 'yes' and {ANSWER1} > 2"`.

VisProg pastes what tools returned into the template and evaluates the text. Here the template is
read once, as an expression in which each `{NAME}` is a reference; nothing is ever pasted.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from dataclasses import replace

from . import tree
from .answers import answer_of
from .diagnostics import Diagnostic
from .parse import Reader
from .places import InnerPlaces, Places
from .syntax import python_module
from .tree import Expression, Span

_FIELD = re.compile(r"""(?P<quote>['"]?)\{\s*(?P<name>[A-Za-z_]\w*)\s*\}(?P=quote)""", re.ASCII)
_XOR = re.compile(r"""'[^']*'|"[^"]*"|\bxor\b""")
_ORDERINGS = frozenset({"<", "<=", ">", ">="})


def read_template(
    places: Places, literal: ast.Constant, inputs: Mapping[str, str]
) -> tuple[Expression, tuple[Diagnostic, ...]]:
    """The expression that a template stands for, and what is wrong in it.

    Args:
        places: where nodes are in the program.
        literal: the template.
        inputs: from the dialect's names of inputs to those of the language.
    """
    at = places.of(literal)
    # All replacements keep the width, so that columns in the text stay columns in the template.
    template = re.sub(r"[\n\r\f\v]", " ", str(literal.value))
    text = _FIELD.sub(_name_alone, template)
    text = _XOR.sub(lambda one: "!= " if one[0] == "xor" else one[0], text)
    indent = len(text) - len(text.lstrip())
    inner = InnerPlaces(text.lstrip(), places.of_letters(literal)[indent:], at.line)
    module = python_module(text.lstrip())
    if isinstance(module, Diagnostic):
        return tree.Unreadable(at), (inner.moved(module),)
    match module.body:
        case [ast.Expr(value=value)]:
            fields = _FIELD.finditer(template)
            names = frozenset(one.start("name") - indent for one in fields)
            reader = _TemplateReader(inner, names, inputs)
            return reader.expression(value), tuple(reader.diagnostics)
        case _:
            words = "EVAL takes one expression"
            hint = 'for example EVAL(expr="{ANSWER0} > 2")'
            return tree.Unreadable(at), (Diagnostic.at(at, "bad-template", words, hint),)


class _TemplateReader(Reader):
    """Reads an expression in which operands are answers: yes and no, numbers, words.

    Args:
        names: where in the text a name stands for `{NAME}`.
    """

    def __init__(
        self, places: InnerPlaces, names: frozenset[int], inputs: Mapping[str, str]
    ) -> None:
        super().__init__(places)
        self._names = names
        self._inputs = inputs

    def name(self, node: ast.Name) -> Expression:
        at = self.places.of(node)
        if self.places.in_text(node).column - 1 not in self._names:
            words = f"{node.id[:80]} stands in EVAL without {{}}"
            self.report(at, "bad-template", words, f"write {{{node.id[:80]}}}, or quote a word")
            return tree.Unreadable(at)
        if node.id in self._inputs:
            return tree.Coerce(tree.Name(self._inputs[node.id], at), "answer", at)
        read = super().name(node)
        return tree.Coerce(read, "answer", at)

    def arithmetic(
        self, node: ast.AST, op: ast.operator, left: Expression, right: Expression
    ) -> Expression:
        return super().arithmetic(node, op, _as_number(left), _as_number(right))

    def comparison(self, node: ast.Compare, at: Span) -> Expression:
        read = super().comparison(node, at)
        if not isinstance(read, tree.Comparison):
            return read
        operands = [read.first, *(one for _, one in read.rest)]
        symbols = [symbol for symbol, _ in read.rest]
        for position, operand in enumerate(operands):
            beside = {*symbols[max(position - 1, 0) : position + 1]}
            operands[position] = (
                _as_number(operand) if beside & _ORDERINGS else _literal_answer(operand)
            )
        return replace(read, first=operands[0], rest=tuple(zip(symbols, operands[1:], strict=True)))


def _name_alone(field: re.Match[str]) -> str:
    """`{NAME}`, or the same in quotes, without what is around the name."""
    before = field.start("name") - field.start()
    return " " * before + field["name"] + " " * (field.end() - field.end("name"))


def _as_number(operand: Expression) -> Expression:
    if isinstance(operand, tree.Literal) and not isinstance(operand.value, str):
        return operand
    return tree.Coerce(operand, "number", operand.at)


def _literal_answer(operand: Expression) -> Expression:
    """'yes', 'no' and digits mean in a comparison what they mean in an answer."""
    if isinstance(operand, tree.Literal) and isinstance(operand.value, str):
        value = answer_of(operand.value)
        assert isinstance(value, (str, int, float))
        return replace(operand, value=value)
    return operand
