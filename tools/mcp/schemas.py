"""JSON Schemas of the tools, made from their contracts, and of the values that they pass."""

from __future__ import annotations

import dataclasses
import typing
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

import docstring_parser

from ..contract import Contract
from ..types import (
    ATOMS,
    BOX,
    DEPTH,
    IMAGE,
    KEYPOINT,
    NEVER,
    REGION,
    Atom,
    ListOf,
    Type,
    Union,
    Variable,
    accepts,
    type_from_hint,
)
from ..values import Box, Keypoint, Region

Schema = dict[str, Any]

ANY_VALUE = Variable("Value")
"""The type of whatever a program can answer."""

_VALUE = Atom("Value")

_ARTIFACT = "The id of a picture or depth map, as an earlier call returned it."
_PICTURE: Schema = {
    "type": "string",
    "description": "A path, an https address, a data: URI, or the id of an artifact.",
}

_PLAIN: Mapping[str, Schema] = {
    "None": {"type": "null"},
    "bool": {"type": "boolean"},
    "int": {"type": "integer"},
    "float": {"type": "number"},
    "str": {"type": "string"},
}


def input_schema(contract: Contract) -> Schema:
    """What a call of a tool takes: an object with a property for each parameter."""
    properties: Schema = {}
    used: set[Atom] = set()
    for one in contract.parameters.values():
        schema = {"enum": list(one.choices)} if one.choices else _schema(one.type, True, used)
        schema = {**schema, "description": one.description}
        if not one.required:
            schema["default"] = one.default
        properties[one.name] = schema
    return _object(
        properties,
        required=[one.name for one in contract.parameters.values() if one.required],
        definitions=_definitions(used, given=True),
    )


def output_schema(kind: Type, description: str) -> Schema:
    """What a call of a tool returns as structured content.

    Args:
        kind: the type of its result.
        description: its result, in words.
    """
    used: set[Atom] = set()
    properties: Schema = {
        "result": {**_schema(kind, False, used), "description": description},
    }
    if used & {IMAGE, REGION, _VALUE}:
        used.add(IMAGE)
        properties["images"] = _IMAGES
    if used & {DEPTH, _VALUE} or (IMAGE in used and REGION not in used):
        properties["previews"] = _PREVIEWS
    return _object(properties, required=["result"], definitions=_definitions(used, given=False))


def answer_schema(properties: Mapping[str, Schema], kind: Type, description: str) -> Schema:
    """As `output_schema`, with more properties, all of them required."""
    schema = output_schema(kind, description)
    schema["properties"] |= properties
    schema["required"] += list(properties)
    return schema


def _schema(kind: Type, given: bool, used: set[Atom]) -> Schema:
    match kind:
        case Atom(name) if name in _PLAIN:
            return dict(_PLAIN[name])
        case Atom(name):
            used.add(kind)
            if kind == IMAGE and given:
                return {"anyOf": [_PICTURE, {"$ref": "#/$defs/Image"}]}
            return {"$ref": f"#/$defs/{name}"}
        case ListOf(item):
            return {"type": "array", "items": _schema(item, given, used)}
        case Union(members):
            ordered = sorted(members, key=lambda one: (isinstance(one, ListOf), str(one)))
            return {"anyOf": [_schema(one, given, used) for one in ordered]}
        case Variable(among=()):
            used.add(_VALUE)
            return {"$ref": "#/$defs/Value"}
        case Variable(among=among):
            return _schema(Union(frozenset(among)), given, used)


def _definitions(used: Iterable[Atom], *, given: bool) -> Schema:
    """The definitions that `used` ones need, each of them whole."""
    names: set[Atom] = set(used)
    if _VALUE in names:
        names |= {IMAGE, DEPTH, REGION}
    if REGION in names or _VALUE in names:
        names |= {BOX, KEYPOINT}
    return {one.name: _defined(one, given) for one in sorted(names, key=lambda one: one.name)}


@cache
def _defined(atom: Atom, given: bool) -> Schema:
    makers = {_VALUE: _value, IMAGE: _image, DEPTH: _depth, REGION: _region}
    return makers.get(atom, _plain_value)(atom, given)


