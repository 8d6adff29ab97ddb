from __future__ import annotations

import numpy as np
from viscript.tools.backends.square import squared


def test_a_picture_stands_in_the_middle_of_its_square() -> None:
    wide = np.full((2, 6, 3), 9, dtype=np.uint8)
    found = squared(wide, (1, 2, 3))
    assert found.shape == (6, 6, 3)
    assert (found[2:4] == 9).all()
    assert (found[:2] == (1, 2, 3)).all()
    assert (found[4:] == (1, 2, 3)).all()
    assert (squared(wide.transpose(1, 0, 2), (0, 0, 0))[:, 2:4] == 9).all()
    assert squared(found, (0, 0, 0)) is not found
    np.testing.assert_array_equal(squared(found, (0, 0, 0)), found)
