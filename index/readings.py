"""Abbreviations with several readings: which one is meant, told by the syllables beside it.

"kho DL" is a store of data and "ngành DL" the trade of tourism: the reading whose first syllable follows the word before most
often, and whose last one goes before the word after (`index.counts`).
"""

import functools
import math
from collections.abc import Mapping, Sequence
from importlib import resources

from documents.normalise import canonical, fold, has_diacritics
from index.counts import general_table

_UNSEEN = 0.2  # counts of a pair that the table lacks
_USUAL = 1.0  # nats by which the first reading is ahead; the second by half of it, and so on


@functools.cache
def readings() -> Mapping[str, Sequence[str]]:
    """Abbreviation as it is written in capitals -> what it may stand for, the usual one first."""
    lines = (resources.files("index") / "data" / "readings.tsv").read_text("utf-8").splitlines()
    rows = (line.split("\t") for line in lines if line.strip() and not line.startswith("#"))
    return {short: tuple(said.split("|")) for short, said in rows}


def meant(short: str, before: str, after: str) -> str | None:
    """What `short` (in capitals) stands for between the words `before` and `after` ("" where there is none); None where it is no such
    abbreviation."""
    said = readings().get(short)
    if said is None:
        return None
    return max(said, key=lambda reading: _fit(reading, before, after) + _USUAL / (1 + said.index(reading)))


def _fit(reading: str, before: str, after: str) -> float:
    first, last = canonical(reading.split()[0]), canonical(reading.split()[-1])
    table = general_table()
    own = table.syllables.get(last, 0) + 1
    return _log(_pairs(_typed(before), (first,))) + _log(_pairs((last,), _typed(after)) * 1000 / own)


def _log(count: float) -> float:
    return math.log(count + _UNSEEN)


def _pairs(first: Sequence[str], second: Sequence[str]) -> int:
    pairs = general_table().pairs
    return sum(pairs.get(a, {}).get(b, 0) for a in first for b in second)


def _typed(word: str) -> Sequence[str]:
    """The syllables that `word` may be, as it may have been typed without diacritics."""
    form = canonical(word)
    return (form,) if has_diacritics(form) else _by_fold().get(form, ())


@functools.cache
def _by_fold() -> Mapping[str, Sequence[str]]:
    found: dict[str, list[str]] = {}
    for syllable in general_table().syllables:
        found.setdefault(fold(syllable), []).append(syllable)
    return found
