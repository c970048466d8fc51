"""Putting documents into Milvus: written first, seen afterwards, and never embedded twice.

A document is written under a key told from its file's digest, in an order that may break off anywhere: its row with the state
`IN_WORK`, its passages batch by batch as they are embedded, its texts and counts, and last its state `VISIBLE`. Who takes it up
again finds the passages that are there by the digests of their texts and goes on behind them.
"""

import dataclasses
import hashlib
import json
import secrets
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from documents.library import bundled
from documents.resolution import Resolution
from documents.targets import targets_of
from index.embedding import Embedder
from index.errors import IndexError_, MissingIndexError
from index.mending import searched
from index.milvus import MANIFEST, SNAPSHOT, TOKEN, Store, Texts, check, made_with, read_manifest
from index.milvus_tables import (
    DOCUMENTS,
    IN_WORK,
    KEY_BITS,
    PASSAGES,
    REMOVED,
    ROW_BITS,
    VISIBLE,
    Row,
    Tables,
    any_of,
    both,
    quoted,
    stamp,
)
from index.rows import document_json, facts_of, flags_of, passage_json
from index.rows import head_of as head_of_document
from index.statistics import Statistics, Words, counted, packed
from index.store import embedded_text, heading_text, lexical_texts
from index.vectors import VectorCache, digest

BATCH = 64
"""Passages embedded and written at a time: what a killed worker may lose."""
_LONGEST_BODY = 60_000  # bytes of a passage beside its row; longer ones are read with their document
_CLEARED_AFTER = 3_600_000  # ms that what is left of a removed document stays, for readers that counted it

Progress = Callable[[int, int], None]


