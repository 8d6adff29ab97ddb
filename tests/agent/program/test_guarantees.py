"""What holds for every text: only viscript's own errors, and no type error after a clean check."""

from __future__ import annotations

import random
from collections.abc import Mapping
from concurrent.futures import Future

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from viscript.agent.program import Budget, ProgramFailedError, check, execute
from viscript.tools.contract import Contract
from viscript.tools.errors import ToolError, ViscriptError
from viscript.tools.types import conforms
from viscript.tools.values import Box, Region

from .generate import nested, programs, spoilt, visprog_programs
from .world import PICTURE, ready, scope

SMALL = Budget(fuel=20_000, elements=20_000, characters=50_000, seconds=20, steps=300)


class RandomSteps:
    """Gives any value that a tool's contract allows, at once or later; sometimes an error."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def start(self, contract: Contract, arguments: Mapping[str, object], line: int) -> object:
        try:
            value = self._value(contract, {k: ready(v) for k, v in arguments.items()})
        except ToolError as error:
            return self._later(None, error)
        return self._later(value, None) if self._random.random() < 0.5 else value

    def _value(self, contract: Contract, arguments: Mapping[str, object]) -> object:
        for name, value in arguments.items():
            assert conforms(value, contract.parameters[name].type)
        if not contract.traits.backend:
            return contract.function(**arguments)
        pick = self._random.choice
        regions = [self._region() for _ in range(pick((0, 1, 3)))]
        values: dict[str, object] = {
            "str": pick(("yes", "no", "3", "", "dog", "2.5", "x" * 50)),
            "float": pick((0.0, 1.0, 0.25)),
            "list[Region]": pick((regions, tuple(regions))),
            "list[str]": pick(([], ["a", "b"])),
            "Image": PICTURE,
        }
        return values[str(contract.returns)]

    def _region(self) -> Region:
        left, top = self._random.random() * 50, self._random.random() * 30
        return Region(PICTURE, Box(left, top, left + 9, top + 9), self._random.choice("abc"))

    def _later(self, value: object, error: ToolError | None) -> Future[object]:
        future: Future[object] = Future()
        if error is not None:
            future.set_exception(error)
        else:
            future.set_result(value)
        return future


def hold(source: str, seed: int = 0) -> None:
    """Checks `source`, and runs it when it is ok: what must hold, holds."""
    checked = check(source, scope())
    for one in checked.diagnostics:
        one.render(source)
        lines = source.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        assert 1 <= one.line <= len(lines)
        assert 1 <= one.column < one.end_column
    event(f"ok: {checked.ok}")
    if not checked.ok:
        return
    assert checked.program is not None
    assert checked.answer_type is not None
    failure: ViscriptError
    try:
        done = execute(checked.program, {"image": PICTURE}, RandomSteps(seed), SMALL)
    except ViscriptError as error:
        failure = error
    else:
        event("ran to its end")
        assert conforms(done.answer, checked.answer_type)
        for name, kind in checked.names.items():
            assert conforms(done.names[name], kind), name
        return
    code = failure.diagnostic.code if isinstance(failure, ProgramFailedError) else "a tool failed"
    event(code)
    assert code != "unchecked", failure


EXAMPLES = settings(
    max_examples=400,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@EXAMPLES
@given(programs(), st.integers(0, 9))
def test_a_program_that_checks_clean_never_fails_with_a_type_error(source: str, seed: int) -> None:
    hold(source, seed)


@EXAMPLES
@given(visprog_programs(), st.integers(0, 9))
def test_visprogs_programs_never_fail_with_a_type_error(source: str, seed: int) -> None:
    hold(source, seed)


@EXAMPLES
@given(spoilt(programs() | visprog_programs()))
def test_a_spoilt_program_raises_only_viscripts_errors(source: str) -> None:
    hold(source)


@EXAMPLES
@given(
    st.text(st.characters(codec=None, exclude_categories=()), max_size=200)
    | st.binary(max_size=200).map(lambda one: one.decode("latin-1"))
    | st.text("()[]{}'\"fr\\:,.=+-*x1 \n", max_size=80)
)
def test_any_text_raises_only_viscripts_errors(source: str) -> None:
    hold(source)


@settings(EXAMPLES, max_examples=100)
@given(nested())
def test_deep_nesting_raises_only_viscripts_errors(source: str) -> None:
    hold(source)


@pytest.mark.parametrize("dialect", ["viscript", "visprog"])
def test_an_empty_program_gives_no_answer(dialect: str) -> None:
    for source in ("", "\n", "# only a comment", "\ufeff"):
        checked = check(source, scope(), dialect)  # pyright: ignore[reportArgumentType]
        assert [one.code for one in checked.diagnostics] == ["no-answer"]
