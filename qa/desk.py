"""Where questions wait for their turn: a few workers, a bounded queue before them, a time limit, and an orderly end."""

import math
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

from prompts.loader import text
from qa.stages import TimeUpError, Trail, watched

Reason = Literal["busy", "stopping", "too_slow"]
T = TypeVar("T")
_CODES: dict[Reason, int] = {"busy": 503, "stopping": 503, "too_slow": 504}
_LONGEST_WAIT = 60  # seconds that anybody is told to wait


class TurnedAwayError(Exception):
    """A request that is not worked on (busy, stopping) or no longer (too_slow); the message is a Vietnamese sentence."""

    def __init__(self, reason: Reason, wait: int = 2) -> None:
        super().__init__(text("messages", reason))
        self.reason = reason
        self.code = _CODES[reason]
        self.wait = wait
        """Seconds after which to try again."""


@dataclass(frozen=True, slots=True)
class _Job:
    work: Callable[[], Any]
    future: "Future[Any]"
    trail: Trail
    came: float


class Desk:
    """Runs what is handed in, `workers` at a time, in the order it came. Thread-safe.

    Args:
        workers: threads; they start with the first job and end with the process.
        places: jobs that may wait; more are turned away at once.
        seconds: a job's time limit, waiting counted in.
    """

    def __init__(self, workers: int, places: int, seconds: float) -> None:
        self.workers = workers
        self.seconds = seconds
        self._places = places
        self._jobs: deque[_Job] = deque()
        self._change = threading.Condition()
        self._started = 0
        self._busy = 0
        self._open = True
        self._usual = 0.1  # seconds of a job, lately

    @property
    def waiting(self) -> int:
        """Jobs in the queue."""
        return len(self._jobs)

    @property
    def under_way(self) -> int:
        """Jobs that a worker is at."""
        return self._busy

    @property
    def open(self) -> bool:
        """Whether jobs are taken."""
        return self._open

    def submit(self, work: Callable[[], T], trail: Trail) -> "Future[T]":
        """A future of what `work` gives; its stages and its waiting are noted on `trail`, which gets its time limit here.

        The future fails with TurnedAwayError where the time limit was over first.

        Raises:
            TurnedAwayError: the queue is full, or the end has begun.
        """
        with self._change:
            if not self._open:
                raise TurnedAwayError("stopping", 5)
            if len(self._jobs) >= self._places and self._busy + len(self._jobs) >= self.workers:
                raise TurnedAwayError("busy", self._wait())
            now = time.monotonic()
            trail.deadline = now + self.seconds
            job = _Job(work, Future(), trail, now)
            self._jobs.append(job)
            if self._started < self.workers and self._busy + len(self._jobs) > self._started:
                self._started += 1
                threading.Thread(target=self._work, name=f"answering-{self._started}", daemon=True).start()
            self._change.notify()
        return job.future

    def close(self) -> None:
        """Take no more jobs; those taken go on."""
        with self._change:
            self._open = False
            self._change.notify_all()

    def finish(self, seconds: float) -> int:
        """Wait until the jobs taken are done, `seconds` at most; returns how many are not."""
        with self._change:
            self._change.wait_for(lambda: not self._jobs and not self._busy, timeout=seconds)
            return len(self._jobs) + self._busy

    def _wait(self) -> int:
        """Seconds until the queue as it is will have been worked off."""
        return max(1, min(_LONGEST_WAIT, math.ceil((len(self._jobs) + self._busy) * self._usual / self.workers)))

    def _work(self) -> None:
        while True:
            with self._change:
                self._change.wait_for(lambda: bool(self._jobs) or not self._open)
                if not self._jobs:
                    return
                job = self._jobs.popleft()
                self._busy += 1
            began = time.monotonic()
            tell = self._done(job)
            with self._change:  # before it is told, or who hears of it and comes again might still find the worker busy
                self._busy -= 1
                self._usual += 0.1 * (time.monotonic() - began - self._usual)
                self._change.notify_all()
            tell()

    def _done(self, job: _Job) -> Callable[[], None]:
        """Do a job; returns what tells of its end."""
        if not job.future.set_running_or_notify_cancel():
            return lambda: None
        waited = time.monotonic() - job.came
        job.trail.add("queue", waited)
        error: BaseException
        try:
            if waited > self.seconds:
                raise TurnedAwayError("busy", self._wait())
            with watched(job.trail):
                value = job.work()
        except TimeUpError:
            error = TurnedAwayError("too_slow")
        except BaseException as raised:
            error = raised
        else:
            return lambda: job.future.set_result(value)
        return lambda: job.future.set_exception(error)
