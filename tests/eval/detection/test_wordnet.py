from __future__ import annotations

from pathlib import Path

import pytest
from viscript.eval.detection.wordnet import WordNet

# Four synsets as WordNet's files write them: an animal, a dog, a cat, and a corgi below the dog.
DATA = """\
  1 A line of the licence.
00000001 03 n 01 animal 0 000 | a living thing
00000002 05 n 02 dog 0 hound 0 001 @ 00000001 n 0000 | barks
00000003 05 n 01 cat 0 001 @ 00000001 n 0000 | purrs
00000004 05 n 01 corgi 0 001 @ 00000002 n 0000 | short legs
00000005 05 n 01 Rex 0 001 @i 00000002 n 0000 | a name
"""
INDEX = """\
  1 A line of the licence.
animal n 1 1 ~ 1 1 00000001
dog n 1 2 @ ~ 1 1 00000002
hound n 1 1 @ 1 0 00000002
cat n 1 1 @ 1 1 00000003
corgi n 1 1 @ 1 0 00000004
rex n 1 1 @i 1 0 00000005
"""


@pytest.fixture
def net(tmp_path: Path) -> WordNet:
    (tmp_path / "data.noun").write_text(DATA, "latin-1")
    (tmp_path / "index.noun").write_text(INDEX, "latin-1")
    return WordNet(tmp_path)


def test_what_lies_above_a_sense_is_found_through_all_parents(net: WordNet) -> None:
    assert net.ancestors(net.sense("corgi.1")) == {"00000001", "00000002", "00000004"}


def test_nearer_relatives_are_more_similar(net: WordNet) -> None:
    dog, cat, corgi = (net.sense(f"{name}.1") for name in ("dog", "cat", "corgi"))
    assert net.similarity(dog, dog) == 1
    assert net.similarity(corgi, dog) == pytest.approx(2 * 2 / (3 + 2))
    assert net.similarity(corgi, cat) == pytest.approx(2 * 1 / (3 + 2))


def test_proper_names_are_left_out(net: WordNet) -> None:
    assert "rex" not in net.senses
    assert "hound" in net.senses
