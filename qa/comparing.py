"""Comparisons: the same thing in several documents, a row or line for each, and what follows from the figures."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from documents.normalise import fold, words
from index.rows import Head
from index.store import Index
from prompts.loader import text
from qa.citing import Citer, escape
from qa.evidence import Evidence
from qa.parts import own_topics, things
from qa.patterns import Measure
from qa.question import Question
from qa.quoting import NUMBER, body_before, dating, noted, place_of, quoted
from qa.scored import Scored
from qa.units import years_of, years_said
from qa.weighing import SITUATION

Trusted = Callable[[Scored], bool]
"""Whether a unit may stand in for a province in a comparison."""
Choose = Callable[[Question, Sequence[Scored], int], Sequence[Scored]]
"""The units that answer a question of one document together, of all its units, in so many words."""

_MOST = re.compile(r"(?:cao|nhiều|lớn|khá) nhất")
_LEAST = re.compile(r"(?:thấp|nhỏ|ít|kém) nhất(?! \d)")
_MORE = re.compile(r"(?<!\w)(?:cao|nhiều|lớn|thấp|ít|nhỏ|khác|chênh|hơn|kém)(?!\w)")
_SAME = re.compile(r"bằng nhau|như nhau|giống|ngang nhau|có bằng|cùng mức|đều")
_WORDS = 160  # of all rows together, beyond the best of each
_MOST_ROWS = 20  # of a comparison; of more documents, the best
_LOOKED_AT, _ABOUT_AS_GOOD = 4, 0.15  # units of a document, and how much less they may score than its best
_LESS_SAID = 0.2  # of the topic: a unit of another year that says so much less of it than the best is about something else
_OF_OTHER_YEARS = 0.6  # of the score, which it may cost a unit to be of another year than the best or of today
_SAYS_IT = 0.65  # of a thing's topic, from which on a unit tells of it
_EXTREME = re.compile(rf"{_MOST.pattern}|{_LEAST.pattern}|{_MORE.pattern}|{_SAME.pattern}")
_RANGE = re.compile(rf"{NUMBER}\s*%?\s*(?:-|–|đến)\s*{NUMBER}")


@dataclass(frozen=True, slots=True)
class _Row:
    """A document with the units that answer for it, best first or one for each year."""

    document: Head
    place: str
    chosen: tuple[Scored, ...]


class Comparisons:
    """Composes comparisons over one index."""

    def __init__(self, index: Index, evidence: Evidence, choose: Choose) -> None:
        self._index = index
        self._evidence = evidence
        self._choose = choose

    def compose(self, question: Question, scored: Sequence[Scored], citer: Citer, trusted: Trusted) -> str:
        """Markdown; `scored` is best first and not empty."""
        documents = self._documents(question, scored)
        by_document = {d.id: [s for s in scored if s.unit.passage.document_id == d.id] for d in documents}
        if each := own_topics(question):
            for d in documents:
                hits = list({s.hit.passage.id: s.hit for s in by_document[d.id]}.values())
                by_document[d.id] = self._evidence.score(replace(question, topic=each[d.province]), hits)
        if not question.years and (question.measure or re.search(r"\d", scored[0].unit.text)):
            question = _by_year(question, [own for own in by_document.values() if own and trusted(own[0])])
        most = _WORDS // max(1, len(documents))
        chosen = [self._chosen(question, by_document[d.id], scored[0], trusted, most) for d in documents]
        rows = [_Row(d, _label(d, documents), tuple(c)) for d, c in zip(documents, chosen, strict=True)]
        if not question.provinces:
            rows = [r for r in rows if r.chosen]
        told = [r.chosen[0] for r in rows if r.chosen]
        if question.measure is None and _EXTREME.search(question.normalised.lower()) and all("%" in s.unit.text for s in told):
            question = replace(question, measure=Measure.PERCENT)
        # A place of several documents is silent where none of them tells.
        speaking = {r.document.province for r in rows if r.chosen}
        rows = [r for r in rows if r.chosen or r.document.province not in speaking]
        if question.measure and len(told) > 1 and (len(question.years) > 1 or all(len(r.chosen) < 2 for r in rows)):
            return "\n\n".join(filter(None, (self._table(question, rows, citer), _closing(question, rows))))
        return "\n".join(self._lines(question, rows, citer))

    def _documents(self, question: Question, scored: Sequence[Scored]) -> list[Head]:
        """The documents that are compared: all of the places or numbers named; none named, those with any evidence."""
        if question.provinces or question.document_ids:
            wanted = [d for d in self._index.layout.heads if not question.provinces or d.province in question.provinces]
            ids = question.document_ids or beside(question, wanted)
            named = [d for d in wanted if not ids or d.id in ids]
            if len(named) > _MOST_ROWS:
                best = list(dict.fromkeys(s.unit.passage.document_id for s in scored))[:_MOST_ROWS]
                named = [d for d in named if d.id in best]
            return sorted(named, key=lambda d: question.provinces.index(d.province)) if question.provinces else named
        best = list(dict.fromkeys(s.unit.passage.document_id for s in scored))[:_MOST_ROWS]
        return [d for d in self._index.layout.heads if d.id in best]

    def _chosen(self, question: Question, own: Sequence[Scored], best: Scored, trusted: Trusted, most: int) -> Sequence[Scored]:
        """The units that answer for a document: one for each year where several are asked, the items of its list in `most` words."""
        own = from_trusted(own, trusted)
        if not own:
            return ()
        if not question.provinces and (own[0].score < best.score - 0.2):
            return ()
        if times(question) > 1:
            return per_year(question, own) or own[:1]
        if not question.provinces or question.asks_place:
            return own[:1]
        return self._of_things(question, own, trusted) or self._choose(question, own, most)

    def _of_things(self, question: Question, own: Sequence[Scored], trusted: Trusted) -> list[Scored]:
        """Where several things are asked of each place ("hồ sơ cấp tỉnh và cấp xã"): the best unit for each, if the document tells of
        all, and not in one; else nothing."""
        hits = list({s.hit.passage.id: s.hit for s in own}.values())
        found: list[Scored] = []
        # "Số trạm và tỷ lệ hộ": the measure that is asked for may be that of one of them.
        measures = (question.measure, Measure.COUNT) if question.measure else (None,)
        for topic in things(question):
            asked = (replace(question, topic=topic, measure=m, names=(), counted=()) for m in measures)
            told = (from_trusted(self._evidence.score(q, hits), trusted) for q in asked)
            best = next((t for t in told if t and t[0].coverage >= _SAYS_IT), None)
            if best is None:
                return []
            if all(s.unit != best[0].unit for s in found):
                found.append(best[0])
        return found if len(found) > 1 else []

    def _lines(self, question: Question, rows: Sequence[_Row], citer: Citer) -> list[str]:
        """A line for each row; where no place is named, rows that say the same words share one."""
        lines = []
        told: set[str] = set()
        for row in rows:
            if row.document.id in told:
                continue
            if not row.chosen:
                lines.append(f"- **{escape(row.place)}**: {text('messages', 'silent')}")
                continue
            alike = [row] if question.provinces else [r for r in rows if r.chosen and _words(r) == _words(row)]
            told |= {r.document.id for r in alike}
            exact = question.measure is not None
            said = [
                f"{self._headed(question, row, i, citer)}{self._quoted(question, s)} {_dated(question, s, row.document, citer)}"
                for i, s in enumerate(row.chosen)
            ]
            markers = ["".join(citer.cite(r.chosen[i], exact=exact) for r in alike) for i in range(len(row.chosen))]
            places = ", ".join(r.place for r in alike)
            items = [f"{s}{m}" for s, m in zip(said, markers, strict=True)]
            lines.append(
                f"- **{escape(places)}**: " + items[0]
                if len(items) == 1
                else "\n".join([f"- **{escape(places)}**:", *(f"  - {i}" for i in items)])
            )
        return lines

    @staticmethod
    def _headed(question: Question, row: _Row, i: int, citer: Citer) -> str:
        """The body before the first of the quotes that stand below its heading."""
        own = row.chosen[i]
        told = i > 0 and row.chosen[i - 1].unit.passage.path == own.unit.passage.path
        return "" if told else body_before(question, own, citer)

    def _table(self, question: Question, rows: Sequence[_Row], citer: Citer) -> str:
        """A row for each place; a column for each year where several are asked and told, else one."""
        years = [str(y) for y in question.years] if len(question.years) > 1 else []
        told = [y for y in years if any(y in years_of(s.unit) for r in rows for s in r.chosen)]
        heads = [text("messages", "table_year", year=y) for y in told] if len(told) > 1 else [text("messages", "table_said")]
        lines = [f"| {text('messages', 'table_place')} | " + " | ".join(heads) + " |", "|" + " --- |" * (len(heads) + 1)]
        for row in rows:
            of_year = [[s for s in row.chosen if y in years_of(s.unit)][:1] for y in told]
            cells = of_year if len(told) > 1 else [list(row.chosen[:1])]
            shown = [self._cell(question, s[0], row.document, citer, dated=len(told) < 2 or question.when) if s else "–" for s in cells]
            lines.append(f"| **{escape(row.place)}** | " + " | ".join(shown) + " |")
        return "\n".join(lines)

    def _cell(self, question: Question, scored: Scored, document: Head, citer: Citer, *, dated: bool) -> str:
        said = " ".join(self._quoted(question, scored).split())
        told = f"{said} {_dated(question, scored, document, citer) if dated else ''}{citer.cite(scored, exact=True)}"
        note = self._evidence.leans_on(question, scored.unit)
        return " ".join(f"{told} {noted(note, self._index.document(note.document_id), citer)}".split()) if note else told

    def _quoted(self, question: Question, scored: Scored) -> str:
        return quoted(question, scored, self._evidence.caption(scored.unit.passage), bold=True)


def beside(question: Question, heads: Sequence[Head]) -> tuple[str, ...]:
    """The ids of `heads` that are meant where one document is named by its number beside others by their places; () where none is."""
    places = {d.province for d in heads if d.id in question.beside}
    return tuple(d.id for d in heads if d.id in question.beside or d.province not in places) if places else ()


def from_trusted(own: Sequence[Scored], trusted: Trusted) -> Sequence[Scored]:
    """The units from the first one on that is trusted, where that is about as good as the best; () where none is."""
    for i, s in enumerate(own[:_LOOKED_AT]):
        if s.score < own[0].score - _ABOUT_AS_GOOD:
            break
        if trusted(s):
            return own[i:]
    return ()


def _label(document: Head, documents: Sequence[Head]) -> str:
    """The place; where several documents are of it, with what tells this one from the others."""
    place = place_of(document)
    if sum(place_of(d) == place for d in documents) < 2:
        return place
    issued = "/".join(reversed(document.issued.split("-"))) if document.issued else ""
    return ", ".join(filter(None, (place, document.kind, document.number or "", issued)))


def _words(row: _Row) -> tuple[str, ...]:
    return tuple(fold(w) for s in row.chosen for w in words(s.unit.text))


def _by_year(question: Question, told: Sequence[Sequence[Scored]]) -> Question:
    """Figures of different years don't compare: where no year is asked, each place gives one for each year that any of them gives."""
    years = sorted({int(y) for own in told for s in _near(own) for y in years_of(s.unit)})[:2]
    asked = replace(question, years=tuple(years))
    # A sentence that tells of both years tells them best as a whole.
    both = any(len({str(y) for y in years} & years_of(s.unit)) > 1 for own in told for s in per_year(asked, own))
    return question if len(years) < 2 or both else asked


