"""The program from the outside: what it prints and how it exits."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

import bot.cli
from bot.rendering.telegram_html import plain
from bot.terminal.prompt import EXAMPLES
from index.making.parity import Parity
from index.models.embedding import DEFAULT_MODEL, SentenceTransformerEmbedder
from index.models.onnx_embedding import OnnxEmbedder
from index.reading.readers import CrossEncoderReader, EvidenceReader, JointReader
from index.types import Embedder, Reader

WHO = "Who released the photos?"
WHERE = "Where did the missiles land?"
UNSURE = "Which missile is solid-fueled?"
NOWHERE = "How many workers are employed at the factory?"
HEAVY = [
    "torch", "sentence_transformers", "transformers", "faiss", "bm25s", "telegram", "pydantic",
    "numpy", "sklearn", "rich", "prompt_toolkit", "yaml", "sqlalchemy", "httpx", "trafilatura",
    "lxml", "pypdfium2", "py3langid",
]  # fmt: skip
COMMANDS = [
    "add", "articles", "ask", "chat", "evaluate", "export", "health", "model", "remove", "telegram",
]  # fmt: skip


@pytest.fixture(autouse=True)
def _surroundings_as_before(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    monkeypatch.setenv("ARTICLE_BOT_DATA_DIR", str(tmp_path / "data"))
    for name in (
        "ARTICLE_BOT_HEARTBEAT_FILE",
        "ARTICLE_BOT_READER",
        "TELEGRAM_BOT_TOKEN",
        "TELEGRAM_BOT_TOKEN_FILE",
    ):
        monkeypatch.delenv(name, raising=False)
    handler = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, handler)


def run(*arguments: str | Path, stdin: bytes | str | None = None) -> Result:
    return CliRunner().invoke(bot.cli.main, [str(argument) for argument in arguments], stdin)


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch, embedder: Embedder) -> Embedder:
    """Has the program use the fake embedder, and no reader's model."""
    models = embedder, EvidenceReader()
    monkeypatch.setattr(bot.cli, "embedder_and_reader", lambda settings: models)
    return embedder


@pytest.fixture
def no_work(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Notes what is asked of the embedder, which does nothing."""
    asked: list[str] = []

    class Idle:
        name = identity = "idle"

        def __getattr__(self, name: str) -> object:
            asked.append(name)
            raise NotImplementedError

    monkeypatch.setattr(bot.cli, "embedder_and_reader", lambda settings: (Idle(), Idle()))
    return asked


@pytest.fixture
def cats(tmp_path: Path) -> Path:
    file = tmp_path / "cats.txt"
    file.write_text("The cat slept on the mat.\n\nThe dog ate 12 bones on Monday.\n")
    return file


def line(result: Result) -> str:
    """The one line on stderr, of a program that failed in a friendly way."""
    assert result.exit_code == 1
    assert result.stdout == ""
    assert "Traceback" not in result.output
    [error] = result.stderr.splitlines()
    assert error.startswith("Error: ")
    return error.removeprefix("Error: ")


# Start


def python(code: str, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run code in a Python of its own."""
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        env=os.environ | variables,
        timeout=60,
        check=False,
    )


def program(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return python("from bot.cli import main; main()", *arguments, **variables)


LOADED = f"print([name for name in {HEAVY} if name in sys.modules], file=sys.stderr)"


def test_importing_the_program_loads_nothing_heavy() -> None:
    done = python(f"import sys, bot.cli; {LOADED}")
    assert (done.returncode, done.stderr) == (0, "[]\n")


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys\nfrom bot.cli import main\n"
        f"for command in ['', *{COMMANDS}]:\n"
        "    main([*filter(None, [command]), '--help'], standalone_mode=False)\n"
        f"{LOADED}"
    )
    done = python(code)
    assert (done.returncode, done.stderr) == (0, "[]\n")
    assert done.stdout.count("Usage: ") == 1 + len(COMMANDS)


def test_help_lists_the_commands() -> None:
    result = run("-h")
    assert result.exit_code == 0
    for command in COMMANDS:
        assert f"\n  {command} " in result.stdout


def test_the_version() -> None:
    assert run("--version").stdout.startswith("article-bot, version ")


# ask


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
        monkeypatch.setattr("index.answering.citing.ALSO_FROM", 0.0)
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


# Errors


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "There is no text in it."),
        (b"* * *", "There is no text in it."),
        (b"\x89PNG\r\n\0", "is not a text that I can read."),
        (b"MZ\0\0", "is not a text that I can read."),
    ],
)
def test_a_file_that_is_no_article(
    no_work: list[str], tmp_path: Path, content: bytes, says: str
) -> None:
    file = tmp_path / "article.txt"
    file.write_bytes(content)
    for arguments in (["ask", WHO], ["chat"]):
        assert says in line(run(*arguments, "--article", file))
        error = line(run(*arguments, "--article", "-", stdin=content))
        assert says in error
        assert error == error.strip()
    assert no_work == []


