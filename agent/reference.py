"""`python -m viscript.agent.reference`: writes the generated parts of `README.md` and `docs/`.

`tools.md` is generated as a whole, from the contracts. In the other pages people write the text,
and what stands between `<!-- generated: NAME -->` and `<!-- end -->` comes from here.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from pathlib import Path

import docstring_parser
from pydantic import BaseModel

from ..tools.backends import BackendSpec
from ..tools.contract import Contract
from ..tools.hosting.settings import HostSettings, in_words
from ..tools.profile import built_in_profiles, load_profile
from ..tools.registry import Registry
from ..tools.types import ATOMS, Atom, attributes_of
from .program import CODES, Budget, basics
from .program.refused import CONSTRUCTS
from .program.visprog import MODULES

DOCS = Path(__file__).parents[1] / "docs"
README = DOCS.parent / "README.md"
TOOLS = "tools.md"
MEASURED = {"embedded": "0.5 GB"}
"""Peak memory of profiles whose models come with the packages; docs/models.md says of what."""

_BLOCK = re.compile(r"(<!-- generated: (\w+) -->)\n.*?(<!-- end -->)", re.DOTALL)


def main() -> int:
    """Writes the pages; returns the exit code."""
    for path, text in pages().items():
        path.write_text(text, "utf-8")
        sys.stdout.write(f"{path}\n")
    return 0


def pages() -> Mapping[Path, str]:
    """Every page with generated parts, as it should be."""
    with_parts = (README, *sorted(DOCS.glob("*.md")))
    written = {path: filled(path.read_text("utf-8")) for path in with_parts}
    return written | {DOCS / TOOLS: tools_page()}


def filled(text: str) -> str:
    """A page with its generated parts as they should be.

    Raises:
        KeyError: a part has a name that nothing here generates.
    """
    return _BLOCK.sub(lambda one: "\n".join([one[1], *BLOCKS[one[2]](), one[3]]), text)


def tools_page() -> str:
    """The reference of all tools."""
    registry = Registry.standard()
    lines = [
        "# The tools",
        "",
        "<!-- Written by `make docs` from the tools' signatures and docstrings. -->",
        "",
        "What each tool promises. The same names, arguments and results hold in programs",
        '(`find(image, "dog")`), in Python (`Toolbox.load().find("photo.jpg", "dog")`) and on the',
        "command line (`viscript tool find photo.jpg dog`). A tool that a profile does not serve",
        "is not there for programs under that profile; `viscript tools` shows what is.",
        "",
        *_table(("tool", "what it does"), _overview(registry)),
    ]
    for contract in registry.values():
        lines += ["", *_tool(contract)]
    return "\n".join(lines) + "\n"


def _overview(registry: Registry) -> Iterator[tuple[str, str]]:
    for name, contract in registry.items():
        yield f"[`{name}`](#{name})", contract.summary


def _tool(contract: Contract) -> Iterator[str]:
    words = docstring_parser.parse(contract.function.__doc__ or "")
    yield from (f"## {contract.name}", "", "```text", contract.signature, "```", "")
    yield contract.summary
    if contract.description:
        yield from ("", contract.description)
    yield ""
    yield from _table(
        ("argument", "type", "meaning"),
        (
            (f"`{one.name}`", f"`{str(one).partition(': ')[2]}`", one.description)
            for one in contract.parameters.values()
        ),
    )
    yield ""
    if contract.returns_description:
        yield f"- Returns: {contract.returns_description}"
    for error in words.raises:
        yield f"- Raises `{error.type_name}`: {' '.join((error.description or '').split())}"
    yield f"- Offered by: {_offered_by(contract)}"
    modules = [name for name, one in MODULES.items() if one.tool == contract.name]
    if modules:
        yield f"- In VisProg: {', '.join(f'`{one}`' for one in modules)}"
    traits = [text for name, text in _TRAITS.items() if getattr(contract.traits, name)]
    if traits:
        yield f"- Good to know: {', '.join(traits)}"


_TRAITS = {
    "reads_pixels": "reads pixels",
    "writes_image": "makes a new picture",
    "costs_money": "a call may be charged for",
    "needs_approval": "asks a person first",
}


def _offered_by(contract: Contract) -> str:
    if not contract.traits.backend:
        return "every profile (it needs no backend)"
    have = [
        f"{name} (`{spec.backend}`)"
        for name in built_in_profiles()
        if (spec := load_profile(name).tools.get(contract.name)) is not None
    ]
    return ", ".join(have) or "no profile that comes with viscript"


def _attributes() -> list[str]:
    """The attributes that programs may read, by type."""
    rows = (
        (f"`{kind}`", ", ".join(f"`{name}`: {one}" for name, one in attributes.items()))
        for kind in ATOMS
        if (attributes := attributes_of(Atom(kind)))
    )
    return _table(("type", "attributes"), rows)


def _functions() -> list[str]:
    """The functions of the language itself."""
    rows = ((f"`{one.signature}`", one.summary) for one in basics().values())
    return _table(("function", "what it does"), rows)


def _refused() -> list[str]:
    """The constructs of Python that are refused, and what to do instead."""
    rows = ((_plain(what), _plain(instead)) for what, instead in sorted(set(CONSTRUCTS.values())))
    return _table(("not in the language", "instead"), rows)


def _visprog() -> list[str]:
    """VisProg's modules, and what they are here."""
    names = {name: f"`{name}({', '.join(one.arguments)})`" for name, one in MODULES.items()}
    return _table(("module", "here"), ((names[name], _meaning(name)) for name in names))


