"""A cache file for the vectors of the shipped article, so that no database has to be opened."""

import hashlib
import logging
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from index.types import Vectors

_log = logging.getLogger(__name__)


def load_or_embed(
    folder: Path, identity: str, texts: Sequence[str], embed: Callable[[], Vectors]
) -> Vectors:
    """The vectors of these texts by the model of that identity.

    They are read from a file in `folder`, or made by `embed` and written there for the next time. A
    cache that can't be read or written is ignored.
    """
    digest = hashlib.sha256(repr((identity, texts)).encode()).hexdigest()
    path = folder / f"{digest[:16]}.npy"
    try:
        vectors: Vectors = np.load(path)
        return vectors
    except Exception as error:  # missing, cut short, or no such file at all
        _log.debug("The vectors are made anew: %s", error)
    vectors = embed()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder) as new:
            np.save(Path(new) / path.name, vectors)
            (Path(new) / path.name).replace(path)
    except OSError as error:
        _log.debug("The vectors could not be kept: %s", error)
    return vectors
