"""An address -> an `Article`, fetched on hostile ground.

Whoever writes to the bot chooses what it fetches. So a name is resolved once, every address
that it resolves to must be a public one, and the connection goes to an address that was
checked: a second answer of the name server counts for nothing. Redirects are followed here,
each of them checked as if it were the first.
"""

import asyncio
import re
import socket
import zlib
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.metadata import version
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from pathlib import PurePosixPath
from typing import NoReturn

import httpx

from index.errors import ArticleNotFound, ArticleTooLarge, FetchError, UnsupportedArticle
from index.loading import load_bytes
from index.types import Article

DEADLINE = 10.0
"""Seconds for everything: names, redirects, headers, body."""

MAX_BODY = 5_000_000
"""Bytes, after decompression."""

MAX_REDIRECTS = 5

_MAX_ADDRESS = 2048
"""Characters. Browsers and servers take no longer ones for granted."""

_CHUNK = 64 * 1024
"""Bytes that are decompressed at once."""

_HEADERS = {
    "User-Agent": f"article-bot/{version('article-bot')}",
    "Accept": "text/html,application/xhtml+xml,application/pdf,text/plain,text/markdown;q=0.9",
    "Accept-Encoding": "gzip, deflate",
}

_FIRST_FREE_PORT = 1024
"""Below it, but for the two of the web, are mail, shells and other services that could be made
to take a request for a command."""

_TYPES = frozenset(
    {
        "text/html", "application/xhtml+xml", "application/pdf", "text/plain", "text/markdown",
        "text/x-markdown", "application/octet-stream", "binary/octet-stream", "application/x-pdf",
        "application/xml", "text/xml", "",
    }
)  # fmt: skip

# How files begin that are no article, whatever their header says.
_FOREIGN = (
    b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF", b"PK\x03\x04", b"\x7fELF", b"MZ", b"\x1f\x8b",
    b"BM", b"ID3", b"OggS", b"\x00\x00\x00", b"7z\xbc\xaf", b"Rar!", b"\xca\xfe\xba\xbe", b"{\\rtf",
)  # fmt: skip

# `is_global` of the standard library lets these pass, or did so in some version.
_NOT_PUBLIC = tuple(
    map(
        ip_network,
        (
            "100.64.0.0/10",  # shared by a provider's customers (RFC 6598)
            "192.0.0.0/24",  # protocol assignments (RFC 6890)
            "192.88.99.0/24",  # 6to4 relays (RFC 7526)
            "198.18.0.0/15",  # benchmarks (RFC 2544)
            "240.0.0.0/4",  # reserved
            "64:ff9b:1::/48",  # local translation to IPv4 (RFC 8215)
            "fec0::/10",  # once site-local (RFC 3879)
            "3fff::/20",  # documentation (RFC 9637)
            "5f00::/16",  # segment routing (RFC 9602)
        ),
    )
)
_NAT64 = IPv6Network("64:ff9b::/96")
_COMPATIBLE = IPv6Network("::/96")

Address = IPv4Address | IPv6Address
IsAllowed = Callable[[Address], bool]


@dataclass(frozen=True, slots=True)
class Fetched:
    """What an address holds; `url` is where the redirects ended."""

    url: str
    content: bytes
    media_type: str


def load_url(url: str, *, is_allowed: IsAllowed | None = None) -> Article:
    """Fetch an address and read it as an article.

    Raises:
        FetchError, ArticleNotFound: as `fetch`.
        UnsupportedArticle, EmptyArticle, ArticleTooLarge: as `index.loading.load_bytes`.
    """
    fetched = fetch(url, is_allowed=is_allowed or is_public)
    name = PurePosixPath(httpx.URL(fetched.url).path).name
    return load_bytes(fetched.content, name, url=fetched.url, media_type=fetched.media_type)


def fetch(url: str, *, is_allowed: IsAllowed) -> Fetched:
    """Get what an address holds. `is_allowed` judges every network address of its host.

    Raises:
        FetchError: the address is not allowed, or its server does not answer as it should.
        ArticleNotFound: there is no such page.
        ArticleTooLarge, UnsupportedArticle: what it holds is too large, or no article.
    """
    return asyncio.run(_in_time(url, is_allowed))