def _near(own: Sequence[Scored]) -> list[Scored]:
    """The best unit, and those that say as much of what is asked, as the same target for another year does."""
    best = own[0]
    return [s for s in own[:8] if s is best or (s.figure and s.score > best.score - 0.15 and s.coverage >= best.coverage - 0.1)]


def _dated(question: Question, scored: Scored, document: Head, citer: Citer) -> str:
    """What dates an undated quote; where a year is what is asked, with the heading that states it."""
    # Where no figure is asked for, the whole passage is cited, which may set dates of its own.
    own = question.measure is None and not years_said(scored.unit.text) and re.search(r"20\d\d", scored.unit.passage.text)
    when = "" if own else dating(scored, document)
    marker = citer.cite_year(scored) if when and question.when else ""
    return f"({' '.join(filter(None, (when, marker)))}) " if when else ""


def per_year(question: Question, own: Sequence[Scored]) -> list[Scored]:
    """The best unit for each year that is asked; before them what is said of today, where that is asked too."""
    chosen: list[Scored] = []
    near = [s for s in own[:40] if s.figure and s.score > own[0].score - _OF_OTHER_YEARS and s.coverage >= own[0].coverage - _LESS_SAID]
    if question.now:
        chosen += [s for s in near if any(SITUATION.search(h) for h in s.unit.passage.path)][:1]
    for year in question.years:
        of_year = [s for s in near if str(year) in years_of(s.unit)]
        if of_year and of_year[0] not in chosen:
            chosen.append(of_year[0])
    return chosen


