"""What answering needs of an index, wherever it lies: on this disk (`index.store`) or in Milvus (`index.milvus`)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from documents.resolution import Passage, Resolution
from index.embedding import Vectors
from index.frequencies import Frequencies
from index.language import Restorer
from index.rows import Layout


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a search looks for: the terms of each part of a score, and whose passages count."""

    terms: Mapping[str, Sequence[str]]
    """By part of a score: "exact", "folded", "heading", "expansion"."""
    provinces: Collection[str]
    """Only documents of these; empty for all."""
    document_ids: Collection[str]
    """Only these documents; empty for all."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """The best passages by words and by vectors, `CANDIDATES` of each, with what every part of a score says of them."""

    rows: NDArray[np.int64]
    """Their rows, ascending."""
    cosines: NDArray[np.float64]
    """With the question's vector; 0 without one. Shape as `rows`."""
    scaled: Mapping[str, NDArray[np.float64]]
    """By part: BM25, 1 for the best of all allowed passages. Shapes as `rows`."""


CANDIDATES = 200
"""Of each searcher, before fusion."""
FIELD_OF = {"exact": "exact", "folded": "folded", "heading": "heading", "expansion": "exact"}
"""Part of a score -> the field of BM25 it is looked up in."""


class Index(Protocol):
    """An index, as those who answer see it. It never changes: a changed library is another index."""

    @property
    def documents(self) -> Sequence[Resolution]:
        """The documents in their order; of a big library each is read when it is asked for."""

    @property
    def passages(self) -> Sequence[Passage]:
        """Those of all documents in order: `passages[i]` is row i."""

    @property
    def layout(self) -> Layout:
        """Which rows are whose, and what is known of every document without reading it."""

    @property
    def manifest(self) -> Mapping[str, Any]:
        """ "model", "dimension", "corpus_digest", …: what the index was made of."""

    @property
    def frequencies(self) -> Frequencies:
        """In how many passages each term of `index.analysis.term_set` stands, headings counted in."""

    @property
    def theme(self) -> frozenset[str]:
        """The terms that the title of every document has."""

    @property
    def restorer(self) -> Restorer:
        """Puts diacritics back, with what the documents' words tell."""

    @property
    def places(self) -> Mapping[str, str]:
        """Places that one province's documents alone name -> that province."""

    @property
    def by_id(self) -> Mapping[str, Resolution]:
        """The documents by their ids; each is read when it is asked for."""

    def document(self, document_id: str) -> Resolution:
        """The document called `document_id`; KeyError where there is none."""

    def candidates(self, wanted: Wanted, vector: Vectors | None) -> Candidates:
        """The passages worth scoring for what is `wanted`; `vector` has shape (d,), or is None to search by words alone."""
