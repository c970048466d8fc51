"""Deadlines: by which year a commitment is to be kept, as official prose says it.

"đến năm 2025", "trước ngày 31/12/2025", "giai đoạn 2021 - 2025" (its last year), "vào cuối năm 2025". Years of documents
that are cited, of terms of office and of what is compared with ("so với năm 2020") are no deadlines.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

_YEAR = r"(?:20[1-9]\d)"
_CITED = (
    "nghị quyết|quyết định|chỉ thị|kế hoạch|thông tư|nghị định|luật|công văn|kết luận|thông báo|hướng dẫn|báo cáo|"
    "chương trình|chiến lược|đề án|dự án|quy hoạch|phương án"
)
_NO_DEADLINE = re.compile(
    "|".join(
        (
            # A cited document's name runs to the end of its clause; "Chương trình … quốc gia đến năm 2025" is a name too.
            rf"(?:{_CITED})\s+(?:hành động\s+)?số\s*:?\s*\d[^;.]*(?:\.\d[^;.]*)*",
            rf"(?:{_CITED})\s+[^,;.:]{{0,80}}?(?:quốc gia|của (?:trung ương|chính phủ|thủ tướng))\s+(?:đến|giai đoạn)[^;.]*",
            r"(?:nhiệm kỳ|khóa)\s+(?:\w+,?\s+)?\d{4}(?:\s*[-–—]\s*\d{4})?",
            r"so (?:với|cùng kỳ)(?:\s+(?:cùng kỳ|mức|cuối|kết quả|thời điểm))*\s+(?:năm\s+)?\d{4}",
            rf"(?:của|từ mức|mức)\s+năm\s+{_YEAR}",
        )
    ),
    re.IGNORECASE,
)
_MENTION = re.compile(
    rf"(?:(?:giai đoạn|thời kỳ|trong)\s+)?(?:các\s+năm\s+)?(?:từ\s+)?(?:năm\s+)?{_YEAR}\s*(?:[-–—]|đến(?:\s+(?:hết\s+)?năm)?|"
    rf"tới)\s*(?P<last>{_YEAR})"
    rf"|(?:(?:từ|đến|tới|vào|trước|trong|chậm nhất|muộn nhất)\s+)?(?:(?:cuối|đầu|hết|giữa|từ)\s+)*năm\s+(?P<year>{_YEAR})"
    rf"|(?:đến|trước|vào|trong|chậm nhất|xong|hết|hạn)\s+(?:hết\s+)?(?:ngày\s+|tháng\s+|"
    rf"quý\s+)?(?:[\dIVX]{{1,3}}\s*[/.-]\s*){{0,2}}(?P<date>{_YEAR})"
    rf"|(?:ngày|tháng|quý)\s+(?:[\dIVX]{{1,3}}\s*(?:[/.-]\s*|tháng\s+|năm\s+))+(?P<month>{_YEAR})",
    re.IGNORECASE,
)
_LEADING_WORDS = 5


@dataclass(frozen=True, slots=True)
class Deadline:
    """A year named at [start, end) of a text as the time something is to be reached by."""

    year: int
    start: int
    end: int


def deadlines(text: str) -> list[Deadline]:
    """Every deadline `text` names, in order."""
    searched = _NO_DEADLINE.sub(lambda m: "#" * len(m[0]), text)
    found = []
    for m in _MENTION.finditer(searched):
        year = next(m[g] for g in ("last", "year", "date", "month") if m[g])
        found.append(Deadline(int(year), m.start(), m.end()))
    return found


def first_deadline(text: str) -> int | None:
    """The first deadline of a heading or title ("đến năm 2025, định hướng đến năm 2030" is for 2025), or None."""
    found = deadlines(text)
    return found[0].year if found else None


def leading_deadline(text: str) -> int | None:
    """The deadline a paragraph opens with ("Đến năm 2025, …", "Phấn đấu đến năm 2030: …"), which governs all of it."""
    found = deadlines(text)
    if not found or len(text[: found[0].start].split()) > _LEADING_WORDS:
        return None
    # "Chỉ số năm 2025 đạt …" names a year without setting the paragraph's.
    return (
        found[0].year
        if re.match(r"\s*[,:;]|\s+(?:phấn đấu|toàn|tỉnh|có|cơ bản|hoàn thành|phải)", text[found[0].end :]) or not found[0].start
        else None
    )


def paired_deadline(text: str, named: Sequence[Deadline], figures: Sequence[tuple[int, int]], i: int) -> int | None:
    """The deadline of the `i`-th figure among those that one sentence names.

    Args:
        text: the sentence.
        named: the deadlines in it.
        figures: spans of its figures.
        i: which figure.

    Returns:
        The year, or None where the sentence leaves it to its surroundings.
    """
    if not named:
        return None
    start, end = figures[i]
    for d in named:  # "20% vào năm 2025 và 30% vào năm 2030": the year follows its figure with nothing between
        after_next = i + 1 < len(figures) and d.start > figures[i + 1][0]
        if d.start >= end and not after_next and not re.search(r"[,;:]|(?<!\w)(?:và|trong đó)(?!\w)", text[end : d.start]):
            return d.year
    before = [d for d in named if d.end <= start]
    if before:
        return before[-1].year
    for d in named:
        if d.start >= end and ";" not in text[end : d.start]:
            return d.year
    return None
