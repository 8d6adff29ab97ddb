"""Writes `tools/vocabulary_wordnet.json`: the nouns of WordNet that COCO's names cover, and others.

    python -m viscript.eval.detection.wordnet FOLDER > tools/vocabulary_wordnet.json

FOLDER holds `data.noun` and `index.noun` of WordNet 3.0 (Princeton University; Debian's package
`wordnet-base` has them in /usr/share/wordnet).

A noun belongs to a name when its first, most frequent sense lies under one of the name's senses.
Other common nouns for things that can be seen are listed under the names that are nearest to them
in WordNet's tree (Wu and Palmer, 1994), so that an error can say what to look for instead.
"""

from __future__ import annotations

import functools
import json
import re
import sys
from collections import defaultdict
from pathlib import Path

SENSES = {
    "person": "person.1",
    "bicycle": "bicycle.1",
    "car": "car.1",
    "motorcycle": "motorcycle.1",
    "airplane": "airplane.1",
    "bus": "bus.1",
    "train": "train.1 streetcar.1 locomotive.1",
    "truck": "truck.1",
    "boat": "watercraft.2",
    "traffic light": "traffic_light.1",
    "fire hydrant": "fireplug.1",
    "parking meter": "parking_meter.1",
    "bench": "bench.1",
    "bird": "bird.1",
    "cat": "cat.1",
    "dog": "dog.1",
    "horse": "horse.1",
    "sheep": "sheep.1",
    "cow": "cattle.1",
    "elephant": "elephant.1",
    "bear": "bear.1 panda.1",
    "zebra": "zebra.1",
    "giraffe": "giraffe.1",
    "backpack": "backpack.1",
    "umbrella": "umbrella.1",
    "handbag": "bag.4",
    "tie": "necktie.1",
    "suitcase": "suitcase.1",
    "skis": "ski.1",
    "sports ball": "ball.1",
    "kite": "kite.3",
    "skateboard": "skateboard.1",
    "surfboard": "surfboard.1",
    "tennis racket": "racket.4",
    "bottle": "bottle.1 bottle.3",
    "wine glass": "wineglass.1 goblet.1",
    "cup": "cup.1 mug.4",
    "fork": "fork.1",
    "knife": "knife.1 knife.2",
    "spoon": "spoon.1",
    "bowl": "bowl.1 bowl.3",
    "banana": "banana.2",
    "apple": "apple.1",
    "sandwich": "sandwich.1",
    "orange": "orange.1",
    "broccoli": "broccoli.2",
    "carrot": "carrot.3",
    "hot dog": "hotdog.2 sausage.1",
    "pizza": "pizza.1",
    "donut": "doughnut.2",
    "cake": "cake.3",
    "chair": "chair.1 stool.1",
    "couch": "sofa.1",
    "potted plant": "houseplant.1",
    "bed": "bed.1",
    "dining table": "table.2 desk.1",
    "toilet": "toilet.2",
    "tv": "television.3",
    "laptop": "laptop.1",
    "mouse": "mouse.4",
    "remote": "remote_control.1",
    "keyboard": "keyboard.1",
    "cell phone": "telephone.1",
    "microwave": "microwave.2",
    "oven": "oven.1 stove.1",
    "toaster": "toaster.2",
    "sink": "sink.1",
    "refrigerator": "refrigerator.1",
    "book": "book.2",
    "clock": "clock.1",
    "vase": "vase.1",
    "scissors": "scissors.1",
    "teddy bear": "teddy.1",
    "hair drier": "hand_blower.1",
    "toothbrush": "toothbrush.1",
}
"""The senses of each name, as WordNet numbers them; those without a good one are left out."""

VISIBLE = ("physical_object.1", "food.1", "food.2", "mythical_being.1")
"""What can be seen lies under one of these."""

NEAR = 0.8
"""Least Wu-Palmer similarity of a noun with the names that are offered instead of it."""

NOTICE = (
    "Nouns of WordNet 3.0, written by python -m viscript.eval.detection.wordnet: don't edit. "
    "WordNet 3.0 Copyright 2006 by Princeton University. All rights reserved. Its licence allows "
    "use, copying, modification and distribution for any purpose, without fee, provided that this "
    "notice is kept; it comes without warranty, and Princeton's name may not be used in adverts."
)


