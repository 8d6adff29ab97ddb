"""Teaching the planner: a real, very short training."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from viscript import CancelledError
from viscript.agent.training import course
from viscript.agent.training.base_model import write_base
from viscript.agent.training.finetune import Progress, Recipe

Command = Callable[..., tuple[int, str, str]]
pytestmark = [
    pytest.mark.xdist_group("training"),
    pytest.mark.usefixtures("base_model"),
    # peft asks transformers by an old name.
    pytest.mark.filterwarnings("ignore:.*is_gradient_checkpointing:FutureWarning"),
]


@pytest.fixture(scope="module")
def prepared(fetched_base: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The base model as PyTorch reads it."""
    folder = tmp_path_factory.mktemp("base")
    write_base(fetched_base, folder)
    return folder


@pytest.fixture
def out(prepared: Path, tmp_path: Path) -> Path:
    """A folder whose base model is prepared."""
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / course.BASE).symlink_to(prepared)
    return folder


def test_an_adapter_is_taught_and_measured(viscript: Command, out: Path) -> None:
    words = ("train", "planner", "--out", out, "--pairs", 8, "--measured", 1, "--json")
    code, printed, _ = viscript(*words)
    assert code == 0
    made = json.loads(printed)
    assert (made["steps"], made["stopped"]) == (1, False)
    assert made["adapter"] == str(out / course.ADAPTER)
    assert set(made["scores"]) == {"nouns", "phrasings", "hand"}
    assert all(one["well_formed"] == one["asked"] == 1 for one in made["scores"].values())
    code, _, err = viscript(*words)
    assert (code, "has an adapter already" in err) == (2, True)


def test_a_folder_that_can_not_be_made_is_told_before_any_work(
    viscript: Command, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the way")
    code, _, err = viscript("train", "planner", "--out", tmp_path / "file" / "out")
    assert (code, "can't make the folder" in err) == (2, True)


def test_a_training_that_is_stopped_keeps_its_last_snapshot(out: Path) -> None:
    told: list[int] = []

    def stop(progress: Progress) -> None:
        told.append(progress.step)
        if progress.step >= 20:
            raise CancelledError("interrupted")

    made = course.teach(out, 150, Recipe(batch=1, longest=48), stop)
    assert (made.steps, made.stopped, told) == (20, True, [10, 20])
    assert made.adapter.stat().st_size > 1_000_000
