"""Who issued a document, and of which province it is."""

import re

from documents.bodies import CENTRAL, Place, body_lead, body_of_sign, flatten, kind_pattern, normal_case, places_in, unit_of
from documents.letterhead import Head, lines_of
from documents.resolution import Fact
from documents.signing import Foot

_LOCAL_PARTY = re.compile(r"(?:(?:tinh|thanh|huyen|quan|thi|dang)\s+uy)\b")
_VOTED = re.compile(r"(?:luat|nghi\s+quyet|phap\s+lenh)\s+nay\s+(?:da\s+)?duoc\s+(?P<body>(?:uy\s+ban\s+thuong\s+vu\s+)?quoc\s+hoi)\b")
ISSUES = re.compile(
    r"\s+(?:da\s+|thong\s+nhat\s+)*(?:ban\s+hanh|ra|ky\s+ban\s+hanh|thong\s+qua)\s+(?:toan\s+van\s+)?(?=" + kind_pattern() + ")"
)
"""What stands between a body and the document that it issues."""


def read_issuer(text: str, flat: str, head: Head, foot: Foot, number: Fact | None, begin: int, end: int) -> tuple[Fact | None, Fact | None]:
    """Province and issuing body, from letterhead, title, preamble, signature and number; None where the text does not say."""
    if not head.kind and not number:
        return None, None  # no official document, or only a part of one
    body = _office(head.of) or (head.bodies[-1] if head.bodies else None)
    if body and not head.of and _LOCAL_PARTY.match(flatten(body.value)) and foot.on_behalf:
        body = _party_organ(body, foot.on_behalf)
    elif body and len(head.bodies) > 1 and _LOCAL_PARTY.match(flatten(head.bodies[-2].value)) and "uy" not in flatten(body.value).split():
        body = Fact(f"{normal_case(body.value)} {normal_case(head.bodies[-2].value)}", body.start, body.end)  # an office of the committee
    body = (
        body
        or _authority(text, flat, begin, end)
        or issuing_subject(text, flat, begin, end)
        or foot.on_behalf
        or _voted(text, flat, begin)
        or _by_sign(number)
    )
    province = _province(text, flat, head, foot, body, number, begin, end)
    if body is None:
        return province, None
    return province, Fact(with_place(normal_case(body.value), province.value if province else None), body.start, body.end)


def _office(of: Fact | None) -> Fact | None:
    """The body in "của Bộ trưởng Bộ Tài chính"; a head of a body that is named nowhere is none."""
    if of is None or of.start is None or (body_lead(of.value) and not re.match(r"bo\s+truong\b", flatten(of.value))):
        return of
    for word in re.finditer(r"\s(?=\S)", of.value):
        if body_lead(of.value[word.end() :]):
            return Fact(of.value[word.end() :], of.start + word.end(), of.end)
    return None


def _party_organ(letterhead: Fact, on_behalf: Fact) -> Fact:
    """A committee's letterhead covers its standing board too: the signature says which of the two decided."""
    organ, place = flatten(on_behalf.value), normal_case(letterhead.value)
    if "thuong vu" in organ:
        return Fact(f"Ban Thường vụ {place}", letterhead.start, letterhead.end)
    if "chap hanh" in organ and place.startswith(("Tỉnh ủy", "Thành ủy")):
        unit = "tỉnh" if place.startswith("Tỉnh") else "thành phố"
        return Fact(f"Ban Chấp hành Đảng bộ {unit}{place[len(place.split()[0]) + 3 :]}", letterhead.start, letterhead.end)
    return letterhead


def _authority(text: str, flat: str, begin: int, end: int) -> Fact | None:
    """The body between title and preamble ("THỦ TƯỚNG CHÍNH PHỦ" / "Căn cứ …")."""
    for line in lines_of(text, flat, begin, end)[:6]:
        lead = body_lead(line.text)
        if lead and lead.level != "field" and (line.capitals or flatten(lead.name) == line.flat):
            return Fact(line.text, line.start, line.end)
    return None


