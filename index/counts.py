"""How often syllables follow one another: the counts behind restoring diacritics, and a language model over several tables.

The general table in `index/data/` counts public official documents and questions; a library's own documents and the
phrases of `index/data/` are counted by `count`. "<s>" opens a sentence, "<n>" stands for any figure.
"""

import functools
import math
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import resources

from documents.normalise import canonical, nfc

START, FIGURE = "<s>", "<n>"
SENTENCE_END = re.compile(r"[;:!?()\n“”\"]+|(?<!\d)\.+|\.+(?!\d)")
_WORD = re.compile(r"[^\W\d_]+|\d[\d.,/%]*")
_COMPOUND_COUNT = 15  # times a pair occurs in the general tables
_COMPOUND_SHARE = 0.12  # of the rarer syllable's occurrences
_UNSEEN = 0.05  # counts of a syllable that a table lacks
_MOST_HISTORIES = 50_000  # that a model remembers
_MOST_KNOWN = 20_000  # histories with what may follow, that a mixture remembers
_NOTHING: Mapping[str, int] = {}


@dataclass(frozen=True, slots=True)
class Counts:
    """Syllables, pairs and triples with how often they occur, flat, as they are stored."""

    syllables: Mapping[str, int]
    pairs: Mapping[tuple[str, str], int]
    triples: Mapping[tuple[str, str, str], int] = field(default_factory=dict)
    """Only of the library's documents: their set phrases ("chính quyền số")."""


@dataclass(frozen=True, slots=True)
class Table:
    """Counts by what stands before: syllable -> count, syllable -> next -> count, two syllables -> next -> count."""

    syllables: Mapping[str, int]
    pairs: Mapping[str, Mapping[str, int]]
    triples: Mapping[tuple[str, str], Mapping[str, int]] = field(default_factory=dict)

    @classmethod
    def of(cls, counts: Counts) -> "Table":
        """`counts` by what stands before."""
        pairs: dict[str, dict[str, int]] = {}
        for (first, second), n in counts.pairs.items():
            pairs.setdefault(first, {})[second] = n
        triples: dict[tuple[str, str], dict[str, int]] = {}
        for (first, second, third), n in counts.triples.items():
            triples.setdefault((first, second), {})[third] = n
        return cls(counts.syllables, pairs, triples)


def _rows(name: str) -> list[list[str]]:
    return [line.split("\t") for line in (resources.files("index") / "data" / name).read_text("utf-8").splitlines()]


class _Pairs(Mapping[tuple[str, str], int]):
    """A table's pairs as `Counts` has them, without a copy."""

    def __init__(self, rows: Mapping[str, Mapping[str, int]]) -> None:
        self._rows = rows

    def __getitem__(self, pair: tuple[str, str]) -> int:
        return self._rows[pair[0]][pair[1]]

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return ((first, second) for first, row in self._rows.items() for second in row)

    def __len__(self) -> int:
        return sum(map(len, self._rows.values()))


@functools.cache
def general_counts() -> Counts:
    """The shipped table's syllables and pairs."""
    table = general_table()
    return Counts(table.syllables, _Pairs(table.pairs))


@functools.cache
def general_table() -> Table:
    """The shipped table."""
    syllables = {s: int(n) for s, n in _rows("syllables.tsv")}
    pairs = {}
    for first, rest in _rows("syllable_pairs.tsv"):
        parts = rest.split(" ")
        pairs[first] = dict(zip(parts[::2], map(int, parts[1::2]), strict=True))
    return Table(syllables, pairs)


def is_compound(first: str, second: str) -> bool:
    """Whether two canonical syllables make a word of the language ("diện tích"): often together, and seldom apart."""
    table = general_table()
    n = table.pairs.get(first, _NOTHING).get(second, 0)
    rarer = min(table.syllables.get(first, 0), table.syllables.get(second, 0))
    return n >= _COMPOUND_COUNT and n >= _COMPOUND_SHARE * rarer


def count(texts: Iterable[str], *, least: int = 2) -> Counts:
    """Counts over `texts`, sentence by sentence; triples from `least` occurrences on."""
    syllables: Counter[str] = Counter()
    pairs: Counter[tuple[str, str]] = Counter()
    triples: Counter[tuple[str, str, str]] = Counter()
    for text in texts:
        for sentence in SENTENCE_END.split(nfc(text)):
            found = [FIGURE if w[0].isdigit() else canonical(w) for w in _WORD.findall(sentence)]
            syllables.update(found)
            opened = [START, *found]
            pairs.update(zip(opened, found, strict=False))
            triples.update(zip(opened, found, found[1:], strict=False))
    return Counts(dict(syllables), dict(pairs), {t: n for t, n in triples.items() if n >= least})


