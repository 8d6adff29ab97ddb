"""The profiles that come with viscript, and the examples: their backends, options and origins."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from viscript import ModelError, NotOfferedError, Toolbox
from viscript.agent.program import Scope, check
from viscript.agent.runs.bindings import types_for
from viscript.tools.backends import BackendSpec
from viscript.tools.host import backend_module
from viscript.tools.hosting.hub import COMMIT, is_hub_id
from viscript.tools.profile import built_in_profiles, load_profile
from viscript.tools.registry import Registry

EXAMPLES = sorted((Path(__file__).parents[2] / "docs" / "examples").glob("*.toml"))

PAGE = Path(__file__).parents[2] / "docs" / "profiles.md"
SNIPPETS = re.findall(r"^```toml\n(.*?)^```$", PAGE.read_text("utf-8"), re.DOTALL | re.MULTILINE)

VISPROG = {
    "VQA": "A=VQA(image=IMAGE,question='What is it?')\nR=RESULT(var=A)",
    "LIST": "A=LIST(query='fruits',max=5)\nR=RESULT(var=A)",
    "CLASSIFY": "B=FACEDET(image=IMAGE)\nA=CLASSIFY(image=IMAGE,object=B,categories='a, b')\n"
    "R=RESULT(var=A)",
    "REPLACE": "B=SEG(image=IMAGE)\nC=SELECT(image=IMAGE,object=B,query='dog',category=None)\n"
    "A=REPLACE(image=IMAGE,object=C,prompt='a cat')\nR=RESULT(var=A)",
}


def profiles() -> list[str]:
    return [*built_in_profiles(), *map(str, EXAMPLES)]


def specs(profile: str) -> Iterator[tuple[str, BackendSpec]]:
    yield from load_profile(profile).tools.items()


@pytest.fixture(autouse=True)
def _no_hub(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")


@pytest.mark.parametrize("profile", profiles(), ids=lambda path: Path(path).stem)
def test_every_backend_of_a_profile_exists_takes_its_options_and_serves_its_tool(
    profile: str,
) -> None:
    toolbox = Toolbox.load(profile, cache=None)
    for tool, spec in specs(profile):
        module = backend_module(spec.backend)
        try:
            backend = module.load(spec, toolbox)
        except ModelError:
            continue  # a model that is fetched once, or left to the planner
        assert callable(getattr(backend, tool, None)), (tool, spec.backend)


def test_every_backend_of_the_page_serves_the_tools_of_its_row() -> None:
    table = (
        PAGE.read_text("utf-8")
        .partition("| tools | backend | checkpoints |")[2]
        .partition("\n\n")[0]
    )
    rows = [line.split("|") for line in table.splitlines()[2:]]
    assert rows
    for _, tools, backends, *_ in rows:
        for name in re.findall(r"`([\w-]+)`", backends):
            load = vars(backend_module(name))["load"]
            try:
                backend = load(BackendSpec(name, "owner/name"), Toolbox.load("hub", cache=None))
            except ModelError:
                continue  # the checkpoint says which tools it serves
            for tool in re.findall(r"`(\w+)`", tools):
                assert callable(getattr(backend, tool, None)), (tool, name)


@pytest.mark.parametrize("text", SNIPPETS)
def test_each_profile_of_the_page_is_one(text: str, tmp_path: Path) -> None:
    path = tmp_path / "page.toml"
    path.write_text(text, "utf-8")
    test_every_backend_of_a_profile_exists_takes_its_options_and_serves_its_tool(str(path))
    test_every_checkpoint_says_its_licence(str(path))


def test_the_page_has_profiles() -> None:
    assert len(SNIPPETS) == 3


@pytest.mark.parametrize("profile", profiles(), ids=lambda path: Path(path).stem)
def test_every_checkpoint_says_its_licence(profile: str) -> None:
    silent = [tool for tool, spec in specs(profile) if spec.checkpoint and not spec.licence]
    assert silent == []


def test_the_hub_profile_serves_every_tool() -> None:
    assert set(Toolbox.load("hub", cache=None).offered) == set(Registry.standard())


def test_hub_checkpoints_are_pinned_by_commit_and_say_their_size() -> None:
    named = [spec for _, spec in specs("hub") if spec.checkpoint]
    assert len(named) >= 10
    for spec in named:
        assert is_hub_id(spec.checkpoint)
        assert spec.size > 10_000_000, spec.checkpoint
        assert not spec.pickle
        assert COMMIT.fullmatch(spec.revision), spec.checkpoint


def test_tools_that_share_a_checkpoint_share_its_revision_licence_and_size() -> None:
    told: dict[str, tuple[str, str, int]] = {}
    for _, spec in specs("hub"):
        facts = (spec.revision, spec.licence, spec.size)
        assert told.setdefault(spec.checkpoint, facts) == facts


@pytest.mark.parametrize("module", VISPROG)
def test_programs_of_visprog_check_under_the_hub_profile(module: str) -> None:
    toolbox = Toolbox.load("hub", cache=None)
    scope = Scope(toolbox.offered, types_for(1), toolbox.elsewhere)
    assert [
        one for one in check(VISPROG[module], scope).diagnostics if one.severity == "error"
    ] == []


def test_who_asks_for_a_tool_of_the_hub_is_told_of_it() -> None:
    toolbox = Toolbox.load("embedded", cache=None)
    for tool in ("depth", "classify", "ask", "replace", "edit", "generate"):
        assert "hub" in toolbox.elsewhere[tool]
    scope = Scope(toolbox.offered, types_for(1), toolbox.elsewhere)
    (found,) = check("answer = generate('a dog')", scope).diagnostics
    assert (found.code, "hub" in found.suggestion) == ("not-offered", True)
    with pytest.raises(NotOfferedError) as caught:
        toolbox.generate("a dog")
    assert "hub" in caught.value.hint


def test_facts_without_a_model_say_how_to_name_one() -> None:
    with pytest.raises(ModelError, match="needs a language model") as caught:
        Toolbox.load("hub", cache=None).list_facts("fruits")
    assert "--planner" in caught.value.hint


def test_the_remote_profile_sends_nothing_off_this_machine() -> None:
    addresses = [spec.options["base_url"] for _, spec in specs("remote") if spec.checkpoint]
    assert len(addresses) == 5
    assert {urlsplit(str(one)).hostname for one in addresses} == {"127.0.0.1"}
