"""The immutable values that tools take and return, each with a content digest and a summary."""

from .codec import Value, from_json, images_in, to_json
from .depth import DepthMap
from .digest import digest_of
from .image import Image, ImageLike
from .reading import image_from_pil, read_image
from .region import Box, Keypoint, Mask, Region
from .summary import summary_of

__all__ = [
    "Box",
    "DepthMap",
    "Image",
    "ImageLike",
    "Keypoint",
    "Mask",
    "Region",
    "Value",
    "digest_of",
    "from_json",
    "image_from_pil",
    "images_in",
    "read_image",
    "summary_of",
    "to_json",
]
