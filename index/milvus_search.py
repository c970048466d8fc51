"""Searching passages in Milvus so that the same come out as from an index on disk, with the same scores.

The sparse vectors hold BM25 but for the rarity of words, which is multiplied in on the side of the question, so that it may
change with every document. How often a word stands in a passage and how long the passage is can be told back from them: the
scores of all that Milvus hands over are worked out anew, exactly. Milvus only has to name enough passages. That it has is
proven: what it did not name can't score more than its last by more than `slack`; where that might be enough, more is asked for.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.embedding import Vectors
from index.held import CANDIDATES, FIELD_OF, Candidates, Wanted
from index.milvus_tables import MOST, PASSAGES, ROW_BITS, Row, Tables, any_of, both
from index.rows import Layout
from index.statistics import FIELDS, Statistics, dimension, drift, saturated, term_counts

_ASKED = 256  # passages by words: some more than are wanted, so that seldom more have to be asked for
_FIRST = 8  # passages asked for to find the best of one part
_NARROW = ("words", "length", "heading_length", "frozen")
_WITH_TEXT = (*_NARROW, "document", "body")
_BESIDE = ("row", "document", "body", "vector")

Offer = Callable[[int, str, str], None]


class Searcher:
    """Searches the visible documents of one moment."""

    def __init__(
        self,
        tables: Tables,
        offer: Offer,
        layout: Layout,
        keys: NDArray[np.int64],
        hidden: Sequence[int],
        statistics: Statistics,
        frozen: Sequence[Sequence[float]],
    ) -> None:
        """`keys`: of the documents of `layout`; `hidden`: of those that are not to be seen; `frozen`: the average lengths that
        the weights of passages were worked out with, by their column "frozen"; `offer` is given the passages that come by."""
        self._tables, self._offer, self._layout, self._keys = tables, offer, layout, keys
        self._place = {int(k): i for i, k in enumerate(keys)}
        self._hidden, self._statistics, self._frozen = hidden, statistics, frozen
        averages = statistics.averages
        # Sums in single precision differ by some millionths with their order.
        self._slack = max((drift(averages, f) for f in frozen), default=1.0) * (1 + 1e-5)

    def milvus_row(self, row: int) -> int:
        """Milvus's number of row `row` of the layout."""
        place = int(np.searchsorted(self._layout.first_rows, row, side="right")) - 1
        return int(self._keys[place]) << ROW_BITS | (row - int(self._layout.first_rows[place]))

    def _row(self, milvus_row: int) -> int | None:
        """The row of the layout; None where its document isn't one of them."""
        place = self._place.get(milvus_row >> ROW_BITS)
        if place is None:
            return None
        row = int(self._layout.first_rows[place]) + (milvus_row & ((1 << ROW_BITS) - 1))
        return row if row < self._layout.first_rows[place + 1] else None

    def candidates(self, wanted: Wanted, vector: Vectors | None) -> Candidates:
        """See `index.held.Index`."""
        condition = self._condition(wanted)
        if condition is None:
            return Candidates(np.zeros(0, dtype=np.int64), np.zeros(0), {})
        asked = _Asked(wanted, self._statistics, self._frozen)
        by_words, complete, last = self._by_words(asked, condition)
        tops = self._tops(asked, condition, by_words, complete, last)
        total = sum((asked.scores(part, by_words.entities).astype(np.float64) for part in asked.parts), np.zeros(len(by_words.rows)))
        chosen = [by_words.at(i) for i in np.lexsort((by_words.rows, -total))[:CANDIDATES]]
        found = dict(chosen)
        near = self._nearest(vector, condition) if vector is not None else {}
        found |= {row: entity for row, (_, entity) in near.items()}
        rows = np.array(sorted(found), dtype=np.int64)
        entities = [found[int(r)] for r in rows]
        beside = {self.milvus_row(row): row for row, _ in chosen if row not in near}
        # Vectors are most of what there is to hand over: only those are asked for that Milvus has not compared itself.
        fields = _BESIDE if vector is not None else _BESIDE[:-1]
        more = {beside[int(e["row"])]: e for e in self._tables.get(PASSAGES, list(beside), fields)}
        cosines = np.zeros(len(rows))
        for i, row in enumerate(rows.tolist()):
            texts = more[row] if row in more else found[row]
            if "body" in texts:
                self._offer(self.milvus_row(row), texts["document"], texts["body"])
            if row in near:
                cosines[i] = near[row][0]
            elif vector is not None and row in more:
                cosines[i] = np.asarray(more[row]["vector"], dtype=np.float32) @ vector
        scaled = {}
        for part in wanted.terms:
            own = asked.scores(part, entities).astype(np.float64)
            scaled[part] = own / tops[part] if tops.get(part, 0.0) > 0 else own
        return Candidates(rows, cosines, scaled)

    def _condition(self, wanted: Wanted) -> str | None:
        """What a passage's row must meet; None where no document does."""
        parts = []
        if wanted.provinces:
            if not set(wanted.provinces) & set(self._layout.provinces):
                return None
            parts.append(any_of("province", sorted(wanted.provinces)))
        if wanted.document_ids:
            keys = [int(self._keys[self._layout.places[i]]) for i in wanted.document_ids if i in self._layout.places]
            if not keys:
                return None
            parts.append(any_of("key", keys))
        if self._hidden:
            parts.append(f"key not in [{', '.join(map(str, self._hidden))}]")
        return both(*parts) if len(self._keys) else None

    def _by_words(self, asked: "_Asked", condition: str) -> tuple["_Found", bool, float]:
        """Passages among which the best `CANDIDATES` by words are, whether these are all with any of the words, and what the
        others score at most."""
        if not asked.weights:
            return _Found(), True, 0.0
        limit = _ASKED
        while True:
            found, complete, last = self._search(asked.weights, limit, condition)
            total = sum((asked.scores(part, found.entities).astype(np.float64) for part in asked.parts), np.zeros(len(found.rows)))
            enough = len(total) >= CANDIDATES and np.partition(total, -CANDIDATES)[-CANDIDATES] > last * self._slack
            if complete or enough or limit >= MOST:
                return found, complete, last * self._slack
            limit = min(MOST, 2 * limit)

    def _tops(self, asked: "_Asked", condition: str, by_words: "_Found", complete: bool, last: float) -> dict[str, float]:
        """The best score of each part among all passages that meet the condition."""
        tops = {part: float(asked.scores(part, by_words.entities).max(initial=0)) for part in asked.parts}
        for part in asked.parts:
            # A part scores no more than the whole.
            limit, done = _FIRST, complete or tops[part] >= last
            while not done:
                found, all_found, bound = self._search(asked.weights_of(part), limit, condition)
                tops[part] = max(tops[part], float(asked.scores(part, found.entities).max(initial=0)))
                done = all_found or tops[part] >= bound * self._slack or limit >= MOST
                limit = min(MOST, 8 * limit)
        return tops

    def _search(self, weights: dict[int, float], limit: int, condition: str) -> tuple["_Found", bool, float]:
        hits = self._tables.search("words", [weights], limit, condition, _NARROW)[0]
        rows, entities = [], []
        for milvus_row, _, entity in hits:
            if (row := self._row(milvus_row)) is not None:
                rows.append(row)
                entities.append(entity)
        return _Found(np.array(rows, dtype=np.int64), entities), len(hits) < limit, hits[-1][1] if hits else 0.0

    def _nearest(self, vector: Vectors, condition: str) -> dict[int, tuple[float, Row]]:
        """The rows of the `CANDIDATES` nearest vectors, with their cosines."""
        limit = CANDIDATES
        while True:
            hits = self._tables.search("vector", [vector.tolist()], limit, condition, _WITH_TEXT)[0]
            found = [(row, (cosine, entity)) for at, cosine, entity in hits if (row := self._row(at)) is not None]
            if len(found) >= CANDIDATES or len(hits) < limit or limit >= MOST:
                return dict(found[:CANDIDATES])
            limit = min(MOST, 2 * limit)


