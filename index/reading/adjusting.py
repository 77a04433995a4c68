"""A reader with other thresholds than its own, and the file that keeps them.

They were fitted to what a reader's confidences turned out to be worth, so they hold for the same
models alone. The file says which these are.
"""

import json
import logging
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from index.types import ArticleContext, Candidate, Reader, Reading, Thresholds

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class AdjustedReader:
    """A `Reader` that reads as another one does, with thresholds of its own."""

    reader: Reader
    thresholds: Thresholds

    def read(
        self, question: str, candidates: Sequence[Candidate], context: ArticleContext
    ) -> list[Reading]:
        """Return one reading for each candidate, in their order. Raises `ModelError` as the reader
        does."""
        return self.reader.read(question, candidates, context)


def thresholds_json(models: str, thresholds: Thresholds) -> str:
    """The content of the file, for these models."""
    return json.dumps({"models": models, **asdict(thresholds)}, indent=2) + "\n"


def read_thresholds(path: Path, models: str) -> Thresholds | None:
    """The thresholds in a file; None if there are none for these models, which the log says."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        of, answer, unsure = content["models"], content["answer"], content["unsure"]
        sound = 0 <= unsure <= answer <= 1
    except (OSError, ValueError, LookupError, TypeError):
        sound, of = False, None
    if not sound:
        _log.warning("The thresholds in %s can't be read, and are not used.", path)
        return None
    if of != models:
        _log.warning("The thresholds in %s are for other models, and are not used.", path)
        return None
    return Thresholds(float(answer), float(unsure))
