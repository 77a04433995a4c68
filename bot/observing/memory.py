"""The memory of this process and of those that it started, where Linux tells it."""

import os
from pathlib import Path

PROC = Path("/proc")

_PARENT, _PAGES = 1, 21
"""Fields of /proc/PID/stat behind the name, which may hold anything: proc_pid_stat(5)."""


def resident() -> int | None:
    """Bytes of memory of this process; None where the system does not tell it so."""
    fields = _fields(PROC / "self")
    return int(fields[_PAGES]) * _page() if fields else None


def of_children() -> int:
    """Bytes of memory of the processes that this one started."""
    own = str(os.getpid())
    processes = filter(None, map(_fields, PROC.glob("[0-9]*")))
    return sum(int(each[_PAGES]) for each in processes if each[_PARENT] == own) * _page()


def _fields(process: Path) -> list[str] | None:
    """What is told of a process, from its state on; None if there is no such process."""
    try:
        stat = (process / "stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    return stat.rpartition(")")[2].split()


def _page() -> int:
    return os.sysconf("SC_PAGE_SIZE")
