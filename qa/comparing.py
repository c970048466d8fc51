"""Comparisons: the same thing in several documents, a line for each."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from index.store import Index
from prompts.loader import text
from qa.citing import Citer, escape
from qa.evidence import Scored
from qa.question import Question
from qa.quoting import dating, quoted
from qa.units import years_of

Trusted = Callable[[Scored], bool]
"""Whether a unit may stand in for a province in a comparison."""


class Comparisons:
    """Composes comparisons over one index."""

    def __init__(self, index: Index) -> None:
        self._index = index

    def compose(self, question: Question, scored: Sequence[Scored], citer: Citer, trusted: Trusted) -> str:
        lines = []
        documents = [
            d
            for d in self._index.layout.heads
            if (not question.provinces or d.province in question.provinces) and (not question.document_ids or d.id in question.document_ids)
        ]
        if question.provinces:
            documents.sort(key=lambda d: question.provinces.index(d.province))
        best = scored[0]
        by_document = {d.id: [s for s in scored if s.unit.passage.document_id == d.id] for d in documents}
        if not question.years and (question.measure or re.search(r"\d", best.unit.text)):
            # Figures of different years don't compare: each province gives one for each year that any of them gives.
            years = {int(y) for own in by_document.values() if own and trusted(own[0]) for y in years_of(own[0].unit)}
            if len(years) > 1:
                question = replace(question, years=tuple(sorted(years))[:2])
        for document in documents:
            own = by_document[document.id]
            chosen = self._of_province(question, own, best, trusted)
            if chosen:
                exact = question.measure is not None
                said = " ".join(f"{quoted(question, s, bold=True)} {self._dated(s)}{citer.cite(s, exact=exact)}" for s in chosen)
                lines.append(f"- **{escape(document.province)}**: {said}")
            elif question.provinces:
                lines.append(f"- **{escape(document.province)}**: {text('messages', 'silent')}")
        return "\n".join(lines)

    def _of_province(self, question: Question, own: Sequence[Scored], best: Scored, trusted: Trusted) -> list[Scored]:
        if not own or not trusted(own[0]):
            return []
        if not question.provinces and (own[0].score < best.score - 0.2):
            return []
        if len(question.years) > 1:
            return per_year(question, own) or [own[0]]
        return [own[0]]

    def _dated(self, scored: Scored) -> str:
        when = dating(scored)
        return f"({when}) " if when else ""


def per_year(question: Question, own: Sequence[Scored]) -> list[Scored]:
    """The best unit for each year that is asked."""
    chosen: list[Scored] = []
    for year in question.years:
        of_year = [s for s in own[:25] if str(year) in years_of(s.unit) and s.figure and s.score > own[0].score - 0.3]
        if of_year and of_year[0] not in chosen:
            chosen.append(of_year[0])
    return chosen
