"""Copies what a Python program needs of a Debian system into an empty root.

That is the interpreter with its standard library, the libraries which it and the packages load,
certificates and time zones. Of each of their Debian packages come its licence and its entry in
dpkg's list, where scanners look for it.
"""

import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

PYTHON = Path("/usr/local")

NEVER_IMPORTED = shutil.ignore_patterns(
    *("site-packages", "ensurepip", "idlelib", "lib2to3", "test", "_test*", "_ctypes_test*"),
    *("config-*", "pkgconfig", "xxlimited*"),
    # With each of these would come libraries of the system: a desktop's, a terminal's, databases.
    *("tkinter", "_tkinter*", "turtledemo", "turtle.py", "curses", "_curses*", "readline.*"),
    *("_dbm.*", "_gdbm.*", "nis.*", "_crypt.*"),
)

SYSTEM = (
    *("lib", "lib64"),  # links into /usr
    *("etc/ssl", "usr/lib/ssl", "usr/share/ca-certificates"),
    *("etc/nsswitch.conf", "etc/ld.so.cache", "etc/debian_version", "etc/os-release"),
    *("usr/lib/os-release", "usr/share/zoneinfo", "usr/share/common-licenses"),
)

PACKAGES = frozenset({"base-files", "ca-certificates", "tzdata"})
"""The packages of `SYSTEM`."""


def main(root: Path, packages: Path) -> None:
    """Fill `root` with the system that the interpreter and the Python packages need."""
    copy_python(root)
    for name in SYSTEM:
        copy(Path("/", name), root)
    libraries = sorted(set(needed_libraries((root, packages))))
    for library in libraries:
        copy(library, root)
    for package in sorted(PACKAGES | set(map(package_of, libraries))):
        copy_facts(package, root)
    (root / "tmp").mkdir()
    (root / "tmp").chmod(0o1777)


def copy_python(root: Path) -> None:
    """Copy the interpreter, its library and the standard library."""
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    for path in (PYTHON / "bin" / version, *PYTHON.glob("lib/libpython*.so*")):
        copy(path, root)
    for name in ("python", "python3"):
        (root / "usr/local/bin" / name).symlink_to(version)
    copy(PYTHON / "lib" / version, root)


def copy(path: Path, root: Path) -> None:
    """Copy a file, a link and what it leads to, or a folder, to the same place below `root`."""
    if not path.exists() and not path.is_symlink():
        return
    # /lib/x is /usr/lib/x: a folder must not stand where `SYSTEM` has a link.
    real = path if path.parent == Path("/") else path.parent.resolve() / path.name
    target = root / real.relative_to("/")
    target.parent.mkdir(parents=True, exist_ok=True)
    if real.is_symlink():
        if not target.is_symlink():
            target.symlink_to(real.readlink())
        if real.resolve().is_file():
            copy(real.resolve(), root)
    elif real.is_dir():
        shutil.copytree(real, target, symlinks=True, ignore=NEVER_IMPORTED, dirs_exist_ok=True)
    else:
        shutil.copy2(real, target)


def needed_libraries(folders: Iterable[Path]) -> Iterator[Path]:
    """The libraries of the system that programs and libraries in these folders are linked with."""
    binaries = [path for folder in folders for path in folder.rglob("*") if is_elf(path)]
    listed = subprocess.run(
        ["ldd", *map(str, binaries)], capture_output=True, text=True, check=False
    ).stdout
    for line in listed.splitlines():
        path = Path(next((word for word in line.split() if word.startswith("/")), ""))
        if line.startswith("\t") and path.parts[1:2] in (("lib",), ("lib64",), ("usr",)):
            if path.is_relative_to(PYTHON):
                continue
            yield path


def is_elf(path: Path) -> bool:
    """Whether it is a program or a library."""
    if path.is_symlink() or not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(4) == b"\x7fELF"


def package_of(library: Path) -> str:
    """The Debian package that a library belongs to."""
    real = library.resolve()
    # dpkg knows a file by the place where it was installed, and that may be a link by now.
    for place in (library, real, Path("/", *real.parts[2:])):
        found = subprocess.run(
            ["dpkg-query", "--search", place], capture_output=True, text=True, check=False
        )
        if found.returncode == 0:
            return found.stdout.split(":")[0]
    raise SystemExit(f"No Debian package has {library}.")


def copy_facts(package: str, root: Path) -> None:
    """Copy a Debian package's licence and its entry in dpkg's list."""
    folder = Path("/usr/share/doc", package)
    if folder.is_symlink():  # to that of another package from the same source
        copy(folder, root)
    copy(folder / "copyright", root)
    facts = root / "var/lib/dpkg/status.d" / package
    facts.parent.mkdir(parents=True, exist_ok=True)
    facts.write_text(
        subprocess.run(
            ["dpkg-query", "--status", package], capture_output=True, text=True, check=True
        ).stdout,
        encoding="utf-8",
    )


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