def test_a_file_that_is_not_there(no_work: list[str], tmp_path: Path) -> None:
    missing = tmp_path / "missing.txt"
    assert line(run("ask", WHO, "--article", missing)) == f"There is no file {missing}."
    assert "is a folder" in line(run("ask", WHO, "--article", tmp_path))
    assert no_work == []


@pytest.mark.parametrize("message", ["boom", "boom\nand\nbang", ""])
def test_a_mistake_of_ours_is_one_line(monkeypatch: pytest.MonkeyPatch, message: str) -> None:
    def fail(settings: object) -> None:
        raise RuntimeError(message)

    monkeypatch.setattr(bot.cli, "embedder_and_reader", fail)
    error = line(run("ask", WHO))
    assert error.startswith(f"RuntimeError: {message[:4]}")
    assert error.endswith("(--debug shows where.)")


def test_without_debug_there_is_no_traceback(tmp_path: Path) -> None:
    done = program("ask", WHO, "--article", str(tmp_path / "missing.txt"))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"Error: There is no file {tmp_path / 'missing.txt'}.\n"


def test_with_debug_there_is_a_traceback(tmp_path: Path) -> None:
    done = program("--debug", "ask", WHO, "--article", str(tmp_path / "missing.txt"))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("Traceback (most recent call last):")
    assert "ArticleNotFound" in done.stderr


# chat


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


# evaluate

TEXT = "The cat slept on the mat. It purred.\n\nThe dog ate 12 bones on Monday. It barked."


def asked(number: int, question: str, answer: str | None, start: int, end: int) -> dict[str, Any]:
    answers = [{"start": TEXT.index(answer), "text": answer}] if answer else []
    return {
        "id": number,
        "question": question,
        "answerable": answer is not None,
        "answers": answers,
        "paragraph": [start, end],
    }


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    questions = [
        asked(1, "What slept on the mat?", "The cat", 0, 36),
        asked(2, "Who ate bones?", "The dog", 38, len(TEXT)),
        asked(3, "Who painted the ceiling of the chapel?", None, 0, 36),
    ]
    article = {"id": "pets", "title": "Pets", "lang": "en", "text": TEXT, "questions": questions}
    file = tmp_path / "gold.jsonl"
    file.write_text(json.dumps(article) + "\n", encoding="utf-8")
    return file


@pytest.mark.usefixtures("fake")
class TestEvaluate:
    def test_a_table_for_people(self, gold: Path) -> None:
        result = run("evaluate", gold)
        assert (result.exit_code, result.stderr) == (0, "")
        assert "gold.jsonl" in result.stdout
        assert "(article)" in result.stdout
        assert "Refusal AUROC" in result.stdout

    def test_json_for_programs(self, gold: Path) -> None:
        result = run("evaluate", gold, gold, "--json")
        assert (result.exit_code, result.stderr) == (0, "")
        [first, second] = json.loads(result.stdout)
        assert first["questions"] == second["questions"] == 3
        assert first["acc_at_1"] == first["coverage"] == 1

    def test_predictions_for_a_scorer(self, gold: Path, tmp_path: Path) -> None:
        out = tmp_path / "out.jsonl"
        assert run("evaluate", gold, "--predictions", out).exit_code == 0
        predictions = [json.loads(text) for text in out.read_text().splitlines()]
        assert [prediction["id"] for prediction in predictions] == ["1", "2", "3"]
        assert [prediction["answered"] for prediction in predictions] == [True, True, False]
        best = predictions[1]["ranked"][0]
        assert TEXT[best["start"] : best["end"]] == "The dog ate 12 bones on Monday."

    def test_a_plot_is_a_picture(self, gold: Path, tmp_path: Path) -> None:
        out = tmp_path / "out.png"
        assert run("evaluate", gold, "--plot", out).exit_code == 0
        assert out.read_bytes().startswith(b"\x89PNG")

    def test_predictions_of_a_paragraph_lead_into_the_article(
        self, gold: Path, tmp_path: Path
    ) -> None:
        out = tmp_path / "out.jsonl"
        result = run("evaluate", gold, "--scope", "paragraph", "--predictions", out, "--json")
        [metrics] = json.loads(result.stdout)
        assert (metrics["scope"], metrics["false_answer_rate"]) == ("paragraph", 0)
        for text in out.read_text().splitlines():
            prediction = json.loads(text)
            assert len(prediction["ranked"]) == 2
            if prediction["id"] == "2":
                best = prediction["ranked"][0]
                assert TEXT[best["start"] : best["end"]] == "The dog ate 12 bones on Monday."

    @pytest.mark.parametrize(("limit", "questions"), [(1, 1), (2, 2), (100, 3)])
    def test_limit(self, gold: Path, limit: int, questions: int) -> None:
        result = run("evaluate", gold, "--limit", str(limit), "--json")
        assert json.loads(result.stdout)[0]["questions"] == questions


