"""From units to citations: exact spans, with the headings and metadata that give them their year and place."""

import re
from collections.abc import Sequence

from documents.resolution import Fact, Passage, Resolution
from documents.sentences import note_mark_spans, sentence_spans
from index.store import Index
from qa import tables
from qa.answer import Citation, Context
from qa.scored import Scored
from qa.units import Unit, label_of, length_of

_YEAR = re.compile(r"20\d\d")
_SENTENCE = 70  # words
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

    def cites(self, scored: Scored) -> bool:
        """Whether all of a unit is cited already."""
        unit = scored.unit
        return any(d == unit.passage.document_id and a <= unit.start and unit.end <= b for d, a, b in self._by_span)

    def cites_from(self, passage: Passage) -> bool:
        """Whether something of a passage is cited already."""
        return any(d == passage.document_id and passage.start <= a and b <= passage.end for d, a, b in self._by_span)

    def cite(self, scored: Scored, *, exact: bool = False) -> str:
        """The marker ("[1]") for a unit. A clause is cited with its whole sentence, which it may lean on; an `exact` one
        by itself where that is long, or of other years."""
        passage, unit = scored.unit.passage, scored.unit
        document = self._index.document(passage.document_id)
        start, end = _sentences(unit)
        if exact and not passage.cells and not _goes_with(document.text[start:end], unit):
            start, end = unit.start, unit.end
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
        """The marker for a value of the metadata, with its sentence where it stands in one; the fact must have a span."""
        if fact.start is None or fact.end is None:
            raise ValueError(f"{document.id}: a fact without a span can't be cited")
        start, end = _telling(document, fact.start, fact.end)
        return self._mark(document, start, end, (), None, 1.0, False)

    def cite_signature(self, document: Resolution, name: Fact, roles: Sequence[Fact]) -> str | None:
        """The marker for a signer's name together with the role right above it; None where none stands there."""
        for role in roles:
            if name.start is None or name.end is None or role.start is None or role.end is None or role.end > name.start:
                continue
            if not re.search(r"\w", document.text[role.end : name.start]):
                return self._mark(document, role.start, name.end, (), None, 1.0, False)
        return None

    def cite_heading(self, scored: Scored) -> str:
        """The marker for the nearest heading above a unit, or "" where it has none."""
        document, path = self._index.document(scored.unit.passage.document_id), scored.unit.passage.path
        home = next((s for s in document.sections if s.path == path and s.start <= scored.unit.start < s.end), None)
        return self.cite_span(document, home.start, home.heading_end, path[:-1]) if home else ""

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


def _goes_with(sentence: str, unit: Unit) -> bool:
    """Whether the whole sentence of a clause may be cited for it: it is short, and sets no other date."""
    return length_of(sentence) <= _SENTENCE and set(_YEAR.findall(sentence)) == set(_YEAR.findall(unit.text))


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
        home = next((p for p in document.passages if p.start < start < p.end), None)
        label = label_of(home) if home else ""
        if home and _YEAR.search(label) and home.start + len(label) <= start:
            found.append(Context(home.start, home.start + len(label), label, "heading"))
        for section in document.sections:
            if section.start <= start < section.end and path[: len(section.path)] == section.path and _YEAR.search(section.path[-1]):
                found.append(Context(section.start, section.heading_end, document.text[section.start : section.heading_end], "heading"))
    at = next((i for i, p in enumerate(document.passages) if p.cells and p.start <= start < p.end), None)
    over = tables.caption_over(document.passages, at) if at is not None else None
    if over:
        found.append(Context(over.start, over.end, over.text, "heading"))
    place = _of_place(document)
    if place and place.start is not None and place.end is not None:
        found.append(Context(place.start, place.end, document.text[place.start : place.end], "metadata"))
    return tuple(found)


def _of_place(document: Resolution) -> Fact | None:
    """The first value of the metadata whose span names the document's province."""
    told = (fact for facts in document.facts.values() for fact in facts if fact.start is not None and fact.end is not None)
    return next((fact for fact in told if document.province in document.text[fact.start : fact.end]), None)


def _telling(document: Resolution, start: int, end: int) -> tuple[int, int]:
    """The sentence that [start, end) is a piece of, in running text; in a letterhead or a signature the span itself."""
    home = next((p for p in document.passages if p.start <= start and end <= p.end), None)
    if home is None or "\n" in home.text or home.kind not in ("front", "body"):
        return start, end
    spans = [(home.start + a, home.start + b) for a, b in sentence_spans(home.text)]
    return next(((a, b) for a, b in spans if a <= start and end <= b), (start, end))
