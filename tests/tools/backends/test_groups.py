from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from viscript.tools.backends.groups import in_groups


@given(st.lists(st.integers()))
def test_results_are_in_the_order_of_the_items_and_each_group_runs_once(items: list[int]) -> None:
    seen: list[list[int]] = []

    def run(group: list[int]) -> list[int]:
        seen.append(group)
        return [item * 2 for item in group]

    assert in_groups(items, lambda item: item % 3, run) == [item * 2 for item in items]
    assert sorted({group[0] % 3 for group in seen}) == sorted({item % 3 for item in items})
    assert len(seen) == len({item % 3 for item in items})