def _meaning(name: str) -> str:
    """The call that a module stands for."""
    module = MODULES[name]
    given = [argument for argument in module.arguments.values() if argument is not None]
    fixed = [f"{argument}={value}" for argument, value in module.fixed.items()]
    special = {"EVAL": "the expression in the text", "RESULT": "`result(value)`"}
    return special.get(name) or f"`{module.tool}({', '.join(given + fixed)})`"


def _budgets() -> list[str]:
    """What a run may use."""
    said = docstring_parser.parse(Budget.__doc__ or "")
    meaning = {one.arg_name: " ".join((one.description or "").split()) for one in said.params}
    budget = Budget()
    rows = (
        (f"`{one.name}`", f"{getattr(budget, one.name):,g}", meaning[one.name])
        for one in fields(Budget)
    )
    return _table(("budget", "limit", "what it counts"), rows)


def _diagnostics() -> list[str]:
    """Every diagnostic there is."""
    rows = (
        (
            f"`{one.code}`",
            f"{one.severity}, in the run" if one.at_run else one.severity,
            _plain(f"{one.title}. {one.explanation}"),
            _plain(one.remedy),
        )
        for one in CODES.values()
    )
    return _table(("code", "severity", "what is wrong", "what to do"), rows)


def _graph() -> list[str]:
    """The agent's graph, drawn from itself."""
    from .graph.graph import diagram

    return ["", "```mermaid", *diagram().strip().splitlines(), "```", ""]


def _profiles() -> list[str]:
    """The profiles that come with viscript."""
    rows = ((f"`{name}`", load_profile(name).summary) for name in built_in_profiles())
    return _table(("profile", "what it is"), rows)


def _checkpoints() -> list[str]:
    """The checkpoints of the profile `hub`, each once, with the tools that it serves."""
    tools: dict[str, list[str]] = {}
    specs = {spec.checkpoint: spec for spec in load_profile("hub").tools.values()}
    for tool, spec in load_profile("hub").tools.items():
        tools.setdefault(spec.checkpoint, []).append(f"`{tool}`")
    rows = (
        (
            f"`{name}`",
            ", ".join(tools[name]),
            f"`{spec.backend}`",
            in_words(spec.size),
            spec.licence,
            f"`{spec.revision[:7]}`" if spec.revision else "not pinned",
        )
        for name, spec in specs.items()
        if name
    )
    return _table(("checkpoint", "tools", "backend", "size", "licence", "commit"), rows)


def _remote() -> list[str]:
    """The options of the backends that talk to servers."""
    from ..tools.backends.hf_inference import HubSettings
    from ..tools.backends.remote_settings import ChatSettings, RemoteSettings

    groups: tuple[tuple[str, type[RemoteSettings]], ...] = (
        ("all", RemoteSettings),
        ("`openai-vision`, `facts`", ChatSettings),
        ("`hf-inference`", HubSettings),
    )
    rows = (
        (name, default, backends, words)
        for backends, settings in groups
        for name, default, words in _fields(settings)
    )
    return _table(("option", "default", "backends", "what it is"), rows)


def _chat_settings() -> list[str]:
    """The settings of a chat model as the planner."""
    from .planners.settings import ChatSettings

    return _table(("key", "default", "what it is"), _fields(ChatSettings))


