"""`python -m viscript.agent.mcp.bundle OUT`: viscript as a bundle for Claude Desktop (`.mcpb`).

A bundle is a zip that a client installs by a double click: a manifest, and a project whose packages
the client's `uv` installs. viscript itself travels inside as a wheel, so that the bundle runs what
it was built from. Format: MCP Bundles, manifest 0.4, server type `uv`.
"""

from __future__ import annotations

import io
import json
import subprocess
import sys
import tempfile
import zipfile
from importlib import metadata
from pathlib import Path
from typing import Any

import PIL.Image
import PIL.ImageDraw

from ...tools.cache import MemoryCache
from ...tools.errors import InputError
from ...tools.folders import runs_folder
from ...tools.mcp.access import Access
from ...tools.mcp.features import OfferedPrompt
from ...tools.toolbox import Toolbox
from ..planners.connect import planner_from
from .serving import INSTRUCTIONS, agent_features

ICON_SIDE = 512

FOLDERS = "${user_config.folders}"
"""Stands for one argument for each folder that the person chose."""

SERVER = '''"""Starts viscript for the client that installed this bundle."""

import sys
from pathlib import Path

from viscript.agent.cli.main import main

# The client gives each folder that the person chose as an argument; one may be gone by now.
folders = [folder for folder in sys.argv[1:] if Path(folder).is_dir()]
sys.argv = ["viscript", "mcp", *(part for folder in folders for part in ("--root", folder))]
main()
'''


def main() -> None:
    """Builds the bundle that the command line names."""
    if len(sys.argv) != 2:
        sys.exit("usage: python -m viscript.agent.mcp.bundle OUT.mcpb")
    out = Path(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder:
        build(out, built_wheel(Path(folder)))
    print(f"{out}: {out.stat().st_size / 1e6:.1f} MB")  # noqa: T201 - a command's output


def build(out: Path, wheel: Path) -> None:
    """Writes the bundle.

    Args:
        out: the `.mcpb` file.
        wheel: of viscript.
    """
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bundle:
        bundle.writestr("manifest.json", json.dumps(manifest(), indent=2, ensure_ascii=False))
        bundle.writestr("pyproject.toml", project(wheel.name))
        bundle.writestr("server.py", SERVER)
        bundle.writestr("icon.png", icon())
        bundle.write(wheel, f"wheels/{wheel.name}")


def manifest() -> dict[str, Any]:
    """What the client is told before it installs the bundle; tools and prompts are the server's."""
    about = metadata.metadata("viscript")
    access = Access(Toolbox.load(cache=MemoryCache()), runs_folder())
    features = agent_features(access, lambda: planner_from("embedded"), remote=False)
    tools = [one.definition for one in features.tools]
    return {
        "manifest_version": "0.4",
        "name": "viscript",
        "display_name": "viscript",
        "version": about["Version"],
        "description": about["Summary"],
        "long_description": INSTRUCTIONS,
        "author": {"name": "The viscript authors"},
        "license": about["License-Expression"],
        "icon": "icon.png",
        "keywords": ["vision", "images", "object detection", "OCR", "image editing"],
        "server": {
            "type": "uv",
            "entry_point": "server.py",
            "mcp_config": {
                "command": "uv",
                "args": [
                    "run",
                    "--directory",
                    "${__dirname}",
                    "server.py",
                    "${user_config.folders}",
                ],
            },
        },
        "user_config": {
            "folders": {
                "type": "directory",
                "title": "Allowed folders",
                "description": "Folders that viscript may read pictures from and save them into.",
                "multiple": True,
                "required": False,
                "default": ["${HOME}/Pictures"],
            }
        },
        "tools": [
            {"name": one.name, "description": (one.description or "").partition("\n")[0]}
            for one in tools
        ],
        "prompts": [_prompt(one) for one in features.prompts],
        "compatibility": {
            "platforms": ["darwin", "linux", "win32"],
            "runtimes": {"python": about["Requires-Python"]},
        },
    }


def project(wheel: str) -> str:
    """The bundle's `pyproject.toml`: viscript from the wheel inside, and pip, which it calls to
    fetch the planner's model."""
    version = metadata.version("viscript")
    return f"""[project]
name = "viscript-bundle"
version = "{version}"
requires-python = "{metadata.metadata("viscript")["Requires-Python"]}"
dependencies = ["viscript", "pip"]

[tool.uv]
package = false

[tool.uv.sources]
viscript = {{ path = "wheels/{wheel}" }}
"""


def icon() -> bytes:
    """A PNG of `ICON_SIDE` pixels a side: what a detector sees, a box around a thing."""
    image = PIL.Image.new("RGBA", (ICON_SIDE, ICON_SIDE))
    draw = PIL.ImageDraw.Draw(image)
    draw.rounded_rectangle((16, 16, ICON_SIDE - 16, ICON_SIDE - 16), radius=104, fill="#1d4ed8")
    draw.rectangle((112, 112, 400, 400), outline="#fde047", width=28)
    draw.ellipse((184, 184, 328, 328), fill="white")
    data = io.BytesIO()
    image.save(data, "PNG")
    return data.getvalue()


def built_wheel(folder: Path) -> Path:
    """A wheel of the source tree that this module is part of.

    Raises:
        InputError: this is an installed viscript, or it can't be built.
    """
    source = Path(__file__).parents[2]
    if not (source / "pyproject.toml").is_file():
        raise InputError("a bundle is built from the source tree", hint="clone it: make bundle")
    build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "-w", folder, source]
    built = subprocess.run(build, capture_output=True, text=True, check=False)
    if built.returncode:
        last = (built.stderr.strip().splitlines() or [""])[-1]
        raise InputError(f"viscript's wheel can't be built: {last}")
    return next(folder.glob("viscript-*.whl"))


def _prompt(prompt: OfferedPrompt) -> dict[str, Any]:
    definition = prompt.definition
    names = [one.name for one in definition.arguments or []]
    return {
        "name": definition.name,
        "description": definition.description or "",
        "arguments": names,
        "text": prompt.write({name: f"${{arguments.{name}}}" for name in names}),
    }


if __name__ == "__main__":
    main()
