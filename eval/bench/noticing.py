"""`python -m viscript.eval.bench.noticing`: how many silently wrong results the agent notices.

Programs that are known to be right run twice: as they are, and with the result of one step, chosen
at random, corrupted. A corruption is noticed when the answer has a doubt that the honest one has
not, or when the run fails; an honest answer is doubted when it has any doubt. Corruptions that
leave the answer as it was are counted apart.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

import numpy as np
import PIL.Image
import PIL.ImageDraw
import PIL.ImageFont
from rich.console import Console
from rich.table import Table

from ...agent.graph.conclude import checked_again
from ...agent.graph.dependencies import Limits
from ...agent.graph.judge import confidence, judge
from ...agent.graph.looks import Looks
from ...agent.graph.vote import agree
from ...agent.runs.execute import run_program
from ...agent.runs.run import Run
from ...agent.training.scene_maker import Mentions, scenes_for
from ...agent.training.scene_tools import scene_toolbox
from ...agent.training.splits import pairs_of
from ...tools.cache import MemoryCache
from ...tools.cancellation import Cancellation
from ...tools.toolbox import Toolbox
from ...tools.values import Image
from .corrupted_tools import CorruptedTools, corruptions_of
from .machine import machine_facts

SEED = 5


@dataclass(frozen=True, slots=True)
class Case:
    """A request with a program that is right, its pictures, and the tools that see them."""

    request: str
    program: str
    images: Sequence[Image]
    tools: CorruptedTools


@dataclass
class Noticed:
    """What was noticed.

    Args:
        honest: runs without a corruption that have an answer.
        doubted: those of them whose answer has a doubt.
        corrupted: runs with a corruption that changed the answer or made the run fail, by kind.
        noticed: those of them that were noticed, by kind.
        harmless: corruptions that left the answer as it was.
    """

    honest: int = 0
    doubted: int = 0
    corrupted: Counter[str] = field(default_factory=Counter[str])
    noticed: Counter[str] = field(default_factory=Counter[str])
    harmless: int = 0

    def to_json(self) -> dict[str, Any]:
        """All of it, with sums."""
        kinds = {
            kind: {"corrupted": count, "noticed": self.noticed[kind]}
            for kind, count in sorted(self.corrupted.items())
        }
        return {
            "honest": self.honest,
            "doubted": self.doubted,
            "corrupted": self.corrupted.total(),
            "noticed": self.noticed.total(),
            "harmless": self.harmless,
            "kinds": kinds,
        }


def scene_cases(count: int) -> Iterator[Case]:
    """Requests on symbolic scenes, with nouns that the generator keeps for measurements."""
    for number, pair in enumerate(pairs_of("nouns", count, SEED)):
        mentions = Mentions.of(pair.program)
        (scenes,) = scenes_for(mentions, 1, pair.images, number)
        tools = CorruptedTools(scene_toolbox(scenes, mentions.words), symbolic=True)
        yield Case(pair.request, pair.program, [one.picture for one in scenes], tools)


def photo_cases(rounds: int) -> Iterator[Case]:
    """Requests on sample photos of scikit-image, each photo brighter, darker, and cut in turn."""
    tools = CorruptedTools(Toolbox.load(cache=MemoryCache()))
    for turn in range(rounds):
        for name, requests in PHOTOS.items():
            image = _varied(_sample(name), turn)
            for request, program in requests:
                yield Case(request, program, [image], tools)
        sign = sign_of(SIGNS[turn % len(SIGNS)], 28 + 4 * (turn % 5))
        yield Case(*READING, [sign], tools)


PHOTOS = {
    "astronaut": (
        ("How many people are there?", 'answer = count(find(image, "person"))'),
        ("Is there a person?", 'answer = exists(find(image, "person"))'),
        ("What colour is the person?", 'answer = color_of(find(image, "person")[0])'),
        ("How many faces are there?", "answer = count(find_faces(image))"),
    ),
    "coffee": (
        ("How many cups are there?", 'answer = count(find(image, "cup"))'),
        ("Is there a cup?", 'answer = exists(find(image, "cup"))'),
        ("What colour is the cup?", 'answer = color_of(find(image, "cup")[0])'),
    ),
    "chelsea": (
        ("How many cats are there?", 'answer = count(find(image, "cat"))'),
        ("Where is the cat?", 'answer = find(image, "cat")[0]'),
    ),
    "motorcycle_left": (
        ("How many motorcycles are there?", 'answer = count(find(image, "motorcycle"))'),
        ("Is there a motorcycle?", 'answer = exists(find(image, "motorcycle"))'),
    ),
}
"""Requests about each photo, with their programs."""
READING = (
    "What does the sign say?",
    'answer = join([line.text for line in read_text(image)], " ")',
)
SIGNS = ("OPEN FROM NINE TO FIVE", "MIND THE GAP", "NO PARKING ON SUNDAY", "FRESH BREAD AND TEA")


def measured(cases: Iterator[Case], most: int) -> Noticed:
    """Runs each case honestly, and with one result corrupted.

    Args:
        cases: what to run.
        most: corruptions after which it ends.
    """
    result, random = Noticed(), Random(SEED)
    for case in cases:
        case.tools.mend()
        honest = run_program(case.program, case.images, case.tools, record=False)
        if not honest.ok:
            continue
        sure = _confidence(case, honest)
        result.honest += 1
        result.doubted += sure < 1
        choices = [
            (step, corruption)
            for step in honest.steps
            for corruption in corruptions_of(step.tool, step.result)
        ]
        if not choices:
            continue
        step, corruption = random.choice(choices)
        case.tools.corrupt(step.tool, step.arguments, corruption(step.result, random))
        faulty = run_program(case.program, case.images, case.tools, record=False)
        if faulty.ok and agree(faulty.answer, honest.answer):
            result.harmless += 1
            continue
        result.corrupted[corruption.__name__] += 1
        # A fault that passes is not there any more when the agent looks again.
        case.tools.mend()
        unsure = not faulty.ok or _confidence(case, faulty) < sure
        result.noticed[corruption.__name__] += unsure
        if result.corrupted.total() >= most:
            break
    return result


def _confidence(case: Case, run: Run) -> float:
    """How sure the agent is of an answer, after its second look."""
    found = judge(case.request, run)
    looks = Looks(case.tools, Cancellation(), Limits().step_seconds)
    return confidence(checked_again(case.request, run, found, looks))


def _sample(name: str) -> Image:
    import importlib
    from pathlib import Path

    package: Any = importlib.import_module("skimage")
    picture = PIL.Image.open(Path(package.__file__).parent / "data" / f"{name}.png")
    return Image.from_array(np.asarray(picture.convert("RGB")), f"{name}.png")


def _varied(image: Image, turn: int) -> Image:
    """A photo as it is, darker, brighter, or without its edge, and further so in later turns."""
    pixels, by = image.pixels, 1 + turn // 4
    match turn % 4:
        case 1:
            return Image.from_array((pixels * (1 - 0.15 * by)).astype(np.uint8))
        case 2:
            return Image.from_array((255 - (255 - pixels) * (1 - 0.15 * by)).astype(np.uint8))
        case 3:
            return Image.from_array(pixels[8 * by :, 8 * by :])
        case _:
            return Image.from_array(pixels[: -4 * by, : -4 * by]) if turn else image


def sign_of(words: str, size: int = 40) -> Image:
    """A white sign with a line of black words, so many pixels high."""
    from ...tools.backends.fonts import BASE, FOLDER

    picture = PIL.Image.new("RGB", (900, 120), "white")
    font = PIL.ImageFont.truetype(FOLDER / BASE, size)
    PIL.ImageDraw.Draw(picture).text((20, 30), words, fill="black", font=font)
    return Image.from_array(np.asarray(picture), "sign.png")


def main(arguments: Sequence[str] | None = None) -> None:
    """Measures on scenes and on photos, and prints a table or JSON."""
    parser = argparse.ArgumentParser("python -m viscript.eval.bench.noticing", description=__doc__)
    parser.add_argument("--runs", type=int, default=300, help="corruptions on scenes")
    parser.add_argument("--rounds", type=int, default=8, help="variations of each photo")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    given = parser.parse_args(arguments)
    progress = Console(stderr=True)
    with progress.status("scenes"):
        scenes = measured(scene_cases(4 * given.runs), given.runs)
    with progress.status("photos"):
        photos = measured(photo_cases(given.rounds), sys.maxsize)
    report = {"scenes": scenes, "photos": photos}
    if given.json:
        figures = {name: one.to_json() for name, one in report.items()}
        json.dump({"machine": machine_facts(), **figures}, sys.stdout, indent=2)
        print()
        return
    table = Table("", "scenes", "photos", title="silently wrong results, and honest ones")
    table.add_row(
        "honest answers doubted", *(f"{n.doubted} of {n.honest}" for n in report.values())
    )
    for kind in sorted({kind for one in report.values() for kind in one.corrupted}):
        shares = (f"{one.noticed[kind]} of {one.corrupted[kind]}" for one in report.values())
        table.add_row(f"noticed: {kind}", *shares)
    totals = (f"{one.noticed.total()} of {one.corrupted.total()}" for one in report.values())
    table.add_row("noticed in all", *totals)
    table.add_row("left the answer as it was", *(str(one.harmless) for one in report.values()))
    Console().print(table)


if __name__ == "__main__":
    main()