@pytest.mark.parametrize(
    "content",
    [
        None,
        "",
        "no json",
        "[]",
        '"text"',
        "{}",
        '{"id": 1, "text": "One.", "questions": [{"id": 1}]}',
        '{"id": 1, "text": "One.", "questions": ["Who?"]}',
        '{"id": 1, "text": "One.", "questions": [{"id": 1, "question": "Who?", "answerable": true,'
        ' "paragraph": [1]}]}',
    ],
)
def test_gold_that_can_not_be_read_is_named(
    no_work: list[str], tmp_path: Path, content: str | None
) -> None:
    file = tmp_path / "gold.jsonl"
    if content is not None:
        file.write_text(content)
    assert str(file) in line(run("evaluate", file))
    assert no_work == []


# health and telegram


def test_health_looks_at_the_heartbeat(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    heartbeat = tmp_path / "heartbeat"
    monkeypatch.setenv("ARTICLE_BOT_HEARTBEAT_FILE", str(heartbeat))
    assert run("health").exit_code == 1
    heartbeat.touch()
    result = run("health")
    assert (result.exit_code, result.stdout) == (0, "alive\n")
    os.utime(heartbeat, (0, 0))
    assert run("health").exit_code == 1


@pytest.mark.parametrize("token", ["", " "])
def test_telegram_without_a_token_says_where_to_get_one(token: str) -> None:
    done = program("telegram", TELEGRAM_BOT_TOKEN=token)
    assert (done.returncode, done.stdout) == (1, "")
    [error] = done.stderr.splitlines()
    assert error.startswith("Error: No Telegram token.")


@pytest.mark.usefixtures("fake")
def test_telegram_gets_the_token_and_a_dialogue_a_chat(monkeypatch: pytest.MonkeyPatch) -> None:
    runs: list[Any] = []
    secrets: list[str] = []
    monkeypatch.setattr(
        "bot.telegram_adapter.application.run", lambda *arguments: runs.append(arguments)
    )
    monkeypatch.setattr("bot.logs.log_to_stderr", lambda secret: secrets.append(secret))
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "123:abc")
    assert run("telegram").exit_code == 0
    [(token, settings, new_dialogue, expire)] = runs
    assert (token, settings.token(), secrets) == ("123:abc", "123:abc", ["123:abc"])
    assert new_dialogue("ann").say(WHO).answers[0].answered
    new_dialogue("ann").say("The ferry is late. " * 40)
    assert "40 sentences" in plain(new_dialogue("ann").say("/article"))
    assert "13 sentences" in plain(new_dialogue("ben").say("/article"))
    expire()


# Kept articles


@pytest.mark.usefixtures("fake")
class TestLibrary:
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


# The model


def test_the_models_are_those_of_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    embedder, reader = bot.cli.embedder_and_reader(bot.cli._settings())
    assert (embedder.name, type(embedder)) == (DEFAULT_MODEL, OnnxEmbedder)
    assert isinstance(reader, JointReader)
    monkeypatch.setenv("ARTICLE_BOT_BACKEND", "torch")
    monkeypatch.setenv("ARTICLE_BOT_EMBEDDING_MODEL", "some/model")
    monkeypatch.setenv("ARTICLE_BOT_READER", "someone/some-cross-encoder")
    embedder, reader = bot.cli.embedder_and_reader(bot.cli._settings())
    assert (embedder.name, type(embedder)) == ("some/model", SentenceTransformerEmbedder)
    assert isinstance(reader, CrossEncoderReader)


SLOW = ["torch", "transformers", "sentence_transformers", "sklearn", "scipy", "pandas"]


def test_an_answer_takes_neither_torch_nor_scipy(tmp_path: Path) -> None:
    code = (
        "import sys, contextlib\nfrom bot.cli import main\n"
        "with contextlib.suppress(SystemExit): main()\n"
        f"print([name for name in {SLOW} if name in sys.modules], file=sys.stderr)"
    )
    done = python(code, "ask", WHO)
    assert "KCNA" in done.stdout
    assert done.stderr == "[]\n"
    # Nor does a kept article, whose vectors come from the store.
    story = tmp_path / "story.txt"
    story.write_text("The harbour opened in 1902. It was built by Ada Moor. She had made bridges.")
    added = python(code, "add", str(story))
    assert added.stderr == "[]\n"
    done = python(code, "ask", "Who built the harbour?", "--article", added.stdout.split()[0])
    assert "Ada Moor" in done.stdout
    assert done.stderr == "[]\n"


