"""Units: the sentences and clauses that are quoted, and what stands in them: figures, years, "all of them"."""

import functools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from documents.normalise import words
from documents.resolution import Passage
from documents.sentences import clause_spans, note_mark_spans, sentence_spans
from qa import tables
from qa.patterns import Measure

_LONG_SENTENCE = 38  # words; a longer one is taken apart at its semicolons
_LONG_ROW = 80  # words
_LONG_CELL = 45  # words, up to which a cell of a long row is told with its neighbours
_NUMBER = r"\d[\d.,]*"
_GROUP = rf"(?:nhóm|top|tốp)[^.;]{{0,20}}?{_NUMBER}"
_FIGURE = {
    Measure.PERCENT: re.compile(
        rf"{_NUMBER}\s*(?:%|phần trăm)"
        r"|(?<!\w)(?:(?:hơn |gần )?(?:một|phân) nửa|(?:một|hai|ba) phần (?:ba|tư|năm)|[1-9]/[2-9] (?:số|tổng|dân))(?!\w)"
    ),
    Measure.RANK: re.compile(
        rf"\d+\s*/\s*\d\d\b|(?:thứ|hạng|vị trí)\s+(?:{_NUMBER}|nhất|nhì|hai|ba|tư|năm|sáu|bảy|tám|chín|mười)"
        rf"|{_GROUP}|xếp loại|(?:đứng|xếp) (?:đầu|cuối)|dẫn đầu"
    ),
    Measure.GROUP: re.compile(_GROUP),
    Measure.MONEY: re.compile(
        rf"{_NUMBER}\s*(?:(?:tỷ|tỉ|triệu|nghìn|ngàn)?\s*(?:đồng|VNĐ|VND|USD|EUR|đô la|euro)|tỷ|tỉ|triệu)\b"
        rf"|{_NUMBER} (?:(?:lần|tháng) (?:mức )?|mức )lương"
        r"|(?<!\w)(?:miễn (?:toàn bộ |hoàn toàn )?(?:lệ |học |viện )?phí|không (?:thu|mất|phải nộp) (?:(?:lệ |học )?phí|tiền))(?!\w)"
    ),
    Measure.PERIOD: re.compile(
        rf"(?:hàng|hằng|mỗi|theo) (?:quý|tháng|năm|tuần|ngày)|định kỳ|{_NUMBER}\s*(?:giờ|tiếng|phút|ngày|tuần|tháng|quý|năm|buổi)\b|24/7"
        r"|(?<!\w)(?:nửa|một|hai|ba|bốn|năm|sáu|mười) (?:giờ|phút|ngày|tuần|tháng|quý|năm|buổi)(?!\w)"
    ),
    Measure.DATE: re.compile(
        rf"\b20\d\d\b|(?:hàng|hằng) (?:quý|tháng|năm)|định kỳ|ngày \d{{1,2}}(?:/\d{{1,2}}| tháng)"
        rf"|(?:chậm nhất|trong vòng|trong thời hạn|sau|không quá)(?: là)? {_NUMBER} (?:giờ|ngày|tháng)"
        r"|quý (?:[ivx]+|\d)\b|tháng \d{1,2}\b|(?:trước|đến|hết|từ|ngày) \d{1,2}/\d{1,2}\b|(?:hàng|hằng) (?:tuần|ngày)"
        r"|(?:đầu|giữa|cuối) (?:năm|quý|tháng|tuần|kỳ|năm học)(?!\w)|(?:trước|sau|(?<=ngay )từ|ngay) khi(?!\w)",
        re.IGNORECASE,
    ),
    Measure.GRADE: re.compile(r"(?i)(?<!\w)(?:cấp|cấp độ|mức|mức độ|loại|bậc|hạng)\s+(?:[IVX]+\b|\d|đặc biệt|một|hai|ba|bốn|năm)(?!\w)"),
    Measure.COUNT: re.compile(
        rf"(?<![\w/.-]){_NUMBER}(?:(?![\w/-])|(?=[A-Za-z]{{2}})|(?=-{_NUMBER}(?![\w/-])))"
        r"|(?<!ngày )(?<!quý )(?<!tháng )(?<![\w/.-])\d[\d.]*/\d[\d.]+(?= +[^\W\d])|gấp (?:đôi|ba|bốn|nhiều lần)|(?<!\w)một nửa"
        r"|\b(?:một(?! (?:số|phần|cách|loạt|trong|cửa))|hai|ba|bốn|năm|sáu|bảy|tám|chín|mười)\b|hàng (?:quý|tháng|năm)"
    ),
}
_CITED = r"\b\d{1,5}\s?/(?:(?:19|20)\d\d\s?/)?\s?[A-ZĐ][\w-]*(?:[-/][A-ZĐa-z]+)*|\b\d{1,4}-[A-ZĐ]+(?:[-/][A-ZĐa-z]+)*"
_NO_DATE = re.compile(rf"(?:{_CITED})(?:,? ngày \d{{1,2}}(?:/\d{{1,2}}/| tháng \d{{1,2}} năm )\d{{4}})?")
SLOGAN = re.compile(r"[“\"][^”\"\d]{3,100}[”\"]")
"""What is called by a phrase, whose numbers count nothing: “Mỗi hộ một cây”."""
_NO_COUNT = re.compile(
    rf"^\s*\d{{1,2}}(?:\.\d{{1,2}})*[.)]\s|{_NO_DATE.pattern}|\d{{1,2}}/\d{{1,2}}/\d{{4}}|\b(?:năm\s+)?(?:19|20)\d\d\b"
    rf"|(?:[Kk]hoản|[Đđ]iều|[Cc]hương|[Pp]hụ lục) \d+|{SLOGAN.pattern}"
)
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_DATE = re.compile(r"(?i)ngày\s+\d{1,2}(?:/\d{1,2}/|\s+tháng\s+\d{1,2}\s+năm\s+)\d{4}")
_OPENED = re.compile(r"(?:^|[.;:]\s+)\W*(?:(?:[Đđ]ến|[Tt]ính đến|[Tt]rong)(?: hết| cuối)? )?[Nn]ăm (20\d\d),")
_PARTS = re.compile(r"[^;]*?20\d\d[^;]*?(?:gồm|trong đó|cụ thể|bao gồm)(?: [^\W\d]+){0,3}:")
_LABEL = re.compile(r"[^:.;]{0,60}:")
_EARLY = 3  # months of a year, in which a document tells of the year before, and of its own what is aimed at
_PAID_SHARE = re.compile(r"(?i)(?<!\w)(?:giảm|miễn|hỗ trợ|bù|tài trợ)(?!\w)[^.;,]{0,60}?\d[\d.,]*\s?%")
_OF_BUDGET = re.compile(
    r"(?<!\w)ngân sách .*bao nhiêu(?! (?:tiền|tỷ|tỉ|triệu|đồng|kinh phí))(?!\w)"
    r"|(?<!\w)(?:bố trí|dành|cân đối)(?: \w+){0,3} bao nhiêu (?:kinh phí|ngân sách|tiền|vốn)(?!\w)"
)
_BUDGET_SHARE = re.compile(r"(?i)\d[\d.,]*\s?% (?:tổng )?(?:mức |số )?(?:chi |nguồn |vốn )?(?:ngân sách|kinh phí|tổng chi)(?!\w)")
_RECURS = re.compile(r"(?i)(?<!\w)(?:(?:hàng|hằng) (?:quý|tháng|năm|tuần|ngày)|định kỳ)(?!\w)")
_OF_EACH = re.compile(r"(?i)(?<!\w)(?:từng|mỗi) (?:ngành|lĩnh vực|địa phương|huyện|xã|vùng|khu vực)(?!\w)")
_OF_FIELDS = re.compile(r"(?<!\w)(?:từng|mỗi) (?:ngành|lĩnh vực)(?!\w)")
_UNIVERSAL = re.compile(r"(?i)\b(?:tất cả|toàn bộ|mọi|100%|đều)(?!\w)")


