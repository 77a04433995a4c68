"""What every test may use: a fake embedder with meaning, the shipped article, no network."""

import contextlib
import os
import pwd
import re
import secrets
import tempfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any

# Several processes share the cores, instead of each taking all of them for its models.
if (worker := os.environ.get("PYTEST_XDIST_WORKER")) and hasattr(os, "sched_setaffinity"):
    cores = sorted(os.sched_getaffinity(0))
    workers = int(os.environ["PYTEST_XDIST_WORKER_COUNT"])
    os.sched_setaffinity(0, cores[int(worker.removeprefix("gw")) % len(cores) :: workers])

# Before any import of the libraries: no test may reach a model hub, and PTB's
# durations are to be timedeltas (it warns otherwise, and warnings are errors here).
os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["PTB_TIMEDELTA"] = "true"

# Nor may one touch the articles of whoever runs the tests.
os.environ["ARTICLE_BOT_DATA_DIR"] = tempfile.mkdtemp(prefix="article-bot-tests-")

import numpy as np
import pytest
import sqlalchemy as sa

from bot.composition import shipped_article
from bot.dialogue import Dialogue
from index.article_index import ArticleIndex
from index.backends import Backend, ModelLoader
from index.keeping.library import Library
from index.keeping.store import Store
from index.models.embedding import DEFAULT_MODEL, SentenceTransformerEmbedder
from index.reading.readers import SHIPPED, EvidenceReader
from index.types import Article, Embedder, Reader, Vectors


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The slow ones first, so that several processes end together."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


class WordsInCommon:
    """An `Embedder` with meaning: texts are the closer, the more words they share."""

    name = "words in common"
    identity = "words in common"
    languages = None
    dimensions = 1024

    def encode_documents(self, texts: Sequence[str]) -> Vectors:
        return np.stack([self._vector(text) for text in texts])

    def encode_query(self, text: str) -> Vectors:
        return self._vector(text)[np.newaxis]

    def _vector(self, text: str) -> Vectors:
        # A little of everything, so that a text without words is a unit vector too.
        vector = np.full(self.dimensions, 1e-3, dtype=np.float32)
        for word in re.findall(r"\w+", text.lower()):
            # The first five letters stand in for the stem: release, released, releases.
            vector[zlib.crc32(word[:5].encode(errors="replace")) % self.dimensions] += 1
        return vector / np.linalg.norm(vector)


@pytest.fixture(scope="session")
def embedder() -> WordsInCommon:
    return WordsInCommon()


@pytest.fixture(scope="session")
def article() -> Article:
    """The shipped article."""
    return shipped_article()


@pytest.fixture(scope="session")
def index(article: Article, embedder: WordsInCommon) -> ArticleIndex:
    """The shipped article, indexed with the fake embedder."""
    return ArticleIndex.build(article, embedder)


@pytest.fixture(scope="session")
def models() -> ModelLoader:
    """The models as users run them: exported, as they come with the package."""
    return ModelLoader(Backend.ONNX, Path("nowhere"), lambda _: nullcontext())


@pytest.fixture(scope="session")
def torch_embedder() -> SentenceTransformerEmbedder:
    """The default model in torch. It takes seconds to load."""
    embedder = SentenceTransformerEmbedder()
    embedder.load()
    return embedder


@pytest.fixture(scope="session")
def real_embedder(models: ModelLoader) -> Embedder:
    """The default model."""
    return models.embedder(DEFAULT_MODEL)


@pytest.fixture(scope="session")
def real_reader(models: ModelLoader) -> Reader:
    """The shipped reader."""
    return models.reader(SHIPPED)


@pytest.fixture(scope="session")
def real_index(article: Article, real_embedder: Embedder, real_reader: Reader) -> ArticleIndex:
    """The shipped article with the default models: what a new user talks to."""
    return ArticleIndex.build(article, real_embedder, reader=real_reader)


@pytest.fixture
def library(index: ArticleIndex, embedder: WordsInCommon) -> Iterator[Library]:
    """All articles of all chats, in memory, with the fake embedder and no reader's model."""
    store = Store("sqlite://")
    yield Library(store, embedder, EvidenceReader(), lambda: index)
    store.close()


def nothing_to_fetch(url: str) -> Article:
    """For a dialogue that is to fetch nothing."""
    raise AssertionError(f"a page was fetched: {url}")


@pytest.fixture
def dialogue(library: Library) -> Dialogue:
    """A new chat about the shipped article, with the fake embedder."""
    return Dialogue(library.collection("chat"), nothing_to_fetch)


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a PostgreSQL server of the tests' own."""
    if os.getuid() == 0 and not _user_exists("pgserver"):
        pytest.fail("PostgreSQL does not run as root, and `make postgres-user` was not run.")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("run")))
        pytest.importorskip("pgserver", reason="it has no wheel for this Python")
        with postgres_server() as server:
            yield server.get_uri()


@contextlib.contextmanager
def postgres_server() -> Iterator[Any]:
    """A new server, while the block runs."""
    import pgserver

    # Not in pytest's own folders: other users are shut out of them whenever other tests begin.
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        server = pgserver.get_server(folder)
        yield server
        server.cleanup()


@pytest.fixture
def database(postgres: str) -> Iterator[str]:
    """The address of a database of PostgreSQL that is empty."""
    engine = sa.create_engine(
        sa.make_url(postgres).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT"
    )
    name = f"of_a_test_{secrets.token_hex(4)}"
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
        yield sa.make_url(postgres).set(database=name).render_as_string(hide_password=False)
        connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
    engine.dispose()


def _user_exists(name: str) -> bool:
    with contextlib.suppress(KeyError):
        return bool(pwd.getpwnam(name))
    return False
