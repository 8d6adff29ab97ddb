"""`Threads`: the state of open requests, on disk, so that any process can go on with them."""

from __future__ import annotations

import re
import shutil
import sqlite3
from collections.abc import Generator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer
from langgraph.checkpoint.sqlite import SqliteSaver

from ...tools.errors import InputError
from ...tools.values import Image
from .locking import ThreadLock

FILE = "threads.sqlite"
FILES = "requests"
"""The folder that has a folder for each request: no name of a request may reach what is beside."""
CHATS = "chat/"
"""What the names of conversations begin with, as threads of LangGraph."""
KEPT = timedelta(days=30)
"""How long a request that was stopped can be gone on with."""
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_WAIT_SECONDS = 10.0


class Threads:
    """Checkpoints of LangGraph in one SQLite file, and the pictures that came without a file.

    Requests that nobody has gone on with for `KEPT` are forgotten when it is opened.

    Args:
        folder: made, for its owner only, when the first request begins.

    Raises:
        InputError: the folder can't be written.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder.absolute()
        with self.writing():
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            connection = sqlite3.connect(
                self.folder / FILE, timeout=_WAIT_SECONDS, check_same_thread=False
            )
            # No object of any class but plain ones is made from what lies in the file.
            serde = JsonPlusSerializer(allowed_msgpack_modules=None)
            self.saver = SqliteSaver(connection, serde=serde)
            self.saver.setup()
        self._connection = connection
        # Tidying up can wait where another process is just writing.
        with suppress(InputError):
            self.forget_untouched(datetime.now(UTC) - KEPT)

    def close(self) -> None:
        """Closes the file."""
        self._connection.close()

    @staticmethod
    def checked(thread: str) -> str:
        """The name of a thread, which is also a folder's.

        Raises:
            InputError: it has other letters than a-z, digits, `.`, `_` and `-`, or is too long.
        """
        if not _NAME.fullmatch(thread):
            raise InputError(
                f"a thread can't be called {thread[:80]!r}",
                hint="use at most 64 letters a-z, digits, '.', '_' and '-'",
            )
        return thread

    @staticmethod
    def of_request(thread: str) -> str:
        """The name of a thread, unless it is a conversation's.

        Raises:
            InputError: it is, or it is no name.
        """
        if thread.startswith(CHATS):
            raise InputError(
                f"{thread} is a conversation, not a request",
                hint=f"go on with: viscript chat --thread {thread.removeprefix(CHATS)}",
            )
        return Threads.checked(thread)

    def lock(self, thread: str) -> ThreadLock:
        """Held by who works on a request."""
        return ThreadLock(self.files(thread), "request")

    def has(self, thread: str) -> bool:
        """Whether there is a thread of this name."""
        with self.writing():
            return self.saver.get_tuple({"configurable": {"thread_id": thread}}) is not None

    def keep_pictures(self, thread: str, images: Sequence[Image]) -> list[str]:
        """Writes pictures that are in memory to files of the thread.

        Raises:
            InputError: they can't be written.
        """
        folder = self.files(thread)
        kept: list[str] = []
        with self.writing():
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            for number, image in enumerate(images, 1):
                path = folder / f"picture-{number}.png"
                path.write_bytes(image.to_png())
                kept.append(str(path))
        return kept

    def forget(self, thread: str) -> None:
        """Deletes what is kept of a thread.

        Raises:
            InputError: the file can't be written.
        """
        with self.writing():
            self.saver.delete_thread(thread)
        with suppress(OSError):
            shutil.rmtree(self.files(thread))

    def forget_untouched(self, since: datetime) -> None:
        """Deletes the requests that were last worked on before a moment; conversations stay.

        Raises:
            InputError: the file can't be written.
        """
        with self.writing():
            with self.saver.cursor(transaction=False) as cursor:
                # Identifiers of checkpoints sort by time; a conversation's name has a slash.
                rows = cursor.execute(
                    "SELECT thread_id FROM checkpoints WHERE thread_id NOT LIKE '%/%'"
                    " GROUP BY thread_id HAVING MAX(checkpoint_id) < ?",
                    (_first_identifier(since),),
                ).fetchall()
            for row in rows:
                self.forget(str(row[0]))
            # Pictures of requests that never began.
            for folder in (self.folder / FILES).glob("*"):
                if folder.stat().st_mtime < since.timestamp() and not self.has(folder.name):
                    shutil.rmtree(folder)

    @contextmanager
    def writing(self) -> Generator[None]:
        """Turns what the disk refuses within the block into an `InputError`."""
        try:
            yield
        except (OSError, sqlite3.Error) as error:
            raise self.unwritable(error) from error

    def unwritable(self, error: OSError | sqlite3.Error) -> InputError:
        """What to tell people when the disk refuses."""
        words = error.strerror if isinstance(error, OSError) else None
        return InputError(
            f"the request can't be kept in {self.folder}: {words or error}",
            hint="make room, or set VISCRIPT_HOME to another folder",
        )

    def files(self, thread: str) -> Path:
        """The folder of a request's files; it need not be there."""
        return self.folder / FILES / self.checked(thread)


def _first_identifier(moment: datetime) -> str:
    """What the identifiers of later checkpoints sort after: UUIDs of version 6 begin with time."""
    passed = moment - datetime(1582, 10, 15, tzinfo=UTC)
    digits = f"{passed // timedelta(microseconds=1) * 10:015x}"
    return f"{digits[:8]}-{digits[8:12]}"
