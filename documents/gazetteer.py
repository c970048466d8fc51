"""The country's provinces and districts by old and new names, as data.

Provinces are known by their names before 1 July 2025 throughout; `Province.since_2025` and `since_2025` lead to today's.
Districts (huyện, quận, thị xã, thành phố thuộc tỉnh) ended on 30 June 2025, but texts and people go on naming them.
"""

import functools
import itertools
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from importlib import resources

from documents.normalise import canonical, fold, words

RANKS = {"huyện": 0, "thị xã": 1, "thành phố": 2, "quận": 2}
"""District kinds; one of a lower rank may have become one of a higher rank since a text was written."""
_KIND = re.compile(r"(?i)^\s*(?:(tp|tx|q|h)\.\s*|(thành phố|thị xã|huyện đảo|huyện|quận|tỉnh|tp|tx)\s+)(?=\S)")
SHORT_KINDS = {"tp": "thành phố", "tx": "thị xã", "q": "quận", "h": "huyện", "huyện đảo": "huyện"}


@dataclass(frozen=True, slots=True)
class Province:
    """A province as it was before 1 July 2025, and the province it belongs to since."""

    name: str
    since_2025: str
    aliases: tuple[str, ...] = ()
    also: str = ""
    """What else the name is read as, see `District.also`."""


@dataclass(frozen=True, slots=True)
class District:
    """A district, town or city below the province, as it was when that level ended on 30 June 2025."""

    kind: str
    """huyện | quận | thị xã | thành phố"""
    name: str
    """Without its kind, but for "Quận 1" and the like."""
    province: str
    """The province before 1 July 2025."""
    aliases: tuple[str, ...] = ()
    ended: int | None = None
    """The year it was merged into a neighbour, where that was before 2025-06-30."""
    also: str = ""
    """"name": a person's or a word's name as well, even in capitals; "word": everyday words in lower case; "bare": everyday words
    only without diacritics; "": nothing else."""


def _rows(file: str) -> list[list[str]]:
    lines = (resources.files("documents") / "data" / file).read_text("utf-8").splitlines()
    return [[*line.split("\t"), *[""] * 5] for line in lines if line and not line.startswith("#")]


def _split(names: str) -> tuple[str, ...]:
    return tuple(n for n in names.split("|") if n)


@functools.cache
def provinces() -> tuple[Province, ...]:
    """The 63 provinces before 1 July 2025, from `documents/data/provinces.tsv`."""
    return tuple(Province(name, since, _split(aliases), also) for name, since, aliases, also, *_ in _rows("provinces.tsv"))


@functools.cache
def districts() -> tuple[District, ...]:
    """The 696 districts of 30 June 2025 and the few that ended since 2020, from `documents/data/districts.tsv`."""
    return tuple(
        District(kind, name, province, _split(aliases), int(ended) if ended else None, also)
        for kind, name, province, aliases, ended, also, *_ in _rows("districts.tsv")
    )


def key(name: str) -> tuple[str, ...]:
    """`name` as the words it is compared by: lower case, one tone placement."""
    return tuple(canonical(w) for w in words(name.replace("-", " ")))


def folded_key(name: str) -> tuple[str, ...]:
    """`name` as folded words, for questions typed without diacritics."""
    return tuple(fold(w) for w in words(name.replace("-", " ")))


_VARIANTS = dict.fromkeys(("đắk", "đăk", "đak"), ("đắk", "đăk", "đak", "đắc")) | {"lắk": ("lắk", "lăk", "lak")}


def _spellings(name: str) -> set[tuple[str, ...]]:
    """The keys of `name`; "Đắk", "Đăk", "Đak" and "Đắc" are written for one another."""
    return set(itertools.product(*(_VARIANTS.get(w, (w,)) for w in key(name))))


@functools.cache
def province_names() -> dict[tuple[str, ...], str]:
    """Every way to name a province -> its name (before 2025; a name that only exists since then maps to itself)."""
    names: dict[tuple[str, ...], str] = {}
    for p in provinces():
        for spelled in (k for name in (p.name, *p.aliases) for k in _spellings(name)):
            names[spelled] = p.name
    for p in provinces():
        names.setdefault(key(p.since_2025), p.since_2025)
    return names


def successors(name: str) -> tuple[str, ...]:
    """The provinces before 2025 that make up what is called `name` since, its own namesake first."""
    parts = [p.name for p in provinces() if p.since_2025 == name]
    return tuple(sorted(parts, key=lambda n: n != name))


