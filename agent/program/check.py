"""The check: a program that passes it never fails with a name or type error."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal as Choice

from ...tools.types import Type, union_of
from . import tree
from .diagnostics import Diagnostic, FaultError
from .infer import Bound, Inference
from .read import read
from .scope import Scope
from .tree import ANSWER, Program, Span, Statement
from .visprog import MODULES

Dialect = Choice["auto", "viscript", "visprog"]
MAX_DIAGNOSTICS = 50
NAMES_PER_WORK = 16


@dataclass(frozen=True)
class Checked:
    """What a check found.

    Args:
        program: the program, which may run when `ok`; None when its source can't be read.
        diagnostics: what is wrong, in the order of the source.
        dialect: the dialect that it was read in.
        answer_type: the type of its answer, when it has one.
        names: the names that are bound after it ran, and their types.
    """

    program: Program | None
    diagnostics: tuple[Diagnostic, ...]
    dialect: Choice["viscript", "visprog"]
    answer_type: Type | None
    names: Mapping[str, Type]

    @property
    def ok(self) -> bool:
        """Whether the program may run: there is no error, though there may be warnings."""
        return not any(one.severity == "error" for one in self.diagnostics)


def check(
    source: str, scope: Scope, dialect: Dialect = "auto", *, complete: bool = True
) -> Checked:
    """Reads a program and proves that it is well-formed; never raises for anything in `source`.

    Args:
        source: the program.
        scope: what it may mention.
        dialect: "viscript", "visprog", or "auto".
        complete: False for the first cells of a program whose next ones are yet to be written: it
            needs no answer, and may assign names that it doesn't use.
    """
    parsed = read(source, dialect)
    aliases = MODULES if parsed.dialect == "visprog" else ()
    inference = Inference(scope, aliases)
    flow = _Flow(inference, unreadable=bool(parsed.diagnostics))
    try:
        flow.program(parsed.body, complete)
    except FaultError as fault:
        first = Diagnostic.at(Span(1, 1, 2), fault.code, fault.message, fault.hint)
        inference.diagnostics.append(first)
    tools = dict(inference.called)
    program = None if parsed.diagnostics else Program(parsed.body, tools, complete)
    bound = {name: one.type for name, one in inference.names.items() if one.certain}
    return Checked(
        program,
        _in_order((*parsed.diagnostics, *inference.diagnostics)),
        parsed.dialect,
        bound.get(ANSWER) if ANSWER in flow.assigned else None,
        bound,
    )


def _in_order(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Each diagnostic once, by place; errors come first when there are too many."""
    found = sorted(
        set(diagnostics), key=lambda one: (one.severity != "error", one.line, one.column)
    )
    return tuple(sorted(found[:MAX_DIAGNOSTICS], key=lambda one: (one.line, one.column)))


class _Flow:
    """Follows assignments through statements, branches and loops."""

    def __init__(self, inference: Inference, unreadable: bool) -> None:
        self.inference = inference
        self.unreadable = unreadable
        self.assigned: dict[str, Span] = {}
        self._invariants: dict[int, dict[str, Bound]] = {}

    def program(self, body: Sequence[Statement], complete: bool) -> None:
        """Checks a whole program, or its first cells."""
        self.block(body)
        if not complete:
            return
        inference = self.inference
        answer = inference.names.get(ANSWER)
        end = body[-1].at if body else Span(1, 1, 2)
        if ANSWER not in self.assigned:
            if not self.unreadable:
                words = "the program gives no answer"
                inference.report(end, "no-answer", words, "end it with answer = ...")
        elif answer is not None and not answer.certain:
            words = "the answer may not be assigned"
            hint = "assign answer before the if or for, or on every path"
            inference.report(self.assigned[ANSWER], "may-be-unassigned", words, hint)
        if self.unreadable:
            return
        for name, at in self.assigned.items():
            if name not in inference.read and name != ANSWER:
                words = f"{name} is never used"
                inference.report(at, "unused-name", words, "use it, or leave the line out")

    def block(self, body: Sequence[Statement]) -> None:
        """Checks statements one after the other."""
        for one in body:
            self.statement(one)

    def statement(self, node: Statement) -> None:
        """Checks a statement."""
        inference = self.inference
        match node:
            case tree.Assignment(name=name, value=value, at=at):
                kind = inference.infer(value)
                self._assign(name, kind, at)
            case tree.Computation(value=value, at=at):
                inference.infer(value)
                if not isinstance(value, tree.Unreadable):
                    words = "the result of this line is never used"
                    inference.report(at, "unused-result", words, "assign it, or leave it out")
            case tree.Branch():
                self._branch(node)
            case tree.Loop():
                self._loop(node)
            case tree.Unreadable(parts=parts, names=names):
                for part in parts:
                    inference.infer(part)
                for name in names:
                    inference.names[name] = Bound(union_of(()))

    def _assign(self, name: str, kind: Type, at: Span) -> None:
        self.inference.name_is_free(name, at)
        self.assigned.setdefault(name, at)
        self.inference.names[name] = Bound(kind)

    def _branch(self, node: tree.Branch) -> None:
        inference = self.inference
        inference.test(node.test)
        before = dict(inference.names)
        self.block(node.then)
        after_then, inference.names = inference.names, before
        self.block(node.otherwise)
        inference.names = self._merged(after_then, inference.names, node.at)

    def _loop(self, node: tree.Loop) -> None:
        inference = self.inference
        item = inference.items_of(node.items)
        inference.name_is_free(node.name, node.at)
        before = dict(inference.names)
        start = self._merged(before, self._invariants.get(id(node), before), node.at)
        quiet, inference.quiet = inference.quiet, True
        while True:
            inference.names = {**start, node.name: Bound(item)}
            self.block(node.body)
            found = self._merged(start, inference.names, node.at)
            if found == start:
                break
            start = found
        inference.quiet = quiet
        self._invariants[id(node)] = start
        if not quiet:
            inference.names = {**start, node.name: Bound(item)}
            self.block(node.body)
        after = self._merged(start, inference.names, node.at)
        inference.names = self._merged(before, after, node.at)

    def _merged(
        self, left: Mapping[str, Bound], right: Mapping[str, Bound], at: Span
    ) -> dict[str, Bound]:
        """What is known where two paths meet."""
        self.inference.work(len(left) // NAMES_PER_WORK)
        found: dict[str, Bound] = {}
        for name in (*left, *(one for one in right if one not in left)):
            a, b = left.get(name), right.get(name)
            if a is not None and a is b:
                found[name] = a
                continue
            kinds = {one.type for one in (a, b) if one is not None}
            certain = a is not None and b is not None and a.certain and b.certain
            found[name] = Bound(self.inference.joined(kinds, at), certain)
        return found
