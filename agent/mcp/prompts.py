"""Prompts: requests that people make of pictures often, ready to be filled in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import mcp_types as types

from ...tools.backends.coco import THINGS
from ...tools.mcp.artifacts import Artifacts
from ...tools.mcp.features import OfferedPrompt, Values
from ...tools.values import Image

_PICTURE = "the picture: a path, an https address, or the id of an artifact"


def prompts_for(artifacts: Artifacts) -> list[OfferedPrompt]:
    """The prompts; pictures that the server has are offered for completion."""

    def pictures() -> Iterable[str]:
        return (one.digest for one in artifacts.recent() if isinstance(one, Image))

    return [
        _prompt(
            ("describe", "Describe a picture", "Say what is in a picture, and where."),
            {"image": _PICTURE},
            _describe,
            {"image": pictures},
        ),
        _prompt(
            ("count", "Count things", "Count the things of one kind in a picture."),
            {"image": _PICTURE, "thing": 'what to count: "dog", "red car"'},
            _count,
            {"image": pictures, "thing": lambda: THINGS},
        ),
        _prompt(
            ("compare", "Compare two images", "Say what differs between two pictures."),
            {"left": _PICTURE, "right": _PICTURE},
            _compare,
            {"left": pictures, "right": pictures},
        ),
        _prompt(
            ("edit", "Edit a picture", "Change a picture and leave the old one as it is."),
            {"image": _PICTURE, "change": 'what to do: "blur the background"'},
            _edit,
            {"image": pictures},
        ),
    ]


def _describe(given: Mapping[str, str]) -> str:
    return (
        f"Describe the picture {given['image']}. Use viscript's tools: list_objects and find_faces "
        "for what is in it, read_text for what is written in it, color_of for colours. Say what "
        "there is, how many, and where it lies. Say only what the tools found, and say so when "
        "they found nothing."
    )


def _count(given: Mapping[str, str]) -> str:
    return (
        f"How many of these are in the picture {given['image']}: {given['thing']}? Use viscript's "
        "tools: find, then select where the words say which ones, then count. Show the counted "
        "ones with mark, and mention those that are doubtful, by their score."
    )


def _compare(given: Mapping[str, str]) -> str:
    return (
        f"Compare the picture {given['left']} with the picture {given['right']}. Call viscript's "
        "tools on both: list_objects, find_faces, read_text. Say what is only in the first, what "
        "is only in the second, what is in both but in another number or place, and what text "
        "differs."
    )


def _edit(given: Mapping[str, str]) -> str:
    return (
        f"Edit the picture {given['image']}: {given['change']}. Use viscript's tools: find the "
        "regions first, then edit them with one of the tools that return a picture. Look at the "
        "preview, tell what was done, and save the picture with save_picture only if I ask for a "
        "file."
    )


def _prompt(
    names: tuple[str, str, str],
    arguments: Mapping[str, str],
    write: Callable[[Mapping[str, str]], str],
    values: Mapping[str, Values],
) -> OfferedPrompt:
    name, title, description = names
    told = [
        types.PromptArgument(name=one, description=said, required=True)
        for one, said in arguments.items()
    ]
    definition = types.Prompt(name=name, title=title, description=description, arguments=told)
    return OfferedPrompt(definition, write, values)
