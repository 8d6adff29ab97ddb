"""`Artifacts`: the pictures and depth maps of a run, as files named by their digest."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from pathlib import Path

from ...tools.errors import InputError
from ...tools.files import read_file

MAX_BYTES = 2**30
"""More than any picture or depth map that is kept: 120 million pixels of four bytes take half."""

_NAME = re.compile(r"[0-9a-f]{64}\.(png|npy)")
_PICTURE_FILES = (".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp", ".tif", ".tiff")


class Artifacts:
    """Files in one folder, each written once: `<digest>.png` or `.npy`.

    A picture that came from a file is kept as a copy of that file, extension included: copying a
    photo of 12 million pixels takes 2 ms, encoding it as PNG a second and 20 MB.

    Args:
        folder: where they are; made when the first is written.
        elsewhere: where the same bytes may lie already, for instance in the cache of results; a
            file there must never change. It is linked instead of written again.
    """

    def __init__(self, folder: Path, elsewhere: Callable[[str], Path | None] | None = None) -> None:
        self._folder = folder
        self._elsewhere = elsewhere
        self._kept: dict[str, Path] = {}

    def put(self, name: str, make: Callable[[], bytes]) -> None:
        """Keeps `make()` under `name`, unless it is there already.

        Raises:
            OSError: the folder can't be written.
        """
        if name in self._kept or self.find(name) is not None:
            return
        target = self._target(name)
        if not self._link(name, target):
            with self._draft(target) as draft:
                draft.write_bytes(make())
        self._kept[name] = target

    def adopt(self, name: str, file: Path) -> None:
        """Keeps a copy of the picture file that `name` was read from, if its extension says so.

        Raises:
            OSError: the folder can't be written.
        """
        suffix = file.suffix.lower()
        if suffix not in _PICTURE_FILES or self.find(name) is not None:
            return
        target = self._target(name).with_suffix(suffix)
        with self._draft(target) as draft:
            shutil.copyfile(file, draft)
        self._kept[name] = target

    def find(self, name: str) -> Path | None:
        """The file of `name`, whatever its extension; None when there is none."""
        if name in self._kept:
            return self._kept[name]
        target = self._target(name)
        suffixes = _PICTURE_FILES if target.suffix == ".png" else (target.suffix,)
        for suffix in suffixes:
            path = target.with_suffix(suffix)
            if path.is_file():
                self._kept[name] = path
                return path
        return None

    def get(self, name: str) -> bytes:
        """The bytes of `name`; `KeyError` when there are none."""
        path = self.find(name)
        if path is None:
            raise KeyError(name)
        try:
            return read_file(path, "picture", MAX_BYTES)
        except InputError:
            raise KeyError(name) from None

    def _target(self, name: str) -> Path:
        """Where `name` is written; names come from traces, which may be forged."""
        if not _NAME.fullmatch(name):
            raise KeyError(name)
        return self._folder / name

    def _link(self, name: str, target: Path) -> bool:
        """Whether the bytes were found elsewhere, and linked on the same file system."""
        source = self._elsewhere(name) if self._elsewhere is not None else None
        if source is None:
            return False
        self._folder.mkdir(exist_ok=True)
        try:
            target.hardlink_to(source)
        except OSError:
            return target.exists()
        return True

    @contextmanager
    def _draft(self, target: Path) -> Generator[Path]:
        """A file that becomes `target` at the end of the block, or nothing."""
        self._folder.mkdir(exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=self._folder, prefix="new-", delete=False) as file:
            draft = Path(file.name)
        try:
            yield draft
            draft.replace(target)
        except BaseException:
            with suppress(OSError):
                draft.unlink()
            raise
