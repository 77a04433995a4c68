"""Figures as PNG files, or a clear word on what is missing."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest

from index.making.plotting import PlotError, check_installed, loss_curve, risk_and_reliability

PNG = b"\x89PNG"


@pytest.mark.parametrize("count", [1, 7, 200])
def test_any_number_of_questions_is_drawn(tmp_path: Path, count: int) -> None:
    confidences = np.linspace(0, 1, count)
    risk_and_reliability(confidences, confidences > 0.5, 0.4, tmp_path / "out.png")
    assert (tmp_path / "out.png").read_bytes().startswith(PNG)


def test_a_loss_is_drawn_before_anything_was_watched(tmp_path: Path) -> None:
    loss_curve([2.0, 1.0], [], tmp_path / "loss.png")
    assert (tmp_path / "loss.png").read_bytes().startswith(PNG)


def test_without_matplotlib_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(PlotError, match=r"article-bot\[train\]"):
        check_installed()
