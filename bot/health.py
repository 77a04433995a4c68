"""The bot's heartbeat: a file that it touches whenever Telegram has answered."""

import time
from pathlib import Path

STALE_AFTER = 60
"""Seconds after which the bot counts as dead. A poll waits up to 10 for messages, and a
webhook is looked at every 20, so that several in a row have failed."""


def beat(heartbeat: Path) -> None:
    """Record that Telegram has just answered."""
    heartbeat.touch()


def is_alive(heartbeat: Path) -> bool:
    """Whether Telegram answered within the last minute."""
    try:
        return time.time() - heartbeat.stat().st_mtime < STALE_AFTER
    except OSError:
        return False
