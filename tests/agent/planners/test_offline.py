"""The embedded model in the seat of a planner."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import cast

import pytest
from viscript.agent.planners.connect import planner_from
from viscript.agent.planners.embedded.model import ADAPTER, base_path
from viscript.agent.planners.embedded.planner import EmbeddedPlanner
from viscript.agent.planners.offline import OfflinePlanner
from viscript.agent.planners.planner import Attempt, NoProgramError, Planner, Task
from viscript.agent.program import Scope, check
from viscript.agent.runs.bindings import types_for
from viscript.tools.cancellation import Cancellation, cancellable
from viscript.tools.contract import Contract
from viscript.tools.errors import CancelledError, InputError, ModelError
from viscript.tools.toolbox import Toolbox

TOOLS = Toolbox.load("embedded").offered

pytestmark = pytest.mark.xdist_group("embedded-model")


@pytest.fixture(scope="module")
def planner() -> Planner:
    """The model as it is shipped, on one thread, since tests run beside each other."""
    try:
        base = base_path()
    except ModelError as error:
        pytest.skip(f"needs the embedded planner's model: {error}")
    if not ADAPTER.is_file():
        pytest.skip(f"needs the embedded planner's adapter, {ADAPTER.name}")
    return OfflinePlanner(EmbeddedPlanner(base=base, threads=1))


def _task(pictures: int = 1, tried: Sequence[str] = ()) -> Task:
    names = dict.fromkeys(types_for(pictures), "image 640x480")
    attempts = [Attempt(source, error="it failed") for source in tried]
    return Task("How many dogs are there?", names, TOOLS, attempts=attempts)


class DrawingModel:
    """Writes the program `answer = N` of its drawn number, piece by piece; without an end for 0."""

    def __init__(self, numbers: Sequence[int]) -> None:
        self._numbers = numbers

    def plan(
        self,
        request: str,
        image_count: int,
        contracts: Mapping[str, Contract],
        on_token: Callable[[str], None],
        *,
        temperature: float,
        seed: int,
    ) -> str:
        assert (temperature == 0) == (seed == 0), "only the first program is the likeliest"
        source = f"answer = {self._numbers[seed]}\n"
        for word in source.split(" "):
            on_token(word)
        if not self._numbers[seed]:
            raise NoProgramError("no end")
        return source


def _drawing(*numbers: int) -> OfflinePlanner:
    return OfflinePlanner(cast("EmbeddedPlanner", DrawingModel(numbers)))


@pytest.mark.parametrize("pictures", [1, 2, 3])
def test_it_writes_a_program_that_checks(planner: Planner, pictures: int) -> None:
    heard: list[str] = []
    plan = planner.plan(_task(pictures), heard.append)
    checked = check(plan.source, Scope(TOOLS, types_for(pictures)), "viscript")
    assert checked.ok, [one.render(plan.source) for one in checked.diagnostics]
    assert plan.final
    assert "".join(heard).strip() == plan.source.strip()
    assert plan.usage.output_tokens == len(heard) > 0
    assert plan.usage.seconds > 0


def test_after_failed_attempts_it_draws_one_that_was_not_tried() -> None:
    planner = _drawing(1, 1, 2, 1, 3, 4, 5)
    heard: list[str] = []
    assert planner.plan(_task()).source == "answer = 1\n"
    second = planner.plan(_task(tried=["answer = 1"]), heard.append)
    assert second.source == "answer = 2\n"
    assert heard == [second.source]
    assert second.usage.output_tokens == 6
    assert planner.plan(_task(tried=["answer = 1", " answer = 2\n"])).source == "answer = 3\n"


def test_it_repeats_itself_when_all_draws_were_tried() -> None:
    assert _drawing(*[1] * 7).plan(_task(tried=["answer = 1"])).source == "answer = 1\n"


def test_a_draw_that_found_no_end_is_not_drawn_again() -> None:
    planner = _drawing(1, 1, 0, 3, 4, 5, 6)
    with pytest.raises(NoProgramError, match="no end") as raised:
        planner.plan(_task(tried=["answer = 1"]))
    assert raised.value.usage.output_tokens == 6
    with pytest.raises(NoProgramError):
        planner.plan(_task(tried=["answer = 1", ""]))
    assert planner.plan(_task(tried=["answer = 1", "", ""])).source == "answer = 3\n"


def test_drawing_another_program_is_stopped_though_it_is_heard_as_a_whole() -> None:
    token = Cancellation()
    token.cancel("enough")
    with cancellable(token), pytest.raises(CancelledError, match="enough"):
        _drawing(1, 2, 3).plan(_task(tried=["answer = 1"]))


def test_it_is_named_embedded_and_takes_no_settings() -> None:
    planner = planner_from("embedded")
    assert planner.name == "embedded"
    assert not planner.writes_cells
    with pytest.raises(InputError, match="no setting base_url"):
        planner_from("embedded", base_url="http://127.0.0.1:1/v1")
