"""Many threads, several models, and a budget that holds two of them at best."""

from __future__ import annotations

import random
import threading

import pytest
from viscript import ToolError
from viscript.tools.cancellation import Cancellation, cancellable
from viscript.tools.host import ModelHost
from viscript.tools.hosting.settings import HostSettings

from .conftest import Ledger, Scalers

THREADS, CALLS = 24, 60
SIZES = {2: 3000, 3: 4000, 5: 5000, 7: 6000, 11: 11000}
BUDGET = 12000


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_many_threads_and_a_tiny_budget_lose_no_call_and_never_exceed_it(
    seed: int, scaler: Scalers, ledger: Ledger
) -> None:
    host = ModelHost(HostSettings(device="cpu", memory=BUDGET, batch=4))
    queues = {factor: host.hosted(scaler(factor, size)) for factor, size in SIZES.items()}
    wrong: list[object] = []
    answered = [0] * THREADS

    def work(number: int) -> None:
        chance = random.Random(seed * 1000 + number)
        for _ in range(CALLS):
            factor = chance.choice(list(queues))
            items = [chance.randrange(100) for _ in range(chance.choice([1, 1, 1, 6]))]
            bad, token = chance.random() < 0.1, Cancellation()
            stopper = threading.Timer(chance.random() * 0.002, token.cancel, ("stopped",))
            if chance.random() < 0.1:
                stopper.start()
            try:
                with cancellable(token):
                    found = queues[factor].run_all([*items, -1] if bad else items)
                if bad or found != [factor * item for item in items]:
                    wrong.append((factor, items, found))
            except ToolError as error:
                if not bad and not token.cancelled:
                    wrong.append(error)
            answered[number] += 1

    threads = [threading.Thread(target=work, args=(n,), daemon=True) for n in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert not any(thread.is_alive() for thread in threads), "a deadlock"
    assert answered == [CALLS] * THREADS
    assert wrong == []
    assert ledger.peak <= BUDGET
    assert host.memory("cpu").used == sum(model.bytes for model in host.models) <= BUDGET
    assert ledger.live == sum(model.bytes for model in host.models)
    assert max(ledger.batches) <= 4
    assert len(ledger.loads) > len(SIZES)


def test_models_that_are_larger_than_they_say_settle_within_the_budget(
    scaler: Scalers, ledger: Ledger
) -> None:
    host = ModelHost(HostSettings(device="cpu", memory=BUDGET, batch=4))
    queues = [host.hosted(scaler(f, size, estimate=100)) for f, size in SIZES.items()]
    wrong: list[object] = []

    def work(number: int) -> None:
        chance = random.Random(number)
        for _ in range(20):
            index = chance.randrange(len(queues))
            item = chance.randrange(100)
            if queues[index].run(item) != list(SIZES)[index] * item:
                wrong.append((index, item))

    threads = [threading.Thread(target=work, args=(n,), daemon=True) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert not any(thread.is_alive() for thread in threads), "a deadlock"
    assert wrong == []
    assert ledger.live == host.memory("cpu").used <= BUDGET
