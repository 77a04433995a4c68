"""Running commands, in this process or in one of their own."""

import os
import subprocess
import sys
from pathlib import Path

from click.testing import CliRunner, Result

import bot.cli
import bot.composition

WHO = "Who released the photos?"

WHERE = "Where did the missiles land?"

UNSURE = "Which missile is solid-fueled?"

NOWHERE = "How many workers are employed at the factory?"

HEAVY = [
    "torch", "sentence_transformers", "transformers", "faiss", "bm25s", "telegram", "pydantic",
    "numpy", "sklearn", "rich", "prompt_toolkit", "yaml", "sqlalchemy", "httpx", "trafilatura",
    "lxml", "pypdfium2", "py3langid", "prometheus_client", "structlog",
]  # fmt: skip

COMMANDS = [
    "add", "articles", "ask", "backup", "chat", "config", "doctor", "evaluate", "export",
    "feedback", "health", "model", "remove", "restore", "telegram",
]  # fmt: skip


def run(*arguments: str | Path, stdin: bytes | str | None = None) -> Result:
    return CliRunner().invoke(bot.cli.main, [str(argument) for argument in arguments], stdin)


def line(result: Result) -> str:
    """The one line on stderr, of a program that failed in a friendly way."""
    assert result.exit_code == 1
    assert result.stdout == ""
    assert "Traceback" not in result.output
    [error] = result.stderr.splitlines()
    assert error.startswith("Error: ")
    return error.removeprefix("Error: ")


def python(code: str, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run code in a Python of its own."""
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        env=os.environ | variables,
        timeout=60,
        check=False,
    )


def program(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return python("from bot.cli import main; main()", *arguments, **variables)


LOADED = f"print([name for name in {HEAVY} if name in sys.modules], file=sys.stderr)"
