"""`ask` and `chat`."""

import json
from pathlib import Path

import pytest

from bot.terminal.prompt import EXAMPLES
from tests.bot.commands.running import (
    NOWHERE,
    UNSURE,
    WHERE,
    WHO,
    line,
    run,
)


@pytest.mark.usefixtures("fake")
class TestAsk:
    def test_an_answer_exits_with_0(self) -> None:
        result = run("ask", WHO)
        assert (result.exit_code, result.stderr) == (0, "")
        sentence, place = result.stdout.splitlines()[:2]
        assert sentence.startswith("  The photos, released by the North Korean state news agency")
        assert place == "  ·■··········· Sentence 2 of 13 · paragraph 2"

    def test_a_refusal_exits_with_3(self) -> None:
        result = run("ask", NOWHERE)
        assert (result.exit_code, result.stderr) == (3, "")
        assert result.stdout == "The article does not say.\n"

    def test_an_unsure_reply_exits_with_3_and_shows_the_closest_passage(self) -> None:
        result = run("ask", UNSURE)
        assert (result.exit_code, result.stderr) == (3, "")
        said, sentence, place = result.stdout.splitlines()
        assert said == "I'm not sure that the article answers this. The closest passage is:"
        assert sentence.startswith("  Pyongyang’s most recent solid-fueled")
        assert place.endswith("■···· Sentence 9 of 13 · paragraph 6")

    def test_a_follow_up_to_nothing_is_refused(self) -> None:
        assert run("ask", "And when?").exit_code == 3

    def test_there_are_no_buttons_to_press(self) -> None:
        assert "[1]" not in run("ask", WHO).stdout

    @pytest.mark.parametrize(
        ("question", "code", "verdict"),
        [(WHO, 0, "answered"), (UNSURE, 3, "unsure"), (NOWHERE, 3, "not in article")],
    )
    def test_json_is_the_whole_answer(self, question: str, code: int, verdict: str) -> None:
        result = run("ask", question, "--json")
        assert (result.exit_code, result.stderr) == (code, "")
        answer = json.loads(result.stdout)
        assert list(answer) == [
            "question",
            "corrections",
            "answered",
            "verdict",
            "confidence",
            "citations",
            "nearest",
            "article",
        ]
        assert answer["question"] == question
        assert answer["answered"] is (code == 0)
        assert answer["verdict"] == verdict
        assert bool(answer["citations"]) is (code == 0)
        assert (answer["nearest"] is None) is (code == 0)
        assert list(answer["article"]) == ["id", "title", "url", "language", "sentences"]
        for citation in answer["citations"] or [answer["nearest"]]:
            assert list(citation) == [
                "sentence",
                "paragraph",
                "start",
                "end",
                "text",
                "score",
                "highlight",
                "page",
                "link",
            ]

    @pytest.mark.parametrize(
        ("asked", "code"), [([WHO, WHERE], 0), ([WHO, "And when?"], 0), ([NOWHERE, WHO, UNSURE], 3)]
    )
    def test_several_questions_are_answered_below_them(self, asked: list[str], code: int) -> None:
        result = run("ask", " ".join(asked))
        assert (result.exit_code, result.stderr) == (code, "")
        headings = [text for text in result.stdout.splitlines() if text.startswith("“")]
        assert headings == [f"“{question}”" for question in asked]
        assert "KCNA on Saturday" in result.stdout

    @pytest.mark.parametrize(
        ("asked", "answered", "cited"),
        [
            ([WHO, WHERE], [True, True], [[2], [13]]),
            ([WHO, "And when?"], [True, True], [[2], [2]]),
            ([NOWHERE, "And when?", WHO], [False, False, True], [[], [], [2]]),
            (["And when?", WHO], [False, True], [[], [2]]),
        ],
    )
    def test_several_questions_make_an_array_of_json(
        self, asked: list[str], answered: list[bool], cited: list[list[int]]
    ) -> None:
        result = run("ask", " ".join(asked), "--json")
        assert (result.exit_code, result.stderr) == (0 if all(answered) else 3, "")
        answers = json.loads(result.stdout)
        assert [answer["question"] for answer in answers] == asked
        assert [answer["answered"] for answer in answers] == answered
        assert [[c["sentence"] for c in answer["citations"]] for answer in answers] == cited

    def test_as_many_questions_as_one_likes_are_answered(self) -> None:
        asked = [f"Who released photo number {number}?" for number in range(9)]
        answers = json.loads(run("ask", " ".join(asked), "--json").stdout)
        assert [answer["question"] for answer in answers] == asked

    def test_json_leads_into_the_file(self, cats: Path) -> None:
        answer = json.loads(run("ask", "Who ate bones?", "--article", cats, "--json").stdout)
        [citation] = answer["citations"]
        assert cats.read_text()[citation["start"] : citation["end"]] == citation["text"]
        assert answer["article"]["title"] == "Cats"

    @pytest.mark.parametrize("top", [1, 2])
    def test_top_limits_the_citations(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, top: int
    ) -> None:
        monkeypatch.setattr("index.answering.citing.MIN_FURTHER_RELEVANCE", 0.0)
        file = tmp_path / "same.txt"
        file.write_text("The cat slept. The cat slept. The cat slept. A dog ate.")
        result = run("ask", "Who slept, the cat?", "--article", file, "--top", str(top), "--json")
        assert len(json.loads(result.stdout)["citations"]) == top

    def test_an_article_from_standard_input(self) -> None:
        text = "Der Kater schläft. The dog ate bones.".encode()
        result = run("ask", "Who ate bones?", "--article", "-", stdin=text)
        assert result.exit_code == 0
        assert "The dog ate bones." in result.stdout

    @pytest.mark.parametrize("name", ["caf\udce9.txt", "Straße 🇰🇵.txt"])
    def test_any_file_name_and_question_makes_json(self, tmp_path: Path, name: str) -> None:
        file = tmp_path / name
        file.write_text("The cat slept. The dog ate bones.")
        result = run("ask", f"Who ate the {name}?", "--article", file, "--json")
        assert result.stderr == ""
        assert json.loads(result.stdout_bytes.decode("utf-8"))["article"]["sentences"] == 2


