"""Targets: every quantified commitment of a document as a row, with the exact words it stands in."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from documents.commitments import GOALS, RULES, SITUATION, is_commitment, section_kind, without_mark
from documents.deadlines import deadlines, first_deadline, leading_deadline, paired_deadline
from documents.indicators import counts_what_follows, indicator_of, level_of, pillar_of, predicate_of, same_head, segment, short
from documents.normalise import fold, words
from documents.quantities import Quantity, quantities
from documents.resolution import Passage, Resolution
from documents.sentences import clause_spans, sentence_spans

_LABEL = re.compile(r"\s*[^:;|\d]{2,90}(?:\d{4}[^:;|\d]{0,40})*:\s+(?=\S)")
_MARK = re.compile(r"\s*(?:\(?\d+(?:\.\d+)*[.)]|\(?[a-zđ]\))\s+")
_UNIT_BEFORE = re.compile(r"\(([^()\d]{1,15})\)\s*:?\s*(?:đạt|là)?\s*$")  # "Số trường học thông minh (trường): 120"
_BARE_DEADLINE = 8  # words; a line with a deadline and not more governs what follows, colon or none
_CUT = re.compile(r",\s+(?=trong đó(?!\w))")
_GROWTH = re.compile(r"tốc độ tăng|bình quân (?:hằng|hàng|mỗi)?\s*năm|(?:hằng|hàng|mỗi) năm|bình quân")
_CHANGE = re.compile(r"tăng|giảm|tốc độ|cắt giảm")
_NORMATIVE = ("luat", "bo luat", "phap lenh", "nghi dinh", "thong tu", "thong tu lien tich", "hien phap")
"""Kinds of documents that lay down rules for all and commit nobody to a figure."""


@dataclass(frozen=True, slots=True)
class Target:
    """A quantified commitment. `quote == document.text[start:end]`."""

    document_id: str
    province: str
    year: int | None
    """By when; None where the document does not say."""
    pillar: str
    indicator: str
    comparator: str
    """>= | > | <= | < | = | ~ | range"""
    value: float
    value_max: float | None
    """The upper end of a range."""
    unit: str
    """As printed: "%", "%/năm", "doanh nghiệp", "tỷ đồng"; "" where the figure has none."""
    level: str | None
    """cấp tỉnh | cấp huyện | cấp xã, where what is counted is of one level."""
    quote: str
    section: str
    start: int
    end: int
    corrected: bool = False
    """Whether the operator said otherwise of it than was read."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph or item of a document with what governs it: headings, the line that introduces its list."""

    start: int
    end: int
    path: tuple[str, ...]
    governor: str = ""


def targets_of(document: Resolution) -> tuple[Target, ...]:
    """Every target of `document`, in the order of its text: from prose, from headings that state one, from tables of indicators."""
    from documents.indicator_tables import table_targets

    if fold(document.kind) in _NORMATIVE:
        return ()
    found = [t for p in _paragraphs(document) for t in paragraph_targets(document, p)]
    found += table_targets(document)
    return tuple(sorted(found, key=lambda t: (t.start, t.end)))


def _paragraphs(document: Resolution) -> Iterable[Paragraph]:
    """The paragraphs in order, pieces of a long one put together; headings that state figures are among them."""
    text = document.text
    lines: list[tuple[int, int, tuple[str, ...], bool]] = []
    for p in document.passages:
        if p.labelled:  # what stands below the item tells who and when
            lines.append((*p.cells[0], p.path, False))
            continue
        if p.kind == "note" or p.cells:
            continue
        joins = lines and "\n" not in text[lines[-1][1] : p.start] and lines[-1][2] == p.path
        if joins:
            lines[-1] = (lines[-1][0], p.end, p.path, False)
        elif p.kind in ("front", "tail"):
            lines += [(a, b, p.path, False) for a, b in _lines(text, p)]
        else:
            lines.append((p.start, p.end, p.path, False))
    stated = {(a, b) for a, b, _, _ in lines}
    lines += [(s.start, s.heading_end, s.path[:-1], True) for s in document.sections if (s.start, s.heading_end) not in stated]
    governor = ""
    home: tuple[str, ...] = ()
    for start, end, path, heading in sorted(lines):
        if path != home:
            governor, home = "", path
        yield Paragraph(start, end, path, governor)
        item = text[max(0, start - 2) : start].strip() != ""  # a bullet stands before it
        if not heading and _governs(text[start:end]):
            governor = text[start:end]
        elif not item and not re.match(r"\(?\w{1,2}[.)]", text[start:end]):
            governor = ""