class WordNet:
    """The nouns of WordNet: synsets by their offsets.

    Args:
        folder: where `data.noun` and `index.noun` are.
    """

    def __init__(self, folder: Path) -> None:
        self._parents: dict[str, list[str]] = {}
        self._small: set[str] = set()
        self.senses: dict[str, list[str]] = {}
        self.tagged: dict[str, int] = {}
        for fields in _lines(folder / "data.noun"):
            pointers = fields[5 + 2 * int(fields[3], 16) :]
            self._parents[fields[0]] = [
                pointers[i + 1] for i, mark in enumerate(pointers) if mark in ("@", "@i")
            ]
            lemmas = fields[4 : 4 + 2 * int(fields[3], 16) : 2]
            self._small.update(lemma for lemma in lemmas if lemma.islower())
        for fields in _lines(folder / "index.noun"):
            if fields[0] not in self._small:  # the name of a person, a place or a genus
                continue
            count = int(fields[2])
            self.senses[fields[0]] = fields[-count:]
            self.tagged[fields[0]] = int(fields[-count - 1])

    def sense(self, name: str) -> str:
        """The offset of a sense written as "lemma.number"."""
        lemma, number = name.rsplit(".", 1)
        return self.senses[lemma][int(number) - 1]

    @functools.cache  # noqa: B019
    def ancestors(self, offset: str) -> frozenset[str]:
        """A synset and all above it."""
        above = (self.ancestors(parent) for parent in self._parents[offset])
        return frozenset({offset}).union(*above)

    @functools.cache  # noqa: B019
    def depth(self, offset: str) -> int:
        """Synsets on the shortest way to the root, both counted."""
        return 1 + min((self.depth(parent) for parent in self._parents[offset]), default=0)

    def similarity(self, a: str, b: str) -> float:
        """Wu and Palmer's similarity of two synsets, in [0, 1]."""
        shared = max(map(self.depth, self.ancestors(a) & self.ancestors(b)), default=0)
        return 2 * shared / (self.depth(a) + self.depth(b))


def _lines(path: Path) -> list[list[str]]:
    lines = path.read_text(encoding="latin-1").splitlines()
    return [line.split(" | ")[0].split() for line in lines if not line.startswith("  ")]


def words_by_names(net: WordNet) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """Nouns that each name covers, and other nouns by the nearest names, joined by commas."""
    roots = {net.sense(one): name for name, senses in SENSES.items() for one in senses.split()}
    visible = frozenset(net.sense(one) for one in VISIBLE)
    covered, others = defaultdict[str, list[str]](list), defaultdict[str, list[str]](list)
    for lemma, senses in net.senses.items():
        word, above = lemma.replace("_", " "), net.ancestors(senses[0])
        if not re.fullmatch(r"[a-z]{3,}([ -][a-z]+){0,2}", word):
            continue
        # The deepest root: a "sausage" is no "food" only because that lies above it as well.
        root = max(above & roots.keys(), key=net.depth, default=None)
        if root is not None and not _is_ambiguous(net, word, roots[root], senses):
            covered[roots[root]].append(word)
        elif root is None and above & visible and net.tagged[lemma]:
            scores = dict.fromkeys(SENSES, 0.0)
            for offset, name in roots.items():
                scores[name] = max(scores[name], net.similarity(senses[0], offset))
            best = sorted(scores, key=lambda name: -scores[name])[:3]
            others[", ".join(name for name in best if scores[name] >= NEAR)].append(word)
    for name, words in covered.items():
        known = {name, *words}
        covered[name] = [word for word in words if not _redundant(word, known)]
    return covered, others


def _is_ambiguous(net: WordNet, word: str, name: str, senses: list[str]) -> bool:
    """Whether a word for people is also one for an animal, a plant, a food or a machine.

    "Shrimp", "tart", and nouns of agents such as "printer" and "counter".
    """
    other = {net.sense(one) for one in ("animal.1", "plant.2", "food.1", "food.2")}
    if word.endswith(("er", "or")):
        other.add(net.sense("artifact.1"))
    return name == "person" and any(other & net.ancestors(sense) for sense in senses)


def _redundant(word: str, known: set[str]) -> bool:
    """Whether its ending says as much: a "golden eagle" is an eagle."""
    parts = word.split(" ")
    return any(" ".join(parts[start:]) in known for start in range(1, len(parts)))


def main() -> None:
    """Writes the file to standard output."""
    covered, others = words_by_names(WordNet(Path(sys.argv[1])))
    data: dict[str, object] = {"about": NOTICE}
    for table, words in (("names", covered), ("outside", others)):
        data[table] = {key: sorted(words[key]) for key in sorted(words)}
    json.dump(data, sys.stdout, indent=0)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
