from __future__ import annotations

import pytest
from viscript.agent.planners.planner import NoProgramError
from viscript.agent.training.measure import measure
from viscript.agent.training.requests import Pair
from viscript.tools.errors import ModelError, ViscriptError
from viscript.tools.toolbox import Toolbox


@pytest.mark.parametrize("failure", [ModelError("gone"), NoProgramError("no end")])
def test_a_request_without_a_program_is_wrong_and_the_next_one_is_asked(
    failure: ViscriptError,
) -> None:
    right = "a = find(image, 'dogs')\nanswer = count(a)\n"
    pairs = [Pair("count", request, right) for request in ("how many?", "how many dogs?")]

    def write(request: str, images: int) -> str:
        if request == "how many?":
            raise failure
        return right

    score = measure(write, pairs, dict(Toolbox.load(cache=None).offered))
    assert (score.asked.total(), score.right.total(), score.well_formed) == (2, 1, 1)
    assert [pair.request for pair, _ in score.wrong] == ["how many?"]
