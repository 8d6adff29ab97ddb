"""`select`: the regions that a phrase means, by label, colour, place, size, number and text."""

from __future__ import annotations

import math
from collections.abc import Sequence

from ..errors import NotOfferedError
from ..library.geometry import above, below, distance, left_of, overlap, regions_in, right_of
from ..values import Region
from . import BackendSpec, Tools
from .color_names import FAMILIES, basic_of, in_table, is_called
from .colors import color_shares
from .phrase_grammar import Phrase, parse_query
from .phrase_judge import Judge, judged
from .phrase_labels import Naming, fits_text, people_word, plural, split_nouns
from .phrase_words import Link, Order, Side
from .shapes import SHAPES

ON_SHARE = 0.5
"""How much of a thing's box lies inside another's when it is "on" or "in" it."""


PART = 0.25
"""The share of a region that must have a colour for a phrase to mean it by that colour."""


def load(spec: BackendSpec, tools: Tools) -> PhraseSelector:
    """The backend; it has no options. It calls `color_of`, and `read_text` where it is offered."""
    spec.only()
    return PhraseSelector(tools)


class PhraseSelector:
    """Understands the phrases of `phrase_grammar`; nothing here is a model.

    A phrase that fits several regions equally ("the dog" of two dogs) means all of them. A word
    that only a vision-language model could judge ("happy") is left to the judge; without one it is
    refused, not skipped.

    Args:
        tools: `color_of`, and `read_text` where it is offered.
        judge: a vision-language model.
    """

    def __init__(self, tools: Tools, judge: Judge | None = None) -> None:
        self._tools = tools
        self._judge = judge

    def select(
        self, regions: Region | Sequence[Region], query: str, category: str | None = None
    ) -> list[Region]:
        """The regions that the phrases of a query mean, without doubles, phrase by phrase.

        Raises:
            NotOfferedError: a word can't be judged by label, colour, place, size, number or text.
            ToolError: the query is empty, too long, or breaks off.
        """
        everything = regions_in(regions)
        labels = frozenset(region.label.lower() for region in everything)
        phrases = parse_query(query, labels)
        considered = everything
        if category is not None:
            wanted = Naming(category.lower().split(), everything)
            considered = [region for region in everything if wanted.fits(region)]
        chosen: list[Region] = []
        for phrase in phrases:
            found = self._meant(phrase, considered, everything)
            chosen += [region for region in found if region not in chosen]
        return chosen

    def _meant(
        self, phrase: Phrase, considered: list[Region], everything: list[Region]
    ) -> list[Region]:
        """The regions that one phrase means, among those considered."""
        nouns, unknown = split_nouns(phrase.nouns, everything)
        if unknown and self._judge is None:
            raise NotOfferedError(
                f"select can't judge {' '.join(unknown)!r} without a vision-language model",
                hint="it judges labels, colours, places, sizes, numbers and text",
            )
        several = phrase.plural or phrase.everything or plural(nouns, everything)
        naming = Naming(nouns, everything)
        found = [region for region in considered if naming.fits(region)]
        named = bool(found)
        if self._judge is not None and not named:
            found = considered
        by_eye = bool(unknown) or not named or people_word(nouns, found)
        if phrase.colors and (self._judge is None or self._tools.offers("color_of")):
            found = self._colored(found, phrase.colors)
        elif phrase.colors:
            by_eye = True
        if phrase.text:
            found = [region for region in found if fits_text(region, phrase.text, self._tools)]
        if phrase.link is not None:
            anchors = self._anchors(phrase, everything)
            if anchors:
                found = _linked([one for one in found if one not in anchors], phrase.link, anchors)
                if phrase.link in ("next to", "far from") and not phrase.number and not phrase.rank:
                    return found[:1]
            elif self._judge is None:
                return []
            else:
                by_eye = True
        if self._judge is not None and by_eye and found:
            found = judged(self._judge, phrase, found, several=several, surely=named)
        return _picked(phrase, found, several=several)

    def _anchors(self, phrase: Phrase, everything: list[Region]) -> list[Region]:
        """The first region of each thing that a phrase leads to; none where one is missing.

        A thing that no label names is no anchor, even for a judge: "the man in a hat" lies to
        nothing, and looks like something.
        """
        anchors: list[Region] = []
        for anchor in phrase.anchors:
            nouns, unknown = split_nouns(anchor.nouns, everything)
            naming = Naming(nouns, everything)
            if self._judge is not None and (unknown or not any(map(naming.fits, everything))):
                return []
            anchors += self._meant(anchor, everything, everything)[:1]
        return anchors if len(anchors) == len(phrase.anchors) else []

    def _colored(self, regions: list[Region], colors: list[str]) -> list[Region]:
        """Those of just these colours; when there is none, of their basic terms; when there is none
        of these either, those that show most of them, as a player in white does of his shirt. Of
        shapes in a drawing, those that are called so, or none."""
        names = [(region, str(self._tools.call("color_of", region))) for region in regions]
        exact = [region for region, name in names if name in colors and name not in FAMILIES]
        if exact:
            return exact
        if regions and all(region.label in SHAPES for region in regions):
            # Nothing shades a drawing, and each of its shapes has one colour.
            meant = set(map(in_table, colors))
            return [region for region, name in names if is_called(name, meant)]
        terms = set(map(basic_of, colors))
        mainly = [region for region, name in names if is_called(name, terms)]
        return mainly or _partly(regions, terms)