def _governs(line: str) -> bool:
    """Whether a line sets what follows under it: "… các chỉ tiêu sau:", "* Đến năm 2030"."""
    if line.rstrip().endswith(":"):
        return True
    return len(line.split()) <= _BARE_DEADLINE and bool(deadlines(line)) and not quantities(line) and not line.rstrip().endswith((".", ";"))


def _lines(text: str, passage: Passage) -> list[tuple[int, int]]:
    return [(passage.start + m.start(), passage.start + m.end()) for m in re.finditer(r"[^\n]+", passage.text)]


def paragraph_targets(document: Resolution, paragraph: Paragraph, year: int | None = None) -> list[Target]:
    """The targets one paragraph states. `year` overrides what governs it (the deadline column of a table)."""
    text = document.text[paragraph.start : paragraph.end]
    if not re.search(r"\d|ba|hai|một", text):
        return []
    kind = section_kind(paragraph.path)
    if kind in (SITUATION, RULES):
        return []
    leading = leading_deadline(text)
    around = _governing_year(document, paragraph, kind) if year is None else year
    label = _LABEL.match(text)
    headings = (*paragraph.path, *([paragraph.governor] if paragraph.governor else ()), *([label[0]] if label else ()))
    found: list[Target] = []
    for a, b in sentence_spans(text):
        for t in _sentence_targets(document, paragraph, text[a:b], kind, leading, around):
            shifted = replace(t, start=t.start + paragraph.start + a, end=t.end + paragraph.start + a)
            quote = document.text[shifted.start : shifted.end]
            # "Kinh tế số:" and below it "Năm 2025 đạt 20%, năm 2030 đạt 30%."
            indicator = t.indicator or (short(without_mark(headings[-1])) if headings else "")
            found.append(replace(shifted, quote=quote, indicator=indicator, pillar=pillar_of(headings, indicator, quote)))
    return found


def _governing_year(document: Resolution, paragraph: Paragraph, kind: str) -> int | None:
    for source in (paragraph.governor, *reversed(paragraph.path)):
        year = first_deadline(source)
        if year is not None:
            return year
    return first_deadline(document.title) if kind == GOALS else None


def _sentence_targets(
    document: Resolution, paragraph: Paragraph, text: str, kind: str, leading: int | None, around: int | None
) -> Iterable[Target]:
    found = quantities(text)
    if not found:
        return
    named = deadlines(text)
    clauses = _clauses(text, found)
    issued = int(document.issued[:4]) if document.issued and document.issued[:4].isdigit() else None
    promised = any(d.year for d in named) or leading is not None or _promised_year(around, paragraph)
    said = ""
    for i, quantity in enumerate(found):
        clause = next((c for c in clauses if c[0] <= quantity.figure < c[1]), (0, len(text)))
        mates = [q for q in found if clause[0] <= q.figure < clause[1]]
        outside = [q for q in mates if text.count("(", clause[0], q.figure) <= text.count(")", clause[0], q.figure)]
        if not is_commitment(kind, text, clause, quantity, promised, not [q for q in outside if q != quantity]):
            continue
        year = paired_deadline(text, named, [(q.start, q.end) for q in found], i)
        if issued is not None and year is not None and year < issued:
            continue  # a figure of a year gone by
        year = year or leading or around
        own = [q for q in mates if q in outside or q == quantity]
        target = _target(document, paragraph, text, clause, own, own.index(quantity), year)
        # "… đạt 50%; đến năm 2030 đạt 80%": the second figure is of the same thing.
        said = target.indicator or said
        yield replace(target, indicator=said or _rest(text, quantity, clause))


def _promised_year(around: int | None, paragraph: Paragraph) -> bool:
    """Whether the surroundings set a deadline: a governing line or a heading, not the document's title."""
    return around is not None and any(first_deadline(s) for s in (paragraph.governor, *paragraph.path))


