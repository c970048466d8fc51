"""Closing lines: comparisons and sums over figures that the answer has cited ("cao nhất là Thái Nguyên: 3.000; chênh 600")."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from documents.normalise import fold
from qa.guard_figures import Figure, figures
from qa.guard_text import Words, read

_MOST = re.compile(r"(?i)(?<!\w)(?:cao|nhiều|lớn|muộn) nhất(?!\w)")
_LEAST = re.compile(r"(?i)(?<!\w)(?:thấp|nhỏ|sớm|ít) nhất(?!\w)(?! \d)")
_MORE = re.compile(r"(?i)(?<!\w)(?:cao|nhiều|lớn|muộn) hơn(?!\w)")
_LESS = re.compile(r"(?i)(?<!\w)(?:thấp|ít|nhỏ|sớm) hơn(?!\w)")
_SAME = re.compile(r"(?i)(?<!\w)(?:bằng nhau|như nhau|ngang nhau|giống nhau)(?!\w)")
_CLOSE = 1e-6


@dataclass(frozen=True, slots=True)
class Known:
    """A figure that a kept statement cites."""

    place: str
    value: float
    percent: bool
    years: frozenset[str] = frozenset()


def known(place: str, text: str, years: frozenset[str]) -> list[Known]:
    """The figures of a kept statement of `place`; a range counts with its upper end too."""
    found = []
    for f in figures(text):
        if f.sort in ("count", "ratio", "range"):
            own = frozenset((f.year,)) if f.year else years
            values = f.values[:1] if f.sort == "ratio" else f.values
            found += [Known(place, v, f.percent, own) for v in values]
    return found


def holds(text: str, kept: Sequence[Known]) -> bool:
    """Whether a closing line follows from the figures in `kept`: each figure is one of them, or a difference, sum or ratio
    of two; the place that is "cao nhất" has the largest; what is "bằng nhau" is equal. Places must be of those cited."""
    if not kept:
        return False
    words = read(text)
    places = [p for p in dict.fromkeys(k.place for k in kept) if p]
    at = sorted((i, p) for p in places for i in _mentions(words, p))
    years = {words.raw[f.at] for f in figures(text) if f.sort == "year"}
    if years and not years <= {y for k in kept for y in k.years}:
        return False
    numbers = [f for f in figures(text) if f.sort not in ("year", "worded")]
    pool = [k for k in kept if not years or not k.years or k.years & years]
    if not all(_follows(f, at, pool) for f in numbers):
        return False
    compared = [k for k in pool if k.percent == (numbers[0].percent if numbers else _mostly_percent(pool))]
    named = list(dict.fromkeys(p for _, p in at))
    if _SAME.search(text):
        wanted = named if len(named) > 1 else places
        sets = [{k.value for k in compared if k.place == p} for p in wanted]
        return bool(set.intersection(*sets)) if len(sets) > 1 else len({k.value for k in compared}) == 1
    if not named:
        return not (_MOST.search(text) or _LEAST.search(text)) or bool(numbers and _extreme(text, numbers[0].values[0], compared))
    first = [k.value for k in compared if k.place == named[0]]
    if not first:
        return False
    if _MOST.search(text) or _LEAST.search(text):
        return any(_extreme(text, v, compared) for v in first)
    if len(named) > 1:
        second = [k.value for k in compared if k.place == named[1]]
        if _MORE.search(text):
            return any(a > b for a in first for b in second)
        if _LESS.search(text):
            return any(a < b for a in first for b in second)
    return True


def _mentions(words: Words, place: str) -> list[int]:
    name = tuple(fold(w) for w in place.split())
    return [i for i in range(len(words) - len(name) + 1) if words.folded[i : i + len(name)] == name]


def _mostly_percent(pool: Sequence[Known]) -> bool:
    return 2 * sum(k.percent for k in pool) > len(pool)


def _extreme(text: str, value: float, compared: Sequence[Known]) -> bool:
    values = [k.value for k in compared]
    return bool(values) and value == (max(values) if _MOST.search(text) else min(values))


def _follows(f: Figure, at: Sequence[tuple[int, str]], pool: Sequence[Known]) -> bool:
    value = f.values[0]
    before = [p for i, p in at if i < f.at]
    place = before[-1] if before else None
    same = [k for k in pool if k.percent == f.percent]
    if any(k.value == value and (place is None or k.place == place) for k in same):
        return True
    values = sorted({k.value for k in (same or pool)} | ({k.value for k in pool} if not f.percent else set()))[:60]
    return (
        any(
            abs(value - made) < _CLOSE
            for i, a in enumerate(values)
            for b in values[i + 1 :]
            for made in (b - a, a + b, *((b / a,) if a else ()))
        )
        or abs(value - sum(k.value for k in same)) < _CLOSE
    )
