"""From source to tree. Python's parser is the reader; what is outside the language is refused."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Sequence
from typing import Literal as Choice
from typing import cast

from . import tree
from .diagnostics import Diagnostic
from .places import Places
from .refused import construct_of, method_hint, names_bound_in
from .tree import ANSWER, Expression, Span, Statement

MAX_DEPTH = 60
MAX_BITS = 4_096

FORMAT = re.compile(r"[<>^]?0?\d{0,2},?(\.\d{1,2}[feg%]|[dfeg%])?")
"""The formats that an f-string may have: width, commas, precision and kind of a number."""

_ARITHMETIC: dict[type[ast.operator], tree.ArithmeticOperator] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.FloorDiv: "//",
    ast.Mod: "%",
    ast.Pow: "**",
}
_COMPARISONS: dict[type[ast.cmpop], tree.ComparisonOperator] = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.In: "in",
    ast.NotIn: "not in",
}
_NEGATIONS: dict[type[ast.unaryop], Choice["not", "-", "+"]] = {
    ast.Not: "not",
    ast.USub: "-",
    ast.UAdd: "+",
}


class Reader:
    """Turns Python's tree into viscript's; a dialect overrides `call` and `name`.

    Args:
        places: where the nodes are in the source.

    `diagnostics` gathers what is outside the language.
    """

    def __init__(self, places: Places) -> None:
        self.places = places
        self.diagnostics: list[Diagnostic] = []
        self._depth = 0

    def report(self, span: Span, code: str, message: str, suggestion: str = "") -> None:
        """Adds a diagnostic."""
        self.diagnostics.append(Diagnostic.at(span, code, message, suggestion))

    def statements(self, nodes: Iterable[ast.stmt]) -> tuple[Statement, ...]:
        """Reads a block."""
        self._depth += 1
        read = tuple(one for node in nodes for one in self.statement(node))
        self._depth -= 1
        return read

    def statement(self, node: ast.stmt) -> Sequence[Statement]:
        """Reads a statement; `pass` is none."""
        if self._depth > MAX_DEPTH:
            self._too_deep(node)
            return ()
        match node:
            case ast.Assign(targets=[target], value=value):
                return self._assignment(target, value)
            case ast.AugAssign(target=ast.Name() as target, op=op, value=value):
                at = self.places.of(target)
                old = self.name(target)
                new = self.arithmetic(node, op, old, self.expression(value))
                return (self.assign(target.id, new, at),)
            case ast.Expr(value=ast.Call(func=ast.Name(id="result")) as call):
                return (tree.Assignment(ANSWER, self._result(call), self.places.of(call)),)
            case ast.Expr(value=value):
                return (tree.Computation(self.expression(value), self.places.of(value)),)
            case ast.If(test=test, body=then, orelse=otherwise):
                at = self.places.of(node)
                condition = self.expression(test)
                return (
                    tree.Branch(condition, self.statements(then), self.statements(otherwise), at),
                )
            case ast.For(target=ast.Name() as target, iter=items, body=body, orelse=[]):
                at = self.places.of(target)
                self._check_name(target.id, at)
                return (tree.Loop(target.id, self.expression(items), self.statements(body), at),)
            case ast.Pass():
                return ()
            case _:
                return (self._refused_statement(node),)

    def expression(self, node: ast.expr) -> Expression:
        """Reads an expression."""
        self._depth += 1
        try:
            if self._depth > MAX_DEPTH:
                return self._too_deep(node)
            return self._expression(node)
        finally:
            self._depth -= 1

    def name(self, node: ast.Name) -> Expression:
        """Reads the use of a name."""
        at = self.places.of(node)
        return tree.Name(node.id, at) if self._check_name(node.id, at) else tree.Unreadable(at)

    def call(self, node: ast.Call, function: ast.Name) -> Expression:
        """Reads a call of a named function."""
        at, name_at = self.places.of(node), self.places.of(function)
        if not self._check_name(function.id, name_at):
            return tree.Unreadable(at, tuple(one.value for one in self.arguments(node)))
        if function.id == "result":
            words = "result(...) is a statement of its own"
            self.report(at, "misplaced-result", words, "write it on its own line, or answer = ...")
            return tree.Unreadable(at)
        return tree.Call(function.id, self.arguments(node), at, name_at)

    def arguments(self, node: ast.Call) -> tuple[tree.Argument, ...]:
        """Reads the arguments of a call."""
        read = [tree.Argument(None, self.expression(one), self.places.of(one)) for one in node.args]
        for keyword in node.keywords:
            at = self.places.of(keyword)
            if keyword.arg is None:
                self.report(
                    at, "unsupported-syntax", "** isn't in the language", "name each argument"
                )
                continue
            name_at = Span(at.line, at.column, at.column + len(keyword.arg))
            self._check_name(keyword.arg, name_at)
            read.append(tree.Argument(keyword.arg, self.expression(keyword.value), name_at))
        return tuple(read)

    def refuse(self, node: ast.AST, at: Span, *parts: Expression) -> tree.Unreadable:
        """Reports a construct that the language lacks."""
        what, instead = construct_of(node)
        self.report(at, "unsupported-syntax", f"{what} isn't in the language", instead)
        return tree.Unreadable(at, parts)

    def _expression(self, node: ast.expr) -> Expression:
        at = self.places.of(node)
        match node:
            case ast.Constant():
                return self._literal(node, at)
            case ast.Name():
                return self.name(node)
            case ast.Call(func=ast.Name() as function):
                return self.call(node, function)
            case ast.Call(func=function):
                return self._refused_call(node, function, at)
            case ast.List(elts=items):
                return tree.ListDisplay(tuple(self.expression(one) for one in items), at)
            case ast.UnaryOp(op=op, operand=operand):
                read = self.expression(operand)
                negation = _NEGATIONS.get(type(op))
                return tree.Negation(negation, read, at) if negation else self.refuse(op, at, read)
            case ast.BinOp(left=left, op=op, right=right):
                return self.arithmetic(node, op, self.expression(left), self.expression(right))
            case ast.Compare():
                return self.comparison(node, at)
            case ast.BoolOp(op=op, values=values):
                word = "and" if isinstance(op, ast.And) else "or"
                return tree.Logic(word, tuple(self.expression(one) for one in values), at)
            case ast.IfExp(test=test, body=then, orelse=otherwise):
                return tree.Conditional(
                    self.expression(test), self.expression(then), self.expression(otherwise), at
                )
            case ast.Subscript(value=base, slice=ast.Slice(lower=start, upper=stop, step=step)):
                return tree.Slice(
                    self.expression(base),
                    None if start is None else self.expression(start),
                    None if stop is None else self.expression(stop),
                    None if step is None else self.expression(step),
                    at,
                )
            case ast.Subscript(value=base, slice=index):
                return tree.Index(self.expression(base), self.expression(index), at)
            case ast.Attribute(value=base, attr=name):
                name_at = Span(at.line, max(at.end_column - len(name), at.column), at.end_column)
                value = self.expression(base)
                if not self._check_name(name, name_at):
                    return tree.Unreadable(at, (value,))
                return tree.Attribute(value, name, at, name_at)
            case ast.ListComp(elt=item, generators=generators):
                clauses = tuple(self._clause(one) for one in generators)
                return tree.Comprehension(self.expression(item), clauses, at)
            case ast.JoinedStr(values=values):
                return tree.Text(tuple(self._text_part(one, at) for one in values), at)
            case _:
                return self._refused_expression(node, at)

    def _assignment(self, target: ast.expr, value: ast.expr) -> Sequence[Statement]:
        at = self.places.of(target)
        if not isinstance(target, ast.Name):
            self.report(
                at,
                "unsupported-syntax",
                "only a name can be assigned to",
                "values don't change; make a new one and give it a name of its own",
            )
            part = self.expression(value)
            names = names_bound_in(target)
            if not isinstance(target, (ast.Tuple, ast.List, ast.Starred)):
                return (tree.Unreadable(at, (part, self.expression(target)), names),)
            return (tree.Unreadable(at, (part,), names),)
        match value:
            case ast.Call(func=ast.Name(id="result")):
                shown = self.assign(target.id, self._result(value), at)
                answer = tree.Assignment(ANSWER, tree.Name(target.id, at), self.places.of(value))
                return (shown,) if target.id == ANSWER else (shown, answer)
            case _:
                return (self.assign(target.id, self.expression(value), at),)

    def assign(self, name: str, value: Expression, at: Span) -> tree.Assignment:
        """Makes an assignment."""
        self._check_name(name, at)
        return tree.Assignment(name, value, at)

    def _result(self, node: ast.Call) -> Expression:
        """The one value of `result(value)`."""
        values = [*node.args, *(one.value for one in node.keywords)]
        named_well = all(one.arg in ("var", "value") for one in node.keywords)
        read = [self.expression(one) for one in values]
        if len(values) == 1 and named_well:
            return read[0]
        at = self.places.of(node)
        self.report(at, "misplaced-result", "result takes one value", "write result(value)")
        return tree.Unreadable(at, tuple(read))

    def _literal(self, node: ast.Constant, at: Span) -> Expression:
        value: object = node.value
        match value:
            case bool() | None:
                return tree.Literal(value, at)
            case str():
                if not value.isascii() and any("\ud800" <= c <= "\udfff" for c in value):
                    self.report(
                        at, "bad-character", "half of a character pair in a string", "delete it"
                    )
                return tree.Literal(value, at)
            case int() if value.bit_length() <= MAX_BITS:
                return tree.Literal(value, at)
            case float() if value - value == 0:
                return tree.Literal(value, at)
            case int() | float():
                self.report(at, "number-too-large", "this number is too large", "use a smaller one")
            case _:
                what = "..." if value is ... else f"a {type(value).__name__} literal"
                self.report(
                    at, "unsupported-syntax", f"{what} isn't in the language", "use text or numbers"
                )
        return tree.Unreadable(at)

    def arithmetic(
        self, node: ast.AST, op: ast.operator, left: Expression, right: Expression
    ) -> Expression:
        """Makes an arithmetic operation of its operands."""
        at = self.places.of(node)
        operator = _ARITHMETIC.get(type(op))
        if operator is None:
            return self.refuse(op, at, left, right)
        return tree.Arithmetic(operator, left, right, at)

    def comparison(self, node: ast.Compare, at: Span) -> Expression:
        """Reads a comparison."""
        first = self.expression(node.left)
        rest: list[tuple[tree.ComparisonOperator, Expression]] = []
        for op, operand in zip(node.ops, node.comparators, strict=True):
            read = self.expression(operand)
            operator = _COMPARISONS.get(type(op))
            if operator is None:
                return self.refuse(op, at, first, *(one for _, one in rest), read)
            rest.append((operator, read))
        return tree.Comparison(first, tuple(rest), at)

    def _clause(self, node: ast.comprehension) -> tree.ForClause:
        at = self.places.of(node.target)
        items = self.expression(node.iter)
        tests = tuple(self.expression(one) for one in node.ifs)
        if node.is_async:
            self.report(at, "unsupported-syntax", "async for isn't in the language", "write for")
        if not isinstance(node.target, ast.Name):
            self.report(at, "unsupported-syntax", "a loop has one name", "write for item in items")
            return tree.ForClause("", items, tests, at)
        self._check_name(node.target.id, at)
        return tree.ForClause(node.target.id, items, tests, at)

    def _text_part(self, node: ast.expr, at: Span) -> str | tree.Field:
        if isinstance(node, ast.Constant):
            return str(node.value)
        field = cast("ast.FormattedValue", node)
        value = self.expression(field.value)
        if field.conversion != -1:
            words = f"!{chr(field.conversion)} isn't in the language"
            self.report(at, "unsupported-syntax", words, "write {value}, without = and !")
        return tree.Field(value, self._format(field.format_spec, at), self.places.of(field.value))

    def _format(self, node: ast.expr | None, at: Span) -> str:
        match node:
            case None | ast.JoinedStr(values=[]):
                return ""
            case ast.JoinedStr(values=[ast.Constant(value=str() as text)]) if FORMAT.fullmatch(
                text
            ):
                return text
            case _:
                words = "a format gives a number's width and precision only"
                self.report(at, "bad-format", words, "write for example {x:.2f}, {x:5d} or {x:.0%}")
                return ""

    def _refused_call(self, node: ast.Call, function: ast.expr, at: Span) -> Expression:
        arguments = tuple(one.value for one in self.arguments(node))
        if isinstance(function, ast.Attribute):
            end = self.places.of(function).end_column
            name_at = Span(at.line, max(end - len(function.attr), 1), max(end, 2))
            self._check_name(function.attr, name_at)
            words = f"there is no method {function.attr}"
            self.report(name_at, "method-call", words, method_hint(function.attr))
            return tree.Unreadable(at, (self.expression(function.value), *arguments))
        self.report(at, "unsupported-syntax", "only tools can be called", "call a tool by its name")
        return tree.Unreadable(at, (self.expression(function), *arguments))

    def _refused_expression(self, node: ast.expr, at: Span) -> Expression:
        match node:
            case ast.Tuple(elts=parts) | ast.Set(elts=parts):
                return self.refuse(node, at, *(self.expression(one) for one in parts))
            case ast.Starred(value=part) | ast.Await(value=part):
                return self.refuse(node, at, self.expression(part))
            case _:
                self._check_names_in(node)
                return self.refuse(node, at)

    def _refused_statement(self, node: ast.stmt) -> Statement:
        at = self.places.of(node)
        names = names_bound_in(node)
        self._check_names_in(node)
        match node:
            case ast.Assign():
                words = "two assignments in one", "write one assignment to a line"
            case ast.AugAssign():
                words = "changing a part of a value", "values don't change: make a new one"
            case ast.For(target=ast.Name()):
                words = "else after a loop", "leave it out: what follows runs anyway"
            case ast.For():
                words = "a loop over several names", "write for item in items"
            case _:
                words = construct_of(node)
        self.report(at, "unsupported-syntax", f"{words[0]} isn't in the language", words[1])
        return tree.Unreadable(at, (), names)

    def _check_names_in(self, node: ast.AST) -> None:
        """Private names are reported even inside what is refused as a whole."""
        for one in ast.walk(node):
            match one:
                case ast.Name(id=name) | ast.Attribute(attr=name):
                    self._check_name(name, self.places.of(one))
                case _:
                    pass

    def _check_name(self, name: str, at: Span) -> bool:
        """Whether a program may have a name; if not, that is reported."""
        if name.startswith("_"):
            words = f"the name {name[:80]} starts with an underscore"
            self.report(at, "private-name", words, "choose a name that starts with a letter")
        elif not name.isascii():
            self.report(
                at,
                "unusual-name",
                f"the name {name[:80]} has letters outside a-z",
                "write names with the letters a-z, digits and underscores",
            )
        else:
            return True
        return False

    def _too_deep(self, node: ast.AST) -> tree.Unreadable:
        at = self.places.of(node)
        if not any(one.code == "too-deep" for one in self.diagnostics):
            words = f"more than {MAX_DEPTH} levels inside each other"
            self.report(at, "too-deep", words, "assign inner parts to names first")
        return tree.Unreadable(at)
