"""A sign of life: a file that the bot touches after every successful poll."""

import time
from pathlib import Path

STALE_AFTER = 60
"""Seconds. A poll waits up to 10 for messages; six missed ones are no coincidence."""


def beat(heartbeat: Path) -> None:
    """Say that Telegram has just answered."""
    heartbeat.touch()


def is_alive(heartbeat: Path) -> bool:
    """Whether Telegram answered within the last minute."""
    try:
        return time.time() - heartbeat.stat().st_mtime < STALE_AFTER
    except OSError:
        return False
