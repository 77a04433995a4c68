"""Parses bytes from strangers in a separate process, which may be killed.

The parsers are large programs in C. An error in them (an endless loop, a gigabyte out of a
kilobyte, a crash) ends only the child. The child isn't trusted either: it reads no files but those
of Python (`confinement.py`), it answers in JSON, of a bounded size, and its answer is checked.

Protocol: the parent writes to stdin a line of JSON with the parser's name and its arguments, then
the bytes. The child writes to stdout an article's fields, or an error's name and message.
"""

import importlib
import json
import logging
import os
import signal
import subprocess  # the child is this module, by its full path and without a shell
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict
from functools import cache
from itertools import chain, pairwise
from pathlib import Path
from threading import BoundedSemaphore, Thread
from typing import IO, Any, Literal

from index import errors
from index.errors import ArticleError, UnsupportedArticle
from index.loading.confinement import confine, lacking
from index.loading.language import detect_language
from index.loading.text import article_id
from index.types import Article

_PARSERS = {"pdf": "index.loading.pdf:parse_pdf", "html": "index.loading.html:parse_html"}

_SECONDS = 60
"""Seconds of wall time. A thousand pages take twenty on a busy machine."""

_CPU_SECONDS = 40

_MEMORY = 512 << 20
"""Bytes of address space. Python and the parsers take 220 million before they have read anything,
ordinary pages and PDFs up to 300, the largest that are allowed 410."""

_AT_ONCE = BoundedSemaphore(2)
"""Taken by each child, so that all together have no more than twice that memory, whoever calls."""

_OPEN_FILES = 64

_LONGEST_ANSWER = 40_000_000
"""Bytes: a million characters twice (`text`, `page_text`), and the spans of its paragraphs."""

# The child is isolated (-I) from the user's packages and variables, but has this process's import
# path, so that it finds the same modules. No bytecode is written (-B).
_COMMAND = (
    *(sys.executable, "-I", "-B", "-c"),
    "import sys; sys.path[:] = sys.argv[1:]; from index.loading import sandbox; sandbox.child()",
)
_ENVIRONMENT = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
_PASSED_VARIABLES = ("SYSTEMROOT", "LD_LIBRARY_PATH", "TMPDIR")
"""Variables without which some Pythons do not start."""

_SYSTEM_FILES = tuple(
    map(
        Path,
        (
            *("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/etc/ld.so.cache"),
            *("/usr/share/zoneinfo", "/etc/localtime", "/etc/timezone"),
            # PDFium measures letters by these where a PDF does not bring its own.
            *("/usr/share/fonts", "/usr/local/share/fonts", "/usr/share/X11/fonts"),
            *("/dev/null", "/dev/urandom"),
        ),
    )
)

_log = logging.getLogger(__name__)

_ANY_TEXT = "a text long enough to have a language"


def parse_apart(
    kind: Literal["pdf", "html"], content: bytes, *, url: str | None, name: str
) -> Article:
    """Parse a PDF or a page in another process, under limits of time and memory.

    Raises:
        UnsupportedArticle: it can't be read, or not within the limits.
        ArticleError: as the parser of its `kind`.
    """
    warn_of_lacks()
    call = json.dumps({"parser": _PARSERS[kind], "url": url, "name": name})
    with _AT_ONCE:
        answer = _ask_child(call.encode() + b"\n" + content)
    return _article(answer)


@cache
def warn_of_lacks() -> None:
    """Log once what parsers are not shut off from, because this system has no means for it."""
    if lacks := lacking():
        _log.warning(
            "This system can't shut the parsers of pages and PDFs off from: %s. "
            "Linux does it, with Landlock and seccomp.",
            ", ".join(lacks),
        )


