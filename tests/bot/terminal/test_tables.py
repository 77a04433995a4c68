"""Metrics as a table for people."""

import io
from dataclasses import replace

import pytest
from rich.console import Console

from bot.terminal.tables import report_table
from index.making.evaluation import Report

REPORT = Report(
    file="gold.jsonl",
    scope="article",
    articles=2,
    questions=12,
    ranked_questions=8,
    acc_at_1=0.5,
    hit_at_3=0.75,
    hit_at_5=1.0,
    mrr_at_10=2 / 3,
    answerable=8,
    unanswerable=4,
    refusal_auroc=0.9,
    coverage=0.625,
    false_refusal_rate=0.375,
    false_answer_rate=0.25,
    answered_accuracy=0.8,
    questions_per_second=31.4159,
)


def rows(*reports: Report) -> list[list[str]]:
    """What stands in the cells, row by row."""
    file = io.StringIO()
    Console(file=file, width=200).print(report_table(reports))
    lines = (line.strip("┃│").replace("┃", "│") for line in file.getvalue().splitlines())
    return [[cell.strip() for cell in line.split("│")] for line in lines if "│" in line]


def test_a_row_a_metric() -> None:
    assert rows(REPORT) == [
        ["", "gold.jsonl"],
        ["Metric", "(article)"],
        ["Questions", "12"],
        ["acc@1", "0.500"],
        ["hit@3", "0.750"],
        ["hit@5", "1.000"],
        ["MRR@10", "0.667"],
        ["Refusal AUROC", "0.900"],
        ["Coverage", "0.625"],
        ["Accuracy of what is answered", "0.800"],
        ["False refusals", "0.375"],
        ["False answers", "0.250"],
        ["Questions a second", "31.416"],
    ]


def test_a_column_a_file() -> None:
    other = replace(REPORT, file="other.jsonl", scope="paragraph", questions=7)
    table = rows(REPORT, other)
    assert table[0] == ["", "gold.jsonl", "other.jsonl"]
    assert table[1] == ["Metric", "(article)", "(paragraph)"]
    assert table[2] == ["Questions", "12", "7"]


def test_a_metric_without_a_measure_is_a_dash() -> None:
    table = rows(replace(REPORT, acc_at_1=None, refusal_auroc=None, false_answer_rate=0.0))
    assert ["acc@1", "-"] in table
    assert ["Refusal AUROC", "-"] in table
    assert ["False answers", "0.000"] in table


@pytest.mark.parametrize("name", ["gold[1].jsonl", "[bold]gold.jsonl", "[red].jsonl", "a[b][/b]"])
def test_a_files_name_is_shown_as_it_is(name: str) -> None:
    assert rows(replace(REPORT, file=name))[0] == ["", name]