@dataclass(frozen=True, slots=True)
class Unit:
    """A sentence or clause of a passage: the smallest thing that is quoted. Offsets count in the document's text."""

    passage: Passage
    start: int
    end: int
    text: str
    whole: bool
    """Whether it is a whole sentence (else a clause of one)."""


@functools.lru_cache(maxsize=1 << 14)
def length_of(text: str) -> int:
    """The number of words in `text`; kept, since a unit is measured again and again."""
    return len(words(text))


@functools.lru_cache(maxsize=1 << 15)
def has_figure(text: str, measure: Measure | None, *, cited: bool = False, once: bool = False) -> bool:
    """Whether `text` holds a figure of the sort asked for; dates and numbers of documents are none, unless it is asked
    of a document that the text cites; what recurs ("hằng tháng") is no date of what is done `once`."""
    if measure is None:
        return True
    if measure is Measure.COUNT:
        text = _NO_COUNT.sub(" ", text)
    elif measure is Measure.DATE and not cited:
        text = _NO_DATE.sub(" ", text)
    if once and measure in (Measure.DATE, Measure.PERIOD):
        text = _RECURS.sub(" ", text)
    return _FIGURE[measure].search(text) is not None


def without_numbering(text: str) -> str:
    """`text` without the number of its item, dates and the numbers of documents."""
    return _NO_COUNT.sub(" ", text)


