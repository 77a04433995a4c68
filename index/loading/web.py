"""An address -> an `Article`, fetched safely although users choose the address.

A host's name is resolved once, every address that it resolves to must be a public one, and the
connection goes to an address that was checked: a later answer of the name server has no effect.
Redirects are followed here, and each is checked like the first address.
"""

import asyncio
import re
import socket
import zlib
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import version
from ipaddress import ip_address
from pathlib import PurePosixPath
from threading import Thread
from typing import Any, NoReturn

import httpx

from index.errors import ArticleNotFound, ArticleTooLarge, FetchError, UnsupportedArticle
from index.loading import load_bytes
from index.loading.public_addresses import Address, is_public
from index.stages import Stage, stage
from index.types import Article

DEADLINE = 10.0
"""Seconds for everything: names, redirects, headers, body."""

MAX_BODY = 5_000_000
"""Bytes, as sent and after decompression."""

_GZIP = b"\x1f\x8b"
_PART = 4096
"""How each member of a gzip begins, and bytes that are unpacked at once: what follows the end of a
member comes back, and there may be a member in every 20 bytes."""

MAX_REDIRECTS = 5

_CONNECTING = 3.0
"""Seconds for one address of a host, so that there is time for its next one."""

_MAX_ADDRESS = 2048
"""Characters of the longest address; browsers and servers do not reliably take longer ones."""

_HEADERS = {
    "User-Agent": f"article-bot/{version('article-bot')}",
    "Accept": "text/html,application/xhtml+xml,application/pdf,text/plain,text/markdown;q=0.9",
    "Accept-Encoding": "gzip, deflate",
}

PORTS = frozenset({80, 443, *range(1024, 65536)})
"""Ports that may be asked, unless told otherwise. The others belong to mail, shells and other
services, which could be made to take a request for a command."""

# A scheme, but not a host followed by its port.
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:(?!\d)", re.IGNORECASE)

_ODD = re.compile(r"[\s\x00-\x1f\x7f-\x9f\ud800-\udfff\\]")

# A name after IDNA, or an IP address in any spelling except with a zone.
_HOST = re.compile(rb"[a-z0-9._-]+|[0-9a-f:.]+", re.IGNORECASE)

_TYPES = frozenset(
    {
        "text/html", "application/xhtml+xml", "text/plain", "text/markdown", "text/x-markdown",
        "application/pdf", "application/x-pdf", "",
        # What servers say of a file to save, whatever it is: the bytes tell.
        "application/octet-stream", "binary/octet-stream", "application/download",
        "application/x-download", "application/force-download",
    }
)  # fmt: skip

# Beginnings of files that are no article, whatever their header says. A word may begin like a
# bitmap, a program or a song; those have a zero byte soon after.
_FOREIGN = re.compile(
    rb"\x89PNG|\xff\xd8\xff|GIF8[79]a|RIFF....(?:WEBP|WAVE|AVI )|II\*\0|MM\0\*|\0\0\0"
    rb"|OggS\0|\x1a\x45\xdf\xa3|(?:BM|MZ|ID3).{0,60}?\0"
    rb"|PK\x03\x04|PK\x05\x06|\x1f\x8b|7z\xbc\xaf|Rar!\x1a|\xfd7zXZ|BZh\d1AY|\x28\xb5\x2f\xfd"
    rb"|\x7fELF|\xca\xfe\xba\xbe|\xcf\xfa\xed\xfe|\xd0\xcf\x11\xe0|\{\\rtf|%!PS",
    re.DOTALL,
)

IsAllowed = Callable[[Address], bool]


@dataclass(frozen=True, slots=True)
class Fetched:
    """The content of an address.

    `url` is where the redirects ended. `media_type` is the Content-Type header as it was sent, with
    its charset; it is empty if there was none.
    """

    url: str
    content: bytes
    media_type: str


