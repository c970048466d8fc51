"""From units to citations: exact spans, with the headings and metadata that give them their year and place."""

import re

from documents.resolution import Fact, Resolution
from index.store import Index
from qa.answer import Citation, Context
from qa.evidence import Scored

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

    def cite(self, scored: Scored) -> str:
        """The marker ("[1]") for a unit."""
        passage, unit = scored.unit.passage, scored.unit
        document = self._index.document(passage.document_id)
        return self._mark(document, unit.start, unit.end, passage.path, passage.page, scored.score, True)

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
                page=page,
                start=start,
                end=end,
                quote=quote,
                context=_context(document, start, path, quote) if with_context else (),
                score=round(score, 4),
            )
        return f"[{self._by_span[span].marker}]"


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
