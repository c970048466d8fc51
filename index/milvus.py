"""An index that lies in Milvus: what is known of its documents and counted over them in memory, all else asked for.

Which documents count is told by their states alone, so that readers and writers need not know of each other. A reader looks
at one row (`_TOKEN`) to see whether anything changed, and then at the documents changed since.
"""

import functools
import json
import threading
import time
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from documents.library import READING, corpus_digest
from documents.places import provinces
from documents.resolution import Passage, Resolution
from documents.targets import Target
from index.analysis import fingerprint
from index.embedding import Vectors
from index.errors import IndexError_, MissingIndexError
from index.frequencies import Frequencies
from index.held import Candidates, Wanted
from index.language import Restorer
from index.local import ById
from index.milvus_search import Searcher
from index.milvus_tables import DOCUMENTS, ROW_BITS, VISIBLE, Row, Tables, head_of
from index.rows import Layout, document_of, head_from, passage_of
from index.statistics import Statistics
from index.store import PASSAGE_OPTIONS

FORMAT = 1
TOKEN, MANIFEST, SNAPSHOT = "token", "manifest", "snapshot"
_KEPT_DOCUMENTS, _KEPT_PASSAGES = 256, 8192
_OVERLAP = 600_000  # ms: clocks of machines may differ by this much
_WHOLE_AGAIN = 1800.0  # s after which all documents are looked at again
_COLUMNS = ("key", "document", "digest", "state", "position", "stamp", "head")


@dataclass(frozen=True, slots=True)
class Entry:
    """A document as a reader knows it without reading it."""

    key: int
    document: str
    digest: str
    state: int
    position: int
    head: Row
    """"head" (`index.rows.Head`), "facts", "flags", "file" (name, format, when it was added)."""


class Texts:
    """Documents and passages that were asked for; of each, the last ones are kept. Thread-safe."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._documents: OrderedDict[int, Resolution] = OrderedDict()
        self._passages: OrderedDict[int, Passage | tuple[str, str]] = OrderedDict()
        self._lock = threading.Lock()

    def document(self, key: int) -> Resolution:
        """The document with `key`.

        Raises:
            IndexError_: it isn't there any more, or is broken.
        """
        with self._lock:
            if key in self._documents:
                self._documents.move_to_end(key)
                return self._documents[key]
        found = next(iter(self.read([key])))
        with self._lock:
            _keep(self._documents, key, found, _KEPT_DOCUMENTS)
        return found

    def read(self, keys: Sequence[int]) -> Iterator[Resolution]:
        """Documents by their keys, read anew."""
        for start in range(0, len(keys), 64):
            names = [f"doc/{k}" for k in keys[start : start + 64]]
            blobs = self._tables.blobs(names)
            for name in names:
                if name not in blobs:
                    raise IndexError_(f"{name} is not in the store {self._tables.shown} (any more); ask again")
                raw = json.loads(blobs[name])
                passages = tuple(passage_of(p, raw["document"]["id"]) for p in raw["passages"])
                yield document_of(raw["document"], passages)

    def offer(self, row: int, document: str, body: str) -> None:
        """Keep the passage in Milvus's row `row` as it came with a search."""
        if body:
            with self._lock:
                if row not in self._passages:
                    _keep(self._passages, row, (document, body), _KEPT_PASSAGES)

    def passage(self, row: int) -> Passage:
        """The passage in Milvus's row `row`."""
        with self._lock:
            found = self._passages.get(row)
        if found is None:
            found = self.document(row >> ROW_BITS).passages[row & ((1 << ROW_BITS) - 1)]
        elif not isinstance(found, Passage):
            found = passage_of(json.loads(found[1]), found[0])
        with self._lock:
            _keep(self._passages, row, found, _KEPT_PASSAGES)
        return found


def _keep(kept: OrderedDict[int, Any], key: int, value: Any, most: int) -> None:
    kept[key] = value
    kept.move_to_end(key)
    if len(kept) > most:
        kept.popitem(last=False)


class _Passages(Sequence[Passage]):
    def __init__(self, index: "MilvusIndex", rows: range) -> None:
        self._index, self._rows = index, rows

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, i: int) -> Passage: ...
    @overload
    def __getitem__(self, i: slice) -> "_Passages": ...
    def __getitem__(self, i: int | slice) -> "Passage | _Passages":
        if isinstance(i, slice):
            return _Passages(self._index, self._rows[i])
        return self._index.texts.passage(self._index.searcher.milvus_row(self._rows[int(i)]))