_History = tuple[Mapping[str, int], float, float, Mapping[str, int], float, float]


class Model:
    """The probability of a syllable after two others, from one table: absolute discounting, from triples to pairs to single ones."""

    def __init__(self, table: Table, discount: float) -> None:
        self._table = table
        self._discount = discount
        self._total = sum(table.syllables.values()) + _UNSEEN * 10_000
        self._histories: dict[tuple[str, str], _History] = {}

    @property
    def histories(self) -> Collection[tuple[str, str]]:
        """The two syllables that the table has triples of."""
        return self._table.triples.keys()

    def single(self, syllable: str) -> float:
        """The probability of `syllable` whatever stands before."""
        return (self._table.syllables.get(syllable, 0) + _UNSEEN) / self._total

    def add(self, weight: float, history: tuple[str, str], syllables: Sequence[str], singles: Sequence[float], sums: list[float]) -> None:
        """Adds `weight` times the probabilities of `syllables` after `history` to `sums`; `singles` are their own ones."""
        found = self._histories.get(history)
        if found is None:
            if len(self._histories) > _MOST_HISTORIES:
                self._histories.clear()
            found = self._histories[history] = self._look_up(history)
        triples, per_triple, left3, pairs, per_pair, left2 = found
        if not pairs:
            for i, single in enumerate(singles):
                sums[i] += weight * single
            return
        left, discount = weight * left2, self._discount
        if triples:
            left *= left3
            per_pair *= left3
        for i, syllable in enumerate(syllables):
            p = left * singles[i]
            if syllable in pairs:
                p += weight * (pairs[syllable] - discount) * per_pair
            if syllable in triples:
                p += weight * (triples[syllable] - discount) * per_triple
            sums[i] += p

    def _look_up(self, history: tuple[str, str]) -> _History:
        before, last = history
        pairs = self._table.pairs.get(last, _NOTHING)
        triples = self._table.triples.get(history, _NOTHING)
        seen = self._table.syllables.get(last, 0)
        per_pair, left2 = self._share(pairs, seen)
        seen = self._table.pairs.get(before, _NOTHING).get(last, 0)
        per_triple, left3 = self._share(triples, seen)
        return triples, per_triple, left3, pairs, per_pair, left2

    def _share(self, row: Mapping[str, int], seen: int) -> tuple[float, float]:
        """What one count is worth, and the probability left for all that was not seen."""
        if not row:
            return 0.0, 1.0
        sum_ = sum(row.values())
        whole = max(seen, sum_) + self._discount
        return 1 / whole, 1 - (sum_ - self._discount * len(row)) / whole


class Mixture:
    """Several models, each with its weight."""

    def __init__(self, parts: Sequence[tuple[float, Model]]) -> None:
        self._parts = [(w, m) for w, m in parts if w > 0]
        self._in_triples = frozenset(history for _, m in self._parts for history in m.histories)
        self._known: dict[tuple[tuple[str, str], tuple[str, ...]], list[float]] = {}
        self._singles: dict[tuple[str, ...], tuple[list[float], ...]] = {}

    def logs(self, history: tuple[str, str], syllables: tuple[str, ...]) -> list[float]:
        """The log probability of each of `syllables` after the two of `history`; kept, since the same words are typed again and again."""
        if history not in self._in_triples:
            history = ("", history[1])  # what stands before the last says nothing: many histories are one
        found = self._known.get((history, syllables))
        if found is None:
            sums = [1e-12] * len(syllables)
            for (weight, model), singles in zip(self._parts, self._singles_of(syllables), strict=True):
                model.add(weight, history, syllables, singles, sums)
            if len(self._known) > _MOST_KNOWN:
                self._known.clear()
            found = self._known[history, syllables] = [math.log(p) for p in sums]
        return found

    def _singles_of(self, syllables: tuple[str, ...]) -> tuple[list[float], ...]:
        """By model, the probabilities of each of `syllables` whatever stands before; kept for all histories."""
        found = self._singles.get(syllables)
        if found is None:
            if len(self._singles) > _MOST_KNOWN:
                self._singles.clear()
            found = self._singles[syllables] = tuple([model.single(s) for s in syllables] for _, model in self._parts)
        return found
