"""The nearest vectors: compared one by one up to `EXACT` of them, by FAISS's inverted lists above.

Up to `EXACT` vectors the file is `IndexFlatIP` (float32). Above, it is an `IndexIVFScalarQuantizer` whose codes are the
vectors in half precision, the very form in which they are kept: what a list holds is compared without loss, and only a
list that is not looked into costs recall. How many are looked into is measured when the index is made.
"""

import errno
import math
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from index.embedding import Vectors

EXACT = 50_000
"""Vectors up to which every one is compared; 8 ms a query, about what the question's own embedding varies by."""
Halves = NDArray[np.float16]
_SEED = 2022
_POINTS, _ROUNDS = 32, 5  # vectors for each list that the lists are found with, and how often; twice of both brings 0.5 % more
_RECALL = 0.985  # of the ten nearest, over the sample
_SAMPLE = 256
_QUESTION = 0.47  # length of the noise: a real question's cosine with its nearest passage is 0.905 in the median
_TOP = 10
_CHUNK = 50_000  # vectors held in single precision at a time
_MAPPED = 64 << 20  # bytes from which on a file of lists is mapped into memory


@dataclass(frozen=True)
class Among:
    """Rows among which to search, ready for FAISS. May be used again, by any thread."""

    count: int
    """How many they are."""
    parameters: Any
    bits: NDArray[np.uint8]
    """What `parameters` point to."""


@dataclass(frozen=True)
class Nearest:
    """Vectors in rows, and what is nearest among them."""

    faiss: Any

    def __len__(self) -> int:
        return int(self.faiss.ntotal)

    @property
    def dimension(self) -> int:
        """Numbers in a vector."""
        return int(self.faiss.d)

    @property
    def exact(self) -> bool:
        """Whether every vector is compared."""
        return not hasattr(self.faiss, "nprobe")

    def among(self, allowed: NDArray[np.bool_] | None = None) -> Among:
        """What `search` needs to know to look among the `allowed` rows alone (None: among all)."""
        count = len(self) if allowed is None else int(np.count_nonzero(allowed))
        # FAISS compares all vectors of a flat index with one question faster where it is given a selector.
        bits = np.packbits(np.ones(len(self), dtype=bool) if allowed is None else allowed, bitorder="little")
        chosen = faiss.IDSelectorBitmap(bits)
        if self.exact:
            return Among(count, faiss.SearchParameters(sel=chosen), bits)
        # The rarer the allowed rows, the more lists to look into for as many of them.
        wanted = self.faiss.nlist if count <= EXACT else math.ceil(self.faiss.nprobe * len(self) / max(1, count))
        probes = min(self.faiss.nlist, wanted)
        return Among(count, faiss.SearchParametersIVF(nprobe=probes, **({} if allowed is None else {"sel": chosen})), bits)

    def search(self, vector: Vectors, k: int, among: Among) -> tuple[NDArray[np.int64], Vectors]:
        """Rows of the `k` nearest to `vector`, shape (d,), and their cosines, best first; of the rows `among` which to look.

        Exact where at most `EXACT` rows are allowed.
        """
        if not among.count:
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32)
        cosines, rows = self.faiss.search(vector.reshape(1, -1), min(k, among.count), params=among.parameters)
        found = rows[0] >= 0
        return rows[0][found], cosines[0][found]

    def cosines(self, rows: NDArray[np.int64], vector: Vectors) -> Vectors:
        """The cosines of some rows."""
        # Row by row: a matrix product adds up in another order for another number of rows.
        found: Vectors = np.einsum("ij,j->i", self.faiss.reconstruct_batch(rows), vector)
        return found


def load(path: Path, size: int) -> Nearest:
    """The vectors in `path`, which should be `size`.

    Raises:
        ValueError: there are other than `size`, or they are of a kind this program does not write.
        RuntimeError: the file is no index of FAISS.
    """
    mapped = path.stat().st_size >= _MAPPED
    found = faiss.read_index(str(path), faiss.IO_FLAG_MMAP if mapped else 0)
    if not isinstance(found, faiss.IndexFlatIP | faiss.IndexIVFScalarQuantizer):
        raise ValueError(f"{path.name} holds an index of the kind {type(found).__name__}")
    if mapped and isinstance(found, faiss.IndexIVFScalarQuantizer):
        # Threads that read ahead of the search cost more than they bring: half of a search's time.
        faiss.downcast_InvertedLists(found.invlists).prefetch_nthread = 0
    if found.ntotal != size:
        raise ValueError(f"{found.ntotal} vectors for {size} passages")
    return Nearest(found)


