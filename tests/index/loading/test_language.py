"""Which language a text is in."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from py3langid.langid import LanguageIdentifier

from index.loading import language, load_bytes, load_text
from index.loading.language import detect_language, main_code

QUALITY = Path(__file__).parents[2] / "quality" / "gold.jsonl"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The bridge opened on Monday, and thousands of people crossed it.", "en"),
        ("Die Brücke wurde am Montag eröffnet, und tausende Menschen gingen hinüber.", "de"),
        ("El puente se abrió el lunes y miles de personas lo cruzaron.", "es"),
        ("Мост открыли в понедельник, и по нему прошли тысячи людей.", "ru"),
        ("Broen åpnet på mandag, og tusenvis av mennesker gikk over den.", "no"),
        ("Brua opna på måndag, og tusenvis av menneske gjekk over henne. Ho er ny.", "no"),
        ("جسر جديد افتتح يوم الاثنين وعبره آلاف الناس", "ar"),
        ("大桥于星期一开通，清晨就有数千人走过。", "zh"),
        ("橋が月曜日に開通し、朝早くから数千人が渡りました。", "ja"),
        ("Cây cầu đã được khai trương vào thứ Hai và hàng ngàn người đã đi qua.", "vi"),
    ],
)
def test_a_sentence_tells_its_language(text: str, language: str) -> None:
    assert detect_language(text) == language


@pytest.mark.parametrize("text", ["", "One.", "C. Two", "12:30", "NATO", "ok ok", "Hm, a la mode"])
def test_what_is_too_short_to_tell_is_english(text: str) -> None:
    assert detect_language(text) == "en"


def test_what_is_too_short_to_tell_is_what_its_page_declares() -> None:
    assert detect_language("NATO", unsure="de") == "de"
    assert detect_language("The bridge opened on Monday for all.", unsure="de") == "en"


def test_every_quality_text_and_each_of_its_paragraphs_is_english() -> None:
    texts = [json.loads(line)["text"] for line in QUALITY.read_text("utf-8").splitlines()]
    pieces = [piece for text in texts for piece in text.split("\n\n") if len(piece) > 40]
    assert pieces
    assert [piece for piece in texts + pieces if detect_language(piece) != "en"] == []


@pytest.mark.parametrize(
    ("tag", "code"),
    [("en-GB", "en"), ("pt_BR", "pt"), ("nb", "no"), ("nn-NO", "no"), ("DE", "de"), (" fr ", "fr")],
)
def test_a_tag_is_reduced_to_its_language(tag: str, code: str) -> None:
    assert main_code(tag) == code


def test_an_article_knows_the_language_it_is_in_or_was_said_to_be_in() -> None:
    german = "Die Brücke wurde am Montag eröffnet, und tausende Menschen gingen hinüber."
    assert load_text(german).language == "de"
    assert load_text(german, language="nl").language == "nl"
    assert load_bytes(german.encode(), "a.txt").language == "de"


def test_plain_english_needs_no_identifier(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise AssertionError("the identifier was loaded")

    monkeypatch.setattr("index.loading.language._identifier", fail)
    text = "The bridge of the town was opened to all in May, and the mayor and a band were there. "
    assert detect_language(text * 3) == "en"


def test_threads_that_come_first_together_load_one_identifier(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    load, loaded, together = LanguageIdentifier.from_model_file, [], Barrier(6)

    def counted(*args: Any, **options: Any) -> Any:
        loaded.append(load(*args, **options))
        return loaded[-1]

    def detect(text: str) -> str:
        together.wait()
        return detect_language(text)

    monkeypatch.setattr(LanguageIdentifier, "from_model_file", counted)
    language._identifier.cache_clear()
    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(detect, ["Мост открыли в понедельник, и по нему прошли тысячи."] * 6))
    assert (found, len(loaded)) == (["ru"] * 6, 1)


@pytest.mark.parametrize(
    "text",
    [
        # The three words stand in these, but not as often as in English.
        "Le film The Lord of the Rings and the Hobbit est sorti en salle, et le public a aimé la "
        "musique, les paysages et les acteurs, qui ont tourné pendant des mois en Nouvelle-Zélande "
        "avec une équipe de plus de deux mille personnes, des chevaux et des hélicoptères.",
    ],
)
def test_a_few_english_words_do_not_make_english(text: str) -> None:
    assert detect_language(text) == "fr"