@pytest.mark.parametrize("question", ["", " ", "Hi", "Thanks!", "👍", "?!"])
def test_talk_is_no_question_to_ask(no_work: list[str], question: str) -> None:
    result = run("ask", question)
    assert result.exit_code == 2
    assert "Error: That is no question. " in result.stderr
    assert no_work == []


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["ask"],
        ["ask", WHO, "too many"],
        ["ask", WHO, "--top", "0"],
        ["ask", WHO, "--top", "11"],
        ["ask", WHO, "--unknown"],
        ["evaluate"],
        ["evaluate", "gold.jsonl", "--limit", "0"],
        ["evaluate", "gold.jsonl", "--scope", "book"],
        ["health"],
        ["unknown"],
    ],
)
def test_wrong_usage_exits_with_2(no_work: list[str], arguments: list[str]) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert "Usage: " in result.stderr
    assert "Traceback" not in result.stderr
    assert no_work == []


@pytest.mark.usefixtures("fake")
class TestChat:
    def test_without_a_terminal_the_examples_are_answered(self, tmp_path: Path) -> None:
        transcript = tmp_path / "transcript.json"
        result = run("chat", "--transcript", transcript)
        assert (result.exit_code, result.stderr) == (0, "")
        shown = [text for text in result.stdout.splitlines() if text.startswith("> ")]
        assert shown == [f"> {question}" for question in EXAMPLES]
        said = json.loads(transcript.read_text(encoding="utf-8"))
        assert [turn["say"] for turn in said] == list(EXAMPLES)

    def test_a_script_that_passes_exits_with_0(self, tmp_path: Path) -> None:
        script = tmp_path / "script.yaml"
        script.write_text(f"- say: {WHO}\n  expect: KCNA\n- press: More\n")
        result = run("chat", "--script", script)
        assert (result.exit_code, result.stderr) == (0, "")
        assert result.stdout == f"pass   1 {WHO}\npass   2 [More]\n"

    def test_a_script_that_fails_exits_with_1(self, tmp_path: Path) -> None:
        script, transcript = tmp_path / "script.yaml", tmp_path / "transcript.json"
        script.write_text(f"- say: {WHO}\n  expect: the moon\n- say: Hi\n")
        result = run("chat", "--script", script, "--transcript", transcript)
        assert (result.exit_code, result.stderr) == (1, "")
        assert result.stdout.splitlines() == [
            f"FAIL   1 {WHO}",
            "         expected 'the moon' in the reply",
            "pass   2 Hi",
        ]
        said = json.loads(transcript.read_text(encoding="utf-8"))
        assert [turn["passed"] for turn in said] == [False, True]

    def test_a_script_is_about_the_given_article(self, tmp_path: Path, cats: Path) -> None:
        script = tmp_path / "script.yaml"
        script.write_text("- say: Who ate bones?\n  expect: The dog\n  expect_sentence: 2\n")
        assert run("chat", "--script", script, "--article", cats).exit_code == 0

    def test_a_transcript_holds_what_was_said(self, tmp_path: Path) -> None:
        script, transcript = tmp_path / "script.yaml", tmp_path / "transcript.json"
        script.write_text('- say: "“Wer?” \\ud800 🇰🇵"\n', encoding="utf-8")
        result = run("chat", "--script", script, "--transcript", transcript)
        assert (result.exit_code, result.stderr) == (0, "")
        [turn] = json.loads(transcript.read_text(encoding="utf-8"))
        assert turn["say"].startswith("“Wer?” ")

    def test_a_transcript_may_be_a_page(self, tmp_path: Path) -> None:
        page = tmp_path / "chat.html"
        assert run("chat", "--transcript", page).exit_code == 0
        written = page.read_text(encoding="utf-8")
        assert written.startswith("<!doctype html>")
        assert all(question in written for question in EXAMPLES)

    def test_a_script_is_played_through_the_bot_and_its_calls_are_shown(
        self, tmp_path: Path
    ) -> None:
        script, transcript = tmp_path / "script.yaml", tmp_path / "transcript.json"
        script.write_text(f"- say: {WHO}\n  expect_sentence: 2\n- press: More\n")
        result = run("chat", "--wire", "--script", script, "--transcript", transcript)
        assert (result.exit_code, result.stderr) == (0, "")
        shown = result.stdout.splitlines()
        assert shown[0] == f"pass   1 {WHO}"
        assert '  sendMessage(chat_id="1001", text="<blockquote>The photos' in result.stdout
        assert "pass   2 [More]" in shown
        assert '  answerCallbackQuery(callback_query_id="4000000001"' in result.stdout
        said = json.loads(transcript.read_text(encoding="utf-8"))
        assert said[0]["calls"][-1]["method"] == "sendMessage"

    @pytest.mark.parametrize("wire", [(), ("--wire",)])
    @pytest.mark.parametrize("transcript", ["chat.json", "chat.html"])
    def test_an_odd_file_name_can_be_sent_and_written_down(
        self, tmp_path: Path, wire: tuple[str, ...], transcript: str
    ) -> None:
        script = tmp_path / "script.yaml"
        script.write_text('- send: "caf\\udce9.txt"\n  expect: 2 sentences\n')
        (tmp_path / "caf\udce9.txt").write_text("The cat slept. The dog ate bones.")
        arguments = ["--script", script, "--transcript", tmp_path / transcript]
        assert run("chat", *wire, *arguments).exit_code == 0
        assert "caf?.txt" in (tmp_path / transcript).read_text(encoding="utf-8")

    def test_what_was_cited_on_the_wire_is_marked(self, tmp_path: Path, cats: Path) -> None:
        script, transcript = tmp_path / "script.yaml", tmp_path / "transcript.json"
        script.write_text("- say: Who ate bones?\n")
        run("chat", "--wire", "--article", cats, "--script", script, "--transcript", transcript)
        assert "**\\[2\\] The dog" in run("export", cats, "--transcript", transcript).stdout


