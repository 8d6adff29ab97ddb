"""Reading files that a user names: only regular ones, and never more than a limit."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from .errors import InputError


def read_file(path: Path, what: str, limit: int, *, empty: bool = False) -> bytes:
    """The bytes of a regular file; devices, pipes and folders are refused before a byte is read.

    Args:
        path: the file.
        what: what it should be, for the error: "picture", "program".
        limit: the most bytes that it may have.
        empty: it may have none.

    Raises:
        InputError: it is missing, unreadable, empty, too large, or not a regular file.
    """
    if "\0" in str(path):
        raise InputError("a file name can't contain a null byte")
    # Without O_NONBLOCK, opening a pipe that nobody writes to would wait for ever.
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    try:
        handle = os.open(path, flags)
    except FileNotFoundError:
        raise InputError(f"there is no file {path}") from None
    except IsADirectoryError:
        raise InputError(f"{path} is a folder, not a {what}") from None
    except PermissionError:
        raise InputError(f"{path} can't be read: permission denied") from None
    except UnicodeEncodeError:
        raise InputError(f"{path} can't be read: its name is not Unicode") from None
    except OSError as error:
        raise InputError(f"{path} can't be read: {error.strerror}") from None
    return read_opened(handle, path, what, limit, empty=empty)


def read_opened(handle: int, path: Path, what: str, limit: int, *, empty: bool = False) -> bytes:
    """The same as `read_file`, of a file that is open already; closes it."""
    try:
        _check(path, os.fstat(handle), what, limit, empty)
    except InputError:
        os.close(handle)
        raise
    with os.fdopen(handle, "rb") as file:
        return file.read(limit)


def _check(path: Path, status: os.stat_result, what: str, limit: int, empty: bool) -> None:
    if stat.S_ISDIR(status.st_mode):
        raise InputError(f"{path} is a folder, not a {what}")
    if not stat.S_ISREG(status.st_mode):
        raise InputError(f"{path} is not a regular file")
    if status.st_size == 0 and not empty:
        raise InputError(f"{path} is empty")
    if status.st_size > limit:
        raise InputError(f"{path} is too large: a {what} may have {in_units(limit)}")


def in_units(size: int) -> str:
    """A number of bytes as people read it: "64 kB", "256 MB"."""
    return f"{size / 2**20:.0f} MB" if size >= 2**20 else f"{size / 2**10:.0f} kB"
