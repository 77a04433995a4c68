"""ONNX Runtime: a graph's file -> a session, for all threads of the process."""

import ctypes
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any

import numpy.typing as npt

_CPU_LIMIT = Path("/sys/fs/cgroup/cpu.max")
"""Microseconds of CPU time in each of so many, as Linux has them for a control group (v2)."""

THREADS = 4
"""Of one run, at most. More cores run several at a time."""


class Session:
    """A graph, ready to run. Safe in threads.

    No more runs at a time than there are cores for: each of them would take memory for what it
    computes and get nothing done sooner.
    """

    def __init__(self, path: Path) -> None:
        """Raises whatever ONNX Runtime does for a file that is no graph."""
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = min(cores(), THREADS)
        # A short run's threads wait for each other by spinning, which takes less time than to
        # wake them; between runs that would take the cores from other chats.
        options.add_session_config_entry("session.force_spinning_stop", "1")
        # Every shape that was seen would keep its memory.
        options.enable_cpu_mem_arena = False
        options.log_severity_level = 3
        providers = ["CPUExecutionProvider"]
        self._work = 0
        self._session = onnxruntime.InferenceSession(path, options, providers=providers)

    def run(self, inputs: Mapping[str, npt.NDArray[Any]]) -> list[npt.NDArray[Any]]:
        """Compute all outputs of the graph, in their order, from its inputs by name."""
        with _TURNS:
            values: list[npt.NDArray[Any]] = self._session.run(None, dict(inputs))
            self._work += next(iter(inputs.values())).size
            if self._work >= _TRIMMED:
                self._work = 0
                _allocator("malloc_trim", 0)
        return values


def cores() -> int:
    """That this process may use: of a container that is given two of many, two."""
    known = hasattr(os, "sched_getaffinity")
    own = len(os.sched_getaffinity(0)) if known else os.cpu_count() or 1
    with suppress(OSError, ValueError):  # "max 100000" where there is no limit
        quota, period = map(int, _CPU_LIMIT.read_text(encoding="ascii").split())
        own = min(own, max(quota // period, 1))
    return own


def limit_malloc_arenas() -> None:
    """Have all threads share one heap: glibc gives every thread its own, and each would stay as
    large as the most that a run ever took. To be called before the threads are there."""
    _allocator("mallopt", _ARENA_MAX, 1)


def _allocator(function: str, *arguments: int) -> None:
    """Call glibc's allocator. Other systems' libraries have no such function."""
    with suppress(OSError, AttributeError, TypeError):
        getattr(ctypes.CDLL(None), function)(*arguments)


_TRIMMED = 2000
"""Tokens that went in before free memory is given back, which takes about a millisecond: about
those of a question's sentences, or of more than a hundred questions without a reader."""

_ARENA_MAX = -8
"""M_ARENA_MAX of glibc's malloc.h."""

_TURNS = BoundedSemaphore(max(cores() // THREADS, 1))