def _partly(regions: list[Region], terms: set[str]) -> list[Region]:
    """Those of which a good part has the colours, if no other has much more of them."""
    shares = [sum(color_shares(region).get(term, 0.0) for term in terms) for region in regions]
    enough = max(PART, max(shares, default=0) / 2)
    return [region for region, share in zip(regions, shares, strict=True) if share >= enough]


def _linked(regions: list[Region], link: Link, anchors: list[Region]) -> list[Region]:
    """The regions that lie so to the anchors; for "next to" and "far from" all, sorted."""
    anchor, other = anchors[0], anchors[-1]
    match link:
        case "left of":
            return [one for one in regions if left_of(one, anchor)]
        case "right of":
            return [one for one in regions if right_of(one, anchor)]
        case "above":
            return [one for one in regions if above(one, anchor)]
        case "below":
            return [one for one in regions if below(one, anchor)]
        case "on":
            return [one for one in regions if overlap(one, anchor) >= ON_SHARE]
        case "next to":
            return sorted(regions, key=lambda one: distance(one, anchor))
        case "far from":
            return sorted(regions, key=lambda one: -distance(one, anchor))
        case "between":
            apart = distance(anchor, other)
            return [
                one for one in regions if max(distance(one, anchor), distance(one, other)) < apart
            ]


def _picked(phrase: Phrase, found: list[Region], *, several: bool) -> list[Region]:
    """Those that order, side, rank and number leave."""
    order = phrase.order or phrase.adjective
    if phrase.sides and (order is not None or (several and not phrase.number)):
        found = [region for region in found if _lies(region, phrase.sides)]
    if not found:
        return []
    if order is not None:
        ranked = _sorted(found, order)
        if several and not phrase.number and not phrase.rank:
            return _beyond_mean(found, order)
    elif phrase.sides and not several:
        ranked = sorted(found, key=lambda region: _reach(region, phrase.sides))
        if len(found) == 1 and not _lies(found[0], phrase.sides):
            return []
    elif phrase.sides and phrase.number:
        ranked = sorted(found, key=lambda region: _reach(region, phrase.sides))
    else:
        ranked = _sorted(found, "left") if phrase.rank else found
    if phrase.rank == -1:
        return ranked[-1:]
    if phrase.rank:
        return ranked[phrase.rank - 1 : phrase.rank]
    if phrase.number is not None:
        return ranked[: phrase.number]
    one = (order is not None or bool(phrase.sides)) and not several
    return ranked[:1] if one else ranked


def _sorted(regions: list[Region], order: Order) -> list[Region]:
    """Sorted so that what the order's word means comes first."""
    if order == "middle":
        return _from_the_middle(regions)
    return sorted(regions, key=lambda region: _measure(region, order))


def _measure(region: Region, order: Order) -> float:
    """Smaller is more of what the order's word says."""
    box, picture = region.box, region.image
    match order:
        case "left":
            return box.x
        case "right":
            return -box.x
        case "top":
            return box.y
        case "bottom":
            return -box.y
        case "largest":
            return -box.area
        case "smallest":
            return box.area
        case "tallest":
            return -box.height
        case "shortest":
            return box.height
        case "widest":
            return -box.width
        case "narrowest":
            return box.width
        case "centre" | "middle":
            return math.hypot(box.x - picture.width / 2, box.y - picture.height / 2)


def _from_the_middle(regions: list[Region]) -> list[Region]:
    """The middle one of a row or column first; of an even number, by the picture's centre."""
    if len(regions) % 2 == 0:
        return _sorted(regions, "centre")
    across = [region.box.x for region in regions]
    down = [region.box.y for region in regions]
    wide = max(across) - min(across) >= max(down) - min(down)
    row = _sorted(regions, "left" if wide else "top")
    middle = len(row) // 2
    return sorted(row, key=lambda region: abs(row.index(region) - middle))


def _beyond_mean(regions: list[Region], order: Order) -> list[Region]:
    """Those that have more of what the order's word says than the regions have on average."""
    values = [_measure(region, order) for region in regions]
    mean = sum(values) / len(values)
    return [region for region, value in zip(regions, values, strict=True) if value <= mean]


def _reach(region: Region, sides: list[Side]) -> float:
    """How far from the sides of its picture a region's centre lies; each side counts 0 to 1."""
    across, down = region.box.x / region.image.width, region.box.y / region.image.height
    shares = {"left": across, "right": 1 - across, "top": down, "bottom": 1 - down}
    return sum(shares[side] for side in sides)


def _lies(region: Region, sides: list[Side]) -> bool:
    """Whether a region's centre lies in the halves of its picture at all these sides."""
    return all(_reach(region, [side]) <= 0.5 for side in sides)
