"""What people type for a tool's arguments, as values: pictures, regions, words and numbers."""

from __future__ import annotations

import json
import re
import shlex
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

from ...tools.contract import Contract, Parameter
from ...tools.errors import InputError, ToolError
from ...tools.files import in_units, read_file
from ...tools.toolbox import Toolbox
from ...tools.types import BOOL, FLOAT, IMAGE, INT, REGION, STR, ListOf, accepts
from ...tools.values import Box, Image, Region, from_json

MAX_JSON_BYTES = 64 * 2**20
_BOX = re.compile(r"\s*(?:-?\d+(?:\.\d+)?\s*,\s*){3}-?\d+(?:\.\d+)?\s*")
_NUMBERS = re.compile(r"[\d\s.,eE+-]*\d\s*,[\d\s.,eE+-]*")


def takes_regions(parameter: Parameter) -> bool:
    """Whether a parameter may be a region or several."""
    return accepts(parameter.type, REGION) or accepts(parameter.type, ListOf(REGION))


def takes_image(parameter: Parameter) -> bool:
    """Whether a parameter may be a picture."""
    return accepts(parameter.type, IMAGE)


def is_text_list(parameter: Parameter) -> bool:
    """Whether a parameter is a list of words."""
    return parameter.type == ListOf(STR)


def needs_picture(contract: Contract) -> bool:
    """Whether a tool takes regions but no picture to look them up in."""
    given = contract.parameters.values()
    return any(map(takes_regions, given)) and not any(_is_picture(one) for one in given)


def example_of(contract: Contract) -> str:
    """Arguments for a tool's help page, with words from the descriptions of its parameters."""
    words = [_example(one) for one in contract.parameters.values() if one.required]
    return " ".join(words + ["--of photo.jpg"] * needs_picture(contract))


def _example(parameter: Parameter) -> str:
    if takes_regions(parameter):
        return "person"
    if takes_image(parameter):
        return "photo.jpg"
    quoted = re.search(r'"([^"]+)"', parameter.description)
    word = str(parameter.choices[0]) if parameter.choices else quoted and quoted[1]
    return shlex.quote(word or parameter.name.upper())


def option_kind(parameter: Parameter) -> Any:
    """The Python type of an option that a call may leave out."""
    kinds: tuple[tuple[Any, Any], ...] = ((BOOL, bool), (INT, int), (FLOAT, float))
    return next((kind for one, kind in kinds if parameter.type == one), str | None)


