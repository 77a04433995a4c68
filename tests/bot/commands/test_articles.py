"""`add`, `articles`, `remove` and `export`."""

import contextlib
import json
import sqlite3
from pathlib import Path

import pytest

from index.keeping.store import FILE
from index.types import Embedder
from tests.bot.commands.running import (
    WHO,
    line,
    run,
)


@pytest.mark.usefixtures("fake")
class TestLibrary:
    def test_no_address_is_fetched_from_where_the_settings_forbid(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("ARTICLE_BOT_WEB_PORTS", "443")
        refused = run("add", "http://example.org/story")
        assert refused.exit_code == 1
        assert "I fetch no pages from port 80." in refused.stderr

    def test_articles_are_added_listed_asked_and_removed(self, cats: Path, tmp_path: Path) -> None:
        ferry = tmp_path / "ferry.md"
        ferry.write_text("# Ferries\n\nThe ferry to Holm runs twice a day.\n")
        added = run("add", cats, ferry)
        assert added.exit_code == 0
        (first, _), (second, _) = (line.split("  ") for line in added.stdout.splitlines())
        listed = run("articles").stdout
        assert all(each in listed for each in (first, second, "Cats", "Ferries"))
        asked = run("ask", "What slept on the mat?", "--article", first[:6], "--json")
        assert json.loads(asked.stdout)["citations"][0]["text"] == "The cat slept on the mat."
        removed = run("remove", first[:6])
        assert removed.exit_code == 0
        assert "Cats is removed" in removed.stdout
        assert first not in run("articles").stdout
        assert "No kept article's ID starts" in line(run("ask", WHO, "--article", first))

    def test_what_another_program_reads_is_removed_and_said_not_to_be_erased(
        self, cats: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("index.keeping.database._ERASING_SECONDS", 0.05)
        kept_id = run("add", cats).stdout.split()[0]
        with contextlib.closing(sqlite3.connect(tmp_path / "data" / FILE)) as other:
            other.execute("BEGIN")
            other.execute("SELECT title FROM articles").fetchall()
            removed = run("remove", kept_id)
        assert removed.exit_code == 0
        assert "Cats is removed" in removed.stdout
        assert "may still have those words" in removed.stderr

    def test_all_kept_articles_are_asked_at_once(self, cats: Path, tmp_path: Path) -> None:
        ferry = tmp_path / "ferry.md"
        ferry.write_text("# Ferries\n\nThe ferry to Holm runs twice a day.\n")
        run("add", cats, ferry)
        done = run("ask", "Where does the ferry to Holm run twice a day?", "--all")
        assert "“Ferries”:" in done.stdout
        assert done.exit_code == 0
        shown = json.loads(run("ask", "What slept on the mat?", "--all", "--json").stdout)
        assert [each["article"]["title"] for each in shown] == ["Cats", "Ferries"]
        assert run("ask", WHO, "--all", "--article", cats).exit_code == 2

    def test_all_kept_articles_are_asked_each_of_several_questions(self, cats: Path) -> None:
        run("add", cats)
        asked = "What slept on the mat? Who won the football match?"
        done = run("ask", asked, "--all")
        assert "“What slept on the mat?”" in done.stdout
        assert "“Who won the football match?”" in done.stdout
        assert done.exit_code == 3
        shown = json.loads(run("ask", asked, "--all", "--json").stdout)
        assert [each["answered"] for each in shown] == [True, False]

    def test_what_can_not_be_read_is_told_and_the_rest_is_kept(
        self, cats: Path, tmp_path: Path
    ) -> None:
        done = run("add", tmp_path / "missing.txt", cats)
        assert done.exit_code == 1
        assert "There is no file" in done.stderr
        assert "Cats" in run("articles").stdout

    def test_nothing_is_kept_at_first(self) -> None:
        assert "No article is kept yet" in run("articles").stdout

    def test_asking_keeps_nothing(self, cats: Path) -> None:
        run("ask", "What slept on the mat?", "--article", cats)
        assert "No article is kept yet" in run("articles").stdout

    def test_a_kept_article_is_not_embedded_again(
        self, cats: Path, fake: Embedder, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        run("add", cats)

        def refuse(*_: object) -> None:
            raise AssertionError("embedded again")

        monkeypatch.setattr(type(fake), "encode_documents", refuse)
        assert run("ask", "What slept on the mat?", "--article", cats).exit_code == 0

    def test_an_article_is_exported(self, cats: Path, tmp_path: Path) -> None:
        (article_id, _) = run("add", cats).stdout.split("  ")
        assert "\\[1\\] The cat slept on the mat." in run("export", article_id).stdout
        said = tmp_path / "said.json"
        script = tmp_path / "script.yaml"
        script.write_text("- say: What slept on the mat?\n")
        run("chat", "--article", cats, "--script", script, "--transcript", said)
        page = tmp_path / "cats.html"
        done = run("export", article_id, "--format", "html", "--transcript", said, "--out", page)
        assert (done.exit_code, done.stdout) == (0, "")
        assert '<mark title="What slept on the mat?"><sup>1</sup>' in page.read_text()

    def test_a_script_is_played_about_a_kept_article_and_changes_nothing(
        self, cats: Path, tmp_path: Path
    ) -> None:
        (article_id, _) = run("add", cats).stdout.split("  ")
        script = tmp_path / "script.yaml"
        script.write_text("- say: What slept on the mat?\n  expect_sentence: 1\n")
        assert run("chat", "--article", article_id[:6], "--script", script).exit_code == 0
        script.write_text("- say: /forget\n- press: Forget everything\n")
        assert run("chat", "--article", article_id, "--script", script).exit_code == 0
        assert article_id in run("articles").stdout

    def test_a_folder_that_can_not_be_used_is_told(
        self, cats: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        (tmp_path / "in-the-way").write_text("")
        monkeypatch.setenv("ARTICLE_BOT_DATA_DIR", str(tmp_path / "in-the-way"))
        done = run("add", cats)
        assert done.exit_code == 1
        assert "could not be kept" in done.stderr
        assert run("ask", WHO).exit_code == 0
