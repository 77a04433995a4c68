"""A reader with fitted thresholds, and the file that keeps them."""

import logging
from pathlib import Path

import pytest

from index.article_index import ArticleIndex
from index.reading.adjusting import AdjustedReader, read_thresholds, thresholds_json
from index.reading.readers import EvidenceReader
from index.types import Article, Embedder, Thresholds, Verdict

FITTED = Thresholds(0.62, 0.2)
WHO = "Who released the photos?"


def test_a_reader_reads_as_before_and_answers_by_its_thresholds(
    article: Article, embedder: Embedder
) -> None:
    before = ArticleIndex.build(article, embedder).ask(WHO)
    strict = AdjustedReader(EvidenceReader(), Thresholds(0.99, 0.2))
    after = ArticleIndex.build(article, embedder, reader=strict).ask(WHO)
    assert (before.ranked, before.confidence) == (after.ranked, after.confidence)
    assert (before.verdict, after.verdict) == (Verdict.ANSWERED, Verdict.UNSURE)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "thresholds.json"
    file.write_text(thresholds_json("models", FITTED))
    return file


def test_thresholds_are_read_back(file: Path) -> None:
    assert read_thresholds(file, "models") == FITTED


def test_thresholds_of_other_models_are_not_used(
    file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        assert read_thresholds(file, "others") is None
    assert "are for other models, and are not used" in caplog.text


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"3", b"\xff", b'{"models": "models"}',
     b'{"models": "models", "answer": 0.2, "unsure": 0.6}',
     b'{"models": "models", "answer": 1.2, "unsure": 0.6}',
     b'{"models": "models", "answer": "0.6", "unsure": 0.2}',
     b'{"models": "models", "answer": NaN, "unsure": 0.2}'],
)  # fmt: skip
def test_a_file_that_is_damaged_is_not_used(
    file: Path, caplog: pytest.LogCaptureFixture, content: bytes
) -> None:
    file.write_bytes(content)
    with caplog.at_level(logging.WARNING):
        assert read_thresholds(file, "models") is None
    assert "can't be read" in caplog.text
