from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from viscript.tools.backends.onnx_model import OnnxModel
from viscript.tools.cancellation import Cancellation, cancellable
from viscript.tools.errors import CancelledError, ModelError

PICTURE = np.zeros((1, 256, 256, 3), dtype=np.uint8)


class CancelledAtTheStart(Cancellation):
    """Someone asks to stop just as the network begins to run."""

    @contextmanager
    def calling(self, callback: Callable[[], None]) -> Generator[None]:
        with super().calling(callback):
            self.cancel("the run was stopped")
            yield


def test_outputs_come_by_name() -> None:
    outputs = OnnxModel.from_checkpoint("", "selfie").run(PICTURE)
    assert {name: output.shape for name, output in outputs.items()} == {"person": (1, 256, 256, 1)}


def test_a_missing_file_is_a_model_error_with_a_hint(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no model file") as caught:
        OnnxModel(tmp_path / "none.onnx", hint="pull it")
    assert caught.value.hint == "pull it"


def test_a_damaged_file_is_a_model_error(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "damaged.onnx"
    path.write_bytes(b"not a model")
    with pytest.raises(ModelError, match=r"damaged\.onnx can't be loaded"):
        OnnxModel.from_checkpoint(str(path), "nanodet")
    assert capfd.readouterr() == ("", "")


def test_a_picture_of_another_shape_is_a_model_error() -> None:
    model = OnnxModel.from_checkpoint("", "selfie")
    with pytest.raises(ModelError, match="the model failed"):
        model.run(np.zeros((1, 10, 10, 3), dtype=np.uint8))


def test_a_run_stops_when_its_call_is_cancelled(capfd: pytest.CaptureFixture[str]) -> None:
    model = OnnxModel.from_checkpoint("", "selfie")
    with cancellable(CancelledAtTheStart()), pytest.raises(CancelledError, match="stopped"):
        model.run(PICTURE)
    assert capfd.readouterr() == ("", "")
    assert model.run(PICTURE)["person"].shape == (1, 256, 256, 1)
