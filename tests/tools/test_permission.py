from __future__ import annotations

from types import MappingProxyType
from typing import Any

import pytest
from viscript import Image, PolicyError, Toolbox
from viscript.tools.backends import BackendSpec
from viscript.tools.contract import Contract
from viscript.tools.memory_cache import MemoryCache
from viscript.tools.permission import permitting
from viscript.tools.profile import Profile
from viscript.tools.registry import Registry


@pytest.fixture
def toolbox(paid: Any) -> Toolbox:
    profile = Profile("own", "", MappingProxyType({}))
    return Toolbox(profile, Registry.standard([paid.pay]), MemoryCache())


def refuse(contract: Contract) -> None:
    raise PolicyError(f"no {contract.name}")


def test_what_must_be_agreed_to_meets_the_check_and_nothing_else_does(
    toolbox: Toolbox, paid: Any
) -> None:
    with permitting(refuse):
        assert toolbox.call("count", []) == 0
        with pytest.raises(PolicyError, match="no pay"):
            toolbox.call("pay", "it")
    assert paid.calls == []
    assert toolbox.call("pay", "it") == "paid"


def test_a_result_that_is_kept_is_given_without_a_question(toolbox: Toolbox, paid: Any) -> None:
    toolbox.call("pay", "it")
    with permitting(refuse):
        assert toolbox.call("pay", "it") == "paid"
    assert paid.calls == ["it"]


def test_what_a_backend_calls_for_its_own_work_meets_the_check_too(cat: Image) -> None:
    far = BackendSpec("openai-vision", "some", options={"base_url": "https://far.example/v1"})
    profile = Profile("own", "", {"pose": BackendSpec("movenet"), "find": far})
    toolbox = Toolbox(profile, Registry.standard(), None)
    assert toolbox.offered["pose"].approval == ""
    with permitting(refuse), pytest.raises(PolicyError, match="no find"):
        toolbox.call("pose", cat)
