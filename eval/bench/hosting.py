"""The model host: batches, what it adds to a call and to loading, what it keeps, and its budget.

The models have random weights (`random_models.py`): what is measured does not depend on them.
"""

from __future__ import annotations

import importlib
import itertools
import json
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ...tools.backends import BackendSpec
from ...tools.host import ModelHost
from ...tools.hosting.inventory import size_on_disk
from ...tools.hosting.model import Placement
from ...tools.hosting.pretrained import load_model
from ...tools.hosting.settings import HostSettings
from ...tools.toolbox import Toolbox
from ...tools.values import Box, Image, Region
from . import random_models
from .figures import Figure, seconds_of
from .samples import photo

CALLS = 32
ROUNDS = 2
LABELS = 20
BUDGET = "70 MB"
"""In the mixed load: two of its six models of 30 MB."""

COUNT = 6
ON_CPU = HostSettings(device="cpu", dtype="float32")


def measure() -> Iterator[Figure]:
    """Figures of the host on its own, and with CLIP and SAM."""
    yield overhead()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        tiny = random_models.clip(folder / "tiny", tiny=True)
        large = random_models.clip(folder / "large")
        for name, checkpoint in (("a tiny CLIP", tiny), ("a CLIP of ViT-B/32's size", large)):
            yield batches(name, profile_of(folder, "clip", checkpoint, "similarity", "classify"))
        yield texts(profile_of(folder, "clip", large, "similarity", "classify"))
        yield _loading(large)
        yield _second_prompt(
            profile_of(folder, "sam", random_models.sam(folder / "sam"), "segment")
        )
        yield _mixed_load(folder)


class Nothing:
    """A source and its model, which only returns what it is given."""

    identity = "nothing"

    def size(self) -> int:
        """None."""
        return 0

    def load(self, placement: Placement) -> Nothing:
        """Itself."""
        return self

    def run(self, items: Sequence[int]) -> Sequence[int]:
        """The items."""
        return items


class Loaded(Nothing):
    """A source that loads a CLIP, as backends do."""

    def __init__(self, folder: Path, *, touch: bool = False) -> None:
        self.identity = f"clip|{folder}"
        self._touch = touch
        self._spec = BackendSpec("clip", str(folder))

    def size(self) -> int:
        """Bytes of its weights."""
        return size_on_disk(Path(self._spec.checkpoint))

    def load(self, placement: Placement) -> Nothing:
        """The model, held by an object that does nothing with it."""
        network = load_model("CLIPModel", self._spec, placement)
        for parameter in network.parameters() if self._touch else ():
            parameter.sum()  # weights that nobody has read are not in memory yet
        holder = Nothing()
        holder.__dict__["network"] = network
        return holder


def overhead() -> Figure:
    """A call of a hosted model that does nothing, and of the model."""
    hosted, model = ModelHost(ON_CPU).hosted(Nothing()), Nothing()
    hosted.run(0)
    ours, plain = seconds_of(lambda: hosted.run(0), lambda: model.run([0]))
    return Figure("what the host adds to a call", ours, "the model's own call", plain, 1e-3)


def batches(name: str, profile: Path) -> Figure:
    """As many calls on different pictures from as many threads, and the same in a row."""
    tools = Toolbox.load(profile, cache=None)
    pixels = photo().pixels
    numbers = itertools.count()

    def pictures() -> list[Image]:
        moved = (np.roll(pixels, 3 * next(numbers), axis=1) for _ in range(CALLS))
        return [Image.from_array(one) for one in moved]

    def in_a_row() -> None:
        for image in pictures():
            tools.similarity(image, "a person")

    def together() -> None:
        calls = [
            threading.Thread(target=tools.similarity, args=(image, "a person"))
            for image in pictures()
        ]
        for call in calls:
            call.start()
        for call in calls:
            call.join()

    batched, row = seconds_of(together, in_a_row, rounds=ROUNDS, least=0)
    return Figure(f"{CALLS} calls at once, {name}", batched, "one after the other", row, row)


def texts(profile: Path) -> Figure:
    """`classify` with labels that were used before, and with new ones."""
    tools = Toolbox.load(profile, cache=None)
    image = photo()
    numbers = itertools.count()

    def with_labels(kind: str) -> None:
        tools.classify(image, [f"{kind} number {number}" for number in range(LABELS)])

    again, first = seconds_of(
        lambda: with_labels("a thing"),
        lambda: with_labels(f"thing {next(numbers)}"),
        rounds=ROUNDS,
        least=0,
    )
    return Figure(f"classify, {LABELS} labels seen before", again, "new labels", first, first)