def write(path: Path, vectors: Halves) -> dict[str, Any]:
    """Write `vectors`, shape (n, d) and each of length 1, to `path`; returns what kind of search they got.

    The same vectors give the same file.

    Raises:
        OSError: it can't be written.
    """
    made, said = _flat(vectors) if len(vectors) <= EXACT else _lists(vectors)
    try:
        faiss.write_index(made, str(path))
    except RuntimeError as error:  # so faiss reports a full disk
        raise OSError(errno.ENOSPC if os.strerror(errno.ENOSPC) in str(error) else errno.EIO, str(error)) from error
    return said


def _flat(vectors: Halves) -> tuple[Any, dict[str, Any]]:
    flat = faiss.IndexFlatIP(vectors.shape[1])
    flat.add(vectors.astype(np.float32))
    return flat, {"kind": "flat"}


def _lists(vectors: Halves) -> tuple[Any, dict[str, Any]]:
    n, d = vectors.shape
    random = np.random.default_rng(_SEED)
    lists = 1 << max(4, round(math.log2(4 * math.sqrt(n))))
    coarse = faiss.IndexFlatIP(d)
    # By residual, codes would lose digits to the centroid's rounding.
    made = faiss.IndexIVFScalarQuantizer(coarse, d, lists, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT, False)
    made.cp.seed, made.cp.niter, made.cp.max_points_per_centroid = _SEED, _ROUNDS, _POINTS
    made.cp.min_points_per_centroid = 1
    chosen = np.sort(random.choice(n, min(n, lists * _POINTS), replace=False))
    made.train(vectors[chosen].astype(np.float32))
    for chunk in _chunks(vectors):
        made.add(chunk)
    made.set_direct_map_type(faiss.DirectMap.Array)
    probes, recall = _tune(made, vectors, random)
    made.nprobe = probes
    return made, {"kind": "lists", "lists": lists, "probes": probes, "recall": round(recall, 4)}


def _tune(made: Any, vectors: Halves, random: np.random.Generator) -> tuple[int, float]:
    """The fewest lists, in steps of half as many again, that bring `_RECALL`, and what they bring.

    Asked are passages' vectors with noise, as far from them as questions are.
    """
    asked = vectors[np.sort(random.choice(len(vectors), _SAMPLE))].astype(np.float32)
    asked += random.standard_normal(asked.shape, dtype=np.float32) * np.float32(_QUESTION / math.sqrt(asked.shape[1]))
    asked /= np.linalg.norm(asked, axis=1, keepdims=True)
    wanted = exact_bound(_chunks(vectors), asked, _TOP)
    probes = 1
    while True:
        cosines, _ = made.search(asked, _TOP, params=faiss.SearchParametersIVF(nprobe=probes))
        recall = float(np.mean(cosines >= wanted[:, None] - 1e-6))
        if recall >= _RECALL or probes >= made.nlist:
            return probes, recall
        probes = min(made.nlist, math.ceil(1.5 * probes))


def _chunks(vectors: Halves) -> Iterator[Vectors]:
    return (vectors[start : start + _CHUNK].astype(np.float32) for start in range(0, len(vectors), _CHUNK))


def exact_bound(chunks: Iterable[Vectors], asked: Vectors, k: int) -> Vectors:
    """The cosine of the `k`-th nearest of all vectors in `chunks` to each vector of `asked`, shape (q,): all are compared."""
    best = np.full((len(asked), k), -np.inf, dtype=np.float32)
    for chunk in chunks:
        best = np.partition(np.hstack([best, asked @ chunk.T]), -k, axis=1)[:, -k:]
    return np.asarray(best.min(axis=1), dtype=np.float32)
