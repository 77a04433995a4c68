"""The names of all that is counted and measured, as Prometheus knows them.

No label has a value that people choose: neither a chat nor a host nor a word of theirs.
"""

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    Info,
    ProcessCollector,
    disable_created_metrics,
)

disable_created_metrics()  # type: ignore[no-untyped-call]  # Series that nobody looks at.

_SECONDS = (
    *(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1),
    *(0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0),
)
"""The buckets of times: a sentence is found in a few milliseconds, a parser has a minute."""


class Metrics:
    """What is counted, in a registry of its own. Thread-safe."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self.build = Info("article_bot_build", "The version that runs.", registry=self.registry)
        self.updates = self._counter(
            "updates", "Updates that came from Telegram, by how they ended.", "kind", "outcome"
        )
        self.questions = self._counter("questions", "Questions that were answered.", "verdict")
        self.loads = self._counter(
            "loads", "Articles that were sent, linked or shared.", "kind", "outcome"
        )
        self.errors = self._counter(
            "errors", "Errors in the bot or on the way to Telegram, by their class.", "kind"
        )
        self.update_seconds = self._seconds(
            "update_seconds", "From when an update is begun until it is handled.", "kind"
        )
        self.stage_seconds = self._seconds(
            "stage_seconds", "What each stage takes of an update, all its times together.",
            "work", "stage",
        )  # fmt: skip
        self.updates_waiting = self._gauge(
            "updates_waiting", "Updates that are written down and not done, running ones included."
        )
        self.updates_running = self._gauge("updates_running", "Updates that are worked on.")
        self.work_pending = self._gauge(
            "work_pending", "Work for the dialogues' threads that is not done.", "work"
        )
        self.work_running = self._gauge(
            "work_running", "Work that a dialogue's thread is at.", "work"
        )
        self.dialogues = self._gauge("dialogues", "Dialogues in memory.")
        self.cache_articles = self._gauge("cache_articles", "Articles in a cache.", "cache")
        self.cache_sentences = self._gauge(
            "cache_sentences", "Sentences of the articles in a cache.", "cache"
        )
        self.cache_bytes = self._gauge(
            "cache_bytes", "Bytes of the vectors of the articles in a cache.", "cache"
        )
        self.children_bytes = self._gauge(
            "children_resident_memory_bytes", "Memory of the processes that parse files and pages."
        )
        self.last_answer = self._gauge(
            "telegram_last_answer_timestamp_seconds", "When Telegram answered last; 0: never."
        )
        self.ready = self._gauge("ready", "Whether a part of the bot is ready: 1, or 0.", "part")

    def _counter(self, name: str, documentation: str, *labels: str) -> Counter:
        return Counter(f"article_bot_{name}", documentation, labels, registry=self.registry)

    def _gauge(self, name: str, documentation: str, *labels: str) -> Gauge:
        return Gauge(f"article_bot_{name}", documentation, labels, registry=self.registry)

    def _seconds(self, name: str, documentation: str, *labels: str) -> Histogram:
        return Histogram(
            f"article_bot_{name}", documentation, labels, registry=self.registry, buckets=_SECONDS
        )
