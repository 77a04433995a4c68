"""Pages from hostile servers: real HTTP on loopback."""

import gzip
import socket
import ssl
import subprocess
import sys
import threading
import time
import tracemalloc
import zlib
from collections.abc import Callable, Iterator
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from pathlib import Path
from typing import Any

import pytest

from index.errors import (
    ArticleError,
    ArticleNotFound,
    ArticleTooLarge,
    FetchError,
    UnsupportedArticle,
)
from index.loading import web
from index.loading.public_addresses import is_public, public_except
from index.loading.web import MAX_BODY, MAX_REDIRECTS, Fetched, fetch, load_url
from tests.growth import assert_linear

PAGE = b"<!doctype html><title>Lund</title><p>The harbour of Lund opened in 1902.</p>"

Behaviour = Callable[[socket.socket, bytes], None]


class HostileServer:
    """Accepts connections and does to each what it is told to, after it has read a request."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self._tls = tls
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self.requests: list[bytes] = []
        self.pages: dict[str, Behaviour] = {}
        threading.Thread(target=self._serve, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def close(self) -> None:
        self._socket.close()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._answer, args=[connection], daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        with connection:
            try:
                if self._tls is None:
                    self._behave(connection)
                else:
                    with self._tls.wrap_socket(connection, server_side=True) as encrypted:
                        self._behave(encrypted)
            except OSError:
                pass  # The client has seen enough.

    def _behave(self, connection: socket.socket) -> None:
        request = connection.recv(65536)
        self.requests.append(request)
        path = request.split(b" ")[1].decode() if request.count(b" ") > 1 else "/"
        self.pages[path](connection, request)


def answer(
    body: bytes = PAGE, status: str = "200 OK", kind: str = "text/html", **headers: str
) -> Behaviour:
    more = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\n{more}Connection: close\r\n\r\n"
    return lambda connection, _: connection.sendall(head.encode() + body)


def redirect(location: str, **headers: str) -> Behaviour:
    return answer(b"", "302 Found", Location=location, **headers)


@pytest.fixture
def server() -> Iterator[HostileServer]:
    server = HostileServer()
    yield server
    server.close()


def anywhere(address: IPv4Address | IPv6Address) -> bool:
    return True


def name_server(*addresses: str, asked: list[tuple[str, int]] | None = None) -> Callable[..., Any]:
    """Says of every name that it stands for these addresses, and notes who was asked for."""

    def resolve(host: str, port: int, **_: Any) -> list[tuple[Any, ...]]:
        if asked is not None:
            asked.append((host, port))
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, port)) for each in addresses]

    return resolve


def refused(url: str, error: type[ArticleError] = FetchError) -> str:
    with pytest.raises(error) as raised:
        fetch(url, is_allowed=anywhere)
    message = str(raised.value)
    assert message.isprintable()
    assert message.endswith(".")
    assert "127.0.0.1:" not in message
    return message


# What is fetched


def test_a_page_is_fetched_with_an_honest_request(server: HostileServer) -> None:
    server.pages["/story?x=1"] = answer()
    fetched = fetch(f"{server.url}story?x=1#part", is_allowed=anywhere)
    assert (fetched.content, fetched.media_type) == (PAGE, "text/html")
    assert fetched.url == f"{server.url}story?x=1"
    (request,) = server.requests
    head = request.decode().lower()
    assert "user-agent: article-bot/" in head
    assert f"host: 127.0.0.1:{server.port}" in head
    assert "accept-encoding: gzip, deflate\r\n" in head
    assert "cookie" not in head
    assert "authorization" not in head


def test_an_address_becomes_an_article(server: HostileServer) -> None:
    server.pages["/lund.txt"] = answer(b"Lund\n\nThe harbour opened in 1902.", kind="text/plain")
    article = load_url(f"{server.url}lund.txt", is_allowed=anywhere)
    assert article.title == "Lund"
    assert "1902" in article.text


def test_a_title_from_an_address_can_not_steer_a_screen(server: HostileServer) -> None:
    server.pages["/%1b%5b31mlund.txt"] = answer(b"It opened in 1902.", kind="text/plain")
    article = load_url(f"{server.url}%1b%5b31mlund.txt", is_allowed=anywhere)
    assert article.title.isprintable()
    assert "lund" in article.title


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "bare deflate"])
def test_what_is_squeezed_is_unpacked(server: HostileServer, encoding: str) -> None:
    bare = zlib.compressobj(wbits=-15)
    body = {
        "gzip": gzip.compress(PAGE),
        "deflate": zlib.compress(PAGE),
        "bare deflate": bare.compress(PAGE) + bare.flush(),
    }[encoding]
    server.pages["/"] = answer(body, Content_Encoding=encoding.split()[-1])
    assert fetch(server.url, is_allowed=anywhere).content == PAGE


def test_a_packing_of_several_members_is_read_to_its_end(server: HostileServer) -> None:
    parts = [PAGE[:20], b"", PAGE[20:] + b" " * 10_000, b"The end."]
    server.pages["/"] = answer(b"".join(map(gzip.compress, parts)), Content_Encoding="gzip")
    assert fetch(server.url, is_allowed=anywhere).content == b"".join(parts)


def test_what_follows_a_packing_is_left_out(server: HostileServer) -> None:
    server.pages["/"] = answer(gzip.compress(PAGE) + bytes(5000), Content_Encoding="gzip")
    assert fetch(server.url, is_allowed=anywhere).content == PAGE


def test_a_bomb_of_many_members_is_noticed_soon(server: HostileServer) -> None:
    body = gzip.compress(bytes(1_000_000)) * 100
    server.pages["/"] = answer(body, Content_Encoding="gzip")
    assert "too large" in refused(server.url, ArticleTooLarge)


def test_many_members_take_linear_time() -> None:
    bodies = {size: gzip.compress(b"a") * size for size in (15_000, 120_000)}
    assert_linear(lambda size: web._inflated(bodies[size], 47), 120_000)


def test_proxies_and_passwords_of_the_surroundings_are_not_used(
    server: HostileServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login me password secret")
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    monkeypatch.setenv("HOME", str(tmp_path))
    server.pages["/"] = answer()
    assert fetch(server.url, is_allowed=anywhere).content == PAGE
    assert b"authorization" not in server.requests[0].lower()


def test_a_host_is_asked_at_its_next_address_if_the_first_is_dead(
    server: HostileServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", name_server("127.0.0.2", "127.0.0.1"))
    server.pages["/"] = answer()
    url = f"http://two.example:{server.port}/"
    assert fetch(url, is_allowed=anywhere) == Fetched(url, PAGE, "text/html")


# Redirects


def test_redirects_are_followed_without_cookies(server: HostileServer) -> None:
    server.pages["/"] = redirect("/next", Set_Cookie="who=me")
    server.pages["/next"] = answer()
    fetched = fetch(server.url, is_allowed=anywhere)
    assert fetched.url == f"{server.url}next"
    assert b"who=me" not in server.requests[1]


def test_a_circle_of_redirects_ends(server: HostileServer) -> None:
    server.pages["/"] = redirect("/")
    assert "redirects too often" in refused(server.url)
    assert len(server.requests) == MAX_REDIRECTS + 1


@pytest.mark.parametrize(
    "location",
    ["file:///etc/passwd", "ftp://example.org/", "gopher://127.0.0.1:25/_MAIL", "http://a:b@c.org/",
     "http://[", "http:////]", "//[_xn--]/", "javascript:alert(1)", "http://127.0.0.1:25/",
     "/" + "a" * 3000],
)  # fmt: skip
def test_a_redirect_leads_to_no_other_kind_of_address(server: HostileServer, location: str) -> None:
    server.pages["/"] = redirect(location)
    assert "127.0.0.1 redirects to an address that I don't fetch" in refused(server.url)
    assert len(server.requests) == 1


@pytest.mark.parametrize("target", ["169.254.169.254", "10.0.0.1", "[::1]", "2130706433"])
def test_every_redirect_is_checked_again(server: HostileServer, target: str) -> None:
    """The first host is taken for a public one; what it redirects to is not."""
    server.pages["/"] = redirect(f"http://{target}:{server.port}/secret")
    asked: list[object] = []

    def only_the_first(address: IPv4Address | IPv6Address) -> bool:
        asked.append(address)
        return len(asked) == 1

    with pytest.raises(FetchError, match="not on the public internet"):
        fetch(server.url, is_allowed=only_the_first)
    assert len(server.requests) == 1


# Which addresses


@pytest.mark.parametrize(
    "url",
    ["", " ", "http://", "https:///x", "ftp://example.org/", "file:///etc/passwd", "mailto:a@b.c",
     "http://user:secret@example.org/", "http://example.org/a b", "http://exa\nmple.org/",
     "http://example.org\\@evil.org/", "http://example.org:22/", "http://example.org:25/",
     "http://[::1", "http://" + "a" * 3000 + ".org", "http://example.org:99999/", "http://\ud800/",
     "data:text/html,hi", "javascript://example.org/%0aalert(1)", "file:/etc/passwd",
     "//example.org/", "http://example.org:0/", "http://example.org/\x1b[31m", "http://☃.net/",
     "http://[", "http://a%00.org/", "http://a%2eb.org/", "http://[fe80::1%25eth0]/"],
)  # fmt: skip
def test_what_is_no_address_of_the_web_is_told(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, int]] = []
    monkeypatch.setattr(socket, "getaddrinfo", name_server(asked=asked))
    message = refused(url)
    assert "secret" not in message
    assert asked == []


@pytest.mark.parametrize(
    ("address", "host", "port"),
    [("example.org/story", "example.org", 443), ("example.org:8080/story", "example.org", 8080),
     ("example.org/to?url=http://evil.org/", "example.org", 443),
     ("HTTP://Example.ORG/#part", "example.org", 80), ("münchen.de", "xn--mnchen-3ya.de", 443)],
)  # fmt: skip
def test_an_address_is_understood_as_a_browser_does(
    monkeypatch: pytest.MonkeyPatch, address: str, host: str, port: int
) -> None:
    asked: list[tuple[str, int]] = []
    monkeypatch.setattr(socket, "getaddrinfo", name_server(asked=asked))
    assert "There is no host" in refused(address)
    assert asked == [(host, port)]


@pytest.mark.parametrize("host", ["xn--ls8h.la", "xn--a.example", "xn--zzzzzz99999"])
def test_a_host_whose_letters_nobody_knows_is_named_as_it_is(
    server: HostileServer, monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", name_server("127.0.0.1"))
    server.pages["/"] = answer(b"", "404 Not Found")
    assert host in refused(f"http://{host}:{server.port}/", ArticleNotFound)


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "0", "localhost", "[::1]",
     "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "169.254.169.254", "10.0.0.1", "192.168.1.1",
     "172.16.0.1", "100.64.0.1", "[fe80::1]", "[fc00::1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]",
     "0.0.0.0", "[::]", "224.0.0.1", "255.255.255.255"],
)  # fmt: skip
def test_hosts_that_are_not_public_are_refused_in_every_spelling(
    server: HostileServer, host: str
) -> None:
    with pytest.raises(FetchError):
        fetch(f"http://{host}:{server.port}/", is_allowed=is_public)
    assert server.requests == []


PUBLIC = ["8.8.8.8", "1.1.1.1", "93.184.216.34", "2606:4700:4700::1111", "2a00:1450:4001:81b::200e",
          "172.15.0.1", "172.32.0.1", "100.63.255.255", "100.128.0.0", "169.253.0.1", "192.167.0.1",
          "192.0.1.1", "168.63.129.15", "223.255.255.255", "64:ff9b::808:808",
          "2001:200::1"]  # fmt: skip
PRIVATE = [
    "0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.127.255.255",
    "127.0.0.1", "127.255.255.254", "169.254.0.1", "169.254.169.254", "172.16.0.1",
    "172.31.255.255", "192.0.0.1", "192.0.2.1", "192.88.99.1", "192.168.0.1", "198.18.0.1",
    "198.19.255.255", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.255", "240.0.0.1",
    "255.255.255.255", "::", "::1", "::7f00:1", "::ffff:10.0.0.1", "::ffff:127.0.0.1",
    "64:ff9b::7f00:1", "64:ff9b::a00:1", "64:ff9b:1::1", "100::1", "2001::1", "2001:db8::1",
    "2002:7f00:1::", "2002:a00:1::", "3fff::1", "fc00::1", "fd00:ec2::254", "fe80::1", "fec0::1",
    "ff02::1", "ff0e::1", "fe80::1%1", "2606:4700:4700::1111%1", "64:ff9b::808:808%1",
    # Metadata of clouds: AWS, Google, Azure, Alibaba, Oracle.
    "64:ff9b::a9fe:a9fe", "fd20:ce::254", "168.63.129.16", "100.100.100.200", "192.0.0.192",
    # IPv4 in disguise, of a public address too: nothing public has such an address.
    "::ffff:8.8.8.8", "::ffff:0:7f00:1", "::808:808", "2002:808:808::", "2001:0:808:808::1",
    "2001:2::1", "2001:10::1", "2001:20::1", "5f00::1", "4000::1", "1::1",
    "2606:4700::5efe:7f00:1", "2606:4700::5efe:808:808", "2606:4700::200:5efe:a00:1",  # ISATAP
]  # fmt: skip


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses(address: str) -> None:
    assert is_public(ip_address(address))


def test_what_is_denied_is_not_asked_though_it_is_public() -> None:
    is_allowed = public_except(map(ip_network, ["8.8.8.8/32", "2606:4700::/32"]))
    denied = ["8.8.8.8", "64:ff9b::808:808", "2606:4700:4700::1111", *PRIVATE]
    assert not any(is_allowed(ip_address(each)) for each in denied)
    assert all(is_allowed(ip_address(each)) for each in ("8.8.8.9", "64:ff9b::808:809"))


@pytest.mark.parametrize("url", ["http://lund.example", "https://lund.example:8443"])
def test_ports_that_are_not_named_are_not_asked(url: str) -> None:
    with pytest.raises(FetchError, match="no pages from port"):
        fetch(url, ports=frozenset({443}))


def test_a_redirect_to_a_port_that_is_not_named_is_not_followed(server: HostileServer) -> None:
    server.pages["/"] = redirect("http://127.0.0.1:8081/")
    with pytest.raises(FetchError, match="redirects to an address that I don't fetch"):
        fetch(server.url, is_allowed=anywhere, ports=frozenset({server.port}))


@pytest.mark.parametrize("address", PRIVATE)
def test_addresses_that_are_not_public(address: str) -> None:
    assert not is_public(ip_address(address))


def test_all_addresses_of_a_name_must_be_public(
    server: HostileServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", name_server("8.8.8.8", "127.0.0.1"))
    with pytest.raises(FetchError, match="not on the public internet"):
        fetch(f"http://example.org:{server.port}/", is_allowed=is_public)
    assert server.requests == []


def test_the_checked_address_is_the_one_connected_to(
    server: HostileServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name server that changes its mind is asked once only."""
    asked: list[str] = []

    def resolve(host: str, port: int, **_: Any) -> list[tuple[Any, ...]]:
        asked.append(host)
        address = "127.0.0.1" if len(asked) == 1 else "127.0.0.2"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    server.pages["/"] = answer()
    fetch(f"http://rebinding.example:{server.port}/", is_allowed=anywhere)
    assert asked == ["rebinding.example"]
    assert f"Host: rebinding.example:{server.port}".encode() in server.requests[0]


