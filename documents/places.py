"""Provinces, districts and other places: what they are called, where a text names them, and which only one document speaks of."""

import re
from collections import defaultdict
from collections.abc import Iterable

from documents.gazetteer import (
    District,
    Province,
    district_homes,
    districts,
    districts_named,
    folded_key,
    homes,
    key,
    known_province,
    of_kind,
    place_home,
    province_names,
    provinces,
    since_2025,
    successors,
)
from documents.normalise import UPPER, fold
from documents.place_mentions import Mention, places_in
from documents.resolution import Resolution

__all__ = [
    "District",
    "Mention",
    "Province",
    "district_homes",
    "districts",
    "districts_named",
    "folded_key",
    "homes",
    "homes_of",
    "key",
    "known_province",
    "learned_places",
    "named_places",
    "of_kind",
    "place_home",
    "places_in",
    "province_names",
    "provinces",
    "since_2025",
    "successors",
]

_SYLLABLE = rf"[{UPPER}][^\W\d_]*"
_NAMED_PLACE = re.compile(
    # On one line: the cell below "UBND cấp xã" may name whom it will. "Các tỉnh Bắc Lào" is no name of one.
    r"(?<![Cc]ấp )(?<![Cc]ác )\b(?P<kind>[Tt]hành phố|[Tt]hị xã|[Tt]hị trấn|[Hh]uyện|[Qq]uận|[Pp]hường|[Xx]ã|[Tt]ỉnh|TP\.?|TX\.?)[^\S\n]+"
    rf"(?P<name>{_SYLLABLE}(?:[^\S\n]{_SYLLABLE}){{0,3}})(?:[^\S\n]\((?P<above>{_SYLLABLE}(?:[^\S\n]{_SYLLABLE}){{0,3}})\))?"
)
_BODY = re.compile(
    r"(?:Sở|Bộ) (?:Khoa|Tài|Công|Nội|Ngoại|Xây|Y|Giáo|Tư|Nông|Văn|Dân|Du|Quy|Quốc|Thông|Kế|Lao|Giao)(?!\w)|(?:Cục|Ủy)(?!\w)"
    r"|Ban (?:Tuyên|Tổ|Dân|Chấp|Thường|Chỉ|Quản|Cán|Nội|Kinh)(?!\w)"
)
_PLAIN = re.compile(r"(?:ngh?|[cgknpt]h|gi|qu|tr|[bcdghklmnpqrstvx])?[aeiouy]{1,3}(?:ch|ng|nh|[cmnpt])?")
_COMMUNES = ("thị trấn", "phường", "xã")
_MERGER = "2025-07-01"


def learned_places(documents: Iterable[Resolution]) -> dict[str, str]:
    """Cities, districts and communes that the documents of one province alone name -> that province.

    Learned from the text ("thành phố Pleiku", "xã Sảng Mộc (Võ Nhai)"), never listed by hand; only where a text names a district of
    another province does the list of districts tell whose it is: a plan of Trà Vinh that mentions "thành phố Đà Lạt" teaches that
    Đà Lạt is Lâm Đồng's. A document issued since 1 July 2025 may speak of the districts that its province took in as its own
    ("thành phố Quy Nhơn" in one of Gia Lai), unless a document of the province that had them names them too.
    """
    return homes_of(named for document in documents for named in named_places(document))


def named_places(document: Resolution) -> frozenset[tuple[str, str]]:
    """The places `document` names as such, each with the province it counts for there."""
    found = set()
    for said in _NAMED_PLACE.finditer(document.text):
        commune = said["kind"].lower() in _COMMUNES
        for name, listed in ((said["name"], not commune), (said["above"], True)):
            if name and key(name) not in province_names() and _is_name(name):
                found.add((name, (_listed_home(name, document) if listed else None) or document.province))
    return frozenset(found)


def _is_name(name: str) -> bool:
    """Whether what stands behind a kind word may be a name: "thành phố Trung ương quản lý" names no Trung, "xã Sở Tài chính" no Sở Tài."""
    lone = " " not in name and _PLAIN.fullmatch(fold(name)) and key(name) not in district_homes()
    return not lone and not _BODY.match(name)


def homes_of(named: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Of places and the provinces that documents count them for, those of one province alone, as `learned_places`."""
    found: dict[str, set[str]] = defaultdict(set)
    for name, province in named:
        found[name].add(province)
    single: dict[str, str] = {}
    for name, provinces_found in found.items():
        had = set(district_homes().get(key(name), ()))
        finer = provinces_found - {since_2025(p) for p in provinces_found & had} | provinces_found & had
        if len(finer) == 1:
            single[name] = next(iter(finer))
    return single


def _listed_home(name: str, document: Resolution) -> str | None:
    """The only province that has a district `name`, unless that province is part of the document's own since then."""
    listed = district_homes().get(key(name), ())
    if len(listed) != 1:
        return None
    took_in = (document.issued or "") >= _MERGER and since_2025(listed[0]) == document.province
    return None if took_in else listed[0]
