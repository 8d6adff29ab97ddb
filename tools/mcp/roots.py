"""`Roots`: the only folders from which files are read, and into which they are written.

A path is resolved first and must lie in an allowed folder. It is then opened again from that folder
on, component by component, never through a link: whoever swaps a folder or file for a link in
between gets an error instead of a file elsewhere (the time-of-check, time-of-use race; CWE-367).
"""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager
from pathlib import Path, PureWindowsPath

from ..errors import InputError, PolicyError, one_line
from ..files import read_opened
from ..values.limits import checked_text

MAX_LENGTH = 4096
"""Characters of a path."""

HAS_DESCRIPTORS = (
    os.open in os.supports_dir_fd
    and os.rename in os.supports_dir_fd
    and os.unlink in os.supports_dir_fd
    and hasattr(os, "O_NOFOLLOW")
    and hasattr(os, "O_DIRECTORY")
)
"""Whether files can be opened relative to an open folder; Windows can't."""

_FOLDER = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_NOFOLLOW", 0)
_PLAIN = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
_READ = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | _PLAIN
_WRITE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _PLAIN
_SWAPPED = frozenset({errno.ELOOP, errno.EMLINK, errno.ENOTDIR, errno.EINVAL})
"""What systems say of a link where none is followed, or that vanished while it was read."""

_DEVICES = frozenset(
    {"con", "prn", "aux", "nul"} | {f"{port}{n}" for port in ("com", "lpt") for n in range(10)}
)


class ExistsError(PolicyError):
    """A file is there already, and nobody agreed to replace it."""


class Roots:
    """The allowed folders.

    Args:
        folders: those that the user named.
        home: the folder for what the server makes; allowed too, and made when it is needed.
        by_descriptor: open files relative to their folder; False is for systems that can't.

    Raises:
        InputError: one of `folders` is no folder.
    """

    def __init__(
        self, folders: Iterable[Path], home: Path, *, by_descriptor: bool = HAS_DESCRIPTORS
    ) -> None:
        self._named = [_folder(path) for path in folders]
        self._home = Path(os.path.realpath(home))
        self._by_descriptor = by_descriptor

    @property
    def folders(self) -> Sequence[Path]:
        """All of them, those that the user named first."""
        return [*self._named, self._home]

    def read(self, text: str, what: str, limit: int) -> bytes:
        """The bytes of a regular file.

        Args:
            text: its path; a relative one is looked for in each folder.
            what: what it should be, for errors: "picture".
            limit: the most bytes that it may have.

        Raises:
            PolicyError: it lies outside the allowed folders.
            InputError: it is missing, or not a regular file of at most `limit` bytes.
        """
        root, path = self._place(text)
        with self._opened_parent(root, path) as parent, _explained(path):
            handle = self._open(path, parent, _READ)
        return read_opened(handle, Path(path.name), what, limit)

    def write(self, text: str, data: bytes, *, replace: bool) -> Path:
        """Writes a file: whole, or not at all; returns its path.

        Args:
            text: its path; a relative one is meant in the first folder.
            data: its bytes.
            replace: whether a file that is there may be replaced.

        Raises:
            ExistsError: a file is there, and `replace` is False.
            PolicyError: it lies outside the allowed folders.
            InputError: its folder is missing, or it can't be written.
        """
        root, path = self._place(text, new=True)
        if root == self._home:
            self._home.mkdir(mode=0o700, parents=True, exist_ok=True)
        with self._opened_parent(root, path) as parent, _explained(path):
            if replace:
                self._replace(path, parent, data)
            else:
                self._create(path, parent, data)
        return path

    def exists(self, text: str) -> bool:
        """Whether writing to a path would replace something.

        Raises:
            PolicyError: it lies outside the allowed folders.
        """
        return os.path.lexists(self._place(text, new=True)[1])

    def _place(self, text: str, *, new: bool = False) -> tuple[Path, Path]:
        """The allowed folder that a path lies in, and the path without any link in it."""
        _check_text(text)
        if os.path.isabs(text):  # noqa: PTH117 - Path would take the null bytes of old Pythons
            candidates = [Path(text)]
        else:
            bases = self.folders[:1] if new else self.folders
            candidates = [base / text for base in bases]
        found: list[tuple[Path, Path]] = []
        for one in candidates:
            with _explained(one):
                path = _resolved(one, new)
            root = next((root for root in self.folders if _inside(path, root)), None)
            if root is not None:
                found.append((root, path))
        if not found:
            raise PolicyError(
                f"{one_line(text, 80)} is outside the allowed folders", hint=self._hint
            )
        # Not Path.exists: it raises for a name that is too long.
        return next((one for one in found if os.path.exists(one[1])), found[0])  # noqa: PTH110

    @property
    def _hint(self) -> str:
        if not self._named:
            return "no folder is allowed: start the server with --root FOLDER"
        return f"allowed are {', '.join(str(one) for one in self._named)}"

    @contextmanager
    def _opened_parent(self, root: Path, path: Path) -> Generator[int | None]:
        """The open folder of `path`, reached from `root` without following a link."""
        if not self._by_descriptor:
            yield None
            return
        with _explained(path):
            handle = os.open(root, _FOLDER)
            try:
                for part in path.relative_to(root).parts[:-1]:
                    inner = os.open(part, _FOLDER, dir_fd=handle)
                    os.close(handle)
                    handle = inner
            except BaseException:
                os.close(handle)
                raise
        try:
            yield handle
        finally:
            os.close(handle)

    def _open(self, path: Path, parent: int | None, flags: int) -> int:
        if parent is not None:
            return os.open(path.name, flags, 0o600, dir_fd=parent)
        handle = os.open(path, flags, 0o600)
        # Without descriptors: what was opened must be what lies at the path now, link or not.
        now = Path(os.path.realpath(path))
        same = os.path.samestat(os.fstat(handle), now.stat())
        if same and now == path:
            return handle
        os.close(handle)
        if same and flags & os.O_CREAT:
            now.unlink()
        raise OSError(errno.ELOOP, "it was swapped while it was opened")

    def _create(self, path: Path, parent: int | None, data: bytes) -> None:
        try:
            handle = self._open(path, parent, _WRITE)
        except FileExistsError:
            raise ExistsError(
                f"{path.name} is there already", hint="choose another name, or agree to replace it"
            ) from None
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(path.name if parent is not None else path, dir_fd=parent)
            raise

    def _replace(self, path: Path, parent: int | None, data: bytes) -> None:
        draft = path.with_name(f".new-{secrets.token_hex(8)}")
        self._create(draft, parent, data)
        if parent is None:
            draft.replace(path)
        else:
            # A link at the path is itself replaced, not followed.
            os.rename(draft.name, path.name, src_dir_fd=parent, dst_dir_fd=parent)


