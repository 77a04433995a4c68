"""Evaluation reports and kept articles -> tables for people."""

from collections.abc import Sequence

from rich.markup import escape
from rich.table import Table

from bot.rendering.terminal_text import visible
from index.keeping.store import ArticleEntry
from index.making.evaluation import Report
from index.making.fitting_thresholds import JudgedAnswers, Share
from index.types import Thresholds

_ROWS = {
    "questions": "Questions",
    "acc_at_1": "acc@1",
    "hit_at_3": "hit@3",
    "hit_at_5": "hit@5",
    "mrr_at_10": "MRR@10",
    "refusal_auroc": "Refusal AUROC",
    "coverage": "Coverage",
    "answered_accuracy": "Accuracy of what is answered",
    "false_refusal_rate": "False refusals",
    "false_answer_rate": "False answers",
    "questions_per_second": "Questions a second",
}


def report_table(reports: Sequence[Report]) -> Table:
    """A table with a column for each file; "-" where a file has nothing to measure a metric on."""
    table = Table("Metric", *(f"{escape(report.file)}\n({report.scope})" for report in reports))
    for name, label in _ROWS.items():
        table.add_row(label, *(_shown(getattr(report, name)) for report in reports))
    return table


def articles_table(entries: Sequence[ArticleEntry]) -> Table:
    """A table with a row for each article."""
    table = Table("ID", "Title", "Site", "Published", "Sentences")
    for entry in entries:
        cells = (
            entry.id,
            entry.title,
            entry.site or "",
            entry.published or "",
            str(entry.sentence_count),
        )
        table.add_row(*(escape(visible(cell)) for cell in cells))
    return table


def calibration_table(answers: JudgedAnswers, before: Thresholds, after: Thresholds) -> Table:
    """A table of two pairs of thresholds, with what follows from each for judged answers."""
    table = Table("", "Before", "After")
    both = (before, after)
    table.add_row("An answer from", *(f"{each.answer:.2f}" for each in both))
    table.add_row("A doubt from", *(f"{each.unsure:.2f}" for each in both))
    accuracies = (_share(answers.accuracy(each.answer)) for each in both)
    table.add_row("Helpful, of what is answered", *accuracies)
    coverages = (_share(answers.coverage(each.answer)) for each in both)
    table.add_row("Answered, of what is helpful", *coverages)
    return table


def _share(share: Share) -> str:
    """A share in percent, with the interval in which it lies for certain."""
    if not share.of:
        return "-"
    low, high = share.interval
    return f"{share.part / share.of:.0%} of {share.of} ({low:.0%} to {high:.0%})"


def _shown(value: float | None) -> str:
    if value is None:
        return "-"
    return str(value) if isinstance(value, int) else f"{value:.3f}"