class _Documents(Sequence[Resolution]):
    def __init__(self, texts: Texts, keys: Sequence[int]) -> None:
        self._texts, self._keys = texts, keys

    def __len__(self) -> int:
        return len(self._keys)

    @overload
    def __getitem__(self, i: int) -> Resolution: ...
    @overload
    def __getitem__(self, i: slice) -> tuple[Resolution, ...]: ...
    def __getitem__(self, i: int | slice) -> Resolution | tuple[Resolution, ...]:
        return tuple(self._texts.read(self._keys[i])) if isinstance(i, slice) else self._texts.document(self._keys[i])

    def __iter__(self) -> Iterator[Resolution]:
        return self._texts.read(self._keys)  # going through all of them leaves the kept ones alone


class MilvusIndex:
    """The visible documents of a store at one moment; what `index.held.Index` says of it."""

    def __init__(self, tables: Tables, texts: Texts, entries: Sequence[Entry], statistics: Statistics, manifest: Mapping[str, Any]) -> None:
        self.texts, self.statistics, self.tables = texts, statistics, tables
        self.entries = tuple(sorted((e for e in entries if e.state == VISIBLE), key=lambda e: (e.position, e.key)))
        flags = [np.frombuffer(bytes.fromhex(e.head["flags"]), dtype=np.uint8) for e in self.entries]
        firsts = np.concatenate([[0], np.cumsum([len(f) for f in flags])]).astype(np.int64)
        facts = json.dumps([e.head["facts"] for e in self.entries]).encode()
        all_flags: NDArray[np.uint8] = np.concatenate([np.zeros(0, dtype=np.uint8), *flags])
        self.layout = Layout(tuple(head_from(e.head["head"]) for e in self.entries), firsts, all_flags, facts)
        digest = corpus_digest((e.document, e.digest) for e in self.entries)
        self.manifest: dict[str, Any] = {**manifest, "corpus_digest": digest, "passages": len(all_flags)}
        keys = np.array([e.key for e in self.entries], dtype=np.int64)
        hidden = [e.key for e in entries if e.state != VISIBLE]
        self.searcher = Searcher(tables, texts.offer, self.layout, keys, hidden, statistics, manifest["frozen"])
        self.passages: Sequence[Passage] = _Passages(self, range(len(all_flags)))
        self.documents: Sequence[Resolution] = _Documents(texts, keys.tolist())

    @functools.cached_property
    def frequencies(self) -> Frequencies:
        """In how many passages each term stands."""
        return self.statistics.frequencies()

    @functools.cached_property
    def theme(self) -> frozenset[str]:
        """The terms that every title has."""
        return self.statistics.theme

    @functools.cached_property
    def places(self) -> dict[str, str]:
        """Places that one province's documents alone name -> that province."""
        return self.statistics.learned_places

    @functools.cached_property
    def restorer(self) -> Restorer:
        """Puts diacritics back, with what the documents' words tell."""
        return Restorer(self.statistics.counts(), [*(n for p in provinces() for n in (p.name, *p.aliases)), *self.places])

    @property
    def by_id(self) -> Mapping[str, Resolution]:
        """The documents by their ids; each is read when it is asked for."""
        return ById(self.layout, self.documents)

    def document(self, document_id: str) -> Resolution:
        """The document called `document_id`; KeyError where there is none."""
        return self.documents[self.layout.places[document_id]]

    def candidates(self, wanted: Wanted, vector: Vectors | None) -> Candidates:
        """See `index.held.Index`."""
        return self.searcher.candidates(wanted, vector)

    def targets(self) -> tuple[Target, ...]:
        """The targets of all documents, in their order."""
        blobs = self.tables.blobs([f"targets/{e.key}" for e in self.entries])
        return tuple(Target(**t) for e in self.entries for t in json.loads(blobs.get(f"targets/{e.key}", "[]")))


