"""The readers: a question and candidates -> how well each answers, and the answer's words.

There are three: the project's own, which reads the question with each sentence; any
sentence-transformers CrossEncoder; and one that has no model and goes by the evidence.
"""

import math
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tokenizers import Tokenizer

from index.errors import ModelError, first_line
from index.models.quiet import quiet_libraries
from index.reading.files import CONFIG, TOKENIZER, WEIGHTS, load_tokenizer, read_manifest
from index.reading.windows import Encoder, read_rows
from index.text.normalizing import normalize
from index.types import ArticleContext, Candidate, Reading, Thresholds

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder


SHIPPED = "shipped"
NONE = "none"

SHIPPED_FOLDER = Path(__file__).parent / "shipped"

MIN_HIGHLIGHT_PROBABILITY = 0.20
"""The least probability of a span of words for it to be marked as the answer."""


_EVIDENCE_THRESHOLDS = Thresholds(answer=0.40, unsure=0.08)


@dataclass(frozen=True, slots=True)
class EvidenceReader:
    """A `Reader` without a model: a logistic regression on the evidence.

    It keeps the ranking's order, and costs nothing. It can't tell whether a sentence adds something
    to a better one, so its relevance is 0.

        confidence = sigmoid(intercept + similarity * s + coverage * c + both * s * c
                             + wrong_type * [the type of answer asked for is missing])

    Similarity and coverage can stand in for each other (a paraphrase shares no words; a short
    question about a long sentence is not similar to it), hence their negative product. Fitted by
    `tests/benchmarks/fit_evidence.py` on questions with an answer, questions whose answering
    paragraph was taken out of the article, questions put to another article, and SQuAD 2.0's
    adversarial ones. The threshold of an answer is where the share of right answers less that of
    wrong ones is largest on them (Youden's J). docs/measurements.md has the figures.
    """

    intercept: float = -6.61
    similarity: float = 9.06
    coverage: float = 5.52
    both: float = -5.75
    wrong_type: float = -0.76
    thresholds: Thresholds = _EVIDENCE_THRESHOLDS

    def read(
        self, question: str, candidates: Sequence[Candidate], context: ArticleContext
    ) -> list[Reading]:
        """Return one reading for each candidate, in their order."""
        likely = [self.probability(candidate) for candidate in candidates]
        return [Reading(c, c.score, 0.0, p) for c, p in zip(candidates, likely, strict=True)]

    def probability(self, candidate: Candidate) -> float:
        """The probability that a candidate answers, if it is ranked first."""
        logit = (
            self.intercept
            + self.similarity * candidate.similarity
            + self.coverage * candidate.coverage
            + self.both * candidate.similarity * candidate.coverage
            + self.wrong_type * (candidate.type_fit < 0)
        )
        return _sigmoid(logit)


@dataclass(frozen=True, slots=True)
class Calibration:
    """Coefficients that turn a joint reader's logits into scores and confidences.

    They are fitted after its training. `prior` is the weight of the ranking's score beside a logit.
    The confidence is a logistic regression (Platt scaling) on the evidence of the ranking and on
    `margin`: the log-odds of the sentence against "none" and all other sentences read. Sentences in
    which the same words are marked do not count against each other: what an article says three
    times is not less sure.
    """

    prior: float
    intercept: float
    margin: float
    score: float
    similarity: float
    coverage: float
    wrong_type: float

    def confidence(self, candidate: Candidate, margin: float) -> float:
        """The probability that a sentence answers."""
        return _sigmoid(
            self.intercept
            + self.margin * margin
            + self.score * candidate.score
            + self.similarity * candidate.similarity
            + self.coverage * candidate.coverage
            + self.wrong_type * (candidate.type_fit < 0)
        )


OpenEncoder = Callable[[Path], Encoder]
"""Loads the weights of a reader's folder or its export; raises `ModelError` if they changed."""


@dataclass(frozen=True, slots=True)
class _Loaded:
    encoder: Encoder
    tokenizer: Tokenizer
    calibration: Calibration
    thresholds: Thresholds


def torch_encoder(folder: Path) -> Encoder:
    """Load the weights as they were trained, for torch: an `OpenEncoder`."""
    from index.reading.weights import load_encoder

    read_manifest(folder, [WEIGHTS, CONFIG])
    return load_encoder(folder).encode