def known_province(name: str) -> str | None:
    """The province `name` means, with or without diacritics, or None."""
    exact = province_names().get(key(name))
    if exact:
        return exact
    return _folded_provinces().get(folded_key(name))


@functools.cache
def _folded_provinces() -> dict[tuple[str, ...], str]:
    own = {folded_key(n): p.name for p in provinces() for n in (p.name, *p.aliases)}
    return {folded_key(p.since_2025): p.since_2025 for p in provinces()} | own


def since_2025(name: str) -> str | None:
    """The province that the province `name` (any of its names) belongs to since 1 July 2025, or None for no province."""
    known = known_province(name)
    return next((p.since_2025 for p in provinces() if p.name == known), None)


@functools.cache
def districts_named() -> dict[tuple[str, ...], tuple[District, ...]]:
    """Key of a name -> the districts that bear it; those that ended early only where no other does."""
    found: dict[tuple[str, ...], list[District]] = defaultdict(list)
    for d in districts():
        for k in {k for name in (d.name, *d.aliases) for k in _spellings(name)}:
            found[k].append(d)
    return {k: tuple([d for d in ds if not d.ended] or ds) for k, ds in found.items()}


@functools.cache
def district_homes() -> dict[tuple[str, ...], tuple[str, ...]]:
    """Key of a district's name -> the provinces (before 2025) that have a district of that name, in alphabetical order of the file."""
    return {k: homes(ds) for k, ds in districts_named().items()}


@dataclass(frozen=True, slots=True)
class Reading:
    """What one spelling may name: a province, districts, both, or (where it only hides a place's name) neither."""

    name: str
    province: str | None
    units: tuple[District, ...] = ()
    also: str = ""


_HIDING = ("Thái Bình Dương", "an ninh", "hải dương học", "tượng hải dương")
"""Words within or across which a province's name only seems to stand ("an ninh bình đẳng")."""


@functools.cache
def lexicon() -> dict[tuple[str, ...], tuple[Reading, ...]]:
    found = {key(name): Reading(name, None) for name in _HIDING}
    for p in provinces():
        for name in (p.name, *p.aliases):
            bare = _KIND.sub("", name)
            for k in _spellings(bare):
                found.setdefault(k, Reading(p.name, p.name, (), p.also if name == p.name else ""))
    for k, units in districts_named().items():
        d = units[0]
        found[k] = replace(found[k], units=units) if k in found else Reading(d.name, None, units, d.also if key(d.name) == k else "")
    return {k: (r,) for k, r in found.items()}


@functools.cache
def folded_lexicon() -> dict[tuple[str, ...], tuple[Reading, ...]]:
    found: dict[tuple[str, ...], list[Reading]] = defaultdict(list)
    for k, readings in lexicon().items():
        found[tuple(fold(w) for w in k)] += readings
    # A province is meant before a district that is only spelled like it (Phú Yên, Phù Yên).
    return {k: tuple(sorted(dict.fromkeys(rs), key=lambda r: (r.province is None, not r.also))) for k, rs in found.items()}


def homes(units: Iterable[District]) -> tuple[str, ...]:
    """The provinces of `units`, each once."""
    return tuple(dict.fromkeys(d.province for d in units))


def of_kind(units: Sequence[District], kind: str) -> tuple[District, ...]:
    """Those of `units` that a text means by `kind`: of that kind, or else what has become of one (a huyện may be a thị xã by now)."""
    return tuple(d for d in units if d.kind == kind) or tuple(d for d in units if RANKS[d.kind] > RANKS[kind])


def place_home(name: str) -> str | None:
    """The province (before 2025) that a district's or city's name means where that is only one, else None.

    `name` may bear its kind ("huyện Tân Phú" is Đồng Nai's, "quận Tân Phú" TP. Hồ Chí Minh's) and lack diacritics. A bare name that
    is a province's as well means the province; a quận by number needs its "quận" or "Q.".
    """
    said = _KIND.match(name)
    kind = (said[1] or said[2]).lower() if said else ""
    kind, bare = SHORT_KINDS.get(kind, kind), name[said.end() :] if said else name
    sought = key(bare) if kind != "quận" or not bare.strip().isdecimal() else ("quận", str(int(bare)))
    names = [lexicon().get(sought, ())]
    if bare.isascii():
        names.append(folded_lexicon().get(tuple(fold(w) for w in sought), ()))
    for readings in names:
        units = tuple(d for r in readings for d in r.units)
        fit = of_kind(units, kind) if kind in RANKS else ()
        found = homes(fit) or tuple(r.province for r in readings if r.province)[:1] or homes(units)
        if found:
            return found[0] if len(found) == 1 else None
    return None
