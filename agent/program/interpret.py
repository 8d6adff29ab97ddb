"""Running a program: a walk over its tree, in which tool calls are steps that may take a while."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, Protocol, cast

from ...tools.cancellation import Cancellation
from ...tools.contract import Contract
from ...tools.errors import CancelledError, ViscriptError
from . import operators, tree
from .answers import coerced
from .basics import basics
from .budget import Budget, Meter, metering
from .calls import parameter_of
from .diagnostics import Diagnostic, FaultError, ProgramFailedError
from .display import display, formatted
from .operators import unchecked
from .tree import ANSWER, Expression, Program, Span, Statement

CHARACTERS_PER_FUEL = 256
DEFAULT_BUDGET = Budget()


class Steps(Protocol):
    """Calls tools for a program."""

    def start(self, contract: Contract, arguments: Mapping[str, object], line: int) -> object:
        """Starts a tool call.

        Args:
            contract: the tool.
            arguments: by parameter, only those that the program gives. They may be, and lists among
                them may contain, futures that this method has returned.
            line: the line of the call.

        Returns:
            The tool's value, or a `concurrent.futures.Future` of it.

        Raises:
            ToolError: the tool failed; it ends the program.
        """
        ...


@dataclass(frozen=True)
class Execution:
    """What a program did.

    Args:
        answer: its answer; None of the first cells of a program.
        names: the values of all names after it ran.
    """

    answer: object
    names: Mapping[str, object]


def execute(
    program: Program,
    names: Mapping[str, object],
    steps: Steps,
    budget: Budget = DEFAULT_BUDGET,
    cancellation: Cancellation | None = None,
) -> Execution:
    """Runs a program that its check found ok.

    All steps that were started have ended when it returns. Of several failures, the first in the
    order of the program is raised.

    Args:
        program: the program.
        names: the values of the names that its scope binds.
        steps: calls the tools.
        budget: what it may use.
        cancellation: stops it between two nodes, or while it waits for a step.

    Raises:
        ProgramFailedError: the program did what the language can't do, or used up its budget.
        ToolError: a tool failed.
        CancelledError: someone asked to stop.
    """
    run = _Run(program, names, steps, Meter(budget, cancellation))
    with metering(run.meter):
        try:
            run.block(program.body)
        except ViscriptError:
            # A step that was started earlier may still fail; then that went wrong first.
            run.settle()
            raise
        run.settle()
        return run.finish()


class _Run:
    """One walk over a program."""

    def __init__(
        self, program: Program, names: Mapping[str, object], steps: Steps, meter: Meter
    ) -> None:
        self.program = program
        self.meter = meter
        self.names: dict[str, object] = dict(names)
        self._steps = steps
        self._started: list[Future[object]] = []

    def block(self, body: Sequence[Statement]) -> None:
        """Runs statements one after the other."""
        for one in body:
            with placed(one.at):
                self._statement(one)

    def settle(self) -> None:
        """Waits for all steps; raises the first failure among them.

        Once the run was stopped or its time is over, nothing is waited for.
        """
        failures: list[BaseException] = []
        for future in self._started:
            self._pause(future)
            if self.meter.stopped:
                future.cancel()
            elif failure := _failure_of(future):
                failures.append(failure)
        if failures and not self.meter.stopped:
            raise failures[0]

    def finish(self) -> Execution:
        """What the program did, without futures."""
        end = self.program.body[-1].at if self.program.body else Span(1, 1, 2)
        with placed(end):
            self.meter.spend(0)
            if ANSWER not in self.names and self.program.complete:
                raise unchecked("it gives no answer")
            names = {name: self._resolved(value) for name, value in self.names.items()}
        return Execution(names.get(ANSWER), names)

    def _statement(self, node: Statement) -> None:
        match node:
            case tree.Assignment(name=name, value=value):
                self.names[name] = self._value(value)
            case tree.Computation(value=value):
                self._value(value)
            case tree.Branch(test=test, then=then, otherwise=otherwise):
                self.block(then if self._test(test) else otherwise)
            case tree.Loop(name=name, items=items, body=body):
                for item in self._items(items):
                    self.meter.spend()
                    self.names[name] = item
                    self.block(body)
            case tree.Unreadable():
                raise unchecked("a part of it can't be read")

    def _value(self, node: Expression) -> Any:
        """The value of an expression, or the future of it."""
        # `placed` would cost more here than most nodes do.
        try:
            self.meter.spend()
            return self._computed(node)
        except FaultError as fault:
            raise _failed(node.at, fault) from None

    def _computed(self, node: Expression) -> Any:
        match node:
            case tree.Name(name=name):
                if name not in self.names:
                    raise unchecked(f"there is no name {name}")
                return self.names[name]
            case tree.Literal(value=value):
                return value
            case tree.Call():
                return self._call(node)
            case tree.Attribute(base=base, name=name):
                return operators.attribute(self._now(base), name)
            case tree.Index(base=base, index=index):
                return operators.index(self._now(base), self._now(index))
            case tree.Slice(base=base, start=start, stop=stop, step=step):
                whole = self._now(base)
                bounds = [None if one is None else self._now(one) for one in (start, stop, step)]
                return operators.cut(whole, slice(*bounds), self.meter)
            case tree.ListDisplay(items=items):
                return self.meter.new_list([self._value(one) for one in items])
            case tree.Comprehension(item=item, clauses=clauses):
                outer = dict(self.names)
                made: list[object] = []
                self._comprehend(item, clauses, made)
                self.names = outer
                return self.meter.new_list(made)
            case tree.Arithmetic(operator=operator, left=left, right=right):
                return operators.arithmetic(operator, self._now(left), self._now(right), self.meter)
            case tree.Comparison():
                return self._comparison(node)
            case tree.Logic():
                return self._logic(node)
            case tree.Negation(operator="not", operand=operand):
                return not self._test(operand)
            case tree.Negation(operator=operator, operand=operand):
                return operators.arithmetic(operator, 0, self._now(operand), self.meter)
            case tree.Conditional(test=test, then=then, otherwise=otherwise):
                return self._value(then if self._test(test) else otherwise)
            case tree.Text(parts=parts):
                texts = [one if isinstance(one, str) else self._field(one) for one in parts]
                self.meter.characters(sum(map(len, texts)))
                return "".join(texts)
            case tree.Coerce(value=value, form=form):
                return coerced(form, self._whole(value), self.meter)
            case tree.Unreadable():
                raise unchecked("a part of it can't be read")

    def _call(self, node: tree.Call) -> object:
        tool = self.program.tools.get(node.function)
        contract = tool or basics().get(node.function)
        if contract is None:
            raise unchecked(f"there is no tool {node.function}")
        arguments: dict[str, object] = {}
        for one, parameter in zip(
            node.arguments, parameter_of(contract, node.arguments), strict=True
        ):
            if parameter is None:
                raise unchecked(f"{node.function} has no such argument")
            arguments[parameter.name] = self._value(one.value)
        if tool is not None:
            self.meter.step()
            self._weigh(arguments.values())
            started = self._steps.start(contract, arguments, node.at.line)
            if isinstance(started, Future):
                self._started.append(cast("Future[object]", started))
            return cast("object", started)
        ready = {name: self._whole_of(value) for name, value in arguments.items()}
        try:
            return contract.function(**ready)
        except OverflowError:
            raise FaultError(
                "number-too-large", f"a number too large for {node.function}", "use smaller numbers"
            ) from None

    def _weigh(self, values: Iterable[object]) -> None:
        """Counts what the digests of arguments will cost."""
        for value in values:
            if isinstance(value, str):
                self.meter.spend(len(value) // CHARACTERS_PER_FUEL)
            elif isinstance(value, (list, tuple)):
                items = cast("Sequence[object]", value)
                self.meter.spend(len(items))
                self._weigh(items)

    def _comprehend(
        self, item: Expression, clauses: Sequence[tree.ForClause], made: list[object]
    ) -> None:
        if not clauses:
            self.meter.elements(1)
            made.append(self._value(item))
            return
        clause, *inner = clauses
        for value in self._items(clause.items):
            self.meter.spend()
            self.names[clause.name] = value
            if all(self._test(test) for test in clause.tests):
                self._comprehend(item, inner, made)

    def _comparison(self, node: tree.Comparison) -> bool:
        left = self._whole(node.first)
        for symbol, operand in node.rest:
            right = self._whole(operand)
            if not operators.comparison(symbol, left, right, self.meter):
                return False
            left = right
        return True

    def _logic(self, node: tree.Logic) -> object:
        *first, last = node.operands
        for operand in first:
            value = self._now(operand)
            if operators.truth(value) == (node.operator == "or"):
                return value
        return self._value(last)

    def _field(self, part: tree.Field) -> str:
        value = self._whole(part.value)
        with placed(part.at):
            if part.format:
                return formatted(value, part.format, self.meter)
            return display(value, self.meter)

    def _test(self, node: Expression) -> bool:
        return operators.truth(self._now(node))

    def _items(self, node: Expression) -> Sequence[object]:
        value = self._now(node)
        if not isinstance(value, (list, tuple)):
            raise unchecked("a loop over no list")
        return cast("Sequence[object]", value)

    def _now(self, node: Expression) -> Any:
        """The value of an expression, waited for; items of a list may still be futures."""
        value = self._value(node)
        with placed(node.at):
            return self._forced(value)

    def _whole(self, node: Expression) -> Any:
        """The value of an expression, waited for in all its parts, and its size counted."""
        value = self._value(node)
        with placed(node.at):
            return self._whole_of(value)

    def _whole_of(self, value: object) -> Any:
        ready = self._resolved(value)
        self._weigh([ready])
        return ready

    def _resolved(self, value: object) -> Any:
        ready = self._forced(value)
        if not isinstance(ready, (list, tuple)):
            return ready
        return self._items_resolved(cast("Sequence[object]", ready))

    def _items_resolved(self, items: Sequence[object]) -> Sequence[object]:
        """A list without futures: the same one when it has none."""
        ready: list[object] = []
        for item in items:
            if isinstance(item, Future):
                value = self._forced(cast("object", item))
                # A list that came late was not counted when the list around it was made.
                self.meter.new_list([value])
            elif isinstance(item, (list, tuple)):
                value = self._items_resolved(cast("Sequence[object]", item))
            else:
                value = item
            ready.append(value)
        changed = any(a is not b for a, b in zip(items, ready, strict=True))
        return ready if changed else items

    def _forced(self, value: object) -> Any:
        if not isinstance(value, Future):
            return value
        future = cast("Future[object]", value)
        self._pause(future)
        self.meter.spend(0)
        if failure := _failure_of(future):
            raise failure
        return future.result()

    def _pause(self, future: Future[Any]) -> None:
        """Waits until a future is done, the run is stopped, or its time is over."""
        if not future.done():
            woken = threading.Event()
            future.add_done_callback(lambda _: woken.set())
            with self.meter.cancellation.calling(woken.set):
                woken.wait(min(max(self.meter.seconds_left, 0), threading.TIMEOUT_MAX))


class placed:  # noqa: N801 - read as a statement: `with placed(node.at):`
    """Gives a fault in the block its place."""

    # Most nodes enter one; a generator under `contextmanager` takes three times as long.
    __slots__ = ("_at",)

    def __init__(self, at: Span) -> None:
        self._at = at

    def __enter__(self) -> None:
        pass

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        if isinstance(error, FaultError):
            raise _failed(self._at, error) from None


def _failed(at: Span, fault: FaultError) -> ProgramFailedError:
    return ProgramFailedError(Diagnostic.at(at, fault.code, fault.message, fault.hint))


def _failure_of(future: Future[Any]) -> BaseException | None:
    """Why a step that is done has no value."""
    if future.cancelled():
        return CancelledError("a step was cancelled")
    return future.exception()
