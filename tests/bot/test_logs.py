"""What is logged, and that the token is not."""

import json
import logging
from datetime import UTC, datetime

import pytest
from structlog.contextvars import bound_contextvars

from bot.logs import log_to_stderr, redacted
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
    log_to_stderr(TOKEN, with_text=True)
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


@pytest.mark.parametrize("echo", ECHOES)
def test_a_text_is_redacted(echo: str) -> None:
    assert TOKEN.partition(":")[2].lower() not in redacted(f"no: {echo}", TOKEN).lower()


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
            f"log_to_stderr({TOKEN!r}, with_text=True)\necho = sys.argv[1]\n{WAYS[way]}"
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


@pytest.mark.parametrize("written", ["s3cret: w/rd", "s3cret%3A%20w%2Frd"])
def test_the_password_of_the_database_is_blanked(
    capsys: pytest.CaptureFixture[str], log: logging.Logger, written: str
) -> None:
    log_to_stderr(TOKEN, password="s3cret: w/rd")
    log.warning("no answer from postgresql://bot:%s@host", written)
    assert "no answer from postgresql://bot:<password>@host" in capsys.readouterr().err


def test_a_password_that_is_part_of_words_leaves_them_readable(
    capsys: pytest.CaptureFixture[str], log: logging.Logger
) -> None:
    log_to_stderr(TOKEN, password="bot")
    log.info("Started")
    assert "INFO bot.test: Started" in capsys.readouterr().err


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


SAID = "The cat sleeps"


def fail_on(words: str) -> None:
    try:
        raise KeyError(words)
    except KeyError as error:
        raise ValueError(words) from error


def test_of_an_exception_only_its_class_and_its_place_are_told(
    capsys: pytest.CaptureFixture[str], log: logging.Logger
) -> None:
    log_to_stderr(TOKEN)
    try:
        fail_on(SAID)
    except ValueError:
        log.exception("Lost")
    err = capsys.readouterr().err
    assert SAID not in err
    assert err.index("KeyError") < err.index("which led to") < err.index("ValueError")
    assert "in fail_on" in err


def test_what_an_exception_says_is_told_if_it_is_asked_for(
    capsys: pytest.CaptureFixture[str], log: logging.Logger
) -> None:
    log_to_stderr(TOKEN, with_text=True)
    try:
        fail_on(SAID)
    except ValueError:
        log.exception("Lost")
    assert f"ValueError: {SAID}" in capsys.readouterr().err


def test_an_exception_that_leads_to_itself_is_told_once(
    capsys: pytest.CaptureFixture[str], log: logging.Logger
) -> None:
    log_to_stderr(TOKEN)
    first, second = ValueError(), KeyError()
    first.__cause__, second.__cause__ = second, first
    log.error("Lost", exc_info=first)
    assert capsys.readouterr().err.count("KeyError") == 1


LINES = [
    "first\nsecond", "first\r\nsecond", "first\u2028second", "\x1b[2J\x07", "\u202edlo", "\ud800",
]  # fmt: skip


@pytest.mark.parametrize("as_json", [False, True])
@pytest.mark.parametrize("said", LINES)
def test_an_event_is_one_line_of_what_can_be_shown(
    capsys: pytest.CaptureFixture[str], log: logging.Logger, as_json: bool, said: str
) -> None:
    log_to_stderr(TOKEN, as_json=as_json, with_text=True)
    try:
        raise ValueError(said)
    except ValueError:
        log.exception("Heard: %s", said, extra={"words": said}, stack_info=True)
    err = capsys.readouterr().err
    assert err.endswith("\n")
    assert err[:-1].isprintable()


def test_an_event_may_be_an_object_of_json(
    capsys: pytest.CaptureFixture[str], log: logging.Logger
) -> None:
    log_to_stderr(TOKEN, as_json=True)
    with bound_contextvars(update=17):
        log.warning("%s is “full”", "It", extra={"stages": {"finding": 0.1}, "odd": object})
    event = json.loads(capsys.readouterr().err)
    assert datetime.fromisoformat(event.pop("time")).tzinfo == UTC
    assert event.pop("odd")
    assert event == {
        "event": "It is “full”", "level": "warning", "logger": "bot.test", "update": 17,
        "stages": {"finding": 0.1},
    }  # fmt: skip


def test_for_people_the_fields_stand_behind_the_words(
    capsys: pytest.CaptureFixture[str], log: logging.Logger
) -> None:
    log_to_stderr(TOKEN)
    with bound_contextvars(update=17):
        log.info("Read", extra={"kind": "Datei «ö»", "odd": object})
    err = capsys.readouterr().err
    assert ' INFO bot.test: Read update=17 kind="Datei «ö»" odd=' in err


def test_what_can_not_be_logged_is_not_shown_instead(
    capsys: pytest.CaptureFixture[str], log: logging.Logger
) -> None:
    log_to_stderr(TOKEN)
    log.warning("%d cats", SAID)
    assert SAID not in capsys.readouterr().err
