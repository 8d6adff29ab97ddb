"""`Embeddings`: what short texts are about, as vectors that can be compared.

A text's vector is the average of the static vectors of its tokens: 256 dimensions of WordLlama
(Miller, 2024, `l2_supercat`), which its wheel carries. No network is run, so it takes microseconds.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from .errors import ModelError

if TYPE_CHECKING:
    from tokenizers import Tokenizer

WEIGHTS = "weights/l2_supercat_256.safetensors"
TOKENIZER = "tokenizers/l2_supercat_tokenizer_config.json"
MAX_CHARACTERS = 2000
"""Of a text, what comes after is not read."""


class Embeddings:
    """Turns texts into vectors.

    Args:
        weights: a vector for each token, shape (tokens, dimensions).
        tokenizer: cuts texts into tokens.
    """

    def __init__(self, weights: NDArray[np.floating], tokenizer: Tokenizer) -> None:
        self._weights = weights
        self._tokenizer = tokenizer

    def of(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """The vectors of texts: shape (N, dimensions), each of length 1, so that their dot product
        is their similarity in [-1, 1]; an empty text has the vector 0.
        """
        vectors = np.zeros((len(texts), self._weights.shape[1]), np.float32)
        read = [text[:MAX_CHARACTERS] for text in texts]
        encoded = self._tokenizer.encode_batch(read, add_special_tokens=False)
        for vector, one in zip(vectors, encoded, strict=True):
            if one.ids:
                vector[:] = self._weights[one.ids].mean(axis=0, dtype=np.float32)
                vector /= max(float(np.linalg.norm(vector)), 1e-9)
        return vectors


@cache
def standard_embeddings() -> Embeddings:
    """The embeddings that the package wordllama carries, loaded once.

    Raises:
        ModelError: the package, or a file in it, is missing.
    """
    from safetensors.numpy import (
        load_file,  # pyright: ignore[reportUnknownVariableType]
    )
    from tokenizers import Tokenizer

    # Its files are read without importing it: the import sets up the log of the whole process, and
    # its loader looks for the tokenizer in a folder that the wheel lacks, then on the network.
    found = find_spec("wordllama")
    folder = Path(found.origin).parent if found and found.origin else Path()
    try:
        if not found:
            raise FileNotFoundError("wordllama")
        weights = load_file(folder / WEIGHTS)["embedding.weight"]
        tokenizer = Tokenizer.from_buffer((folder / TOKENIZER).read_bytes())
    except (OSError, KeyError) as error:
        raise ModelError(
            "the word embeddings can't be loaded", hint="install them again: pip install wordllama"
        ) from error
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return Embeddings(weights, tokenizer)
