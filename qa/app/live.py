"""What the page answers from, exchanged as a whole when the library changes: also when another process changed it."""

import gc
import logging
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

from documents.database import Entry, LibraryError
from documents.resolution import Resolution
from documents.targets import Target
from index.embedding import Embedder
from index.errors import IndexError_
from index.store import Index
from qa.answer import Answer
from qa.app import indicators, samples
from qa.assistant import Assistant, Places, Years
from qa.reception import Reception
from qa.settings import Settings
from qa.sources import source

log = logging.getLogger(__name__)

_LOOK = 1.0  # seconds between two looks at the library's file


class Answering(Protocol):
    """What the page needs of `qa.assistant.Assistant`."""

    @property
    def index(self) -> Index:
        """The documents."""

    @property
    def note(self) -> str | None:
        """A sentence to show where answering is limited."""

    def quoted(self, question: str, history: Sequence[Mapping[str, str]] = (), province: Places = None, year: Years = None) -> Answer:
        """Answer a question as the documents say it, given the turns before it."""

    def writes(self, answer: Answer) -> bool:
        """Whether a language model writes such an answer anew."""

    def written(self, answer: Answer) -> Iterator[str | Answer]:
        """What it writes, piece by piece, and at last the whole."""


@dataclass(frozen=True)
class Holding:
    """An assistant and what else the page shows of the same library. Never changes: a new library is a new holding."""

    assistant: Answering
    digest: str
    targets: tuple[Target, ...]
    entries: Mapping[str, Entry] = field(default_factory=dict)

    @property
    def documents(self) -> Sequence[Resolution]:
        """The documents in the order they were added."""
        return self.assistant.index.documents

    def document(self, document_id: str) -> Resolution | None:
        """The document called so, or None."""
        try:
            return self.assistant.index.document(document_id)
        except KeyError:
            return None

    @cached_property
    def provinces(self) -> tuple[str, ...]:
        """Whose documents there are, in the order of the documents."""
        return tuple(dict.fromkeys(d.province for d in self.documents if d.province))

    @cached_property
    def years(self) -> tuple[int, ...]:
        """The years the targets are set for."""
        return tuple(sorted({t.year for t in self.targets if t.year}))

    @cached_property
    def indicators(self) -> tuple[indicators.Indicator, ...]:
        """The targets, grouped by what they measure."""
        return indicators.grouped(self.targets)

    @cached_property
    def samples(self) -> samples.Samples:
        """Questions this library answers."""
        return samples.of_library(self.documents, self.targets, lambda q: bool(self.assistant.quoted(q).citations))


class Live:
    """The holding in use. `current` is read once per request, so that a request sees one library."""

    def __init__(self, first: Holding, settings: Settings, load: Callable[[Settings], Holding] | None = None) -> None:
        self.current = first
        self.settings = settings
        self.reception = Reception(settings)
        self.reception.remembering(first.assistant)
        self._load = load or (lambda settings: open_holding(settings, self.current.assistant))
        self._source = source(settings)
        self._loading = threading.Lock()
        self._stopped = threading.Event()
        self._seen = self._source.stamp()

    @property
    def embedder(self) -> Embedder | None:
        """The model in use; None where there is none, or none that is known of."""
        return getattr(self.current.assistant, "embedder", None)

    def refresh(self) -> bool:
        """Take up the library as it is now, if it is another one; returns whether it was. Those who ask meanwhile get the old one.

        Raises:
            LibraryError, IndexError_: the library or its index can't be read; the old holding stays.
        """
        with self._loading:
            self._seen = self._source.stamp()
            if self._source.digest() == self.current.digest:
                return False
            fresh = self._load(self.settings)
            prepare(fresh)
            self.current = fresh
            _let_go()
            return True

    def watch(self) -> None:
        """Look at the library's file every second, in a thread of its own, until `stop`."""
        threading.Thread(target=self._watch, name="library", daemon=True).start()

    def stop(self) -> None:
        """End the watching."""
        self._stopped.set()

    def _watch(self) -> None:
        while not self._stopped.wait(_LOOK):
            if self._source.stamp() == self._seen:
                continue
            try:
                self.refresh()
            except (LibraryError, IndexError_):
                log.exception("the changed library can't be taken up; answering goes on from the one before")


def _let_go() -> None:
    """Free what the states before held, of which nothing else would: what is served is kept out of the looking for garbage
    (`qa.app.server`), and most of a state holds itself. The one that is still being asked goes with the next."""
    if gc.get_freeze_count():
        gc.unfreeze()
        gc.collect()
        gc.freeze()


def open_holding(settings: Settings, like: Answering | None = None) -> Holding:
    """The library of `settings` with an assistant over it, with the models of `like` where it has them.

    Raises:
        LibraryError, IndexError_: see `Assistant.open`.
    """
    return holding_of(Assistant.open(settings, say=log.info, like=like if isinstance(like, Assistant) else None), settings)


def holding_of(assistant: Answering, settings: Settings) -> Holding:
    """`assistant` with the rest of its library."""
    held = source(settings)
    return Holding(assistant, str(assistant.index.manifest["corpus_digest"]), held.targets(), held.entries())


def prepare(holding: Holding) -> None:
    """Work out now what the first visitor would otherwise wait for."""
    _ = holding.samples, holding.indicators, holding.years