def load_url(
    url: str, *, is_allowed: IsAllowed = is_public, ports: frozenset[int] = PORTS
) -> Article:
    """Fetch an address and read it as an article.

    Raises:
        FetchError, ArticleNotFound: as `fetch`.
        UnsupportedArticle, EmptyArticle, ArticleTooLarge: as `index.loading.load_bytes`.
    """
    with stage(Stage.FETCHING):
        fetched = fetch(url, is_allowed=is_allowed, ports=ports)
    # The name may become the title, and a percent-encoded one may hold any characters.
    name = "".join(filter(str.isprintable, PurePosixPath(httpx.URL(fetched.url).path).name))
    return load_bytes(fetched.content, name, url=fetched.url, media_type=fetched.media_type)


def fetch(url: str, *, is_allowed: IsAllowed = is_public, ports: frozenset[int] = PORTS) -> Fetched:
    """Fetch the content of an address. To be called from a thread without an event loop.

    `is_allowed` judges every network address of every host on the way, and only these `ports` are
    asked.

    Raises:
        FetchError: the address is not allowed, or its server does not answer as it should.
        ArticleNotFound: there is no such page.
        ArticleTooLarge, UnsupportedArticle: the content is too large, or no article.
    """
    return asyncio.run(_in_time(_checked_url(url, ports), is_allowed, ports))


async def _in_time(url: httpx.URL, is_allowed: IsAllowed, ports: frozenset[int]) -> Fetched:
    try:
        async with asyncio.timeout(DEADLINE):
            return await _follow(url, is_allowed, ports)
    except TimeoutError:
        raise FetchError(
            "{address} takes longer than {seconds} seconds. Try again later, or send me the text.",
            address=_shown(url),
            seconds=round(DEADLINE),
        ) from None


async def _follow(url: httpx.URL, is_allowed: IsAllowed, ports: frozenset[int]) -> Fetched:
    """Send a request and follow its redirects, `MAX_REDIRECTS` at most."""
    for _ in range(MAX_REDIRECTS + 1):
        addresses = await _resolve(url, is_allowed)
        # Each request has a bare transport of its own: it has no cookies, proxies or passwords, and
        # its connection is not used for another host.
        async with httpx.AsyncHTTPTransport(trust_env=False) as transport:
            try:
                response = await _ask(transport, url, addresses)
                try:
                    if not response.has_redirect_location:
                        return await _read(url, response)
                    url = _location(url, response, ports)
                finally:
                    await response.aclose()
            except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
                _unreachable(url, error)
    raise FetchError(
        "{address} redirects too often. Open it in a browser and send me the last address.",
        address=_shown(url),
    )


async def _ask(
    transport: httpx.AsyncHTTPTransport, url: httpx.URL, addresses: list[Address]
) -> httpx.Response:
    """The response of the first address that takes a connection."""
    *others, last = addresses
    for address in others:
        with suppress(httpx.ConnectError, httpx.ConnectTimeout):
            return await transport.handle_async_request(_request(url, address))
    return await transport.handle_async_request(_request(url, last))


def _request(url: httpx.URL, address: Address) -> httpx.Request:
    """A request that is sent to the address, but names the host, whose certificate is required."""
    name = url.raw_host.decode("ascii").rstrip(".")
    return httpx.Request(
        "GET",
        url.copy_with(host=str(address)),
        headers={"Host": url.netloc.decode("ascii"), **_HEADERS},
        extensions={"sni_hostname": name, "timeout": {"connect": _CONNECTING}},
    )


def _location(url: httpx.URL, response: httpx.Response, ports: frozenset[int]) -> httpx.URL:
    """The address that a redirect leads to; after https it is never plain http."""
    try:
        location = url.join(response.headers["location"])
        if url.scheme == "https" and location.scheme == "http":
            location = location.copy_with(scheme="https", port=None)
        return _checked_url(str(location), ports)
    except (httpx.InvalidURL, ValueError, FetchError):
        raise FetchError(
            "{address} redirects to an address that I don't fetch. Send me that of the article "
            "itself.",
            address=_shown(url),
        ) from None


