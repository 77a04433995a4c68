"""The reader's model in torch."""

import torch
from tokenizers import Tokenizer

from index.joint_encoder import JointEncoder
from index.windows import MAX_SENTENCE, Tokens, tokenize, window

NOTHING = Tokens((), ())


def test_what_is_read_does_not_depend_on_the_company(
    encoder: JointEncoder, tokenizer: Tokenizer
) -> None:
    question, *sentences = tokenize(
        tokenizer, ["who built it", "it opened in 1902", "ada", "by ada moor"], MAX_SENTENCE
    )
    windows = [window(question, NOTHING, sentences[:count]) for count in (1, 3, 2)] * 4
    with torch.inference_mode():
        together = encoder.read(windows)
        alone = [encoder.read([one])[0] for one in windows]
    for (relevance, span), (own_relevance, own_span), of in zip(
        together, alone, windows, strict=True
    ):
        assert relevance.shape == (len(of.starts),)
        assert span.shape == (len(of.ids), 2)
        torch.testing.assert_close(relevance, own_relevance, atol=1e-5, rtol=1e-4)
        torch.testing.assert_close(span, own_span, atol=1e-5, rtol=1e-4)
