"""How many parts of a sort a document has ("mấy nhóm nhiệm vụ", "chia làm mấy giai đoạn"): their headings, numbered."""

import re
from collections.abc import Sequence

from documents.normalise import fold, words
from documents.resolution import Resolution, Section
from index.analysis import weak_words
from prompts.loader import text
from qa.citing import Citer, escape
from qa.evidence import Evidence
from qa.question import Question
from qa.quoting import place_of, plain

_HOW_MANY = re.compile(
    r"(?<!\w)(?:mấy|bao nhiêu) (?:nhóm )?(?P<sort>nhiệm vụ|giải pháp|giai đoạn|lĩnh vực|ngành|quan điểm|trụ cột|hợp phần|chương)(?!\w)"
)
_MOST = 12  # headings
_COVERED = 0.7  # of what is asked beside the sort, which the headings above must say
_ASKING = frozenset(words("nhóm chia làm thành gồm có đề ra nêu đặt xác định tất cả tổng cộng chọn nghị quyết kế hoạch văn bản"))


def parts_counted(evidence: Evidence, documents: Sequence[Resolution], question: Question, citer: Citer) -> str:
    """Markdown; "" where no such count is asked for, or one of the `documents` has no section whose headings are such parts."""
    asked = _HOW_MANY.search(question.normalised.lower())
    if asked is None or question.years or not 0 < len(documents) <= 2:
        return ""
    told = [_told(document, _section(evidence, document, question, asked["sort"]), citer) for document in documents]
    return "\n\n".join(told) if all(told) else ""


def _section(evidence: Evidence, document: Resolution, question: Question, sort: str) -> tuple[Section, list[Section]] | None:
    """The uppermost section that is about the sort, or whose headings are called so, with these."""
    theme, of_sort = evidence.theme_of(question), set(words(sort))
    left = {
        t: w
        for t, w in evidence.wanted(question).items()
        if "_" not in t and t not in of_sort | theme | _ASKING and t not in weak_words() and fold(t) not in question.place_terms
    }
    found = []
    for section in document.sections:
        children = [s for s in document.sections if s.path[:-1] == section.path and section.start <= s.start < section.end]
        called = [s for s in children if plain(s.path[-1]).lower().startswith(sort)]
        above = evidence.terms_of_heading(" . ".join(section.path))
        own = plain(section.path[-1]).lower()
        # "Quan điểm chỉ đạo và mục tiêu" is about several sorts, of which each heading below it is one.
        about = sort in own and not any(plain(s.path[-1]).lower() in own for s in children)
        shown = called if len(called) > 1 else children if about else []
        if 1 < len(shown) <= _MOST and sum(w for t, w in left.items() if t in above) >= _COVERED * sum(left.values()):
            found.append((section, shown))
    return min(found, key=lambda f: (len(f[0].path), f[0].start), default=None)


def _told(document: Resolution, found: tuple[Section, list[Section]] | None, citer: Citer) -> str:
    if found is None:
        return ""
    section, parts = found
    lines = [text("messages", "areas_lead", place=escape(place_of(document)), section=escape(plain(section.path[-1])))]
    for number, part in enumerate(parts, start=1):
        lines.append(f"{number}. {escape(plain(part.path[-1]))} {citer.cite_span(document, part.start, part.heading_end, section.path)}")
    return "\n".join(lines)