class Writer:
    """Writes documents to one store. Any number may write at the same time, in as many processes."""

    def __init__(self, store: str, embedder: Embedder | None, *, vectors: str = "FLAT") -> None:
        """Open `store` for writing, and make its collections if there are none; `vectors`: how Milvus is to index them.

        Raises:
            IndexError_: it can't be reached, or was made otherwise.
        """
        self.tables = Tables(store)
        self._embedder = embedder
        try:
            self._manifest = read_manifest(self.tables)
        except MissingIndexError:
            self.tables.create(embedder.dimension if embedder else 2, vectors)
            # The average lengths are those of the documents that ship; how far off they are is told by `Store`'s statistics.
            averages = Statistics().plus((statistics_of(d)[0], 1) for d in bundled()).averages
            model = {"model": embedder.name if embedder else None, "dimension": embedder.dimension if embedder else None}
            self._manifest = {**made_with(), **model, "frozen": [list(averages)]}
            self.tables.write_blob(MANIFEST, json.dumps(self._manifest))
        check(self._manifest, {"model": embedder.name if embedder else None}, self.tables.shown)
        # Without a folder: the vectors that ship, and nothing that has to be read for each document.
        self._kept: VectorCache | None = None

    def holds(self, digests: Sequence[str]) -> set[str]:
        """Those of some files' digests whose documents are visible."""
        rows = self.tables.get(DOCUMENTS, [key_of(d) for d in digests], ["digest", "state"])
        return {r["digest"] for r in rows if r["state"] == VISIBLE}

    def named(self, document_id: str) -> str | None:
        """The digest of the visible document called `document_id`."""
        condition = both(f"document == {quoted(document_id)}", f"state == {VISIBLE}")
        return next((r["digest"] for r in self.tables.query(DOCUMENTS, condition, ["digest"])), None)

    def last_position(self) -> int:
        """The position of the last document, 0 without any."""
        return max((int(r["position"]) for r in self.tables.query(DOCUMENTS, "position > 0", ["position"])), default=0)

    def add(
        self, document: Resolution, position: int, file: Mapping[str, Any], progress: Progress | None = None, *, instead: bool = False
    ) -> bool:
        """Write `document` and let it be seen; False where it was there already.

        Args:
            position: where it stands among the documents.
            file: what is told of its file: "name", "format", "added".
            instead: a document of this id that is there with another text is seen no more, from the moment that this one is seen.

        Raises:
            IndexError_: the store can't be written; what was written stays and is gone on from.
        """
        key = key_of(document.digest)
        there = self.tables.get(DOCUMENTS, [key], ["digest", "state"])
        if there and there[0]["state"] == VISIBLE:
            return False
        mended = searched(document)
        if len(mended.passages) >> ROW_BITS:
            raise IndexError_(f"{document.id} has {len(mended.passages)} passages; a document in the store may have {(1 << ROW_BITS) - 1}")
        row = self._row(key, document, position, file)
        self.tables.upsert(DOCUMENTS, [{**row, "state": IN_WORK}])
        statistics, words = statistics_of(document)
        self._write_passages(key, document, mended, words, progress, begun=bool(there))
        raw = {"document": document_json(document), "passages": [passage_json(p) for p in document.passages]}
        self.tables.write_blob(f"doc/{key}", json.dumps(raw, ensure_ascii=False))
        self.tables.write_blob(f"targets/{key}", json.dumps([dataclasses.asdict(t) for t in targets_of(document)], ensure_ascii=False))
        self.tables.write_blob(f"counts/{key}", statistics.to_text())
        old = [r for r in self._visible(document.id) if int(r["key"]) != key] if instead else []
        hidden = self._hidden(old)
        self.tables.upsert(DOCUMENTS, [{**row, "stamp": stamp(), "state": VISIBLE}, *hidden])
        self._changed()
        return True

    def _visible(self, document_id: str) -> list[Row]:
        names = ["key", "document", "digest", "position", "head"]
        found = self.tables.query(DOCUMENTS, both(f"document == {quoted(document_id)}", f"state == {VISIBLE}"), names)
        return [{n: r[n] for n in names} for r in found]

    def _row(self, key: int, document: Resolution, position: int, file: Mapping[str, Any]) -> Row:
        about = {
            "head": dataclasses.astuple(head_of_document(document)),
            "facts": facts_of(document),
            "flags": bytes(flags_of(p) for p in document.passages).hex(),
            "file": dict(file),
        }
        head = packed(json.dumps(about, ensure_ascii=False))
        return {"key": key, "document": document.id, "digest": document.digest, "position": position, "stamp": stamp(), "head": head}

    def _write_passages(
        self, key: int, document: Resolution, mended: Resolution, words: Sequence[Words], progress: Progress | None, *, begun: bool
    ) -> None:
        texts = [embedded_text(mended, p) for p in mended.passages]
        digests = [digest(t).hex() for t in texts]
        known = self.tables.query(PASSAGES, f"key == {key}", ["row", "digest", "frozen"]) if begun else []
        newest = len(self._manifest["frozen"]) - 1
        there = {int(r["row"]) & ((1 << ROW_BITS) - 1): r["digest"] for r in known if int(r["frozen"]) == newest}
        missing = [n for n, d in enumerate(digests) if there.get(n) != d]
        for start in range(0, len(missing), BATCH):
            batch = missing[start : start + BATCH]
            vectors = self._embed([texts[n] for n in batch])
            self.tables.upsert(
                PASSAGES,
                [
                    self._passage(key, document, n, words[n]) | {"vector": vector, "digest": digests[n], "frozen": newest}
                    for n, vector in zip(batch, vectors, strict=True)
                ],
            )
            if progress:
                progress(len(texts) - len(missing) + start + len(batch), len(texts))
        # What an earlier reading of the file left behind.
        if any(n >= len(texts) for n in there):
            self.tables.delete(PASSAGES, f"row >= {(key << ROW_BITS) + len(texts)} and row < {(key + 1) << ROW_BITS}")

    def _embed(self, texts: Sequence[str]) -> list[list[float]]:
        if self._embedder is None:
            return [[1.0, 0.0]] * len(texts)
        if self._kept is None:
            self._kept = VectorCache(self._embedder.name, self._embedder.dimension, Path(tempfile.gettempdir()) / "nghiquyet-no-vectors")
        # In the precision in which an index on disk keeps them, so that both find the same.
        missing = [t for t in dict.fromkeys(texts) if not self._kept.holds(t)]
        new = dict(zip(missing, self._embedder.embed(missing, "passage").astype(np.float16), strict=True)) if missing else {}
        kept = self._kept.embed_halves(self._embedder, [t for t in texts if t not in new])
        rest = iter(kept)
        return [(new[t] if t in new else next(rest)).astype(np.float32).tolist() for t in texts]

    def _passage(self, key: int, document: Resolution, n: int, words: Words) -> Row:
        body = json.dumps(passage_json(document.passages[n]), ensure_ascii=False)
        issued = (document.issued or "")[:4]
        return {
            "row": key << ROW_BITS | n,
            "key": key,
            "province": document.province,
            "document": document.id,
            "year": int(issued) if issued.isdigit() else 0,
            "length": words.length,
            "heading_length": words.heading_length,
            "words": words.vector(self._manifest["frozen"][-1]),
            "body": body if len(body.encode()) <= _LONGEST_BODY else "",
        }

    def hide(self, document_id: str) -> list[int]:
        """Let the document called `document_id` be seen no more; the keys it had. `clear` takes away what is left.

        Raises:
            IndexError_: there is no such document.
        """
        rows = self._visible(document_id)
        if not rows:
            raise IndexError_(f"no document is called {document_id!r} in the store {self.tables.shown}; they are told by: nghiquyet list")
        self.tables.upsert(DOCUMENTS, self._hidden(rows))
        self._changed()
        return [int(r["key"]) for r in rows]

    def _hidden(self, rows: Sequence[Row]) -> list[Row]:
        """Rows of documents as they are when these are seen no more; their counts are there then, to be taken away."""
        keys = [int(r["key"]) for r in rows]
        for key, document in zip(keys, Texts(self.tables).read(keys), strict=True):
            self.tables.write_blob(f"counts/{key}", statistics_of(document)[0].to_text())
        return [{**r, "state": REMOVED, "stamp": stamp()} for r in rows]

    def clear(self, keys: Sequence[int]) -> None:
        """Delete the passages and texts of documents that are hidden; their counts stay for who counted them in."""
        for key in keys:
            self.tables.delete(PASSAGES, f"key == {key}")
            self.tables.delete_blobs([f"doc/{key}", f"targets/{key}"])

    def settle(self) -> None:
        """Add up what is counted, so that readers open fast, and have Milvus put what was written into segments."""
        store = Store(self.tables.store)
        name = f"{SNAPSHOT}/{secrets.token_hex(8)}"
        before = self.tables.blobs([SNAPSHOT]).get(SNAPSHOT)
        text = json.dumps({"keys": sorted(store.counted), "statistics": store.index.statistics.to_text()})
        self.tables.write_blob(name, text)
        self.tables.write_blob(SNAPSHOT, name)
        if before:
            self.tables.delete_blobs([before])
        long_gone = both(f"state == {REMOVED}", f"stamp < {stamp() - _CLEARED_AFTER}")
        cleared = {int(r["key"]) for r in self.tables.query(DOCUMENTS, long_gone, ["key"])}
        # What the snapshot counts is worked out anew when it has to be taken away: it is most of what a document takes.
        self.tables.delete_parts("counts/", cleared | store.counted)
        if cleared:
            self.tables.delete(DOCUMENTS, any_of("key", sorted(cleared)))
        self.tables.flush()

    def refreeze(self, progress: Progress | None = None) -> None:
        """Work out the weights of all words anew with the average lengths of now; nothing is embedded.

        Readers go on meanwhile: each passage says what its weights were worked out with.
        """
        store = Store(self.tables.store)
        self._manifest = {**self._manifest, "frozen": [*self._manifest["frozen"], list(store.index.statistics.averages)]}
        self.tables.write_blob(MANIFEST, json.dumps(self._manifest))
        self._changed()
        newest = len(self._manifest["frozen"]) - 1
        for done, entry in enumerate(store.index.entries, start=1):
            document = store.index.document(entry.document)
            _, words = statistics_of(document)
            # By their keys: Milvus Lite goes through all passages for any other condition.
            all_rows = [entry.key << ROW_BITS | n for n in range(len(words))]
            for start in range(0, len(all_rows), BATCH):
                made = []
                for r in self.tables.get(PASSAGES, all_rows[start : start + BATCH], ["row", "vector", "digest"]):
                    n = int(r["row"]) & ((1 << ROW_BITS) - 1)
                    kept = {"vector": r["vector"], "digest": r["digest"], "frozen": newest}
                    made.append(self._passage(entry.key, document, n, words[n]) | kept)
                self.tables.upsert(PASSAGES, made)
            if progress:
                progress(done, len(store.index.entries))

    def _changed(self) -> None:
        self.tables.write_blob(TOKEN, secrets.token_hex(8))


def key_of(file_digest: str) -> int:
    """The key of the document that came as a file with this SHA-256."""
    return int(hashlib.sha256(file_digest.encode()).hexdigest()[:16], 16) >> (64 - KEY_BITS)


def statistics_of(document: Resolution) -> tuple[Statistics, list[Words]]:
    """The counts over a document, and the words of its passages."""
    passages = searched(document).passages
    return counted(document, lexical_texts(passages), [heading_text(p) for p in passages])