def test_a_name_that_nobody_knows_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def resolve(*_: Any, **__: Any) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    assert "no host nowhere.example" in refused("http://nowhere.example/")


def test_a_name_server_that_hangs_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    let_go = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: let_go.wait(30) and [])
    monkeypatch.setattr(web, "DEADLINE", 0.2)
    assert "slow.example takes longer" in refused("http://slow.example/")
    let_go.set()


def test_a_name_server_that_hangs_does_not_hold_up_the_end_of_the_program() -> None:
    program = """
import socket, threading
from index.loading import web

socket.getaddrinfo = lambda *_, **__: threading.Event().wait()
web.DEADLINE = 0.2
try:
    web.fetch("http://slow.example/")
except web.FetchError as error:
    print(error)
"""
    ended = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True, timeout=60
    )
    assert "takes longer" in ended.stdout


# Hostile servers


def drip(connection: socket.socket, data: bytes) -> None:
    stopped = threading.Event()
    for byte in data * 1000:
        connection.sendall(bytes([byte]))
        stopped.wait(0.02)


@pytest.mark.parametrize(
    "behaviour",
    [
        lambda connection, _: drip(connection, b"HTTP/1.1 200 OK\r\nX: "),
        lambda connection, _: (
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"),
            drip(connection, b"slow "),
        ),
        lambda connection, _: threading.Event().wait(5),
        lambda connection, request: (time.sleep(0.2), redirect("/")(connection, request)),
        lambda connection, _: drip(connection, b"HTTP/1.1 100 Continue\r\n\r\n"),
    ],
    ids=["headers", "body", "silence", "redirects", "not yet"],
)
def test_a_server_that_drips_is_left(
    server: HostileServer, monkeypatch: pytest.MonkeyPatch, behaviour: Behaviour
) -> None:
    monkeypatch.setattr(web, "DEADLINE", 0.5)
    server.pages["/"] = behaviour
    assert "127.0.0.1 takes longer" in refused(server.url)


