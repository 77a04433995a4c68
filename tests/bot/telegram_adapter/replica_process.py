"""A bot in a process of its own, with the fake embedder: it is there to be killed.

Its arguments: the database, the server's addresses of calls and of files, the webhook, and where
to listen. Questions that have the word "slowly" are answered slowly.
"""

import sys
import time

from bot.composition import shipped_article
from bot.dialogue import Dialogue
from bot.replies.reply import Reply
from bot.settings import Settings
from bot.telegram_adapter.application import run
from bot.telegram_adapter.webhook_address import WebhookAddress
from index.article_index import ArticleIndex
from index.keeping.library import Library
from index.keeping.store import Store
from index.reading.readers import EvidenceReader
from tests.bot.telegram_adapter.running import TOKEN
from tests.conftest import WordsInCommon, nothing_to_fetch


class Slow(Dialogue):
    """Takes its time where it is asked to."""

    def say(self, text: str, *arguments: object, **named: object) -> Reply:
        if "slowly" in text:
            time.sleep(0.3)
        return super().say(text, *arguments, **named)  # type: ignore[arg-type]


def main(database: str, base_url: str, base_file_url: str, webhook: str, listen: str) -> None:
    embedder = WordsInCommon()
    shipped = ArticleIndex.build(shipped_article(), embedder)
    library = Library(Store(database), embedder, EvidenceReader(), lambda: shipped)
    settings = Settings.model_validate(
        {"TELEGRAM_BASE_URL": base_url, "TELEGRAM_BASE_FILE_URL": base_file_url}
    )
    run(
        TOKEN,
        settings,
        library.store,
        lambda chat: Slow(library.collection(chat), nothing_to_fetch),
        library.expire,
        library.move,
        WebhookAddress.parse(webhook, listen),
        drop=library.drop,
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