async def _read(url: httpx.URL, response: httpx.Response) -> Fetched:
    """The content of a response, checked for status, type and size."""
    _check_status(url, response.status_code)
    media_type = response.headers.get("content-type", "")
    kind = re.split("[;,]", media_type)[0].strip().lower()
    if kind not in _TYPES:
        raise _no_article(url, _plain(kind))
    encoding = response.headers.get("content-encoding", "").strip().lower()
    if encoding not in ("", "identity", "gzip", "x-gzip", "deflate"):
        raise FetchError(
            "{address} answers in a packing that I did not ask for.", address=_shown(url)
        )
    content = _unpacked(url, await _received(url, response), encoding)
    if _FOREIGN.match(content):
        raise _no_article(url)
    return Fetched(str(url), content, media_type)


async def _received(url: httpx.URL, response: httpx.Response) -> bytes:
    """The body as it is sent. If it is announced as too large, it is not read at all."""
    length = response.headers.get("content-length", "0")
    if len(length) > len(str(MAX_BODY)) or int(length) > MAX_BODY:
        raise _too_large(url)
    body = bytearray()
    async for chunk in response.aiter_raw():
        body += chunk
        if len(body) > MAX_BODY:
            raise _too_large(url)
    return bytes(body)


def _unpacked(url: httpx.URL, body: bytes, encoding: str) -> bytes:
    """The decompressed body. At most `MAX_BODY` + 1 bytes are unpacked, whatever it would
    become."""
    if not body or encoding in ("", "identity"):
        return body
    # Some servers send deflate without its header, whose low half byte is 8 (RFC 1950).
    bare = encoding == "deflate" and body[0] & 0x0F != 8
    try:
        content = _inflated(body, -zlib.MAX_WBITS if bare else zlib.MAX_WBITS | 32)
    except (zlib.error, EOFError):
        raise FetchError(
            "What {address} sends is damaged or cut short. Try again later.", address=_shown(url)
        ) from None
    if len(content) > MAX_BODY:
        raise _too_large(url)
    return content


def _inflated(body: bytes, window: int) -> bytes:
    """All members of a packed body, one after the other (RFC 1952, 2.2), as far as `MAX_BODY` + 1
    bytes.

    Raises:
        zlib.error: a member is damaged.
        EOFError: one is cut short.
    """
    content, at = bytearray(), 0
    while at == 0 or body.startswith(_GZIP, at):
        unpacking = zlib.decompressobj(window)
        while not unpacking.eof:
            part = body[at : at + _PART]
            if not part:
                raise EOFError
            content += unpacking.decompress(part, MAX_BODY + 1 - len(content))
            if len(content) > MAX_BODY:
                return bytes(content)
            at += len(part) - len(unpacking.unused_data)
    return bytes(content)


async def _resolve(url: httpx.URL, is_allowed: IsAllowed) -> list[Address]:
    """Resolve a host to its addresses, all of which must be allowed.

    Raises:
        FetchError: there is no such host, or an address is not allowed.
    """
    host = url.raw_host.decode("ascii")
    try:
        found = await _look_up(host, _port(url))
    except (OSError, UnicodeError):
        found = []
    if not found:
        raise FetchError("There is no host {address}. Check the address.", address=_shown(url))
    addresses = list(dict.fromkeys(ip_address(each[4][0]) for each in found))
    if not all(map(is_allowed, addresses)):
        raise FetchError(
            "{address} is not on the public internet, so I don't fetch it.", address=_shown(url)
        )
    return addresses