def test_a_server_that_never_shakes_hands_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web, "_CONNECTING", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        assert "can't be reached" in refused(f"https://127.0.0.1:{silent.getsockname()[1]}/")


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
def test_a_bomb_is_noticed_before_it_has_gone_off(server: HostileServer, encoding: str) -> None:
    squeeze = gzip.compress if encoding == "gzip" else zlib.compress
    server.pages["/"] = answer(squeeze(bytes(50_000_000)), Content_Encoding=encoding)
    tracemalloc.start()
    try:
        assert "too large" in refused(server.url, ArticleTooLarge)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 5 * MAX_BODY


def test_what_follows_the_end_of_a_packing_is_bounded_too(server: HostileServer) -> None:
    def endless(connection: socket.socket, request: bytes) -> None:
        answer(gzip.compress(PAGE), Content_Encoding="gzip")(connection, request)
        while True:
            connection.sendall(b"x" * 65536)

    server.pages["/"] = endless
    assert "too large" in refused(server.url, ArticleTooLarge)


def test_a_body_without_end_is_cut_off(server: HostileServer) -> None:
    def endless(connection: socket.socket, _: bytes) -> None:
        connection.sendall(
            b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n"
        )
        while True:
            connection.sendall(b"ffff\r\n" + b"x" * 0xFFFF + b"\r\n")

    server.pages["/"] = endless
    assert "too large" in refused(server.url, ArticleTooLarge)


