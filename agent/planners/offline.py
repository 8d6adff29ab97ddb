"""`OfflinePlanner`: the embedded model in the seat of a planner."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from ...tools.cancellation import current_cancellation
from ...tools.lexicon import standard_lexicon
from .planner import NoProgramError, Plan, Task, Usage

if TYPE_CHECKING:
    from .embedded.planner import EmbeddedPlanner

NAME = "embedded"
_FIND = re.compile(r"\bfind\(image, '([^']*)'\)")
"""How the model writes that it looks for something in a single picture."""
VOTING_TEMPERATURE = 0.7
"""Of programs that are voted on, but for the first."""
_LOOKS_FOR = {"find_faces(image)": "face", "list_objects(image)": "object"}
"""How the model writes that it looks for things of one kind, and the word for these."""
_LOOK = re.compile(rf"\b{_FIND.pattern}|{'|'.join(map(re.escape, _LOOKS_FOR))}")
DRAWS = 6
"""How often another program is drawn after a failed attempt, each time more freely."""


class OfflinePlanner:
    """Writes programs in one pass, from the request alone.

    Worked examples, names and what became of earlier attempts are more than a model of its size can
    use; after a failed attempt it draws another program, the same one each time it is asked. Where
    the task knows what a noun means, that stands in the program instead of looking for it. Such
    programs are heard as a whole.

    Args:
        model: writes the programs.
    """

    reads_examples = False
    works_here = True

    def __init__(self, model: EmbeddedPlanner) -> None:
        self._model = model

    @property
    def name(self) -> str:
        """`embedded`."""
        return NAME

    @property
    def made_with(self) -> Mapping[str, str]:
        """The settings that `planner_from` needs, besides the name, to make it again."""
        adapter = self._model.other_adapter
        return {} if adapter is None else {"adapter": str(adapter)}

    @property
    def writes_cells(self) -> bool:
        """Never: it writes its program at once."""
        return False

    def plan(self, task: Task, on_token: Callable[[str], None] | None = None) -> Plan:
        """The program for a task.

        Raises:
            InputError: the request is empty or too long for the model.
            ModelError: the model is missing or failed.
            NoProgramError: it found no end of the program.
            CancelledError: the person asked to stop.
        """
        began = time.monotonic()
        stop = current_cancellation()
        tokens = 0

        def hear(token: str) -> None:
            nonlocal tokens
            tokens += 1
            stop.check()
            if on_token and not late:
                on_token(token)

        late = bool(task.attempts or task.known)
        try:
            source = self._source(task, hear)
        except NoProgramError as error:
            error.usage = Usage(output_tokens=tokens, seconds=time.monotonic() - began)
            raise
        if on_token and late:
            on_token(source)
        return Plan(source, usage=Usage(output_tokens=tokens, seconds=time.monotonic() - began))

    def _source(self, task: Task, hear: Callable[[str], None]) -> str:
        if task.attempts:
            return self._drawn(task, hear)
        if task.draw:
            seed = task.draw * (DRAWS + 1)
            return self._written(task, hear, temperature=VOTING_TEMPERATURE, seed=seed)
        return self._written(task, hear)

    def _drawn(self, task: Task, hear: Callable[[str], None]) -> str:
        """The first program that was not tried; the last one where all were.

        A draw that found no end would find none again: each that did is left out.
        """
        tried = {one.source.strip() for one in task.attempts}
        endless = sum(not one.source.strip() for one in task.attempts[1:])
        source = ""
        for draw in range(min(1 + endless, DRAWS), DRAWS + 1):
            seed = draw + task.draw * (DRAWS + 1)
            source = self._written(task, hear, temperature=0.5 * draw, seed=seed)
            if source.strip() not in tried:
                break
        return source

    def _written(
        self, task: Task, hear: Callable[[str], None], temperature: float = 0.0, seed: int = 0
    ) -> str:
        source = self._model.plan(
            task.request, _pictures(task), task.tools, hear, temperature=temperature, seed=seed
        )
        return with_known(source, task.known, task.request)


def with_known(source: str, known: Mapping[str, str], request: str) -> str:
    """A program of the model in which what is known is not looked for again.

    A program that looks only once, and for something that the request doesn't name ("faces" where
    it says "person"), was meant to look for the one thing that is known.

    Args:
        source: the program.
        known: for a noun: an expression that is what it means.
        request: what the program is for.
    """
    meant = {form: said for noun, said in known.items() for form in _forms(noun)}
    looks = [one[0] for one in _LOOK.finditer(source)]
    if len(looks) == len(known) == 1 and _LOOKS_FOR.get(looks[0], "") not in request.lower():
        return source.replace(looks[0], next(iter(known.values())))

    def known_or_found(call: re.Match[str]) -> str:
        return next((meant[one] for one in _forms(call[1]) if one in meant), call[0])

    return _FIND.sub(known_or_found, source)


def _forms(noun: str) -> list[str]:
    """A noun in small letters, then what may be its singular."""
    *before, last = noun.lower().split() or [""]
    return [" ".join([*before, one]) for one in standard_lexicon().singulars(last)]


def _pictures(task: Task) -> int:
    """How many pictures a task is about."""
    if "image" in task.names:
        return 1
    return 2 if "left" in task.names else max(3, len(task.pictures))
