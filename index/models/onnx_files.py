"""The folder of an exported model: graph and weights, tokenizer, manifest.

It is written whole or not at all, so that two programs that export the same model at the same time
do each other no harm. The manifest has the SHA-256 of the other files.

The exports of the default models come with the package.
"""

import errno
import json
import shutil
import tempfile
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

from index.errors import ModelError, first_line
from index.models.file_digests import sha256
from index.models.onnx_session import Session

SHIPPED = Path(__file__).parent / "shipped"
"""The folder of the exports that come with the package."""

FORMAT = 4
MANIFEST = "manifest.json"
GRAPH = "model.onnx"
TOKENIZER = "tokenizer.json"

_ABANDONED = 24 * 3600
"""Seconds after which an unfinished folder is taken for that of a killed export."""


def write(
    folder: Path,
    fill: Callable[[Path], None],
    facts: Mapping[str, Any],
    compare: Callable[[Path], Mapping[str, Any]],
    *,
    replace: bool = True,
) -> None:
    """Write an export. With `replace`, it takes the place of an existing one; without, an existing
    one, which a faster program has made, stays.

    `fill` writes all files but the manifest into a folder. `facts` go into the manifest, and so
    does what `compare` returns: how the export in that folder compares with its original. If it
    raises, nothing is changed.

    Raises:
        OSError: the export can't be written.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    _sweep(folder.parent)
    new = Path(tempfile.mkdtemp(prefix=".new-", dir=folder.parent))
    try:
        fill(new)
        digests = {path.name: sha256(path) for path in sorted(new.iterdir())}
        manifest = {"format": FORMAT, **facts, "sha256": digests}
        _write_manifest(new, manifest)
        _write_manifest(new, {**manifest, "parity": compare(new)})
        new.chmod(0o755)  # Readable for a service too, which runs as somebody else.
        for path in new.iterdir():
            path.chmod(0o644)
        _put(new, folder, replace=replace)
    finally:
        shutil.rmtree(new, ignore_errors=True)


def _sweep(parent: Path) -> None:
    for left in (*parent.glob(".new-*"), *parent.glob(".old-*")):
        with suppress(OSError):
            if time.time() - left.stat().st_mtime > _ABANDONED:
                shutil.rmtree(left, ignore_errors=True)


def _put(new: Path, folder: Path, *, replace: bool) -> None:
    """Put a folder in the place of another. Renaming can't do this in one step: a program that
    looks in between finds no export, and makes one."""
    old = new.with_name(new.name.replace("new", "old"))
    while True:
        if replace or read(folder) is None:
            with suppress(FileNotFoundError):
                folder.rename(old)
                shutil.rmtree(old, ignore_errors=True)
        try:
            new.rename(folder)
        except OSError as error:
            if error.errno not in (errno.ENOTEMPTY, errno.EEXIST):
                raise
            if not replace and read(folder):
                return
        else:
            return  # Otherwise another program was in between: try again.


def _write_manifest(folder: Path, manifest: Mapping[str, Any]) -> None:
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")


def read(folder: Path) -> dict[str, Any] | None:
    """The manifest of an export of this format; None if there is none."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        return manifest if manifest["format"] == FORMAT else None
    except (OSError, ValueError, LookupError, TypeError):
        return None


def load(folder: Path) -> tuple[Session, dict[str, Any]]:
    """Load an export: its graph, ready to run, and its manifest.

    All files are compared with the manifest. An export with a changed file (a full disk, a power
    cut) is removed, unless it came with the package; it can be made again from the original.

    Raises:
        ModelError: the export is missing or incomplete.
    """
    manifest = read(folder)
    try:
        if manifest is None:
            raise OSError("no manifest of this version")
        # Both take a while and release the interpreter, so they run at the same time.
        with ThreadPoolExecutor(1) as pool:
            opening = pool.submit(Session, folder / GRAPH)
            digests = {name: sha256(folder / name) for name in manifest["sha256"]}
            if digests != manifest["sha256"]:
                if folder.parent != SHIPPED:
                    shutil.rmtree(folder, ignore_errors=True)
                raise OSError("a file was changed")
            session = opening.result()
    except Exception as error:  # whatever a damaged file makes the library raise
        raise ModelError(
            f"The exported model in {folder} can't be used: {first_line(error)}. {_remedy(folder)}"
        ) from error
    return session, manifest


def _remedy(folder: Path) -> str:
    """What to do about an export that can't be used."""
    if folder.parent == SHIPPED:
        return "Run: pip install --force-reinstall --no-deps article-bot"
    still = "Remove that folder" if folder.exists() else "It was removed"
    return f"{still}: it is made anew at the next start."
