"""What is counted over a library that nobody holds as a whole: each document's counts by themselves, added up.

The sum over the documents is what `index.store` counts in one go over all of them: how many passages hold a term, how long
passages are, how syllables follow one another, which places are whose. It is added to when a document comes and taken from
when one goes, so that no process ever has to read all texts.
"""

import base64
import functools
import hashlib
import json
import math
import zlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from documents.normalise import fold
from documents.places import homes_of, named_places
from documents.resolution import Resolution
from index.analysis import folded_terms, joined_terms, term_set, terms
from index.frequencies import Frequencies
from index.language import Counts, count
from index.lexical import stand_in
from index.mending import searched

FIELDS = {"exact": 0.5, "folded": 0.5, "heading": 0.3}
"""Field of BM25 -> how much the length of a passage counts there."""
K1 = 1.2
RARE_KEPT = 1_000_000
"""Pairs and triples of syllables up to which those that occur once are kept: of more, they say nothing that the rest does not."""
NO_TERM = "∅"
"""What a passage without any term holds."""
LAST_DIMENSION = 2**32 - 2


@functools.lru_cache(maxsize=1 << 18)
def dimension(field_name: str, term: str) -> int:
    """What stands for `term` of a field in sparse vectors: Milvus takes numbers of 32 bits.

    Of a million terms some hundred pairs fall together, and then count as one word each.
    """
    digest = hashlib.blake2b(f"{field_name}\0{term}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "little") % (LAST_DIMENSION + 1)


def saturated(tf: Any, b: float, length: Any, average: float) -> Any:
    """BM25 of one term but for its rarity: `tf` times in a passage of `length` words, where passages have `average`."""
    return tf / (K1 * ((1 - b) + b * length / average) + tf)


@dataclass(frozen=True, slots=True)
class Words:
    """The terms of one passage: how often each dimension stands in it, and the lengths of its fields."""

    counts: Mapping[str, Mapping[int, int]]
    """Field -> dimension -> how often."""
    length: int
    heading_length: int

    def vector(self, averages: Sequence[float]) -> dict[int, float]:
        """The sparse vector, of all fields together; `averages` of text and headings are those it is worked out with."""
        found: dict[int, float] = {}
        for name, counts in self.counts.items():
            length, average = (self.heading_length, averages[1]) if name == "heading" else (self.length, averages[0])
            for d, tf in counts.items():
                found[d] = found.get(d, 0.0) + float(np.float32(saturated(tf, FIELDS[name], length, average)))
        return found


@dataclass
class Statistics:
    """Counts over documents; adding those of two sets of documents gives the counts over both."""

    documents: int = 0
    passages: int = 0
    lengths: list[int] = field(default_factory=lambda: [0, 0])
    """Words in all texts, and in all headings."""
    dimensions: NDArray[np.uint32] = field(default_factory=lambda: np.zeros(0, dtype=np.uint32))
    holders: NDArray[np.int32] = field(default_factory=lambda: np.zeros(0, dtype=np.int32))
    """How many passages hold each of `dimensions`, which are ascending."""
    terms: NDArray[np.uint64] = field(default_factory=lambda: np.zeros(0, dtype=np.uint64))
    """What stands for the terms of `index.frequencies`, ascending."""
    term_holders: NDArray[np.int32] = field(default_factory=lambda: np.zeros(0, dtype=np.int32))
    titles: Counter[str] = field(default_factory=Counter)
    """Term -> how many titles have it."""
    places: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Place and province -> how many documents name it so."""
    syllables: Counter[str] = field(default_factory=Counter)
    pairs: Counter[tuple[str, str]] = field(default_factory=Counter)
    triples: Counter[tuple[str, str, str]] = field(default_factory=Counter)

    @property
    def averages(self) -> tuple[float, float]:
        """Words in a text and in headings, on average; 1 where there are none."""
        if not self.passages:
            return 1.0, 1.0
        # As numpy's mean, which postings on disk are worked out with.
        return float(np.float64(self.lengths[0]) / self.passages), float(np.float64(self.lengths[1]) / self.passages)

    @property
    def theme(self) -> frozenset[str]:
        """The terms that every title has."""
        return frozenset(t for t, n in self.titles.items() if n == self.documents) if self.documents else frozenset()

    @property
    def learned_places(self) -> dict[str, str]:
        """As `documents.places.learned_places` of all documents."""
        return homes_of(p for p, n in self.places.items() if n > 0)

    def counts(self) -> Counts:
        """How syllables follow one another, as an index keeps it."""
        pairs = {p: n for p, n in self.pairs.items() if n > 0}
        triples = {t: n for t, n in self.triples.items() if n >= 2}
        if len(pairs) + len(triples) > RARE_KEPT:
            pairs = {p: n for p, n in pairs.items() if n > 1}
        return Counts({s: n for s, n in self.syllables.items() if n > 0}, pairs, triples)

    def frequencies(self) -> Frequencies:
        """In how many passages each term stands."""
        return Frequencies(self.terms, self.term_holders)

    def rarity(self, dimensions: Sequence[int]) -> NDArray[np.float64]:
        """BM25's idf of each dimension, 0 where no passage holds it; bit by bit that of `index.lexical`."""
        asked = np.array(dimensions, dtype=np.uint32)
        place = np.minimum(np.searchsorted(self.dimensions, asked), max(0, len(self.dimensions) - 1))
        known = self.dimensions[place] == asked if len(self.dimensions) else np.zeros(len(asked), dtype=bool)
        holders = np.where(known, self.holders[place] if len(self.holders) else 0, 0).astype(np.int64)
        single: NDArray[np.float32] = np.log(1 + (self.passages - holders + 0.5) / (holders + 0.5)).astype(np.float32)
        return np.where(holders > 0, single.astype(np.float64), 0.0)

    def plus(self, others: Iterable[tuple["Statistics", int]]) -> "Statistics":
        """These counts with those of others added (1) or taken away (-1)."""
        total = Statistics(self.documents, self.passages, list(self.lengths))
        counters = ("titles", "places", "syllables", "pairs", "triples")
        for name in counters:
            getattr(total, name).update(getattr(self, name))
        tables: list[list[NDArray[Any]]] = [[self.dimensions], [self.holders], [self.terms], [self.term_holders]]
        for other, sign in others:
            total.documents += sign * other.documents
            total.passages += sign * other.passages
            total.lengths = [a + sign * b for a, b in zip(total.lengths, other.lengths, strict=True)]
            for name in counters:
                own, theirs = getattr(total, name), getattr(other, name)
                (own.update if sign > 0 else own.subtract)(theirs)
            parts: tuple[NDArray[Any], ...] = (other.dimensions, sign * other.holders, other.terms, sign * other.term_holders)
            for table, part in zip(tables, parts, strict=True):
                table.append(part)
        total.dimensions, total.holders = _summed(np.concatenate(tables[0]), np.concatenate(tables[1]))
        total.terms, total.term_holders = _summed(np.concatenate(tables[2]), np.concatenate(tables[3]))
        return total

    def to_text(self) -> str:
        """JSON that `from_text` reads."""
        listed = {name: [[*(k if isinstance(k, tuple) else (k,)), n] for k, n in getattr(self, name).items() if n] for name in _COUNTERS}
        arrays = {
            # Differences of ascending numbers are short.
            "dimensions": np.diff(self.dimensions.astype(np.int64), prepend=0).tolist(),
            "holders": self.holders.tolist(),
            "terms": [f"{t:x}" for t in self.terms.tolist()],
            "term_holders": self.term_holders.tolist(),
        }
        about = {"documents": self.documents, "passages": self.passages, "lengths": self.lengths}
        return json.dumps({**about, **arrays, **listed}, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_text(cls, text: str) -> "Statistics":
        """What `to_text` wrote.

        Raises:
            ValueError, KeyError: it is something else.
        """
        raw = json.loads(text)
        found = cls(
            raw["documents"],
            raw["passages"],
            raw["lengths"],
            np.cumsum(raw["dimensions"], dtype=np.int64).astype(np.uint32),
            np.array(raw["holders"], dtype=np.int32),
            np.array([int(t, 16) for t in raw["terms"]], dtype=np.uint64),
            np.array(raw["term_holders"], dtype=np.int32),
        )
        for name in _COUNTERS:
            single = name in ("titles", "syllables")
            getattr(found, name).update({(k[0] if single else tuple(k)): n for *k, n in raw[name]})
        return found


_COUNTERS = ("titles", "places", "syllables", "pairs", "triples")


def _b64(content: bytes) -> str:
    return base64.b64encode(zlib.compress(content, 6)).decode("ascii")


def packed(text: str) -> str:
    """`text` as short ASCII."""
    return _b64(text.encode())


def unpacked(text: str) -> str:
    """What `packed` packed.

    Raises:
        ValueError: it is something else.
    """
    try:
        return zlib.decompress(base64.b64decode(text)).decode()
    except zlib.error as error:
        raise ValueError(str(error)) from error


def _summed(keys: NDArray[Any], values: NDArray[Any]) -> tuple[NDArray[Any], NDArray[np.int32]]:
    found, place = np.unique(keys, return_inverse=True)
    total = np.zeros(len(found), dtype=np.int64)
    np.add.at(total, place, values)
    held = total > 0
    return found[held], total[held].astype(np.int32)


def counted(document: Resolution, lexical_texts: Sequence[str], heading_texts: Sequence[str]) -> tuple[Statistics, list[Words]]:
    """The counts over one document, and the words of each of its passages.

    Args:
        lexical_texts: what BM25 searches for each passage (`index.store.lexical_texts` of the mended document).
        heading_texts: what its heading field holds.
    """
    passages = searched(document).passages
    words: list[Words] = []
    holders: Counter[int] = Counter()
    seen: Counter[str] = Counter()
    total = Statistics(documents=1, passages=len(passages))
    of_heading: dict[str, tuple[list[str], frozenset[str]]] = {}
    for p, text, heading in zip(passages, lexical_texts, heading_texts, strict=True):
        exact = terms(text)
        flat = [fold(t) for t in exact]
        if heading not in of_heading:
            of_heading[heading] = folded_terms(heading), term_set(heading)
        folded_heading, heading_set = of_heading[heading]
        said = {"exact": exact or [NO_TERM], "folded": flat or [NO_TERM], "heading": folded_heading or [NO_TERM]}
        counts = {name: Counter(dimension(name, t) for t in found) for name, found in said.items()}
        words.append(Words(counts, len(said["exact"]), len(said["heading"])))
        for of_field in counts.values():
            holders.update(of_field.keys())
        seen.update((joined_terms(exact, flat) if text == p.text else term_set(p.text)) | heading_set)
    total.lengths = [sum(w.length for w in words), sum(w.heading_length for w in words)]
    total.dimensions, total.holders = _summed(_array(holders, np.uint32), np.fromiter(holders.values(), dtype=np.int32, count=len(holders)))
    digests = np.fromiter(map(stand_in, seen), dtype=np.uint64, count=len(seen))
    total.terms, total.term_holders = _summed(digests, np.fromiter(seen.values(), dtype=np.int32, count=len(seen)))
    total.titles = Counter(term_set(document.title))
    total.places = Counter(named_places(document))
    follow = count((p.text for p in passages), least=1)
    total.syllables, total.pairs, total.triples = Counter(follow.syllables), Counter(follow.pairs), Counter(follow.triples)
    return total, words


def _array(keys: Iterable[int], kind: type[np.generic]) -> NDArray[Any]:
    return np.fromiter(keys, dtype=kind)


def term_counts(
    values: NDArray[np.float32], b: float, lengths: NDArray[np.int64], average: NDArray[np.float64] | float
) -> NDArray[np.float64]:
    """How often a term stands in passages, from its weights in their sparse vectors (0: not at all).

    A weight is tf / (K + tf) in single precision, so tf is K w / (1 - w), to the nearest whole number.
    """
    exact = values.astype(np.float64)
    scale = K1 * ((1 - b) + b * lengths / average)
    return np.where(exact > 0, np.maximum(1, np.rint(scale * exact / np.maximum(1 - exact, 1e-12))), 0.0)


def drift(now: Sequence[float], frozen: Sequence[float]) -> float:
    """The factor, 1 or more, that weights worked out with other average lengths may be off by, either way."""
    return max(math.exp(abs(math.log(a / f))) for a, f in zip(now, frozen, strict=True))