def test_no_library_keeps_an_identifier_to_report_with(tmp_path: Path) -> None:
    """ONNX Runtime reports its use, and leaves a device's identifier in the home directory."""
    # It keeps silent by itself where there is CI in the environment.
    code = "import os; os.environ.pop('CI', None); from bot.cli import main; main()"
    places = {"HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    done = python(code, "ask", WHO, **places)
    assert "KCNA" in done.stdout
    assert not [path for path in tmp_path.rglob("*") if "onnxruntime" in path.name]


@pytest.mark.parametrize("scripted", [False, True])
def test_a_chat_about_an_article_loads_the_models_once(
    scripted: bool, tmp_path: Path, embedder: Embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded: list[object] = []

    def models(settings: object) -> tuple[Embedder, EvidenceReader]:
        loaded.append(settings)
        return embedder, EvidenceReader()

    monkeypatch.setattr(bot.cli, "embedder_and_reader", models)
    story, script = tmp_path / "story.txt", tmp_path / "script.yaml"
    story.write_text("The harbour opened in 1902. It was built by Ada Moor.")
    script.write_text("- say: Who built the harbour?\n  expect: Ada Moor\n")
    kept = run("add", str(story)).stdout.split()[0]
    loaded.clear()
    for source in (str(story), kept):
        given = ("--script", str(script)) if scripted else ()
        done = run("chat", "--article", source, *given, stdin="Who built the harbour?\n")
        assert "Ada Moor" in done.stdout, done.output
    assert len(loaded) == 2


@pytest.fixture
def exported(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str, str | None]]:
    """Notes what would be exported: the kind, the name and the weights."""
    made: list[tuple[str, str, str | None]] = []

    def embedder(name: str, folder: Path, weights: str | None, golds: object) -> Parity:
        made.append(("embedder", name, weights))
        return Parity(cosine=0.99995)

    def reader(name: Path, folder: Path, weights: str) -> Parity:
        made.append(("reader", name.name, weights))
        return Parity(logits=0.1)

    monkeypatch.setattr("index.making.exporting.export_embedder", embedder)
    monkeypatch.setattr("index.making.exporting.export_reader", reader)
    return made


def test_the_models_of_the_settings_are_exported(
    exported: list[tuple[str, str, str | None]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    done = run("model", "export")
    assert done.exit_code == 0
    assert exported == [("embedder", DEFAULT_MODEL, None), ("reader", "reader", "int8")]
    first, second = done.stdout.splitlines()
    assert first.startswith(str(tmp_path / "data" / "models" / DEFAULT_MODEL))
    assert first.endswith("cosine 0.9999") or first.endswith("cosine 1.0000")
    assert second.endswith("logits 0.1000")


def test_without_a_reader_of_its_kind_the_embedding_model_alone_is_exported(
    exported: list[tuple[str, str, str | None]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ARTICLE_BOT_READER", "none")
    assert run("model", "export").exit_code == 0
    assert exported == [("embedder", DEFAULT_MODEL, None)]


def test_a_model_is_exported_by_its_name(exported: list[tuple[str, str, str | None]]) -> None:
    assert run("model", "export", "some/model", "--quantize", "int8").exit_code == 0
    assert run("model", "export", "shipped", "--quantize", "none").exit_code == 0
    assert exported == [("embedder", "some/model", "int8"), ("reader", "reader", "float32")]


def test_int8_needs_questions_to_be_compared_by() -> None:
    done = run("model", "export", "some/model", "--quantize", "int8")
    assert done.exit_code == 1
    assert "int8 is compared by questions" in done.stderr


def test_what_is_not_asked_needs_no_model(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise AssertionError("a model was prepared")

    for name in ("OnnxEmbedder", "OnnxEncoder", "_make"):
        monkeypatch.setattr(f"index.backends.{name}", fail)
    assert run("articles").exit_code == 0
    assert "starts with" in line(run("remove", "abcd"))


def test_the_program_answers_with_its_own_model(
    monkeypatch: pytest.MonkeyPatch, real_embedder: Embedder, real_reader: Reader
) -> None:
    models = real_embedder, real_reader
    monkeypatch.setattr(bot.cli, "embedder_and_reader", lambda settings: models)
    answer = json.loads(run("ask", "Where did the missiles land?", "--json").stdout)
    assert answer["citations"][0]["sentence"] == 13
