"""What the machine gives: a folder, room, a process apart."""

import os
import shutil
import subprocess
import sys
from collections import namedtuple
from pathlib import Path

import pytest

from bot.doctor import machine
from bot.doctor.finding import State
from bot.settings import Settings
from index.errors import UnsupportedArticle


def test_a_data_folder_is_made_for_its_owner_alone(settings: Settings) -> None:
    assert machine.data_folder(settings).state is State.OK
    assert settings.data_folder.stat().st_mode & 0o077 == 0
    assert list(settings.data_folder.iterdir()) == []


def test_a_data_folder_that_others_may_open(settings: Settings) -> None:
    settings.data_folder.mkdir()
    settings.data_folder.chmod(0o755)
    found = machine.data_folder(settings)
    assert (found.state, found.advice) == (State.NOTE, f"chmod 700 {settings.data_folder}")


def test_a_data_folder_that_is_none(settings: Settings) -> None:
    settings.data_folder.write_text("in the way")
    found = machine.data_folder(settings)
    assert (found.state, "ARTICLE_BOT_DATA_DIR" in found.advice) == (State.PROBLEM, True)


AS_NOBODY = """
import os, sys
from bot.doctor import machine
from bot.settings import load_settings
if os.getuid() == 0:
    os.setgid(65534)
    os.setuid(65534)
found = machine.data_folder(load_settings())
print(found.state, found.found)
"""


@pytest.mark.parametrize(("mode", "told"), [(0o555, "can't be written: "), (0o777, "articles.db")])
def test_a_data_folder_or_a_file_in_it_that_is_anothers(
    settings: Settings, tmp_path: Path, mode: int, told: str
) -> None:
    for folder in (tmp_path, *tmp_path.parents):
        if folder.stat().st_uid == os.getuid() and folder != Path("/tmp"):
            folder.chmod(folder.stat().st_mode | 0o055)
    settings.data_folder.mkdir()
    (settings.data_folder / "articles.db").touch(mode=0o400)
    settings.data_folder.chmod(mode)
    done = subprocess.run(
        [sys.executable, "-c", AS_NOBODY], capture_output=True, text=True, check=False
    )
    settings.data_folder.chmod(0o755)
    assert done.stdout.startswith("problem "), done.stderr
    assert told in done.stdout


@pytest.mark.parametrize(
    ("free", "kept", "state"),
    [(10**12, 5, State.OK), (10**8, 5, State.PROBLEM), (3 * 10**8, 4 * 10**8, State.NOTE)],
)
def test_room_on_the_disk(
    free: int, kept: int, state: State, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.data_folder.mkdir()
    with (settings.data_folder / "articles.db").open("wb") as file:
        file.truncate(kept)
    usage = namedtuple("usage", "total used free")(0, 0, free)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    assert machine.disk(settings).state is state


def test_a_sandbox(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "lacking", lambda: ())
    assert machine.sandbox().state is State.OK
    monkeypatch.setattr(machine, "lacking", lambda: ("files", "network"))
    found = machine.sandbox()
    assert (found.state, "files, network" in found.found) == (State.NOTE, True)


def test_a_sandbox_that_does_not_work(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise UnsupportedArticle("I could not read that file.")

    monkeypatch.setattr(machine, "load_bytes", fail)
    assert machine.sandbox().state is State.PROBLEM