async def _look_up(host: str, port: int) -> list[Any]:
    """Call `socket.getaddrinfo` in a daemon thread, so that a name server that hangs delays neither
    the answer nor the end of the program."""
    found: Future[list[Any]] = Future()
    found.set_running_or_notify_cancel()

    def look_up() -> None:
        try:
            found.set_result(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except Exception as error:
            found.set_exception(error)

    Thread(target=look_up, name="resolver", daemon=True).start()
    return await asyncio.wrap_future(found)


def _checked_url(text: str, ports: frozenset[int]) -> httpx.URL:
    """The URL of an address that may be fetched, without its fragment.

    Raises:
        FetchError: it is no address, or not an allowed one.
    """
    if len(text) > _MAX_ADDRESS:
        raise FetchError(
            "That address is too long: I take up to {characters} characters.",
            characters=_MAX_ADDRESS,
        )
    if _ODD.search(text):
        raise FetchError("That is no address: it has blanks or other odd characters in it.")
    try:
        url = httpx.URL(text if _SCHEME.match(text) else f"https://{text}")
    except (httpx.InvalidURL, ValueError):
        raise FetchError("That is no address that I understand. Copy it from a browser.") from None
    if url.scheme not in ("http", "https"):
        raise FetchError("I fetch addresses that begin with http:// or https:// only.")
    if not url.raw_host:
        raise FetchError("That address names no host. Copy it from a browser.")
    if not _HOST.fullmatch(url.raw_host):
        raise FetchError("That address has a host that can't be. Copy it from a browser.")
    if url.userinfo:
        raise FetchError("That address holds a name or a password. Send it without them.")
    if _port(url) not in ports:
        raise FetchError("I fetch no pages from port {port}.", port=str(_port(url)))
    return url.copy_with(fragment=None)


def _port(url: httpx.URL) -> int:
    return (443 if url.scheme == "https" else 80) if url.port is None else url.port


def _check_status(url: httpx.URL, status: int) -> None:
    where = _shown(url)
    if status in (404, 410):
        raise ArticleNotFound(
            "There is no such page at {address}. Check the address.", address=where
        )
    if status in (401, 402, 403, 407, 451):
        raise FetchError(
            "{address} does not let me in ({status}): it may ask for a login, or refuse programs. "
            "Send me the text instead.",
            address=where,
            status=status,
        )
    if status == 429:
        raise FetchError(
            "{address} says that it is asked too often (429). Try again later.", address=where
        )
    if status >= 500:
        raise FetchError(
            "{address} has a problem of its own ({status}). Try again later.",
            address=where,
            status=status,
        )
    if status != 200:
        raise FetchError(
            "{address} does not answer with a page ({status}).", address=where, status=status
        )


def _unreachable(url: httpx.URL, error: Exception) -> NoReturn:
    """Raise a `FetchError` for an error of the transport, whose own text may hold the IP
    address."""
    where = _shown(url)
    if "CERTIFICATE_VERIFY_FAILED" in str(error):
        raise FetchError(
            "The certificate of {address} is not valid, so I don't trust it.", address=where
        ) from None
    if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout):
        raise FetchError("{address} can't be reached. Try again later.", address=where) from None
    raise FetchError("{address} does not answer as a web server should.", address=where) from None


def _too_large(url: httpx.URL) -> ArticleTooLarge:
    return ArticleTooLarge(
        "{address} is too large: I fetch up to {megabytes} MB.",
        address=_shown(url),
        megabytes=MAX_BODY // 1_000_000,
    )


def _no_article(url: httpx.URL, kind: str = "") -> UnsupportedArticle:
    if kind:
        return UnsupportedArticle(
            "What {address} sends is no page, text or PDF but {kind}. Send me the address of an "
            "article.",
            address=_shown(url),
            kind=kind,
        )
    return UnsupportedArticle(
        "What {address} sends is no page, text or PDF. Send me the address of an article.",
        address=_shown(url),
    )


def _shown(url: httpx.URL) -> str:
    """The host's name for a message, in Unicode if it is a valid international name."""
    try:
        return _plain(url.host)
    except UnicodeError:
        return _plain(url.raw_host.decode("ascii"))


def _plain(text: str) -> str:
    """A text for a message: unprintable characters are replaced, and it is cut at 100
    characters."""
    return "".join(character if character.isprintable() else "?" for character in text)[:100]
