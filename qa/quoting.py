"""Quoting: a unit of the evidence as Markdown, with its figure in bold, and what dates it."""

import re
from collections.abc import Sequence
from dataclasses import replace

from documents.normalise import fold, words
from documents.resolution import Resolution
from index.rows import Head
from prompts.loader import text
from qa import tables
from qa.citing import escape
from qa.evidence import Scored
from qa.patterns import Kind, Measure
from qa.question import Question
from qa.units import Unit

NUMBER = r"\d[\d.,]*"
_TO = r"\s*(?:-|–|đến)\s*"
_FIGURE_SPAN = re.compile(
    r"(?:(?:trên|tối thiểu|ít nhất|khoảng|hơn|dưới|tối đa)\s+)?"
    rf"(?<![\w/.,]){NUMBER}(?:{_TO}{NUMBER})?\s*(?:%(?:{_TO}{NUMBER}\s*%)?|/\d+\b(?!/\d))"
    rf"|(?:xếp )?thứ\s+{NUMBER}(?:/\d+)?",
    re.IGNORECASE,
)
_NUMBERING = re.compile(r"^(?:[IVXL]+|\d+(?:\.\d+)*|[a-zđ])\s*[-–.)]+\s*|^\d+(?:\.\d+)+\s+")


def plain(heading: str) -> str:
    """A heading without its number and closing colon."""
    return _NUMBERING.sub("", heading).rstrip(": .")


def dating(scored: Scored, document: Resolution | Head) -> str:
    """The year of an undated quote, from its headings; or that it tells of the situation when the document was issued."""
    if re.search(r"20\d\d", scored.unit.text):
        return ""
    for heading in reversed(scored.unit.passage.path):
        years = re.findall(r"20\d\d", heading)
        if years:
            return text("messages", "until_year", year=years[-1])
        if re.search(r"(?i)tình hình", heading):
            if not document.issued:
                return text("messages", "in_situation")
            return text("messages", "in_situation_of", date="/".join(reversed(document.issued.split("-"))))
    return ""


def place_of(document: Resolution | Head) -> str:
    """Whose document it is: its province, and the unit below it that issued it."""
    return ", ".join(filter(None, (document.locality, document.province)))


def joined(chosen: Sequence[Scored]) -> list[Scored]:
    """Neighbouring units of one passage as one quotation; the order of the first of each is kept."""
    found: list[Scored] = []
    for s in chosen:
        for i, other in enumerate(found):
            unit, text_ = other.unit, other.unit.passage.text
            if unit.passage.id != s.unit.passage.id:
                continue
            first, last = sorted((unit, s.unit), key=lambda u: u.start)
            between = text_[first.end - unit.passage.start : last.start - unit.passage.start]
            if first.end <= last.start and not between.strip():
                start, end = first.start, last.end
                merged = text_[start - unit.passage.start : end - unit.passage.start]
                found[i] = replace(other, unit=Unit(unit.passage, start, end, merged, False))
                break
        else:
            found.append(s)
    return found


def quoted(question: Question, scored: Scored, *, bold: bool = False) -> str:
    """The unit's text; of a table's row, the cells that are asked for."""
    unit = scored.unit
    if unit.passage.cells and (unit.start, unit.end) == (tables.content_start(unit.passage), unit.passage.end):
        return _row(question, unit)
    quote = escape(unit.text)
    if bold:
        quote = _FIGURE_SPAN.sub(lambda m: f"**{m[0].strip()}**" + (" " if m[0].endswith(" ") else ""), quote)
    return quote


def _row(question: Question, unit: Unit) -> str:
    """A row as "what it is about. Head: cell. …", with the columns that are asked for."""
    wanted = [
        *(["who"] if question.kind is Kind.WHO or question.who else []),
        *(["when"] if question.when or question.measure in (Measure.DATE, Measure.PERIOD) else []),
        *(["money"] if question.measure is Measure.MONEY else []),
    ]
    if question.measure in (None, Measure.DATE, Measure.PERIOD):
        told = tables.said(unit.passage, wanted)
    else:
        asked = {fold(w) for w in words(question.normalised)}
        told = tables.said(unit.passage, wanted, years={str(y) for y in question.years}, asked=asked)
    return (
        ". ".join(f"{escape(head)}: **{escape(cell.rstrip(' .;'))}**" if head else escape(cell.rstrip(" .;")) for head, cell in told) + "."
    )
