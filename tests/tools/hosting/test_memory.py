from __future__ import annotations

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st
from viscript import CancelledError, ModelError
from viscript.tools.cancellation import Cancellation
from viscript.tools.hosting.memory import Memory, Slot, name_of


def use(memory: Memory, key: str, size: int, *, pinned: bool = False) -> Slot:
    """Takes a slot, puts a model in it, and ends its use."""
    slot = memory.acquire(key, size, Cancellation(), pinned=pinned)
    slot.model = slot.model or key
    memory.release(slot)
    return slot


def keys(memory: Memory) -> list[str]:
    return [slot.key for slot in memory.slots]


def test_the_least_recently_used_model_goes_first() -> None:
    memory = Memory(10)
    for key in ("a", "b", "a", "c"):
        use(memory, key, 4 if key != "c" else 5)
    assert keys(memory) == ["a", "c"]
    assert memory.used == 9


def test_no_more_goes_than_must() -> None:
    memory = Memory(10)
    for key, size in (("a", 2), ("b", 3), ("c", 4), ("d", 2)):
        use(memory, key, size)
    assert keys(memory) == ["b", "c", "d"]


def test_a_pinned_model_stays() -> None:
    memory = Memory(10)
    use(memory, "a", 4, pinned=True)
    for key in ("b", "c", "d"):
        use(memory, key, 4)
    assert keys(memory) == ["a", "d"]


def test_a_model_in_use_stays_and_who_needs_its_room_waits() -> None:
    memory, done = Memory(10), threading.Event()
    slot = memory.acquire("a", 6, Cancellation())

    def need_room() -> None:
        use(memory, "b", 6)
        done.set()

    thread = threading.Thread(target=need_room)
    thread.start()
    assert not done.wait(0.05)
    assert keys(memory) == ["a"]
    memory.release(slot)
    assert done.wait(10)
    thread.join()
    assert keys(memory) == ["b"]


def test_who_waits_for_room_can_be_stopped() -> None:
    memory, token, seen = Memory(10), Cancellation(), list[BaseException]()
    slot = memory.acquire("a", 6, Cancellation())

    def need_room() -> None:
        try:
            memory.acquire("b", 6, token)
        except CancelledError as error:
            seen.append(error)

    thread = threading.Thread(target=need_room)
    thread.start()
    token.cancel("enough")
    thread.join(10)
    memory.release(slot)
    assert [str(error) for error in seen] == ["enough"]
    use(memory, "c", 10)
    assert keys(memory) == ["c"]


def test_who_came_first_is_served_first() -> None:
    memory, order = Memory(10), list[str]()
    slot = memory.acquire("a", 10, Cancellation())
    threads: list[threading.Thread] = []

    def need_room(key: str) -> None:
        order.append(use(memory, key, 10).key)

    for key in ("b", "c", "d"):
        before = len(memory.waiting)
        thread = threading.Thread(target=need_room, args=(key,))
        thread.start()
        threads.append(thread)
        while len(memory.waiting) == before:
            threading.Event().wait(0.001)
    memory.release(slot)
    for thread in threads:
        thread.join(10)
    assert order == ["b", "c", "d"]


def test_a_model_above_the_budget_is_one_line_that_says_what_to_do() -> None:
    memory = Memory(2 * 10**9)
    with pytest.raises(ModelError) as caught:
        memory.acquire("sam|facebook/sam-vit-huge|", 25 * 10**8, Cancellation())
    assert caught.value.message == (
        "facebook/sam-vit-huge takes 2.5 GB, more than the memory budget of 2.0 GB"
    )
    assert "VISCRIPT_MEMORY" in caught.value.hint
    assert memory.waiting == ()


def test_what_is_pinned_leaves_less_for_others() -> None:
    memory = Memory(10 * 2**20)
    use(memory, "a", 6 * 2**20, pinned=True)
    with pytest.raises(ModelError, match="6 MB of which are pinned"):
        use(memory, "b", 5 * 2**20)


def test_a_corrected_size_takes_others_out() -> None:
    memory = Memory(10)
    use(memory, "a", 4)
    slot = memory.acquire("b", 4, Cancellation())
    assert memory.resize(slot, 7)
    assert (keys(memory), memory.used) == (["b"], 7)


def test_a_corrected_size_that_does_not_fit_now_changes_nothing() -> None:
    memory = Memory(10)
    first, second = (memory.acquire(key, 4, Cancellation()) for key in "ab")
    assert not memory.resize(second, 7)
    assert memory.used == 8
    memory.drop(second)
    memory.release(first)
    assert (keys(memory), memory.used) == (["a"], 4)


def test_the_name_of_a_model_is_its_checkpoint() -> None:
    assert name_of("clip|openai/clip|abc|{}") == "openai/clip"
    assert name_of("nanodet|||") == name_of("nanodet") == "nanodet"


@given(
    st.integers(1, 20),
    st.lists(
        st.tuples(st.sampled_from("abcdef"), st.integers(1, 12), st.booleans(), st.booleans()),
        max_size=50,
    ),
)
def test_whatever_is_used_stays_within_the_budget(
    limit: int, uses: list[tuple[str, int, bool, bool]]
) -> None:
    memory, order = Memory(limit), list[str]()
    for key, size, pinned, evict in uses:
        if evict:
            memory.evict(key)
        try:
            use(memory, key, size, pinned=pinned)
        except ModelError:
            others = sum(slot.size for slot in memory.slots if slot.pinned and slot.key != key)
            assert size > limit - others
            continue
        order = [one for one in order if one != key] + [key]
        held = keys(memory)
        assert memory.used == sum(slot.size for slot in memory.slots) <= limit
        assert held[-1] == key
        assert held == [one for one in order if one in held]
