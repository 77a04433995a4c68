"""The reader's model in torch: one small BERT that reads a question and a sentence together."""

from collections.abc import Sequence
from dataclasses import fields

import torch
from torch import Tensor, nn
from transformers import BertConfig, BertModel

from index.reading.windows import Batch, Floats, Window, batches


class JointEncoder(nn.Module):
    """A BERT with two outputs: a sentence's relevance, and the answer's span in its tokens."""

    def __init__(self, bert: BertModel) -> None:
        super().__init__()
        size = bert.config.hidden_size
        self.bert = bert
        self.sentence = nn.Linear(2 * size, size)
        self.relevance = nn.Linear(size, 1)
        self.span = nn.Linear(size, 2)

    @classmethod
    def from_config(cls, config: BertConfig) -> "JointEncoder":
        """Make a model with random weights."""
        return cls(BertModel(config, add_pooling_layer=False))

    def forward(
        self, ids: Tensor, types: Tensor, mask: Tensor, pooling: Tensor, ends: Tensor
    ) -> tuple[Tensor, Tensor]:
        """Compute logits from the fields of a `Batch`.

        Return relevance of shape (windows,), and start and end of shape (windows, tokens, 2).
        """
        hidden = self.bert(
            input_ids=ids, attention_mask=mask, token_type_ids=types
        ).last_hidden_state
        mean = (pooling.to(hidden.dtype)[:, None] @ hidden)[:, 0]
        at_end = hidden.gather(1, ends[:, None, None].expand(-1, 1, hidden.shape[-1]))[:, 0]
        pooled = torch.cat([mean, at_end], dim=-1)
        relevance = self.relevance(nn.functional.gelu(self.sentence(pooled)))
        return relevance[..., 0].float(), self.span(hidden).float()

    def read(self, windows: Sequence[Window]) -> tuple[Tensor, list[Tensor]]:
        """Read windows in batches.

        Return the relevance logits, (windows,), and for each window the logits of the answer's
        start and end, (tokens, 2), which include its batch's padding.
        """
        readings: dict[int, tuple[Tensor, Tensor]] = {}
        for places, batch in batches(windows):
            readings |= zip(places, zip(*self(*tensors(batch)), strict=True), strict=True)
        relevance, spans = zip(*(readings[place] for place in range(len(windows))), strict=True)
        return torch.stack(relevance), list(spans)

    def encode(self, batch: Batch) -> tuple[Floats, Floats]:
        """Compute the logits of a batch without gradients: an `Encoder`."""
        with torch.inference_mode():
            relevance, span = self(*tensors(batch))
        return relevance.numpy(), span.numpy()


def tensors(batch: Batch) -> tuple[Tensor, ...]:
    """The fields of a batch, in the order in which the model takes them."""
    return tuple(torch.from_numpy(getattr(batch, field.name)) for field in fields(batch))
