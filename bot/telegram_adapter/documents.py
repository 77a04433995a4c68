"""A document in a chat -> its content."""

import asyncio
import logging

from telegram import Document
from telegram.error import BadRequest, TelegramError

from bot.replies import article_replies
from bot.replies.reply import Reply
from index.loading import MAX_BYTES
from index.loading.kinds import may_be_article

_log = logging.getLogger(__name__)

_PAUSES = (0.5, 2.0, 5.0, None)
"""Seconds before a download is tried again; None ends the trying."""


class Unreadable(Exception):
    """What was sent can't be read. `reply` says so."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(reply)
        self.reply = reply


async def content_of(document: Document) -> bytes:
    """The content of a document.

    Raises:
        Unreadable: it is no article, too large, or Telegram does not give it.
    """
    if not may_be_article(document.file_name or "", document.mime_type):
        raise Unreadable(article_replies.NOT_TEXT)
    if (document.file_size or 0) > MAX_BYTES:
        raise Unreadable(article_replies.TOO_LARGE)
    try:
        return await _download(document)
    except BadRequest:  # "file is too big": its size was not told.
        raise Unreadable(article_replies.TOO_LARGE) from None
    except TelegramError as error:
        _log.warning("A document could not be downloaded: %s", error)
        raise Unreadable(article_replies.NOT_DOWNLOADED) from None


async def _download(document: Document) -> bytes:
    for pause in _PAUSES:
        try:
            file = await document.get_file()
            return bytes(await file.download_as_bytearray())
        except BadRequest:
            raise
        except TelegramError:
            if pause is None:
                raise
            await asyncio.sleep(pause)
    raise AssertionError("the last pause ends the trying")
