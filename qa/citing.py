"""From units to citations: exact spans, with the headings and metadata that give them their year and place."""

import re

from documents.resolution import Fact, Resolution
from documents.sentences import note_mark_spans, sentence_spans
from index.store import Index
from qa.answer import Citation, Context
from qa.evidence import Scored
from qa.units import Unit

_YEAR = re.compile(r"20\d\d")
_SPECIAL = re.compile(r"([\\`*_\[\]<>#|~])")


def escape(text: str) -> str:
    """Text of a document or a person as Markdown that shows it literally."""
    return _SPECIAL.sub(r"\\\1", text)


class Citer:
    """Numbers the citations of one answer; the same span keeps its number."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._by_span: dict[tuple[str, int, int], Citation] = {}

    @property
    def citations(self) -> tuple[Citation, ...]:
        """All citations so far, in order of their markers."""
        return tuple(self._by_span.values())

    def cite(self, scored: Scored, *, exact: bool = False) -> str:
        """The marker ("[1]") for a unit. A clause is cited with its whole sentence, which it may lean on; an `exact` one by itself."""
        passage, unit = scored.unit.passage, scored.unit
        document = self._index.document(passage.document_id)
        start, end = (unit.start, unit.end) if exact and not passage.cells else _sentences(unit)
        return self._mark(document, start, end, passage.path, passage.page, scored.score, True)

    def cite_year(self, scored: Scored) -> str:
        """The marker for the nearest heading that dates a unit, or "" where none does."""
        document = self._index.document(scored.unit.passage.document_id)
        path = scored.unit.passage.path
        for section in reversed(document.sections):
            above = section.start <= scored.unit.start < section.end and path[: len(section.path)] == section.path
            if above and _YEAR.search(section.path[-1]):
                return self.cite_span(document, section.start, section.heading_end, section.path[:-1])
        return ""

    def cite_fact(self, document: Resolution, fact: Fact) -> str:
        """The marker for a value of the metadata; the fact must have a span."""
        if fact.start is None or fact.end is None:
            raise ValueError(f"{document.id}: a fact without a span can't be cited")
        return self._mark(document, fact.start, fact.end, (), None, 1.0, False)

    def cite_span(self, document: Resolution, start: int, end: int, path: tuple[str, ...]) -> str:
        """The marker for any stretch of a document, such as a heading."""
        return self._mark(document, start, end, path, None, 1.0, True)

    def _mark(
        self, document: Resolution, start: int, end: int, path: tuple[str, ...], page: int | None, score: float, with_context: bool
    ) -> str:
        span = (document.id, start, end)
        on = document.page_at(start)
        if span not in self._by_span:
            quote = document.text[start:end]
            self._by_span[span] = Citation(
                marker=len(self._by_span) + 1,
                document_id=document.id,
                title=document.title,
                number=document.number,
                province=document.province,
                issued=document.issued,
                section=" > ".join(path),
                page=on.number if on else page,
                ocr=on.confidence if on else None,
                start=start,
                end=end,
                quote=quote,
                context=_context(document, start, path, quote) if with_context else (),
                score=round(score, 4),
            )
        return f"[{self._by_span[span].marker}]"


def _sentences(unit: Unit) -> tuple[int, int]:
    """The span of the sentences that a unit is a piece of, up to the next footnote's mark, which the source may print otherwise."""
    passage = unit.passage
    if passage.cells:
        return passage.start, passage.end
    first, last = unit.start - passage.start, unit.end - passage.start
    touched = [(a, b) for a, b in sentence_spans(passage.text) if a < last and first < b]
    start, end = min((a for a, _ in touched), default=first), max((b for _, b in touched), default=last)
    for a, b in note_mark_spans(passage.text):
        if b <= first:
            start = max(start, b)
        elif a >= last:
            end = min(end, a)
    quote = passage.text[start:end]
    start, end = start + len(quote) - len(quote.lstrip(" .;,")), end - (len(quote) - len(quote.rstrip()))
    return passage.start + min(start, first), passage.start + max(end, last)


def _context(document: Resolution, start: int, path: tuple[str, ...], quote: str) -> tuple[Context, ...]:
    """Headings that date the quote where it does not date itself, and the line of the metadata that names the place."""
    found = []
    if not _YEAR.search(quote):
        for section in document.sections:
            if section.start <= start < section.end and path[: len(section.path)] == section.path and _YEAR.search(section.path[-1]):
                found.append(Context(section.start, section.heading_end, document.text[section.start : section.heading_end], "heading"))
    for facts in document.facts.values():
        for fact in facts:
            if fact.start is not None and fact.end is not None and document.province in document.text[fact.start : fact.end]:
                found.append(Context(fact.start, fact.end, document.text[fact.start : fact.end], "metadata"))
                return tuple(found)
    return tuple(found)
