"""`Setup`: what a request or a conversation was begun with, kept for whoever goes on with it.

It lies beside what else is kept of the thread, and is deleted with it. No secret is in it: keys are
in environment variables, and what stands in an address besides the place is left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ..tools.toolbox import Toolbox
from .planners.planner import Planner

FILE = "setup.json"
MAX_BYTES = 64 * 2**10

Setting = bool | int | float | str


class Setup(BaseModel):
    """Whose tools, and who plans.

    Args:
        profile: its name, or the absolute path of its file; empty for one that was made in Python.
        planner: its name; empty for one that no name stands for.
        settings: of the planner, besides its name, as `planner_from` takes them.
        votes: how many programs are written.
    """

    model_config = ConfigDict(frozen=True, strict=True)

    profile: str = ""
    planner: str = ""
    settings: Mapping[str, Setting] = {}
    votes: int = Field(default=1, ge=1)

    @classmethod
    def of(cls, toolbox: Toolbox, planner: Planner, votes: int = 1) -> Setup:
        """What an agent is made of.

        A planner that can be made again by its name has `made_with`: the settings for that.
        """
        made_with: Mapping[str, Setting] | None = getattr(planner, "made_with", None)
        return cls(
            profile=toolbox.profile.source,
            planner="" if made_with is None else planner.name,
            settings={name: _plain(name, one) for name, one in (made_with or {}).items()},
            votes=votes,
        )

    def keep(self, folder: Path) -> None:
        """Writes it into the folder of a thread, in place of what was there.

        Raises:
            OSError: it can't be written.
        """
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = folder / f".{FILE}.new"
        draft.write_text(self.model_dump_json(), "utf-8")
        draft.replace(folder / FILE)


def setup_in(folder: Path) -> Setup:
    """What is kept in the folder of a thread; the defaults where nothing is, or nothing usable."""
    try:
        with (folder / FILE).open("rb") as file:
            return Setup.model_validate_json(file.read(MAX_BYTES))
    except (OSError, ValidationError):
        return Setup()


def _plain(name: str, setting: Setting) -> Setting:
    """A setting, without the password or the key that may stand in an address."""
    if name != "base_url":
        return setting
    address = urlsplit(str(setting))
    place = address.netloc.rpartition("@")[2]
    return address._replace(netloc=place, query="", fragment="").geturl()
