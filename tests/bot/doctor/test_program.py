"""The program's own state: libraries and settings."""

import pytest

from bot.doctor import program
from bot.doctor.finding import State


def require(monkeypatch: pytest.MonkeyPatch, *wanted: str) -> None:
    monkeypatch.setattr(program, "requires", lambda _: wanted)


def test_the_versions_are_told() -> None:
    assert program.python().found.startswith("3.")
    assert "SQLAlchemy 2." in program.libraries().found


@pytest.mark.parametrize("wanted", ["click>=99", "no-such-library>=1", "click<8,>=1"])
def test_a_library_that_is_missing_or_of_another_version(
    wanted: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    require(monkeypatch, "rich>=1", wanted)
    found = program.libraries()
    assert (found.state, wanted.partition(">")[0][:5] in found.found) == (State.PROBLEM, True)
    assert "rich" not in found.found


def test_what_only_an_extra_or_another_system_needs_may_be_missing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    others = ('no-such-one>=1; extra == "train"', 'no-such-other; sys_platform == "amiga"')
    require(monkeypatch, *others)
    assert program.libraries().state is State.OK


def test_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    assert program.settings().state is State.OK
    monkeypatch.setenv("ARTICLE_BOT_MAX_ARTICLE", "7")
    found = program.settings()
    assert found.state is State.PROBLEM
    assert found.found == (
        "Nothing reads ARTICLE_BOT_MAX_ARTICLE (is ARTICLE_BOT_MAX_ARTICLES meant?)."
    )
    monkeypatch.setenv("ARTICLE_BOT_MAX_BYTES", "lots")
    monkeypatch.setenv("ARTICLE_BOT_ALLOWED", "bob")
    told = program.settings().found
    assert "ARTICLE_BOT_MAX_BYTES: " in told
    assert "ARTICLE_BOT_ALLOWED: “bob” is no ID" in told