def is_public(address: Address) -> bool:
    """Whether an address is one of the public internet, looking through the ways in which an
    IPv6 address can stand for an IPv4 one."""
    if isinstance(address, IPv6Address):
        embedded = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
        if address in _NAT64 or address in _COMPATIBLE:
            embedded.append(IPv4Address(int(address) & 0xFFFFFFFF))
        if not all(is_public(each) for each in embedded if each is not None):
            return False
        if address.scope_id is not None:
            return False
    if any(address.version == net.version and address in net for net in _NOT_PUBLIC):
        return False
    return address.is_global and not address.is_multicast


async def _in_time(url: str, is_allowed: IsAllowed) -> Fetched:
    try:
        async with asyncio.timeout(DEADLINE):
            return await _follow(_checked_url(url), is_allowed)
    except TimeoutError:
        raise FetchError(
            f"The page did not come within {DEADLINE:.0f} seconds. Try again later, or send me "
            "its text."
        ) from None


async def _follow(url: httpx.URL, is_allowed: IsAllowed) -> Fetched:
    """Request after request, until one is not redirected."""
    # A client each time: nothing, no cookie and no connection, goes from one host to another.
    for _ in range(MAX_REDIRECTS + 1):
        target = await _resolve(url, is_allowed)
        async with httpx.AsyncClient(trust_env=False, timeout=DEADLINE) as client:
            request = client.build_request(
                "GET",
                url.copy_with(host=str(target)),
                headers={**_HEADERS, "Host": url.netloc.decode("ascii")},
                extensions={"sni_hostname": url.raw_host.decode("ascii")},
            )
            try:
                response = await client.send(request, stream=True)
                try:
                    if not response.has_redirect_location:
                        return await _read(url, response)
                    url = _checked_url(_location(url, response))
                finally:
                    await response.aclose()
            except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
                _unreachable(url, error)
    raise FetchError(
        f"{_shown(url)} redirects too often. Open it in a browser and send me the last address."
    )


def _location(url: httpx.URL, response: httpx.Response) -> str:
    """Where a redirect leads; a page once seen encrypted is not read in the open."""
    location = url.join(response.headers["location"])
    if url.scheme == "https" and location.scheme == "http":
        location = location.copy_with(scheme="https", port=None)
    return str(location)


async def _read(url: httpx.URL, response: httpx.Response) -> Fetched:
    """The body of an answer, in bounds."""
    _check_status(url, response.status_code)
    media_type = response.headers.get("content-type", "")
    kind = media_type.partition(";")[0].strip().lower()
    if kind not in _TYPES:
        raise UnsupportedArticle(
            f"{_shown(url)} is no page, text or PDF ({_plain(kind)}). Send me the address of an "
            "article."
        )
    length = response.headers.get("content-length", "")
    if length.isascii() and length.isdecimal() and len(length) < 20 and int(length) > MAX_BODY:
        raise _too_large(url)
    body = bytearray()
    async for chunk in _decoded(url, response):
        body += chunk
        if len(body) > MAX_BODY:
            raise _too_large(url)
    content = bytes(body)
    if content.startswith(_FOREIGN):
        raise UnsupportedArticle(
            f"{_shown(url)} is no page, text or PDF. Send me the address of an article."
        )
    return Fetched(str(url), content, media_type)


async def _decoded(url: httpx.URL, response: httpx.Response) -> AsyncIterator[bytes]:
    """The body, decompressed in small steps: a bomb is noticed before it has gone off."""
    encoding = response.headers.get("content-encoding", "identity").strip().lower()
    if encoding in ("identity", ""):
        async for raw in response.aiter_raw(_CHUNK):
            yield raw
        return
    if encoding not in ("gzip", "x-gzip", "deflate"):
        raise FetchError(f"{_shown(url)} answers in a packing that I did not ask for.")
    decompress = zlib.decompressobj(wbits=47) if encoding != "deflate" else None
    try:
        async for raw in response.aiter_raw(_CHUNK):
            if decompress is None:  # With its header, or bare: servers do both (RFC 9110, 8.4.1.2).
                decompress = zlib.decompressobj(15 if raw[0] & 0x0F == 8 else -15)
            while raw:
                yield decompress.decompress(raw, _CHUNK)
                raw = decompress.unconsumed_tail
    except zlib.error:
        raise FetchError(f"What {_shown(url)} sends is damaged. Try again later.") from None


