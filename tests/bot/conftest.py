"""Surroundings for every test of the bot: a data folder of its own, fake models, articles."""

import json
import logging
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import bot.composition
from bot.telegram_adapter import loading
from index.reading.readers import EvidenceReader
from index.types import Embedder
from tests.bot.commands.gold import PETS, labelled
from tests.bot.stages import MakeStage, direct, wire


@pytest.fixture(autouse=True)
def _surroundings_as_before(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    monkeypatch.setenv("ARTICLE_BOT_DATA_DIR", str(tmp_path / "data"))
    for name in (
        "ARTICLE_BOT_DATABASE",
        "ARTICLE_BOT_HEARTBEAT_FILE",
        "ARTICLE_BOT_LOG_FORMAT",
        "ARTICLE_BOT_LOG_TEXT",
        "ARTICLE_BOT_READER",
        "ARTICLE_BOT_SIDE_PORT",
        "TELEGRAM_BOT_TOKEN",
        "TELEGRAM_BOT_TOKEN_FILE",
    ):
        monkeypatch.delenv(name, raising=False)
    handler = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, handler)


LOGGERS = (
    "bm25s", "httpx", "httpcore", "apscheduler", "sentence_transformers", "telegram",
    "aiohttp.server",
)  # fmt: skip


@contextmanager
def logging_restored() -> Iterator[None]:
    """What sets up the program's logging in the block leaves no trace of it."""
    root = logging.getLogger()
    handlers, levels = root.handlers, {name: logging.getLogger(name).level for name in LOGGERS}
    level, root.handlers = root.level, []
    streams, raises = (sys.stdout, sys.stderr), logging.raiseExceptions
    yield
    logging.captureWarnings(False)
    logging.raiseExceptions = raises
    sys.stdout, sys.stderr = streams
    root.handlers = handlers
    root.setLevel(level)
    for name, before in levels.items():
        logging.getLogger(name).setLevel(before)


@pytest.fixture
def logging_as_before() -> Iterator[None]:
    """What sets up the program's logging leaves no trace of it."""
    with logging_restored():
        yield


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch, embedder: Embedder) -> Embedder:
    """Has the program use the fake embedder, and no reader's model."""
    models = embedder, EvidenceReader()
    monkeypatch.setattr(bot.composition, "embedder_and_reader", lambda settings: models)
    return embedder


@pytest.fixture
def no_work(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Notes what is asked of the embedder, which does nothing."""
    asked: list[str] = []

    class Idle:
        name = identity = "idle"

        def __getattr__(self, name: str) -> object:
            asked.append(name)
            raise NotImplementedError

    monkeypatch.setattr(bot.composition, "embedder_and_reader", lambda settings: (Idle(), Idle()))
    return asked


@pytest.fixture
def cats(tmp_path: Path) -> Path:
    file = tmp_path / "cats.txt"
    file.write_text("The cat slept on the mat.\n\nThe dog ate 12 bones on Monday.\n")
    return file


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    questions = [
        labelled(1, "What slept on the mat?", "The cat", 0, 36),
        labelled(2, "Who ate bones?", "The dog", 38, len(PETS)),
        labelled(3, "Who painted the ceiling of the chapel?", None, 0, 36),
    ]
    article = {"id": "pets", "title": "Pets", "lang": "en", "text": PETS, "questions": questions}
    file = tmp_path / "gold.jsonl"
    file.write_text(json.dumps(article) + "\n", encoding="utf-8")
    return file


@pytest.fixture(params=[direct, wire], ids=lambda make: make.__name__)
def make_stage(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> MakeStage:
    """Makes each kind of stage. However slow the machine is, no progress of a load is shown."""
    monkeypatch.setattr(loading, "SHOWN_AFTER", 3600.0)
    made: MakeStage = request.param
    return made
