"""The unit below the province that a document is of: huyện, quận, thị xã, thành phố thuộc tỉnh, xã, phường, thị trấn, đặc khu.

Letterheads name it with the body ("ỦY BAN NHÂN DÂN HUYỆN HẢI LĂNG", "THÀNH ỦY QUY NHƠN"), a commune often with what is above it
("XÃ HẢI THƯỢNG - HUYỆN HẢI LĂNG"). Where the letterhead leaves the province out, the list of districts knows it; of a commune, and
of a district whose name several provinces have, the text has to tell.
"""

import functools
import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from documents.bodies import is_capitals
from documents.bodies import places_in as provinces_in
from documents.gazetteer import (
    RANKS,
    District,
    districts_named,
    folded_key,
    homes,
    key,
    known_province,
    of_kind,
    place_home,
    province_names,
    since_2025,
)
from documents.normalise import canonical, fold
from documents.place_mentions import places_in

MERGER = "2025-07-01"
"""Since this day there are no districts, and fewer provinces."""
_HUE_CITY = "2025-01-01"  # before, "thành phố Huế" was a city of tỉnh Thừa Thiên Huế
_WORD = re.compile(r"[^\W_]+")
_INSIDE = re.compile(r"\s*[-–—]\s*|\s+|['’ʼ]\s?|\.\s*")
_CITIES = frozenset({"Hà Nội", "TP. Hồ Chí Minh", "Hải Phòng", "Đà Nẵng", "Cần Thơ", "Huế"})
_KINDS: dict[tuple[str, ...], str] = {
    ("thành", "phố"): "thành phố",
    ("thị", "xã"): "thị xã",
    ("thị", "trấn"): "thị trấn",
    ("đặc", "khu"): "đặc khu",
    **{(w,): w for w in ("huyện", "quận", "phường", "xã", "tỉnh")},
    ("tp",): "thành phố",
    ("tx",): "thị xã",
    ("tt",): "thị trấn",
    **{("huyện", w): "huyện" for w in ("ủy", "đoàn", "đội")},
    **{("quận", w): "quận" for w in ("ủy", "đoàn", "đội")},
    **{("thị", w): "thị xã" for w in ("ủy", "đoàn", "đội")},
    **{("thành", w): "thành phố" for w in ("ủy", "đoàn", "đội")},
    **{("tỉnh", w): "tỉnh" for w in ("ủy", "đoàn", "đội")},
}
_SHORT = {"h": "huyện", "q": "quận", "p": "phường", "x": "xã"}  # before a point
_BEFORE_COMMUNE = ("dân", "ủy", "bộ", "an", "sự", "đảng", "ubnd", "hđnd", "quốc", "đoàn", "phụ", "đội", "mặt")
"""What may stand before "xã hội" where it is a commune called Hội …, not society."""
_NO_NAME = frozenset(("ủy", "ubnd", "hđnd", "hội", "ban", "bộ", "sở", "phòng", "các", "văn", "trực", "khóa"))
_LONGEST = 6  # words of a name


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit that a body's name ends with: `text[start:end]` is kind and name."""

    kind: str
    name: str
    """In normal case, as the list of districts writes it where it is there."""
    start: int
    end: int
    province: str | None = None
    """Of a province or a city of its rank: which."""
    units: tuple[District, ...] = ()
    """Of a district: those it can be."""

    @property
    def full(self) -> str:
        """ "huyện Hải Lăng", "Quận 1"."""
        if self.name.startswith("Quận "):
            return self.name
        return f"{self.kind.capitalize() if self.name.isdigit() else self.kind} {self.name}"


def units_in(name: str, issued: str | None = None) -> list[Unit]:
    """The units that the name of a body holds, in order, provinces with them; `issued` is the ISO date of the document."""
    words = list(_WORD.finditer(name))
    low = [canonical(w[0]) for w in words]
    found: list[Unit] = []
    i = 0
    while i < len(words):
        kind, first = _kind(name, words, low, i)
        unit = _unit(name, words, low, i, first, kind, issued) if kind else None
        if unit:
            found.append(unit)
            i = next((k for k in range(i, len(words)) if words[k].start() >= unit.end), len(words))
        else:
            i += 1
    return found


def _kind(name: str, words: Sequence[re.Match[str]], low: Sequence[str], i: int) -> tuple[str, int]:
    """The kind of unit that word `i` begins to name ("" for none), and the word its name begins at."""
    for n in (2, 1):
        kind = _KINDS.get(tuple(low[i : i + n])) or (_SHORT.get(low[i]) if n == 1 and name[words[i].end() :].startswith(".") else None)
        if not kind or len(low) <= i + n:
            continue
        if kind == "xã" and ((i and low[i - 1] == "tác") or (low[i + 1] == "hội" and not (i and low[i - 1] in _BEFORE_COMMUNE))):
            continue  # a co-operative, society
        return kind, i + n
    return "", i