def _target(
    document: Resolution, paragraph: Paragraph, text: str, clause: tuple[int, int], mates: Sequence[Quantity], i: int, year: int | None
) -> Target:
    quantity = mates[i]
    mark = _MARK.match(text, clause[0])
    opening = mark.end() if mark and mark.end() <= mates[0].start else clause[0]
    label = _LABEL.match(text, opening)
    opening = label.end() if label and label.end() <= mates[0].start else opening
    unit = quantity.unit
    if quantity.sort == "bare" and (named := _UNIT_BEFORE.search(text[: quantity.start])):
        unit = named[1]
    clause_words = text[clause[0] : quantity.start].lower()
    if (
        unit == "%"
        and _GROWTH.search(text[clause[0] : clause[1]].lower())
        and _CHANGE.search(clause_words)
        and not counts_what_follows(text, quantity, clause[1])
    ):
        unit = "%/năm"
    own = segment(text, mates, i, clause)
    shared = ""
    for j in range(i + 1, len(mates)):
        later = segment(text, mates, j, clause)
        listed = own[0] > quantity.figure and re.search(r"(?:,|(?<!\w)và)\s*$", text[mates[j - 1].end : mates[j].start])
        if not (same_head(text, own, later) or (listed and not predicate_of(text[own[0] : own[1]]))):
            break
        shared = predicate_of(text[later[0] : later[1]]) or shared
    start, end = opening, clause[1]
    while end > start and (text[end - 1].isspace() or text[end - 1] in ".;,:"):
        end -= 1
    return Target(
        document.id,
        document.province,
        year,
        "",
        indicator_of(text, mates, i, clause, opening, shared),
        _comparator(text, mates, i, clause),
        quantity.value,
        quantity.value_max,
        unit,
        level_of(text, mates, i, clause),
        "",
        " > ".join(paragraph.path),
        min(start, quantity.start),
        max(end, quantity.end),
    )


def _rest(text: str, quantity: Quantity, clause: tuple[int, int]) -> str:
    """What a figure is of where nothing before it says so."""
    return re.split(r"[,;]", text[quantity.end : clause[1]])[0].strip(" .:")


def _comparator(text: str, mates: Sequence[Quantity], i: int, clause: tuple[int, int]) -> str:
    """The comparator of a figure: "Tối thiểu 90% hồ sơ cấp tỉnh, 80% hồ sơ cấp huyện" says it once for both."""
    quantity = mates[i]
    if not i or quantity.stated or quantity.comparator != "=" or quantity.value >= 100 or ";" in text[mates[i - 1].end : quantity.start]:
        return quantity.comparator
    before, own = segment(text, mates, i - 1, clause), segment(text, mates, i, clause)
    alike = same_head(text, before, own) or (before[0] > mates[i - 1].figure and not predicate_of(text[before[0] : before[1]]))
    return _comparator(text, mates, i - 1, clause) if alike else quantity.comparator


def _clauses(text: str, found: Sequence[Quantity]) -> list[tuple[int, int]]:
    """The clauses of a sentence: parted at semicolons and ", trong đó"; those whose figures share one predicate joined."""
    parts: list[tuple[int, int]] = []
    for a, b in clause_spans(text):
        cuts = [a, *(a + m.end() for m in _CUT.finditer(text[a:b])), b]
        parts += [(x, y) for x, y in zip(cuts, cuts[1:], strict=False) if x < y]
    joined: list[tuple[int, int]] = []
    for part in parts:
        if joined:
            before = [q for q in found if joined[-1][0] <= q.figure < joined[-1][1]]
            now = [q for q in found if part[0] <= q.figure < part[1]]
            if before and now and counts_what_follows(text, before[-1], joined[-1][1]) and counts_what_follows(text, now[0], part[1]):
                last, first = (before[-1].end, joined[-1][1]), (now[0].end, now[1].start if len(now) > 1 else part[1])
                if same_head(text, last, first) and not predicate_of(text[last[0] : last[1]]):
                    joined[-1] = (joined[-1][0], part[1])
                    continue
        joined.append(part)
    return joined


def filter_targets(
    targets: Iterable[Target], province: str | None = None, year: int | None = None, pillar: str | None = None, text: str | None = None
) -> tuple[Target, ...]:
    """The targets of one province, year, pillar, and with every word of `text` in indicator or quote; case and diacritics don't matter.

    A pillar may be given in part: "chính quyền" finds "chính quyền số".
    """
    wanted = {fold(w) for w in words(text or "")}
    return tuple(
        t
        for t in targets
        if (province is None or _plain(t.province) == _plain(province))
        and (year is None or t.year == year)
        and (pillar is None or _plain(pillar) in _plain(t.pillar))
        and wanted <= {fold(w) for w in words(f"{t.indicator} {t.quote}")}
    )


def _plain(text: str) -> str:
    return " ".join(fold(w) for w in words(text))


def to_json(target: Target) -> dict[str, str | int | float | None]:
    """`target` as the machine-readable row, keys in their fixed order; `corrected` where the operator corrected it."""
    names = "document_id province year pillar indicator comparator value value_max unit level quote section start end"
    row = {name: getattr(target, name) for name in names.split()} | ({"corrected": True} if target.corrected else {})
    return {k: int(v) if isinstance(v, float) and v.is_integer() else v for k, v in row.items()}