def tells_paid_share(text: str) -> bool:
    """Whether `text` says which share is paid or forgone ("hỗ trợ 50% chi phí"), which answers how much as a sum does."""
    return _PAID_SHARE.search(text) is not None


def asks_of_budget(question: str) -> bool:
    """Whether `question` (lower case) asks how much of a budget goes somewhere, be it told as a sum or as a share of it."""
    return _OF_BUDGET.search(question) is not None


def tells_budget_share(text: str) -> bool:
    """Whether `text` tells a share of a budget ("ít nhất 15% ngân sách nhà nước")."""
    return _BUDGET_SHARE.search(text) is not None


def asks_of_fields(question: str) -> bool:
    """Whether `question` (lower case) asks of each field by itself, of which what is said of all together is no answer."""
    return _OF_FIELDS.search(question) is not None


@functools.lru_cache(maxsize=1 << 14)
def of_each(text: str) -> bool:
    """Whether `text` speaks of the parts of a whole one by one ("trong từng ngành, lĩnh vực")."""
    return _OF_EACH.search(text) is not None


def universal(text: str) -> bool:
    """Whether `text` speaks of all ("tất cả", "đều"), which answers a question for a share without a figure."""
    return _UNIVERSAL.search(text) is not None


def years_said(text: str) -> set[str]:
    """The years `text` names. The date of a decree that is cited ("ngày 03/6/2020") dates the decree, not the target."""
    return set(_YEAR.findall(_DATE.sub(" ", text)))


def years_of(unit: Unit) -> set[str]:
    """Years the unit is of: those it names, else that of its passage's label ("Đến năm 2025: …"), else its headings' and that which a
    sentence before it opens with ("Năm 2021, …; …"). A row's are those of the columns it fills, where these name any."""
    if unit.passage.cells and (of_columns := tables.years_of(unit.passage)):
        return of_columns
    if years := years_said(unit.text) or _years_before(unit) or label_years(unit.passage):
        return years
    return {*opened_years(unit), *next(filter(None, map(years_said, unit.passage.path[::-1])), ())}


def _years_before(unit: Unit) -> set[str]:
    """The year or stretch of years of the sum that a clause is a part of ("Kinh phí giai đoạn 2021 - 2025 là 90 tỷ đồng, gồm: …; …")."""
    if unit.whole:
        return set()
    at = unit.start - unit.passage.start
    start = max((a for a, _ in sentence_spans(unit.passage.text) if a <= at), default=at)
    parts = _PARTS.match(unit.passage.text, start, at)
    return years_said(parts[0]) if parts else set()


def situation_years(issued: str | None) -> set[str]:
    """The years that the situation in a document of that date is of: its own, and in its first half the one before; for its own, targets
    are set by then."""
    if not issued:
        return set()
    year, month = int(issued[:4]), int(issued[5:7])
    return {str(year - 1)} if month <= _EARLY else {str(year - 1), str(year)} if month <= 6 else {str(year)}


