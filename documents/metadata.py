"""What a document says of itself: kind, number, date, issuing body, province, title, signer, recipients, and its ties to others.

Every value is a `Fact` with the span it was read from. Where the text does not say, there is no fact: an incoming stamp's
date is not the date of issue, and a number that stands for another document is not this one's.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, fields

from documents.bodies import flatten, is_capitals, kinds, recase
from documents.issuer import read_issuer
from documents.letterhead import Head, Line, kind_of_signs, lines_of, read_head
from documents.mentions import DATE, Mention, acts, carried_out, iso_date, mention_at, preamble
from documents.resolution import Fact, Passage
from documents.signing import Foot, read_foot
from documents.speech import read_speech

_ATTACHED = re.compile(r"\(?\s*(?:duoc\s+)?(?:ban\s+hanh\s+)?kem\s+theo\s+(?=[a-z])")
_PASSED = re.compile(r"(?:luat|nghi\s+quyet|phap\s+lenh|bo\s+luat)\s+(?:nay|da)\b[^.\n]{0,160}?\bthong\s+qua\b[^.\n]{0,60}?(" + DATE + ")")
_RANGE = r"\d{4}\s*[-–]\s*\d{4}"
_AIM = r"(?:\s*[,;]?\s*(?:va\s+)?(?:dinh\s+huong|tam\s+nhin|huong)\s+(?:den|toi)?\s*(?:nam\s+)?\d{4}){0,2}"
_PERIODS = tuple(
    re.compile(p)
    for p in (
        rf"(?:cac\s+)?giai\s+doan\s+(?:(?:tu\s+)?(?:nam\s+)?\d{{4}}\s*(?:[-–]|den(?:\s+nam)?)\s*\d{{4}}){_AIM}",
        rf"den\s+(?:het\s+)?(?:nam\s+)?\d{{4}}{_AIM}",
        rf"{_RANGE}{_AIM}",
        rf"(?<!\w)(?:trong\s+)?nam\s+\d{{4}}{_AIM}",
    )
)


@dataclass(frozen=True, slots=True)
class Metadata:
    """The facts of a document's metadata; an empty tuple where the text does not say.

    `text[fact.start:fact.end]` is what is printed; `value` is its normal form. Fields with one value have at most one fact,
    but for `signer` and `signer_role` of a joint document.
    """

    kind: tuple[Fact, ...] = ()
    """ "Nghị quyết", "Kế hoạch", …; "Bài trình bày nghị quyết" for a speech."""
    nature: tuple[Fact, ...] = ()
    """What the text really is: "nguyên văn nghị quyết", "dự thảo kế hoạch", "bài phát biểu trình bày …"."""
    number: tuple[Fact, ...] = ()
    """ "157/KH-UBND", without spaces."""
    issued: tuple[Fact, ...] = ()
    """ISO date."""
    body: tuple[Fact, ...] = ()
    """The issuing body in normal case, with its place."""
    province: tuple[Fact, ...] = ()
    """A name of `documents/data/provinces.tsv`, or "Trung ương"."""
    locality: tuple[Fact, ...] = ()
    """The unit below the province that issued it: "huyện Hải Lăng", "phường Pleiku"; none of provincial and central bodies."""
    title: tuple[Fact, ...] = ()
    """Kind and subject: "Kế hoạch thực hiện …"; a title in capitals is put in normal case."""
    signer: tuple[Fact, ...] = ()
    signer_role: tuple[Fact, ...] = ()
    """ "Phó Chủ tịch"."""
    recipients: tuple[Fact, ...] = ()
    period: tuple[Fact, ...] = ()
    """ "giai đoạn 2021-2025, định hướng đến năm 2030"."""
    replaces: tuple[Fact, ...] = ()
    amends: tuple[Fact, ...] = ()
    abolishes: tuple[Fact, ...] = ()
    implements: tuple[Fact, ...] = ()
    """What the document says it carries out, in its title and preamble."""
    based_on: tuple[Fact, ...] = ()
    """What it rests on ("Căn cứ …")."""

    def facts(self) -> dict[str, tuple[Fact, ...]]:
        """The fields that have any fact."""
        return {f.name: getattr(self, f.name) for f in fields(self) if getattr(self, f.name)}


def read_metadata(text: str, passages: Sequence[Passage]) -> Metadata:
    """Read the metadata of `text`; `passages` (of `documents.passages.cut`) tell the footnotes, which say nothing of the document."""
    flat = flatten(text)
    notes = sorted((p.start, p.end) for p in passages if p.kind == "note")
    lines = _outside(lines_of(text, flat), notes)
    head = read_head(text, flat)
    speech = None if head.number else read_speech(text, flat)
    if speech:
        return Metadata(
            kind=_one(speech.kind),
            nature=_one(speech.nature),
            number=_one(speech.number),
            issued=_one(speech.issued),
            body=_one(speech.body),
            province=_one(speech.province),
            title=_one(speech.title),
            period=_one(_period(text, flat, speech.title)),
        )
    begin = next((f.end for f in (head.title, head.kind) if f and f.end), 0)
    joint = head.kind is not None and head.kind.value.endswith(("liên tịch", "phối hợp", "liên ngành"))
    foot = read_foot(text, [line for line in lines if line.start >= begin], joint)
    end = min(head.end, foot.start) if foot.start is not None else head.end
    body_end = notes[0][0] if notes else len(text)
    attached = _attached(text, flat, head, begin)
    named = attached or _by_annex(text, flat, head, foot)
    number = head.number or _attached_number(named)
    issued = head.issued or _passed(flat, begin) or _attached_date(named, flat, number)
    issuer = read_issuer(text, flat, head, foot, number, issued, begin, end)
    title = _title(head, lines)
    base, done = preamble(text, flat, begin, end)
    span = (head.title.start or 0, head.title.end or 0) if head.title else (0, 0)
    ties = acts(
        text,
        flat,
        head.kind.value if head.kind else None,
        span,
        _quotes(text, body_end),
        min(begin, span[0]) if head.title else begin,
        body_end,
    )
    return Metadata(
        kind=_one(head.kind or _kind_by_number(head.number)),
        nature=_one(_nature(head, attached, _annexed(text, flat, head, foot))),
        number=_one(number),
        issued=_one(issued),
        body=_one(issuer.body),
        province=_one(issuer.province),
        locality=_one(issuer.locality),
        title=_one(title),
        signer=tuple(foot.signer),
        signer_role=tuple(foot.role),
        recipients=tuple(foot.recipients),
        period=_one(_period(text, flat, head.title)),
        replaces=tuple(ties["replaces"]),
        amends=tuple(ties["amends"]),
        abolishes=tuple(ties["abolishes"]),
        implements=_distinct([*(carried_out(text, flat, *span) if head.title else []), *done]),
        based_on=_distinct(base),
    )


def _one(fact: Fact | None) -> tuple[Fact, ...]:
    return (fact,) if fact else ()


def _distinct(found: Sequence[Fact]) -> tuple[Fact, ...]:
    return tuple({f.value: f for f in reversed(found)}.values())[::-1]


def _outside(lines: Sequence[Line], spans: Sequence[tuple[int, int]]) -> list[Line]:
    inside = iter(spans)
    span = next(inside, None)
    kept = []
    for line in lines:
        while span and span[1] <= line.start:
            span = next(inside, None)
        if not (span and span[0] <= line.start):
            kept.append(line)
    return kept


def _quotes(text: str, end: int) -> list[tuple[int, int]]:
    """The stretches in quotation marks, an unclosed one left out."""
    spans = []
    opened: int | None = None
    for m in re.compile(r"[“”]").finditer(text, 0, end):
        if m[0] == "“":
            opened = m.start() if opened is None else opened
        elif opened is not None:
            spans.append((opened, m.end()))
            opened = None
    return spans


def _attached(text: str, flat: str, head: Head, begin: int) -> Mention | None:
    """The document that a text says it is attached to, near its title ("(Ban hành kèm theo Quyết định số …)")."""
    found = _ATTACHED.search(flat, head.kind_at, begin + 400)
    return mention_at(text, flat, found.end(), min(len(text), found.end() + 400)) if found else None


def _by_annex(text: str, flat: str, head: Head, foot: Foot) -> Mention | None:
    """This document as its annex names it ("PHỤ LỤC … (Kèm theo Nghị quyết số …)"), where a copy of it lost its own letterhead."""
    if head.number or head.signs or head.draft or not head.kind or foot.start is None:
        return None
    for found in _ATTACHED.finditer(flat, foot.start):
        mention = mention_at(text, flat, found.end(), min(len(text), found.end() + 400))
        if mention and mention.number and mention.kind == head.kind.value:
            return mention
    return None


def _attached_number(attached: Mention | None) -> Fact | None:
    if not attached or not attached.number:
        return None
    length = len(attached.value.split()[-1])
    return Fact(attached.number, max(attached.start, attached.end - length), attached.end)


def _attached_date(attached: Mention | None, flat: str, number: Fact | None) -> Fact | None:
    found = re.compile(r"\s*,?\s*(" + DATE + ")").match(flat, attached.end) if attached else None
    if not attached or not found or not number or number.value != attached.number:
        return None
    day = iso_date(found)
    return Fact(day, found.start(1), found.end(1)) if day else None


def _passed(flat: str, begin: int) -> Fact | None:
    """ "Luật này được Quốc hội … thông qua ngày 30 tháng 11 năm 2024." """
    found = None
    for found in _PASSED.finditer(flat, begin):  # noqa: B007
        pass
    day = iso_date(found) if found else None
    return Fact(day, found.start(1), found.end(1)) if found and day else None


def _kind_by_number(number: Fact | None) -> Fact | None:
    kind = kind_of_signs(number.value) if number else None
    return Fact(kind, number.start, number.end) if number and kind else None


def _annexed(text: str, flat: str, head: Head, foot: Foot) -> str | None:
    """The kind of what follows the signature under this document's number: "KẾ HOẠCH … (Kèm theo Quyết định số …)"."""
    if not head.number or foot.start is None:
        return None
    for found in _ATTACHED.finditer(flat, foot.start):
        mention = mention_at(text, flat, found.end(), min(len(text), found.end() + 400))
        if mention and mention.number == head.number.value:
            above = lines_of(text, flat, max(foot.start, found.start() - 900), found.start())
            return next((k for line in reversed(above) if (k := kinds().get(line.flat.strip(" :*"))) and k != "Phụ lục"), None)
    return None


