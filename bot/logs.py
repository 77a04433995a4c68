"""Logging to stderr, from which the bot's token is kept out."""

import logging


class _Redacting(logging.Formatter):
    """Blanks a secret in everything that is logged, tracebacks included."""

    def __init__(self, secret: str) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")
        self._secret = secret

    def format(self, record: logging.LogRecord) -> str:
        return super().format(record).replace(self._secret, "<token>")


def log_to_stderr(secret: str) -> None:
    """Log from INFO on; the HTTP client, whose request URLs carry the token, from WARNING.

    python-telegram-bot logs with tracebacks what it also raises or hands to the
    error handler, where it gets a line of ours.
    """
    handler = logging.StreamHandler()
    handler.setFormatter(_Redacting(secret))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    logging.getLogger("telegram").setLevel(logging.CRITICAL)
    for name in ("bm25s", "httpx", "httpcore", "apscheduler", "sentence_transformers"):
        logging.getLogger(name).setLevel(logging.WARNING)
