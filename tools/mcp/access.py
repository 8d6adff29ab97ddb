"""`Access`: what a server's clients may reach, and what turns their arguments into values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from ..cache import MemoryCache
from ..toolbox import Toolbox
from .artifacts import Artifacts
from .decoding import Decoder
from .fetch import Fetcher
from .pictures import Pictures
from .roots import Roots


@dataclass(frozen=True)
class Access:
    """What clients may reach.

    Args:
        toolbox: the tools that they may call.
        home: the folder for what the server makes for them.
        folders: more folders, from which they may read and into which they may write.
        fetcher: gets pictures from addresses; None allows none.
    """

    toolbox: Toolbox
    home: Path
    folders: Sequence[Path] = ()
    fetcher: Fetcher | None = None
    roots: Roots = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "roots", Roots(self.folders, self.home))

    @property
    def allows_urls(self) -> bool:
        """Whether pictures may come from the internet."""
        return self.fetcher is not None

    @cached_property
    def artifacts(self) -> Artifacts:
        """The pictures, depth maps and masks that clients hold handles of."""
        return Artifacts(self.toolbox.cache or MemoryCache())

    @cached_property
    def decoder(self) -> Decoder:
        """Reads arguments."""
        cache = self.toolbox.cache
        known = None if cache is None else cache.known_files
        pictures = Pictures(self.roots, self.artifacts, known, self.fetcher)
        return Decoder(self.artifacts, pictures.open)
