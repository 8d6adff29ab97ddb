"""A result that is on disk already, against diskcache and joblib.

Both anchors hash the pixels at each call, as their users do; viscript hashes a picture once. All
three return the same regions, the anchors with the picture's digest in place of the picture.
"""

from __future__ import annotations

import importlib
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from blake3 import blake3

from ...tools.cache import Cache
from ...tools.toolbox import Toolbox
from ...tools.values import Image
from .figures import Figure, seconds_of
from .samples import after_tool, busy, photo, twenty_regions


def measure() -> Iterator[Figure]:
    """Hits of a list of regions and of a number, and the first hit on a picture."""
    image = photo()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        cache = Cache(folder / "viscript")
        toolbox = Toolbox.load(tools=[busy, after_tool([])], cache=cache)
        calls: dict[str, tuple[str, dict[str, object], Any]] = {
            "20 regions": (
                "busy",
                {"image": image, "query": "dog"},
                [region.but(image=image.digest) for region in twenty_regions(image)],
            ),
            "a number": ("after", {"image": image, "number": 1}, 2),
        }
        for what, (name, arguments, plain) in calls.items():
            toolbox.invoke(name, arguments)
            hit = seconds_of(lambda name=name, given=arguments: toolbox.invoke(name, given))
            for anchor, seconds in _anchors(folder, image, what, plain):
                yield Figure(f"cache hit on disk, {what}", hit, anchor, seconds)
        hashed = seconds_of(lambda: blake3(image.pixels.data).hexdigest())
        yield Figure("a new picture's digest (BLAKE3)", hashed, "xxh3 of its pixels", _xxh3(image))
        cache.close()


def _anchors(folder: Path, image: Image, query: str, plain: Any) -> Iterator[tuple[str, float]]:
    xxhash: Any = importlib.import_module("xxhash")
    diskcache: Any = importlib.import_module("diskcache")
    joblib: Any = importlib.import_module("joblib")

    store = diskcache.Cache(str(folder / f"diskcache {query}"))

    def key() -> str:
        return f"find|{query}|{xxhash.xxh3_128_hexdigest(image.pixels)}"

    store[key()] = plain
    yield "diskcache, keyed by xxh3", seconds_of(lambda: store[key()])
    store.close()

    def find(pixels: object, query: str) -> Any:
        return plain

    memory = joblib.Memory(str(folder / f"joblib {query}"), verbose=0)
    remembered = memory.cache(find)
    yield "joblib.Memory", seconds_of(lambda: remembered(image.pixels, query))


def _xxh3(image: Image) -> float:
    xxhash: Any = importlib.import_module("xxhash")
    return seconds_of(lambda: xxhash.xxh3_128_hexdigest(image.pixels))
