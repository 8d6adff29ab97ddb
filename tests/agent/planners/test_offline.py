"""The embedded model in the seat of a planner."""

from __future__ import annotations

import pytest
from viscript.agent.planners.connect import planner_from
from viscript.agent.planners.embedded.model import ADAPTER, base_path
from viscript.agent.planners.embedded.planner import EmbeddedPlanner
from viscript.agent.planners.offline import OfflinePlanner
from viscript.agent.planners.planner import Attempt, Planner, Task
from viscript.agent.program import Scope, check
from viscript.agent.runs.bindings import types_for
from viscript.tools.errors import InputError, ModelError
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


def _task(pictures: int = 1, attempts: int = 0) -> Task:
    names = dict.fromkeys(types_for(pictures), "image 640x480")
    tried = [Attempt("answer = 1", error="no")] * attempts
    return Task("How many dogs are there?", names, TOOLS, attempts=tried)


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


def test_after_a_failed_attempt_it_draws_another_program_and_always_the_same(
    planner: Planner,
) -> None:
    first, second, again = (planner.plan(_task(attempts=number)) for number in (0, 1, 1))
    assert second.source != first.source
    assert again.source == second.source


def test_it_is_named_embedded_and_takes_no_settings() -> None:
    planner = planner_from("embedded")
    assert planner.name == "embedded"
    assert not planner.writes_cells
    with pytest.raises(InputError, match="no setting base_url"):
        planner_from("embedded", base_url="http://127.0.0.1:1/v1")