def _fields(settings: type[BaseModel]) -> Iterator[tuple[str, str, str]]:
    """Each setting of a model of pydantic's: its name, its default and what it is."""
    for one in docstring_parser.parse(settings.__doc__ or "").params:
        default = settings.model_fields[one.arg_name].default
        told = "" if default in (None, "") else f"`{str(default).lower()}`"
        yield f"`{one.arg_name}`", told, " ".join((one.description or "").split())


def _served() -> list[str]:
    """What serves each tool that needs a model or is done better by one, in each profile."""
    profiles = {name: load_profile(name).tools for name in built_in_profiles()}
    tools = [name for name in Registry.standard() if any(name in one for one in profiles.values())]

    def server(served: Mapping[str, BackendSpec], tool: str) -> str:
        spec = served.get(tool)
        return "-" if spec is None else spec.checkpoint.partition("/")[2] or spec.backend

    rows = ((f"`{tool}`", *(server(one, tool) for one in profiles.values())) for tool in tools)
    return _table(("tool", *(f"`{name}`" for name in profiles)), rows)


def _needs() -> list[str]:
    """What each profile asks of a machine."""
    headings = ("profile", "to fetch", "memory", "runs on", "licences")
    return _table(headings, (_needs_of(name) for name in built_in_profiles()))


def _needs_of(name: str) -> Sequence[str]:
    from ..tools.convert.sources import ARCHIVE_BYTES
    from ..tools.hosting.inventory import requirements_of

    profile = load_profile(name)
    needed = requirements_of(profile)
    # Of checkpoints, the profile's word: what is on this machine must not change the page.
    said = {one.checkpoint: one for one in profile.tools.values() if one.checkpoint}
    fetched = [said[one.name].size for one in needed if one.origin == "hub"]
    sizes = [in_words(sum(fetched))] if fetched else []
    sizes += [f"{in_words(ARCHIVE_BYTES)}, for {x.name}" for x in needed if x.origin == "converted"]
    licences = {one.name: said.get(one.name, one).licence for one in needed}
    unknown = [x.name for x in needed if not licences[x.name] and x.origin != "server"]
    stated = sorted({one for one in licences.values() if one})
    stated += [f"none stated for {one}" for one in unknown]
    # Weights are published in float32, and take half of that in the shorter types.
    largest = max(fetched, default=0)
    computed = f"{in_words(largest // 2)} to {in_words(largest)}"
    memory = computed if largest else MEASURED.get(name, "as `embedded`")
    asks = any(one.origin == "server" for one in needed)
    device = "a GPU, or patience" if fetched else "a server" if asks else "two CPU cores"
    return (f"`{name}`", "; ".join(sizes) or "-", memory, device, "; ".join(stated))


def _host() -> list[str]:
    """The settings of the model host."""
    told = docstring_parser.parse(HostSettings.__doc__ or "").params
    values = {one.name: one.default for one in fields(HostSettings)}
    rows = (
        (
            f"`{one.arg_name}`",
            f"`VISCRIPT_{one.arg_name.upper()}`",
            f"`{values[one.arg_name]}`" if values[one.arg_name] else "none",
            " ".join((one.description or "").split()),
        )
        for one in told
    )
    return _table(("setting", "variable", "default", "what it is"), rows)


def _plain(text: str) -> str:
    """Text in which nothing is Markdown."""
    return re.sub(r"([\\`*_<\[])", r"\\\1", text)


def _table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """A Markdown table; bars inside cells are escaped."""
    cells = ([cell.replace("|", "\\|") for cell in row] for row in rows)
    return [
        f"| {' | '.join(headings)} |",
        f"|{'---|' * len(headings)}",
        *(f"| {' | '.join(row)} |" for row in cells),
    ]


BLOCKS: Mapping[str, Callable[[], list[str]]] = {
    "attributes": _attributes,
    "functions": _functions,
    "refused": _refused,
    "visprog": _visprog,
    "budgets": _budgets,
    "diagnostics": _diagnostics,
    "graph": _graph,
    "profiles": _profiles,
    "checkpoints": _checkpoints,
    "remote": _remote,
    "chat_settings": _chat_settings,
    "served": _served,
    "needs": _needs,
    "host": _host,
}
"""What generates each part of a page."""


if __name__ == "__main__":
    raise SystemExit(main())
