"""What a profile needs: the models of its tools, their size, licence and revision; what is here.

Nothing is loaded or fetched for it, and no server is asked.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path
from typing import Literal, NamedTuple

from ..backends import BackendSpec
from ..convert.sources import SOURCES
from ..errors import InputError
from ..folders import models_folder
from ..profile import Profile
from .hub import COMMIT, WEIGHTS, folder_on_disk, is_hub_id, listing_of, needed_files

SHIPPED = Path(__file__).parents[1] / "models"

CONVERTED = {
    "nanodet": ("nanodet",),
    "blazeface": ("blazeface-back",),
    "movenet": ("movenet-lightning",),
    "cutout": ("selfie",),
    "detector-ensemble": ("nanodet", "centernet"),
}
"""The models of the project's own conversion (`tools/convert`) that backends have."""

PACKAGED = {
    "ocr": ("rapidocr", "models/*.onnx", "Apache-2.0"),
    "phrases": ("wordllama", "weights/*.safetensors", "MIT"),
}
"""Models in the wheels of other packages: the package, its files, its licence."""

Origin = Literal["shipped", "converted", "package", "fetched", "hub", "folder", "server"]


class Requirement(NamedTuple):
    """A model that tools of a profile need.

    Args:
        name: the checkpoint, the name that a server knows the model by, or that of a model which
            comes with a package.
        backend: that runs it.
        tools: that need it.
        origin: "shipped" with viscript, "converted" on this machine, in a "package", "fetched" out
            of one, from the "hub", a "folder" of the user's, or on a "server".
        revision: of a checkpoint; empty where the profile names none.
        size: bytes of its files, as they are here or as the profile says; 0 when it isn't known.
        licence: as its card or the profile says; empty when it isn't known.
        here: whether it is on this machine; what is on a server is not needed here.
        place: the folder or file where it is; None when it isn't here.
        warning: what a person should know about it; may be empty.
        sha256: of its file, where viscript itself knows it.
    """

    name: str
    backend: str
    tools: tuple[str, ...]
    origin: Origin
    revision: str
    size: int
    licence: str
    here: bool
    place: Path | None
    warning: str = ""
    sha256: str = ""


def requirements_of(profile: Profile) -> list[Requirement]:
    """The models that a profile needs, in the order of its tools; each once."""
    tools: dict[tuple[str, str, str], list[str]] = {}
    specs: dict[tuple[str, str, str], BackendSpec] = {}
    for tool, spec in profile.tools.items():
        key = (spec.backend, spec.checkpoint, spec.revision)
        tools.setdefault(key, []).append(tool)
        specs.setdefault(key, spec)
    return [one for key, spec in specs.items() for one in _of_spec(spec, tuple(tools[key]))]


def find(name: str, profiles: Iterable[Profile], revision: str = "") -> Requirement:
    """The model of a name: one that a profile needs, or any folder or checkpoint of the hub.

    Raises:
        InputError: there is none.
    """
    known = [one for profile in profiles for one in requirements_of(profile)]
    for one in known:
        if one.name == name and revision in ("", one.revision):
            return one
    if is_hub_id(name) or Path(name).expanduser().is_dir():
        return _of_checkpoint(BackendSpec("", name, revision), ())
    near = difflib.get_close_matches(name, [one.name for one in known], 1)
    raise InputError(
        f"there is no model {name!r}",
        hint=f"did you mean {near[0]}?" if near else "`viscript models list` shows them all",
    )


def _of_spec(spec: BackendSpec, tools: tuple[str, ...]) -> Iterable[Requirement]:
    if is_remote(spec.backend):
        name = spec.checkpoint or "the server's own"
        licence = spec.licence
        return [_requirement(spec, tools, name, "server", 0, licence, None, True)]
    if spec.checkpoint:
        return [_of_checkpoint(spec, tools)]
    if spec.backend in PACKAGED:
        return [_of_package(spec, tools)]
    return [_of_conversion(spec, tools, name) for name in CONVERTED.get(spec.backend, ())]


