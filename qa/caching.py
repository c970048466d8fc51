"""What was worked out already: a bounded memory in which equal work under way is done once."""

import hashlib
import json
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping, Sequence
from concurrent.futures import Future
from typing import Any, Generic, TypeVar

from documents.normalise import nfc
from index.embedding import Embedder, Kind, Vectors
from qa.stages import noted

V = TypeVar("V")
_LONGEST = 2000  # characters of a text whose vector is kept
_MADE_OF = ("format", "model", "dimension", "vectors", "passage_options", "analysis", "corpus_digest")


def generation(manifest: Mapping[str, Any]) -> str:
    """A name for an index by its manifest: equal for those that were made of the same documents in the same way only."""
    made_of = json.dumps([manifest.get(name) for name in _MADE_OF], sort_keys=True)
    return hashlib.sha256(made_of.encode()).hexdigest()[:16]


class Memory(Generic[V]):
    """The last `most` values by key, and those under way. With `most` = 0 it keeps and shares nothing. Thread-safe."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._kept: OrderedDict[Hashable, V] = OrderedDict()
        self._under_way: dict[Hashable, Future[V]] = {}

    def __len__(self) -> int:
        return len(self._kept)

    def take(self, key: Hashable, start: Callable[[], Future[V]], worth: Callable[[V], bool] = lambda _: True) -> tuple[Future[V], str]:
        """A future of the value, and how it came: "hit" (known), "shared" (under way) or "miss" ("" where nothing is kept).

        Args:
            start: begins the work; what it raises is passed on, and nothing is remembered then.
            worth: whether a value is to be kept.
        """
        if not self._most:
            return start(), ""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                known: Future[V] = Future()
                known.set_result(self._kept[key])
                return known, "hit"
            if key in self._under_way:
                return self._under_way[key], "shared"
            work = start()
            self._under_way[key] = work
        work.add_done_callback(lambda done: self._done(key, done, worth))  # outside the lock: it may be done by now
        return work, "miss"

    def _done(self, key: Hashable, work: "Future[V]", worth: Callable[[V], bool]) -> None:
        with self._lock:
            self._under_way.pop(key, None)
            if work.cancelled() or work.exception() is not None or not worth(work.result()):
                return
            self._kept[key] = work.result()
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)


class Remembering:
    """An embedder that remembers the vectors of the last questions."""

    def __init__(self, embedder: Embedder, most: int) -> None:
        self.name = embedder.name
        self.dimension = embedder.dimension
        self._embedder = embedder
        self._memory: Memory[Vectors] = Memory(most)

    def embed(self, texts: Sequence[str], kind: Kind) -> Vectors:
        """See `Embedder.embed`."""
        if kind != "query" or len(texts) != 1 or len(texts[0]) > _LONGEST:
            return self._embedder.embed(texts, kind)
        own: Future[Vectors] = Future()
        future, came = self._memory.take(nfc(texts[0]), lambda: own)
        if future is own:
            try:
                vectors = self._embedder.embed(texts, kind)
                vectors.setflags(write=False)  # many read it
                own.set_result(vectors)
            except BaseException as error:
                own.set_exception(error)
                raise
        if came:
            noted("embeddings", came)
        return future.result()
