"""Provinces by old and new names, and the places that only one document speaks of."""

import functools
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import resources

from documents.normalise import UPPER, canonical, fold, words
from documents.resolution import Resolution

_SYLLABLE = rf"[{UPPER}][^\W\d_]*"
_NAMED_PLACE = re.compile(
    r"\b(?:[Tt]hành phố|[Tt]hị xã|[Tt]hị trấn|[Hh]uyện|[Qq]uận|[Pp]hường|[Xx]ã|[Tt]ỉnh|TP\.?|TX\.?)\s+"
    rf"({_SYLLABLE}(?:\s{_SYLLABLE}){{0,3}})(?:\s\(({_SYLLABLE}(?:\s{_SYLLABLE}){{0,3}})\))?"
)


@dataclass(frozen=True, slots=True)
class Province:
    """A province as it was before 1 July 2025, and the province it belongs to since."""

    name: str
    since_2025: str
    aliases: tuple[str, ...] = ()


@functools.cache
def provinces() -> tuple[Province, ...]:
    """The 63 provinces before 1 July 2025, from `documents/data/provinces.tsv`."""
    rows = []
    for line in (resources.files("documents") / "data" / "provinces.tsv").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            name, since, aliases, *_ = [*line.split("\t"), ""]
            rows.append(Province(name, since, tuple(a for a in aliases.split("|") if a)))
    return tuple(rows)


def key(name: str) -> tuple[str, ...]:
    """`name` as the words it is compared by: lower case, one tone placement."""
    return tuple(canonical(w) for w in words(name.replace("-", " ")))


def folded_key(name: str) -> tuple[str, ...]:
    """`name` as folded words, for questions typed without diacritics."""
    return tuple(fold(w) for w in words(name.replace("-", " ")))


@functools.cache
def province_names() -> dict[tuple[str, ...], str]:
    """Every way to name a province -> its name (before 2025; a name that only exists since then maps to itself)."""
    names: dict[tuple[str, ...], str] = {}
    for p in provinces():
        for name in (p.name, *p.aliases):
            names[key(name)] = p.name
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
    folded = {folded_key(n): p for p in provinces() for n in (p.name, p.since_2025, *p.aliases) for p in [p]}
    found = folded.get(folded_key(name))
    return found.name if found else None


def learned_places(documents: Iterable[Resolution]) -> dict[str, str]:
    """Cities, districts and communes that the documents of one province alone name -> that province.

    Learned from the text ("thành phố Pleiku", "xã Sảng Mộc (Võ Nhai)"), never listed by hand.
    """
    homes: dict[str, set[str]] = defaultdict(set)
    for document in documents:
        for found in _NAMED_PLACE.finditer(document.text):
            for name in found.groups():
                if name and key(name) not in province_names():
                    homes[name].add(document.province)
    return {name: next(iter(home)) for name, home in homes.items() if len(home) == 1}
