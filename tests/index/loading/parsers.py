"""Parsers that misbehave, for the child process."""

import ctypes
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from index.errors import EmptyArticle
from index.loading import load_text
from index.types import Article

_HELD: list[bytearray] = []


def sound(content: bytes, *, url: str | None, name: str) -> Article:
    print("a parser may talk", flush=True)
    return load_text(content.decode(), title=name)


def spin(content: bytes, **_: Any) -> None:
    while True:
        pass


def leave_a_child(content: bytes, **_: Any) -> None:
    """It holds the pipes, in the group of processes that is killed."""
    if os.fork() == 0:
        time.sleep(600)


def leave_an_escaped_child(content: bytes, **_: Any) -> None:
    """It holds the pipes, out of reach."""
    if os.fork() == 0:
        os.setsid()
        time.sleep(8)
        os._exit(0)


def eat_memory(content: bytes, **_: Any) -> None:
    while True:
        _HELD.append(bytearray(1 << 24))


def exit_at_once(content: bytes, **_: Any) -> None:
    os._exit(0)


def crash(content: bytes, **_: Any) -> None:
    ctypes.string_at(0)


def fail(content: bytes, **_: Any) -> None:
    raise RuntimeError(content)


def refuse(content: bytes, **_: Any) -> None:
    raise EmptyArticle("There is nothing in it.")


def limits(content: bytes, *, url: str | None, name: str) -> Article:
    import resource

    names = ("RLIMIT_AS", "RLIMIT_CPU", "RLIMIT_CORE", "RLIMIT_FSIZE", "RLIMIT_NOFILE")
    found = {each: resource.getrlimit(getattr(resource, each)) for each in names}
    return load_text(f"{found} {sorted(os.environ)} {sys.dont_write_bytecode}")


def reach_out(content: bytes, *, url: str | None, name: str) -> Article:
    """Tell how each attempt to get out ends. `name` is a file that must not be read."""

    def connect(kind: int) -> object:
        return socket.socket(kind, socket.SOCK_DGRAM).connect(("127.0.0.1", 9))

    attempts: dict[str, Callable[[], object]] = {
        "file": lambda: Path(name).read_bytes(),
        "folder": lambda: list(Path(name).parent.iterdir()),
        "passwords": lambda: Path("/etc/passwd").read_bytes(),
        "process": lambda: Path("/proc/self/environ").read_bytes(),
        "written": lambda: Path(name).with_suffix(".new").touch(),
        "removed": lambda: Path(name).unlink(),
        "internet": lambda: connect(socket.AF_INET),
        "internet 6": lambda: connect(socket.AF_INET6),
        "local socket": lambda: socket.socket(socket.AF_UNIX).connect(name),
        "program": lambda: subprocess.run([sys.executable, "-c", ""], check=False),
        "module": lambda: __import__("sqlite3"),
    }
    return load_text("\n\n".join(f"{each}: {_tried(attempts[each])}" for each in attempts))


def _tried(attempt: Callable[[], object]) -> str:
    try:
        attempt()
    except OSError as error:
        return type(error).__name__
    return "done"
