"""The grammar of canonical programs, compiled from the tools that a profile offers (GBNF).

A canonical program assigns lists of regions to `a`, `b`, ... in this order, then the answer:

    a = find(image, 'dog')
    b = [x for x in a if left_of(x, half(image, 'left'))]
    answer = count(b) if exists(b) else 'no dog found'

Only lists of regions have names, so a rule knows the type of every name, and rules that are indexed
by how many names exist so far know which there are: a context-free grammar says all of it. Numbers,
texts, tests and pictures are written where they are used; nothing nests without end.

GBNF is the notation of llama.cpp.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ....tools.contract import Contract, Parameter
from ....tools.types import (
    BOOL,
    BOX,
    FLOAT,
    IMAGE,
    INT,
    KEYPOINT,
    REGION,
    STR,
    Atom,
    ListOf,
    Type,
    accepts,
    attributes_of,
)
from .spans import DECLINING, asks_format, free_rules, span_rules

NAMES = "abcdef"
"""The names of lists of regions, in the order in which a program assigns them."""

MOST_IMAGES = 9
"""Of more pictures, a program names the first ones; loops see them all."""

QUERY = "query"
"""The parameter of tools that says, in the words of the request, what they are to look for."""

_TEXT = r"[^ '\"\\{}#\x00-\x1F\x7F-\x9F\u200B-\u200F\u2028-\u202E\u2060-\u2069\uFEFF]"
_SHARED = rf"""
str ::= "'" first more{{0,60}} "'"
first ::= {_TEXT}
more ::= " " | first
strs ::= "[" str (", " str){{0,7}} "]"
gap ::= "' '" | "', '" | "'; '"
int ::= "0" | [1-9] [0-9]{{0,3}}
num ::= int ("." [0-9]{{1,2}})?
index ::= "0" | "-1" | [1-9]
bool ::= "True" | "False"
order ::= " == " | " != " | " < " | " <= " | " > " | " >= "
same ::= " == " | " != "
within ::= " in " | " not in "
sign ::= " + " | " - " | " * "
"""


@dataclass(frozen=True, slots=True)
class Context:
    """What an expression may refer to.

    Args:
        suffix: of the rules for it: how many names there are, or "x", "y", "i" inside a loop.
        image: the rule for a picture.
        regions: the rule for a list of regions; empty where there is none.
        region: the rule for a single region; empty where there is none.
    """

    suffix: str
    image: str = "image"
    regions: str = ""
    region: str = ""

    @property
    def either(self) -> str:
        """What may stand where a region or a list of them is meant."""
        return _any_of(one for one in (self.regions, self.region) if one)


def grammar_for(contracts: Mapping[str, Contract], images: int, request: str = "") -> str:
    """The grammar of the canonical programs that call only these tools.

    Args:
        contracts: the tools that the profile offers, by name.
        images: how many pictures the program has.
        request: what the program is for: its texts are then spans of it; see `spans`.

    Returns:
        Rules in GBNF, one a line; `root` is the program.
    """
    texts = span_rules(request) if request else free_rules()
    measures = not request or images > 1 or asks_format(request)
    return f"{_Compiler(contracts, images, measures).grammar()}{texts}\n"


class _Compiler:
    """Compiles the rules; `measures` tells that an answer may turn on the pictures' own sizes."""

    def __init__(self, contracts: Mapping[str, Contract], images: int, measures: bool) -> None:
        self._contracts = contracts
        self._measures = measures
        self._images = images
        self._rules: dict[str, str] = {}

    def grammar(self) -> str:
        self._rules = {"root": "s0", "image": self._image()}
        self._region_attributes()
        self._expressions(Context("x", region="regx"), ["x"])
        self._expressions(Context("y", region="regy"), ["x", "y"])
        if self._images > 2:
            self._rules["listsi"] = self._calls(ListOf(REGION), Context("i", image='"i"'))
        for count in range(len(NAMES) + 1):
            self._program(count)
        lines = [f"{name} ::= {body}" for name, body in self._rules.items() if body]
        return "\n".join(lines) + _SHARED

    def _image(self) -> str:
        """The names of the pictures."""
        if self._images == 1:
            return '"image"'
        if self._images == 2:
            return '"left" | "right"'
        return f'"images[" [0-{min(self._images, MOST_IMAGES) - 1}] "]"'

    def _region_attributes(self) -> None:
        """What a region says of itself in numbers and in words."""
        own = attributes_of(REGION)
        numbers = _names_of(own, FLOAT)
        sides = _any_of(_quoted(_names_of(attributes_of(BOX), FLOAT)))
        inner = [f'"{name}." {sides}' for name, kind in own.items() if kind == BOX]
        places = _any_of(_quoted(_names_of(attributes_of(KEYPOINT), FLOAT)))
        points = [
            f'"{name}[" ("1" [0-6] | [0-9]) "]." {places}'
            for name, kind in own.items()
            if kind == ListOf(KEYPOINT)
        ]
        self._rules["measure"] = _choice([*_quoted(numbers), *inner, *points])
        self._rules["word"] = _choice(_quoted(_names_of(own, STR)))
        self._rules["side"] = _choice(_quoted(_names_of(attributes_of(IMAGE), FLOAT)))

    def _program(self, count: int) -> None:
        """The rules of what may come after `count` assignments."""
        n = str(count)
        if count:
            self._rules[f"r{n}"] = f"[{NAMES[0]}-{NAMES[count - 1]}]"
        region = f"reg{n}" if count else "reg0"
        context = Context(n, f"img{n}", f"r{n}" if count else "", region)
        own = [f'r{n} "[" index "]"'] if count else []
        self._rules[region] = _choice(
            [
                *own,
                self._calls(
                    REGION, Context(n, regions=context.regions, region="first" + n if count else "")
                ),
            ]
        )
        if count:
            self._rules[f"first{n}"] = f'r{n} "[" index "]"'
        edits = self._calls(IMAGE, Context(n, "image", context.regions, region))
        again = self._calls(IMAGE, context)
        self._rules[f"img{n}"] = _choice(["image", edits])
        self._rules[f"edit{n}"] = _choice(["image", again])
        self._expressions(context, [])
        self._answers(count)
        end = f'"answer = " ans{n}'
        if count == len(NAMES):
            self._rules[f"s{n}"] = end
            return
        self._rules[f"lists{n}"] = _choice(
            [self._calls(ListOf(REGION), context), *self._made_lists(count)]
        )
        self._rules[f"s{n}"] = f'"{NAMES[count]} = " lists{n} "\\n" s{count + 1} | {end}'

    def _made_lists(self, count: int) -> list[str]:
        """Lists that no tool returns: some of a list, two together, of all pictures."""
        made: list[str] = []
        if count:
            n = str(count)
            every = f'("any([" | "all([") testy " for y in " r{n} "])"'
            among = f'textx within "[y." word " for y in " r{n} "]" | {every}'
            self._rules[f"keep{n}"] = f"testx | {among}"
            made += [f'"[x for x in " r{n} " if " keep{n} "]"', f'r{n} " + " r{n}']
        if self._rules.get("listsi"):
            made.append('"[x for i in images for x in " listsi "]"')
        return made

    def _expressions(self, context: Context, variables: list[str]) -> None:
        """Numbers, texts and tests in a context; `variables` are its loops' regions."""
        c = context.suffix
        if variables:
            self._rules[f"reg{c}"] = _choice(
                [
                    *_quoted(variables),
                    self._calls(REGION, Context(c, region=_any_of(_quoted(variables)))),
                ]
            )
        several = bool(self._rules.get("listsi")) and not variables
        found = [f'reg{c} "." measure', self._calls((INT, FLOAT), context), 'image "." side', "num"]
        if several:
            found.append('"len([i for i in images if exists(" listsi ")])"')
        if context.regions:
            found.append(f'"len(" texts{c} ")"')
            found.append(f'("max([" | "min([" | "sum([") numx " for x in " {context.regions} "])"')
        self._rules[f"atom{c}"] = _choice(found)
        divisor = 'image "." side | [1-9] [0-9]{0,2} | "(" image "." side " * " image "." side ")"'
        self._rules[f"num{c}"] = f'atom{c} (sign atom{c} | " / " ({divisor})){{0,2}}'
        self._texts(context)
        self._tests(context, several)

    def _texts(self, context: Context) -> None:
        c = context.suffix
        texts = [f'reg{c} "." word', self._calls(STR, context)]
        if context.regions:
            self._rules[f"texts{c}"] = _choice(
                [
                    f'"[" textx " for x in " {context.regions} "]"',
                    f'"unique([" textx " for x in " {context.regions} "])"',
                    self._calls(ListOf(STR), context),
                ]
            )
            texts.append(f'"join(" texts{c} (", " gap)? ")"')
        self._rules[f"said{c}"] = _choice(texts)
        self._rules[f"text{c}"] = f'said{c} | ("lower(" | "upper(") said{c} ")"'

    def _tests(self, context: Context, several: bool) -> None:
        c = context.suffix
        calls = self._calls(BOOL, context)
        if calls:
            self._rules[f"is{c}"] = calls
        tests = [f'"not "? is{c} (same is{c})?' if calls else ""]
        tests += [
            f"num{c} order num{c}",
            f"text{c} same (literal | text{c})",
            f"literal within text{c}",
        ]
        if several:
            tests.append('("any([" | "all([") "exists(" listsi ") for i in images])"')
        if context.regions:
            tests.append(f'("any([" | "all([") testx " for x in " {context.regions} "])"')
        self._rules[f"cond{c}"] = _choice(tests)
        self._rules[f"test{c}"] = f'cond{c} ((" and " | " or ") cond{c}){{0,2}}'

    def _answers(self, count: int) -> None:
        n = str(count)
        rounded = f'("round(" | "abs(") num{n} ")"'
        scalars = [f"num{n}", rounded, f"text{n}", f"test{n}"]
        whole = [f"edit{n}", *([f"texts{n}", f"r{n}"] if count else [])]
        self._rules[f"val{n}"] = _choice([*scalars, "literal"])
        self._rules[f"field{n}"] = f'val{n} (" if " test{n} " else " val{n})?'
        self._rules[f"any{n}"] = _choice([f"val{n}", *whole])
        part = f'": {{" field{n} "}}"'
        choice = f'any{n} (" if " test{n} " else " any{n}){{0,3}}'
        if not count:
            # What looks at nothing can say nothing but that.
            said = _choice([*scalars, *whole, f"\"'{DECLINING}'\""])
            turns = f'any{n} (" if " test{n} " else " any{n}){{1,3}}' if self._measures else ""
            choice = _choice([said, turns])
        self._rules[f"ans{n}"] = (
            f"{choice} | "
            f'"f\\"" label {part} (", " label {part}){{0,3}} "\\"" | '
            f'"f\\"{{" field{n} "}} x {{" field{n} "}}\\""'
        )

    def _calls(self, returns: Type | tuple[Type, ...], context: Context) -> str:
        """Calls of all tools with such a result; those with the same arguments are one choice."""
        wanted = returns if isinstance(returns, tuple) else (returns,)
        groups: dict[str, list[str]] = {}
        for name, contract in self._contracts.items():
            if contract.returns not in wanted:
                continue
            # How many a single region is, or whether it exists, is no question.
            several = contract.returns in (BOOL, INT)
            arguments = self._arguments(contract.parameters.values(), context, several)
            if arguments is not None:
                groups.setdefault(arguments, []).append(f'"{name}("')
        return _choice(f'{_any_of(names)} {arguments} ")"' for arguments, names in groups.items())

    def _arguments(
        self, parameters: Iterable[Parameter], context: Context, several: bool
    ) -> str | None:
        """The arguments in their order; trailing ones with a default may be left out.

        Where `several`, what takes a list of regions is given no single one.
        """
        parts: list[str] = []
        optional = 0
        for parameter in parameters:
            value = _argument(parameter, context, several)
            if value is None:
                if parameter.required:
                    return None
                break
            comma = '", " ' if parts else ""
            if not parameter.required:
                optional += 1
                comma = f"({comma}"
            parts.append(f"{comma}{value}")
        return " ".join(parts) + ")?" * optional


