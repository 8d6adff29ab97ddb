"""How a cluster is shared among workers."""

from __future__ import annotations

import pytest
from viscript import InputError
from viscript.eval.engines.machines import Machine, Share, share_of


@pytest.mark.parametrize(
    ("machines", "wanted", "share"),
    [
        pytest.param([Machine(2, 0)], 0, Share(2, 1, 0), id="two workers on one machine"),
        pytest.param([Machine(1, 0)], 0, Share(1, 1, 0), id="one where there is room for one"),
        pytest.param([Machine(16, 0)] * 5, 0, Share(5, 16, 0), id="one a machine"),
        pytest.param([Machine(16, 0)] * 2, 4, Share(4, 8, 0), id="as many as were wanted"),
        pytest.param([Machine(64, 0), Machine(8, 0)], 3, Share(3, 21, 0), id="uneven machines"),
        pytest.param([Machine(32, 4), Machine(8, 0)], 0, Share(4, 8, 1), id="one a GPU"),
        pytest.param([Machine(2, 8)], 0, Share(2, 1, 1), id="more GPUs than cores"),
    ],
)
def test_each_worker_gets_cores_of_one_machine(
    machines: list[Machine], wanted: int, share: Share
) -> None:
    assert share_of(machines, wanted) == share


@pytest.mark.parametrize(
    ("machines", "wanted", "room"),
    [([Machine(2, 0)], 3, "cores for 2"), ([Machine(8, 1)], 2, "GPUs for 1"), ([], 0, "cores for")],
)
def test_more_workers_than_there_is_room_for_are_refused(
    machines: list[Machine], wanted: int, room: str
) -> None:
    with pytest.raises(InputError) as refused:
        share_of(machines, wanted)
    assert room in refused.value.hint
