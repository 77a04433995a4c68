"""Errors whose text a user may read.

    ArticleError
    ├── ArticleNotFound      no such file, or no page at that address
    ├── UnsupportedArticle   not a source this program can read
    ├── EmptyArticle         nothing in it to answer from
    ├── ArticleTooLarge      more text than the limit
    ├── FetchError           an address that is not allowed, or does not answer as it should
    ├── CollectionError      no such article in the chat, or no room for another
    ├── StorageError         what should be kept can't be written or read
    │   ├── StorageFull        there is no room on the disk
    │   ├── StorageReadOnly    it may only be read
    │   ├── StorageBusy        another program keeps it locked
    │   └── StorageDamaged     what is there is damaged
    │       └── ArticleDamaged   one article of it
    ├── BackupError          a backup can't be written, or can't be restored
    └── ModelError           a model can't be found, or isn't what it should be
        └── ExportError      a model can be used, but never exported

Other rooms add their own below ArticleError: GoldError, CalibrationError and PlotError in
index/making; SettingsError, ScriptError and TranscriptError in bot.

Every message is one friendly sentence that says what was wrong and what to do. Those of
`StorageError`, `BackupError` and `ModelError` say it to who runs the program, and may name its
files: a chat is told in words of its own.
"""


class ArticleError(Exception):
    """An error about the article or the models that the user can act on.

    Its message has `{names}` for the values, so that it can be said in other languages too.
    """

    def __init__(self, message: str, /, **values: object) -> None:
        super().__init__(message, values)
        self.message = message
        self.values = values

    def __str__(self) -> str:
        """The message with its values, in English."""
        shown = {
            name: f"{value:,}" if isinstance(value, int) else value
            for name, value in self.values.items()
        }
        return self.message.format(**shown) if shown else self.message


class ArticleNotFound(ArticleError):
    """The named article does not exist or can't be opened."""


class UnsupportedArticle(ArticleError):
    """The source can't be read: it is binary, encrypted, or in an unknown encoding."""


class EmptyArticle(ArticleError):
    """The source holds no sentence."""


class ArticleTooLarge(ArticleError):
    """The source is longer than an article may be."""


class FetchError(ArticleError):
    """An address may not be fetched, or its server does not answer as it should."""


class CollectionError(ArticleError):
    """A chat has no such article, or no room for another."""


class StorageError(ArticleError):
    """The store can't be written or read: a full disk, a folder without permission."""


class StorageFull(StorageError):
    """There is no room on the disk for anything more."""


class StorageReadOnly(StorageError):
    """The store may be read at most: its file, its folder or its disk can't be written."""


class StorageBusy(StorageError):
    """Another program keeps the store locked."""


class StorageDamaged(StorageError):
    """What is in the store is damaged."""


class ArticleDamaged(StorageDamaged):
    """What is kept of an article is so damaged that it can't be read. Its values have its title."""


class BackupError(ArticleError):
    """A backup can't be written there, or the file is none that can be restored here."""


class ModelError(ArticleError):
    """A model can't be loaded, or its weights are not the expected ones."""


class ExportError(ModelError):
    """A model can be used but not exported, and the next try would fail in the same way."""


def first_line(error: Exception) -> str:
    """The first line of another library's error, or its type if it has no text.

    It has no final stop, so that it can be put into a sentence of our own.
    """
    line = next(iter(str(error).strip().splitlines()), type(error).__name__)
    return line.rstrip(".")
