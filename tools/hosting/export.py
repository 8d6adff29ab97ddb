"""Exporting the models of a profile as ONNX, for the backends that run them without torch.

A backend module that can be exported has `export(spec, out)`, which writes a folder and returns the
files. What is made is a folder with one folder a model, and a profile that uses them:

    out/
        select-clip/           vision.onnx, text.onnx, ...
        profile.toml           extends the profile; its tools name the folders
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from ..backends import Option
from ..errors import InputError
from ..host import backend_module
from ..profile import Profile

ONNX_BACKENDS = {
    "clip": "onnx-clip",
    "depth-anything": "onnx-depth",
    "owlv2": "onnx-detector",
}
"""For each backend that can be exported: the one that runs what it writes."""

PROFILE = "profile.toml"


class Exported(NamedTuple):
    """A model that was written.

    Args:
        tools: that it serves.
        backend: that runs it.
        folder: where it is.
        files: in the folder.
        options: of the profile, which the other backend knows too.
    """

    tools: tuple[str, ...]
    backend: str
    folder: Path
    files: tuple[Path, ...]
    options: Mapping[str, Option]


def exportable(profile: Profile) -> list[str]:
    """The tools of a profile whose backend can be exported."""
    return [tool for tool, spec in profile.tools.items() if spec.backend in ONNX_BACKENDS]


def export(profile: Profile, tools: Sequence[str], out: Path) -> list[Exported]:
    """Exports the models of some tools; tools that share one share what is written.

    Args:
        profile: which backend and checkpoint serves each tool.
        tools: of those in `exportable`.
        out: a folder that is made, or is empty.

    Raises:
        InputError: a tool's backend can't be exported, or the folder can't be used.
        ModelError: a checkpoint can't be loaded or written.
    """
    can = exportable(profile)
    for tool in tools:
        if tool not in can:
            raise InputError(
                f"the profile {profile.name} has nothing to export for {tool!r}",
                hint=f"it has for {', '.join(can)}" if can else "no backend of it can be exported",
            )
    _require_empty(out)
    shared: dict[str, list[str]] = {}
    for tool in tools:
        shared.setdefault(profile.tools[tool].identity, []).append(tool)
    written: list[Exported] = []
    for names in shared.values():
        spec = profile.tools[names[0]]
        folder = out / f"{names[0]}-{spec.backend}"
        files: list[Path] = backend_module(spec.backend).export(spec, folder)
        backend = ONNX_BACKENDS[spec.backend]
        written.append(Exported(tuple(names), backend, folder, tuple(files), spec.options))
    return written


def profile_text(parent: str, written: Sequence[Exported]) -> str:
    """A profile that extends another, and serves the exported tools from their folders.

    Args:
        parent: the name of a built-in profile, or the absolute path of another.
        written: what was exported.
    """
    # JSON's strings are TOML's.
    lines = [f"extends = {json.dumps(parent)}", 'summary = "exported models, run without torch"']
    for one in written:
        for tool in one.tools:
            lines += [
                "",
                f"[tools.{tool}]",
                f"backend = {json.dumps(one.backend)}",
                f"checkpoint = {json.dumps(str(one.folder.resolve()))}",
            ]
            given = ", ".join(f"{name} = {json.dumps(one.options[name])}" for name in one.options)
            lines += [f"options = {{ {given} }}"] if given else []
    return "\n".join(lines) + "\n"


def _require_empty(out: Path) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
        if any(out.iterdir()):
            raise InputError(f"the folder {out} is not empty", hint="name a new folder")
    except OSError as error:
        raise InputError(f"the folder {out} can't be used: {error.strerror}") from None
