"""The types of expressions."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from ...tools.contract import Contract
from ...tools.types import BOOL, INT, NEVER, NONE, STR, Atom, ListOf, Type, Union, union_of
from . import operators, tree
from .answers import coerced_type
from .basics import basics
from .calls import Given, call_type, conversion
from .diagnostics import Diagnostic, FaultError
from .scope import Scope
from .suggest import did_you_mean
from .tree import Expression, Span

MAX_WORK = 50_000
MAX_TYPE_PARTS = 40
MAX_SUGGESTIONS = 20


@dataclass(frozen=True, slots=True)
class Bound:
    """What is known about a name: its type, and whether it is assigned on every path."""

    type: Type
    certain: bool = True


class Inference:
    """Infers the types of expressions and reports what is wrong with them.

    Args:
        scope: what the program may mention.
        aliases: further names of tools that a dialect has, for suggestions.
    """

    def __init__(self, scope: Scope, aliases: Iterable[str] = ()) -> None:
        self.scope = scope
        self.aliases = tuple(aliases)
        self.functions: Mapping[str, Contract] = {**basics(), **scope.tools}
        self.names: dict[str, Bound] = {name: Bound(kind) for name, kind in scope.names.items()}
        self.diagnostics: list[Diagnostic] = []
        self.quiet = False
        self.read: set[str] = set()
        self.called: dict[str, Contract] = {}
        self._work = 0

    def report(self, span: Span, code: str, message: str, suggestion: str = "") -> None:
        """Adds a diagnostic, unless this pass over a loop only looks for types."""
        if not self.quiet:
            self.diagnostics.append(Diagnostic.at(span, code, message, suggestion))

    def infer(self, node: Expression) -> Type:
        """The type of an expression; `NEVER` where something is wrong, so that nothing follows.

        Raises:
            FaultError: the program is too complex to check.
        """
        self.work(1)
        return self._infer(node)

    def work(self, amount: int) -> None:
        """Counts work of the check, which has a limit."""
        self._work += amount
        if self._work > MAX_WORK:
            raise FaultError(
                "too-complex",
                "the program is too complex to check",
                "nest fewer loops, or split it into several programs",
            )

    def nearest(self, name: str, candidates: Iterable[str]) -> str:
        """A suggestion; none after many diagnostics, because looking for one takes long."""
        wanted = not self.quiet and len(self.diagnostics) < MAX_SUGGESTIONS
        return did_you_mean(name, candidates) if wanted else ""

    def test(self, node: Expression) -> None:
        """Infers a condition, and warns of one that is always true or is text."""
        kind = self.infer(node)
        if isinstance(node, tree.Literal):
            words = f"this condition is always {operators.truth(node.value)}"
            self.report(node.at, "constant-condition", words, "leave it out")
        elif isinstance(kind, Atom) and kind.name in operators.ALWAYS_TRUE:
            words = f"this condition is always True: it is a {kind}"
            self.report(node.at, "constant-condition", words, "compare one of its attributes")
        elif kind == STR and not isinstance(node, tree.Coerce):
            words = "any text counts as true, even 'no'"
            self.report(node.at, "text-condition", words, "compare it: text == 'yes'")

    def name_is_free(self, name: str, at: Span) -> None:
        """Reports a name that the program may not assign."""
        if name in self.functions or name in self.scope.elsewhere or name == "result":
            words = f"{name} is the name of a tool or function"
            self.report(at, "shadows-tool", words, f"choose another name, such as {name}_1")
        elif name in self.scope.names and name not in self.scope.assignable:
            words = f"{name} is an input of the program"
            self.report(at, "shadows-input", words, f"choose another name, such as {name}_1")

    def joined(self, kinds: Collection[Type], at: Span) -> Type:
        """The union of some types, unless it outgrows what a program could need."""
        # Each type of a union is compared with each other, so their number is bounded first.
        if len(kinds) <= MAX_TYPE_PARTS:
            kind = union_of(kinds)
            if _parts_of(kind) <= MAX_TYPE_PARTS:
                return kind
        # Reported in quiet passes too: what follows builds on a type that is no longer true.
        words = "the type of this value grows and grows"
        hint = "keep values of one type in a list; don't nest lists"
        self.diagnostics.append(Diagnostic.at(at, "growing-type", words, hint))
        return NEVER

    def _infer(self, node: Expression) -> Type:
        match node:
            case tree.Name():
                return self._name(node)
            case tree.Literal(value=value):
                return Atom("None" if value is None else type(value).__name__)
            case tree.Call():
                return self._call(node)
            case tree.Attribute():
                return self._attribute(node)
            case tree.Index():
                return self._index(node)
            case tree.Slice():
                return self._slice(node)
            case tree.ListDisplay(items=items):
                kinds = {self.infer(one) for one in items}
                return self.joined([ListOf(self.joined(kinds, node.at))], node.at)
            case tree.Comprehension():
                return self._comprehension(node)
            case tree.Arithmetic():
                return self._arithmetic(node)
            case tree.Comparison():
                return self._comparison(node)
            case tree.Logic(operands=operands):
                return self.joined({self.infer(one) for one in operands}, node.at)
            case tree.Negation():
                return self._negation(node)
            case tree.Conditional(test=test, then=then, otherwise=otherwise):
                self.test(test)
                return self.joined({self.infer(then), self.infer(otherwise)}, node.at)
            case tree.Text(parts=parts):
                for part in parts:
                    if isinstance(part, tree.Field):
                        self._field(part)
                return STR
            case tree.Coerce(value=value, form=form):
                kind = self.infer(value)
                return self._or_report(coerced_type(form, kind), node.at, _NOT_COERCED[form], kind)
            case tree.Unreadable(parts=parts):
                for part in parts:
                    self.infer(part)
                return NEVER

    def _name(self, node: tree.Name) -> Type:
        name = node.name
        self.read.add(name)
        bound = self.names.get(name)
        if bound is not None:
            if not bound.certain:
                self.report(
                    node.at,
                    "may-be-unassigned",
                    f"{name} may not be assigned here",
                    f"assign {name} before the if or for, or on every path",
                )
            return bound.type
        if name in self.functions or name in self.scope.elsewhere:
            words = f"{name} is a tool or function, not a value"
            self.report(node.at, "tool-as-value", words, f"call it: {name}(...)")
        else:
            hint = self.scope.unbound.get(name) or self.nearest(name, self.names)
            inputs = ", ".join(self.scope.names)
            hint = hint or (f"the program starts with {inputs}" if inputs else "assign it first")
            self.report(node.at, "undefined-name", f"there is no name {name[:80]}", hint)
        return NEVER

    def _call(self, node: tree.Call) -> Type:
        for one in node.ignored:
            self.infer(one)
        given = [Given(one, self.infer(one.value)) for one in node.arguments]
        contract = self.functions.get(node.function)
        if contract is None:
            self._unknown_tool(node)
            return NEVER
        if node.function in self.scope.tools:
            self.called[node.function] = contract
        return call_type(contract, given, node.at, self.report, node.alias)

    def _unknown_tool(self, node: tree.Call) -> None:
        name = node.function
        if name in self.scope.elsewhere:
            shown = f"{node.alias.name} (the tool {name})" if node.alias else name
            words = f"{shown} is not offered here"
            self.report(node.name_at, "not-offered", words, self.scope.elsewhere[name])
        elif name in self.names:
            self.read.add(name)
            words = f"{name} is a value, not a tool"
            self.report(node.name_at, "not-a-tool", words, "leave out the brackets after it")
        else:
            known = (*self.functions, *self.scope.elsewhere, *self.aliases)
            hint = self.nearest(name, known) or f"the tools are {', '.join(self.scope.tools)}"
            self.report(node.name_at, "unknown-tool", f"there is no tool {name[:80]}", hint)

    def _attribute(self, node: tree.Attribute) -> Type:
        base = self.infer(node.base)
        found = operators.attribute_type(base, node.name)
        if found is not None:
            return found
        name = node.name[:80]
        if isinstance(base, ListOf) and operators.attribute_type(base.item, name) is not None:
            hint = f"take one of the list, dogs[0].{name}, or all: [d.{name} for d in dogs]"
        else:
            known = operators.attributes_in(base)
            hint = self.nearest(node.name, known) or (
                f"it has {', '.join(sorted(known))}" if known else ""
            )
        words = f"{base} has no attribute {name}"
        self.report(node.name_at, "unknown-attribute", words, hint)
        return NEVER

    def _index(self, node: tree.Index) -> Type:
        base, position = self.infer(node.base), self.infer(node.index)
        self._expect_int(position, node.index.at)
        return self._or_report(operators.item_type(base), node.at, _NO_ITEMS, base)

    def _slice(self, node: tree.Slice) -> Type:
        base = self.infer(node.base)
        for bound in (node.start, node.stop, node.step):
            if bound is not None:
                self._expect_int(self.infer(bound), bound.at, optional=True)
        found = operators.item_type(base)
        return NEVER if self._or_report(found, node.at, _NO_ITEMS, base) == NEVER != found else base

    def _expect_int(self, kind: Type, at: Span, optional: bool = False) -> None:
        allowed = {INT, BOOL, NONE} if optional else {INT, BOOL}
        if not operators.members_of(kind) <= allowed:
            words = f"an index is an int, not {kind}"
            self.report(at, "bad-index", words, "write int(...) around it")

    def _comprehension(self, node: tree.Comprehension) -> Type:
        outer = dict(self.names)
        for clause in node.clauses:
            item = self.items_of(clause.items)
            if clause.name:
                self.name_is_free(clause.name, clause.at)
                self.names[clause.name] = Bound(item)
            for test in clause.tests:
                self.test(test)
        found = self.infer(node.item)
        self.names = outer
        return self.joined([ListOf(found)], node.at)

    def items_of(self, node: Expression) -> Type:
        """The type of the items that a loop goes over."""
        kind = self.infer(node)
        lists = [one for one in operators.members_of(kind) if isinstance(one, ListOf)]
        if kind != NEVER and len(lists) != len(operators.members_of(kind)):
            hint = "for a text, use split(text)" if kind == STR else ""
            hint = "use for i in range(n)" if kind == INT else hint
            self.report(node.at, "not-a-list", f"a loop needs a list, not {kind}", hint)
            return NEVER
        if isinstance(node, tree.ListDisplay) and not node.items:
            self.report(node.at, "unreachable", "a loop over nothing never runs", "leave it out")
        return union_of(one.item for one in lists)

    def _arithmetic(self, node: tree.Arithmetic) -> Type:
        left, right = self.infer(node.left), self.infer(node.right)
        operator = node.operator
        match node.right:
            case tree.Literal(value=int(exponent)) if operator == "**" and exponent >= 0:
                # Such a power of a whole number is whole, as a product is.
                operator = "*"
            case _:
                pass
        found = operators.arithmetic_type(operator, left, right)
        if found is None:
            words = f"{left} {node.operator} {right} isn't possible"
            hint = conversion(left, right) or conversion(right, left)
            if STR in (left, right) and node.operator == "+":
                hint = 'write an f-string: f"{a} {b}"'
            self.report(node.at, "bad-operands", words, hint)
            return NEVER
        return self.joined([found], node.at)

    def _negation(self, node: tree.Negation) -> Type:
        if node.operator == "not":
            self.test(node.operand)
            return BOOL
        kind = self.infer(node.operand)
        found = operators.negation_type(kind)
        if found is None:
            words = f"{node.operator} needs a number, not {kind}"
            self.report(node.at, "bad-operands", words, conversion(INT, kind))
            return NEVER
        return found

    def _comparison(self, node: tree.Comparison) -> Type:
        left, left_node = self.infer(node.first), node.first
        for symbol, right_node in node.rest:
            right = self.infer(right_node)
            fits = operators.comparison_type(symbol, left, right) is not None
            relaxed = any(isinstance(one, tree.Coerce) for one in (left_node, right_node))
            if not fits and not (relaxed and symbol in ("==", "!=")):
                self._incomparable(node.at, symbol, left, right)
            left, left_node = right, right_node
        return BOOL

    def _incomparable(self, at: Span, symbol: str, left: Type, right: Type) -> None:
        hint = conversion(left, right) or conversion(right, left)
        if symbol in ("==", "!="):
            if {left, right} == {STR, BOOL}:
                hint = "compare with a text: answer == 'yes'"
            words = f"{left} is never equal to {right}"
            self.report(at, "never-equal", words, hint)
        elif symbol in ("in", "not in"):
            words = f"{left} can't be in {right}"
            self.report(at, "bad-comparison", words, hint or "in needs a list of such values")
        else:
            words = f"{left} and {right} have no order"
            self.report(at, "bad-comparison", words, hint or "compare numbers, or two texts")

    def _field(self, part: tree.Field) -> None:
        kind = self.infer(part.value)
        numbers = {INT, BOOL} if part.format.endswith("d") else operators.NUMBERS
        if part.format and not operators.members_of(kind) <= numbers:
            words = f"the format {part.format} needs a number, not {kind}"
            self.report(part.at, "bad-format", words, "leave the format out: {value}")

    def _or_report(
        self, found: Type | None, at: Span, problem: tuple[str, str, str], kind: Type
    ) -> Type:
        if found is not None:
            return found
        code, words, hint = problem
        self.report(at, code, words.format(kind=kind), hint)
        return NEVER


_NO_ITEMS = ("not-a-list", "{kind} has no items", "leave out the square brackets")
_NOT_COERCED: Mapping[tree.Form, tuple[str, str, str]] = {
    "answer": ("bad-operands", "{kind} is no answer", "use {NAME} of an answer"),
    "number": ("bad-operands", "{kind} is no number", "count regions first: COUNT(box=...)"),
    "text": ("wrong-type", "this argument is a text or a list of texts, not {kind}", ""),
    "texts": ("wrong-type", "this argument is a text or a list of texts, not {kind}", ""),
}


def _parts_of(kind: Type) -> int:
    match kind:
        case ListOf(item):
            # Lists inside lists weigh more: depth costs more than width wherever values are walked.
            return 6 + _parts_of(item)
        case Union(members):
            return sum(_parts_of(one) for one in members)
        case _:
            return 1
