"""What is logged, and that the token is not."""

import logging
from collections.abc import Iterator

import pytest

from bot.logs import log_to_stderr

TOKEN = "123456:ABC-def_ghi"


LOGGERS = ("bm25s", "httpx", "httpcore", "apscheduler", "sentence_transformers", "telegram")


@pytest.fixture(autouse=True)
def _logging_as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, levels = root.handlers, {name: logging.getLogger(name).level for name in LOGGERS}
    level, root.handlers = root.level, []
    yield
    root.handlers = handlers
    root.setLevel(level)
    for name, before in levels.items():
        logging.getLogger(name).setLevel(before)


@pytest.fixture
def log() -> logging.Logger:
    return logging.getLogger("bot.test")


@pytest.mark.parametrize(
    ("message", "argument"),
    [
        (f"polling with {TOKEN}", ()),
        ("polling %s", (f"https://api.telegram.org/bot{TOKEN}/getMe",)),
        ("polling %r", ({"token": TOKEN},)),
        (f"{TOKEN} and again {TOKEN}", ()),
    ],
)
def test_the_token_is_blanked_in_messages(
    capsys: pytest.CaptureFixture[str], log: logging.Logger, message: str, argument: tuple[object]
) -> None:
    log_to_stderr(TOKEN)
    log.warning(message, *argument)
    err = capsys.readouterr().err
    assert TOKEN not in err
    assert "<token>" in err


def test_the_token_is_blanked_in_tracebacks(
    capsys: pytest.CaptureFixture[str], log: logging.Logger
) -> None:
    log_to_stderr(TOKEN)
    try:
        raise ValueError(f"no answer from /bot{TOKEN}/getMe")
    except ValueError:
        log.exception("Lost", stack_info=True)
    err = capsys.readouterr().err
    assert "Traceback" in err
    assert "no answer from /bot<token>/getMe" in err
    assert TOKEN not in err


def test_a_line_says_when_how_bad_and_where_from(
    capsys: pytest.CaptureFixture[str], log: logging.Logger
) -> None:
    log_to_stderr(TOKEN)
    log.info("Started")
    out, err = capsys.readouterr()
    assert out == ""
    assert err.endswith(" INFO bot.test: Started\n")


@pytest.mark.parametrize(
    ("name", "level", "logged"),
    [
        ("bot", logging.INFO, True),
        ("bot", logging.DEBUG, False),
        ("index.loading", logging.WARNING, True),
        ("telegram.ext", logging.ERROR, False),
        ("httpx", logging.INFO, False),
        ("httpx", logging.WARNING, True),
        ("httpcore.connection", logging.INFO, False),
    ],
)
def test_libraries_are_heard_less(
    capsys: pytest.CaptureFixture[str], name: str, level: int, logged: bool
) -> None:
    log_to_stderr(TOKEN)
    logging.getLogger(name).log(level, "Something")
    assert ("Something" in capsys.readouterr().err) is logged


def test_what_was_set_up_before_is_replaced(
    capsys: pytest.CaptureFixture[str], log: logging.Logger
) -> None:
    log_to_stderr("another secret")
    log_to_stderr(TOKEN)
    log.info("once")
    assert capsys.readouterr().err.count("once") == 1
