from __future__ import annotations

import re
from pathlib import Path

import pytest
from viscript.agent.graph.graph import diagram
from viscript.agent.program import CODES, Scope, basics, check
from viscript.agent.reference import BLOCKS, DOCS, README, TOOLS, filled, pages
from viscript.agent.runs.bindings import types_for
from viscript.tools.hosting.inventory import requirements_of
from viscript.tools.profile import built_in_profiles, load_profile
from viscript.tools.registry import Registry

LANGUAGE = (DOCS / "language.md").read_text("utf-8")
SNIPPET = re.compile(
    r"^```python\n(.*?)^```$(?:\n\n^```text\n(.*?)^```$)?", re.DOTALL | re.MULTILINE
)


def test_no_page_is_stale() -> None:
    stale = [path.name for path, text in pages().items() if path.read_text("utf-8") != text]
    assert stale == [], "run `make docs`"


@pytest.mark.parametrize(("program", "said"), SNIPPET.findall(LANGUAGE))
def test_each_program_of_the_page_is_right_or_shows_its_diagnostics(
    program: str, said: str
) -> None:
    checked = check(program, Scope(Registry.standard(), types_for(None)))
    assert "".join(f"{one.render(program)}\n" for one in checked.diagnostics) == said
    assert checked.ok == (not said)


def test_the_page_has_programs_of_both_kinds() -> None:
    said = [text for _, text in SNIPPET.findall(LANGUAGE)]
    assert len(said) > 5
    assert len([text for text in said if text]) >= 3


def test_every_generated_part_is_on_some_page() -> None:
    used = re.findall(r"<!-- generated: (\w+) -->", "".join(pages().values()))
    assert sorted(set(used)) == sorted(BLOCKS)


def test_the_readme_and_the_page_of_the_agent_show_the_graph_as_it_is() -> None:
    drawn = diagram().strip()
    for page in (README, DOCS / "agent.md"):
        assert drawn in page.read_text("utf-8"), page.name


def test_a_part_that_nothing_generates_is_an_error() -> None:
    with pytest.raises(KeyError):
        filled("<!-- generated: nonsense -->\n<!-- end -->")


def test_old_text_in_a_generated_part_is_replaced_and_the_rest_stays() -> None:
    page = "before\n<!-- generated: budgets -->\nstale\n<!-- end -->\nafter"
    new = filled(page)
    assert new.startswith("before\n<!-- generated: budgets -->\n| budget |")
    assert new.endswith("<!-- end -->\nafter")
    assert "stale" not in new
    assert filled(new) == new


def test_each_profile_needs_what_the_list_of_models_says() -> None:
    rows = dict(re.findall(r"^\| `(.+?)` \| (.+?) \|", "\n".join(BLOCKS["needs"]()), re.MULTILINE))
    assert list(rows) == list(built_in_profiles())
    for name, fetched in rows.items():
        needed = requirements_of(load_profile(name))
        origins = {one.origin for one in needed} & {"hub", "converted"}
        assert (fetched != "-") == bool(origins), name
    assert rows["embedded-plus"].endswith("for centernet")


def test_a_model_without_a_licence_is_named_and_what_is_here_changes_no_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VISCRIPT_HOME", str(tmp_path))
    (tmp_path / "models").mkdir()
    before = BLOCKS["needs"]()
    (tmp_path / "models" / "centernet.onnx").write_bytes(b"converted")
    assert BLOCKS["needs"]() == before
    (plus,) = [one for one in before if "embedded-plus" in one]
    assert "none stated for centernet" in plus


def test_the_language_page_names_every_code_and_function() -> None:
    for name in (*CODES, *(f"{name}(" for name in basics())):
        assert f"`{name}" in LANGUAGE


def test_the_tools_page_tells_each_tool_in_its_own_words() -> None:
    page = pages()[DOCS / TOOLS]
    for name, contract in Registry.standard().items():
        section = page.split(f"\n## {name}\n", 1)[1].split("\n## ", 1)[0]
        assert contract.signature in section
        assert contract.summary in section
        for one in contract.parameters.values():
            assert one.description in section.replace("\\|", "|")
    find = page.split("\n## find\n", 1)[1].split("\n## ", 1)[0]
    assert "- In VisProg: `LOC`" in find
    assert "embedded (`nanodet`)" in find
    assert "- Raises `NotOfferedError`: " in find