def _unit(name: str, words: Sequence[re.Match[str]], low: Sequence[str], i: int, first: int, kind: str, issued: str | None) -> Unit | None:
    if low[first] in _NO_NAME and kind != "xã" or _kind(name, words, low, first)[0]:
        return None
    if not re.fullmatch(r"\s+|\.\s*|:\s*", name[words[first - 1].end() : words[first].start()]):
        return None
    end = first
    while end < min(first + _LONGEST, len(words)) and _goes_on(name, words, low, first, end):
        end += 1
    if end == first:
        return None
    start = words[i].start()
    if kind in ("tỉnh", "thành phố"):
        for stop in range(end, first, -1):
            province = known_province(" ".join(low[first:stop]))
            if province and (kind == "tỉnh" or (province in _CITIES and not _hue_city(province, issued))):
                return Unit(kind, province, start, words[stop - 1].end(), province)
    if kind == "tỉnh":
        return None
    if kind in RANKS:
        for stop in range(end, first, -1):
            said = " ".join(low[first:stop])
            units = _districts(f"quận {int(said)}" if kind == "quận" and said.isdecimal() else said, kind)
            if units:
                return Unit(kind, units[0].name, start, words[stop - 1].end(), None, units)
    printed = name[words[first].start() : words[end - 1].end()]
    return Unit(kind, _cased(printed), start, words[end - 1].end())


def _goes_on(name: str, words: Sequence[re.Match[str]], low: Sequence[str], first: int, k: int) -> bool:
    """Whether word `k` is still part of the name that begins at word `first`."""
    said = words[k][0]
    if not (said[0].isupper() or said.isdigit() or (k > first and name[words[k].start() - 1] in "'’ʼ")):
        return False
    if k == first:
        return True
    return (
        _INSIDE.fullmatch(name[words[k - 1].end() : words[k].start()]) is not None
        and not _kind(name, words, low, k)[0]
        and low[k] not in ("khóa", "nhiệm", "và")
        and not (said.isdigit() and not words[k - 1][0].isdigit() and k - first > 1)
    )


def _hue_city(province: str, issued: str | None) -> bool:
    return province == "Huế" and issued is not None and issued < _HUE_CITY


def _districts(said: str, kind: str) -> tuple[District, ...]:
    """The districts called `said`, those of that kind first; a slip in a mark ("HAI LĂNG") is forgiven where only one name fits."""
    units = districts_named().get(key(said), ())
    if not units:
        alike = _folded().get(folded_key(said), ())
        units = alike if len({d.name for d in alike}) == 1 and len(folded_key(said)) > 1 else ()
    return of_kind(units, kind) or units


@functools.cache
def _folded() -> dict[tuple[str, ...], tuple[District, ...]]:
    found: dict[tuple[str, ...], tuple[District, ...]] = {}
    for spelled, units in districts_named().items():
        plain = tuple(fold(w) for w in spelled)
        found[plain] = tuple(dict.fromkeys((*found.get(plain, ()), *units)))
    return found


def _cased(printed: str) -> str:
    """A place's name in normal case; a name in normal case stays as it is printed."""
    printed = " ".join(printed.split())
    if not is_capitals(printed):
        return printed
    known = next((d.name for d in districts_named().get(key(printed), ())), None) or province_names().get(key(printed))
    if known and key(known) == key(printed):
        return known
    return re.sub(r"[^\W\d_]+", lambda m: m[0].capitalize(), printed)


def local_unit(bodies: Iterable[str], issued: str | None = None) -> tuple[Unit, tuple[Unit, ...]] | None:
    """The unit below the province that the first of `bodies` with any unit is of, and all units named with it; None for a province's."""
    for name in bodies:
        units = units_in(name, issued)
        if units:
            return None if units[0].province else (units[0], tuple(units))
    return None


def home(
    unit: Unit,
    letterhead: Sequence[Unit],
    place: str | None,
    stretches: Sequence[str],
    issued: str | None,
) -> str | None:
    """The province of `unit`, or None where nothing tells.

    Args:
        letterhead: All units that the letterhead names.
        place: Of the date line, as printed.
        stretches: Parts of the text, the most telling first.
        issued: ISO date; since 1 July 2025 a province is named by what it has become.
    """
    named = next((u.province for u in letterhead if u.province), None)
    if named:
        return named
    since = issued is not None and issued >= MERGER
    own = [u for u in letterhead if u.units]
    candidates: Collection[str] = ()
    for above in [u for u in (unit, *own) if u.units]:
        found = homes(above.units)
        candidates = [p for p in candidates if p in found] or found
        if len(candidates) == 1:
            return _today(next(iter(candidates)), since)
    if not unit.units and key(unit.name) in province_names() and unit.kind in ("thị xã", "thành phố"):
        return province_names()[key(unit.name)]  # the town that a province is called after lies in it
    said = _said(stretches, {_today(p, since) for p in candidates}, since)
    if said:
        return said
    by_place = place_home(place) if place and (since or key(place) != key(unit.name)) else None
    return _today(by_place, since) if by_place and (not candidates or by_place in candidates) else None


def _today(province: str, since: bool) -> str:
    return known_province(since_2025(province) or province) or province if since else province


def _said(stretches: Sequence[str], candidates: Collection[str], since: bool) -> str | None:
    """The province that the first telling stretch names most often, of `candidates` where there are any."""
    for stretch in stretches:
        votes: Counter[str] = Counter()
        for place in provinces_in(stretch):
            if place.unit in ("tỉnh", "thành phố", "tỉnh ủy", "thành ủy") or place.unit.endswith(" tỉnh"):
                votes[_today(place.province, since)] += 1
        for mention in places_in(stretch):
            if mention.kind != "tỉnh" and mention.province and re.search(r"(?:huyện|quận|thị xã|thành phố)\s+$", stretch[: mention.start]):
                votes[_today(mention.province, since)] += 1
        best = [(p, n) for p, n in votes.most_common() if not candidates or p in candidates][:2]
        if best and (len(best) == 1 or best[0][1] > best[1][1]):
            return best[0][0]
    return None
