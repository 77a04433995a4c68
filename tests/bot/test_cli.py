"""Help, version, and errors in one line."""

from pathlib import Path

import pytest

import bot.cli
import bot.composition
from tests.bot.commands.running import (
    COMMANDS,
    LOADED,
    WHO,
    line,
    program,
    python,
    run,
)


def test_importing_the_program_loads_nothing_heavy() -> None:
    done = python(f"import sys, bot.cli; {LOADED}")
    assert (done.returncode, done.stderr) == (0, "[]\n")


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys\nfrom bot.cli import main\n"
        f"for command in ['', *{COMMANDS}]:\n"
        "    main([*filter(None, [command]), '--help'], standalone_mode=False)\n"
        f"{LOADED}"
    )
    done = python(code)
    assert (done.returncode, done.stderr) == (0, "[]\n")
    assert done.stdout.count("Usage: ") == 1 + len(COMMANDS)


def test_help_lists_the_commands() -> None:
    result = run("-h")
    assert result.exit_code == 0
    for command in COMMANDS:
        assert f"\n  {command} " in result.stdout


def test_the_version() -> None:
    assert run("--version").stdout.startswith("article-bot, version ")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "There is no text in it."),
        (b"* * *", "There is no text in it."),
        (b"\x89PNG\r\n\0", "is not a text that I can read."),
        (b"MZ\0\0", "is not a text that I can read."),
    ],
)
def test_a_file_that_is_no_article(
    no_work: list[str], tmp_path: Path, content: bytes, says: str
) -> None:
    file = tmp_path / "article.txt"
    file.write_bytes(content)
    for arguments in (["ask", WHO], ["chat"]):
        assert says in line(run(*arguments, "--article", file))
        error = line(run(*arguments, "--article", "-", stdin=content))
        assert says in error
        assert error == error.strip()
    assert no_work == []


def test_a_file_that_is_not_there(no_work: list[str], tmp_path: Path) -> None:
    missing = tmp_path / "missing.txt"
    assert line(run("ask", WHO, "--article", missing)) == f"There is no file {missing}."
    assert "is a folder" in line(run("ask", WHO, "--article", tmp_path))
    assert no_work == []


@pytest.mark.parametrize("message", ["boom", "boom\nand\nbang", ""])
def test_a_mistake_of_ours_is_one_line(monkeypatch: pytest.MonkeyPatch, message: str) -> None:
    def fail(settings: object) -> None:
        raise RuntimeError(message)

    monkeypatch.setattr(bot.composition, "embedder_and_reader", fail)
    error = line(run("ask", WHO))
    assert error.startswith(f"RuntimeError: {message[:4]}")
    assert error.endswith("(--debug shows where.)")


def test_without_debug_there_is_no_traceback(tmp_path: Path) -> None:
    done = program("ask", WHO, "--article", str(tmp_path / "missing.txt"))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"Error: There is no file {tmp_path / 'missing.txt'}.\n"


def test_with_debug_there_is_a_traceback(tmp_path: Path) -> None:
    done = program("--debug", "ask", WHO, "--article", str(tmp_path / "missing.txt"))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("Traceback (most recent call last):")
    assert "ArticleNotFound" in done.stderr
