"""Shuts a process off from files, the network and other programs, as far as the kernel knows how.

Linux has two means that any process may use on itself and that nothing undoes: Landlock for files
(5.13 and later) and seccomp for system calls. Both are asked for by number, since no package for
Python that is kept up has them.
"""

import ctypes
import os
import platform
import sys
from collections.abc import Iterable
from ctypes import POINTER, Structure, byref, c_int32, c_ubyte, c_uint32, c_uint64, c_ushort
from pathlib import Path

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446  # the same on all machines
_ASK_VERSION = 1
_PATH_BENEATH = 1
_READ_FILE, _READ_DIR = 1 << 2, 1 << 3
_FILE_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}
"""Landlock's version -> the kinds of access to files that it knows, one bit each."""

_NO_NEW_PRIVILEGES, _SET_SECCOMP, _FILTER = 38, 22, 2
_ACTIONS = Path("/proc/sys/kernel/seccomp/actions_avail")

# The machine -> its number in seccomp, and those of the calls that are denied: socket, execve,
# execveat, ptrace, io_uring_setup (which could open sockets, too).
_DENIED = {
    "x86_64": (0xC000003E, (41, 59, 322, 101, 425)),
    "aarch64": (0xC00000B7, (198, 221, 281, 117, 425)),
}
_FOREIGN_CALLS = 0x40000000
"""Numbers from which on the calls of another kind of program begin (x32)."""

_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050001  # with EPERM


class _Ruleset(Structure):
    _fields_ = (("files", c_uint64),)


class _Beneath(Structure):
    _pack_ = 1
    _fields_ = (("access", c_uint64), ("folder", c_int32))


class _Step(Structure):
    _fields_ = (("code", c_ushort), ("yes", c_ubyte), ("no", c_ubyte), ("value", c_uint32))


class _Program(Structure):
    _fields_ = (("length", c_ushort), ("steps", POINTER(_Step)))


def lacking() -> tuple[str, ...]:
    """What this system has no means for: some of "files" and "network"."""
    files = () if _landlock_version() > 0 else ("files",)
    network = () if _machine() in _DENIED and _ACTIONS.exists() else ("network",)
    return files + network


def confine(readable: Iterable[Path]) -> None:
    """Let this process, and all that it starts, read only what is beneath these files and folders,
    write no file, open no socket and start no program.

    It does what the system has means for. To be called while there is one thread.
    """
    if sys.platform != "linux":
        return
    libc = ctypes.CDLL(None)
    libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    if (version := _landlock_version()) > 0:
        _confine_files(libc, version, readable)
    if _machine() in _DENIED:
        _deny_calls(libc, *_DENIED[_machine()])


def _confine_files(libc: ctypes.CDLL, version: int, readable: Iterable[Path]) -> None:
    rules = _Ruleset((1 << _FILE_RIGHTS.get(version, 16)) - 1)
    ruleset = libc.syscall(_CREATE_RULESET, byref(rules), ctypes.sizeof(rules), 0)
    for path in readable:
        try:
            opened = os.open(path, os.O_PATH | os.O_CLOEXEC)
        except OSError:  # There is none.
            continue
        access = _READ_FILE | (_READ_DIR if path.is_dir() else 0)
        libc.syscall(_ADD_RULE, ruleset, _PATH_BENEATH, byref(_Beneath(access, opened)), 0)
        os.close(opened)
    libc.syscall(_RESTRICT_SELF, ruleset, 0)
    os.close(ruleset)


def _deny_calls(libc: ctypes.CDLL, machine: int, calls: tuple[int, ...]) -> None:
    refuse = len(calls) + 1
    steps = [
        _Step(_LOAD, 0, 0, 4),
        _Step(_EQUAL, 0, refuse + 2, machine),
        _Step(_LOAD, 0, 0, 0),
        _Step(_AT_LEAST, refuse, 0, _FOREIGN_CALLS),
        *(_Step(_EQUAL, refuse - n, 0, call) for n, call in enumerate(calls, start=1)),
        _Step(_RETURN, 0, 0, _ALLOW),
        _Step(_RETURN, 0, 0, _REFUSE),
    ]
    program = _Program(len(steps), (_Step * len(steps))(*steps))
    libc.prctl(_SET_SECCOMP, _FILTER, byref(program), 0, 0)


def _landlock_version() -> int:
    """Landlock's version; 0 or less if the system has none."""
    if sys.platform != "linux":
        return 0
    return int(ctypes.CDLL(None).syscall(_CREATE_RULESET, None, 0, _ASK_VERSION))


def _machine() -> str:
    """The kind of machine that this program is made for."""
    return platform.machine() if sys.platform == "linux" and sys.maxsize > 1 << 32 else ""