class _Found:
    """Passages that were handed over."""

    def __init__(self, rows: NDArray[np.int64] | None = None, entities: list[Row] | None = None) -> None:
        self.rows: NDArray[np.int64] = np.zeros(0, dtype=np.int64) if rows is None else rows
        self.entities: list[Row] = entities or []

    def at(self, i: int) -> tuple[int, Row]:
        return int(self.rows[i]), self.entities[i]


class _Asked:
    """A question's words with their rarity."""

    def __init__(self, wanted: Wanted, statistics: Statistics, frozen: Sequence[Sequence[float]]) -> None:
        self._averages, self._frozen = statistics.averages, frozen
        self.parts: dict[str, list[tuple[int, float]]] = {}
        """Part -> dimension and rarity of each of its terms that any passage holds; parts without any are left out."""
        for part, terms in wanted.terms.items():
            dimensions = [dimension(FIELD_OF[part], t) for t in dict.fromkeys(terms)]
            known = [(d, float(r)) for d, r in zip(dimensions, statistics.rarity(dimensions), strict=True) if r > 0]
            if known:
                self.parts[part] = known
        self.weights: dict[int, float] = {}
        for known in self.parts.values():
            for d, rarity in known:
                self.weights[d] = self.weights.get(d, 0.0) + rarity

    def weights_of(self, part: str) -> dict[int, float]:
        """The question's sparse vector for one part."""
        return dict(self.parts[part])

    def scores(self, part: str, entities: Sequence[Row]) -> NDArray[np.float32]:
        """BM25 of passages in one part, bit by bit as `index.lexical` scores them; 0 where no term is known."""
        total = np.zeros(len(entities), dtype=np.float32)
        if part not in self.parts or not entities:
            return total
        field = FIELD_OF[part]
        which = 1 if field == "heading" else 0
        lengths = np.array([e["heading_length" if which else "length"] for e in entities], dtype=np.int64)
        frozen = np.array([self._frozen[int(e["frozen"])][which] for e in entities])
        for d, rarity in self.parts[part]:
            values: Any = np.array([e["words"].get(d, 0.0) for e in entities], dtype=np.float32)
            tf = term_counts(values, FIELDS[field], lengths, frozen)
            total += np.where(tf > 0, rarity * saturated(tf, FIELDS[field], lengths, self._averages[which]), 0.0).astype(np.float32)
        return total
