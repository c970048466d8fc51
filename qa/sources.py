"""Where an assistant's documents come from: the library in the data folder, or a store in Milvus that many processes share."""

import contextlib
from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Protocol

from documents.database import FILE, Entry, Library
from documents.resolution import Resolution
from documents.targets import Target
from index.errors import IndexError_
from qa.settings import Settings

if TYPE_CHECKING:
    from index.milvus import MilvusIndex, Store


class Source(Protocol):
    """The documents, as those see them that show them."""

    def stamp(self) -> object:
        """What is another value when something may have changed; cheap, and never raises."""

    def digest(self) -> str:
        """`documents.library.corpus_digest` of the documents as they are now."""

    def documents(self) -> Sequence[Resolution]:
        """The documents in their order."""

    def targets(self) -> tuple[Target, ...]:
        """All targets of all documents."""

    def entries(self) -> Mapping[str, Entry]:
        """What is kept about each document's file, by the documents' ids, in their order."""


class _OfLibrary:
    def __init__(self, settings: Settings) -> None:
        self._data = settings.data

    def stamp(self) -> object:
        return Library(self._data / FILE).stamp()

    def digest(self) -> str:
        return Library(self._data / FILE).digest()

    def documents(self) -> Sequence[Resolution]:
        return Library.open(self._data).documents()

    def targets(self) -> tuple[Target, ...]:
        return Library.open(self._data).targets()

    def entries(self) -> Mapping[str, Entry]:
        return {e.id: e for e in Library.open(self._data).entries()}


class _OfStore:
    def __init__(self, settings: Settings) -> None:
        assert settings.store is not None
        self._address = settings.store
        self._stamp: object = None

    def stamp(self) -> object:
        with contextlib.suppress(IndexError_):  # out of reach for a while: what is known stays
            self._stamp = _opened(self._address).token()
        return self._stamp

    def digest(self) -> str:
        return str(self._index.manifest["corpus_digest"])

    def documents(self) -> Sequence[Resolution]:
        return self._index.documents

    def targets(self) -> tuple[Target, ...]:
        return self._index.targets()

    def entries(self) -> Mapping[str, Entry]:
        found = {}
        for e in self._index.entries:
            file = e.head["file"]
            bundled = file.get("format") == "bundled"
            found[e.document] = Entry(e.document, file.get("name", ""), file.get("format", ""), file.get("added", ""), e.digest, bundled)
        return found

    @property
    def _index(self) -> "MilvusIndex":
        store = _opened(self._address)
        store.refresh()
        return store.index


def source(settings: Settings) -> Source:
    """Where the documents of `settings` come from."""
    return _OfStore(settings) if settings.store else _OfLibrary(settings)


def index_in_store(settings: Settings, model: str | None) -> "MilvusIndex":
    """The index of the documents that are visible in the store now; the connection is kept.

    Raises:
        IndexError_: the store can't be reached, is empty, or was made with another model; both are named.
    """
    assert settings.store is not None
    store = _opened(settings.store)
    store.check_model(model)
    store.refresh()
    return store.index


@cache
def _opened(address: str) -> "Store":
    from index.milvus import Store

    return Store(address)
