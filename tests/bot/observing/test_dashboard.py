"""The dashboard and the alerts ask Prometheus for what a bot tells it, and for nothing else."""

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import promql_parser
import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from bot.observing import Observed
from bot.observing.statistics import Statistics
from index.article_index import ArticleIndex
from index.keeping.library import Library
from index.keeping.store import Store
from index.reading.readers import EvidenceReader
from index.types import Embedder
from tests.bot.observing.conversation import play
from tests.picture import ROOT

DASHBOARD = json.loads((ROOT / "docs/grafana.json").read_text(encoding="utf-8"))
ALERTS = yaml.safe_load((ROOT / "docs/alerts.yaml").read_text(encoding="utf-8"))
DOCS = (ROOT / "docs/observing.md").read_text(encoding="utf-8")
PANELS = [panel for panel in DASHBOARD["panels"] if panel["type"] != "row"]
OF_PROMETHEUS = {"job", "instance"}
"""Labels that Prometheus itself adds."""

Labels = dict[str, dict[str, set[str]]]


def queries() -> Iterator[str]:
    for panel in PANELS:
        yield from (target["expr"] for target in panel["targets"])
    for group in ALERTS["groups"]:
        yield from (rule["expr"] for rule in group["rules"])


QUERIES = list(queries())


@pytest.fixture(scope="module")
def told(index: ArticleIndex, embedder: Embedder) -> Labels:
    """What a bot tells after a whole conversation: name -> label -> values."""
    library = Library(Store("sqlite://"), embedder, EvidenceReader(), lambda: index)
    labels: Labels = defaultdict(lambda: defaultdict(set))
    for family in text_string_to_metric_families(play(library, Observed())):
        for sample in family.samples:
            for label, value in sample.labels.items():
                labels[sample.name][label].add(value)
            labels[sample.name]["job"].add("")
    return labels


def parsed(query: str) -> Any:
    """The query, with Grafana's variables as Grafana replaces them."""
    return promql_parser.parse(query.replace("$__rate_interval", "1m").replace("$", ""))


def nodes(query: str) -> list[Any]:
    found: list[Any] = []
    promql_parser.walk(parsed(query), found.append)
    return found


def grouped_by(node: Any) -> set[str]:
    """The labels by which a part of a query groups or joins."""
    modifier = getattr(node, "modifier", None)
    matching = getattr(modifier, "matching", None)
    return {
        *getattr(modifier, "labels", ()),
        *getattr(matching, "labels", ()),
        *(getattr(modifier, "group_labels", None) or ()),
    }


@pytest.mark.parametrize("query", QUERIES)
def test_every_name_and_label_of_a_query_is_told_by_a_bot(query: str, told: Labels) -> None:
    known = set(OF_PROMETHEUS)
    for node in nodes(query):
        if isinstance(node, promql_parser.VectorSelector):
            assert node.name in told
            known |= told[node.name].keys()
            for matcher in node.matchers.matchers:
                assert matcher.name in told[node.name].keys() | OF_PROMETHEUS
                if matcher.name not in OF_PROMETHEUS:
                    assert matcher.value in told[node.name][matcher.name]
    assert set().union(*map(grouped_by, nodes(query))) <= known


def test_every_number_of_ours_is_shown(told: Labels) -> None:
    shown = " ".join(QUERIES)
    ours = {re.sub("_(bucket|sum|count)$", "", name) for name in told if "article_bot" in name}
    assert [name for name in sorted(ours) if name not in shown] == []


@pytest.mark.parametrize("panel", PANELS, ids=lambda panel: panel["title"])
def test_a_panel_says_what_it_shows_of_the_chosen_bots(panel: dict[str, Any]) -> None:
    assert panel["description"].endswith(".")
    for target in panel["targets"]:
        assert target["datasource"] == panel["datasource"]
        assert target["datasource"]["uid"] == "${datasource}"
        for name in re.findall(r"\b(?:article_bot|process)_\w+(\{[^}]*)?", target["expr"]):
            assert 'job=~"$job",instance=~"$instance"' in name


def test_the_docs_say_what_each_panel_shows() -> None:
    rows = re.findall(r"^\| ([^|`]+) \| ([^|]+\.) \|$", DOCS, re.MULTILINE)
    assert rows == [(panel["title"], panel["description"]) for panel in PANELS]


def test_the_docs_say_what_each_number_is(told: Labels) -> None:
    rows = re.findall(r"^\| `(article_bot_\w+)` \| (\w+) \| (.*) \| (.+) \|$", DOCS, re.MULTILINE)
    suffixes = {"counter": "_total", "info": "_info", "histogram": "_bucket"}
    families = {
        family.name + suffixes.get(family.type, ""): family
        for family in Statistics().metrics.registry.collect()
        if family.name.startswith("article_bot")
    }
    assert {name.removesuffix("_bucket") for name in families} == {name for name, *_ in rows}
    for name, kind, labels, meaning in rows:
        sample = f"{name}_bucket" if kind == "histogram" else name
        family = families[sample]
        assert (kind, meaning) == (family.type, family.documentation)
        assert set(re.findall(r"`(\w+)`", labels)) == told[sample].keys() - {"job", "le"}


def test_no_panel_covers_another() -> None:
    taken: set[tuple[int, int]] = set()
    for panel in DASHBOARD["panels"]:
        at = panel["gridPos"]
        place = {(at["x"] + x, at["y"] + y) for x in range(at["w"]) for y in range(at["h"])}
        assert not taken & place, panel["title"]
        assert all(x < 24 for x, _ in place)
        taken |= place
    ids = [panel["id"] for panel in DASHBOARD["panels"]]
    assert len(set(ids)) == len(ids)


def test_every_variable_is_used_and_made() -> None:
    made = {variable["name"] for variable in DASHBOARD["templating"]["list"]}
    used = set(re.findall(r"\$\{?(\w+)", json.dumps(DASHBOARD))) - {"__rate_interval", "__all"}
    assert made == used == {"datasource", "job", "instance"}
