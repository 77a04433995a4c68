"""Trains the reader's weights on examples, step by step.

sentence-transformers' CrossEncoder trainer and losses score one pair of texts with one number. This
reader also points at tokens, and learns the sentences of a question together, against each other
and against "none of them". Therefore the loss and the steps are our own; the encoder, the optimizer
and the running average are those of the libraries.
"""

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import cast

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from index.making.evaluation import auroc
from index.making.training_data import (
    Example,
)
from index.reading.joint_encoder import JointEncoder

LEARNING_RATE = 1e-4

HEADS_LEARNING_RATE = 5e-4

WARM_UP = 0.05
"""Share of the time in which the learning rate rises; it falls linearly after it."""

SPAN_WEIGHT = 0.3

AVERAGE = 0.999
"""Decay of the running average of the weights, which is what is kept."""


@dataclass
class State:
    """The progress of a training: its steps, seconds, losses, and values watched at checkpoints."""

    step: int = 0
    seconds: float = 0.0
    losses: list[float] = field(default_factory=list)
    watched: list[dict[str, float]] = field(default_factory=list)


class Learner:
    """An encoder in training, with its optimizer, its running average and its progress.

    Parameters of `encoder` that need no gradient stay as they are.
    """

    def __init__(self, encoder: JointEncoder) -> None:
        self.encoder = encoder
        self.state = State()
        body: list[Tensor] = []
        heads: list[Tensor] = []
        for name, parameter in encoder.named_parameters():
            if not parameter.requires_grad:
                continue
            (body if name.startswith("bert.") else heads).append(parameter)
        self._optimizer = torch.optim.AdamW(
            [
                {"params": body, "peak": LEARNING_RATE},
                {"params": heads, "peak": HEADS_LEARNING_RATE},
            ],
            weight_decay=0.01,
            fused=True,
        )
        self._average = torch.optim.swa_utils.AveragedModel(
            encoder,
            multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(AVERAGE),  # type: ignore[no-untyped-call]
        )

    def learn(self, examples: Sequence[Example], elapsed: float) -> None:
        """Take one step; `elapsed` is the share of the training time that is over, 0 to 1."""
        self.encoder.train()
        rate = min(elapsed / WARM_UP, (1 - elapsed) / (1 - WARM_UP))
        for group in self._optimizer.param_groups:
            group["lr"] = group["peak"] * max(rate, 0.001)
        with torch.autocast("cpu", torch.bfloat16):
            read = self.encoder.read([w for drawn in examples for w in drawn.windows])
        loss = loss_of(*read, examples)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self.encoder.parameters(), 1.0)
        self._optimizer.step()
        self._optimizer.zero_grad(set_to_none=True)
        self._average.update_parameters(self.encoder)
        self.state.step += 1
        self.state.losses.append(loss.item())

    def averaged(self) -> JointEncoder:
        """The encoder with the averaged weights."""
        return cast(JointEncoder, self._average.module).eval()

    def watch(self, examples: Sequence[Example]) -> dict[str, float]:
        """Measure the averaged weights on questions that were held out.

        `first` is the share of questions whose best sentence is a right one. `auroc` is that of the
        best sentence's relevance, of answerable against unanswerable questions: NaN without both.
        """
        encoder = self.averaged()
        first, answerable, best = [], [], []
        for drawn in examples:
            with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16):
                relevance, _ = encoder.read(drawn.windows)
            answerable.append(drawn.answerable)
            best.append(float(relevance.max()))
            if drawn.right:
                first.append(int(relevance.argmax()) in drawn.right)
        told = auroc(answerable, best)
        return {"first": float(np.mean(first)), "auroc": math.nan if told is None else told}

    def save(self, path: Path) -> None:
        """Write a checkpoint. It is replaced whole or not at all."""
        new = path.with_suffix(".new")
        torch.save(
            {
                "encoder": self.encoder.state_dict(),
                "average": self._average.state_dict(),
                "optimizer": self._optimizer.state_dict(),
                "state": asdict(self.state),
            },
            new,
        )
        new.replace(path)

    def load(self, path: Path) -> None:
        """Continue from a checkpoint that `save` wrote."""
        saved = torch.load(path, weights_only=True)
        self.encoder.load_state_dict(saved["encoder"])
        self._average.load_state_dict(saved["average"])
        self._optimizer.load_state_dict(saved["optimizer"])
        self.state = State(**saved["state"])


def loss_of(relevance: Tensor, spans: Sequence[Tensor], examples: Sequence[Example]) -> Tensor:
    """The mean loss of the questions, whose windows' readings follow each other.

    It has three parts. Over a question's sentences and "none of them", whose logit is 0: minus the
    log-probability of the right ones (listwise softmax), so that they beat their rivals. For each
    sentence alone, where the right ones are known: the binary cross-entropy, so that its logit is
    meaningful by itself. For the answer's span, where it is known: the cross-entropy of its start
    and end. If it is only known that one of a question's sentences answers, any of them may.
    """
    losses, begin = [], 0
    for drawn in examples:
        scores = relevance[begin : begin + len(drawn.windows)]
        losses.append(_listwise(scores, drawn))
        if drawn.right or not drawn.answerable:
            right = torch.tensor([float(row in drawn.right) for row in range(len(scores))])
            losses.append(functional.binary_cross_entropy_with_logits(scores, right))
        if drawn.span:
            answering = drawn.windows[0]
            logits = spans[begin][answering.start : answering.end - 1]
            places = torch.tensor(drawn.span) - answering.start
            losses.append(SPAN_WEIGHT * functional.cross_entropy(logits.T, places))
        begin += len(scores)
    return torch.stack(losses).sum() / len(examples)


def _listwise(scores: Tensor, drawn: Example) -> Tensor:
    with_none = torch.logsumexp(torch.cat([scores.new_zeros(1), scores]), 0)
    if not drawn.answerable:
        return with_none
    right = scores[list(drawn.right)].mean() if drawn.right else torch.logsumexp(scores, 0)
    return with_none - right
