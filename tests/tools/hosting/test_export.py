from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from viscript import Image, InputError, Toolbox
from viscript.agent.cli.main import main
from viscript.tools.host import backend_module
from viscript.tools.hosting.export import ONNX_BACKENDS, export, exportable
from viscript.tools.profile import load_profile

from ..backends.hub_profiles import profile
from ..backends.tiny_encoders import clip


@pytest.mark.parametrize(("backend", "served_by"), ONNX_BACKENDS.items())
def test_what_can_be_exported_is_served_by_a_backend(backend: str, served_by: str) -> None:
    assert callable(backend_module(backend).export)
    assert callable(backend_module(served_by).load)


def test_an_exported_profile_answers_as_the_checkpoint_does_and_without_torch(
    tmp_path: Path, cat: Image, capsys: pytest.CaptureFixture[str]
) -> None:
    source = profile(
        tmp_path / "mine.toml",
        "clip",
        clip(tmp_path / "clip"),
        "similarity",
        options={"prompt": "a drawing of a {}"},
    )
    words = ["models", "export", "--onnx", "-o", str(tmp_path / "out"), "--profile", str(source)]
    assert main(words) == 0
    assert f"--profile {tmp_path / 'out' / 'profile.toml'}" in capsys.readouterr().out
    before, after = (
        Toolbox.load(path, cache=None).similarity(cat, "a cat")
        for path in (source, tmp_path / "out" / "profile.toml")
    )
    assert np.isclose(before, after, atol=1e-4)
    spec = load_profile(tmp_path / "out" / "profile.toml").tools["similarity"]
    assert (spec.backend, dict(spec.options)) == ("onnx-clip", {"prompt": "a drawing of a {}"})


def test_tools_that_share_a_checkpoint_share_what_is_written(tmp_path: Path) -> None:
    tools = ("similarity", "classify")
    path = profile(tmp_path / "mine.toml", "clip", clip(tmp_path / "clip"), *tools)
    assert exportable(load_profile(path)) == list(tools)
    (written,) = export(load_profile(path), tools, tmp_path / "out")
    assert written.tools == tools
    assert {file.parent for file in written.files} == {written.folder}


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    path = profile(tmp_path / "mine.toml", "clip", tmp_path, "similarity")
    with pytest.raises(InputError, match=r"is not empty \(name a new folder\)"):
        export(load_profile(path), ["similarity"], tmp_path)