class JointReader:
    """The project's own reader: relevance, answer span, and a calibrated confidence."""

    def __init__(self, folder: Path, open_encoder: "OpenEncoder") -> None:
        """`folder` is one that `train-reader` wrote; `open_encoder` loads its weights."""
        self._folder = folder
        self._open_encoder = open_encoder
        self._loaded: _Loaded | None = None
        self._lock = threading.Lock()

    @property
    def thresholds(self) -> Thresholds:
        """The thresholds that the manifest holds. Raises `ModelError` as `load`."""
        return self.load().thresholds

    def load(self) -> "_Loaded":
        """Load the weights now instead of at the first question.

        Raises:
            ModelError: the folder holds no reader, or one that was changed.
        """
        with self._lock:
            if self._loaded is None:
                # An export has its own weights. The weights here are not used then, and checking
                # them would be a large part of a cold start.
                manifest = read_manifest(self._folder, [TOKENIZER])
                self._loaded = _Loaded(
                    self._open_encoder(self._folder),
                    load_tokenizer(self._folder / TOKENIZER),
                    *_calibration(manifest, self._folder),
                )
            return self._loaded

    def read(
        self, question: str, candidates: Sequence[Candidate], context: ArticleContext
    ) -> list[Reading]:
        """Return one reading for each candidate, in their order. Raises `ModelError` as `load`."""
        reader = self.load()
        calibration = reader.calibration
        rows = [candidate.sentence.number - 1 for candidate in candidates]
        texts = [sentence.text for sentence in context.sentences]
        sentence_readings = read_rows(
            reader.encoder, reader.tokenizer, question, context.title, texts, rows
        )
        marked = [
            each.answer if each.certainty >= MIN_HIGHLIGHT_PROBABILITY else None
            for each in sentence_readings
        ]
        words = [
            None if span is None else normalize(texts[row][slice(*span)]).casefold()
            for row, span in zip(rows, marked, strict=True)
        ]
        readings = []
        for place, (candidate, each) in enumerate(zip(candidates, sentence_readings, strict=True)):
            others = sum(
                math.exp(other.logit)
                for at, other in enumerate(sentence_readings)
                if at != place and (words[at] is None or words[at] != words[place])
            )
            margin = each.logit - math.log1p(others)
            readings.append(
                Reading(
                    candidate,
                    score=each.logit + calibration.prior * candidate.score,
                    relevance=_sigmoid(each.logit),
                    confidence=calibration.confidence(candidate, margin),
                    highlight=marked[place],
                )
            )
        return readings


class CrossEncoderReader:
    """A `Reader` for any sentence-transformers CrossEncoder with one output, a relevance.

    Its logits are not calibrated, so the confidence stays that of the evidence.
    """

    thresholds = _EVIDENCE_THRESHOLDS

    _PRIOR = 4.0
    """Weight of the ranking's score beside a logit. It is not fitted, since models differ."""

    def __init__(self, name: str) -> None:
        """`name` is the model's name on the hub, or its folder."""
        self._name = name
        self._model: CrossEncoder | None = None
        self._lock = threading.Lock()

    def read(
        self, question: str, candidates: Sequence[Candidate], context: ArticleContext
    ) -> list[Reading]:
        """Return one reading for each candidate, in their order.

        Raises:
            ModelError: the model can't be loaded, or does not have exactly one output.
        """
        pairs = [(normalize(question), normalize(c.sentence.text)) for c in candidates]
        with self._lock:  # Fast tokenizers refuse to be used by two threads at once.
            logits = self._loaded().predict(pairs, activation_fn=_identity, show_progress_bar=False)
        likely = EvidenceReader()
        return [
            Reading(
                candidate,
                score=float(logit) + self._PRIOR * candidate.score,
                relevance=_sigmoid(float(logit)),
                confidence=likely.probability(candidate),
            )
            for candidate, logit in zip(candidates, logits, strict=True)
        ]

    def _loaded(self) -> "CrossEncoder":
        if self._model is None:
            self._model = _load_cross_encoder(self._name)
        return self._model


def _calibration(manifest: Mapping[str, Any], folder: Path) -> tuple[Calibration, Thresholds]:
    try:
        return Calibration(**manifest["calibration"]), Thresholds(**manifest["borders"])
    except (LookupError, TypeError):
        raise ModelError(f"The reader in {folder} was not calibrated. Train it again.") from None


def _load_cross_encoder(name: str) -> "CrossEncoder":
    quiet_libraries()
    from sentence_transformers import CrossEncoder

    try:
        model: CrossEncoder = CrossEncoder(name, device="cpu")
    except Exception as error:  # whatever a damaged or foreign folder makes the libraries raise
        raise ModelError(
            f"The reader {name} can't be loaded: {first_line(error)}. Set ARTICLE_BOT_READER to "
            "a sentence-transformers CrossEncoder, or unset it."
        ) from error
    if model.num_labels != 1:
        raise ModelError(f"The reader {name} has {model.num_labels} outputs; one is needed.")
    return model


def _identity(logits: Any) -> Any:
    return logits


def _sigmoid(logit: float) -> float:
    return 1 / (1 + math.exp(-max(logit, -700.0)))
