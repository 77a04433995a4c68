"""Vectors of an article that comes with the program, in a file: no database has to be opened."""

import hashlib
import logging
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from index.types import Vectors

_log = logging.getLogger(__name__)


def kept(
    folder: Path, identity: str, views: Sequence[Sequence[str]], embed: Callable[[], list[Vectors]]
) -> list[Vectors]:
    """The vectors of these texts by the model of that identity: one array a view.

    They are read from a file in `folder`, or made by `embed` and written there for the next time.
    What can't be read or written is not needed.
    """
    digest = hashlib.sha256(repr((identity, views)).encode()).hexdigest()
    path = folder / f"{digest[:16]}.npz"
    try:
        with path.open("rb") as opened, np.load(opened) as file:
            return [file[name] for name in sorted(file.files)]
    except Exception as error:  # missing, cut short, or no such file at all
        _log.debug("The vectors are made anew: %s", error)
    vectors = embed()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder) as new:
            np.savez(Path(new) / path.name, *vectors)
            (Path(new) / path.name).replace(path)
    except OSError as error:
        _log.debug("The vectors could not be kept: %s", error)
    return vectors
