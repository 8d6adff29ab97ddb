"""`Draft`: a program in canonical form while it is written, statement by statement."""

from __future__ import annotations

NAMES = "abcdef"
"""The names of lists of regions, in the order in which a program assigns them."""


class NotDrawnError(ValueError):
    """A request can't be made of what was drawn: another draw may be."""


class Draft:
    """A program in canonical form: lists of regions get the names `a`, `b`, ...; then the answer.

    All strings are in single quotes, so that f-strings can hold them.
    """

    def __init__(self) -> None:
        self._values: list[str] = []

    def assign(self, value: str) -> str:
        """The name of a list of regions; the same value keeps its name.

        Raises:
            NotDrawnError: there are no more names.
        """
        if value not in self._values:
            if len(self._values) == len(NAMES):
                raise NotDrawnError
            self._values.append(value)
        return NAMES[self._values.index(value)]

    def find(self, query: str, image: str = "image") -> str:
        """The name of what `find` finds."""
        return self.assign(f"find({image}, {quoted(query)})")

    def select(self, regions: str, query: str) -> str:
        """The name of what `select` picks."""
        return self.assign(f"select({regions}, {quoted(query)})")

    def keep(self, regions: str, test: str) -> str:
        """The name of the regions `x` that pass a test."""
        return self.assign(f"[x for x in {regions} if {test}]")

    def program(self, answer: str) -> str:
        """The whole program."""
        lines = [f"{name} = {value}" for name, value in zip(NAMES, self._values, strict=False)]
        return "\n".join([*lines, f"answer = {answer}"])


def quoted(text: str) -> str:
    """A text as a literal, without the apostrophes and backslashes that canonical strings lack."""
    return "'" + text.replace("'", "").replace("\\", "") + "'"


def guarded(value: str, regions: str, what: str) -> str:
    """`value`, or words that say that there is no such thing."""
    return f"{value} if exists({regions}) else {quoted(f'no {what} found')}"
