"""Counts of what is asked from outside the process, in the text format Prometheus reads. Numbers only: no question is kept."""

from collections.abc import Callable, Iterable
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics, generate_latest
from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily
from prometheus_client.registry import Collector

from qa.answer import Answer
from qa.stages import STAGES, Trail

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_ANSWER_SECONDS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0)
_STAGE_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 30.0)
_REASONS = ("busy", "stopping", "too_slow")
_CAME = ("hit", "shared", "miss")
_GUARD = ("kept", "trimmed", "refused")


class Counters:
    """Counts since the start, with a registry of their own. Thread-safe."""

    def __init__(self) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self._registry = CollectorRegistry()

        def counter(name: str, said: str, *labels: str, of: Iterable[str] = ()) -> Counter:
            made = Counter(f"nghiquyet_{name}", said, labels, registry=self._registry)
            for value in of:  # a rate needs the zero it starts from
                made.labels(value)
            return made

        self._requests = counter("requests", "Requests by route and status code.", "route", "code")
        self._questions = counter("questions", "Questions by what became of them.", "status")
        self._refused = counter("refused", "Questions that the documents don't answer.")
        self._turned_away = counter("turned_away", "Requests that were not worked on, or not to their end.", "reason", of=_REASONS)
        self._answers = counter("answer_cache", "Answers known already, under way for another, or new.", "came", of=_CAME)
        self._embeddings = counter("embedding_cache", "Vectors of questions known already, under way, or new.", "came", of=_CAME)
        self._guard = counter("guard", "Composed answers that the guard kept, trimmed, or refused.", "became", of=_GUARD)
        self._sentences = counter(
            "sentences", "Sentences of the language model that were kept, replaced by their quote, or dropped.", "became"
        )
        self._failures = counter("generation_failures", "Answers for which the language model gave nothing, or broke off.")
        self._seconds = Histogram(
            "nghiquyet_answer_seconds", "Time from a question to its answer.", buckets=_ANSWER_SECONDS, registry=self._registry
        )
        self._stages = Histogram(
            "nghiquyet_stage_seconds", "Time of a stage of answering.", ["stage"], buckets=_STAGE_SECONDS, registry=self._registry
        )
        for name in STAGES:
            self._stages.labels(name)

    def watch_queue(self, waiting: Callable[[], int], under_way: Callable[[], int]) -> None:
        """Tell of the queue what these give at the time."""
        for name, said, value in (
            ("queue_length", "Questions that wait for a worker.", waiting),
            ("under_way", "Questions that a worker is at.", under_way),
        ):
            Gauge(f"nghiquyet_{name}", said, registry=self._registry).set_function(value)

    def watch_index(self, facts: Callable[[], tuple[str, int, int]]) -> None:
        """Tell of the index what `facts` gives at the time: its generation, its documents, its passages."""
        self._registry.register(_IndexFacts(facts))

    def request(self, trail: Trail, code: int) -> None:
        """Count a request that is over, its stages, and what was noted of it."""
        self._requests.labels(trail.route, str(code)).inc()
        if trail.status:
            self._seconds.observe(trail.elapsed)
        for name, seconds in trail.seconds.items():
            self._stages.labels(name).observe(seconds)
        counters = {"turned_away": self._turned_away, "answers": self._answers, "embeddings": self._embeddings, "guard": self._guard}
        for where, what in trail.notes:
            counters[where].labels(what).inc()

    def answer(self, answer: Answer) -> None:
        """Count an answer, and the sentences a model wrote for it."""
        self._questions.labels(str(answer.status)).inc()
        self._refused.inc(answer.refused)
        self.written(answer)

    def written(self, answer: Answer) -> None:
        """Count the sentences a model wrote for an answer that is counted already."""
        if answer.written:
            for name in ("kept", "replaced", "dropped"):
                self._sentences.labels(name).inc(getattr(answer.written, name))
            self._failures.inc(answer.written.failure is not None)

    def text(self) -> str:
        """All counts in Prometheus' text format 0.0.4."""
        return generate_latest(self._registry).decode()


class _IndexFacts(Collector):
    def __init__(self, facts: Callable[[], tuple[str, int, int]]) -> None:
        self._facts = facts

    def collect(self) -> Iterable[Any]:
        generation, documents, passages = self._facts()
        yield InfoMetricFamily("nghiquyet_index", "The index that answers come from.", {"generation": generation})
        yield GaugeMetricFamily("nghiquyet_documents", "Documents in the index.", documents)
        yield GaugeMetricFamily("nghiquyet_passages", "Passages in the index.", passages)
