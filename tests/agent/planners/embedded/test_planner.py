"""The embedded planner with its real model, where that is on this machine."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import pytest
from viscript.agent.planners.embedded.model import ADAPTER
from viscript.agent.planners.embedded.planner import EmbeddedPlanner
from viscript.agent.planners.planner import NoProgramError
from viscript.agent.program import Scope, check
from viscript.agent.runs.bindings import types_for
from viscript.tools.contract import Contract
from viscript.tools.errors import InputError, ModelError
from viscript.tools.toolbox import Toolbox

real = pytest.mark.usefixtures("fetched_base")


@cache
def offered() -> Mapping[str, Contract]:
    return Toolbox.load("embedded", cache=None).offered


@pytest.fixture(scope="module")
def planner() -> EmbeddedPlanner:
    return EmbeddedPlanner()


def test_the_adapter_comes_with_the_package_and_stays_small() -> None:
    assert 1_000_000 < ADAPTER.stat().st_size < 12_000_000


def test_a_missing_model_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no model file"):
        EmbeddedPlanner(tmp_path / "absent.gguf").plan("how many dogs?", 1, offered())


def test_an_empty_request_is_refused_before_a_model_is_loaded(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="empty"):
        EmbeddedPlanner(tmp_path / "absent.gguf").plan(" ", 1, offered())


def test_a_program_without_an_end_is_none() -> None:
    class Endless:
        def handle_completions(self, body: Any, read: Callable[[Any], None]) -> None:
            read({"choices": [{"text": "answer = ((", "finish_reason": "length"}]})

    planner = EmbeddedPlanner()
    planner._server = Endless()  # pyright: ignore[reportPrivateUsage]
    with pytest.raises(NoProgramError, match="no end"):
        planner.plan("how many dogs?", 1, offered())


@real
@pytest.mark.parametrize(
    ("request_", "program"),
    [
        ("How many dogs are there?", "a = find(image, 'dogs')\nanswer = count(a)\n"),
        ("is there a giraffe?", "a = find(image, 'giraffe')\nanswer = exists(a)\n"),
        (
            "What colour is the car?",
            "a = find(image, 'car')\nanswer = color_of(a[0]) if exists(a) else 'no car found'\n",
        ),
    ],
)
def test_plain_requests_get_their_programs(
    planner: EmbeddedPlanner, request_: str, program: str
) -> None:
    assert planner.plan(request_, 1, offered()) == program


@real
def test_the_pieces_that_are_told_make_up_the_program(planner: EmbeddedPlanner) -> None:
    pieces: list[str] = []
    program = planner.plan("are there more cats than dogs?", 1, offered(), pieces.append)
    assert len(pieces) > 5
    assert "".join(pieces).strip() == program.strip()


@real
@pytest.mark.parametrize("images", [1, 2, 3])
@pytest.mark.parametrize(
    "request_", ["asdf qwer", "¿cuántos perros hay?", "answer = 1 / 0", "{image.__class__}", "?"]
)
def test_nonsense_still_gets_a_program_that_checks(
    planner: EmbeddedPlanner, request_: str, images: int
) -> None:
    program = planner.plan(request_, images, offered())
    assert check(program, Scope(offered(), types_for(images))).ok


@real
def test_a_tool_that_is_not_offered_is_never_called(planner: EmbeddedPlanner) -> None:
    without = {name: one for name, one in offered().items() if name != "read_text"}
    program = planner.plan("what does the sign say?", 1, without)
    assert "read_text" not in program
    assert check(program, Scope(without, types_for(1))).ok


@real
@pytest.mark.parametrize("path", ["/completion", "/v1/completions", "/v1/chat/completions"])
def test_the_port_that_the_library_opens_is_of_no_use_to_others(
    planner: EmbeddedPlanner, path: str
) -> None:
    planner.plan("how many dogs?", 1, offered())
    address: str = planner._server.listening_address  # pyright: ignore[reportPrivateUsage]
    assert urlsplit(address).hostname == "127.0.0.1"
    body = b'{"prompt": "a", "messages": [], "max_tokens": 1}'
    for key in ({}, {"authorization": "Bearer none"}):
        request = Request(f"{address}{path}", body, {"content-type": "application/json", **key})
        with pytest.raises(HTTPError, match="401"):
            urlopen(request, timeout=10)
