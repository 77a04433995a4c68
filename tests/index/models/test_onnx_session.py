"""How much of a machine a run may take."""

import os
from pathlib import Path

import pytest

from index.models import onnx_session


@pytest.mark.parametrize(
    ("limit", "most"),
    [
        ("200000 100000", 2),
        ("350000 100000", 3),
        ("50000 100000", 1),
        ("max 100000", 64),
        ("", 64),
        ("3200000 50000", 64),
    ],
)
def test_a_container_gets_the_cores_that_it_was_given(
    limit: str, most: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(64)), raising=False)
    monkeypatch.setattr(onnx_session, "_CPU_LIMIT", tmp_path / "cpu.max")
    assert onnx_session.cores() == 64
    (tmp_path / "cpu.max").write_text(f"{limit}\n")
    assert onnx_session.cores() == most