def _ask_child(question: bytes) -> bytes:
    """Run a child on the question and return its answer. It is always ended before this returns.

    Raises:
        UnsupportedArticle: it took longer than `_SECONDS`.
    """
    process = subprocess.Popen(  # noqa: S603
        [*_COMMAND, *map(os.path.abspath, sys.path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        bufsize=0,
        cwd=Path(sys.executable).anchor,
        env=_ENVIRONMENT | {key: os.environ[key] for key in _PASSED_VARIABLES if key in os.environ},
        start_new_session=True,
    )
    answer: list[bytes] = []
    with process:
        Thread(target=_feed, args=(process.stdin, question), daemon=True).start()
        reader = Thread(target=_read, args=(process.stdout, answer), daemon=True)
        try:
            reader.start()
            reader.join(_SECONDS)
        finally:
            late = reader.is_alive()
            _kill(process)
    if late:
        raise UnsupportedArticle(
            "It took too long to read that file. Give me a smaller part of it, or paste its text."
        )
    return b"".join(answer)


def _feed(stream: IO[bytes], question: bytes) -> None:
    view = memoryview(question)
    with suppress(OSError, ValueError), stream:  # the child may be gone, and the pipe closed
        while view:
            view = view[stream.write(view) :]


def _read(stream: IO[bytes], answer: list[bytes]) -> None:
    """Read to the end, or until the answer is longer than `_LONGEST_ANSWER`."""
    room = _LONGEST_ANSWER
    with suppress(OSError, ValueError):
        while room >= 0 and (part := stream.read(1 << 16)):
            answer.append(part)
            room -= len(part)


def _kill(process: subprocess.Popen[bytes]) -> None:
    """Kill the process and all that it started."""
    if hasattr(os, "killpg"):
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    process.kill()


def _article(answer: bytes) -> Article:
    """The article of an answer, after all of it was checked.

    Raises:
        UnsupportedArticle: the answer is damaged or not consistent.
        ArticleError: the one that the answer holds.
    """
    from pydantic import TypeAdapter, ValidationError

    try:
        error, article = TypeAdapter(_Answer).validate_json(answer, strict=True)
    except ValidationError:
        raise _gave_up() from None
    if error:
        raise _known_error(*error)
    if article is None or not _is_sound(article):
        raise _gave_up()
    return article


_Error = tuple[str, str, dict[str, str | int]]
_Answer = tuple[_Error | None, Article | None]
"""An error's name, message and values, or an article."""


def _known_error(name: str, message: str, values: dict[str, str | int]) -> ArticleError:
    kind = getattr(errors, name, None)
    if not (isinstance(kind, type) and issubclass(kind, ArticleError)):
        return _gave_up()
    error = kind(message, **values)
    try:
        str(error)
    except (LookupError, ValueError, AttributeError):  # The values are not those of the message.
        return _gave_up()
    return error


def _gave_up() -> UnsupportedArticle:
    return UnsupportedArticle(
        "I could not read that file: it is damaged, or not what it says it is. "
        "Try to save it anew, or paste its text."
    )


def _is_sound(article: Article) -> bool:
    """Whether the ID is the text's, and all offsets are in order and lie in the text."""
    places = list(chain(*article.paragraphs))
    rises = all(a <= b for a, b in chain(pairwise(places), pairwise(article.pages)))
    inside = all(0 <= place <= len(article.text) for place in chain(places, article.pages))
    address = article.url is None or article.url.startswith(("https://", "http://"))
    return rises and inside and address and article.id == article_id(article.text)


def child() -> None:
    """Parse stdin under limits and answer on stdout. Called only in the child."""
    with os.fdopen(os.dup(1), "wb") as answer:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # libraries may print
        call = json.loads(sys.stdin.buffer.readline())
        module, _, function = call.pop("parser").partition(":")
        parse = getattr(importlib.import_module(module), function)
        detect_language(_ANY_TEXT)  # its model is unpacked into a file, which the limits forbid
        confine(_readable())
        _limit()
        answer.write(json.dumps(_answer(parse, call)).encode())


def _readable() -> Iterator[Path]:
    """The files and folders that Python and the parsers read: of a checkout only our own package,
    since anything may lie beside it."""
    for entry in map(Path, sys.path):
        is_checkout = (entry / "index").is_dir() and not (entry / "lxml").is_dir()
        yield entry / "index" if is_checkout else entry
    yield from _SYSTEM_FILES


def _answer(parse: Any, arguments: dict[str, Any]) -> tuple[Any, Any]:
    try:
        return None, asdict(parse(sys.stdin.buffer.read(), **arguments))
    except ArticleError as error:
        return (type(error).__name__, error.message, error.values), None


def _limit() -> None:
    """Set the limits that the system knows. The parent's time limit holds in any case."""
    try:
        import resource
    except ImportError:
        return
    limits = {
        resource.RLIMIT_AS: _MEMORY,
        resource.RLIMIT_CPU: _CPU_SECONDS,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_NOFILE: _OPEN_FILES,
    }
    for which, most in limits.items():
        with suppress(ValueError, OSError):
            resource.setrlimit(which, (most, most))
