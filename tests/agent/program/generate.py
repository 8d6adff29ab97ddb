"""Programs for property tests: mostly well-typed ones, and ways to spoil them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

Kind = str
"""int, float, str, bool, image, region, and the plurals of those of which there are lists."""

KINDS = ("int", "float", "str", "bool", "image", "region", "regions", "ints", "strs", "floats")

TEMPLATES: Mapping[Kind, tuple[str, ...]] = {
    "int": (
        "0", "1", "7", "image.width", "len({regions})", "len({str})", "count({regions})",
        "({int} + {int})", "({int} - {int})", "({int} * {int})", "({int} // {int})",
        "({int} % {int})", "({int} ** 2)", "abs({int})", "-{int}", "sum({ints})", "min({ints})",
        "max({int}, {int})", "{ints}[{int}]", "int({str})", "int({float})", "len({ints})",
        "({int} if {bool} else {int})", "count({region})",
    ),
    "float": (
        "0.5", "2.0", "({int} / {int})", "({float} + {float})", "({float} * {float})",
        "({float} ** {float})", "({float} // {float})", "({float} % {float})", "-{float}",
        "{region}.score", "{region}.area", "{region}.box.left", "overlap({region}, {region})",
        "distance({region}, {region})", "sum({floats})", "round({float}, 1)", "round({float})",
        "float({str})", "max({floats})", "min({floats}, {float})", "similarity({region}, {str})",
    ),
    "str": (
        "''", "'dog'", "'3'", "'yes'", "{region}.label", "ask({image}, {str})", "({str} + {str})",
        "f'{{{int}}} {{{float}:.2f}} {{{int}:3d}}'", "f'a{{{regions}}}b{{{bool}}}'", "str({int})",
        "str({floats})", "join({strs})", "lower({str})", "strip({str})", "{str}[{int}]",
        "{str}[{int}:{int}]", "{strs}[0]", "color_of({region})", "({str} if {bool} else {str})",
        "({str} or {str})", "caption({image})", "{region}.text", "min({strs})",
    ),
    "bool": (
        "True", "False", "({int} < {int})", "({float} >= {int})", "({int} < {int} <= {float})",
        "({str} == {str})", "({int} != {float})", "({str} < {str})", "({region} == {region})",
        "({regions} == {regions})", "({bool} and {bool})", "({bool} or {bool})", "(not {bool})",
        "exists({regions})", "left_of({region}, {region})", "any([{bool}, {bool}])",
        "all([x.score > {float} for x in {regions}])", "({int} in {ints})", "({str} in {str})",
        "({region} not in {regions})", "starts_with({str}, {str})", "({ints} == [])",
    ),
    "image": (
        "image", "image", "crop({image}, {regions})", "crop({image}, {region}, 1.5)",
        "{region}.image", "crop_left_of({image}, {regions})", "({image} if {bool} else {image})",
    ),
    "region": (
        "{regions}[0]", "{regions}[{int}]", "half({image}, 'left')", "half({image}, 'top')",
        "nearest({regions}, {region})", "segment({image}, {region})[0]",
    ),
    "regions": (
        "find({image}, {str})", "find(image, 'dog')", "find(image, query='cat')", "[]",
        "({regions} + {regions})", "{regions}[{int}:]", "{regions}[::-1]", "[{region}, {region}]",
        "[x for x in {regions} if x.score > {float}]", "select({regions}, {str}, None)",
        "[x for x in {regions} for y in {regions} if overlap(x, y) > {float}]",
        "classify({regions}, {strs}, one_each={bool})", "({regions} if {bool} else {regions})",
        "sorted_by({regions}, {floats})",
    ),
    "ints": (
        "[]", "[{int}, {int}]", "range({int})", "range({int}, {int})", "sorted({ints})",
        "[x + {int} for x in {ints}]", "unique({ints})", "[len(x) for x in {strs}]",
        "({ints} + {ints})", "{ints}[{int}:{int}]",
    ),
    "floats": (
        "[]", "[{float}, {int}]", "[x.score for x in {regions}]", "sorted({floats}, reverse=True)",
        "[x / 2 for x in {ints}]", "({floats} + {ints})",
    ),
    "strs": (
        "[]", "[{str}, {str}]", "[x.label for x in {regions}]", "split({str})", "sorted({strs})",
        "unique({strs})", "[ask(crop({image}, x), {str}) for x in {regions}]", "list_facts({str})",
    ),
}  # fmt: skip
"""For each kind, expressions that give it; `{kind}` stands for another expression."""

FALLBACK: Mapping[Kind, str] = {
    "int": "2", "float": "1.5", "str": "'cat'", "bool": "True", "image": "image",
    "region": "half(image, 'right')", "regions": "find(image, 'dog')", "ints": "[1, 2]",
    "floats": "[0.5]", "strs": "['a']",
}  # fmt: skip


@st.composite
def expressions(draw: DrawFn, kind: Kind, names: Mapping[str, Kind], depth: int) -> str:
    """An expression of a kind; once in a while of another one."""
    if draw(st.integers(0, 60)) == 60:
        kind = draw(st.sampled_from(KINDS))
    fitting = [name for name, one in names.items() if one == kind]
    if fitting and draw(st.booleans()):
        return draw(st.sampled_from(fitting))
    if depth <= 0:
        return FALLBACK[kind]
    template = draw(st.sampled_from(TEMPLATES[kind]))
    inner: dict[str, Callable[[], str]] = {
        one: lambda one=one: draw(expressions(one, names, depth - 1)) for one in KINDS
    }
    return _filled(template, inner)


def _filled(template: str, inner: Mapping[str, Callable[[], str]]) -> str:
    """The template with each `{kind}` filled anew; doubled braces are braces."""
    out, rest = "", template
    while rest:
        for kind, make in inner.items():
            if rest.startswith("{" + kind + "}"):
                out, rest = out + make(), rest[len(kind) + 2 :]
                break
            if rest.startswith("{{{" + kind):
                # Inside an f-string the other quotes are taken, so a name must do.
                out, rest = out + "{" + _plain(make()), rest[len(kind) + 4 :]
                rest = rest.replace("}}", "}", 1)
                break
        else:
            out, rest = out + rest[0], rest[1:]
    return out


def _plain(text: str) -> str:
    return text if "'" not in text else "image.height"


@st.composite
def blocks(draw: DrawFn, names: dict[str, Kind], depth: int, indent: str = "") -> str:
    """Some statements; the names that they surely assign are added to `names`."""
    lines: list[str] = []
    for _ in range(draw(st.integers(1, 4))):
        what = draw(st.sampled_from(("assign", "assign", "if", "for", "grow", "call")))
        kind = draw(st.sampled_from(KINDS))
        if what == "assign" or depth <= 0:
            name = draw(st.sampled_from("abcdefg"))
            lines.append(f"{indent}{name} = {draw(expressions(kind, names, 2))}")
            names[name] = kind
        elif what == "if":
            then, other = dict(names), dict(names)
            lines.append(f"{indent}if {draw(expressions('bool', names, 2))}:")
            lines.append(draw(blocks(then, depth - 1, indent + "  ")))
            lines.append(f"{indent}else:")
            lines.append(draw(blocks(other, depth - 1, indent + "  ")))
            names |= {one: then[one] for one in then if other.get(one) == then[one]}
        elif what == "for":
            items = draw(st.sampled_from(("ints", "strs", "regions", "floats")))
            loop = names | {"x": items.removesuffix("s")}
            lines.append(f"{indent}for x in {draw(expressions(items, names, 2))}:")
            lines.append(draw(blocks(loop, depth - 1, indent + "  ")))
        elif what == "grow":
            numbers = [one for one, kind in names.items() if kind in ("int", "str", "ints")]
            if numbers:
                name = draw(st.sampled_from(numbers))
                lines.append(f"{indent}{name} += {draw(expressions(names[name], names, 1))}")
        else:
            lines.append(f"{indent}{draw(expressions(kind, names, 2))}")
    return "\n".join(lines) or f"{indent}pass"


@st.composite
def programs(draw: DrawFn) -> str:
    """A program of the language; most pass their check."""
    names: dict[str, Kind] = {"image": "image"}
    body = draw(blocks(names, 2))
    kind = draw(st.sampled_from(KINDS))
    return f"{body}\nanswer = {draw(expressions(kind, names, 3))}\n"


@st.composite
def visprog_programs(draw: DrawFn) -> str:
    """A program of VisProg's; most pass their check."""
    lines = ["B0=LOC(image=IMAGE,object='dog')", "A0=COUNT(box=B0)"]
    lines += ["A1=VQA(image=IMAGE,question='Is it?')", "I0=CROP(image=IMAGE,box=B0)"]
    for number in range(draw(st.integers(1, 4))):
        image = draw(st.sampled_from(("IMAGE", "I0")))
        lines.append(
            draw(
                st.sampled_from(
                    (
                        f"B1=LOC(image={image},object='TOP')",
                        f"I0=CROP_ABOVE(image={image},box=B0)",
                        f"A{number}=VQA(image={image},question='What?')",
                        f"B0=SELECT(image={image},object=B0,query='a,b',category=None)",
                        f"B0=CLASSIFY(image={image},object=B0,categories='a,b')",
                        f"I0=COLORPOP(image={image},object=B0)",
                        f"I0=EMOJI(image={image},object=B0,emoji='x')",
                        f"B0=SEG(image={image})",
                    )
                )
            )
        )
    first, second = draw(st.sampled_from(("A0", "A1"))), draw(st.sampled_from(("A0", "A1", "3")))
    second = second if second == "3" else f"{{{second}}}"
    operators = ("==", "!=", "<", ">=", "+", "-", "and", "or", "xor", "*", "/")
    symbol = draw(st.sampled_from(operators))
    expr = f"{{{first}}} {symbol} {second}"
    if draw(st.booleans()):
        expr = f"'yes' if {expr} else 'no'"
    lines.append(f'R0=EVAL(expr="{expr}")')
    shown = draw(st.sampled_from(("R0", "I0", "B0", "A1")))
    return "\n".join([*lines, f"FINAL_RESULT=RESULT(var={shown})", ""])