def _nature(head: Head, attached: Mention | None, annexed: str | None) -> Fact | None:
    if attached and not attached.number:
        attached = None
    if not head.kind:
        return Fact(f"văn bản ban hành kèm theo {attached.kind.lower()}", attached.start, attached.end) if attached else None
    kind = head.kind.value.lower()
    if head.draft:
        value = f"dự thảo {kind}"
    elif attached and not head.number:
        value = f"{kind} ban hành kèm theo {attached.kind.lower()}"
    else:
        value = f"nguyên văn {kind}" + (f" và {annexed.lower()} ban hành kèm theo" if annexed else "")
    return Fact(value, head.kind.start, head.kind.end)


def _title(head: Head, lines: Sequence[Line]) -> Fact | None:
    if not head.title or not head.kind:
        return None
    printed = head.title.value.replace("|", " ")
    said = " ".join(printed.split())
    if is_capitals(printed):
        said = recase(printed, (line.text for line in lines if not line.capitals))
    legal = head.kind.value in ("Luật", "Bộ luật", "Pháp lệnh", "Phụ lục")
    first = said[:1].upper() if legal else said[:1] if _keeps_capital(said) else said[:1].lower()
    if re.match(r"v/v\s", flatten(said)):
        first, said = "v", "về việc" + said[3:]
    return Fact(f"{head.kind.value} {first}{said[1:]}", head.title.start, head.title.end)


def _keeps_capital(said: str) -> bool:
    return len(said) > 1 and said[1].isupper()


def _period(text: str, flat: str, title: Fact | None) -> Fact | None:
    if title is None or title.start is None or title.end is None:
        return None
    for pattern in _PERIODS:
        for found in pattern.finditer(flat, title.start, title.end):
            if re.search(r"(?:thang|quy)\s*[\divx]+\s*$", flat[max(0, found.start() - 14) : found.start()]):
                continue  # the year of a date
            value = " ".join(found[0].split())
            printed = " ".join(text[found.start() : found.end()].split())
            return Fact(printed.lower() if is_capitals(printed) else printed[:1].lower() + printed[1:], *found.span()) if value else None
    return None
