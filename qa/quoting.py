"""Quoting: a unit of the evidence as Markdown, with its figure in bold, and what dates it."""

import re
from collections.abc import Sequence

from documents.normalise import fold, words
from documents.resolution import Passage, Resolution
from index.rows import Head
from prompts.loader import text
from qa import duty_patterns, tables
from qa.citing import Citer, escape
from qa.footnotes import content_start
from qa.patterns import Kind, Measure
from qa.question import Question
from qa.scored import Scored
from qa.subjects import headed_by_body
from qa.units import Unit, label_years, opened_years
from qa.wording import asks_points

NUMBER = r"\d[\d.,]*"
_TO = r"\s*(?:-|–|đến)\s*"
_FIGURE_SPAN = re.compile(
    r"(?:(?:trên|tối thiểu|ít nhất|khoảng|hơn|dưới|tối đa)\s+)?"
    rf"(?<![\w/.,]){NUMBER}(?:{_TO}{NUMBER})?\s*(?:%(?:{_TO}{NUMBER}\s*%)?|/\d+\b(?!/\d))"
    rf"|(?:xếp )?thứ\s+{NUMBER}(?:/\d+)?",
    re.IGNORECASE,
)
_STRETCH = re.compile(r"20\d\d\s*(?:-|–|đến(?: năm)?)\s*(20\d\d)")
_NUMBERING = re.compile(r"^(?:[IVXL]+|\d+(?:\.\d+)*|[a-zđ])\s*[-–.)]+\s*|^\d+(?:\.\d+)+\s+")


def plain(heading: str) -> str:
    """A heading without its number and closing colon."""
    return _NUMBERING.sub("", heading).rstrip(": .")


def dating(scored: Scored, document: Resolution | Head) -> str:
    """The year of an undated quote, from the label of its paragraph or its headings; or that it tells of the situation when the
    document was issued. "" where it dates itself, or what stands above it names several years."""
    unit = scored.unit
    if re.search(r"20\d\d", unit.text) or (unit.passage.cells and tables.years_of(unit.passage)):
        return ""
    if labelled := label_years(unit.passage):
        return text("messages", "until_year", year=next(iter(labelled))) if len(labelled) == 1 else ""
    if opened_years(unit):
        return ""
    for heading in reversed(unit.passage.path):
        if re.search(r"20\d\d", heading):
            year = year_of_heading(heading)
            return text("messages", "until_year", year=year) if year else ""
        if re.search(r"(?i)tình hình", heading):
            if not document.issued:
                return text("messages", "in_situation")
            return text("messages", "in_situation_of", date="/".join(reversed(document.issued.split("-"))))
    return ""


def year_of_heading(heading: str) -> str:
    """The one year that a heading dates what stands below it by; "" where it names none, or several ends ("giai đoạn 2026 - 2030, tầm
    nhìn đến năm 2045")."""
    ends = set(re.findall(r"(?<!\d)20\d\d(?!\d)", _STRETCH.sub(r"\1", heading)))
    return ends.pop() if len(ends) == 1 else ""


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
                found[i] = other._replace(unit=Unit(unit.passage, start, end, merged, False))
                break
        else:
            found.append(s)
    return found


def quoted(question: Question, scored: Scored, over: Passage | None = None, *, bold: bool = False, brief: bool = False) -> str:
    """The unit's text; of a table's row, the cells that are asked for. `over`: the line over its table, of the figures' unit.
    `brief`: where no column is asked for, only what the row is about."""
    unit = scored.unit
    if tables.of_cells(unit.passage, unit.start, unit.end):
        return _row(question, unit, over.text if over else "", brief=brief)
    quote = escape(unit.text)
    if bold:
        quote = _FIGURE_SPAN.sub(lambda m: f"**{m[0].strip()}**" + (" " if m[0].endswith(" ") else ""), quote)
    return quote


def _row(question: Question, unit: Unit, caption: str, *, brief: bool) -> str:
    """A row as "what it is about. Head: cell. …", with the columns that are asked for."""
    wanted = [
        *(["who"] if question.kind is Kind.WHO or question.who else []),
        *(["when"] if question.when or question.measure in (Measure.DATE, Measure.PERIOD) else []),
        *(["product"] if duty_patterns.asks_product(question.normalised.lower()) else []),
        *(["money"] if question.measure is Measure.MONEY else []),
        *(["points"] if asks_points(question) else []),
    ]
    by_name = question.measure not in (None, Measure.DATE, Measure.PERIOD)
    asked = {fold(w) for w in words(question.normalised)} if by_name else set()
    years = {str(y) for y in question.years} if by_name or question.measure is None else set()
    told = tables.said(unit.passage, wanted, years=years, asked=asked, caption=caption, within=(unit.start, unit.end))
    if brief and not wanted and question.measure is None and not years and told[0][0] == "":
        told = told[:1]
    return (
        ". ".join(f"{escape(head)}: **{escape(cell.rstrip(' .;'))}**" if head else escape(cell.rstrip(" .;")) for head, cell in told) + "."
    )


def noted(note: Passage, document: Resolution, citer: Citer) -> str:
    """A footnote as what stands behind a quote that refers to it."""
    start = content_start(note)
    marker = citer.cite_span(document, start, note.end, note.path)
    return text("messages", "footnote", note=escape(document.text[start : note.end].rstrip(" .")), marker=marker)


def body_before(question: Question, scored: Scored, citer: Citer) -> str:
    """Where a body is asked for and only the heading names it ("3. Sở Y tế"): the heading, cited, as what stands before the quote."""
    if not question.who or not headed_by_body(scored.unit):
        return ""
    marker = citer.cite_heading(scored)
    return f"{escape(plain(scored.unit.passage.path[-1]))} {marker}: " if marker else ""