def label_years(passage: Passage) -> set[str]:
    """The years of a passage's label ("Đến năm 2025: …"), which dates all that it says without a year."""
    return years_said(label_of(passage))


def label_of(passage: Passage) -> str:
    """What stands before the first colon of a passage, where that opens it; "" where nothing does."""
    label = _LABEL.match(passage.text)
    return label[0] if label else ""


def opened_years(unit: Unit) -> set[str]:
    """The year that the last dated sentence before a unit opens with ("Năm 2021, …; …"), if any does."""
    return set(_OPENED.findall(unit.passage.text, 0, unit.start - unit.passage.start)[-1:])


def units(passage: Passage) -> list[Unit]:
    """The units of a passage, in order. A table row of ordinary length is one: its cells only tell something together. Of a longer one
    they are what stands before, between and behind its long cells, and these by their sentences."""
    if passage.cells and len(words(passage.text)) <= _LONG_ROW:
        start = tables.content_start(passage)
        return [Unit(passage, start, passage.end, passage.text[start - passage.start :], True)]
    if passage.cells:
        return [Unit(passage, a, b, passage.text[a - passage.start : b - passage.start], whole) for a, b, whole in _of_row(passage)]
    return [Unit(passage, passage.start + a, passage.start + b, passage.text[a:b], whole) for a, b, whole in _unit_spans(passage.text)]


def _of_row(passage: Passage) -> Iterable[tuple[int, int, bool]]:
    """Spans of a long row, as offsets in the document's text."""
    together: list[tuple[int, int]] = []
    first = tables.content_start(passage)
    for a, b in passage.cells:
        cell = passage.text[a - passage.start : b - passage.start]
        if a < first or not cell.strip():
            continue
        if len(words(cell)) <= _LONG_CELL or a == first:
            together.append((a, b))
            continue
        if together:
            yield together[0][0], together[-1][1], True
            together = []
        for start, end, whole in _unit_spans(cell):
            yield a + start, a + end, whole
    if together:
        yield together[0][0], together[-1][1], True


def _unit_spans(text: str) -> Iterable[tuple[int, int, bool]]:
    marks = note_mark_spans(text)
    for start, end in sentence_spans(text):
        clauses = _with_predicates(text, clause_spans(text, start, end))
        split = len(clauses) > 1 and len(words(text[start:end])) > _LONG_SENTENCE
        for a, b in clauses if split else [(start, end)]:
            yield from _without_marks(text, a, b, marks, not split)


def _with_predicates(text: str, clauses: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Clauses, those joined that share a predicate which only the last of them states:
    "90% hồ sơ công việc tại cấp tỉnh; 80% … cấp huyện và 60% … được xử lý trên môi trường mạng"."""
    joined: list[tuple[int, int]] = []
    for a, b in clauses:
        if joined:
            before, now = _from_figure(text[joined[-1][0] : joined[-1][1]]), _from_figure(text[a:b])
            alike = sum(x == y for x, y in zip(before[:8], now[:8], strict=False))
            if len(before) <= 14 and len(now) > len(before) and alike >= 4:
                joined[-1] = (joined[-1][0], b)
                continue
        joined.append((a, b))
    return joined


def _from_figure(clause: str) -> list[str]:
    """The words of a clause from its first figure on: a label ("Phát triển chính quyền số: ") is no part of the pattern."""
    found = words(clause.lower())
    return found[next((i for i, w in enumerate(found) if w[0].isdigit()), 0) :]


def _without_marks(text: str, start: int, end: int, marks: Sequence[tuple[int, int]], whole: bool) -> Iterable[tuple[int, int, bool]]:
    """The span, parted at footnote references: the source may print those otherwise, so no quote runs across one."""
    position = start
    for a, b in [*(m for m in marks if start <= m[0] < end), (end, end)]:
        left, right = position, min(a, end)
        while left < right and (text[left].isspace() or text[left] in ".;,"):
            left += 1
        while right > left and text[right - 1].isspace():
            right -= 1
        if right - left > 1:
            yield left, right, whole
        position = b
