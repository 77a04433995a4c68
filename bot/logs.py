"""Logging to stderr: one event a line, without the bot's token and without people's words."""

import json
import logging
import re
import sys
import traceback
from collections.abc import Iterable, Mapping
from typing import TextIO, cast
from urllib.parse import quote

import structlog
from structlog.stdlib import ExtraAdder, ProcessorFormatter
from structlog.typing import EventDict, Processor, WrappedLogger

_SHORTEST_PASSWORD = 6
"""A shorter one would be found in words, such as the names of this program's parts."""


def log_to_stderr(
    secret: str, *, password: str = "", as_json: bool = False, with_text: bool = False
) -> None:
    """Log from INFO on, and from WARNING for the HTTP client, whose URLs hold the token.

    From now on, nothing that is written to stdout or stderr has the `secret`, which is a bot's
    token, nor the `password` of a database, whoever writes it and wherever it comes from: the echo
    of a server, a traceback.

    What an exception says may be somebody's words: only `with_text` is it logged. Otherwise there
    is its class, and where in the code it was raised.

    python-telegram-bot logs tracebacks of errors that it also raises or hands to the error handler;
    its own logging is turned off, since the handler logs a line of ours. So is that of the HTTP
    server, which would log what strangers send to a webhook.
    """
    hidden = {"<token>": _forms(secret)}
    if len(password) >= _SHORTEST_PASSWORD:
        hidden["<password>"] = _either(password)
    sys.stdout, sys.stderr = (
        cast(TextIO, _Redacting(stream, hidden)) for stream in (sys.stdout, sys.stderr)
    )
    handler = logging.StreamHandler()
    handler.setFormatter(_formatter(as_json, with_text))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    logging.captureWarnings(True)
    logging.raiseExceptions = False  # It would write what was to be logged, on several lines.
    for name in ("telegram", "aiohttp.server"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    for name in ("bm25s", "httpx", "httpcore", "apscheduler", "sentence_transformers"):
        logging.getLogger(name).setLevel(logging.WARNING)


def _formatter(as_json: bool, with_text: bool) -> ProcessorFormatter:
    """What makes a line of a record, of ours and of the libraries alike."""
    before: list[Processor] = [
        structlog.processors.TimeStamper(fmt="iso", key="time"),
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.contextvars.merge_contextvars,
        ExtraAdder(),
    ]
    if not with_text:
        before.append(_without_repr)
    before.append(_with_full_traceback if with_text else _with_traceback)
    line: Processor = structlog.processors.JSONRenderer() if as_json else _console_line
    return ProcessorFormatter(
        foreign_pre_chain=before,
        processors=[ProcessorFormatter.remove_processors_meta, line],
    )


def _without_repr(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """asyncio describes a task or a callback that failed with all that it was given."""
    if event["logger"] == "asyncio" and "exc_info" in event:
        event["event"] = "A task failed that nobody waited for"
    return event


def _with_full_traceback(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """An exception as Python shows it."""
    if raised := event.pop("exc_info", None):
        event["exception"] = "".join(traceback.format_exception(raised[1]))
    return event


def _with_traceback(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """The same without what the exception says, and what those say that led to it."""
    if raised := event.pop("exc_info", None):
        event["exception"] = "\nwhich led to\n".join(map(_place, reversed(_chain(raised[1]))))
    return event


def _chain(error: BaseException | None) -> list[BaseException]:
    """An exception, and those that led to it."""
    chain: list[BaseException] = []
    while error is not None and all(error is not each for each in chain):
        chain.append(error)
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return chain


def _place(error: BaseException) -> str:
    """Where an exception was raised, and its class."""
    lines = traceback.format_tb(error.__traceback__)
    return "".join(["Traceback (most recent call last):\n", *lines, type(error).__qualname__])


def _console_line(_: WrappedLogger, __: str, event: EventDict) -> str:
    """A line to be read by people. Nothing in it moves the cursor."""
    head = f"{event.pop('time')} {event.pop('level').upper()} {event.pop('logger')}:"
    what = event.pop("event")
    fields = (f"{key}={json.dumps(event[key], ensure_ascii=False, default=repr)}" for key in event)
    line = " ".join((head, what, *fields))
    return "".join(each if each.isprintable() else _escaped(each) for each in line)


def _escaped(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")


class _Redacting:
    """A stream that replaces secrets in all that is written to it: what is shown instead -> the
    forms of the secret."""

    def __init__(self, stream: TextIO, hidden: Mapping[str, re.Pattern[str]]) -> None:
        self._stream = stream
        self._hidden = hidden

    def write(self, text: str) -> int:
        shown = text
        for instead, forms in self._hidden.items():
            shown = forms.sub(instead, shown)
        self._stream.write(shown)
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
    head = rf"(?:{re.escape(before)}(?::|%3A))?" if colon else ""
    return re.compile(f"{head}{_either(secret).pattern}", re.IGNORECASE)


def redacted(text: str, secret: str) -> str:
    """A text without the secret, in whatever form it has it."""
    return _forms(secret).sub("<token>", text)


def _either(secret: str) -> re.Pattern[str]:
    """A secret as it is, and as it is in an address."""
    forms = "|".join(re.escape(form) for form in (secret, quote(secret, safe="")))
    return re.compile(f"(?:{forms})")
