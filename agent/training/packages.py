"""The packages of the extra `train`, imported when something needs them."""

from __future__ import annotations

import importlib
from typing import Any

from ...tools.errors import ModelError


def package(name: str) -> Any:
    """A package, or a module of one: "safetensors.torch".

    Raises:
        ModelError: it is not installed.
    """
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise ModelError(
            f"training needs the package {name.partition('.')[0]}",
            hint="pip install 'viscript[train]'",
        ) from error
