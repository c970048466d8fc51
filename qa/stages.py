"""What a request goes through, timed: the stages of answering note themselves here, and a time limit is kept between them.

Where nobody watches (the command line, evaluation) a stage costs next to nothing.
"""

import contextlib
import time
import uuid
from collections.abc import Iterable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TypeVar

STAGES = ("queue", "understanding", "embedding", "search", "composition", "guard", "model")
T = TypeVar("T")
_END = object()


class TimeUpError(Exception):
    """The time limit of a request is over; raised where its next stage would begin."""


@dataclass(slots=True)
class Span:
    """A stretch of time that a stage took, in nanoseconds since the epoch."""

    name: str
    start: int
    end: int


@dataclass(slots=True)
class Trail:
    """What is noted of one request. Numbers and names of ours, never what was asked unless the operator opted in."""

    route: str
    request: str = field(default_factory=lambda: uuid.uuid4().hex)
    started: int = field(default_factory=time.time_ns)
    deadline: float | None = None
    """On `time.monotonic`'s clock; None for no limit."""
    seconds: dict[str, float] = field(default_factory=dict)
    """Stage -> its own seconds: what another stage inside it takes counts there alone."""
    spans: list[Span] = field(default_factory=list)
    status: str = ""
    """Of the answer; "" where there is none."""
    generation: str = ""
    notes: list[tuple[str, str]] = field(default_factory=list)
    """(where, what became of it): ("guard", kept | trimmed | refused), and ("answers" or "embeddings", hit | shared | miss), where
    shared is with an equal question under way; ("turned_away", busy | stopping | too_slow)."""
    question: str = ""
    """Masked, and only where the operator opted in."""
    parent: str = ""
    """The `traceparent` that came with the request."""
    _inner: float = 0.0

    @property
    def elapsed(self) -> float:
        """Seconds since it began."""
        return (time.time_ns() - self.started) / 1e9

    def add(self, name: str, seconds: float) -> None:
        """Note that stage `name` took `seconds` up to now."""
        self.seconds[name] = self.seconds.get(name, 0.0) + seconds
        now = time.time_ns()
        self.spans.append(Span(name, now - int(seconds * 1e9), now))

    def check(self) -> None:
        """Raise TimeUpError, once, when the time limit is over."""
        if self.deadline is not None and time.monotonic() > self.deadline:
            self.deadline = None  # what catches it has the time to say something
            raise TimeUpError


_current: ContextVar[Trail | None] = ContextVar("trail", default=None)


@contextlib.contextmanager
def watched(trail: Trail) -> Iterator[None]:
    """Note the stages of what runs inside on `trail`."""
    token = _current.set(trail)
    try:
        yield
    finally:
        _current.reset(token)


@contextlib.contextmanager
def stage(name: str) -> Iterator[None]:
    """The stage `name` of the request under way.

    Raises:
        TimeUpError: its time limit is over.
    """
    trail = _current.get()
    if trail is None:
        yield
        return
    trail.check()
    outer, trail._inner = trail._inner, 0.0
    began, start = time.perf_counter(), time.time_ns()
    try:
        yield
    finally:
        took = time.perf_counter() - began
        trail.seconds[name] = trail.seconds.get(name, 0.0) + took - trail._inner
        trail._inner = outer + took
        last = trail.spans[-1] if trail.spans else None
        if last is not None and last.name == name and last.start < start:
            last.end = start + int(took * 1e9)  # a model's many pieces are one stretch
        else:
            trail.spans.append(Span(name, start, start + int(took * 1e9)))


def staged(name: str, pieces: Iterable[T]) -> Iterator[T]:
    """`pieces`, of which the waiting for each one counts for stage `name`."""
    coming = iter(pieces)
    while True:
        with stage(name):
            piece = next(coming, _END)
        if piece is _END:
            return
        yield piece  # type: ignore[misc]


def noted(where: str, what: str) -> None:
    """Note on the request under way what became of something; see `Trail.notes`."""
    trail = _current.get()
    if trail is not None:
        trail.notes.append((where, what))
