"""Whatever a parser does in its process, the caller gets an article or a friendly error."""

import json
import os
import subprocess
import time
import zlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from threading import Lock
from typing import Any

import pytest
from fpdf import FPDF

from index.errors import ArticleError, EmptyArticle, UnsupportedArticle
from index.loading import confinement, load_text, sandbox
from index.loading.sandbox import parse_apart
from tests.index.loading import parsers

TEXT = "The bridge was closed in March. Repairs began in May.\n\nIt opened again."

Parse = Callable[..., Any]


@pytest.fixture(autouse=True)
def started(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """The processes that were started; afterwards nothing is left of them."""
    pids: list[int] = []

    class Noted(subprocess.Popen[bytes]):
        def __init__(self, *args: Any, **options: Any) -> None:
            super().__init__(*args, **options)
            pids.append(self.pid)

    monkeypatch.setattr(subprocess, "Popen", Noted)
    yield pids
    for pid in pids:
        with pytest.raises(ChildProcessError):
            os.waitpid(pid, os.WNOHANG)
        while alive_in_group(pid):  # it has been killed, but a signal takes its time
            time.sleep(0.05)


def alive_in_group(group: int) -> list[str]:
    """What still runs there, as far as the system tells; the dead may wait to be collected."""
    stats = [read(path / "stat") for path in Path("/proc").glob("[0-9]*")]
    fields = [stat.rpartition(")")[2].split() for stat in stats if stat]
    return [each[0] for each in fields if each[2] == str(group) and each[0] not in "ZX"]


def read(path: Path) -> str:
    try:
        return path.read_text(errors="replace")
    except OSError:
        return ""


@pytest.fixture
def use(monkeypatch: pytest.MonkeyPatch) -> Callable[[Parse], None]:
    """Put a parser of the tests in the place of the one for PDFs."""

    def use(parse: Parse) -> None:
        name = f"{parsers.__name__}:{parse.__name__}"
        monkeypatch.setitem(sandbox._PARSERS, "pdf", name)

    return use


def pdf(text: str = TEXT) -> bytes:
    document = FPDF()
    document.set_font("times", size=12)
    document.add_page()
    document.multi_cell(0, 6, text)
    return bytes(document.output())


def test_a_pdf_comes_back_as_an_article(started: list[int]) -> None:
    article = parse_apart("pdf", pdf(), url="https://example.org/bridge.pdf", name="bridge.pdf")

    assert article.text == TEXT
    assert [article.text[a:b] for a, b in article.paragraphs] == TEXT.split("\n\n")
    assert (article.pages, article.url) == ((0,), "https://example.org/bridge.pdf")
    assert len(started) == 1


def test_a_page_comes_back_as_an_article() -> None:
    text = " ".join(f"The bridge over river {n} was closed in March." for n in range(30))
    page = f"<html><head><title>The bridge</title></head><body><article><p>{text}</p></article>"

    assert parse_apart("html", page.encode(), url=None, name="bridge.html").text == text


def test_names_and_addresses_of_any_letters_arrive(use: Callable[[Parse], None]) -> None:
    use(parsers.sound)

    assert parse_apart("pdf", b"One.", url=None, name="мост\n\0 'x'").title == "мост\n\0 'x'"


def test_an_error_of_the_article_is_raised_again(use: Callable[[Parse], None]) -> None:
    use(parsers.refuse)

    with pytest.raises(EmptyArticle, match=r"^There is nothing in it\.$"):
        parse_apart("pdf", b"", url=None, name="")


@pytest.mark.parametrize(
    "parse", [parsers.exit_at_once, parsers.crash, parsers.fail, parsers.eat_memory]
)
def test_a_parser_that_dies_dies_alone(parse: Parse, use: Callable[[Parse], None]) -> None:
    use(parse)

    with pytest.raises(UnsupportedArticle, match="could not read"):
        parse_apart("pdf", b"x" * 10_000_000, url=None, name="")


@pytest.mark.parametrize(
    "parse", [parsers.spin, parsers.leave_a_child, parsers.leave_an_escaped_child]
)
def test_a_parser_that_does_not_end_is_killed(
    parse: Parse, use: Callable[[Parse], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    use(parse)
    monkeypatch.setattr(sandbox, "_SECONDS", 3)

    with pytest.raises(UnsupportedArticle, match="took too long"):
        parse_apart("pdf", b"", url=None, name="")


def test_a_child_that_reads_nothing_does_not_hold_the_parent(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sandbox, "_COMMAND", (*sandbox._COMMAND[:4], "import time; time.sleep(60)"))
    monkeypatch.setattr(sandbox, "_SECONDS", 1)

    with pytest.raises(UnsupportedArticle, match="took too long"):
        parse_apart("pdf", b"x" * 10_000_000, url=None, name="")


def test_the_child_has_limits_and_no_secrets(
    use: Callable[[Parse], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "secret")
    use(parsers.limits)

    text = parse_apart("pdf", b"", url=None, name="").text

    assert f"'RLIMIT_AS': ({sandbox._MEMORY}, {sandbox._MEMORY})" in text
    assert "'RLIMIT_FSIZE': (0, 0)" in text
    assert "'RLIMIT_CORE': (0, 0)" in text
    assert "TELEGRAM" not in text
    assert text.endswith("True")


def test_a_parser_reaches_neither_files_nor_the_network(
    use: Callable[[Parse], None], tmp_path: Path
) -> None:
    """As far as the system has means for it; what it lacks is logged (below)."""
    use(parsers.reach_out)
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")

    text = parse_apart("pdf", b"", url=None, name=str(secret)).text

    ends = dict(line.split(": ") for line in text.split("\n\n"))
    inside = {"module": "done"}
    if "files" not in confinement.lacking():
        files = ("file", "folder", "passwords", "process", "written", "removed")
        inside |= dict.fromkeys(files, "PermissionError")
        assert secret.read_text() == "secret"
    if "network" not in confinement.lacking():
        calls = ("internet", "internet 6", "local socket", "program")
        inside |= dict.fromkeys(calls, "PermissionError")
    assert ends | inside == ends


def test_a_system_that_can_not_confine_parsers_is_told_of_once(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(sandbox, "lacking", lambda: ("files", "network"))
    sandbox.warn_of_lacks.cache_clear()

    for _ in range(2):
        parse_apart("pdf", pdf(), url=None, name="")

    [said] = [record.message for record in caplog.records]
    assert "can't shut the parsers of pages and PDFs off from: files, network" in said


def test_a_system_without_any_means_lacks_both(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(confinement.sys, "platform", "plan9")
    assert confinement.lacking() == ("files", "network")
    confinement.confine([])


def test_two_parsers_run_at_once_and_no_more(
    use: Callable[[Parse], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    running, most = 0, 0
    ask, lock = sandbox._ask_child, Lock()

    def counted(question: bytes) -> bytes:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        try:
            return ask(question)
        finally:
            with lock:
                running -= 1

    use(parsers.sound)
    monkeypatch.setattr(sandbox, "_ask_child", counted)
    with ThreadPoolExecutor(6) as pool:
        found = pool.map(lambda n: parse_apart("pdf", b"One.", url=None, name=f"{n}"), range(6))
        assert [article.title for article in found] == [f"{n}" for n in range(6)]
    assert most == 2


SOUND = asdict(load_text(TEXT, language="en"))


def answer(**changes: Any) -> bytes:
    return json.dumps((None, SOUND | changes)).encode()


def without_title() -> bytes:
    return json.dumps((None, {key: SOUND[key] for key in SOUND if key != "title"})).encode()


GARBAGE = [
    b"",
    b"\xff\x00",
    b"[]",
    b"[null, null]",
    b'[["SystemExit", "Bye."], null]',
    b'[["first_line", "Bye."], null]',
    b'[["EmptyArticle", 3], null]',
    b"[" * 100_000,
    answer()[:-10],
    without_title(),
    answer(id="0" * 16),
    answer(text="Another text."),
    answer(text="\ud800", paragraphs=[]),
    answer(title=None),
    answer(paragraphs=[[0, len(TEXT) + 1]]),
    answer(paragraphs=[[5, 2]]),
    answer(paragraphs=[[-5, 2]]),
    answer(paragraphs=[[10, 20], [0, 9]]),
    answer(paragraphs=[[0, 9], [5, 20]]),
    answer(paragraphs=[[0, 9, 12]]),
    answer(paragraphs=[[0, True]]),
    answer(paragraphs=[[0, 1e400]]),
    answer(pages=[0, 9, 5]),
    answer(pages=[0, len(TEXT) + 1]),
    answer(pages="0"),
    answer(url="javascript:alert(1)"),
]


@pytest.mark.parametrize("garbage", GARBAGE)
def test_an_answer_that_is_none_is_not_believed(
    garbage: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sandbox, "_ask_child", lambda question: garbage)

    with pytest.raises(UnsupportedArticle, match="could not read"):
        parse_apart("pdf", b"", url=None, name="")


def test_a_sound_answer_is_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "_ask_child", lambda question: answer(pages=[0, 3]))

    expected = replace(load_text(TEXT, language="en"), pages=(0, 3))
    assert parse_apart("pdf", b"", url=None, name="") == expected


def test_an_endless_answer_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    talk = "import sys\nwhile True: sys.stdout.write('x' * 65536)"
    monkeypatch.setattr(sandbox, "_COMMAND", (*sandbox._COMMAND[:4], talk))
    monkeypatch.setattr(sandbox, "_LONGEST_ANSWER", 1_000_000)

    with pytest.raises(UnsupportedArticle, match="could not read"):
        parse_apart("pdf", b"", url=None, name="")


def bomb() -> bytes:
    """A PDF of four megabytes whose page unpacks to four gigabytes."""
    packer = zlib.compressobj(9)
    start = packer.compress(b"q ") + packer.flush(zlib.Z_FULL_FLUSH)
    block = packer.compress(b"\n" * (1 << 24)) + packer.flush(zlib.Z_FULL_FLUSH)
    stream = start + block * 256
    return b"\n".join(
        [
            b"%PDF-1.7",
            b"1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj",
            b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj",
            b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]/Contents 4 0 R>>endobj",
            b"4 0 obj<</Filter/FlateDecode/Length %d>>stream" % len(stream),
            stream,
            b"endstream endobj",
            b"trailer<</Root 1 0 R>>",
        ]
    )


@pytest.mark.parametrize("made", [bomb, partial(pdf, ""), lambda: pdf()[:300]])
def test_hostile_and_broken_pdfs_are_refused(made: Callable[[], bytes]) -> None:
    with pytest.raises(ArticleError):
        parse_apart("pdf", made(), url=None, name="")
