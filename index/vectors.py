"""Vectors kept by (model, text digest), so that nothing is embedded twice.

NPZ files, one or several a model (`index.vector_files`), in half precision: it moves a cosine by less than 0.0005 and
halves what ships. The bundled documents' vectors for the default model are package data in this form.

A small library's vectors are one file, written anew where something changed. Of a big one's, only what is new is
written, to a file of its own; it takes in the files before it that are no bigger, so that there are few, and a vector is
written again only when what came after it has doubled.
"""

import hashlib
import re
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index import vector_files
from index.embedding import Embedder, Vectors
from index.vector_files import Halves

_BATCH = 16
_ONE_FILE = 20_000  # vectors up to which they are written anew as a whole
_CHECKPOINT = 60.0  # seconds of embedding after which what is done is written down

Progress = Callable[[int, int], None]
"""Called with (done, total) passages."""
Rows = NDArray[np.int64]


def digest(text: str) -> bytes:
    """16 bytes that stand for `text`."""
    return hashlib.blake2b(text.encode(), digest_size=16).digest()


def file_name(model: str) -> str:
    """The file name of a model's vectors."""
    return re.sub(r"[^a-z0-9]+", "-", model.lower()).strip("-") + ".npz"


@dataclass(frozen=True, slots=True)
class _Block:
    """Vectors that came together: out of one file, or newly embedded."""

    first: int
    """The row of its first vector, counted over all blocks."""
    digests: NDArray[np.uint8]
    vectors: Halves


@dataclass(frozen=True, slots=True)
class _File:
    """A file in the folder and the rows that stand in it."""

    path: Path
    rows: Rows