async def _resolve(url: httpx.URL, is_allowed: IsAllowed) -> Address:
    """The address to connect to, after all that the name stands for were checked."""
    host, port = url.raw_host.decode("ascii"), url.port or (443 if url.scheme == "https" else 80)
    if port < _FIRST_FREE_PORT and port not in (80, 443):
        raise FetchError(f"I fetch no pages from port {port}.")
    # A thread of its own: a name server that hangs must not outlast the deadline.
    executor = ThreadPoolExecutor(1, thread_name_prefix="resolver")
    try:
        found = await asyncio.get_running_loop().run_in_executor(
            executor, lambda: socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        )
    except (OSError, UnicodeError):
        raise FetchError(f"There is no host {_plain(host)}. Check the address.") from None
    finally:
        executor.shutdown(wait=False, cancel_futures=True)
    addresses = [ip_address(each[4][0]) for each in found]
    if not addresses or not all(map(is_allowed, addresses)):
        raise FetchError(f"{_plain(host)} is not on the public internet, so I don't fetch it.")
    return addresses[0]


def _checked_url(text: str) -> httpx.URL:
    """An address that may be asked for, without its fragment.

    Raises:
        FetchError: it is none, or holds what it should not.
    """
    if len(text) > _MAX_ADDRESS:
        raise FetchError(f"That address is too long: I take up to {_MAX_ADDRESS} characters.")
    if re.search(r"[\s\x00-\x1f\x7f-\x9f\ud800-\udfff\\]", text):
        raise FetchError("That is no address: it has blanks or other odd characters in it.")
    if "://" not in text:
        text = f"https://{text}"
    try:
        url = httpx.URL(text)
        host = url.raw_host.decode("ascii")
    except (httpx.InvalidURL, ValueError):
        raise FetchError("That is no address that I understand. Copy it from a browser.") from None
    if url.scheme not in ("http", "https"):
        raise FetchError("I fetch addresses that begin with http:// or https:// only.")
    if not host:
        raise FetchError("That address names no host. Copy it from a browser.")
    if url.userinfo:
        raise FetchError("That address holds a name or a password. Send it without them.")
    return url.copy_with(fragment=None)


def _check_status(url: httpx.URL, status: int) -> None:
    where = _shown(url)
    if status in (404, 410):
        raise ArticleNotFound(f"There is no such page at {where}. Check the address.")
    if status in (401, 402, 403, 407, 451):
        raise FetchError(
            f"{where} does not let me in ({status}): it may ask for a login, or refuse programs. "
            "Send me the text instead."
        )
    if status == 429:
        raise FetchError(f"{where} says that it is asked too often (429). Try again later.")
    if status >= 500:
        raise FetchError(f"{where} has a problem of its own ({status}). Try again later.")
    if status != 200:
        raise FetchError(f"{where} does not answer with a page ({status}).")


def _unreachable(url: httpx.URL, error: Exception) -> NoReturn:
    """Translate what the client says. Its own words may hold the network address."""
    where = _shown(url)
    if "CERTIFICATE_VERIFY_FAILED" in str(error):
        raise FetchError(f"The certificate of {where} is not valid, so I don't trust it.") from None
    if isinstance(error, httpx.TimeoutException):
        raise TimeoutError from None
    if isinstance(error, httpx.ConnectError):
        raise FetchError(f"{where} can't be reached. Try again later.") from None
    raise FetchError(f"{where} does not answer as a web server should.") from None


def _too_large(url: httpx.URL) -> ArticleTooLarge:
    return ArticleTooLarge(f"{_shown(url)} is too large: I fetch up to {MAX_BODY // 1_000_000} MB.")


def _shown(url: httpx.URL) -> str:
    return _plain(url.host)


def _plain(text: str) -> str:
    """For a message: nothing in it that could steer a screen, and not too long."""
    return "".join(character if character.isprintable() else "?" for character in text)[:100]
