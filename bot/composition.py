"""Puts all parts together: settings -> models, library, dialogues.

Heavy libraries are imported inside the functions, so that `--help` is there at once.
"""

from contextlib import suppress
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.dialogue import Dialogue
    from bot.settings import Settings
    from bot.taking import FetchArticle
    from index.article_index import ArticleIndex
    from index.backends import ModelLoader
    from index.keeping.collection import Collection
    from index.keeping.library import Library
    from index.keeping.store import Store
    from index.types import Article, Embedder, Reader, Thresholds

SHIPPED_ARTICLE = "north-korea-weapons.txt"

TERMINAL_CHAT = "terminal"
"""The key of the terminal's chat."""


def read_settings() -> "Settings":
    """Read the settings from the environment. Raises `SettingsError` as `load_settings`."""
    from bot.settings import load_settings

    return load_settings()


def data_folder(settings: "Settings") -> Path:
    """The folder in which all is kept. It is its owner's alone, whatever is put there first."""
    # If it can't be made, whatever needs it says so in its own words.
    with suppress(OSError):
        settings.data_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return settings.data_folder


def shipped_article() -> "Article":
    """The article that is asked if none is named."""
    from index.loading import load_bytes

    return load_bytes((files("bot") / "data" / SHIPPED_ARTICLE).read_bytes(), SHIPPED_ARTICLE)


def model_loader(settings: "Settings") -> "ModelLoader":
    """A loader of models. Those that do not come exported are exported into the data folder."""
    from bot.terminal.console import working
    from index.backends import ModelLoader

    return ModelLoader(settings.backend, data_folder(settings) / "models", working)


def embedder_and_reader(settings: "Settings") -> "tuple[Embedder, Reader]":
    """The configured models, with thresholds that were fitted to feedback, if there are some. They
    load while the program goes on."""
    embedder, reader = models_as_made(settings)
    if thresholds := fitted_thresholds(settings):
        from index.reading.adjusting import AdjustedReader

        reader = AdjustedReader(reader, thresholds)
    return embedder, reader


def models_as_made(settings: "Settings") -> "tuple[Embedder, Reader]":
    """The configured models, with the thresholds that the reader came with."""
    loader = model_loader(settings)
    return loader.embedder(settings.embedding_model), loader.reader(settings.reader)


def thresholds_file(settings: "Settings") -> Path:
    """The file with the thresholds that were fitted to feedback."""
    return data_folder(settings) / "thresholds.json"


def models_identity(settings: "Settings") -> str:
    """A name of the configured models, which changes when one of them does. Raises `ModelError` as
    `index.backends.identity`."""
    from index.backends import identity

    return f"{identity(settings.embedding_model)} {identity(settings.reader)}"


def fitted_thresholds(settings: "Settings") -> "Thresholds | None":
    """The thresholds that were fitted to feedback for the configured models, if there are some."""
    file = thresholds_file(settings)
    if not file.exists():
        return None
    from index.reading.adjusting import read_thresholds

    return read_thresholds(file, models_identity(settings))


def shipped_index(settings: "Settings") -> "ArticleIndex":
    """The index of the shipped article, without opening the store."""
    return _build_shipped_index(settings, *embedder_and_reader(settings))


def open_store(settings: "Settings") -> "Store":
    """Open what is kept of all chats, without models."""
    from index.keeping.store import Store

    if settings.database:
        return Store(settings.database.get_secret_value())
    return Store.in_folder(data_folder(settings))


def open_library(
    settings: "Settings",
    embedder_reader: "tuple[Embedder, Reader] | None" = None,
    *,
    persistent: bool = True,
) -> "Library":
    """Open the articles of all chats.

    `embedder_reader` are the models, if they are made already. Without `persistent`, everything is
    kept in memory only.
    """
    # The models load while the database library is imported, which takes as long.
    embedder, reader = embedder_reader or embedder_and_reader(settings)

    from index.keeping.library import Library, Limits
    from index.keeping.store import Store

    def build_shipped() -> "ArticleIndex":
        return _build_shipped_index(settings, embedder, reader)

    store = open_store(settings) if persistent else Store("sqlite://")
    limits = Limits(settings.max_articles, settings.max_bytes, settings.retention_days)
    return Library(store, embedder, reader, build_shipped, limits)


def terminal_collection(settings: "Settings", *, with_models: bool = True) -> "Collection":
    """The articles of the terminal's chat. Without models they can be listed and removed."""
    return open_library(settings, None if with_models else _unused()).collection(TERMINAL_CHAT)


def new_dialogue(library: "Library", chat: str, settings: "Settings") -> "Dialogue":
    """Make the dialogue of the chat with this key."""
    from bot.dialogue import Dialogue

    return Dialogue(
        library.collection(chat), fetcher(settings), retention_days=settings.retention_days
    )


def fetcher(settings: "Settings") -> "FetchArticle":
    """What turns an address into an article, from where the settings let it."""
    from index.loading.public_addresses import public_except
    from index.loading.web import PORTS, load_url

    return partial(
        load_url,
        is_allowed=public_except(settings.denied_networks),
        ports=settings.web_ports or PORTS,
    )


def _unused() -> "tuple[Embedder, Reader]":
    """Models that load nothing, since nothing is asked."""
    from index.models.embedding import SentenceTransformerEmbedder
    from index.reading.readers import EvidenceReader

    return SentenceTransformerEmbedder(), EvidenceReader()


def _build_shipped_index(
    settings: "Settings", embedder: "Embedder", reader: "Reader"
) -> "ArticleIndex":
    from bot.terminal.console import progress
    from index.article_index import ArticleIndex

    article = shipped_article()
    with progress("Reading the article") as on_progress:
        return ArticleIndex.build(
            article,
            embedder,
            reader=reader,
            on_progress=on_progress,
            cache_folder=data_folder(settings) / "shipped",
        )
