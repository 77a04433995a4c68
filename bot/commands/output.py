"""Output that several commands write: JSON and files."""

import json
from pathlib import Path
from typing import Literal

import click


def to_json(value: object) -> str:
    """JSON that people can read, too; a lone surrogate (an odd file name) becomes a question
    mark."""
    return json.dumps(value, ensure_ascii=False, indent=2).encode(errors="replace").decode()


def check_writable(path: Path) -> None:
    """Check that a file can be written, before the work that makes its content.

    Raises:
        click.ClickException: it can't be written.
    """
    write_file(path, "", mode="a")


def write_file(path: Path, text: str, mode: Literal["w", "a"] = "w") -> None:
    """Write a file. A lone surrogate (an odd file name) becomes a question mark.

    Raises:
        click.ClickException: it can't be written; the message says why in one line.
    """
    try:
        with path.open(mode, encoding="utf-8", errors="replace") as file:
            file.write(text)
    except OSError as error:
        raise click.ClickException(f"{path} can't be written: {error.strerror}.") from None
