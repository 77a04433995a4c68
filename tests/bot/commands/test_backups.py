"""`backup` and `restore`."""

import contextlib
import json
import sqlite3
from pathlib import Path

import pytest

from index.keeping.store import FILE
from tests.bot.commands.running import line, program, run

pytestmark = pytest.mark.usefixtures("fake")


@pytest.fixture
def backup(cats: Path, tmp_path: Path) -> Path:
    """Of a kept article, and of thresholds that were fitted."""
    run("add", cats)
    (tmp_path / "data" / "thresholds.json").write_text('{"models": "m"}')
    path = tmp_path / "bot.backup"
    assert run("backup", path).exit_code == 0
    return path


def test_what_is_written_is_told(cats: Path, tmp_path: Path) -> None:
    run("add", cats)
    done = run("backup", tmp_path / "bot.backup")
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout.startswith(f"{tmp_path / 'bot.backup'} is written, 0.2 MB, ")
    assert done.stdout.endswith("Chats: 1, articles: 1.\n")


def test_a_store_that_is_lost_is_made_again(
    backup: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ARTICLE_BOT_DATA_DIR", str(tmp_path / "another"))
    done = run("restore", backup)
    assert (done.exit_code, done.stderr) == (0, "")
    assert "Chats: 1, articles: 1. A bot that runs has to be started anew." in done.stdout
    assert "Cats" in run("articles").stdout
    assert json.loads((tmp_path / "another" / "thresholds.json").read_text()) == {"models": "m"}


def test_what_is_kept_is_replaced_only_if_that_is_asked_for(
    backup: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "--replace" in line(run("restore", backup))
    ferry = tmp_path / "ferry.md"
    ferry.write_text("# Ferries\n\nThe ferry to Holm runs twice a day.\n")
    run("add", ferry)
    (tmp_path / "data" / "thresholds.json").write_text("{}")
    assert run("restore", backup, "--replace").exit_code == 0
    assert "Ferries" not in run("articles").stdout
    assert "Cats" in run("articles").stdout
    assert "models" in (tmp_path / "data" / "thresholds.json").read_text()


def test_thresholds_that_came_later_go_too(cats: Path, tmp_path: Path) -> None:
    run("add", cats)
    run("backup", tmp_path / "bot.backup")
    (tmp_path / "data" / "thresholds.json").write_text("{}")
    assert run("restore", tmp_path / "bot.backup", "--replace").exit_code == 0
    assert not (tmp_path / "data" / "thresholds.json").exists()


def test_what_another_program_reads_is_replaced_and_said_not_to_be_erased(
    backup: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.keeping.database._ERASING_SECONDS", 0.05)
    with contextlib.closing(sqlite3.connect(tmp_path / "data" / FILE)) as other:
        other.execute("BEGIN")
        other.execute("SELECT title FROM articles").fetchall()
        done = run("restore", backup, "--replace")
    assert done.exit_code == 0
    assert "may still have what was replaced" in done.stderr


def test_what_can_not_be_written_or_restored_is_one_line(backup: Path, tmp_path: Path) -> None:
    assert "There is a file" in line(run("backup", backup))
    assert "is a folder" in line(run("backup", tmp_path))
    assert "can't be written: No such file" in line(run("backup", tmp_path / "no" / "backup"))
    assert "is not there" in line(run("restore", tmp_path / "missing"))
    assert "is a folder" in line(run("restore", tmp_path))
    (tmp_path / "text").write_text("no backup")
    assert "is no backup" in line(run("restore", tmp_path / "text", "--replace"))
    backup.write_bytes(backup.read_bytes()[:-5000])
    assert "is damaged" in line(run("restore", backup, "--replace"))
    assert "Cats" in run("articles").stdout


def test_a_folder_that_can_not_be_used_is_told(
    backup: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ARTICLE_BOT_DATA_DIR", str(backup))
    assert str(backup) in line(run("restore", backup))
    assert str(backup) in line(run("backup", tmp_path / "other.backup"))


def test_nothing_is_asked_of_models(backup: Path, tmp_path: Path) -> None:
    done = program("backup", str(tmp_path / "b"), ARTICLE_BOT_EMBEDDING_MODEL="/no/such/model")
    assert (done.returncode, done.stderr) == (0, "")
