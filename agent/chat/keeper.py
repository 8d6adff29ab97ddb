"""`Keeper`: conversations on disk, in the SQLite file that open requests are in too.

Each is a thread of LangGraph whose name starts with `chat/`, which no request's may. Only its last
checkpoint is kept: it has the whole conversation.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, cast

from langgraph.graph import END, START, StateGraph  # pyright: ignore[reportMissingTypeStubs]

from ...tools.values import Image
from ..graph.locking import ThreadLock
from ..graph.threads import CHATS, Threads
from ..setup import Setup
from .state import ChatState

_NODE = "turn"


class Keeper:
    """Writes and reads conversations.

    Args:
        threads: the file.
    """

    def __init__(self, threads: Threads) -> None:
        self._threads = threads
        graph: Any = StateGraph(cast("Any", ChatState))
        graph.add_node(_NODE, _as_it_is)
        graph.add_edge(START, _NODE)
        graph.add_edge(_NODE, END)
        self._graph: Any = graph.compile(checkpointer=threads.saver)

    def load(self, name: str) -> ChatState | None:
        """A conversation as it was last kept; None when there is none of this name.

        Raises:
            InputError: the file can't be read.
        """
        with self._threads.writing():
            values = self._graph.get_state(_config(name)).values
        return cast("ChatState", dict(values)) if values else None

    def save(self, name: str, state: ChatState) -> None:
        """Keeps a conversation; when this returns, it is on the disk.

        Raises:
            InputError: the file can't be written.
        """
        with self._threads.writing():
            config = self._graph.update_state(_config(name), state, as_node=_NODE)
            latest = config["configurable"]["checkpoint_id"]
            with self._threads.saver.cursor() as cursor:
                for table in ("checkpoints", "writes"):
                    cursor.execute(
                        f"DELETE FROM {table} WHERE thread_id = ? AND checkpoint_id != ?",
                        (CHATS + name, latest),
                    )

    def lock(self, name: str) -> ThreadLock:
        """Held by who talks in a conversation."""
        return ThreadLock(self._folder(name), "conversation")

    def keep_setup(self, name: str, setup: Setup) -> None:
        """Writes down what a conversation is held with.

        Raises:
            InputError: it can't be written.
        """
        with self._threads.writing():
            setup.keep(self._folder(name))

    def all(self) -> Mapping[str, ChatState]:
        """Every conversation by its name, the latest first.

        Raises:
            InputError: the file can't be read.
        """
        with self._threads.writing(), self._threads.saver.cursor(transaction=False) as cursor:
            rows = cursor.execute(
                "SELECT thread_id, MAX(checkpoint_id) AS latest FROM checkpoints"
                " WHERE thread_id LIKE ? GROUP BY thread_id ORDER BY latest DESC",
                (CHATS + "%",),
            ).fetchall()
        names = [str(row[0]).removeprefix(CHATS) for row in rows]
        found = ((name, self.load(name)) for name in names)
        return {name: state for name, state in found if state is not None}

    def forget(self, name: str) -> None:
        """Deletes a conversation and the pictures that it made; runs stay.

        Raises:
            InputError: the file can't be written.
        """
        with self._threads.writing():
            self._threads.saver.delete_thread(CHATS + name)
        with suppress(OSError):
            shutil.rmtree(self._folder(name))

    def keep_picture(self, name: str, image: Image, stem: str, made: Path | None = None) -> Path:
        """Writes a picture of a conversation into its folder, under a name that is not taken.

        Args:
            name: the conversation.
            image: the picture.
            stem: what the file is called, without extension.
            made: a PNG file with the same picture, which nobody changes; it is linked.

        Raises:
            InputError: it can't be written.
        """
        folder = self._folder(name)
        with self._threads.writing():
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            path = _new_path(folder, stem)
            if made is None or not _linked(made, path):
                draft = path.with_suffix(".new")
                draft.write_bytes(image.to_png())
                draft.replace(path)
        return path

    def _folder(self, name: str) -> Path:
        return folder_of(self._threads.folder, name)


def folder_of(threads: Path, name: str) -> Path:
    """The folder of a conversation's files; it need not be there.

    Raises:
        InputError: it is no name.
    """
    return threads / "chats" / Threads.checked(name)


def _config(name: str) -> Any:
    return {"configurable": {"thread_id": CHATS + Threads.checked(name)}}


def _as_it_is(state: ChatState) -> dict[str, Any]:
    """The only node: turns are worked on elsewhere, and what came of them is kept here."""
    return {}


def _new_path(folder: Path, stem: str) -> Path:
    number = 1
    while (path := folder / (f"{stem}.png" if number == 1 else f"{stem}-{number}.png")).exists():
        number += 1
    return path


def _linked(made: Path, path: Path) -> bool:
    """Whether a file could be linked; not all file systems can."""
    try:
        path.hardlink_to(made)
    except OSError:
        return False
    return True
