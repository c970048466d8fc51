"""An index on this disk as it is searched: BM25 of all passages from postings, and FAISS."""

import functools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from documents.resolution import Passage, Resolution
from index import lexical, nearest, rows
from index.embedding import Vectors
from index.frequencies import Frequencies
from index.held import CANDIDATES, FIELD_OF, Candidates, Wanted
from index.language import Restorer
from index.lexical import Scores
from index.nearest import Among

_FILTERS = 64  # provinces and documents asked for, whose rows are kept
_BLOCKS = 4  # times as many blocks of rows as rows are wanted: their best are looked at first when many are picked from


@dataclass(frozen=True)
class _Filtered:
    """The passages of some provinces and documents."""

    all: bool
    rows: NDArray[np.int64]
    """Ascending."""
    near: Among | None


@dataclass(frozen=True)
class LocalIndex:
    """A generation in memory, or mapped into it. `nearest` is None without a model."""

    documents: tuple[Resolution, ...]
    """Of a big library a stand-in for the tuple, like `passages` and each document's own (`index.rows`)."""
    passages: tuple[Passage, ...]
    """Those of all documents in order: row i of vectors and postings is passage i."""
    layout: rows.Layout
    manifest: dict[str, Any]
    nearest: nearest.Nearest | None
    exact: lexical.Field
    folded: lexical.Field
    heading: lexical.Field
    frequencies: Frequencies
    """In how many passages each term of `index.analysis.term_set` stands, headings counted in."""
    theme: frozenset[str]
    """The terms that the title of every document has."""
    restorer: Restorer
    places: dict[str, str]
    """Places that one province's documents alone name -> that province."""

    def document(self, document_id: str) -> Resolution:
        """The document called `document_id`; KeyError where there is none."""
        return self.documents[self.layout.places[document_id]]

    @property
    def by_id(self) -> Mapping[str, Resolution]:
        """The documents by their ids; each is read when it is asked for."""
        return ById(self.layout, self.documents)

    def candidates(self, wanted: Wanted, vector: Vectors | None) -> Candidates:
        """See `index.held.Index`. Words are scored exactly at any size; so are vectors, up to `index.nearest.EXACT` of them and
        under any filter that leaves as few."""
        filtered = self._filters(tuple(wanted.provinces), tuple(wanted.document_ids))
        among = filtered.rows
        if not len(among):
            return Candidates(np.zeros(0, dtype=np.int64), np.zeros(0), {})
        words = {part: getattr(self, FIELD_OF[part]).score(terms) for part, terms in wanted.terms.items()}
        here = {name: scores if scores is None or filtered.all else scores[among] for name, scores in words.items()}
        by_words = among[_best([s for s in here.values() if s is not None], CANDIDATES)]
        found, cosines = self._cosines(vector, filtered.near, by_words)
        place = found if filtered.all else np.searchsorted(among, found)
        return Candidates(found, cosines, {name: _scaled(scores, place) for name, scores in here.items()})

    @functools.cached_property
    def _filters(self) -> Callable[[tuple[str, ...], tuple[str, ...]], _Filtered]:
        # The same places are asked about again and again; of many passages it would take some MB for each.
        return functools.lru_cache(maxsize=_FILTERS if len(self.passages) <= nearest.EXACT else 0)(self._filtered)

    def _filtered(self, provinces: tuple[str, ...], document_ids: tuple[str, ...]) -> _Filtered:
        allowed = self.layout.allowed(provinces, document_ids)
        among = np.arange(len(self.passages)) if allowed is None else np.flatnonzero(allowed)
        return _Filtered(allowed is None, among, self.nearest.among(allowed) if self.nearest is not None else None)

    def _cosines(
        self, vector: Vectors | None, among: Among | None, by_words: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """The rows of the best by words and of the nearest vectors, ascending, and their cosines (0 without vectors)."""
        if vector is None or self.nearest is None or among is None:
            return np.sort(by_words), np.zeros(len(by_words))
        near, similar = self.nearest.search(vector, CANDIDATES, among)
        both = np.concatenate([near, by_words])
        order = np.argsort(both, kind="stable")  # of a row that both have, the nearest's comes first
        ascending = both[order]
        first = np.concatenate([[True], ascending[1:] != ascending[:-1]])
        found, place = ascending[first], order[first]
        beside = place >= len(near)
        cosine = np.zeros(len(found))
        cosine[~beside] = similar[place[~beside]]
        if beside.any():
            cosine[beside] = self.nearest.cosines(found[beside], vector)
        return found, cosine


class ById(Mapping[str, Resolution]):
    """Documents by their ids; each is read when it is asked for."""

    def __init__(self, layout: rows.Layout, documents: Sequence[Resolution]) -> None:
        self._layout, self._documents = layout, documents

    def __getitem__(self, document_id: str) -> Resolution:
        return self._documents[self._layout.places[document_id]]

    def __iter__(self) -> Iterator[str]:
        return iter(self._layout.ids)

    def __len__(self) -> int:
        return len(self._layout.ids)


def _best(scores: Sequence[Scores], k: int) -> NDArray[np.int64]:
    """The `k` places where `scores` add up to most, best first, the first of equal ones; none where they add up to nothing."""
    if not scores:
        return np.zeros(0, dtype=np.int64)
    rough = scores[0].copy()
    for s in scores[1:]:
        rough += s
    least = np.float32(0)
    block = max(1, len(rough) // (_BLOCKS * k))
    blocks = len(rough) // block
    if block > 1:
        # As many blocks have a row at least this good. The margin is wider than what single precision rounds away.
        best_of = rough[: blocks * block].reshape(blocks, block).max(axis=1)
        least = np.partition(best_of, blocks - k)[blocks - k] * np.float32(1 - 1e-5)
    found = np.flatnonzero(rough >= least if least > 0 else rough > 0)
    total = np.zeros(len(found))
    for s in scores:
        total += s[found]
    return found[np.argsort(-total, kind="stable")[:k]]


def _scaled(scores: Scores | None, places: NDArray[np.int64]) -> NDArray[np.float64]:
    """The scores in some places, 1 for the best of all."""
    if scores is None:
        return np.zeros(len(places))
    top = float(scores.max(initial=0))
    own = scores[places].astype(np.float64)
    return own / top if top > 0 else own
