"""Hybrid search: vectors and BM25 over text and headings, fused by weighted *scores* (not ranks).

A place filters; what is only likely (year, a figure in the passage) weighs. Every part of a hit's score is kept, so that
"why wasn't it found?" is one look.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from documents.resolution import Passage
from index.analysis import folded_terms, terms
from index.embedding import Vectors
from index.store import Index

_CANDIDATES = 200  # of each searcher, before fusion
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
    allowed = _allowed(index, query)
    if not allowed.any():
        return []
    own = folded_terms(query.text)
    exact, folded = _bm25(index.bm25_exact, terms(query.text)), _bm25(index.bm25_folded, own)
    heading = _bm25(index.bm25_heading, own)
    expansion = _bm25(index.bm25_exact, [t for phrase in query.keywords for t in terms(phrase)])
    cosine, scored = _cosines(index, vector, allowed, exact + folded + heading + expansion)
    rows = np.flatnonzero(allowed & scored)
    parts = {
        "vector": np.clip((cosine[rows] - _COSINE_LOW) / (_COSINE_HIGH - _COSINE_LOW), 0, 1.2) if vector is not None else None,
        "exact": _scaled(exact, allowed)[rows],
        "folded": _scaled(folded, allowed)[rows],
        "heading": _scaled(heading, allowed)[rows],
        "expansion": _scaled(expansion, allowed)[rows],
    }
    total = np.zeros(len(rows))
    for name, values in parts.items():
        if values is not None:
            total += getattr(w, name) * values
    extras = _extras(index, query, rows)
    for name, values in extras.items():
        total += getattr(w, name) * values
    order = np.argsort(-total, kind="stable")[:k]
    every = {n: v for n, v in {**parts, **extras}.items() if v is not None}
    return [
        Hit(
            index.passages[rows[i]],
            float(total[i]),
            {n: round(float(v[i]) * getattr(w, n), 4) for n, v in every.items() if v[i] or n == "vector"},
        )
        for i in order
    ]


def _allowed(index: Index, query: Query) -> NDArray[np.bool_]:
    province = {d.id: d.province for d in index.documents}
    ok = {
        d.id
        for d in index.documents
        if (not query.provinces or province[d.id] in query.provinces) and (not query.document_ids or d.id in query.document_ids)
    }
    return np.fromiter((p.document_id in ok for p in index.passages), dtype=bool, count=len(index.passages))


def _bm25(bm25: Any, wanted: Sequence[str]) -> NDArray[np.float64]:
    known = [t for t in dict.fromkeys(wanted) if t in bm25.vocab_dict]
    n = int(bm25.scores["num_docs"])
    # An empty query raises in bm25s.
    return np.asarray(bm25.get_scores(known), dtype=np.float64) if known else np.zeros(n)


def _scaled(scores: NDArray[np.float64], allowed: NDArray[np.bool_]) -> NDArray[np.float64]:
    top = float(scores[allowed].max(initial=0.0))
    return scores / top if top > 0 else scores


def _cosines(
    index: Index, vector: Vectors | None, allowed: NDArray[np.bool_], text: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Cosines of the candidates (the nearest vectors and the best by words), and which rows are candidates."""
    n = len(index.passages)
    cosine, scored = np.zeros(n), np.zeros(n, dtype=bool)
    by_words = np.flatnonzero(allowed & (text > 0))
    by_words = by_words[np.argsort(-text[by_words], kind="stable")[:_CANDIDATES]]
    scored[by_words] = True
    if vector is None or index.faiss is None:
        return cosine, scored
    import faiss

    rows = np.flatnonzero(allowed)
    selector = faiss.SearchParameters(sel=faiss.IDSelectorBatch(rows))
    similar, ids = index.faiss.search(vector.reshape(1, -1), min(_CANDIDATES, len(rows)), params=selector)
    found = ids[0] >= 0
    cosine[ids[0][found]] = similar[0][found]
    scored[ids[0][found]] = True
    for row in by_words:
        if cosine[row] == 0.0:
            cosine[row] = float(index.faiss.reconstruct(int(row)) @ vector)
    return cosine, scored


def _extras(index: Index, query: Query, rows: NDArray[np.intp]) -> dict[str, NDArray[np.float64]]:
    passages = [index.passages[r] for r in rows]
    years = [str(y) for y in query.years]
    other = [y for y in ("2025", "2030") if years and y not in years]
    year = np.zeros(len(rows))
    if years:
        for i, p in enumerate(passages):
            path = " ".join(p.path)
            in_path, in_text = any(y in path for y in years), any(y in p.text for y in years)
            # A heading "đến năm 2030" dates all below it; a question about 2025 is not answered there.
            year[i] = 1.0 if in_path or in_text else (-1.0 if any(y in path for y in other) else 0.0)
    figure = np.array([float(query.figure and any(c.isdigit() for c in p.text)) for p in passages])
    aside = np.array([float(p.kind == "tail" or (p.kind == "front" and "\n" in p.text)) for p in passages])
    return {"year": year, "figure": figure, "aside": aside}
