"""Footnotes: a note explains the passage that refers to it, and above all the sentence or clause its mark stands behind."""

import re
from collections.abc import Callable, Iterable

from documents.resolution import Passage
from documents.sentences import note_mark_spans
from index.analysis import term_set
from index.rows import NOTE
from index.store import Index
from qa.units import Unit, length_of, units, years_of, years_said

_BETWEEN = re.compile(r"[\s.;,:)\]”\"*]*")  # what may stand between the end of a unit and its mark
_MEASURED = re.compile(
    r"(?i)(?:kết quả|xếp hạng|xếp loại|chỉ số|index|số liệu|thống kê|tính đến)(?:(?!ngày)[^.;]){0,60}?(?<![\d/])(20\d\d)(?!\d)"
)
_LONGEST = 80  # words; a longer note tells things of its own


class Footnotes:
    """The notes of the documents of one index."""

    def __init__(self, index: Index) -> None:
        self._index = index

    def of(self, document_id: str) -> dict[str, list[Passage]]:
        """A document's notes by the ids of the passages that refer to them; {} where it has none."""
        rows = self._index.layout.rows(document_id)
        found: dict[str, list[Passage]] = {}
        if not (self._index.layout.flags[rows.start : rows.stop] & NOTE).any():
            return found
        for p in self._index.passages[rows.start : rows.stop]:
            if p.note_of:
                found.setdefault(p.note_of, []).append(p)
        return found

    def terms_around(self, document_id: str) -> dict[str, frozenset[str]]:
        """The terms of notes and of the passages that refer to them, by the passages' ids: they explain each other."""
        notes = self.of(document_id)
        rows = self._index.layout.rows(document_id)
        homes = {p.id: p for p in self._index.passages[rows.start : rows.stop] if p.id in notes} if notes else {}
        found: dict[str, frozenset[str]] = {}
        for identity, home in homes.items():
            said = term_set(home.text)
            for note in notes[identity]:  # the second hears what the first has told
                own = term_set(note.text)
                found[note.id] = said = said | own
            found[identity] = said
        return found

    def years(self, unit: Unit, note_of: Callable[[Unit], Passage | None]) -> set[str]:
        """The years a unit is of: those that its footnote (`note_of` it) says it was measured in; a footnote's own are those of what it
        explains."""
        if years_said(unit.text):
            return years_of(unit)
        if (note := note_of(unit)) and (measured := _measured_in(note)):
            return measured
        passage = unit.passage
        if passage.note_of is None:
            return years_of(unit)
        homes = (p for p in self._index.document(passage.document_id).passages if p.id == passage.note_of)
        explained = (u for home in homes for u in units(home) if (n := note_of(u)) and n.id == passage.id)
        return years_of(next(explained, unit))


def explaining(unit: Unit, notes: Iterable[Passage]) -> Passage | None:
    """The first piece of the note of `notes` whose mark stands right behind `unit`; None where none does, or it is long."""
    text = unit.passage.text
    for start, end in note_mark_spans(text):
        at = unit.end - unit.passage.start
        if start < at or _BETWEEN.fullmatch(text, at, start) is None:
            continue
        mark = text[start:end].strip("⁽⁾()")
        return next((p for p in notes if _mark_of(p) == mark and length_of(p.text) <= _LONGEST), None)
    return None


def _measured_in(note: Passage) -> set[str]:
    """The years that a note says were measured ("Kết quả xếp hạng Vietnam ICT Index 2019 do … công bố"); of a report only its own date is
    told ("Báo cáo số 12/BC-UBND ngày 07/12/2020"), which is none of them."""
    return set(_MEASURED.findall(note.text))


def content_start(note: Passage) -> int:
    """Where a note's text begins behind its mark, as an offset in the document's text."""
    marks = note_mark_spans(note.text)
    end = marks[0][1] if marks and marks[0][0] == 0 else 0
    return note.start + end + len(note.text[end:]) - len(note.text[end:].lstrip())


def _mark_of(note: Passage) -> str:
    marks = note_mark_spans(note.text)
    return note.text[: marks[0][1]].strip("⁽⁾()") if marks and marks[0][0] == 0 else ""
