"""Memory, as Linux tells it."""

from pathlib import Path

import pytest

from bot.observing import memory

STAT = "{pid} (a (odd) name) S {parent} 1 1 0 -1 4194560 1 0 0 0 1 1 0 0 20 0 1 0 1 9999 {pages} 1"


@pytest.fixture
def proc(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(memory, "PROC", tmp_path)
    monkeypatch.setattr(memory.os, "getpid", lambda: 7)
    monkeypatch.setattr(memory.os, "sysconf", lambda name: 4096)
    return tmp_path


def process(proc: Path, pid: int | str, parent: int, pages: int) -> None:
    (proc / str(pid)).mkdir()
    stat = STAT.format(pid=pid, parent=parent, pages=pages)
    (proc / str(pid) / "stat").write_text(stat, encoding="utf-8")


def test_the_processes_that_were_started_are_added_up(proc: Path) -> None:
    process(proc, "self", 1, 100)
    process(proc, 8, 7, 10)
    process(proc, 9, 7, 5)
    process(proc, 10, 8, 1000)
    (proc / "11").mkdir()  # It has just ended.
    assert memory.resident() == 100 * 4096
    assert memory.of_children() == 15 * 4096


def test_elsewhere_nothing_is_known(proc: Path) -> None:
    assert memory.resident() is None
    assert memory.of_children() == 0
