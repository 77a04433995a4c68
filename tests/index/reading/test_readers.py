"""The three readers: by the evidence alone, jointly, and by any CrossEncoder."""

import json
import math
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import ModelError
from index.reading.files import MANIFEST, TOKENIZER, WEIGHTS, load_tokenizer
from index.reading.readers import CrossEncoderReader, EvidenceReader, JointReader, torch_encoder
from index.reading.windows import Batch, Floats
from index.types import ArticleContext, Candidate, Sentence

SENTENCE = Sentence(1, 1, 0, 8, "It rains")
PAGE = ArticleContext("Weather", (SENTENCE,))

similarities = st.floats(-1, 1)
coverages = st.floats(0, 1)
fits = st.sampled_from([-1, 0, 1])


def candidate(similarity: float, coverage: float, type_fit: int = 0) -> Candidate:
    return Candidate(SENTENCE, 0.5, similarity, coverage, type_fit)


def confidence(of: Candidate) -> float:
    (reading,) = EvidenceReader().read("question", [of], PAGE)
    return reading.confidence


@given(similarities, coverages, fits)
def test_confidence_is_a_probability(similarity: float, coverage: float, type_fit: int) -> None:
    assert 0 < confidence(candidate(similarity, coverage, type_fit)) < 1


@given(similarities, similarities, coverages, fits)
def test_a_more_similar_sentence_is_never_less_relevant(
    one: float, other: float, coverage: float, type_fit: int
) -> None:
    low, high = (candidate(s, coverage, type_fit) for s in sorted([one, other]))
    assert confidence(low) <= confidence(high)


# A sentence nearly equal to the question shares its words: no other gets so similar.
@given(st.floats(-1, 0.95), coverages, coverages, fits)
def test_a_sentence_with_more_of_the_words_is_never_less_relevant(
    similarity: float, one: float, other: float, type_fit: int
) -> None:
    low, high = (candidate(similarity, c, type_fit) for c in sorted([one, other]))
    assert confidence(low) <= confidence(high)


@given(similarities, coverages)
def test_only_a_missing_type_makes_less_relevant(similarity: float, coverage: float) -> None:
    wrong, none, right = (confidence(candidate(similarity, coverage, fit)) for fit in (-1, 0, 1))
    assert wrong < none == right


def test_nothing_in_common_is_hardly_relevant_and_everything_is() -> None:
    assert confidence(candidate(0, 0)) < 0.05
    assert confidence(candidate(0.8, 1)) > 0.6


def test_coefficients_can_be_given() -> None:
    (reading,) = EvidenceReader(0, 0, 0, 0, 0).read("question", [candidate(1, 1, -1)], PAGE)
    assert reading.confidence == pytest.approx(0.5)


def test_one_reading_a_candidate_in_their_order() -> None:
    candidates = [replace(candidate(0.1 * n, 0), score=n) for n in (3, 1, 2)]
    readings = EvidenceReader().read("question", candidates, PAGE)
    assert [reading.candidate for reading in readings] == candidates
    assert EvidenceReader().read("question", [], PAGE) == []


PARTS = ("The harbour opened in 1902.", "It was built by Ada Moor.", "Ice is thick in winter.")


@pytest.fixture
def page() -> ArticleContext:
    sentences, start = [], 0
    for number, text in enumerate(PARTS, start=1):
        sentences.append(Sentence(number, 1, start, start + len(text), text))
        start += len(text) + 1
    return ArticleContext("Harbour", tuple(sentences))


def candidates_of(page: ArticleContext, *numbers: int) -> list[Candidate]:
    return [Candidate(page.sentences[n - 1], 0.5, 0.5, 0.5, 0) for n in numbers]


def test_a_joint_reader_reads_each_candidate_in_its_place(
    reader_folder: Path, page: ArticleContext
) -> None:
    candidates = candidates_of(page, 3, 1)
    readings = JointReader(reader_folder, torch_encoder).read("Who built it?", candidates, page)
    assert [reading.candidate for reading in readings] == candidates
    for reading in readings:
        assert 0 < reading.relevance < 1
        assert reading.relevance == pytest.approx(1 / (1 + math.exp(-reading.score)))


def test_the_confidences_of_what_is_read_leave_room_for_none(
    reader_folder: Path, page: ArticleContext
) -> None:
    """With a neutral calibration they are the probabilities of a softmax with "none"."""
    readings = JointReader(reader_folder, torch_encoder).read(
        "Who?", candidates_of(page, 1, 2, 3), page
    )
    logits = [reading.score for reading in readings]
    total = 1 + sum(map(math.exp, logits))
    expected = [math.exp(logit) / total for logit in logits]
    assert [reading.confidence for reading in readings] == pytest.approx(expected, rel=1e-4)


def test_the_prior_lets_the_ranking_have_a_say(reader_folder: Path, page: ArticleContext) -> None:
    manifest = json.loads((reader_folder / MANIFEST).read_text())
    manifest["calibration"]["prior"] = 1000
    (reader_folder / MANIFEST).write_text(json.dumps(manifest))
    low, high = candidates_of(page, 1, 2)
    readings = JointReader(reader_folder, torch_encoder).read(
        "Who?", [replace(low, score=0.1), high], page
    )
    assert readings[1].score - readings[0].score == pytest.approx(400, abs=10)