def test_a_body_that_is_announced_as_too_large_is_not_read(server: HostileServer) -> None:
    server.pages["/"] = answer(b"", Content_Length=str(MAX_BODY + 1))
    assert "too large" in refused(server.url, ArticleTooLarge)


@pytest.mark.parametrize(
    "sent",
    [b"", b"SSH-2.0-OpenSSH_9.2\r\n", b"\0" * 100, b"HTTP/1.1 OK\r\n\r\n",
     b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200_000 + b"\r\n",
     b"HTTP/1.1 200 OK\r\nX: " + b"y" * 1_000_000 + b"\r\n\r\n",
     b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 500\r\n\r\nshort",
     b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 1, 2\r\n\r\nshort"],
    ids=["nothing", "ssh", "nulls", "no status", "many headers", "long header", "cut short",
         "two lengths"],
)  # fmt: skip
def test_what_is_no_http_is_told(server: HostileServer, sent: bytes) -> None:
    server.pages["/"] = lambda connection, _: connection.sendall(sent)
    assert "does not answer as a web server should" in refused(server.url)


@pytest.mark.parametrize(
    ("status", "error", "says"),
    [
        ("404 Not Found", ArticleNotFound, "no such page"),
        ("410 Gone", ArticleNotFound, "no such page"),
        ("401 Unauthorized", FetchError, "does not let me in"),
        ("403 Forbidden", FetchError, "does not let me in"),
        ("429 Too Many Requests", FetchError, "too often"),
        ("500 Internal Server Error", FetchError, "problem of its own"),
        ("503 Service Unavailable", FetchError, "problem of its own"),
        ("204 No Content", FetchError, "(204)"),
        ("302 Found", FetchError, "(302)"),
    ],
)
def test_the_status_is_told_in_words(
    server: HostileServer, status: str, error: type[ArticleError], says: str
) -> None:
    server.pages["/"] = answer(b"", status)
    assert says in refused(server.url, error)


@pytest.mark.parametrize(
    ("kind", "body"),
    [("image/png", b"\x89PNG\r\n"), ("text/html", b"\x89PNG\r\n"), ("text/html", b"\x7fELF\2"),
     ("application/zip", b"PK\3\4"), ("text/plain", b"PK\3\4"), ("video/mp4", b"\0\0\0\x20ftyp"),
     ("application/x-msdownload", b"MZ\x90"), ("text/html", b"MZ\x90\0\3"),
     ("text/html", bytes(99)), ("text/plain", b"RIFF\1\2\3\4WEBP"),
     ("application/rss+xml", b"<rss/>"), ("text/xml", b"<rss/>"), ("a\x1b[31m/b", b"")],
)  # fmt: skip
def test_what_is_no_article_is_told_by_header_or_bytes(
    server: HostileServer, kind: str, body: bytes
) -> None:
    server.pages["/"] = answer(body, kind=kind)
    assert "no page, text or PDF" in refused(server.url, UnsupportedArticle)


@pytest.mark.parametrize(
    "kind",
    ["application/octet-stream", "application/force-download", "text/html", "TEXT/HTML ;a=b"],
)
def test_a_pdf_is_taken_whatever_the_header_calls_it(server: HostileServer, kind: str) -> None:
    server.pages["/"] = answer(b"%PDF-1.7", kind=kind)
    assert fetch(server.url, is_allowed=anywhere).content == b"%PDF-1.7"


@pytest.mark.parametrize("text", [b"BMW builds a plant.", b"MZ is a code.", b"RIFF is a format."])
def test_a_text_that_begins_like_a_picture_or_program_is_taken(
    server: HostileServer, text: bytes
) -> None:
    server.pages["/"] = answer(text, kind="text/plain")
    assert fetch(server.url, is_allowed=anywhere).content == text


def test_a_type_that_is_said_twice_is_understood(server: HostileServer) -> None:
    server.pages["/"] = answer(kind="text/html\r\nContent-Type: text/html")
    assert fetch(server.url, is_allowed=anywhere).content == PAGE


@pytest.mark.parametrize("encoding", ["br", "zstd", "gzip, gzip", "compress"])
def test_a_packing_that_was_not_asked_for_is_told(server: HostileServer, encoding: str) -> None:
    server.pages["/"] = answer(Content_Encoding=encoding)
    assert "packing" in refused(server.url)


@pytest.mark.parametrize(
    "body",
    [
        b"\x1f\x8b not gzip at all",
        gzip.compress(PAGE)[:-9],
        gzip.compress(PAGE)[:-8] + bytes(8),
        gzip.compress(PAGE) + gzip.compress(PAGE)[:-9],
    ],
    ids=["nothing of the kind", "cut short", "wrong sum", "second cut short"],
)
def test_a_damaged_packing_is_told(server: HostileServer, body: bytes) -> None:
    server.pages["/"] = answer(body, Content_Encoding="gzip")
    assert "damaged or cut short" in refused(server.url)


def test_nothing_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as freed:
        port = freed.getsockname()[1]
    assert "can't be reached" in refused(f"http://127.0.0.1:{port}/")


# Certificates


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key and a certificate of lund.example that vouches for itself, in one file."""
    path = tmp_path_factory.mktemp("tls") / "lund.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
         "-nodes", "-days", "1", "-subj", "/CN=lund.example",
         "-addext", "subjectAltName=DNS:lund.example",
         "-addext", "keyUsage=critical,digitalSignature,keyCertSign",
         "-keyout", path, "-out", path.with_suffix(".crt")],
        check=True, capture_output=True,
    )  # fmt: skip
    path.write_bytes(path.read_bytes() + path.with_suffix(".crt").read_bytes())
    return path


@pytest.fixture
def encrypted(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[HostileServer]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server = HostileServer(context)
    monkeypatch.setattr(socket, "getaddrinfo", name_server("127.0.0.1"))
    yield server
    server.close()


@pytest.fixture
def vouched_for(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("certifi.where", lambda: str(certificate))


def test_a_certificate_that_nobody_vouches_for_is_refused(encrypted: HostileServer) -> None:
    assert "certificate of lund.example" in refused(f"https://lund.example:{encrypted.port}/")
    assert encrypted.requests == []


@pytest.mark.usefixtures("vouched_for")
@pytest.mark.parametrize("host", ["lund.example", "lund.example."])
def test_a_certificate_is_that_of_the_name_not_of_the_address(
    encrypted: HostileServer, host: str
) -> None:
    encrypted.pages["/"] = answer()
    assert fetch(f"https://{host}:{encrypted.port}/", is_allowed=anywhere).content == PAGE
    assert f"Host: {host}:{encrypted.port}".encode() in encrypted.requests[0]


@pytest.mark.usefixtures("vouched_for")
@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1"])
def test_a_certificate_of_another_name_is_refused(encrypted: HostileServer, host: str) -> None:
    assert "certificate" in refused(f"https://{host}:{encrypted.port}/")
    assert encrypted.requests == []


@pytest.mark.usefixtures("vouched_for")
def test_a_redirect_does_not_lead_out_of_encryption(
    encrypted: HostileServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, int]] = []
    monkeypatch.setattr(socket, "getaddrinfo", name_server("127.0.0.1", asked=asked))
    encrypted.pages["/"] = redirect("http://lund.example:8080/next")
    with pytest.raises(FetchError, match="not on the public internet"):
        fetch(f"https://lund.example:{encrypted.port}/", is_allowed=lambda _: len(asked) == 1)
    assert asked == [("lund.example", encrypted.port), ("lund.example", 443)]
