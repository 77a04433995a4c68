"""What stands before several processes: each request goes to the next of them that takes it."""

import http.client
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Balancer(ThreadingHTTPServer):
    """Hands each request to the next port in turn, and to the one after it where nobody listens.
    `taken` counts what each port has taken."""

    daemon_threads = True

    def __init__(self, ports: Sequence[int]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.ports = ports
        self.taken: Counter[int] = Counter()
        self._turn = 0
        self._lock = threading.Lock()

    def hand_on(self, path: str, headers: dict[str, str], body: bytes) -> int:
        """Hand a request to one of them; return its status."""
        for _ in self.ports:
            with self._lock:
                port = self.ports[self._turn % len(self.ports)]
                self._turn += 1
            try:
                connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
                connection.request("POST", path, body, headers)
                status = connection.getresponse().status
            except OSError:
                continue
            finally:
                connection.close()
            self.taken[port] += 1
            return status
        return 502


class _Handler(BaseHTTPRequestHandler):
    server: Balancer

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        headers = {name: value for name, value in self.headers.items() if name != "Host"}
        self.send_response(self.server.hand_on(self.path, headers, body))
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def balancing(ports: Sequence[int]) -> Iterator[Balancer]:
    with Balancer(ports) as balancer:
        thread = threading.Thread(target=balancer.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        yield balancer
        balancer.shutdown()
        thread.join()
