"""The one way in for questions from outside the process: the page, HTTP and MCP ask here.

An answer that is known or under way is taken from there (`qa.caching`); else the question waits its turn (`qa.desk`). What became of it is
counted, logged and traced (`qa.observing`).
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from concurrent.futures import TimeoutError as NotInTimeError
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Protocol, TypeVar

from index.store import Index
from qa.answer import Answer, Status
from qa.caching import Memory, Remembering, generation
from qa.desk import Desk, TurnedAwayError
from qa.masking import masked
from qa.observing import Observer
from qa.settings import Settings
from qa.stages import Trail

_GRACE = 1.0  # seconds after the time limit in which a model that was broken off may still be replaced by its quotes
T = TypeVar("T")
Piece = Callable[[str], None]
Work = Callable[[], Iterable[str | Answer]]


class _Assistant(Protocol):
    @property
    def index(self) -> Index: ...


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with all that its answer depends on beside the library, the models and the day."""

    question: str
    history: tuple[tuple[str, str], ...] = ()
    """(role, content) of the turns before."""
    provinces: Any = None
    years: Any = None
    sort: str = ""
    """Answers of another sort to the same question are kept apart."""

    @classmethod
    def of(cls, question: str, history: Sequence[Mapping[str, str]], provinces: Any = None, years: Any = None, sort: str = "") -> "Asked":
        """From what an assistant is given."""
        turns = tuple((str(t.get("role", "")), str(t.get("content", ""))) for t in history)
        return cls(question, turns, _fixed(provinces), _fixed(years), sort)


def _fixed(given: Any) -> Any:
    return given if given is None or isinstance(given, str | int) else tuple(given)


class Reception:
    """Answers over whatever assistant it is handed with a question. Thread-safe."""

    def __init__(self, settings: Settings, observer: Observer | None = None) -> None:
        self.settings = settings
        self.desk = Desk(settings.worker_count, settings.queue, settings.time_limit)
        self.observer = observer or Observer(settings)
        self.observer.counters.watch_queue(lambda: self.desk.waiting, lambda: self.desk.under_way)
        self._answers: Memory[Answer] = Memory(settings.cache)

    def remembering(self, assistant: Any) -> None:
        """Let `assistant` remember the vectors of the last questions, where the settings allow it."""
        embedder = getattr(assistant, "embedder", None)
        if self.settings.cache and embedder is not None and not isinstance(embedder, Remembering):
            assistant.embedder = Remembering(embedder, self.settings.cache)

    @contextlib.contextmanager
    def request(self, route: str) -> Iterator[Trail]:
        """A request's trail, observed when it is over."""
        trail = Trail(route)
        code = 500
        try:
            yield trail
            code = 200
        except TurnedAwayError as away:
            code = away.code
            raise
        finally:
            self.observer.done(trail, code)

    def ask(self, assistant: _Assistant, asked: Asked, work: Work, trail: Trail) -> Answer:
        """The answer, waited for in this thread.

        Args:
            assistant: whose index the answer is of.
            work: gives the pieces of the answer and at last the whole; its exceptions are passed on.

        Raises:
            TurnedAwayError: it is not answered, for the reason the error says.
        """
        with _telling(trail):
            try:
                answer = self._take(assistant, asked, work, trail, None).result(self.desk.seconds + _GRACE)
            except NotInTimeError:
                raise TurnedAwayError("too_slow") from None
        return self._noted(answer, trail)

    async def answer(self, assistant: _Assistant, asked: Asked, work: Work, trail: Trail) -> Answer:
        """`ask`, for those who must not wait in their thread."""
        with _telling(trail):
            answer = await self._soon(self._take(assistant, asked, work, trail, None))
        return self._noted(answer, trail)

    async def stream(self, assistant: _Assistant, asked: Asked, work: Work, trail: Trail) -> AsyncIterator[str | Answer]:
        """The pieces of the answer as they come, and the answer last; all at once where it is known. Raises as `ask`."""
        loop = asyncio.get_running_loop()
        pieces: asyncio.Queue[str | None] = asyncio.Queue()

        def put(piece: str | None) -> None:
            with contextlib.suppress(RuntimeError):  # the loop has ended: nobody reads on
                loop.call_soon_threadsafe(pieces.put_nowait, piece)

        with _telling(trail):
            future = self._take(assistant, asked, work, trail, put)
            future.add_done_callback(lambda _: put(None))
            ends = loop.time() + self.desk.seconds + _GRACE
            shown = False
            try:
                while (piece := await asyncio.wait_for(pieces.get(), ends - loop.time())) is not None:
                    shown = True
                    yield piece
            except TimeoutError:
                raise TurnedAwayError("too_slow") from None
            answer = self._noted(future.result(), trail)
        if not shown:
            yield answer.text
        yield answer

    async def worked(self, work: Callable[[], T], trail: Trail) -> T:
        """What `work` gives that takes a worker's time and is no answer, as a search. Raises as `ask`."""
        with _telling(trail):
            return await self._soon(self.desk.submit(work, trail))

    def close(self) -> None:
        """Take no more; see `Desk.close`."""
        self.desk.close()

    def finish(self) -> int:
        """Wait for what is under way, as long as the settings say; returns how many were not done by then."""
        return self.desk.finish(self.settings.stop_seconds)

    def _take(self, assistant: _Assistant, asked: Asked, work: Work, trail: Trail, put: Piece | None) -> "Future[Answer]":
        trail.generation = generation(assistant.index.manifest)
        if self.settings.log_questions:
            trail.question = masked(asked.question)
        key = (trail.generation, date.today(), asked)

        def whole() -> Answer:
            for piece in work():
                if isinstance(piece, Answer):
                    # Its trace holds on to all that was found; only whether it is made of units matters on.
                    return replace(piece, trace={"units": ()} if "units" in piece.trace else {})
                if put is not None:
                    put(piece)
            raise RuntimeError("an answer had no end")

        future, came = self._answers.take(key, lambda: self.desk.submit(whole, trail), _worth)
        if came:
            trail.notes.append(("answers", came))
        return future

    async def _soon(self, future: "Future[T]") -> T:
        coming = asyncio.wrap_future(future)
        # Looked at in any case, or asyncio would log it with all it says.
        coming.add_done_callback(lambda done: done.cancelled() or done.exception())
        try:
            # Shielded: others may wait for the same.
            return await asyncio.wait_for(asyncio.shield(coming), self.desk.seconds + _GRACE)
        except TimeoutError:
            raise TurnedAwayError("too_slow") from None

    def _noted(self, answer: Answer, trail: Trail) -> Answer:
        trail.status = str(answer.status)
        if ("answers", "hit") in trail.notes or ("answers", "shared") in trail.notes:
            answer = replace(answer, latency_ms=trail.elapsed * 1000)
        self.observer.counters.answer(answer)
        return answer


def _worth(answer: Answer) -> bool:
    """Whether an answer is to be given again: not where something failed that may do better next time."""
    return answer.status is not Status.ERROR and not (answer.written and answer.written.failure)


@contextlib.contextmanager
def _telling(trail: Trail) -> Iterator[None]:
    """Note on `trail` where it is turned away."""
    try:
        yield
    except TurnedAwayError as away:
        trail.notes.append(("turned_away", away.reason))
        raise