def times(question: Question) -> int:
    """How many points of time are asked about."""
    return len(question.years) + question.now


def _closing(question: Question, rows: Sequence[_Row]) -> str:
    """Which is highest, lowest or the same, where each place gives one plain figure of one year; else nothing."""
    told = [r for r in rows if r.chosen]
    figures = [_one_figure(question, r) for r in told]
    if None in figures or len({frozenset(years_of(r.chosen[0].unit)) for r in told}) > 1:
        return ""
    values = [(v, shown, r.place) for f, r in zip(figures, told, strict=True) if f for v, shown in [f]]
    lowered = question.normalised.lower()
    if len({v for v, _, _ in values}) == 1:
        return text("messages", "closing_same", value=values[0][1])
    if _LEAST.search(lowered):
        value, shown, place = min(values)
        alone = sum(v == value for v, _, _ in values) == 1
        return text("messages", "closing_least", place=escape(place), value=shown) if alone else ""
    if _MOST.search(lowered) or (len(values) == 2 and _MORE.search(lowered)) or _SAME.search(lowered):
        value, shown, place = max(values)
        alone = sum(v == value for v, _, _ in values) == 1
        return text("messages", "closing_most", place=escape(place), value=shown) if alone else ""
    return ""


def _one_figure(question: Question, row: _Row) -> tuple[float, str] | None:
    """(value, as printed) of the only figure of the sort asked in a row's only unit."""
    if len(row.chosen) != 1 or question.measure not in (Measure.PERCENT, Measure.COUNT):
        return None
    said = row.chosen[0].unit.text
    percents = re.findall(rf"({NUMBER})\s*%", said)
    counts = [n for n in re.findall(rf"(?<![\w/.,-])({NUMBER})(?![\w/%-])", said) if not re.fullmatch(r"(?:19|20)\d\d", n.strip(".,"))]
    found = percents if question.measure is Measure.PERCENT else ([] if percents else counts)
    if len(found) != 1 or _RANGE.search(said):
        return None
    plain = found[0].strip(".,")
    try:
        return float(plain.replace(".", "").replace(",", ".")), plain + ("%" if question.measure is Measure.PERCENT else "")
    except ValueError:
        return None
