"""One call of Telegram's server, of which all is told that a bot's owner may want to know."""

import socket
import ssl
import time
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import httpx

from index.errors import ArticleError

_SECONDS = 10.0


class Unreachable(ArticleError):
    """No answer came. The message says why, and has neither the token nor the address with it."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What was answered: the status, and the object in it (empty, if it is none); the server's
    time (Unix) if it says so, and when its answer came; and the seconds that it took."""

    status: int
    content: dict[str, Any]
    date: float | None
    received: float
    seconds: float


def call(base_url: str, token: str, method: str) -> Answered:
    """Call a method of the Bot API, without parameters.

    Raises:
        Unreachable: the server did not answer.
    """
    began = time.perf_counter()
    try:
        response = httpx.get(f"{base_url}{token}/{method}", timeout=_SECONDS)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise Unreachable(_reason(base_url, error)) from None
    seconds = time.perf_counter() - began
    return Answered(response.status_code, _content(response), _date(response), time.time(), seconds)


def host_of(base_url: str) -> str:
    """The server's name, or the whole address if it has none."""
    try:
        return urlsplit(base_url).hostname or base_url
    except ValueError:
        return base_url


def _content(response: httpx.Response) -> dict[str, Any]:
    try:
        content = response.json()
    except ValueError:
        return {}
    return content if isinstance(content, dict) else {}


def _date(response: httpx.Response) -> float | None:
    try:
        return parsedate_to_datetime(response.headers["Date"]).timestamp()
    except (LookupError, ValueError):
        return None


def _reason(base_url: str, error: Exception) -> str:
    """Why there was no answer. The library's own words may have the address, and so the token."""
    host = host_of(base_url)
    if isinstance(error, httpx.InvalidURL | httpx.UnsupportedProtocol):
        return "TELEGRAM_BASE_URL is no address such as https://api.telegram.org/bot."
    if isinstance(error, httpx.TimeoutException):
        return f"{host} does not answer within {_SECONDS:.0f} seconds."
    if isinstance(error, httpx.ProxyError):
        return f"The proxy on the way to {host} refuses to lead there."
    if isinstance(error, httpx.ConnectError):
        return _why_not_connected(host, error)
    return f"{host} ends the connection without an answer."


def _why_not_connected(host: str, error: Exception) -> str:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return f"The certificate of {host} can't be trusted: {cause.verify_message}."
        if isinstance(cause, socket.gaierror):
            return f"The name {host} can't be resolved (DNS)."
        cause = cause.__cause__ or cause.__context__
    return f"No connection to {host} can be made."
