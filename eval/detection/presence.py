"""Measures a profile's `list_objects` at several thresholds: which kinds of thing it names.

    python -m viscript.eval.detection.presence FOLDER [PROFILE]

FOLDER holds, at any depth, the photos that `photos.jsonl` names. For each photo a person wrote down
which of COCO's kinds can be seen, and which are too small or too unclear to demand.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ...tools.profile import load_profile
from ...tools.registry import Registry
from ...tools.toolbox import Toolbox
from ...tools.values import Region

LOWEST = 0.15
THRESHOLDS = (0.18, 0.2, 0.22, 0.25, 0.28, 0.3, 0.33, 0.35, 0.4, 0.45)


@dataclass(frozen=True)
class Photo:
    """What a person saw in a photo.

    Args:
        image: the file's name.
        seen: kinds that a detector should name.
        unsure: kinds that it may name.
    """

    image: str
    seen: frozenset[str]
    unsure: frozenset[str]


def read_photos(path: Path) -> list[Photo]:
    """The photos of a JSONL file."""
    rows = map(json.loads, path.read_text("utf-8").splitlines())
    return [Photo(row["image"], frozenset(row["seen"]), frozenset(row["unsure"])) for row in rows]


def precision_and_recall(
    photos: Sequence[Photo], found: Sequence[Sequence[Region]], threshold: float
) -> tuple[float, float]:
    """Over all pairs of a photo and a kind of thing; each kind counts once in a photo."""
    right = wrong = missed = 0
    for photo, regions in zip(photos, found, strict=True):
        named = {region.label for region in regions if region.score >= threshold}
        right += len(named & photo.seen)
        wrong += len(named - photo.seen - photo.unsure)
        missed += len(photo.seen - named)
    return right / max(right + wrong, 1), right / max(right + missed, 1)


def main() -> None:
    """Prints a line for each threshold."""
    folder, name = Path(sys.argv[1]), (sys.argv[2:] or ["embedded"])[0]
    profile = load_profile(name)
    spec = profile.tools["list_objects"]
    lowered = replace(spec, options={**spec.options, "threshold": LOWEST})
    tools = {**profile.tools, "list_objects": lowered}
    toolbox = Toolbox(replace(profile, tools=tools), Registry.standard(), None)
    paths = {path.name: path for path in folder.rglob("*.jpg")}
    photos = read_photos(Path(__file__).with_name("photos.jsonl"))
    photos = [photo for photo in photos if photo.image in paths]
    found = [toolbox.list_objects(paths[photo.image]) for photo in photos]
    sys.stdout.write(f"{name}, {len(photos)} photos\nthreshold precision recall F1\n")
    for threshold in THRESHOLDS:
        precision, recall = precision_and_recall(photos, found, threshold)
        f1 = 2 * precision * recall / max(precision + recall, 1e-9)
        sys.stdout.write(f"{threshold:9.2f} {precision:9.3f} {recall:6.3f} {f1:.3f}\n")


if __name__ == "__main__":
    main()