def test_the_wire_needs_the_harness(no_work: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.commands.asking.find_spec", lambda name: None)
    result = run("chat", "--wire")
    assert result.exit_code == 2
    assert 'Error: --wire needs aiohttp: pip install "article-bot[harness]"' in result.stderr
    assert no_work == []


@pytest.mark.parametrize("content", [None, "- Hi", "say: Hi", "- say: [1\nb", ""])
def test_a_script_that_can_not_be_played(
    no_work: list[str], tmp_path: Path, content: str | None
) -> None:
    script = tmp_path / "script.yaml"
    if content is not None:
        script.write_text(content)
    assert str(script) in line(run("chat", "--script", script))
    assert no_work == []


@pytest.mark.usefixtures("fake")
@pytest.mark.parametrize("name", ["none/out.json", "."])
def test_an_output_that_can_not_be_written_is_named(tmp_path: Path, gold: Path, name: str) -> None:
    output = tmp_path / name
    for arguments in (
        ["chat", "--transcript"],
        ["evaluate", gold, "--predictions"],
        ["evaluate", gold, "--plot"],
    ):
        result = run(*arguments, output)
        assert result.exit_code in (1, 2)
        assert str(output) in result.stderr
        assert "Traceback" not in result.stderr


def test_an_output_that_can_not_be_written_is_told_before_the_work(
    no_work: list[str], tmp_path: Path, gold: Path
) -> None:
    output = tmp_path / "none" / "out.json"
    for arguments in (
        ["chat", "--transcript"],
        ["evaluate", gold, "--predictions"],
        ["evaluate", gold, "--plot"],
    ):
        assert run(*arguments, output).exit_code in (1, 2)
    assert no_work == []
