"""Who issued a document, and of which province and which unit below it the document is."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from documents.bodies import CENTRAL, Place, body_lead, body_of_sign, flatten, kind_pattern, normal_case, places_in, unit_of
from documents.letterhead import Head, lines_of
from documents.localities import Unit, home, local_unit, units_in
from documents.normalise import canonical
from documents.resolution import Fact
from documents.signing import Foot

_LOCAL_PARTY = re.compile(r"(?:(?:tinh|thanh|huyen|quan|thi|dang)\s+uy)\b")
_TERM = re.compile(r"\s+khóa\s+\w+$", re.IGNORECASE)
_OFFICE = re.compile(r"(?:chu\s+tich|bi\s+thu|thu\s+truong)\s+(?=\S)")
_ATTACHED_TO = re.compile(r"\(\s*(?:duoc\s+)?(?:ban\s+hanh\s+)?kem\s+theo\s[^()]{5,250}?\scua\s+(?P<body>[^()\d]{4,120})\)")
_VOTED = re.compile(r"(?:luat|nghi\s+quyet|phap\s+lenh)\s+nay\s+(?:da\s+)?duoc\s+(?P<body>(?:uy\s+ban\s+thuong\s+vu\s+)?quoc\s+hoi)\b")
_TAKES_UNIT = frozenset(
    ("Ủy ban nhân dân", "Hội đồng nhân dân", "Thường trực Hội đồng nhân dân", "Đảng bộ", "Công an", "Ban Chỉ đạo", "Tổ công tác", "Hội")
    + ("Phòng", "Ban", "Văn phòng", "Thanh tra", "Ban Chỉ đạo chuyển đổi số", "Ban Quản lý", "Trung tâm", "Hội đồng")
)
ISSUES = re.compile(
    r"\s+(?:da\s+|thong\s+nhat\s+)*(?:ban\s+hanh|ra|ky\s+ban\s+hanh|thong\s+qua)\s+(?:toan\s+van\s+)?(?=" + kind_pattern() + ")"
)
"""What stands between a body and the document that it issues."""


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who issued a document; None where the text does not say."""

    province: Fact | None = None
    body: Fact | None = None
    locality: Fact | None = None
    """The unit below the province, of whose body the document is: "huyện Hải Lăng"; None for provincial and central bodies."""


def read_issuer(text: str, flat: str, head: Head, foot: Foot, number: Fact | None, issued: Fact | None, begin: int, end: int) -> Issuer:
    """Province, issuing body and its unit, from letterhead, title, preamble, signature and number."""
    if not head.kind and not number:
        return Issuer()  # no official document, or only a part of one
    body = _office(head.of) or (head.bodies[-1] if head.bodies else None)
    if body and not head.of and _LOCAL_PARTY.match(flatten(body.value)) and foot.on_behalf:
        body = _party_organ(body, foot.on_behalf)
    elif body and len(head.bodies) > 1 and _LOCAL_PARTY.match(flatten(head.bodies[-2].value)) and "uy" not in flatten(body.value).split():
        body = Fact(f"{normal_case(body.value)} {_committee(head.bodies[-2].value)}", body.start, body.end)  # an office of the committee
    body = (
        body
        or _attaching(text, flat, head, begin)
        or _authority(text, flat, begin, end)
        or issuing_subject(text, flat, begin, end)
        or foot.on_behalf
        or _voted(text, flat, begin)
        or _by_sign(number)
    )
    below = _below(text, head, foot, body, issued.value if issued else None, begin, end)
    if below:
        return below
    province = _province(text, flat, head, foot, body, number, begin, end)
    if body is None:
        return Issuer(province)
    return Issuer(province, Fact(with_place(normal_case(body.value), province.value if province else None), body.start, body.end))


def _below(text: str, head: Head, foot: Foot, body: Fact | None, issued: str | None, begin: int, end: int) -> Issuer | None:
    """The issuer, where it is one below province level."""
    lead = body_lead(body.value) if body else None
    if body is None or (lead is not None and lead.level == "central"):
        return None
    named = [body, *(f for f in reversed(head.bodies) if f != body)]
    found = local_unit((f.value for f in named), issued)
    if found is None:
        return None
    unit, together = found
    letterhead = [*together, *(u for line in head.above for u in units_in(line.text, issued))]
    recipients = "\n".join(f.value for f in foot.recipients)
    stretches = (head.title.value if head.title else "", recipients, text[begin:end], foot.on_behalf.value if foot.on_behalf else "", text)
    province = home(unit, letterhead, head.place.value if head.place else None, stretches, issued)
    span = _span(text, named, unit, issued)
    value = _named_below(body.value, issued) or with_unit(_without_brackets(normal_case(body.value)), unit)
    return Issuer(Fact(province, *span) if province else None, Fact(value, body.start, body.end), Fact(unit.full, *span))


def _span(text: str, facts: Sequence[Fact], unit: Unit, issued: str | None) -> tuple[int | None, int | None]:
    """Where the first of `facts` that names the unit prints it."""
    for fact in facts:
        said = next((fact.value[u.start : u.end] for u in units_in(fact.value, issued) if u.name == unit.name), None)
        if said and fact.start is not None:
            pattern = r"[\W_]+".join(map(re.escape, re.findall(r"[^\W_]+", said)))
            found = re.compile(rf"\b{pattern}\b").search(text, fact.start, fact.end or fact.start)
            if found:
                return found.span()
    return facts[0].start, facts[0].end  # another column runs in between


