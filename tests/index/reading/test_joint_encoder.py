"""The reader's model in torch."""

import torch
from tokenizers import Tokenizer

from index.reading.joint_encoder import JointEncoder
from index.reading.windows import MAX_SENTENCE, Tokens, tokenize, window

NOTHING = Tokens((), ())


def test_what_is_read_does_not_depend_on_the_company(
    encoder: JointEncoder, tokenizer: Tokenizer
) -> None:
    question, *sentences = tokenize(
        tokenizer, ["who built it", "it opened in 1902", "ada", "by ada moor"], MAX_SENTENCE
    )
    rows = dict(enumerate(sentences))
    windows = [window(question, NOTHING, rows, row) for row in (0, 1, 2)] * 4
    with torch.inference_mode():
        relevances, spans = encoder.read(windows)
        alone = [encoder.read([one]) for one in windows]
    assert relevances.shape == (12,)
    for relevance, span, (own, (own_span,)), of in zip(
        relevances, spans, alone, windows, strict=True
    ):
        torch.testing.assert_close(relevance, own[0], atol=1e-5, rtol=1e-4)
        tokens = len(of.ids)  # What is padded is not the same.
        torch.testing.assert_close(span[:tokens], own_span[:tokens], atol=1e-5, rtol=1e-4)
