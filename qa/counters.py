"""Counts of what is asked over the network, in the text format Prometheus reads. Numbers only: no question is kept."""

import threading
from collections import defaultdict

from qa.answer import Answer

_BUCKETS = (0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)  # seconds
_HELP = {
    "requests_total": "Requests by route and status code.",
    "questions_total": "Questions by what became of them.",
    "sentences_total": "Sentences of the language model that were kept, replaced by their quote, or dropped.",
    "generation_failures_total": "Answers for which the language model gave nothing, or broke off.",
}


class Counters:
    """Counts since the start. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: dict[str, dict[str, int]] = {name: defaultdict(int) for name in _HELP}
        self._seconds = [0] * (len(_BUCKETS) + 1)
        self._sum = 0.0

    def request(self, route: str, code: int) -> None:
        """Count a request; `route` is the path as declared, not as asked."""
        with self._lock:
            self._counts["requests_total"][f'route="{route}",code="{code}"'] += 1

    def answer(self, answer: Answer) -> None:
        """Count an answer, its time, and the sentences a model wrote for it."""
        with self._lock:
            self._counts["questions_total"][f'status="{answer.status}"'] += 1
            seconds = answer.latency_ms / 1000
            self._sum += seconds
            self._seconds[sum(seconds > b for b in _BUCKETS)] += 1
            if answer.written:
                for name in ("kept", "replaced", "dropped"):
                    self._counts["sentences_total"][f'became="{name}"'] += getattr(answer.written, name)
                self._counts["generation_failures_total"][""] += answer.written.failure is not None

    def text(self) -> str:
        """All counts in Prometheus' text format 0.0.4."""
        with self._lock:
            lines = []
            for name, values in self._counts.items():
                lines += [f"# HELP nghiquyet_{name} {_HELP[name]}", f"# TYPE nghiquyet_{name} counter"]
                lines += [
                    f"nghiquyet_{name}{{{labels}}} {n}" if labels else f"nghiquyet_{name} {n}" for labels, n in sorted(values.items())
                ]
            lines += ["# HELP nghiquyet_answer_seconds Time to an answer.", "# TYPE nghiquyet_answer_seconds histogram"]
            total = 0
            for bound, n in zip((*map(str, _BUCKETS), "+Inf"), self._seconds, strict=True):
                total += n
                lines.append(f'nghiquyet_answer_seconds_bucket{{le="{bound}"}} {total}')
            lines += [f"nghiquyet_answer_seconds_sum {self._sum:.6f}", f"nghiquyet_answer_seconds_count {total}"]
        return "\n".join(lines) + "\n"
