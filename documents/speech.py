"""A speech that presents a document: its number, date, body and title are those of the document that it presents."""

import re
from dataclasses import dataclass

from documents.bodies import CENTRAL, body_lead, normal_case, places_in
from documents.issuer import ISSUES, issuing_subject, with_place
from documents.mentions import DATE, Mention, mention_at, mentions_in
from documents.resolution import Fact

_OPENING = 6000  # characters in which a speech says what it presents
_SPEAKER = re.compile(
    r"(?<!\w)(?:toi|em)\s+(?:(?:se|xin|duoc|da)\s+){0,4}(?:trinh\s+bay|gioi\s+thieu|quan\s+triet|bao\s+cao|phat\s+bieu|truyen\s+dat)"
)
_GREETING = re.compile(
    r"(?:kinh\s+)?thua\s+(?:cac|dong\s+chi|quy\s+vi|toan\s+the|hoi\s+nghi|dai\s+bieu|dong\s+bao|ong|ba)\b"
    r"|(?:bai\s+)?phat\s+bieu\b|bai\s+(?:trinh\s+bay|gioi\s+thieu|quan\s+triet)\b|dien\s+van\b"
)


@dataclass(frozen=True, slots=True)
class Speech:
    """What a speech says of itself and of the document it presents."""

    kind: Fact
    nature: Fact
    number: Fact | None = None
    issued: Fact | None = None
    body: Fact | None = None
    province: Fact | None = None
    title: Fact | None = None


def read_speech(text: str, flat: str) -> Speech | None:
    """Read `text` as a speech, or None where it is none; `flat` is its flat form."""
    opening = min(len(text), _OPENING)
    greeting = _GREETING.search(flat, 0, min(opening, 600))
    speaker = _SPEAKER.search(flat, 0, opening)
    if not greeting or not (speaker or greeting[0].startswith(("phat", "bai", "dien"))):
        return None
    end = max(speaker.end() if speaker else 0, min(opening, 3000))
    shown = _presented(text, flat, end)
    spoken = speaker or greeting
    verb = "giới thiệu" if "gioi thieu" in spoken[0] else "quán triệt" if "quan triet" in spoken[0] else "trình bày"
    if shown is None:
        return Speech(Fact("Bài phát biểu", *greeting.span()), Fact("bài phát biểu", *spoken.span()))
    kind = shown.kind.lower()
    at = " tại hội nghị quán triệt" if re.search(r"hoi\s+nghi", flat[:end]) and re.search(r"quan\s+triet", flat[:end]) else ""
    stop = re.compile(r"\.(?:\s|$)|[;\n]").search(text, shown.after, min(len(text), shown.after + 500))
    title_end = stop.start() if stop else shown.after
    dated = re.compile(r"\s*,?\s*(" + DATE + ")").match(flat, shown.end)
    number_at = text.rfind(" ", shown.start, shown.end) + 1
    body = _subject(text, flat, shown)
    place = next(iter(places_in(text[shown.start : title_end])), None)
    province = Fact(place.province, shown.start + place.start, shown.start + place.end) if place else None
    if body and body_lead(body.value) and (p := next(iter(places_in(body.value)), None)) and body.start is not None:
        province = Fact(p.province, body.start + p.start, body.start + p.end)
    lead = body_lead(body.value) if body else None
    if body and lead and lead.level == "central":
        province = Fact(CENTRAL, body.start, body.end)
    title = Fact(" ".join(text[shown.start : title_end].split()), shown.start, title_end)
    return Speech(
        kind=Fact(f"Bài {verb} {kind}", *spoken.span()),
        nature=Fact(f"bài phát biểu {verb} nội dung {kind}{at}, không phải nguyên văn {kind}", *spoken.span()),
        number=Fact(shown.number, number_at, shown.end) if shown.number else None,
        issued=Fact(shown.issued, *dated.span(1)) if shown.issued and dated else None,
        body=Fact(with_place(normal_case(body.value), province.value if province else None), body.start, body.end) if body else None,
        province=province,
        title=title,
    )


def _presented(text: str, flat: str, end: int) -> Mention | None:
    """The document that a speech presents: the one whose issue it tells of ("… đã ban hành Nghị quyết số …"), else the first named."""
    for found in ISSUES.finditer(flat, 0, end):
        mention = mention_at(text, flat, found.end(), len(text))
        if mention and mention.number:
            return mention
    named = list(mentions_in(text, flat, 0, end))
    # A heading names it shortly, the first sentences with its date.
    return next((m for m in named if m.number == named[0].number and m.issued), named[0] if named else None)


def _subject(text: str, flat: str, shown: Mention) -> Fact | None:
    """Who issued the document that is presented: the subject before "ban hành", or what follows "của"."""
    found = issuing_subject(text, flat, max(0, shown.start - 200), shown.start + len(shown.kind))
    if found:
        return found
    of = re.compile(r"\s*,?\s*cua\s+").match(flat, shown.after)
    if not of:
        return None
    stop = re.compile(r"\s(?:ve|da|tai)\s|[,.;:\n]").search(flat, of.end(), of.end() + 120)
    end = stop.start() if stop else of.end()
    return Fact(text[of.end() : end], of.end(), end) if body_lead(text[of.end() : end]) and end > of.end() else None