class Words:
    """Turns what was typed for a tool into values.

    Args:
        toolbox: opens pictures, and finds what phrases mean.
        contract: the tool's.
        of: the picture to look phrases and boxes up in, for tools that take none.
    """

    def __init__(self, toolbox: Toolbox, contract: Contract, of: str | None) -> None:
        self._toolbox = toolbox
        self._contract = contract
        self._picture: Image | None = None
        self.path: str | None = None
        if of is not None:
            self._open(of)

    @property
    def stem(self) -> str:
        """The name of the picture's file without its extension; "viscript" without a picture."""
        return Path(self.path).stem if self.path else "viscript"

    def resolve(self, given: Mapping[str, Any]) -> dict[str, object]:
        """The value of each parameter that something was given for.

        Raises:
            InputError: a picture, box or JSON can't be read, or a word is not of its type.
            ToolError: a phrase names nothing in the picture where one region is needed.
        """
        parameters = [one for one in self._contract.parameters.values() if one.name in given]
        values: dict[str, object] = {}
        # Pictures first: regions are looked up in them.
        for one in sorted(parameters, key=takes_regions):
            words = given[one.name]
            if _is_picture(one):
                values[one.name] = self._open(words)
            elif takes_regions(one):
                values[one.name] = self._regions(one, words)
            else:
                values[one.name] = _converted(one, words)
        return values

    def _open(self, path: str) -> Image:
        picture = self._toolbox.image(path)
        if self._picture is None:
            self._picture, self.path = picture, str(Path(path).absolute())
        return picture

    def _regions(self, parameter: Parameter, words: str | Sequence[str]) -> object:
        names = [words] if isinstance(words, str) else list(words)
        if takes_image(parameter) and len(names) == 1 and self._is_file(names[0]):
            return self._open(names[0])
        found = [region for name in names for region in self._looked_up(name)]
        if accepts(parameter.type, ListOf(REGION)):
            return found
        if not found:
            raise ToolError(
                f"{self._contract.name} needs a region for {parameter.name}, "
                f"but there is no {names[0]} in the picture"
            )
        return found[0]

    def _is_file(self, name: str) -> bool:
        """Whether a word is a picture's file; with a picture at hand, other words are phrases."""
        if name == "-" or name.endswith(".json") or _BOX.fullmatch(name):
            return False
        return self._picture is None or Path(name).is_file()

    def _looked_up(self, name: str) -> Sequence[Region]:
        """The regions that a phrase, a box or JSON stands for."""
        if name == "-" or name.endswith(".json"):
            return self._from_json(name)
        if self._picture is None:
            raise InputError(
                f"{self._contract.name} can't look up {name!r} without a picture",
                hint="add --of photo.jpg",
            )
        if _BOX.fullmatch(name):
            box = Box(*(float(number) for number in name.split(",")))
            return [Region(self._picture, box)]
        if _NUMBERS.fullmatch(name):
            raise InputError(
                f"{name!r} is no box",
                hint="a box is four numbers: left,top,right,bottom in pixels",
            )
        return cast("list[Region]", self._toolbox.call("find", self._picture, name))

    def _from_json(self, name: str) -> list[Region]:
        """The regions in what `--json` printed: the whole object, its answer, or one region."""
        what = "standard input" if name == "-" else name
        data = _read_json(name, what)
        if isinstance(data, dict) and "answer" in data:
            printed = cast("dict[str, Any]", data)
            image, data = printed.get("image"), printed["answer"]
            if isinstance(image, str) and self._picture is None:
                self._open(image)
        items = cast("list[Any]", data if isinstance(data, list) else [data])
        held = [] if self._picture is None else [self._picture]
        try:
            values = [from_json(item, _NoBlobs(), held) for item in items]
        except KeyError:
            raise InputError(
                f"the regions on {what} are of another picture"
                if held
                else f"the regions on {what} don't say which picture they are of",
                hint="give the picture that they were found in",
            ) from None
        except InputError as error:
            raise InputError(f"{what} holds no regions: {error.message}") from None
        if not all(isinstance(value, Region) for value in values):
            raise InputError(f"{what} holds no regions", hint="give what --json printed")
        return values


class _NoBlobs:
    """No bytes of pictures: the regions' picture is opened from its file."""

    def put(self, name: str, make: Any) -> None:
        """Keeps nothing."""

    def get(self, name: str) -> bytes:
        """Has nothing."""
        raise KeyError(name)


def _is_picture(parameter: Parameter) -> bool:
    return takes_image(parameter) and not takes_regions(parameter)


def _converted(parameter: Parameter, given: Any) -> object:
    """A word as the parameter's type; options arrive converted."""
    if not isinstance(given, str) or accepts(parameter.type, STR):
        return given
    try:
        return int(given) if parameter.type == INT else float(given)
    except ValueError:
        raise InputError(f"{parameter.name} is a number, not {given!r}") from None


def _read_json(name: str, what: str) -> Any:
    if name == "-":
        data = sys.stdin.buffer.read(MAX_JSON_BYTES + 1)
        if len(data) > MAX_JSON_BYTES:
            raise InputError(f"{what} has more than {in_units(MAX_JSON_BYTES)}")
    else:
        data = read_file(Path(name), "JSON file", MAX_JSON_BYTES)
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        raise InputError(f"{what} is not JSON", hint="give what --json printed") from None