def issuing_subject(text: str, flat: str, begin: int, end: int) -> Fact | None:
    """ "Ủy ban nhân dân tỉnh … ban hành Kế hoạch …": the subject of the sentence that issues the document."""
    for found in ISSUES.finditer(flat, begin, end):
        start = max(begin, found.start() - 90)
        clause = max((m.end() for m in re.finditer(r"[,;:.\n]\s*", text[start : found.start()])), default=0) + start
        for at in [clause, *(clause + m.start() + 1 for m in re.finditer(r"\s\S", text[clause : found.start()]))]:
            lead = body_lead(text[at : found.start()])
            if lead and text[at].isupper() and lead.level != "field":
                return Fact(text[at : found.start()], at, found.start())
    return None


def _voted(text: str, flat: str, begin: int) -> Fact | None:
    """ "Luật này đã được Quốc hội … thông qua ngày …"."""
    found = _VOTED.search(flat, begin)
    return Fact(text[found.start("body") : found.end("body")], found.start("body"), found.end("body")) if found else None


def _by_sign(number: Fact | None) -> Fact | None:
    body = body_of_sign(re.split(r"[-/.]", number.value)[-1]) if number else None
    return Fact(body.name, number.start, number.end) if number and body else None


def _province(text: str, flat: str, head: Head, foot: Foot, body: Fact | None, number: Fact | None, begin: int, end: int) -> Fact | None:
    """The province: of the letterhead, else "Trung ương" for a central body, else of date line, title, preamble or signature."""
    named = [f for f in (body, *reversed(head.bodies)) if f]
    for fact in named:
        lead = body_lead(fact.value)
        if lead and lead.level == "central":
            return Fact(CENTRAL, fact.start, fact.end)
        place = next(iter(places_in(text[fact.start : fact.end])), None)
        if place and fact.start is not None:
            return Fact(place.province, fact.start + place.start, fact.start + place.end)
    if any(flatten(f.value).startswith("bo ") for f in named):
        return Fact(CENTRAL, named[0].start, named[0].end)
    sign = body_of_sign(re.split(r"[-/.]", number.value)[-1]) if number else None
    if number and ((sign and sign.level == "central") or number.value.endswith("/TW")):
        return Fact(CENTRAL, number.start, number.end)
    if head.place and head.place.start is not None:
        place = next(iter(places_in(head.place.value)), None)
        if place:
            return Fact(place.province, head.place.start + place.start, head.place.start + place.end)
    return _place_named(text, head, foot, begin, end)


def _place_named(text: str, head: Head, foot: Foot, begin: int, end: int) -> Fact | None:
    stretches = [(f.start, f.end) for f in (head.title, foot.on_behalf) if f] + [(begin, end)]
    for start, stop in stretches:
        if start is None or stop is None:
            continue
        for place in places_in(text[start:stop]):
            if _local(place):
                return Fact(place.province, start + place.start, start + place.end)
    return None


def _local(place: Place) -> bool:
    return place.unit in ("tỉnh", "thành phố", "tỉnh ủy", "thành ủy") or place.unit.endswith(" tỉnh")


def with_place(body: str, province: str | None) -> str:
    """The name of a body with its province, where the print leaves it to the reader ("CỦA BAN THƯỜNG VỤ TỈNH ỦY (KHÓA XX)")."""
    body = re.sub(r"\s*\(\s*(khóa\s+\w+)\s*\)", r" \1", body, flags=re.IGNORECASE).strip(" *,;:()")
    if province is None or province == CENTRAL or places_in(body):
        return body
    name = province.removeprefix("TP. ")
    term = re.search(r"\s+khóa\s+\w+$", body, re.IGNORECASE)
    stem, tail = (body[: term.start()], body[term.start() :]) if term else (body, "")
    last = stem.split()[-1].lower() if stem else ""
    if last in ("tỉnh", "phố") or stem.lower().endswith(("tỉnh ủy", "thành ủy")):
        return f"{stem} {name}{tail}"
    if stem in ("Ủy ban nhân dân", "Hội đồng nhân dân", "Thường trực Hội đồng nhân dân", "Ban Chấp hành Đảng bộ") or stem.startswith("Sở "):
        return f"{stem} {unit_of(province)} {name}{tail}"
    if stem in ("Ban Thường vụ", "Ban Chấp hành"):
        return f"{stem} {'Thành ủy' if unit_of(province) == 'thành phố' else 'Tỉnh ủy'} {name}{tail}"
    return body
