"""`doctor`."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from bot.doctor import checks
from bot.doctor.checks import Result
from bot.doctor.finding import Finding, note, ok, problem
from tests.bot.commands.running import program, run


def find(monkeypatch: pytest.MonkeyPatch, *findings: Finding) -> list[bool]:
    """Have the checks find this; returns whether they were made offline."""
    asked = []

    def look(*, offline: bool) -> Iterator[Result]:
        asked.append(offline)
        yield from (Result("Disk", finding) for finding in findings)

    monkeypatch.setattr(checks, "look", look)
    return asked


def test_each_check_is_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    find(
        monkeypatch, ok("12 MB free"), note("Small.", "Buy one."), problem("[b]Full.", "Empty it.")
    )
    done = run("doctor")
    assert (done.exit_code, done.stderr) == (1, "")
    assert [row.rstrip() for row in done.stdout.splitlines()] == [
        "ok    Disk         12 MB free",
        "note  Disk         Small. -> Buy one.",
        "!     Disk         [b]Full. -> Empty it.",
    ]


def test_a_note_is_no_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = find(monkeypatch, ok("12 MB free"), note("Small."))
    assert run("doctor").exit_code == 0
    assert run("doctor", "--offline").exit_code == 0
    assert asked == [False, True]


def test_as_json(monkeypatch: pytest.MonkeyPatch) -> None:
    find(monkeypatch, problem("Full.", "Empty it."))
    done = run("doctor", "--json")
    assert done.exit_code == 1
    assert json.loads(done.stdout) == [
        {"check": "Disk", "state": "problem", "found": "Full.", "advice": "Empty it."}
    ]


def test_a_line_can_be_written_in_every_encoding() -> None:
    done = program("doctor", "--offline", PYTHONIOENCODING="ascii", ARTICLE_BOT_ALLOWED="bob")
    assert done.returncode == 1
    assert "!     Settings     ARTICLE_BOT_ALLOWED: ?bob? is no ID." in done.stdout
    assert done.stderr == ""


def test_a_terminal_gets_signs() -> None:
    ours, its = os.openpty()
    code = "from bot.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code, "doctor", "--offline"],
        stdin=subprocess.DEVNULL,
        stdout=its,
        stderr=subprocess.DEVNULL,
        env=os.environ
        | {"ARTICLE_BOT_ALLOWED": "bob", "TERM": "xterm", "PYTHONIOENCODING": "utf-8"},
        check=False,
    )
    os.close(its)
    shown = os.read(ours, 100_000).decode()
    os.close(ours)
    assert done.returncode == 1
    assert "✓" in shown
    assert "✗" in shown
    assert "→" in shown