def _named_below(body: str, issued: str | None) -> str | None:
    """The name of a body with its unit in normal case, a commune's district kept ("xã Hải Thượng, huyện Hải Lăng")."""
    units = units_in(body, issued)
    if not units or units[0].province:
        return None
    first = units[0]
    party = re.match(r"(?:huyện|quận|thị|thành)\s+(ủy|đoàn|đội)\b", canonical(body[first.start : first.end]))
    if party:
        kind = {"thị xã": "thị", "thành phố": "thành"}.get(first.kind, first.kind)
        stem = normal_case(body[: first.start]).rstrip(" ,-–") if body[: first.start].strip() else ""
        said = f"{kind.capitalize()} {party[1]} {first.name}"
        value = f"{stem} {said}".strip()
    else:
        value = f"{normal_case(body[: first.start]).strip(' ,-–')} {first.full}"
    above = "".join(f", {u.full}" for u in units[1:] if not u.province and first.kind not in ("huyện", "quận", "thị xã"))
    term = re.search(r"\s+(khóa\s+\w+)\s*$", canonical(body[units[-1].end :]))
    return value + above + (f" khóa {body.split()[-1]}" if term else "")


def with_unit(body: str, unit: Unit) -> str:
    """The name of a body with its unit, where the print leaves it to the reader ("PHÒNG TƯ PHÁP" below "UBND HUYỆN HẢI LĂNG")."""
    term = _TERM.search(body)
    body, tail = (body[: term.start()], body[term.start() :]) if term else (body, "")
    return _joined(body, unit) + tail


def _joined(body: str, unit: Unit) -> str:
    if canonical(body).endswith(unit.kind):
        return f"{body[: -len(unit.kind)]}{unit.full}"
    committee, _, place = _party(unit).partition(" ủy ")
    if canonical(body).endswith(f"{committee.lower()} ủy"):
        return f"{body} {place}"
    lead = body_lead(body)
    words = canonical(body).split()
    if words[:2] in (["ban", "thường"], ["ban", "chấp"]) and len(words) <= 3:
        return f"{body} {_party(unit)}" if words[1] == "thường" else f"{body} Đảng bộ {unit.full}"
    return f"{body} {unit.full}" if lead and lead.name in _TAKES_UNIT else body


def _party(unit: Unit) -> str:
    short = {"huyện": "Huyện ủy", "quận": "Quận ủy", "thị xã": "Thị ủy", "thành phố": "Thành ủy"}.get(unit.kind)
    return f"{short} {unit.name}" if short else f"Đảng ủy {unit.full}"


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
    organ, place = flatten(on_behalf.value), _committee(letterhead.value)
    if "thuong vu" in organ:
        return Fact(f"Ban Thường vụ {place}", letterhead.start, letterhead.end)
    local = next(iter(units_in(letterhead.value)), None)
    if "chap hanh" in organ and local and not local.province:
        return Fact(f"Ban Chấp hành Đảng bộ {local.full}", letterhead.start, letterhead.end)
    if "chap hanh" in organ and place.startswith(("Tỉnh ủy", "Thành ủy")):
        unit = "tỉnh" if place.startswith("Tỉnh") else "thành phố"
        return Fact(f"Ban Chấp hành Đảng bộ {unit}{place[len(place.split()[0]) + 3 :]}", letterhead.start, letterhead.end)
    return letterhead


def _committee(letterhead: str) -> str:
    return _named_below(letterhead, None) or normal_case(letterhead)


def _attaching(text: str, flat: str, head: Head, begin: int) -> Fact | None:
    """The body below the province whose decision a text is attached to: "(Kèm theo Quyết định số … của … huyện Hải Lăng)"."""
    found = _ATTACHED_TO.search(flat, head.kind_at, begin + 700)
    if not found:
        return None
    start, end = found.span("body")
    office = _OFFICE.match(flat, start)
    start = office.end() if office else start
    units = units_in(text[start:end])
    return Fact(text[start:end].strip(), start, end) if units and not units[0].province and body_lead(text[start:end]) else None


def _authority(text: str, flat: str, begin: int, end: int) -> Fact | None:
    """The body between title and preamble ("THỦ TƯỚNG CHÍNH PHỦ" / "Căn cứ …")."""
    for line in lines_of(text, flat, begin, end)[:6]:
        office = _OFFICE.match(line.flat) if line.capitals else None
        if office and units_in(line.text) and body_lead(line.text[office.end() :]):
            return Fact(line.text[office.end() :], line.start + office.end(), line.end)
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


def _without_brackets(body: str) -> str:
    return re.sub(r"\s*\(\s*(khóa\s+\w+)\s*\)", r" \1", body, flags=re.IGNORECASE).strip(" *,;:()")


def with_place(body: str, province: str | None) -> str:
    """The name of a body with its province, where the print leaves it to the reader ("CỦA BAN THƯỜNG VỤ TỈNH ỦY (KHÓA XX)")."""
    body = _without_brackets(body)
    if province is None or province == CENTRAL or places_in(body):
        return body
    name = province.removeprefix("TP. ")
    term = _TERM.search(body)
    stem, tail = (body[: term.start()], body[term.start() :]) if term else (body, "")
    last = stem.split()[-1].lower() if stem else ""
    if last in ("tỉnh", "phố") or stem.lower().endswith(("tỉnh ủy", "thành ủy")):
        return f"{stem} {name}{tail}"
    if stem in ("Ủy ban nhân dân", "Hội đồng nhân dân", "Thường trực Hội đồng nhân dân", "Ban Chấp hành Đảng bộ") or stem.startswith("Sở "):
        return f"{stem} {unit_of(province)} {name}{tail}"
    if stem in ("Ban Thường vụ", "Ban Chấp hành"):
        return f"{stem} {'Thành ủy' if unit_of(province) == 'thành phố' else 'Tỉnh ủy'} {name}{tail}"
    return body
