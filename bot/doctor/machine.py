"""Checks of what the machine gives: a folder, room on its disk, a process apart for parsers."""

import os
import shutil
import stat
import tempfile
from pathlib import Path

from bot import composition
from bot.doctor.finding import Finding, note, ok, problem
from bot.settings import Settings
from index.errors import ArticleError
from index.loading import load_bytes
from index.loading.confinement import lacking

_LEAST_ROOM = 200_000_000
"""Bytes below which a disk is as good as full."""

_PAGE = b"<html><body><article><h1>Lund</h1><p>The harbour opened in 1902. Ada Moor built it.</p>"


def data_folder(settings: Settings) -> Finding:
    """Whether articles can be kept, for nobody else to see."""
    folder = composition.data_folder(settings)
    try:
        with tempfile.TemporaryFile(dir=folder):
            mode = stat.S_IMODE(folder.stat().st_mode)
            locked = [path.name for path in folder.iterdir() if not os.access(path, os.W_OK)]
    except OSError as error:
        return problem(
            f"{folder} can't be written: {error.strerror}.",
            "Give it to the user that runs the bot, or name another one: ARTICLE_BOT_DATA_DIR.",
        )
    if locked:
        return problem(
            f"In {folder}, these can't be written: {', '.join(locked)}.",
            f"They may be another user's: chown -R {os.getuid()} {folder}",
        )
    if mode & 0o077:
        return note(f"{folder} can be opened by others.", f"chmod 700 {folder}")
    return ok(str(folder))


def disk(settings: Settings) -> Finding:
    """Whether there is room for what comes, and for a backup."""
    folder = composition.data_folder(settings)
    free, kept = shutil.disk_usage(folder).free, _bytes_in(folder)
    found = f"{_megabytes(free)} free, {_megabytes(kept)} in the data folder"
    if free < _LEAST_ROOM:
        return problem(f"{found}.", "Make some room: nothing can be kept on a full disk.")
    if free < kept:
        return note(f"{found}.", "There is no room for a backup beside it.")
    return ok(found)


def sandbox() -> Finding:
    """Whether pages and PDFs can be parsed, apart from files and the network."""
    try:
        load_bytes(_PAGE, "page.html")
    except ArticleError as error:
        return problem(f"A page can't be parsed: {error}")
    if lacks := lacking():
        return note(
            f"The parsers of pages and PDFs are not shut off from: {', '.join(lacks)}.",
            "Linux does it, with Landlock and seccomp.",
        )
    return ok("pages and PDFs are parsed apart from files and the network")


def _bytes_in(folder: Path) -> int:
    return sum(path.lstat().st_size for path in folder.rglob("*") if not path.is_dir())


def _megabytes(count: int) -> str:
    return f"{count / 1_000_000:,.0f} MB"
