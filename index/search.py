"""Hybrid search: vectors and BM25 over text and headings, fused by weighted *scores* (not ranks).

A place filters; what is only likely (year, a figure in the passage) weighs. Every part of a hit's score is kept, so that
"why wasn't it found?" is one look. Words are scored exactly at any size; so are vectors, up to `index.nearest.EXACT` of them
and under any filter that leaves as few.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from documents.resolution import Passage
from index.analysis import folded_terms, terms
from index.embedding import Vectors
from index.lexical import Scores
from index.rows import ASIDE, HAS_DIGIT, Allowed
from index.store import Index

_CANDIDATES = 200  # of each searcher, before fusion
_BLOCKS = 4  # times as many blocks of rows as rows are wanted: their best are looked at first when many are picked from
# e5 cosines between any two texts of one field lie between about 0.78 and 0.92.
_COSINE_LOW, _COSINE_HIGH = 0.78, 0.92


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each part of a score counts; see `eval` for how they were found."""

    vector: float = 0.45
    exact: float = 0.25
    folded: float = 0.15
    heading: float = 0.15
    expansion: float = 0.12
    year: float = 0.10
    figure: float = 0.04
    aside: float = -0.12
    """For title blocks, recipients and signatures, which hold names and no content."""


@dataclass(frozen=True, slots=True)
class Query:
    """What to search for by words: `text` is the topic asked, without places and years; `keywords` are official phrases
    for its everyday words, at a weight of their own."""

    text: str
    keywords: tuple[str, ...] = ()
    provinces: tuple[str, ...] = ()
    """Only documents of these; empty for all."""
    document_ids: tuple[str, ...] = ()
    years: tuple[int, ...] = ()
    figure: bool = False


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage with its score and the score's parts."""

    passage: Passage
    score: float
    parts: dict[str, float] = field(default_factory=dict)


def search(index: Index, query: Query, vector: Vectors | None, k: int = 30, weights: Weights | None = None) -> list[Hit]:
    """The best `k` hits. `vector` has shape (d,), or is None to search by words alone."""
    w = weights or Weights()
    allowed = index.layout.allowed(query.provinces, query.document_ids)
    among = np.arange(len(index.passages)) if allowed is None else np.flatnonzero(allowed)
    if not len(among):
        return []
    own = folded_terms(query.text)
    words = {
        "exact": index.exact.score(terms(query.text)),
        "folded": index.folded.score(own),
        "heading": index.heading.score(own),
        "expansion": index.exact.score([t for phrase in query.keywords for t in terms(phrase)]),
    }
    here = {name: scores if scores is None or allowed is None else scores[among] for name, scores in words.items()}
    by_words = among[_best([s for s in here.values() if s is not None], _CANDIDATES)]
    rows, cosine = _cosines(index, vector, allowed, by_words)
    parts = {} if vector is None else {"vector": np.clip((cosine - _COSINE_LOW) / (_COSINE_HIGH - _COSINE_LOW), 0, 1.2)}
    place = rows if allowed is None else np.searchsorted(among, rows)
    parts |= {name: _scaled(scores, place) for name, scores in here.items()}
    parts |= _extras(index, query, rows)
    total = np.zeros(len(rows))
    for name, values in parts.items():
        total += getattr(w, name) * values
    return [
        Hit(
            index.passages[rows[i]],
            float(total[i]),
            {n: round(float(v[i]) * getattr(w, n), 4) for n, v in parts.items() if v[i] or n == "vector"},
        )
        for i in np.argsort(-total, kind="stable")[:k]
    ]


def _cosines(
    index: Index, vector: Vectors | None, allowed: Allowed | None, by_words: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """The rows of the best by words and of the nearest vectors, ascending, and their cosines (0 without vectors)."""
    if vector is None or index.nearest is None:
        return np.sort(by_words), np.zeros(len(by_words))
    near, similar = index.nearest.search(vector, _CANDIDATES, allowed)
    rows, place = np.unique(np.concatenate([near, by_words]), return_index=True)
    beside = np.setdiff1d(by_words, near)
    of = np.concatenate([similar, np.zeros(len(by_words), dtype=np.float32)]).astype(np.float64)
    cosine = of[place]
    if len(beside):
        cosine[np.searchsorted(rows, beside)] = index.nearest.cosines(beside, vector)
    return rows, cosine


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
    rows = np.flatnonzero(rough >= least if least > 0 else rough > 0)
    total = np.zeros(len(rows))
    for s in scores:
        total += s[rows]
    return rows[np.argsort(-total, kind="stable")[:k]]


def _scaled(scores: Scores | None, places: NDArray[np.int64]) -> NDArray[np.float64]:
    """The scores in some places, 1 for the best of all."""
    if scores is None:
        return np.zeros(len(places))
    top = float(scores.max(initial=0))
    own = scores[places].astype(np.float64)
    return own / top if top > 0 else own


def _extras(index: Index, query: Query, rows: NDArray[np.int64]) -> dict[str, NDArray[np.float64]]:
    year = np.zeros(len(rows))
    years = [str(y) for y in query.years]
    other = [y for y in ("2025", "2030") if years and y not in years]
    for i, row in enumerate(rows if years else ()):
        p = index.passages[row]
        path = " ".join(p.path)
        in_path, in_text = any(y in path for y in years), any(y in p.text for y in years)
        # A heading "đến năm 2030" dates all below it; a question about 2025 is not answered there.
        year[i] = 1.0 if in_path or in_text else (-1.0 if any(y in path for y in other) else 0.0)
    flags = index.layout.flags[rows]
    figure = ((flags & HAS_DIGIT) != 0) & query.figure
    return {"year": year, "figure": figure.astype(np.float64), "aside": ((flags & ASIDE) != 0).astype(np.float64)}
