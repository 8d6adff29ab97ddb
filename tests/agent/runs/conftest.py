"""Toolboxes for tests of runs: only tools that their own body computes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from types import MappingProxyType
from typing import Any

import pytest
from viscript import Toolbox
from viscript.tools.cache import Cache, MemoryCache
from viscript.tools.profile import Profile
from viscript.tools.registry import Registry

MakeToolbox = Callable[..., Toolbox]


@pytest.fixture
def toolbox_of() -> MakeToolbox:
    """Makes a toolbox with some more tools and no backends."""

    def make(
        tools: Iterable[Callable[..., Any]] = (), cache: Cache | MemoryCache | None = None
    ) -> Toolbox:
        profile = Profile("without backends", "", MappingProxyType({}))
        return Toolbox(profile, Registry.standard(tools), cache)

    return make
