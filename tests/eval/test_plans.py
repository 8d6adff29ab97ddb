"""Plans that are remembered."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

from viscript.agent.planners.offline import OfflinePlanner
from viscript.agent.planners.planner import Attempt, Task
from viscript.eval.plans import RememberingPlanner


class Model:
    """Writes another program each time, and counts."""

    def __init__(self) -> None:
        self.written = 0

    def plan(self, request: str, pictures: int, tools: Any, hear: Any = None, **how: Any) -> str:
        self.written += 1
        hear(f"answer = {self.written}")
        return f"answer = {self.written}\n"


def planner_of(model: Model) -> RememberingPlanner:
    return RememberingPlanner(OfflinePlanner(cast("Any", model)))


TASK = Task("How many?", {"image": "image 64x64"}, {})


def test_the_same_request_about_another_picture_is_not_planned_again() -> None:
    model, heard = Model(), list[str]()
    planner = planner_of(model)
    first = planner.plan(TASK)
    again = planner.plan(replace(TASK, names={"image": "image 9x9"}), heard.append)
    assert first.source == again.source == "".join(heard) == "answer = 1\n"
    assert (first.usage.output_tokens, again.usage.output_tokens) == (1, 0)
    assert model.written == 1


def test_what_the_planner_goes_by_asks_it_anew() -> None:
    model = Model()
    planner = planner_of(model)
    pair = {"left": "image 64x64", "right": "image 64x64"}
    tried = replace(TASK, attempts=[Attempt("answer = 1")])
    tasks = [TASK, replace(TASK, request="Who?"), replace(TASK, names=pair), replace(TASK, draw=1)]
    sources = {planner.plan(task).source for task in (*tasks, tried)}
    assert len(sources) == 5
