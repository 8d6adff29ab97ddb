"""What a request spoke of, told by the program that served it.

A program says what was looked for (`find(image, "dogs")`) and what was made of it. Only nouns that
the request itself has count: neither what a tool read in a picture nor what a planner made up can
become what a follow-up is understood as.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import cast

from ...tools.values import Image, Region
from ..graph.expectations import wanted
from ..program import tree
from ..program.read import read
from ..program.walk import parts_of
from ..runs.run import Run
from .nouns import same_noun
from .state import MentionState

FINDERS = {"find_faces": "faces", "pose": "people"}
"""Tools that look for one kind of thing, and what it is called."""
PICKERS = frozenset({"select", "segment", "nearest", "sorted", "sorted_by"})
"""Tools and functions whose result is some, or all, of the regions that they were given."""
REMOVERS = frozenset({"remove", "replace"})
_ASKED_FOR_NOBODY = frozenset({"person", "people"})
"""What is looked for when a request says "anyone": no word of it, and nobody else's either."""
_PLACE = re.compile(
    r"\b(?:on|in|under|near|behind|beside|beneath|inside|with|by|at|next to|close to|left of"
    r"|right of|above|below|in front of|on top of|wearing|holding|riding)\b[^,]*$"
)
_JOINED = re.compile(r"\b(?:and|or|than|as)\b|,")


def mentions_of(request: str, run: Run, known: Mapping[str, str], turn: int) -> list[MentionState]:
    """What a request spoke of, in the order in which its program looked for it.

    Args:
        request: the request in full.
        run: the run of its program, with the values of its names.
        known: for a noun of the request, the expression that stands in the program for it.
        turn: the number of the turn.
    """
    given = {name: noun for noun, one in known.items() for name in run.given if name in one}
    program = read(run.program, "visprog" if run.dialect == "visprog" else "viscript").body
    assigned = [one for one in parts_of(program) if isinstance(one, tree.Assignment)]
    roots: dict[str, str] = {}
    nouns: dict[str, str] = {}
    chosen: dict[str, str] = {}
    for one in assigned:
        noun = _noun_in(one.value, given)
        if noun is not None and one.name not in nouns:
            nouns[one.name] = noun
            roots[one.name] = chosen[one.name] = one.name
        elif (root := roots.get(_items_of(one.value))) is not None:
            roots[one.name], chosen[root] = root, one.name
    removed = {
        node.name
        for call in parts_of(program)
        if isinstance(call, tree.Call) and call.function in REMOVERS
        for node in parts_of(call.arguments)
        if isinstance(node, tree.Name)
    }
    found: list[MentionState] = []
    for root, noun in nouns.items():
        said = _said(noun, request)
        if said is not None and all(one["noun"] != said for one in found):
            name = chosen[root]
            if run.names.get(name) == [] and _is_there_all_the_same(said, request):
                name = root
            one = _mention(said, root, name, run, name in removed)
            one["base"] = f"{one['base']}_{turn}" if one["base"] else ""
            found.append(one)
    return _with_minor(found, request)


def _is_there_all_the_same(noun: str, request: str) -> bool:
    """Whether what was asked about is there, though it is not so: "is the dog on a chair?"."""
    definite = re.search(rf"\b(?:the|this|that) (?:[\w-]+ )?{re.escape(noun)}\b", request.lower())
    return definite is not None and wanted(request) == "truth"


def _mention(noun: str, root: str, name: str, run: Run, gone: bool) -> MentionState:
    """What became of the things that were found under a name of the program."""
    kept, every = run.names.get(name), run.names.get(root)
    if kept is None:
        name, kept = root, every
    items = list(_regions(kept))
    pictures = {one.image.digest for one in items} or _searched(noun, run)
    return MentionState(
        noun=noun,
        name=name if kept is not None else "",
        base=root if name != root and every is not None else "",
        single=isinstance(kept, Region),
        found=None if kept is None else len(items),
        minor=False,
        gone=gone and isinstance(run.answer, Image),
        picture=pictures.pop() if len(pictures) == 1 else "",
    )


def _searched(noun: str, run: Run) -> set[str]:
    """The digests of the pictures in which something was looked for."""
    found: set[str] = set()
    for step in run.steps:
        query, image = step.arguments.get("query"), step.arguments.get("image")
        what = query if step.tool == "find" else FINDERS.get(step.tool)
        if isinstance(image, Image) and isinstance(what, str) and same_noun(what, noun):
            found.add(image.digest)
    return found or {one.digest for one in run.images[:1]}


def _regions(value: object) -> Iterator[Region]:
    items = cast("Sequence[object]", value) if isinstance(value, (list, tuple)) else [value]
    return (one for one in items if isinstance(one, Region))


def _noun_in(value: tree.Expression, given: Mapping[str, str]) -> str | None:
    """What an expression looks for, or takes from an earlier turn, when that is all it does."""
    named = [one.name for one in parts_of(value) if isinstance(one, tree.Name)]
    if not isinstance(value, tree.Call) and (noun := _first(named, given)) is not None:
        return noun
    if not isinstance(value, tree.Call):
        return None
    if value.function in FINDERS:
        return FINDERS[value.function]
    if value.function != "find":
        return None
    texts = [
        one.value.value
        for one in value.arguments
        if isinstance(one.value, tree.Literal) and isinstance(one.value.value, str)
    ]
    return texts[0] if len(texts) == 1 else None


def _first(names: Sequence[str], given: Mapping[str, str]) -> str | None:
    return next((given[one] for one in names if one in given), None)


def _items_of(value: tree.Expression) -> str:
    """The name whose regions an expression chooses from; empty when there is none."""
    match value:
        case tree.Name(name=name):
            return name
        case tree.Comprehension(clauses=(clause,)):
            return _items_of(clause.items)
        case tree.Call(function=function, arguments=arguments) if function in PICKERS:
            values = {one.name: one.value for one in arguments}
            first = values.get("regions") or (arguments[0].value if arguments else None)
            if function == "segment" and "regions" not in values and len(arguments) > 1:
                first = arguments[1].value
            return "" if first is None else _items_of(first)
        case tree.Index(base=base) | tree.Slice(base=base):
            return _items_of(base)
        case tree.Conditional(then=then):
            return _items_of(then)
        case _:
            return ""


def _said(noun: str, request: str) -> str | None:
    """A noun as the request has it; None when the request doesn't have it."""
    text = " ".join(request.lower().split())
    if re.search(rf"\b{re.escape(noun.lower())}\b", text):
        return noun.lower()
    length = len(noun.split())
    words = re.findall(r"[\w'-]+", text)
    spans = (" ".join(words[at : at + length]) for at in range(len(words) - length + 1))
    other = next((one for one in spans if same_noun(one, noun)), None)
    if other is not None:
        return other
    return noun.lower() if noun.lower() in _ASKED_FOR_NOBODY else None


def _with_minor(found: list[MentionState], request: str) -> list[MentionState]:
    """Marks what only says where the thing before it is: "sofa" in "the dog on the sofa"."""
    text = " ".join(request.lower().split())
    places: Mapping[str, int] = {one["noun"]: text.find(one["noun"]) for one in found}
    ordered = sorted(found, key=lambda one: places[one["noun"]])
    for before, one in pairwise(ordered):
        start = places[before["noun"]]
        if start < 0:
            continue
        between = text[start + len(before["noun"]) : places[one["noun"]]]
        one["minor"] = bool(_PLACE.search(between)) and not _JOINED.search(between)
    return found
