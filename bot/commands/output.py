"""What commands write: JSON, files, text for a terminal."""

import json
from pathlib import Path
from typing import Literal

import click


def to_json(value: object) -> str:
    """Text for people too; half a character (an odd file name) becomes a question mark."""
    return json.dumps(value, ensure_ascii=False, indent=2).encode(errors="replace").decode()


def check_writable(path: Path) -> None:
    """Before the work, not after it."""
    write_file(path, "", mode="a")


def write_file(path: Path, text: str, mode: Literal["w", "a"] = "w") -> None:
    """Write a file, or say in one line why it can't be written."""
    try:
        with path.open(mode, encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise click.ClickException(f"{path} can't be written: {error.strerror}.") from None
