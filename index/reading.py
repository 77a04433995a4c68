"""Question + candidates -> how likely each of them answers."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from index.types import Candidate, Reading


@dataclass(frozen=True, slots=True)
class EvidenceReader:
    """A `Reader` that judges by the evidence alone: a logistic regression.

    relevance = sigmoid(intercept + similarity * s + coverage * c + both * s * c
                        + wrong_type * [the type of answer asked for is missing])

    Similarity and coverage can stand in for each other (a paraphrase shares no
    words; a short question about a long sentence is not similar to it), hence
    their negative product. Fitted by `tests/benchmarks/fit_evidence.py` on
    questions with an answer, questions whose answering paragraph was taken out of
    the article, questions put to another article, and SQuAD 2.0's adversarial ones;
    docs/decisions.md has the figures.
    """

    intercept: float = -6.61
    similarity: float = 9.06
    coverage: float = 5.52
    both: float = -5.75
    wrong_type: float = -0.76

    def read(self, question: str, candidates: Sequence[Candidate]) -> list[Reading]:
        """One reading a candidate, in their order."""
        return [Reading(candidate, self._relevance(candidate)) for candidate in candidates]

    def _relevance(self, candidate: Candidate) -> float:
        logit = (
            self.intercept
            + self.similarity * candidate.similarity
            + self.coverage * candidate.coverage
            + self.both * candidate.similarity * candidate.coverage
            + self.wrong_type * (candidate.type_fit < 0)
        )
        return 1 / (1 + math.exp(-logit))
