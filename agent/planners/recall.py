"""`Recall`: the worked examples that are nearest to a request."""

from __future__ import annotations

from collections.abc import Container, Sequence

from ...tools.embeddings import Embeddings, standard_embeddings
from .examples import WorkedExample, shipped_examples, user_examples
from .planner import Example

DEFAULT_COUNT = 8


class Recall:
    """Finds examples by what their requests are about.

    Args:
        examples: the examples to choose from; of equally near ones, the first comes first.
        embeddings: measures how near two requests are.
    """

    def __init__(self, examples: Sequence[WorkedExample], embeddings: Embeddings) -> None:
        self._examples = examples
        self._embeddings = embeddings
        self._vectors = embeddings.of([_plain(one.example.request) for one in examples])

    @classmethod
    def standard(cls) -> Recall:
        """From the examples that come with viscript, and those of this user.

        Raises:
            InputError: the user's file of examples is damaged.
            ModelError: the word embeddings are missing.
        """
        return cls([*user_examples(), *shipped_examples()], standard_embeddings())

    def nearest(
        self,
        request: str,
        tools: Container[str],
        names: Container[str],
        count: int = DEFAULT_COUNT,
    ) -> list[Example]:
        """The examples nearest to a request, the nearest first.

        Args:
            request: the person's words.
            tools: the offered tools: an example that calls another one is left out.
            names: the names that are bound: an example that reads a picture under another name
                (`left` where there is only `image`) comes after all that don't.
            count: how many at most.
        """
        similarities = self._vectors @ self._embeddings.of([_plain(request)])[0]
        # Rounded, so that what is equal on one processor is equal on another.
        rounded = [round(float(one), 4) for one in similarities]
        ranked: list[tuple[bool, float, int]] = []
        for number, (one, similarity) in enumerate(zip(self._examples, rounded, strict=True)):
            if all(tool in tools for tool in one.tools):
                foreign = any(name not in names for name in one.pictures)
                ranked.append((foreign, -similarity, number))
        return [self._examples[number].example for _, _, number in sorted(ranked)[:count]]


def _plain(request: str) -> str:
    """A request without what depends on how it was typed."""
    return request.lower().strip(" ?.!")
