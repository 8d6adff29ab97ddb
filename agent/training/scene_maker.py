"""Scenes for a program: what it looks for is there in some and missing in others."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from ...tools.backends.color_names import NAMES
from ...tools.backends.phrase_words import COLORS
from ...tools.values import Box, Keypoint
from .nouns import nouns
from .scenes import HEIGHT, WIDTH, Scene, Thing, labels_meant, singular_of

LINES = (
    "fresh bread",
    "no 7",
    "since 1912",
    "gate b",
    "made in italy",
    "room 12",
    "sale 50",
    "main street",
)
NOSE, LEFT_WRIST, RIGHT_WRIST = 0, 9, 10
POINTS = 17


@dataclass(frozen=True, slots=True)
class Mentions:
    """What a program asks for.

    Args:
        things: the queries of `find`.
        descriptions: the queries of `select`.
        texts: other texts that it compares with.
    """

    things: tuple[str, ...]
    descriptions: tuple[str, ...]
    texts: tuple[str, ...]

    @classmethod
    def of(cls, program: str) -> Mentions:
        """Reads a program; an unreadable one mentions nothing."""
        try:
            nodes = list(ast.walk(ast.parse(program)))
        except SyntaxError:
            return cls((), (), ())
        return cls(
            tuple(_queries(nodes, "find")),
            tuple(_queries(nodes, "select")),
            tuple(
                node.left.value
                for node in nodes
                if isinstance(node, ast.Compare)
                and isinstance(node.left, ast.Constant)
                and isinstance(node.left.value, str)
            ),
        )

    @property
    def words(self) -> frozenset[str]:
        """The nouns in the singular, and the descriptions."""
        return frozenset(
            {*map(singular_of, self.things), *(one.lower() for one in self.descriptions)}
        )


def scenes_for(mentions: Mentions, count: int, images: int, seed: int) -> list[list[Scene]]:
    """Random scenes in which what a program mentions matters.

    Args:
        mentions: what the program mentions.
        count: how many settings.
        images: scenes of a setting.
        seed: the same seed gives the same scenes.
    """
    random = Random(f"scenes {seed} {mentions}")
    return [[_scene(mentions, number, random) for number in range(images)] for _ in range(count)]


def _scene(mentions: Mentions, number: int, random: Random) -> Scene:
    colors = [
        COLORS.get(word, word) for one in mentions.descriptions for word in (one, *one.split())
    ]
    wanted = [color for color in colors if color in NAMES]
    things: list[Thing] = []
    for query in dict.fromkeys(mentions.things):
        labels = sorted(labels_meant(query))
        for _ in range(random.choice((0, 1, 1, 1, 2, 2, 3, 4))):
            label = singular_of(query) if random.random() < 0.3 else random.choice(labels)
            things.append(_thing(label, things, wanted, mentions, random))
    for _ in range(random.randrange(4)):
        noun = random.choice(nouns()[random.choice(("animals", "things", "furniture", "people"))])
        things.append(_thing(noun.singular, things, wanted, mentions, random))
    random.shuffle(things)
    return Scene(number, tuple(things), tuple(_texts(things, mentions, random)))


def _thing(
    label: str, others: Sequence[Thing], colors: list[str], mentions: Mentions, random: Random
) -> Thing:
    box = _box(others, random)
    use = colors and random.random() < 0.6
    color = random.choice(colors if use else list(NAMES))
    qualities = frozenset(one.lower() for one in mentions.descriptions if random.random() < 0.5)
    person = any(noun.singular == label for noun in nouns()["people"])
    return Thing(
        label,
        box,
        color,
        qualities,
        _body(box, random) if person else (),
        _face(box) if person and random.random() < 0.7 else None,
    )


def _box(others: Sequence[Thing], random: Random) -> Box:
    """A box anywhere, or inside, on or beside an earlier one."""
    width, height = random.randint(12, 90), random.randint(12, 80)
    left, top = random.randint(0, WIDTH - width), random.randint(0, HEIGHT - height)
    if others and random.random() < 0.6:
        other = random.choice(others).box
        if random.random() < 0.5:
            width = max(6, int(other.width * random.uniform(0.2, 0.8)))
            height = max(6, int(other.height * random.uniform(0.2, 0.8)))
        left = int(other.x - width / 2 + random.uniform(-0.7, 0.7) * other.width)
        top = int(other.y - height / 2 + random.uniform(-0.7, 0.7) * other.height)
        left, top = min(max(left, 0), WIDTH - width), min(max(top, 0), HEIGHT - height)
    return Box(left, top, left + width, top + height)


def _body(box: Box, random: Random) -> tuple[Keypoint, ...]:
    """Keypoints in a column, with each wrist above or below the nose."""
    points = [
        Keypoint(f"point {at}", box.x, box.top + box.height * at / POINTS, 0.9)
        for at in range(POINTS)
    ]
    nose = Keypoint("nose", box.x, box.top + box.height * 0.2, 0.9)
    points[NOSE] = nose
    for at in (LEFT_WRIST, RIGHT_WRIST):
        share = random.choice((0.05, 0.6, 0.6))
        points[at] = Keypoint(f"wrist {at}", box.x, box.top + box.height * share, 0.9)
    return tuple(points)


def _face(box: Box) -> Box:
    return Box(box.x - box.width / 4, box.top, box.x + box.width / 4, box.top + box.height / 3)


def _texts(things: Sequence[Thing], mentions: Mentions, random: Random) -> list[tuple[Box, str]]:
    lines: list[tuple[Box, str]] = []
    words = [*LINES, *(one.upper() for one in mentions.texts for _ in range(4))]
    for _ in range(random.choice((0, 1, 2, 3))):
        box = _box(things, random)
        lines.append((box, random.choice(words)))
    return sorted(lines, key=lambda line: (line[0].top, line[0].left))


def _queries(nodes: Sequence[ast.AST], tool: str) -> list[str]:
    """The texts in the calls of a tool."""
    return [
        node.args[1].value
        for node in nodes
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == tool
        and len(node.args) > 1
        and isinstance(node.args[1], ast.Constant)
        and isinstance(node.args[1].value, str)
    ]