def _value(_: Atom, given: bool) -> Schema:
    """Any value; lists may be nested."""
    single = [_schema(Atom(name), given, set()) for name in ATOMS]
    return {"anyOf": [*single, {"type": "array", "items": {"$ref": "#/$defs/Value"}}]}


def _image(_: Atom, given: bool) -> Schema:
    properties: Schema = {
        "artifact": {"type": "string", "description": _ARTIFACT},
        "width": {"type": "integer", "description": "Width in pixels."},
        "height": {"type": "integer", "description": "Height in pixels."},
        "origin": {"type": "string", "description": "Where it came from, for people."},
    }
    return _handle(properties, "A picture that an earlier call returned.", given)


def _depth(_: Atom, given: bool) -> Schema:
    properties: Schema = {
        "artifact": {"type": "string", "description": _ARTIFACT},
        "width": {"type": "integer", "description": "Width in pixels."},
        "height": {"type": "integer", "description": "Height in pixels."},
        "unit": {"enum": ["metres", "relative"]},
        "larger_is_nearer": {"type": "boolean"},
    }
    return _handle(properties, "A depth map that an earlier call returned.", given)


def _handle(properties: Schema, description: str, given: bool) -> Schema:
    """An object that stands for pixels; whoever gives it back needs only its id."""
    required = ["artifact"] if given else list(properties)
    return {**_object(properties, required), "description": description}


def _region(atom: Atom, given: bool) -> Schema:
    schema = _plain_value(atom, given)
    said = _said(Region)
    schema["properties"] = {
        "image": {"type": "string", "description": f"{said['image']} Its artifact id."},
        **schema["properties"],
        "mask": {"type": "string", "description": f"A handle of {said['mask']}"},
    }
    schema["required"] = ["image", "box"] if given else ["image", "box", "label", "score"]
    if given:
        schema["description"] = (
            "A region as an earlier call returned it, or one of your own: image and box are enough."
        )
        for one in schema["properties"].values():
            one.pop("description", None)
    return schema


def _plain_value(atom: Atom, given: bool) -> Schema:
    """The schema of a value class, from its fields and its docstring."""
    kind = {REGION: Region, BOX: Box, KEYPOINT: Keypoint}[atom]
    hints, said = typing.get_type_hints(kind), _said(kind)
    properties: Schema = {}
    for field in dataclasses.fields(kind):
        if field.name in ("image", "mask"):
            continue
        schema = _schema(type_from_hint(hints[field.name]), given, set())
        if field.name in said:
            schema["description"] = said[field.name]
        properties[field.name] = schema
    return {
        **_object(properties, list(properties)),
        "description": docstring_parser.parse(kind.__doc__ or "").short_description or "",
    }


def _said(kind: type) -> Mapping[str, str]:
    parsed = docstring_parser.parse(kind.__doc__ or "")
    return {one.arg_name: " ".join((one.description or "").split()) for one in parsed.params}


def _object(properties: Schema, required: list[str], definitions: Schema | None = None) -> Schema:
    schema: Schema = {
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": False,
    }
    return {**schema, "$defs": definitions} if definitions else schema


_IMAGES: Schema = {
    "type": "array",
    "items": {"$ref": "#/$defs/Image"},
    "description": "The pictures that the result is about. Coordinates are in their pixels, "
    "whatever the size of a preview.",
}
_PREVIEWS: Schema = {
    "type": "array",
    "items": _object(
        {
            "artifact": {"type": "string", "description": "The full picture's id."},
            "width": {"type": "integer", "description": "Width of the preview in pixels."},
            "height": {"type": "integer", "description": "Height of the preview in pixels."},
            "scale": {
                "type": "number",
                "description": "Size of the preview over size of the full picture: divide a "
                "coordinate in the preview by it.",
            },
        },
        ["artifact", "width", "height", "scale"],
    ),
    "description": "The pictures shown beside this, in order, and how they were scaled.",
}


def takes_pictures(contract: Contract) -> bool:
    """Whether a call may name a picture that the server has to fetch."""
    return any(
        one.type != NEVER and accepts(one.type, IMAGE) for one in contract.parameters.values()
    )
