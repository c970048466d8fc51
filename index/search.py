"""Hybrid search: vectors and BM25 over text and headings, fused by weighted *scores* (not ranks).

A place filters; what is only likely (year, a figure in the passage) weighs. Every part of a hit's score is kept, so that
"why wasn't it found?" is one look.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from documents.resolution import Passage
from index.analysis import folded_terms, terms
from index.embedding import Vectors
from index.held import Index, Wanted
from index.rows import ASIDE, HAS_DIGIT

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
    own = folded_terms(query.text)
    said = {
        "exact": terms(query.text),
        "folded": own,
        "heading": own,
        "expansion": [t for phrase in query.keywords for t in terms(phrase)],
    }
    found = index.candidates(Wanted(said, query.provinces, query.document_ids), vector)
    rows = found.rows
    parts = {} if vector is None else {"vector": np.clip((found.cosines - _COSINE_LOW) / (_COSINE_HIGH - _COSINE_LOW), 0, 1.2)}
    parts |= found.scaled
    parts |= _extras(index, query, rows)
    # One row a part, as numbers of Python's: thousands of single ones taken from arrays take longer than all else here.
    weighed = np.array([getattr(w, name) * values for name, values in parts.items()])
    total = weighed.sum(axis=0)
    best = np.argsort(-total, kind="stable")[:k]
    shown = np.round(weighed[:, best], 4).T.tolist()
    return [
        Hit(index.passages[row], score, {name: value for name, value in zip(parts, own, strict=True) if value or name == "vector"})
        for row, score, own in zip(rows[best].tolist(), total[best].tolist(), shown, strict=True)
    ]


def _extras(index: Index, query: Query, rows: NDArray[np.int64]) -> dict[str, NDArray[np.float64]]:
    year = np.zeros(len(rows))
    years = [str(y) for y in query.years]
    other = [y for y in ("2025", "2030") if years and y not in years]
    below: dict[tuple[str, ...], float] = {}
    for i, row in enumerate(rows.tolist() if years else ()):
        p = index.passages[row]
        by_path = below.get(p.path)
        if by_path is None:
            # A heading "đến năm 2030" dates all below it; a question about 2025 is not answered there.
            path = " ".join(p.path)
            by_path = below[p.path] = 1.0 if any(y in path for y in years) else (-1.0 if any(y in path for y in other) else 0.0)
        year[i] = 1.0 if by_path > 0 or any(y in p.text for y in years) else by_path
    flags = index.layout.flags[rows]
    figure = ((flags & HAS_DIGIT) != 0) & query.figure
    return {"year": year, "figure": figure.astype(np.float64), "aside": ((flags & ASIDE) != 0).astype(np.float64)}
