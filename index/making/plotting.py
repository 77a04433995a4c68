"""Draws figures as PNG files: the loss of a training, and the quality of the confidence."""

import importlib.util
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from index.errors import ArticleError

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_BINS = 10
"""Bins of the reliability diagram, with equally many questions in each: a bin of equal width would
often hold next to none."""


class PlotError(ArticleError):
    """A figure can't be drawn."""


def loss_curve(losses: Sequence[float], watched: Sequence[dict[str, float]], path: Path) -> None:
    """Draw the loss of every step, its running mean, and the values watched at checkpoints.

    Raises:
        PlotError: matplotlib is not installed.
    """
    figure = _figure(8, 4.5)
    axes = figure.add_subplot(xlabel="step", ylabel="loss")
    width = max(len(losses) // 50, 1)
    mean = np.convolve(losses, np.ones(width) / width, mode="valid")
    axes.plot(losses, linewidth=0.3, color="tab:gray", label="a step")
    axes.plot(np.arange(len(mean)) + width / 2, mean, color="tab:blue", label=f"mean of {width}")
    axes.set_ylim(bottom=0)
    axes.legend(loc="upper right")
    right = axes.twinx()
    right.set(ylabel="on articles held out", ylim=(0, 1))
    steps = [point["step"] for point in watched]
    for name, colour in (("first", "tab:green"), ("auroc", "tab:orange")):
        right.plot(steps, [point[name] for point in watched], ".-", color=colour, label=name)
    right.legend(loc="lower right")
    figure.savefig(path, dpi=120)


def risk_and_reliability(
    confidences: npt.NDArray[np.float64],
    right: npt.NDArray[np.bool_],
    threshold: float,
    path: Path,
) -> None:
    """Draw two diagrams of a reader's confidence.

    Risk against coverage: if only the most confident share of the questions is answered, how many
    of the answers are wrong (El-Yaniv & Wiener 2010). Reliability: how often answers of a given
    confidence are right (DeGroot & Fienberg 1983).

    `confidences` and `right` have shape (questions,); `threshold` is the confidence from which on
    an answer is given.

    Raises:
        PlotError: matplotlib is not installed.
    """
    figure = _figure(10, 4.5)
    order = np.argsort(-confidences, kind="stable")
    count = np.arange(1, len(order) + 1)
    risk = np.cumsum(~right[order]) / count
    given = int((confidences >= threshold).sum())
    axes = figure.add_subplot(1, 2, 1, xlabel="share answered", ylabel="share wrong of it")
    axes.set(xlim=(0, 1), ylim=(0, max(float(risk.max(initial=0)), 0.05) * 1.05))
    axes.plot(count / len(order), risk)
    if given:
        axes.plot(
            given / len(order), risk[given - 1], "o", label=f"answers, from {threshold:.2f} on"
        )
        axes.legend()
    axes = figure.add_subplot(1, 2, 2, xlabel="confidence", ylabel="share right")
    axes.set(xlim=(0, 1), ylim=(0, 1))
    axes.plot([0, 1], [0, 1], "--", color="tab:gray", label="well calibrated")
    bins = [rows for rows in np.array_split(order, _BINS) if len(rows)]
    axes.plot(
        [confidences[rows].mean() for rows in bins], [right[rows].mean() for rows in bins], "o-"
    )
    axes.legend()
    figure.savefig(path, dpi=120)


def check_installed() -> None:
    """Check that figures can be drawn, before the work whose results they show.

    Raises:
        PlotError: matplotlib is not installed.
    """
    if importlib.util.find_spec("matplotlib") is None:
        raise PlotError('Plots need matplotlib: pip install "article-bot[train]"')


def _figure(width: float, height: float) -> "Figure":
    check_installed()
    from matplotlib.figure import Figure

    # This figure does not use pyplot: it has no window and no global state, and is thread-safe.
    return Figure(figsize=(width, height), layout="constrained")