FRAGMENTS = (
    "(", ")", "[", "]", "{", "}", "'", '"', "'''", ":", ",", ".", "=", "==", "**", "-", "not ",
    "and ", "else ", "if ", "for ", "in ", "lambda ", "import os\n", "def f():\n", "\n", "\n  ",
    "\t", "\\", "#", "f'", "f\"{", "}'", "__class__", "_", "image", "find", "answer", "None",
    "1e999", "9" * 30, "0x", "\0", "\ud800", "\u202e", "é", "개", "\r", "\x0c", ";", "@", "!",
    "yield ", "await ", "*", "x:=1", "RESULT(var=", "EVAL(expr=\"", "=COUNT(", "range(10**9)",
    "str",
)  # fmt: skip
"""Pieces that spoil a program."""


@st.composite
def spoilt(draw: DrawFn, source: st.SearchStrategy[str]) -> str:
    """A program after a few pieces were cut out, moved or put in."""
    text = draw(source)
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        stop = min(len(text), start + draw(st.integers(0, 12)))
        piece = draw(st.sampled_from((*FRAGMENTS, text[start:stop], text[:20])))
        where = draw(st.sampled_from(("replace", "insert", "cut")))
        kept = text[stop:] if where != "insert" else text[start:]
        text = text[:start] + ("" if where == "cut" else piece) + kept
    return text


@st.composite
def nested(draw: DrawFn) -> str:
    """Something inside itself, very often."""
    opening, closing = draw(
        st.sampled_from(
            (("(", ")"), ("[", "]"), ("-", ""), ("not ", ""), ("find(", ")"), ("f'{", "}'"),
             ("1 + ", ""), ("1 if 1 else ", ""), ("[x for x in ", "]"), ("{", "}"), ("x[", "]"),
             ("if 1:\n", ""), ("lambda: ", ""), ("'", '"'), ("a.", ""), ("f\"{", "}\""))
        )
    )  # fmt: skip
    times = draw(st.sampled_from((3, 30, 45, 70, 300, 3_000, 20_000)))
    close = draw(st.sampled_from((times, times - 1, 0)))
    return f"answer = {opening * times}1{closing * close}\n"
