"""What programs compute, how steps are called, and what ends a run."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from viscript.agent.program import Budget, ProgramFailedError
from viscript.tools.cancellation import Cancellation
from viscript.tools.contract import Contract
from viscript.tools.errors import CancelledError, ToolError

from .world import PICTURE, DirectSteps, answer, failure, found, perform, ready


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("answer = 7 // 2 + 7 % 4 * 2 - -1", 10),
        ("answer = [1 / 4, 2 ** 3, 2 ** -1, +True]", [0.25, 8, 0.5, 1]),
        ("answer = 1 < 2 < 2", False),
        ("answer = [1 == 1.0, 'a' < 'b', 2 in [1, 2], 'x' not in 'abc']", [True] * 4),
        ("answer = [[1, 2] == [1, 2], [1] != [2], [] == [1]]", [True, True, False]),
        ("answer = [0 or 'a', 1 and 'b', '' or 0, not [], not None]", ["a", "b", 0, True, True]),
        ("answer = 'yes' if 3 > 2 else 'no'", "yes"),
        ("answer = [1, 2, 3][-1]", 3),
        ("answer = [[1, 2, 3][1:], [1, 2, 3][::-1], 'abc'[:2]]", [[2, 3], [3, 2, 1], "ab"]),
        ("answer = [a * 10 + b for a in [1, 2, 3] if a > 1 for b in [4, 5] if b < 5]", [24, 34]),
        ("n = 0\nfor i in range(4):\n    if i % 2 == 0:\n        n += i\nanswer = n", 2),
        ("x = 1\ny = [x for x in [7]]\nanswer = [x, y]", [1, [7]]),
        ("answer = f'{1}{1.5:.2f}{True}{None} {[1, \"a\"]} {0.5:.0%} {1234567:,d}'", None),
        ("answer = [d.label for d in find(image, 'dog')]", ["dog", "dog"]),
        ("answer = [image.width, find(image, 'dog')[1].box.left]", [90, 10]),
        ("answer = find(image, 'dog') == find(image, 'dog')", True),
        ("answer = find(image, 'dog')[0] in find(image, 'dog')", True),
        ("if 1 > 2:\n    answer = 1\nelif 2 > 1:\n    answer = 2\nelse:\n    answer = 3", 2),
        ("answer = 1\nresult(2)", 2),
        ("final = result(count(find(image, 'person')))", 3),
        ("answer = 1\npass", 1),
    ],
)  # fmt: skip
def test_programs_compute_as_python_does(source: str, expected: object) -> None:
    if expected is None:
        expected = f"{1}{1.5:.2f}{True}{None} {[1, 'a']} {0.5:.0%} {1234567:,d}"
    assert answer(source) == expected


def test_a_region_in_text_is_shown_by_its_summary() -> None:
    assert answer("answer = f\"{find(image, 'cat')[0]}\"") == found("cat")[0].summary


@pytest.mark.parametrize(
    ("source", "code", "column"),
    [
        ("answer = [1, 2][5]", "index-out-of-range", 10),
        ("answer = 'a'[count([])- 9]", "index-out-of-range", 10),
        ("answer = 1 + 1 // (image.width - 90)", "division-by-zero", 14),
        ("answer = 1 % 0.0", "division-by-zero", 10),
        ("answer = 0 ** -1", "division-by-zero", 10),
        ("answer = (-8) ** 0.5", "not-a-number", 10),
        ("answer = 10.0 ** 400", "number-too-large", 10),
        ("answer = [1][::0]", "zero-step", 10),
    ],
)
def test_what_cannot_be_computed_has_a_code_and_a_place(
    source: str, code: str, column: int
) -> None:
    diagnostic = failure(source)
    assert (diagnostic.code, diagnostic.severity, diagnostic.line) == (code, "error", 1)
    assert diagnostic.column == column
    assert diagnostic.suggestion


@pytest.mark.parametrize(
    ("budget", "source", "code"),
    [
        (Budget(fuel=10), "answer = [i for i in range(20)]", "out-of-fuel"),
        (Budget(elements=10), "answer = range(11)", "out-of-elements"),
        (Budget(characters=10), "answer = 'abcdef' + 'ghijk'", "out-of-characters"),
        (Budget(bits=10), "answer = 1024 * 2", "number-too-large"),
        (Budget(steps=1), "answer = count(find(image, 'dog'))", "out-of-steps"),
        (Budget(seconds=0), "answer = 1", "out-of-time"),
    ],
)
def test_each_budget_has_a_code_of_its_own(budget: Budget, source: str, code: str) -> None:
    assert failure(source, budget).code == code


def test_a_budget_that_is_just_enough_is_enough() -> None:
    steps = DirectSteps()
    budget = Budget(elements=10, characters=11, bits=11, steps=2)
    perform("answer = range(10)", budget=budget)
    perform("answer = 'abcdef' + 'ghijk'", budget=budget)
    perform("answer = 1024 + 0", budget=Budget(bits=12))
    perform("answer = count(find(image, 'dog'))", steps=steps, budget=budget)
    assert len(steps.calls) == 2


def test_steps_get_arguments_by_name_and_only_those_that_were_given() -> None:
    steps = DirectSteps()
    perform(
        "dog = find(image, 'dog')[0]\nanswer = [describe(dog), describe(dog, 'long')]", steps=steps
    )
    assert steps.calls[0] == ("find", {"image": PICTURE, "query": "dog"})
    assert steps.calls[1][1].keys() == {"region"}
    assert steps.calls[2][1]["style"] == "long"


def test_steps_get_the_line_of_their_call() -> None:
    lines: list[int] = []

    class Lines(DirectSteps):
        def start(self, contract: Contract, arguments: Mapping[str, object], line: int) -> object:
            lines.append(line)
            return super().start(contract, arguments, line)

    perform("\ndogs = find(image, 'dog')\n\nanswer = count(dogs)", steps=Lines())
    assert lines == [2, 4]


def test_the_error_of_a_tool_passes_unchanged() -> None:
    with pytest.raises(ToolError) as caught:
        perform("answer = ask(image, 'fail')")
    assert caught.value.message == "the model can't answer that"


class Waiting(DirectSteps):
    """Runs each step on a thread, as soon as its arguments are there."""

    def __init__(self) -> None:
        super().__init__()
        self.pool = ThreadPoolExecutor(8)
        self.futures: list[Future[object]] = []
        self.given: list[Mapping[str, object]] = []

    def start(self, contract: Contract, arguments: Mapping[str, object], line: int) -> object:
        self.given.append(arguments)
        future = self.pool.submit(self._run, contract, arguments, line)
        self.futures.append(future)
        return future

    def _run(self, contract: Contract, arguments: Mapping[str, object], line: int) -> object:
        return super().start(contract, {k: ready(v) for k, v in arguments.items()}, line)


def test_a_value_that_is_on_its_way_is_passed_on_as_it_is() -> None:
    steps = Waiting()
    source = "dogs = find(image, 'dog')\nanswer = [count(dogs), count([dogs[0]])]"
    assert perform(source, steps=steps).answer == [2, 1]
    assert steps.given[1]["regions"] is steps.futures[0]


def test_steps_that_need_nothing_of_each_other_run_at_the_same_time() -> None:
    both = threading.Barrier(2, timeout=20)

    class Meeting(Waiting):
        def answer(self, question: str) -> str:
            both.wait()
            return question

    source = "a = ask(image, 'a')\nb = ask(image, 'b')\nanswer = f'{a}{b}'"
    assert perform(source, steps=Meeting()).answer == "ab"


def test_a_comprehension_starts_all_its_steps_before_it_waits() -> None:
    all_three = threading.Barrier(3, timeout=20)

    class Meeting(Waiting):
        def answer(self, question: str) -> str:
            all_three.wait()
            return "2"

    source = "texts = [ask(image, 'How many?') for i in range(3)]\nanswer = [int(t) for t in texts]"
    assert perform(source, steps=Meeting()).answer == [2, 2, 2]


def test_the_answer_and_the_names_have_no_futures_in_them() -> None:
    source = (
        "a = [[ask(image, 'x')], [find(image, 'dog')[0].label]]\nb = ask(image, 'y')\nanswer = a"
    )
    done = perform(source, steps=Waiting())
    assert done.answer == [["yes"], ["dog"]]
    assert (done.names["a"], done.names["b"]) == ([["yes"], ["dog"]], "yes")


def test_all_steps_have_ended_when_a_run_ends() -> None:
    steps = Waiting()
    perform("ask(image, 'unused')\nanswer = 1", steps=steps)
    assert all(future.done() for future in steps.futures)


def test_of_several_failures_the_first_in_the_program_is_raised() -> None:
    second_failed = threading.Event()

    class Failing(Waiting):
        def answer(self, question: str) -> str:
            if question == "first":
                second_failed.wait(20)
            else:
                second_failed.set()
            raise ToolError(question)

    for last in ("b == 'x'", "1 / 0"):
        second_failed.clear()
        source = f"a = ask(image, 'first')\nb = ask(image, 'second')\nanswer = [{last}, a]"
        with pytest.raises(ToolError, match="first"):
            perform(source, steps=Failing())


def test_a_step_that_nothing_needs_fails_the_run_too() -> None:
    with pytest.raises(ToolError, match="can't answer"):
        perform("ask(image, 'fail')\nanswer = 1", steps=Waiting())


class Never(DirectSteps):
    """A step that doesn't end by itself; it calls `started` first."""

    def __init__(self, cancellation: Cancellation | None = None) -> None:
        super().__init__()
        self.cancellation = cancellation
        self.future: Future[object] = Future()

    def start(self, contract: Contract, arguments: Mapping[str, object], line: int) -> object:
        if self.cancellation is not None:
            self.cancellation.cancel("stopped by a test")
        return self.future


def test_a_run_that_is_stopped_waits_no_longer() -> None:
    cancellation = Cancellation()
    steps = Never(cancellation)
    with pytest.raises(CancelledError, match="stopped by a test"):
        perform("answer = count(find(image, 'dog')) + 1", steps=steps, cancellation=cancellation)
    assert steps.future.cancelled()


def test_a_run_that_is_stopped_while_it_waits_wakes_up() -> None:
    cancellation = Cancellation()
    steps = Never()
    timer = threading.Timer(0.05, cancellation.cancel, ["stopped by a test"])
    timer.start()
    with pytest.raises(CancelledError, match="stopped by a test"):
        perform("answer = ask(image, 'x') == 'y'", steps=steps, cancellation=cancellation)
    timer.join()


def test_a_step_that_never_ends_is_left_when_the_time_is_over() -> None:
    with pytest.raises(ProgramFailedError) as caught:
        perform("answer = ask(image, 'x') == 'y'", steps=Never(), budget=Budget(seconds=0.05))
    assert caught.value.diagnostic.code == "out-of-time"
