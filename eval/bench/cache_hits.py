"""A result that is on disk already, against diskcache and joblib.

Both anchors hash the pixels at each call, as their users do; viscript hashes a picture once. All
three return the same regions, the anchors with the picture's digest in place of the picture.
"""

from __future__ import annotations

import contextlib
import importlib
import tempfile
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any, cast

from blake3 import blake3

from ...tools.cache import Cache
from ...tools.toolbox import Toolbox
from ...tools.values import Image
from .figures import Figure, seconds_of
from .samples import after_tool, busy, photo, twenty_regions

ANCHORS = ("diskcache, keyed by xxh3", "joblib.Memory")


def measure() -> Iterator[Figure]:
    """Hits of a list of regions and of a number, and the first hit on a picture."""
    image = photo()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        cache = Cache(folder / "viscript")
        toolbox = Toolbox.load(tools=[busy, after_tool([])], cache=cache)
        plain = [region.but(image=cast("Any", image.digest)) for region in twenty_regions(image)]
        calls: dict[str, tuple[str, dict[str, object], Any]] = {
            "20 regions": ("busy", {"image": image, "query": "dog"}, plain),
            "a number": ("after", {"image": image, "number": 1}, 2),
        }
        for what, (name, given, value) in calls.items():
            with _diskcache(folder / f"diskcache {what}", image, value) as stored:
                hit, *anchors = seconds_of(
                    lambda name=name, given=given: toolbox.invoke(name, given),
                    stored,
                    _joblib(folder / f"joblib {what}", image, value),
                )
            for anchor, seconds in zip(ANCHORS, anchors, strict=True):
                yield Figure(f"cache hit on disk, {what}", hit, anchor, seconds, seconds)
        cache.close()
    xxhash: Any = importlib.import_module("xxhash")
    ours, theirs = seconds_of(
        lambda: blake3(image.pixels.data).hexdigest(),
        lambda: xxhash.xxh3_128_hexdigest(image.pixels),
    )
    yield Figure("a new picture's digest (BLAKE3)", ours, "xxh3 of its pixels", theirs)


@contextlib.contextmanager
def _diskcache(folder: Path, image: Image, value: Any) -> Generator[Callable[[], object]]:
    xxhash: Any = importlib.import_module("xxhash")
    diskcache: Any = importlib.import_module("diskcache")
    with diskcache.Cache(str(folder)) as store:

        def key() -> str:
            return f"find|dog|{xxhash.xxh3_128_hexdigest(image.pixels)}"

        store[key()] = value
        yield lambda: store[key()]


def _joblib(folder: Path, image: Image, value: Any) -> Callable[[], object]:
    joblib: Any = importlib.import_module("joblib")

    def find(pixels: object, query: str) -> Any:
        return value

    remembered = joblib.Memory(str(folder), verbose=0).cache(find)
    return lambda: remembered(image.pixels, "dog")
