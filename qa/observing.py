"""What is told of each request when it is over: counts, a line of the log, a trace. Never what was asked, unless the operator opts in."""

import logging

from qa.counters import Counters
from qa.settings import Settings
from qa.stages import Trail
from qa.tracing import Tracing, tracing

log = logging.getLogger("nghiquyet.requests")
_QUIET = ("/healthz", "/readyz", "/metrics")
"""Asked every few seconds by what watches the process: logged at level debug."""


class Observer:
    """Tells of requests. Thread-safe."""

    def __init__(self, settings: Settings, counters: Counters | None = None, traces: Tracing | None = None) -> None:
        """`traces`: by default to where the environment says, if it says so (`qa.tracing`)."""
        self.counters = counters or Counters()
        self._traces = traces or tracing()
        self._questions = settings.log_questions

    def done(self, trail: Trail, code: int) -> None:
        """A request is over, with this status code."""
        self.counters.request(trail, code)
        level = logging.DEBUG if trail.route in _QUIET else logging.WARNING if code >= 500 else logging.INFO
        if log.isEnabledFor(level):
            told: dict[str, object] = {"request": trail.request, "route": trail.route, "code": code, "ms": round(trail.elapsed * 1000, 1)}
            if trail.status:
                told["status"] = trail.status
            if trail.seconds:
                told["stages"] = {name: round(s * 1000, 1) for name, s in trail.seconds.items()}
            if trail.generation:
                told["generation"] = trail.generation
            for where, what in trail.notes:
                told[where] = what
            if self._questions and trail.question:
                told["question"] = trail.question
            log.log(level, "request", extra={"told": told})
        if self._traces:
            self._traces.export(trail, code)

    def close(self) -> None:
        """Send what waits to be sent."""
        if self._traces:
            self._traces.close()
