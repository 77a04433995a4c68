"""A graph's file -> a session of ONNX Runtime, shared by all threads of the process."""

import ctypes
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy.typing as npt

from index.models.turns import Turns

_CPU_LIMIT = Path("/sys/fs/cgroup/cpu.max")
"""Linux's file of a control group's CPU limit (v2): microseconds of CPU time, and the period in
microseconds for which they are allowed."""

THREADS = 4
"""The most threads of one run. More cores serve several runs at a time."""


class Session:
    """A graph that is ready to run. Safe to use from several threads.

    The number of simultaneous runs is limited by the cores: a further one would take memory without
    being done sooner.
    """

    def __init__(self, path: Path) -> None:
        """Load the graph. Raises ONNX Runtime's own errors if the file is no graph."""
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = min(cores(), THREADS)
        # Within a run, threads wait for each other by spinning, which is faster than waking them;
        # between runs, spinning would take the cores from other chats.
        options.add_session_config_entry("session.force_spinning_stop", "1")
        # With the arena, memory would be kept for every shape that was ever seen.
        options.enable_cpu_mem_arena = False
        options.log_severity_level = 3
        providers = ["CPUExecutionProvider"]
        self._work = 0
        self._session = onnxruntime.InferenceSession(path, options, providers=providers)

    def run(self, inputs: Mapping[str, npt.NDArray[Any]]) -> list[npt.NDArray[Any]]:
        """Compute all outputs of the graph, in their order, from its inputs by name."""
        with _TURNS.turn():
            values: list[npt.NDArray[Any]] = self._session.run(None, dict(inputs))
            self._work += next(iter(inputs.values())).size
            if self._work >= _TRIMMED:
                self._work = 0
                _allocator("malloc_trim", 0)
        return values


def cores() -> int:
    """The number of cores that this process may use, also within a container's limit."""
    known = hasattr(os, "sched_getaffinity")
    own = len(os.sched_getaffinity(0)) if known else os.cpu_count() or 1
    with suppress(OSError, ValueError):  # "max 100000" where there is no limit
        quota, period = map(int, _CPU_LIMIT.read_text(encoding="ascii").split())
        own = min(own, max(quota // period, 1))
    return own


def limit_malloc_arenas() -> None:
    """Make all threads share one heap. By default glibc gives each its own, and each would stay as
    large as the largest run. Call this before the threads are started."""
    _allocator("mallopt", _ARENA_MAX, 1)


def _allocator(function: str, *arguments: int) -> None:
    """Call a function of glibc's allocator; do nothing on systems without it."""
    with suppress(OSError, AttributeError, TypeError):
        getattr(ctypes.CDLL(None), function)(*arguments)


_TRIMMED = 2000
"""Number of input tokens after which free memory is given back, which takes about a millisecond. A
question's sentences have about as many, or more than a hundred questions without a reader."""

_ARENA_MAX = -8
"""The constant M_ARENA_MAX of glibc's malloc.h."""

_TURNS = Turns(max(cores() // THREADS, 1))
