from __future__ import annotations

import cv2
import numpy as np
from viscript.tools.backends.guided_filter import guided


def test_noise_is_smoothed_but_not_over_an_edge_of_the_picture() -> None:
    picture = np.full((60, 80, 3), 40, dtype=np.uint8)
    picture[:, 40:] = (220, 200, 60)
    clean = (picture[..., 0] > 100).astype(np.float32)
    noisy = clean + np.random.default_rng(0).normal(0, 0.2, clean.shape).astype(np.float32)
    smooth = guided(picture, noisy, radius=4, smoothness=1e-3)
    assert np.abs(smooth - clean).mean() < 0.25 * np.abs(noisy - clean).mean()
    assert smooth[:, 40].mean() - smooth[:, 39].mean() > 0.8


def test_without_edges_it_is_the_mean_of_means() -> None:
    picture = np.full((30, 30, 3), 90, dtype=np.uint8)
    values = np.random.default_rng(0).random((30, 30), dtype=np.float32)
    window = (7, 7)
    once = cv2.blur(values, window, borderType=cv2.BORDER_REFLECT)
    twice = cv2.blur(once, window, borderType=cv2.BORDER_REFLECT)
    assert np.allclose(guided(picture, values, radius=3, smoothness=1e-2), twice, atol=1e-4)


def test_the_picture_itself_comes_back_where_edges_are_strong() -> None:
    rows, columns = np.mgrid[:40, :40]
    board = (((rows // 10 + columns // 10) % 2) * 255).astype(np.uint8)
    values = board.astype(np.float32) / 255
    picture = np.repeat(board[..., None], 3, axis=2)
    assert np.abs(guided(picture, values, radius=2, smoothness=1e-5) - values).max() < 0.01