class Store:
    """A reader of a store. `index` never changes by itself; `refresh` brings another one where anything changed."""

    def __init__(self, store: str) -> None:
        """Open `store`.

        Raises:
            MissingIndexError: nothing was ever put there.
            IndexError_: it can't be reached, or was made by another version; both values are named.
        """
        self.tables = Tables(store)
        self._texts = Texts(self.tables)
        self._entries: dict[int, Entry] = {}
        self._lock = threading.Lock()
        self._open()

    def _open(self) -> None:
        self._token, self._looked, self._newest = self.token(), time.monotonic(), 0
        manifest = read_manifest(self.tables)
        check(manifest, {}, self.tables.shown)
        self._manifest = manifest
        for tries in range(5):  # the counts are being added up by another process
            self._entries = {}
            self._statistics, self._counted = read_snapshot(self.tables)
            try:
                self._update(0)
                break
            except _LostError:
                if tries == 4:
                    raise
        if not self.index.entries:
            raise MissingIndexError(f"there are no documents in the store {self.tables.shown} yet; run: nghiquyet ingest FOLDER --store …")

    def refresh(self) -> bool:
        """Take up what changed since; returns whether anything did.

        Raises:
            IndexError_: the store can't be read; `index` stays as it was.
        """
        with self._lock:
            token = self.token()
            if token == self._token:
                return False
            if time.monotonic() - self._looked > _WHOLE_AGAIN or read_manifest(self.tables) != self._manifest:
                self._open()
                return True
            try:
                self._update(max(0, self._newest - _OVERLAP))
            except _LostError:
                self._open()
            self._token, self._looked = token, time.monotonic()
            return True

    def _update(self, since: int) -> None:
        changed = self.tables.query(DOCUMENTS, f"stamp >= {since}", _COLUMNS)
        entries = dict(self._entries)
        for row in changed:
            known = entries.get(row["key"])
            self._newest = max(self._newest, int(row["stamp"]))
            if known is None or known.state != row["state"] or known.position != row["position"] or known.digest != row["digest"]:
                entries[int(row["key"])] = _entry(row)
        visible = {e.key for e in entries.values() if e.state == VISIBLE}
        coming, going = sorted(visible - self._counted), sorted(self._counted - visible)
        statistics = self._statistics.plus(
            [(s, 1) for s in read_counts(self.tables, coming)] + [(s, -1) for s in read_counts(self.tables, going)]
        )
        self.index = MilvusIndex(self.tables, self._texts, list(entries.values()), statistics, self._manifest)
        self._entries, self._statistics, self._counted = entries, statistics, visible

    @property
    def counted(self) -> frozenset[int]:
        """The keys of the documents that `index.statistics` counts."""
        return frozenset(self._counted)

    @property
    def entries(self) -> Mapping[int, Entry]:
        """All documents by their keys, also those that don't count."""
        return self._entries

    def check_model(self, model: str | None) -> None:
        """Raise an `IndexError_` that names both where questions are embedded by another model (None: by none)."""
        if model is not None:
            check(self._manifest, {"model": model}, self.tables.shown)

    def token(self) -> str:
        """Another one after every change of the documents."""
        return self.tables.blobs([TOKEN]).get(TOKEN, "") if self.tables.there else ""


class _LostError(IndexError_):
    """Counts that were needed have been cleared away meanwhile."""


def _entry(row: Row) -> Entry:
    return Entry(int(row["key"]), row["document"], row["digest"], int(row["state"]), int(row["position"]), head_of(row))


def read_manifest(tables: Tables) -> dict[str, Any]:
    """What the store was made with.

    Raises:
        MissingIndexError: nothing was ever put there.
    """
    found = tables.blobs([MANIFEST]).get(MANIFEST) if tables.there else None
    if found is None:
        raise MissingIndexError(f"there is nothing in the store {tables.shown} yet; run: nghiquyet ingest FOLDER --store …")
    manifest: dict[str, Any] = json.loads(found)
    return manifest


def made_with() -> dict[str, Any]:
    """What a store has to be made with for this program to read it."""
    return {"format": FORMAT, "passage_options": PASSAGE_OPTIONS, "analysis": fingerprint(), "reading": READING}


def check(manifest: Mapping[str, Any], wanted: Mapping[str, Any], shown: str) -> None:
    """Raise an `IndexError_` where a store was made otherwise; both values are named."""
    for name, value in {**made_with(), **wanted}.items():
        if manifest.get(name) != value:
            raise IndexError_(
                f"the store {shown} was made with {name} = {manifest.get(name)!r}, but {value!r} is asked for; "
                "use the version and model it was made with, or another database of the store"
            )


def read_snapshot(tables: Tables) -> tuple[Statistics, set[int]]:
    """The counts that were added up last, and the keys of the documents they count; nothing where there are none."""
    for _ in range(5):  # another process may clear the one that was pointed to
        name = tables.blobs([SNAPSHOT]).get(SNAPSHOT)
        if name is None:
            break
        if (text := tables.blobs([name]).get(name)) is not None:
            raw = json.loads(text)
            return Statistics.from_text(raw["statistics"]), set(raw["keys"])
    return Statistics(), set()


def read_counts(tables: Tables, keys: Iterable[int]) -> Iterator[Statistics]:
    """The counts over each of some documents.

    Raises:
        IndexError_: some are not there.
    """
    asked = list(keys)
    for start in range(0, len(asked), 64):
        names = [f"counts/{k}" for k in asked[start : start + 64]]
        blobs = tables.blobs(names)
        if missing := [n for n in names if n not in blobs]:
            raise _LostError(f"{missing[0]} is not in the store {tables.shown}; run: nghiquyet index --store …")
        yield from (Statistics.from_text(blobs[n]) for n in names)
