from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from onnx import TensorProto, helper, numpy_helper
from viscript import Toolbox
from viscript.tools.backends.centernet import CenterNet
from viscript.tools.backends.detections import Detections
from viscript.tools.backends.detector_ensemble import fused
from viscript.tools.errors import ModelError
from viscript.tools.values import Image


def detections(*rows: tuple[list[float], float, int]) -> Detections:
    return Detections(
        np.array([row[0] for row in rows], dtype=np.float32).reshape(-1, 4),
        np.array([row[1] for row in rows], dtype=np.float32),
        np.array([row[2] for row in rows], dtype=np.int64),
    )


def test_what_both_see_is_averaged_by_score() -> None:
    a = detections(([0, 0, 10, 10], 0.6, 1))
    b = detections(([0, 0, 10, 13], 0.3, 1))
    both = fused([a, b])
    np.testing.assert_allclose(both.boxes, [[0, 0, 10, 11]], rtol=1e-6)
    np.testing.assert_allclose(both.scores, [0.45], rtol=1e-6)


def test_what_only_one_sees_keeps_half_its_score() -> None:
    a = detections(([0, 0, 10, 10], 0.6, 1))
    b = detections(([0, 0, 10, 10], 0.9, 2), ([50, 50, 60, 60], 0.2, 1))
    both = fused([a, b])
    assert both.classes.tolist() == [2, 1, 1]
    np.testing.assert_allclose(both.scores, [0.45, 0.3, 0.1], rtol=1e-6)


def test_each_box_is_matched_once() -> None:
    one = detections(([0, 0, 10, 10], 0.6, 1))
    two = detections(([0, 0, 10, 6.5], 0.5, 1), ([0, 4, 10, 10], 0.4, 1))  # apart: IoU 0.25
    for both in (fused([one, two]), fused([two, one])):
        np.testing.assert_allclose(both.scores, [0.55, 0.2], rtol=1e-6)


def test_nothing_seen_is_nothing_fused() -> None:
    assert len(fused([detections(), detections()])) == 0


def test_a_model_that_was_not_pulled_says_how_to_pull_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, astronaut: Image
) -> None:
    monkeypatch.setenv("VISCRIPT_HOME", str(tmp_path))
    with pytest.raises(ModelError) as caught:
        Toolbox.load("embedded-plus", cache=None).find(astronaut, "person")
    assert caught.value.hint == "viscript models pull embedded-plus"


def test_centernets_rows_become_boxes_in_pixels_of_the_picture(tmp_path: Path) -> None:
    rows = np.zeros((1, 100, 6), dtype=np.float32)
    rows[0, 0] = [0, 128, 512, 384, 0.9, 17]
    rows[0, 1] = [-20, 120, 256, 256, 0.5, 3]
    constant = helper.make_node(
        "Constant", [], ["detections"], value=numpy_helper.from_array(rows, "rows")
    )
    graph = helper.make_graph(
        [constant],
        "stand-in",
        [helper.make_tensor_value_info("image", TensorProto.UINT8, [1, 512, 512, 3])],
        [helper.make_tensor_value_info("detections", TensorProto.FLOAT, [1, 100, 6])],
    )
    path = tmp_path / "centernet.onnx"
    opset = [helper.make_opsetid("", 18)]
    model = helper.make_model(graph, opset_imports=opset, ir_version=8)
    path.write_bytes(model.SerializeToString())
    found = CenterNet(str(path)).detect(np.zeros((500, 1000, 3), dtype=np.uint8))
    np.testing.assert_allclose(found.boxes, [[0, 0, 1000, 500], [0, 0, 500, 250]])
    assert found.classes.tolist() == [17, 3]