class VectorCache:
    """Vectors of one model, in memory and in `folder`."""

    def __init__(self, model: str, dimension: int, folder: Path, *, bundled: bool = True) -> None:
        self._dimension = dimension
        self._path = folder / file_name(model)
        self._blocks: list[_Block] = []
        self._row: dict[bytes, int] = {}
        self._files: list[_File] = []
        if bundled:
            self._read(resources.files("index") / "data" / f"vectors-{file_name(model)}")
        for path in self._there():
            rows = self._read(path)
            self._files.append(_File(path, rows))

    def _there(self) -> list[Path]:
        """The model's files, oldest first: `<model>.npz`, then `<model>.<n>.npz`."""
        numbered = re.compile(re.escape(self._path.stem) + r"\.(\d+)\.npz")
        found = [(int(m[1]), p) for p in self._path.parent.glob("*.npz") if (m := numbered.fullmatch(p.name))]
        return [p for p in [self._path, *(p for _, p in sorted(found))] if p.is_file()]

    def _read(self, source: Traversable | Path) -> Rows:
        """Take in what `source` holds; the rows it got. What is broken only costs time: its texts are embedded again."""
        nothing = np.zeros(0, dtype=np.int64)
        try:
            with source.open("rb") as file:
                digests, vectors = vector_files.read(file)
        except vector_files.DamagedError as damaged:
            digests, vectors = damaged.digests, damaged.vectors
        except OSError:
            return nothing
        return self._take(digests, vectors) if vectors.shape[1:] == (self._dimension,) else nothing

    def _take(self, digests: NDArray[np.uint8], vectors: Halves) -> Rows:
        first = self._blocks[-1].first + len(self._blocks[-1].vectors) if self._blocks else 0
        self._blocks.append(_Block(first, digests, vectors))
        joined = digests.tobytes()
        self._row.update((joined[16 * i : 16 * i + 16], first + i) for i in range(len(vectors)))
        return np.arange(first, first + len(vectors))

    def holds(self, text: str) -> bool:
        """Whether there is a vector for `text`."""
        return digest(text) in self._row

    def embed(self, embedder: Embedder, texts: Iterable[str], progress: Progress | None = None) -> Vectors:
        """Passage vectors of `texts`, shape (number of texts, dimension); only those not kept yet are computed."""
        return self.embed_halves(embedder, texts, progress).astype(np.float32)

    def embed_halves(self, embedder: Embedder, texts: Iterable[str], progress: Progress | None = None) -> Halves:
        """As `embed`, in the precision in which they are kept. What took long is written down on the way."""
        keys: list[bytes] = []
        missing: dict[bytes, str] = {}
        for text in texts:
            keys.append(digest(text))
            if keys[-1] not in self._row:
                missing[keys[-1]] = text
        done, total, since = 0, len(missing), time.monotonic()
        batches = iter(missing.items())
        new: list[tuple[bytes, NDArray[np.float16]]] = []
        while batch := list(islice(batches, _BATCH)):
            vectors = embedder.embed([t for _, t in batch], "passage").astype(np.float16)
            new += zip((k for k, _ in batch), vectors, strict=True)
            done += len(batch)
            if time.monotonic() - since > _CHECKPOINT:
                self._append(self._take_new(new))
                new, since = [], time.monotonic()
            if progress:
                progress(done, total)
        if new:
            self._take_new(new)
        return self._gather(np.fromiter((self._row[k] for k in keys), dtype=np.int64, count=len(keys)))[1]

    def _take_new(self, new: list[tuple[bytes, NDArray[np.float16]]]) -> Rows:
        digests = np.frombuffer(b"".join(k for k, _ in new), dtype=np.uint8).reshape(len(new), 16)
        return self._take(digests, np.stack([v for _, v in new]))

    def _gather(self, rows: Rows) -> tuple[NDArray[np.uint8], Halves]:
        """Digests and vectors of `rows`, in their order."""
        digests = np.empty((len(rows), 16), dtype=np.uint8)
        vectors = np.empty((len(rows), self._dimension), dtype=np.float16)
        order = np.argsort(rows, kind="stable")
        ends = np.searchsorted(rows[order], [b.first + len(b.vectors) for b in self._blocks])
        start = 0
        for block, end in zip(self._blocks, ends, strict=True):
            here = order[start:end]
            digests[here], vectors[here] = block.digests[rows[here] - block.first], block.vectors[rows[here] - block.first]
            start = end
        return digests, vectors

    def save(self, keep: Iterable[str] | None = None, path: Path | None = None) -> None:
        """Write the vectors (of the texts in `keep`, or all) to the cache's files or to `path` alone, through temporary files.

        Of a big library, vectors that `keep` has no use for stay until they are the greater part.
        """
        rows = np.unique(np.fromiter((self._row[k] for k in (map(digest, keep) if keep is not None else self._row)), dtype=np.int64))
        if path is not None:
            self._write(path, rows)
            return
        stored = np.concatenate([f.rows for f in self._files]) if self._files else np.zeros(0, dtype=np.int64)
        new, used = np.setdiff1d(rows, stored), len(np.intersect1d(rows, stored))
        unused = len(stored) - used
        if len(rows) > _ONE_FILE and unused <= len(rows):
            if len(new):
                self._append(new)
        elif len(new) or unused or len(self._files) != 1:
            self._write(self._path, rows)
            for file in self._files:
                if file.path != self._path:
                    file.path.unlink(missing_ok=True)
            self._files = [_File(self._path, rows)]

    def _append(self, rows: Rows) -> None:
        """Write `rows` to the last file, together with the files before that are no bigger."""
        taken: list[_File] = []
        while self._files and len(self._files[-1].rows) <= len(rows):
            taken.append(self._files.pop())
            rows = np.concatenate([taken[-1].rows, rows])
        target = taken[-1].path if taken else self._free()
        self._write(target, rows)
        for file in taken[:-1]:
            file.path.unlink(missing_ok=True)
        self._files.append(_File(target, rows))

    def _free(self) -> Path:
        if not self._files:
            return self._path
        last = self._files[-1].path.stem.rpartition(".")[2]
        return self._path.with_name(f"{self._path.stem}.{int(last) + 1 if last.isdigit() else 1}.npz")

    def _write(self, target: Path, rows: Rows) -> None:
        digests, vectors = self._gather(rows)
        order = np.lexsort(digests.T[::-1])
        vector_files.write(target, digests[order], vectors[order])
