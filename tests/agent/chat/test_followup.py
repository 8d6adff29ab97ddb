"""Follow-ups as people say them, against what they mean: `followups.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from viscript.agent.chat.followup import understand
from viscript.agent.chat.meaning import Question, Understood
from viscript.agent.chat.topic import EarlierTurn, Mention, Topic

PAIRS: list[dict[str, Any]] = tomllib.loads(
    (Path(__file__).parent / "followups.toml").read_text("utf-8")
)["pair"]
TRAITS = ("request", "chosen", "minor", "gone", "edited")


def turn(number: int, said: Mapping[str, Any]) -> EarlierTurn:
    mentions: list[Mention] = []
    for noun, found in said.items():
        if noun in TRAITS:
            continue
        chosen, gone = noun in said.get("chosen", ()), noun in said.get("gone", ())
        mentions.append(
            Mention(
                noun,
                None if found < 0 else found,
                value="" if gone else f"{noun}_{number}",
                others=f"other_{noun}_{number}" if chosen else "",
                every=f"every_{noun}_{number}" if chosen else "",
                minor=noun in said.get("minor", ()),
                gone=gone,
            )
        )
    return EarlierTurn(said["request"], mentions, said.get("edited", False))


@pytest.mark.parametrize(
    "pair", PAIRS, ids=[f"{number}: {one['says']}" for number, one in enumerate(PAIRS, 1)]
)
def test_a_follow_up_means_what_people_mean_by_it(pair: dict[str, Any]) -> None:
    turns = [turn(number, said) for number, said in enumerate(pair["before"], 1)]
    meant = understand(pair["says"], Topic(turns))
    if "asks" in pair:
        assert isinstance(meant, Question), meant
        assert meant.word == pair["asks"]
        return
    assert isinstance(meant, Understood), meant
    assert meant.request == pair["means"]
    assert meant.words == pair.get("shown", pair["means"])
    assert dict(meant.known) == pair.get("known", {})


def test_the_table_has_what_it_should_have() -> None:
    assert len(PAIRS) >= 40
    unchanged = [one for one in PAIRS if one.get("means") == one["says"] and one["before"]]
    assert len(unchanged) >= 10


def test_what_the_page_shows_is_in_the_table() -> None:
    page = (Path(__file__).parents[3] / "docs" / "chat.md").read_text("utf-8")
    table = page.split("| after | you say | it is understood as |\n|---|---|---|\n")[1].split(
        "\n\n"
    )[0]
    rows = [
        tuple(cell.strip() for cell in row.strip("| ").split(" | ")) for row in table.split("\n")
    ]
    pairs = {
        (one["before"][-1]["request"], one["says"], one.get("shown", one.get("means")))
        for one in PAIRS
        if one["before"]
    }
    known = {tuple(str(cell).lower() for cell in pair) for pair in pairs}
    assert len(rows) > 5
    assert [row for row in rows if row not in known] == []
