from __future__ import annotations

import threading
from typing import Any

import pytest
from viscript import ModelError, Toolbox
from viscript.tools.backends import BackendSpec
from viscript.tools.host import ModelHost, backend_module


@pytest.fixture(scope="module")
def toolbox() -> Toolbox:
    return Toolbox.load(cache=None)


def test_tools_with_the_same_backend_and_options_share_one_model(toolbox: Toolbox) -> None:
    host = ModelHost()
    finding, listing = (toolbox.profile.tools[name] for name in ("find", "list_objects"))
    assert host.get(finding, toolbox) is host.get(listing, toolbox)
    assert len(host.resident) == 1


def test_other_options_are_another_model(toolbox: Toolbox) -> None:
    host = ModelHost()
    plain, strict = BackendSpec("nanodet"), BackendSpec("nanodet", options={"threshold": 0.9})
    assert host.get(plain, toolbox) is not host.get(strict, toolbox)


def test_threads_that_need_a_model_at_once_load_it_once(toolbox: Toolbox) -> None:
    host, together, found = ModelHost(), threading.Barrier(4), list[Any]()

    def get() -> None:
        together.wait(10)
        found.append(host.get(BackendSpec("nanodet"), toolbox))

    threads = [threading.Thread(target=get) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(found) == 4
    assert len({id(one) for one in found}) == 1


@pytest.mark.parametrize("name", ["teleport", "coco", "../errors", "tools.errors", "", "os"])
def test_what_is_no_backend_is_refused_by_its_name(name: str) -> None:
    with pytest.raises(ModelError, match="there is no backend"):
        backend_module(name)
