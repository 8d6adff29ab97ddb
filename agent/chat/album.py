"""`Album`: the pictures of a conversation and what edits made of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ...tools.errors import InputError
from ...tools.toolbox import Toolbox
from ...tools.values import Image, ImageLike
from ..graph.recall import MAX_PICTURES
from .events import Undone
from .keeper import Keeper
from .state import ALL, ChatState, PictureState, TurnState, VersionState


class Album:
    """The pictures of a conversation; what it changes in the state is not saved by it.

    Args:
        state: of the conversation.
        toolbox: opens pictures.
        keeper: writes pictures to the conversation's folder.
        thread: the name of the conversation.
    """

    def __init__(self, state: ChatState, toolbox: Toolbox, keeper: Keeper, thread: str) -> None:
        self._state = state
        self._toolbox = toolbox
        self._keeper = keeper
        self._thread = thread

    @property
    def pictures(self) -> Sequence[Image]:
        """Every picture as it is now.

        Raises:
            InputError: one can't be read any more, or is no longer what it was.
        """
        return [self._opened(one["versions"][-1]) for one in self._state["pictures"]]

    def shown(self) -> Image:
        """The picture that a person saw last.

        Raises:
            InputError: there are several, and none was shown; or it can't be read any more.
        """
        state = self._state
        last = state["turns"][-1] if state["turns"] else None
        if last is not None and last["view"] and not last["undone"]:
            return self._toolbox.image(last["view"])
        index = state["focus"]
        if index == ALL and len(state["pictures"]) == 1:
            index = 0
        if index == ALL and last is not None and len(last["edited"]) == 1:
            index = last["edited"][0]
        if index == ALL:
            raise InputError(
                f"the conversation is about {len(state['pictures'])} pictures",
                hint="choose one first: /image NUMBER",
            )
        return self._opened(state["pictures"][index]["versions"][-1])

    def check(self, focus: int) -> None:
        """Whether the pictures are what they were.

        Raises:
            InputError: one can't be read any more, or is no longer what it was.
        """
        chosen = self._state["pictures"] if focus == ALL else [self._state["pictures"][focus]]
        for one in chosen:
            self._opened(one["versions"][-1])

    def add(self, image: ImageLike) -> int:
        """Adds a picture, unless its file is there already; returns its index.

        Raises:
            InputError: it can't be read, or there are too many.
        """
        pictures = self._state["pictures"]
        opened = self._toolbox.image(image)
        if isinstance(image, (str, Path)):
            path = Path(image).absolute()
            name = path.name
        else:
            path = self._keeper.keep_picture(self._thread, opened, "picture")
            name = path.name
        for index, one in enumerate(pictures):
            first = one["versions"][0]
            if first["path"] == str(path) and first["digest"] == opened.digest:
                return index
        if len(pictures) >= MAX_PICTURES:
            raise InputError(f"a conversation may be about {MAX_PICTURES} pictures")
        version = _version(opened, path, turn=0)
        pictures.append(PictureState(name=self._free_name(name), versions=[version]))
        return len(pictures) - 1

    def edited(self, index: int, image: Image, turn: int, made: Path | None) -> None:
        """Makes an edited picture the current one.

        Args:
            index: of the picture that was edited.
            image: the new one.
            turn: the number of the turn that made it.
            made: its file in the folder of its run.

        Raises:
            InputError: it can't be written.
        """
        picture = self._state["pictures"][index]
        stem = f"{Path(picture['name']).stem}-edited-{turn}"
        path = self._keeper.keep_picture(self._thread, image, stem, made)
        picture["versions"].append(_version(image, path, turn))

    def undo(self, everything: bool) -> Undone:
        """Takes back the last edit, or all.

        Raises:
            InputError: there is no edit to take back, or the picture as it was before can't be
                read any more; nothing has changed then.
        """
        edits = (one for one in reversed(self._state["turns"]) if one["edited"])
        taken = [one for one in edits if not one["undone"]]
        if not taken:
            raise InputError("there is nothing to undo", hint="no edit was made, or all are undone")
        taken = taken if everything else taken[:1]
        first = taken[-1]
        pictures = self._state["pictures"]
        before = _before(first, pictures[first["edited"][0]])
        # A file that is gone is noticed while nothing has changed yet.
        shown = self._opened(before[-1])
        for turn in taken:
            for index in turn["edited"]:
                pictures[index]["versions"][:] = _before(turn, pictures[index])
            turn["undone"] = True
        # What is shown next is the picture, not a drawing that answered a question before.
        self._state["turns"][-1]["view"] = ""
        return Undone([one["said"] for one in taken], shown)

    def _opened(self, version: VersionState) -> Image:
        image = self._toolbox.image(version["path"])
        if image.digest != version["digest"]:
            raise InputError(
                f"{version['path']} has changed since it was shown",
                hint="add it again: /image PATH",
            )
        return image

    def _free_name(self, name: str) -> str:
        taken = {one["name"] for one in self._state["pictures"]}
        names = [name, *(f"{Path(name).stem}-{n}{Path(name).suffix}" for n in range(2, 40))]
        return next(one for one in names if one not in taken)


def _version(image: Image, path: Path, turn: int) -> VersionState:
    return VersionState(
        path=str(path), digest=image.digest, width=image.width, height=image.height, turn=turn
    )


def _before(turn: TurnState, picture: PictureState) -> list[VersionState]:
    """The versions that a picture had before a turn."""
    return [one for one in picture["versions"] if one["turn"] < turn["number"]]
