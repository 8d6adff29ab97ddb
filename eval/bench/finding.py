"""`find` on a photo, against its network alone."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import numpy as np

from ...tools.backends.onnx_model import OnnxModel
from ...tools.toolbox import Toolbox
from ...tools.values import Image
from .figures import Figure, seconds_of
from .samples import photo

ROUNDS = 15


def measure() -> Iterator[Figure]:
    """A warm `find` on a picture that it has not seen."""
    pixels = photo().pixels
    # Moved sideways, so that nothing that was computed for one picture serves the next.
    images = (Image.from_array(np.roll(pixels, 8 * n, axis=1)) for n in itertools.count())
    toolbox = Toolbox.load(cache=None)
    network = OnnxModel.from_checkpoint("", "nanodet")
    frame = np.zeros((1, 416, 416, 3), np.uint8)
    find, alone = seconds_of(
        lambda: toolbox.find(next(images), "person"),
        lambda: network.run(frame),
        rounds=ROUNDS,
        least=0,
    )
    yield Figure("find, warm, 640x480", find, "its network alone", alone, 0.08)
