"""A sign of life, and how long it lasts."""

import os
import time
from pathlib import Path

import pytest

from bot.health import STALE_AFTER, beat, is_alive


@pytest.fixture
def heartbeat(tmp_path: Path) -> Path:
    return tmp_path / "heartbeat"


def aged(heartbeat: Path, seconds: float) -> None:
    then = time.time() - seconds
    os.utime(heartbeat, (then, then))


def test_before_the_first_beat_there_is_no_life(heartbeat: Path) -> None:
    assert not is_alive(heartbeat)


def test_a_beat_is_a_sign_of_life(heartbeat: Path) -> None:
    beat(heartbeat)
    assert is_alive(heartbeat)


@pytest.mark.parametrize(
    ("seconds", "alive"),
    [(1, True), (STALE_AFTER - 5, True), (STALE_AFTER + 5, False), (86_400, False)],
)
def test_a_beat_lasts_a_minute(heartbeat: Path, seconds: float, alive: bool) -> None:
    beat(heartbeat)
    aged(heartbeat, seconds)
    assert is_alive(heartbeat) is alive


def test_another_beat_brings_it_back(heartbeat: Path) -> None:
    beat(heartbeat)
    aged(heartbeat, 2 * STALE_AFTER)
    beat(heartbeat)
    assert is_alive(heartbeat)


def test_a_beat_keeps_what_the_file_holds(heartbeat: Path) -> None:
    heartbeat.write_text("kept", encoding="utf-8")
    beat(heartbeat)
    assert heartbeat.read_text(encoding="utf-8") == "kept"
