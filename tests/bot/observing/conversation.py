"""A whole conversation with the bot, in which everything happens that is counted or logged."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from bot.dialogue import Dialogue
from bot.observing import Observed
from bot.observing.readiness import MODELS
from bot.observing.side_port import side_port
from bot.replies.reply import Reply
from bot.settings import Address
from bot.telegram_server import BotApiServer, Refused, RetryAfter
from index.keeping.library import Library
from index.loading.web import load_url
from tests.bot.observing.asking import told
from tests.bot.telegram_adapter.running import TOKEN, running

ANN, GROUP, FOREIGN_GROUP = 987_001_234_567, -987_001_234, -1_009_870_012_345

TEXT = "The quillfeather was found in Marrowford. It sang for eleven nights. " * 12
FILE = "A zumberwort is a herb. It grows in Oxlebury, and heals a brumblecough. " * 12
PAGE = (
    "<html><head><title>The splintermoth</title></head><body><article>"
    + "<p>The splintermoth lives in Grindlewick. It eats the wool of hats.</p>" * 12
    + "</article></body></html>"
)
QUESTIONS = ["Where was the quillfeather found?", "What does the brumblecough eat?"]
BREAKS = "Does the thistledown break?"

MARKED = (
    "quillfeather", "marrowford", "zumberwort", "oxlebury", "brumblecough", "splintermoth",
    "grindlewick", "thistledown", "127.0.0.1:", "secret-herbs", "9870012",
)  # fmt: skip
"""Words of what people write, send and link to, and who they are."""


class Breaking(Dialogue):
    """Has a bug, which shows what was asked."""

    def say(self, text: str, *arguments: object, **more: object) -> Reply:
        if text == BREAKS:
            logging.getLogger("bot.dialogue").warning("It breaks")
            raise RuntimeError(f"can't answer {text} with {TOKEN}")
        return super().say(text, *arguments, **more)  # type: ignore[arg-type]


class _Page(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(PAGE.encode())

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def website() -> Iterator[int]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Page) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


def play(library: Library, observed: Observed) -> str:
    """Talk to the bot about everything; what Prometheus is told at the end."""
    observed.readiness.check(MODELS, lambda: "")
    observed.statistics.watch_caches(library.caches)
    with website() as web_port, BotApiServer(token=TOKEN, privacy_mode=False) as server:
        fetch = partial(load_url, is_allowed=lambda _: True, ports=frozenset({web_port}))

        def new_dialogue(chat: str) -> Dialogue:
            return Breaking(library.collection(chat), fetch)

        with (
            running(server, new_dialogue, library.store, observed=observed),
            side_port(Address("127.0.0.1", 0), observed) as port,
        ):
            _talk(server, f"http://127.0.0.1:{web_port}/secret-herbs")
            assert told(port, "/readyz") == (200, "ok\n")
        with side_port(Address("127.0.0.1", 0), observed) as port:
            assert told(port, "/readyz") == (503, "bot: ending\n")
            return told(port, "/metrics")[1]


def _talk(server: BotApiServer, page: str) -> None:
    server.say(ANN, TEXT)
    server.wait_for_messages(ANN, 1)
    server.say(ANN, QUESTIONS[0])
    answer = server.wait_for_messages(ANN, 2)[-1]
    server.press(ANN, answer.message_id, dict(answer.buttons[0])["Context"])
    server.wait_for_calls("editMessageText")
    server.send_document(ANN, "herbs.txt", FILE.encode(), caption=QUESTIONS[1])
    server.wait_for_messages(ANN, 3)
    server.say(ANN, page)
    server.wait_for_messages(ANN, 4)
    server.say(ANN, "http://127.0.0.1:1/secret-herbs")
    server.wait_for_messages(ANN, 5)
    server.fail_next("sendMessage", RetryAfter(0))
    edited = server.say(ANN, "Who was it?")
    server.wait_for_messages(ANN, 6)
    server.fail_next("sendMessage", Refused('Bad Request: can\'t parse "thistledown"'))
    server.say(ANN, "hello")
    server.say(ANN, BREAKS)
    server.wait_for_messages(ANN, 7)
    server.edit(ANN, edited, "Where was it?")
    server.wait_for_calls("editMessageText", 2)
    server.wait_for_inline_answer(server.ask_inline(ANN, QUESTIONS[0]))
    server.say(GROUP, "The thistledown is nobody's business", user_id=ANN)
    server.ask_as_guest(FOREIGN_GROUP, f"@article_test_bot {QUESTIONS[0]}", user_id=ANN)
    server.wait_for_calls("answerGuestQuery")
