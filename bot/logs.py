"""Logging to stderr, from which the bot's token is kept out."""

import logging


class _Redacting(logging.Formatter):
    """Replaces a secret in everything that is logged, tracebacks included."""

    def __init__(self, secret: str) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")
        self._secret = secret

    def format(self, record: logging.LogRecord) -> str:
        return super().format(record).replace(self._secret, "<token>")


def log_to_stderr(secret: str) -> None:
    """Log from INFO on, and from WARNING for the HTTP client, whose URLs hold the token.

    python-telegram-bot logs tracebacks of errors that it also raises or hands to the error handler;
    its own logging is turned off, since the handler logs a line of ours. So is that of the HTTP
    server, which would log what strangers send to a webhook.
    """
    handler = logging.StreamHandler()
    handler.setFormatter(_Redacting(secret))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    for name in ("telegram", "aiohttp.server"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    for name in ("bm25s", "httpx", "httpcore", "apscheduler", "sentence_transformers"):
        logging.getLogger(name).setLevel(logging.WARNING)
