"""BM25 over one field of all passages, as posting lists whose scores are worked out when the index is made.

    terms.npy   (t,) uint64     what stands for each term, ascending
    starts.npy  (t + 1,) int64  where each term's postings begin
    rows.npy    (p,) int32      the passages that hold the term, ascending
    scores.npy  (p,) float32    what the term adds to each one's score
    size.npy    (1,) int64      number of passages

A term is stood for by 64 bits of its digest: of a million terms, two fall together once in thirty million indexes, and
then count as one word. So no vocabulary is held in memory, and all files can be mapped.
"""

import functools
import hashlib
from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index import arrays

_K1 = 1.2
_BLOCK = 1 << 16  # passages counted at a time, so that sorting their words stays within some hundred MB
_KEPT = 1 << 14  # terms whose place is kept for each field
_NO_TERM = "∅"  # what a passage without any term holds

Scores = NDArray[np.float32]


@functools.lru_cache(maxsize=1 << 16)
def stand_in(term: str) -> int:
    """The 64 bits of `term`'s digest that stand for it on disk."""
    return int.from_bytes(hashlib.blake2b(term.encode(), digest_size=8).digest(), "little")


@dataclass(frozen=True, slots=True)
class Field:
    """The postings of one field."""

    terms: NDArray[np.uint64]
    starts: NDArray[np.int64]
    rows: NDArray[np.int32]
    scores: Scores
    size: int
    """Number of passages."""
    _runs: dict[str, slice | None] = field(default_factory=dict, compare=False, repr=False)

    def score(self, wanted: Sequence[str]) -> Scores | None:
        """BM25 of every passage for the terms `wanted`, each counted once, shape (size,); None where no term is known."""
        if not len(self.terms):
            return None
        runs = [run for run in map(self._run, dict.fromkeys(wanted)) if run is not None]
        if not runs:
            return None
        total = np.zeros(self.size, dtype=np.float32)
        # All at once, and three times as fast as total[rows] += scores.
        np.add.at(total, np.concatenate([self.rows[r] for r in runs]), np.concatenate([self.scores[r] for r in runs]))
        return total

    def _run(self, term: str) -> slice | None:
        """Where the postings of `term` are, or None where no passage holds it; kept, since the same words are asked again and again."""
        try:
            return self._runs[term]
        except KeyError:
            pass
        digest = np.uint64(stand_in(term))
        place = int(np.searchsorted(self.terms, digest))
        known = place < len(self.terms) and self.terms[place] == digest
        run = slice(int(self.starts[place]), int(self.starts[place + 1])) if known else None
        if len(self._runs) >= _KEPT:
            self._runs.clear()
        self._runs[term] = run
        return run


def load(folder: Path) -> Field:
    """The field that was written to `folder`.

    Raises:
        ValueError, OSError: a file is missing, holds something else, or does not fit the others.
    """
    terms, starts = arrays.load(folder / "terms.npy", np.uint64), arrays.load(folder / "starts.npy", np.int64)
    rows, scores = arrays.load(folder / "rows.npy", np.int32), arrays.load(folder / "scores.npy", np.float32)
    size = arrays.load(folder / "size.npy", np.int64)
    if len(starts) != len(terms) + 1 or len(size) != 1 or not len(rows) == len(scores) == starts[-1]:
        raise ValueError(f"the postings in {folder.name} don't fit each other")
    return Field(terms, starts, rows, scores, int(size[0]))


class Writer:
    """Takes the terms of one passage after the other, then writes their postings."""

    def __init__(self, b: float) -> None:
        """`b`: how much the length of a passage counts, in [0, 1]."""
        self._b = b
        self._ids: dict[str, int] = {}
        self._said = array("I")
        self._lengths = array("I")

    def add(self, terms: Sequence[str]) -> None:
        """The next passage holds `terms`, each as often as it is said."""
        said = terms or [_NO_TERM]
        ids = self._ids
        self._said.extend([ids.setdefault(t, len(ids)) for t in said])
        self._lengths.append(len(said))

    def write(self, folder: Path) -> None:
        """Write the field to `folder`, which is made.

        Raises:
            OSError: it can't be written.
        """
        stand_ins = np.array([stand_in(t) for t in self._ids], dtype=np.uint64)
        terms, place = np.unique(stand_ins, return_inverse=True)
        lengths = np.frombuffer(self._lengths, dtype=np.uint32).astype(np.int64)
        blocks = self._counted(place.astype(np.int64), lengths)
        holders = np.zeros(len(terms), dtype=np.int64)
        for of_term, _, _ in blocks:
            holders += np.bincount(of_term, minlength=len(terms))
        idf = self._idf(holders, len(lengths))
        starts = np.concatenate([[0], np.cumsum(holders)])
        rows, scores = np.empty(starts[-1], dtype=np.int32), np.empty(starts[-1], dtype=np.float32)
        free = starts[:-1].copy()
        average = lengths.mean() if len(lengths) else 1.0
        for of_term, of_row, tf in blocks:
            # Runs of one term each, put behind what the blocks before have filled in.
            held, first, count = np.unique(of_term, return_index=True, return_counts=True)
            target = np.arange(len(of_term)) + np.repeat(free[held] - first, count)
            saturated = tf / (_K1 * ((1 - self._b) + self._b * lengths[of_row] / average) + tf)
            rows[target], scores[target] = of_row, idf[of_term] * saturated
            free[held] += count
        folder.mkdir(parents=True)
        size = np.array([len(lengths)], dtype=np.int64)
        files = {"terms": terms, "starts": starts, "rows": rows, "scores": scores, "size": size}
        for name, values in files.items():
            arrays.save(folder / f"{name}.npy", values)

    def _counted(
        self, place: NDArray[np.int64], lengths: NDArray[np.int64]
    ) -> list[tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]]:
        """For each block of passages (term, passage, how often), by term and then passage."""
        said = np.frombuffer(self._said, dtype=np.uint32)
        ends = np.concatenate([[0], np.cumsum(lengths)])
        blocks = []
        for start in range(0, len(lengths), _BLOCK):
            end = min(start + _BLOCK, len(lengths))
            in_passage = np.repeat(np.arange(start, end), lengths[start:end])
            pairs, tf = np.unique(place[said[ends[start] : ends[end]]] << 32 | in_passage, return_counts=True)
            blocks.append(((pairs >> 32).astype(np.int32), (pairs & 0xFFFFFFFF).astype(np.int32), tf.astype(np.int32)))
        return blocks

    @staticmethod
    def _idf(holders: NDArray[np.int64], size: int) -> NDArray[np.float64]:
        # Lucene's form, which is never negative; kept in single precision as the scores are.
        single: NDArray[np.float32] = np.log(1 + (size - holders + 0.5) / (holders + 0.5)).astype(np.float32)
        return single.astype(np.float64)