def _second_prompt(profile: Path) -> Figure:
    """`segment` of another region of the same picture, and of a region of a new picture."""
    tools = Toolbox.load(profile, cache=None)
    pixels = photo().pixels
    numbers = itertools.count()
    images = (Image.from_array(np.roll(pixels, 3 * n, axis=1)) for n in itertools.count())

    def segment(image: Image) -> None:
        left = next(numbers) % 100
        tools.segment(image, [Region(image, Box(left, 50, left + 200, 300))])

    first_image = next(images)
    segment(first_image)
    second, first = seconds_of(
        lambda: segment(first_image), lambda: segment(next(images)), rounds=ROUNDS, least=0
    )
    anchor = "the first on a new picture (2 of 12 layers)"
    return Figure("SAM, second prompt on a picture", second, anchor, first, first)


def _loading(checkpoint: Path) -> Figure:
    """Loading through the host, checks and all, and `from_pretrained`."""
    architecture: Any = importlib.import_module("transformers").CLIPModel

    def ours() -> None:
        ModelHost(ON_CPU).hosted(Loaded(checkpoint)).run(0)

    host, plain = seconds_of(
        ours, lambda: architecture.from_pretrained(checkpoint), rounds=5, least=0
    )
    return Figure("loading a CLIP of ViT-B/32's size", host, "from_pretrained", plain)


def _mixed_load(folder: Path) -> Figure:
    """Memory of a process at its peak: six models under a budget, and all six kept."""
    for number in range(COUNT):
        sized(folder / f"mixed-{number}")
    budget, free = (_peak(folder, memory) for memory in (BUDGET, "4 GB"))
    name = f"memory above torch's own, {COUNT} models, budget {BUDGET}"
    return Figure(name, budget, "all of them kept", free, float(BUDGET.split()[0]), unit="MB")


def sized(folder: Path) -> None:
    """A CLIP of 30 MB."""
    hf: Any = importlib.import_module("transformers")
    size = {"hidden_size": 256, "intermediate_size": 1024, "num_attention_heads": 4}
    words = {"vocab_size": 512, "num_hidden_layers": 4, "bos_token_id": 0, "eos_token_id": 1}
    config = hf.CLIPConfig(text_config={**size, **words}, vision_config={**size, **words})
    hf.CLIPModel(config).save_pretrained(folder)


def _peak(folder: Path, memory: str) -> float:
    command = [sys.executable, "-m", __name__, str(folder), memory]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return float(done.stdout)


def mixed_load(folder: Path, memory: str) -> float:
    """Megabytes that this process grows by while threads call all models of `_mixed_load`."""
    psutil: Any = importlib.import_module("psutil")
    importlib.import_module("transformers").CLIPModel  # noqa: B018 - what is not the models' own
    process: Any = psutil.Process()
    host = ModelHost(HostSettings(device="cpu", dtype="float32", memory=memory))
    before, peak = process.memory_info().rss, 0
    models = [
        host.hosted(Loaded(folder / f"mixed-{number}", touch=True)) for number in range(COUNT)
    ]

    def call(start: int) -> None:
        for number in range(2 * COUNT):
            models[(start + number) % COUNT].run(number)

    threads = [threading.Thread(target=call, args=(start,)) for start in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        while thread.is_alive():
            peak = max(peak, process.memory_info().rss)
            thread.join(0.005)
    return (peak - before) / 10**6


def profile_of(folder: Path, backend: str, checkpoint: Path, *tools: str) -> Path:
    """A profile whose `tools` are served by a checkpoint, on the CPU and in float32."""
    lines = ['extends = "embedded"', "[host]", 'device = "cpu"', 'dtype = "float32"']
    for tool in tools:
        lines += [f"[tools.{tool}]", f'backend = "{backend}"']
        lines += [f"checkpoint = {json.dumps(str(checkpoint))}"]
    path = folder / f"{checkpoint.name}.toml"
    path.write_text("\n".join(lines), "utf-8")
    return path


if __name__ == "__main__":
    print(mixed_load(Path(sys.argv[1]), sys.argv[2]))
