from __future__ import annotations

import subprocess
import sys

import pytest
import viscript


def test_the_public_names_are_pinned() -> None:
    assert viscript.__all__ == [
        "Agent",
        "Answer",
        "Box",
        "CancelledError",
        "Chat",
        "DepthMap",
        "Image",
        "InputError",
        "Keypoint",
        "Mask",
        "ModelError",
        "NotOfferedError",
        "PolicyError",
        "ProgramError",
        "Region",
        "Run",
        "ToolError",
        "Toolbox",
        "ViscriptError",
        "read_image",
        "run_program",
        "tool",
    ]


@pytest.mark.parametrize("name", viscript.__all__)
def test_every_public_name_is_there_and_documented(name: str) -> None:
    assert getattr(viscript, name).__doc__


def test_a_name_that_is_not_public_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="Teleport"):
        getattr(viscript, "Teleport")  # noqa: B009


@pytest.mark.parametrize(
    "statement", ["import viscript", "from viscript import Toolbox", "from viscript import Agent"]
)
def test_importing_viscript_loads_no_heavy_package(statement: str) -> None:
    heavy = [
        "torch",
        "transformers",
        "onnxruntime",
        "supervision",
        "rapidocr",
        "wordllama",
        "matplotlib",
        "langgraph",
        "langchain_core",
    ]
    code = f"{statement}\nimport sys\nprint([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