@pytest.mark.parametrize("calibration", [None, {}, {"prior": 1.0}, {"unknown": 1.0}])
def test_a_reader_that_was_not_calibrated_is_refused(
    reader_folder: Path, page: ArticleContext, calibration: object
) -> None:
    manifest = json.loads((reader_folder / MANIFEST).read_text())
    (reader_folder / MANIFEST).write_text(json.dumps({**manifest, "calibration": calibration}))
    with pytest.raises(ModelError, match="not calibrated"):
        JointReader(reader_folder, torch_encoder).read("Who?", candidates_of(page, 1), page)


def test_words_are_marked_only_where_their_place_is_credible(
    reader_folder: Path, page: ArticleContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    for credible, marked in ((0.0, True), (1.01, False)):
        monkeypatch.setattr("index.reading.readers.MIN_HIGHLIGHT_PROBABILITY", credible)
        (reading,) = JointReader(reader_folder, torch_encoder).read(
            "Who?", candidates_of(page, 2), page
        )
        assert (reading.highlight is not None) is marked
        if reading.highlight:
            start, end = reading.highlight
            assert 0 <= start < end <= len(PARTS[1])


def test_sentences_that_say_the_same_do_not_make_each_other_less_sure(reader_folder: Path) -> None:
    texts = ("Ada built it.", "It was built by Ada.", "Ben built it.", "Nobody knows.")
    spoken = ArticleContext(
        "", tuple(Sentence(n, 1, 0, len(t), t) for n, t in enumerate(texts, start=1))
    )
    tokenizer = load_tokenizer(reader_folder / TOKENIZER)
    names = [tokenizer.token_to_id(name) for name in ("ada", "ben")]

    def encoder(batch: Batch) -> tuple[Floats, Floats]:
        """Believes every sentence, and marks the name in it."""
        named = np.isin(batch.ids, names) & (batch.types == 1)
        spans = np.where(named, np.float32(20), np.float32(0))
        return np.full(len(batch.ids), 3, np.float32), np.stack([spans, spans], axis=-1)

    reader = JointReader(reader_folder, lambda _: encoder)

    def confidences(*numbers: int) -> list[float]:
        candidates = candidates_of(spoken, *numbers)
        return [r.confidence for r in reader.read("Who?", candidates, spoken)]

    (alone,) = confidences(1)
    assert confidences(1, 2) == pytest.approx([alone, alone])
    assert max(confidences(1, 3)) < alone
    # What has no words that are marked says nothing of the kind.
    assert max(confidences(4, 4)) < confidences(4)[0]


def test_many_threads_may_read_at_once(reader_folder: Path, page: ArticleContext) -> None:
    reader = JointReader(reader_folder, torch_encoder)
    candidates = candidates_of(page, 1, 2, 3)
    with ThreadPoolExecutor(8) as pool:
        read = list(pool.map(lambda _: reader.read("Who?", candidates, page), range(24)))
    for readings in read:
        assert [r.score for r in readings] == pytest.approx([r.score for r in read[0]], abs=1e-4)


def test_weights_that_were_changed_are_refused(reader_folder: Path, page: ArticleContext) -> None:
    content = bytearray((reader_folder / WEIGHTS).read_bytes())
    content[-2] ^= 1
    (reader_folder / WEIGHTS).write_bytes(content)
    with pytest.raises(ModelError, match=f"{WEIGHTS} was changed"):
        JointReader(reader_folder, torch_encoder).read("Who?", candidates_of(page, 1), page)


def test_a_missing_reader_is_a_clear_error(tmp_path: Path, page: ArticleContext) -> None:
    with pytest.raises(ModelError, match="no whole reader"):
        JointReader(tmp_path, torch_encoder).read("Who?", candidates_of(page, 1), page)


def test_any_cross_encoder_reads_for_relevance_alone(
    make_cross_encoder: Callable[[int], Path], page: ArticleContext
) -> None:
    reader = CrossEncoderReader(str(make_cross_encoder(1)))
    candidates = candidates_of(page, 2, 1)
    readings = reader.read("Who built it?", candidates, page)
    assert [reading.candidate for reading in readings] == candidates
    for reading in readings:
        assert 0 < reading.relevance < 1
        assert reading.highlight is None
        assert reading.confidence == EvidenceReader().probability(reading.candidate)


def test_a_cross_encoder_with_several_outputs_is_refused(
    make_cross_encoder: Callable[[int], Path], page: ArticleContext
) -> None:
    with pytest.raises(ModelError, match="3 outputs"):
        CrossEncoderReader(str(make_cross_encoder(3))).read("Who?", candidates_of(page, 1), page)


@pytest.mark.parametrize("name", ["no/such-model", "no such folder", "../../etc"])
def test_a_name_that_leads_nowhere_is_a_clear_error(name: str, page: ArticleContext) -> None:
    with pytest.raises(ModelError, match="can't be loaded"):
        CrossEncoderReader(name).read("Who?", candidates_of(page, 1), page)
