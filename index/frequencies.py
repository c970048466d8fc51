"""In how many passages each term stands, be it in the text or in the headings: what tells a rare word from an everyday one.

    terms.npy   (t,) uint64   what stands for each term (`index.lexical.stand_in`), ascending
    counts.npy  (t,) int32    the passages that hold it

Counted when the index is made and looked up on disk, so that nobody has to read all passages to weigh a word.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index import arrays
from index.lexical import stand_in


@dataclass(frozen=True, slots=True)
class Frequencies:
    """The terms of a library and how many passages hold each."""

    terms: NDArray[np.uint64]
    counts: NDArray[np.int32]

    def of(self, term: str) -> int:
        """The number of passages that hold `term` ("~" before a folded one, as in `index.analysis.term_set`)."""
        digest = np.uint64(stand_in(term))
        place = int(np.searchsorted(self.terms, digest))
        return int(self.counts[place]) if place < len(self.terms) and self.terms[place] == digest else 0


class Writer:
    """Takes the terms of one passage after the other, then writes how many passages hold each."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()

    def add(self, terms: Iterable[str]) -> None:
        """The next passage holds `terms`, none of them twice."""
        self._counts.update(terms)

    def write(self, folder: Path) -> None:
        """Write them to `folder`, which is made.

        Raises:
            OSError: it can't be written.
        """
        digests = np.fromiter(map(stand_in, self._counts), dtype=np.uint64, count=len(self._counts))
        counts = np.fromiter(self._counts.values(), dtype=np.int32, count=len(self._counts))
        terms, place = np.unique(digests, return_inverse=True)
        together = np.zeros(len(terms), dtype=np.int32)
        np.add.at(together, place, counts)
        folder.mkdir(parents=True)
        arrays.save(folder / "terms.npy", terms)
        arrays.save(folder / "counts.npy", together)


def load(folder: Path) -> Frequencies:
    """The frequencies that were written to `folder`.

    Raises:
        ValueError, OSError: a file is missing, holds something else, or does not fit the other.
    """
    terms, counts = arrays.load(folder / "terms.npy", np.uint64), arrays.load(folder / "counts.npy", np.int32)
    if len(terms) != len(counts):
        raise ValueError(f"the frequencies in {folder.name} don't fit each other")
    return Frequencies(terms, counts)
