"""Logging to stderr, and the bot's token, which is kept out of all that is written."""

import logging
import re
import sys
from collections.abc import Iterable
from typing import TextIO, cast
from urllib.parse import quote


def log_to_stderr(secret: str) -> None:
    """Log from INFO on, and from WARNING for the HTTP client, whose URLs hold the token.

    From now on, nothing that is written to stdout or stderr has the `secret`, which is a bot's
    token, whoever writes it and wherever it comes from: the echo of a server, a traceback.

    python-telegram-bot logs tracebacks of errors that it also raises or hands to the error handler;
    its own logging is turned off, since the handler logs a line of ours. So is that of the HTTP
    server, which would log what strangers send to a webhook.
    """
    forms = _forms(secret)
    sys.stdout, sys.stderr = (
        cast(TextIO, _Redacting(stream, forms)) for stream in (sys.stdout, sys.stderr)
    )
    logging.basicConfig(
        level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s", force=True
    )
    for name in ("telegram", "aiohttp.server"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    for name in ("bm25s", "httpx", "httpcore", "apscheduler", "sentence_transformers"):
        logging.getLogger(name).setLevel(logging.WARNING)


class _Redacting:
    """A stream that replaces a secret in all that is written to it."""

    def __init__(self, stream: TextIO, forms: re.Pattern[str]) -> None:
        self._stream = stream
        self._forms = forms

    def write(self, text: str) -> int:
        self._stream.write(self._forms.sub("<token>", text))
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> object:
        if name == "buffer":  # Bytes would pass by.
            raise AttributeError(name)
        return getattr(self._stream, name)


def _forms(token: str) -> re.Pattern[str]:
    """All forms in which a token is one: as it is, in an address, in other case, without the bot's
    ID before it."""
    before, colon, secret = token.rpartition(":")
    either = "|".join(re.escape(form) for form in (secret, quote(secret, safe="")))
    head = rf"(?:{re.escape(before)}(?::|%3A))?" if colon else ""
    return re.compile(f"{head}(?:{either})", re.IGNORECASE)
