from __future__ import annotations

import json
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from viscript import Image, ModelError, Toolbox, run_program
from viscript.tools.backends import BackendSpec, Tools
from viscript.tools.host import ModelHost, backend_module
from viscript.tools.hosting.model import Placement


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


class Captions:
    """A source and its model: says how many pictures it sees at once; takes 4 MB."""

    identity = "tiny|org/captioner|"
    most = 100

    def size(self) -> int:
        return 4 * 2**20

    def load(self, placement: Placement) -> Captions:
        self.weights = np.zeros(self.size(), np.uint8)
        return self

    def run(self, items: Sequence[Image]) -> list[str]:
        if len(items) > self.most:
            raise MemoryError
        return [f"one of {len(items)}" for _ in items]


class Captioner:
    """A backend whose pictures go to the host all at once."""

    def __init__(self, tools: Tools) -> None:
        self._hosted = tools.hosted(Captions())

    def caption(self, image: Image) -> str:
        return " and ".join(self._hosted.run_all([image, image, image, image]))


@pytest.fixture
def hosting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A profile whose captions come from a hosted model."""
    module = ModuleType("viscript.tools.backends.tiny")
    module.__dict__["load"] = lambda spec, tools: Captioner(tools)  # pyright: ignore
    monkeypatch.setitem(sys.modules, module.__name__, module)
    path = tmp_path / "tiny.toml"
    path.write_text("[host]\ndevice = 'cpu'\nmemory = '10 MB'\n[tools.caption]\nbackend = 'tiny'\n")
    return path


def test_a_hosted_model_is_in_memory_once_it_was_used(hosting: Path, cat: Image) -> None:
    tools = Toolbox.load(hosting, cache=None)
    assert tools.host.models == []
    assert tools.caption(cat) == "one of 4 and one of 4 and one of 4 and one of 4"
    (model,) = tools.host.models
    assert model == ("org/captioner", "cpu", 4 * 2**20, False)
    assert tools.host.memory("cpu").limit == 10 * 10**6


def test_a_model_above_the_budget_fails_the_step_with_one_line(
    hosting: Path, cat: Image, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VISCRIPT_MEMORY", "3 MB")
    run = run_program("answer = caption(image)", [cat], Toolbox.load(hosting, cache=None))
    assert run.error is not None
    assert (run.error.kind, run.error.message) == (
        "model",
        "org/captioner takes 4 MB, more than the memory budget of 3 MB",
    )


def test_what_the_host_did_for_want_of_memory_is_in_the_trace_and_on_the_page(
    hosting: Path, cat: Image, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Captions, "most", 2)
    tools = Toolbox.load(hosting, cache=None)
    folder = tmp_path / "run"
    run = run_program("answer = caption(image)", [cat], tools, folder=folder)
    assert run.answer == "one of 2 and one of 2 and one of 2 and one of 2"
    line = "out of memory with 4 at once: 2 at once from now on"
    loaded, *rest = json.loads((folder / "trace.jsonl").read_text())["notes"]
    assert loaded.startswith("loaded org/captioner in ")
    assert rest == [line]
    assert line in (folder / "rationale.html").read_text("utf-8")


def test_the_progress_of_loading_is_told_to_whoever_asks(hosting: Path, cat: Image) -> None:
    tools = Toolbox.load(hosting, cache=None)
    told: list[str] = []

    def tell(what: str, done: int, total: int) -> None:
        told.append(what)

    tools.host.tell = tell
    tools.caption(cat)
    tools.caption(cat)
    assert told == ["loading org/captioner", ""]
