"""The documentation says what is so: the picture is today's, and every file it names is there."""

import re

import pytest

from tests.picture import PAGE, ROOT, with_picture

PAGES = sorted(
    path.relative_to(ROOT).as_posix()
    for path in (
        *ROOT.glob("*.md"),
        *ROOT.glob("docs/*.md"),
        *ROOT.glob("tests/benchmarks/**/*.md"),
    )
)
PATH = re.compile(r"(?<![\w./-])(?:bot|index|tests|docs)/[\w./-]*[\w/]")
LINK = re.compile(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)")
HEADING = re.compile(r"^#+ (.*)$", re.MULTILINE)
NAME = re.compile(r"`([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)(?:\([^`]*\))?`")
ANCHOR = re.compile(r"\]\(([^)#:\s]*)#([^)\s]+)\)")


def text_of(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


def test_the_picture_is_that_of_the_code() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert with_picture(page) == page, "run `make picture`"


@pytest.mark.parametrize("page", PAGES)
def test_every_file_that_is_named_is_there(page: str) -> None:
    named = set(PATH.findall(text_of(page)))
    assert [path for path in sorted(named) if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("page", PAGES)
def test_every_link_leads_somewhere(page: str) -> None:
    folder = (ROOT / page).parent
    assert [link for link in LINK.findall(text_of(page)) if not (folder / link).exists()] == []


def anchors(page: str) -> set[str]:
    """Of a page's headings, as they are made on GitHub."""
    plain = (re.sub(r"[`*\[\]]|\([^)]*\)", "", title) for title in HEADING.findall(text_of(page)))
    return {re.sub(r"[^\w\- ]", "", title.strip().lower()).replace(" ", "-") for title in plain}


@pytest.mark.parametrize("page", PAGES)
def test_every_link_to_a_heading_finds_it(page: str) -> None:
    folder = (ROOT / page).parent
    lost = [
        f"{link}#{anchor}"
        for link, anchor in ANCHOR.findall(text_of(page))
        if anchor
        not in anchors((folder / link).resolve().relative_to(ROOT).as_posix() if link else page)
    ]
    assert lost == []


def test_every_name_on_the_architecture_page_is_in_the_code() -> None:
    code = {
        word
        for wing in ("bot", "index")
        for path in (ROOT / wing).rglob("*.py")
        for word in re.findall(r"\w+", path.read_text(encoding="utf-8"))
    }
    named = {
        part for name in NAME.findall(text_of("docs/architecture.md")) for part in name.split(".")
    }
    assert named - code - {"py", "pyproject", "toml"} == set()