def _argument(parameter: Parameter, context: Context, several: bool) -> str | None:
    """What may be given for a parameter, or None when nothing can."""
    if parameter.name == QUERY and parameter.type == STR:
        return "query"
    if parameter.choices:
        return _any_of(f'"{choice!r}"' for choice in parameter.choices)
    kind = parameter.type
    lists = several and accepts(kind, ListOf(REGION))
    found = [
        rule
        for type_, rule in (
            (IMAGE, context.image),
            (ListOf(REGION), context.regions),
            (REGION, "" if lists else context.region),
        )
        if rule and accepts(kind, type_)
    ]
    if found:
        return _any_of(found)
    literals = ((BOOL, "bool"), (FLOAT, "num"), (INT, "int"), (STR, "str"), (ListOf(STR), "strs"))
    exact = next((rule for type_, rule in literals if type_ == kind), None)
    return exact or next((rule for type_, rule in literals[1:] if accepts(kind, type_)), None)


def _names_of(attributes: Mapping[str, Type], kind: Atom) -> list[str]:
    """The attributes of a type; whole numbers count as numbers."""
    return [
        name for name, one in attributes.items() if one == kind or (kind == FLOAT and one == INT)
    ]


def _quoted(names: Iterable[str]) -> list[str]:
    return [f'"{name}"' for name in names]


def _choice(options: Iterable[str]) -> str:
    return " | ".join(one for one in options if one)


def _any_of(options: Iterable[str]) -> str:
    """A choice as one part of a rule."""
    found = [one for one in options if one]
    return found[0] if len(found) == 1 else f"({' | '.join(found)})"
