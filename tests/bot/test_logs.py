"""What is logged, and that the token is not."""

import logging

import pytest

from bot.logs import log_to_stderr
from tests.bot.commands.running import python

TOKEN = "123456:ABC-def_ghi"

pytestmark = pytest.mark.usefixtures("logging_as_before")


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


ECHOES = [
    TOKEN,
    TOKEN.replace(":", "%3A"),
    TOKEN.lower(),
    TOKEN.partition(":")[2],
    f"https://api.telegram.org/bot{TOKEN}/getMe",
]
"""What a server may write the token as in its answer."""

WAYS = {
    "a log": "logging.getLogger('bot').warning('no answer: %s', echo)",
    "a print": "print(echo)",
    "lines": "sys.stdout.writelines([echo])",
    "a warning": "warnings.warn(echo)",
    "a thread": (
        "thread = threading.Thread(target=lambda: int(echo))\nthread.start()\nthread.join()"
    ),
    "click": "click.echo(echo)\nclick.echo(echo, err=True)",
    "the end": "raise ValueError(echo) from KeyError(echo)",
    "a task": "async def fail(): raise ValueError(echo)\n"
    "async def forget(): asyncio.create_task(fail()); await asyncio.sleep(0.01)\n"
    "asyncio.run(forget())",
}


@pytest.mark.parametrize("way", WAYS)
def test_the_token_leaves_in_no_form_and_by_no_way(way: str) -> None:
    for echo in ECHOES:
        code = (
            "import asyncio, click, logging, sys, threading, warnings\n"
            "from bot.logs import log_to_stderr\n"
            f"log_to_stderr({TOKEN!r})\necho = sys.argv[1]\n{WAYS[way]}"
        )
        done = python(code, echo)
        written = done.stdout + done.stderr
        assert "<token>" in written
        assert TOKEN.partition(":")[2].lower() not in written.lower()


def test_a_token_of_odd_characters_is_blanked_in_addresses(
    capsys: pytest.CaptureFixture[str], log: logging.Logger
) -> None:
    log_to_stderr("1:a b+c")
    log.warning("no answer from /bot1:a%20b%2Bc/getMe")
    assert "no answer from /bot<token>/getMe" in capsys.readouterr().err


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