def _of_checkpoint(spec: BackendSpec, tools: tuple[str, ...]) -> Requirement:
    place = Path(spec.checkpoint).expanduser()
    if not place.exists():
        folder = folder_on_disk(spec.checkpoint, spec.revision, pickle=spec.pickle)
        origin: Origin = "hub" if is_hub_id(spec.checkpoint) else "folder"
        place = folder if folder is not None else None
    else:
        origin = "folder"
    warning = ""
    if origin == "hub" and not COMMIT.fullmatch(spec.revision):
        warning = "no revision pins it: it may change on the hub"
    elif place is None and origin == "folder":
        warning = "there is no such folder"
    elif spec.pickle:
        warning = "its weights may be pickled ones"
    size = size_on_disk(place, pickle=spec.pickle) if place is not None else spec.size
    licence = (licence_of(place) if place is not None else "") or spec.licence
    here = place is not None
    return _requirement(spec, tools, spec.checkpoint, origin, size, licence, place, here, warning)


def _of_package(spec: BackendSpec, tools: tuple[str, ...]) -> Requirement:
    package, pattern, licence = PACKAGED[spec.backend]
    found = find_spec(package)
    places = found.submodule_search_locations if found is not None else None
    folder = Path(next(iter(places))) if places else None
    size = sum(path.stat().st_size for path in folder.glob(pattern)) if folder else 0
    here = size > 0
    return _requirement(spec, tools, package, "package", size, licence, folder, here)


def _of_conversion(spec: BackendSpec, tools: tuple[str, ...], name: str) -> Requirement:
    source = SOURCES[name]
    path = (SHIPPED if source.shipped else models_folder()) / f"{name}.onnx"
    here = path.is_file()
    size = path.stat().st_size if here else 0
    origin: Origin = "shipped" if source.shipped else "converted"
    return _requirement(
        spec, tools, name, origin, size, source.licence, path if here else None, here
    )


def _requirement(
    spec: BackendSpec,
    tools: tuple[str, ...],
    name: str,
    origin: Origin,
    size: int,
    licence: str,
    place: Path | None,
    here: bool,
    warning: str = "",
) -> Requirement:
    return Requirement(
        name, spec.backend, tools, origin, spec.revision, size, licence, here, place, warning
    )


def is_remote(backend: str) -> bool:
    """Whether a backend asks a server instead of running a model here.

    Backends that read their options with `RemoteSettings` do; another says `REMOTE = True`.
    """
    from ..host import backend_module

    module = vars(backend_module(backend))
    own = f"{BackendSpec.__module__}.remote_settings"
    uses = any(getattr(value, "__module__", "") == own for value in module.values())
    return bool(module.get("REMOTE", uses))


def size_on_disk(place: Path, *, pickle: bool = False) -> int:
    """The bytes of a checkpoint's weights: a file, or those of a folder that loading takes."""
    if place.is_file():
        return place.stat().st_size
    known = listing_of(place)
    if known:
        names = (name for name in needed_files(known, pickle=pickle) if name.endswith(WEIGHTS))
        return sum(int(known[name].get("size", 0)) for name in names)
    return sum(path.stat().st_size for path in place.rglob("*") if path.suffix in WEIGHTS)


def licence_of(place: Path) -> str:
    """The licence that a checkpoint's card states; empty where there is none."""
    try:
        with (place / "README.md").open(encoding="utf-8") as file:
            head = file.read(20_000)
    except (OSError, UnicodeDecodeError):
        return ""
    card = re.match(r"---\s*\n(.*?)\n---", head, re.DOTALL)
    if card is None:
        return ""
    named = re.search(r"^license_name:\s*([\w.+ -]+)", card[1], re.MULTILINE)
    plain = re.search(r"^license:\s*([\w.+ -]+)", card[1], re.MULTILINE)
    found = named if named is not None and plain is not None and plain[1] == "other" else plain
    return "" if found is None else found[1].strip()
