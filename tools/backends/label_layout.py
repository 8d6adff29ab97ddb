"""Where labels go: inside the frame, near what they name, and never over each other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

Size = tuple[int, int]
"""(width, height) in whole pixels."""

Corner = tuple[int, int]
"""(left, top) in whole pixels."""


@dataclass(frozen=True, slots=True)
class Place:
    """A rectangle in whole pixels; right and bottom are beyond its last pixel."""

    left: int
    top: int
    right: int
    bottom: int

    def meets(self, other: Place) -> bool:
        """Whether the two have a pixel in common."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )


def place_labels(
    wishes: Sequence[Sequence[Corner]], sizes: Sequence[Size], frame: Size
) -> list[Place | None]:
    """Places for labels, each in turn.

    Args:
        wishes: for each label, the corners that it would like, the best first, at least one.
        sizes: of the labels.
        frame: the size of the picture.

    Returns:
        A place inside the frame for each label, none of which meets another: at a wish, moved into
        the frame, or at the free place of a grid that is nearest to its first wish. None for a
        label that is larger than the frame, or for which no room is left.
    """
    taken: list[Place] = []
    places: list[Place | None] = []
    for corners, size in zip(wishes, sizes, strict=True):
        candidates = _candidates(corners, size, frame)
        found = next((one for one in candidates if not any(map(one.meets, taken))), None)
        places.append(found)
        if found is not None:
            taken.append(found)
    return places


def beside(box: Place, size: Size) -> list[Corner]:
    """The corners that a box's label would like: on the upper edge, inside it, below, beside."""
    width, height = size
    return [
        (box.left, box.top - height),
        (box.left, box.top),
        (box.right - width, box.top - height),
        (box.right - width, box.top),
        (box.left, box.bottom),
        (box.left, box.bottom - height),
        (box.right - width, box.bottom),
        (box.right - width, box.bottom - height),
        (box.right, box.top),
        (box.left - width, box.top),
    ]


def _candidates(corners: Sequence[Corner], size: Size, frame: Size) -> Iterator[Place]:
    """The places for a label inside the frame, the best first."""
    width, height = size
    if width > frame[0] or height > frame[1] or min(size) < 1:
        return
    for corner in corners:
        yield _inside(corner, size, frame)
    home = _inside(corners[0], size, frame)
    across = max(width // 2, 1)
    lefts = range(home.left % across, frame[0] - width + 1, across)
    tops = range(home.top % height, frame[1] - height + 1, height)
    grid = [(left, top) for left in lefts for top in tops]
    grid.sort(key=lambda one: (one[0] - home.left) ** 2 + (one[1] - home.top) ** 2)
    for left, top in grid:
        yield Place(left, top, left + width, top + height)


def _inside(corner: Corner, size: Size, frame: Size) -> Place:
    """The label at a corner, moved into the frame."""
    left = min(max(corner[0], 0), frame[0] - size[0])
    top = min(max(corner[1], 0), frame[1] - size[1])
    return Place(left, top, left + size[0], top + size[1])
