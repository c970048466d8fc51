"""Notes below an answer: what the reader has to know to use it rightly."""

import re
from collections.abc import Sequence
from datetime import date

from index.rows import Head
from prompts.loader import text
from qa.answer import Citation
from qa.citing import escape
from qa.patterns import Kind
from qa.question import Question


def notes(citations: Sequence[Citation], question: Question, heads: Sequence[Head], today: date) -> list[str]:
    """That a year aimed at is over, that a document was replaced, and which province answers for another one."""
    return [*_passed(citations, question, today), *_replaced(citations, heads), *of_places(question)]


def _replaced(citations: Sequence[Citation], heads: Sequence[Head]) -> list[str]:
    """Which document of the library replaces one that is cited."""
    cited = {_bare(c.number) for c in citations if c.number}
    found: dict[str, None] = {}
    for head in heads:
        for value in head.replaces:
            if any(number in _bare(value) for number in cited):
                found[text("messages", "replaced", what=value, name=" ".join(filter(None, (head.kind, head.number))))] = None
    return list(found)


def _bare(number: str) -> str:
    return re.sub(r"\s", "", number).lower()


def _passed(citations: Sequence[Citation], question: Question, today: date) -> list[str]:
    """That the year a figure was aimed at is over, where all that is cited is of such years."""
    if question.kind is not Kind.FIGURE or not question.measure or not citations:
        return []
    dated = [_aimed_at(c) for c in citations]
    years = [y for y in dated if y]
    return [text("messages", "passed", year=max(years))] if years and len(years) == len(dated) and max(years) < today.year else []


def _aimed_at(citation: Citation) -> int | None:
    """The year of a cited target: of its nearest dated heading, where that is of goals; None for anything else."""
    for heading in reversed(citation.section.split(" > ")):
        if found := re.findall(r"(?<!\d)20\d\d(?!\d)", heading):
            return int(found[-1]) if re.search(r"(?i)mục tiêu|chỉ tiêu|phấn đấu|đến (?:hết )?năm", heading) else None
    return None


def of_places(question: Question) -> list[str]:
    """Which document answers for a place of another time."""
    return [
        *(text("messages", "successor_note", asked=asked, heir=heir) for asked, heir in question.by_successor),
        *(text("messages", "merger_note", asked=asked, heir=heir) for asked, heir in question.by_merger),
    ]


def library(heads: Sequence[Head]) -> str:
    """What documents there are."""
    lines = [
        text(
            "messages",
            "library_line",
            place=escape(d.province),
            title=escape(d.title),
            number=d.number or text("messages", "without_number"),
            issued="/".join(reversed(d.issued.split("-"))) if d.issued else text("messages", "without_date"),
        )
        for d in heads
    ]
    return text("messages", "library", count=len(lines), documents="\n".join(lines))
