"""Evaluation reports and kept articles -> tables for people."""

from collections.abc import Sequence

from rich.markup import escape
from rich.table import Table

from bot.rendering.terminal_text import visible
from index.keeping.store import ArticleEntry
from index.making.evaluation import Report

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


def _shown(value: float | None) -> str:
    if value is None:
        return "-"
    return str(value) if isinstance(value, int) else f"{value:.3f}"