def _folder(path: Path) -> Path:
    real = Path(os.path.realpath(path))
    if not real.is_dir():
        raise InputError(f"{path} is no folder", hint="--root takes a folder that exists")
    return real


def _check_text(text: str) -> None:
    """Refuses what is a trick on one system or another, on all of them."""
    if "\0" in text:
        raise PolicyError("a path can't contain a null byte")
    checked_text(text)
    if not text or len(text) > MAX_LENGTH:
        raise InputError(f"a path has 1 to {MAX_LENGTH} characters")
    if text.startswith(("\\\\", "//", "\\/", "/\\")):
        raise PolicyError(
            "a path of the network is not allowed", hint="give a path on this machine"
        )
    if ".." in text.replace("\\", "/").split("/"):
        raise PolicyError("a path can't contain ..", hint="give the path itself")
    for part in PureWindowsPath(text).parts:
        if part.split(".")[0].rstrip(" ").casefold() in _DEVICES:
            raise PolicyError(f"{one_line(part, 40)} is the name of a device")
    if os.name == "nt" and ":" in text[2:]:
        raise PolicyError("a path can't contain a colon", hint="give the path of a file")


def _resolved(path: Path, new: bool) -> Path:
    """The path without links; of a new file, that of its folder and its own name."""
    if new:
        return Path(os.path.realpath(path.parent)) / path.name
    return Path(os.path.realpath(path))


def _inside(path: Path, root: Path) -> bool:
    return path != root and path.is_relative_to(root)


@contextmanager
def _explained(path: Path) -> Generator[None]:
    """Errors of the system in words that don't say what lies where."""
    name = one_line(path.name, 80)
    try:
        yield
    except FileNotFoundError:
        raise InputError(f"there is no file {name}", hint="look at its path") from None
    except PermissionError:
        raise InputError(f"{name} can't be opened: permission denied") from None
    except UnicodeEncodeError:
        raise InputError(f"{name} can't be opened: its name is not Unicode") from None
    except OSError as error:
        if error.errno in _SWAPPED:
            raise PolicyError(
                f"{name} can't be opened: a part of its path is a link or no folder"
            ) from None
        raise InputError(f"{name} can't be opened: {error.strerror}") from None
