"""What belongs to an answer as a whole: the section or list that is asked for, the rows of a table that charge a body or fall into a year.

Half of a list misleads more than a long answer does, so what is told here is told in full, or not at all.
"""

from collections.abc import Collection, Sequence

from documents.normalise import fold, words
from documents.resolution import Passage
from index.store import Index
from qa import duty_patterns, patterns, tables
from qa.evidence import Evidence
from qa.patterns import Kind
from qa.question import Question
from qa.scored import Scored
from qa.subjects import row_of_body
from qa.topics import names_section, together, topical
from qa.units import length_of

MOST_ITEMS = 8
_SECTION = 320  # words of a whole section
_SAID_ALONE = 0.6  # of what is asked besides the heading, which one passage says that answers it by itself
_LEFT_OVER = 0.25  # of the topic, which the heading must leave over for a unit to be asked for by itself
_LIST, _ITEM = 150, 45  # words of a list that is filled up, and of each item
_CHOSEN = 0.4  # of a list's items, which are chosen for it to be told as a whole
_MOST_OF_SECTION, _LEFT_WORDS = 0.6, 60  # of a section's passages, which are chosen, and words of the others, for these to be told too
_MOSTLY = 0.5  # of what the best row says beside the body


class Completion:
    """Fills answers up over one index."""

    def __init__(self, index: Index, evidence: Evidence) -> None:
        self._index = index
        self._evidence = evidence

    def section(self, question: Question, scored: Sequence[Scored]) -> list[Scored]:
        """Where all is asked for that stands below the heading of the best unit, and that is not too much: all of it, in order."""
        best = scored[0]
        lowered = question.normalised.lower()
        if question.yes_no or question.completed or patterns.compares(lowered) or len(question.years) > 1 or best.unit.passage.cells:
            return []
        named = question.kind is Kind.TEXT and names_section(self._evidence, question, best.unit.passage)
        if not (question.broad or named) or not topical(self._evidence, question, best):
            return []
        if self._answers_alone(question, best) and not patterns.measures_taken(lowered):
            return []
        group = [p for p in together(self._index, best.unit.passage) if not p.text.rstrip().endswith(":")]
        if not 1 < len(group) <= MOST_ITEMS or sum(length_of(p.text) for p in group) > _SECTION:
            return []
        return [best._replace(unit=unit) for p in group for unit, _ in self._evidence.units(p)]

    def _answers_alone(self, question: Question, best: Scored) -> bool:
        """Whether the heading leaves much of the topic over, and the unit's passage says it: one thing of the section is asked for."""
        wanted = self._evidence.wanted(question)
        heading = self._evidence.terms_of_heading(best.unit.passage.path[-1]) if best.unit.passage.path else frozenset()
        theme = self._evidence.theme_of(question)
        rest = {t: w for t, w in wanted.items() if t not in heading and t not in theme}
        left = sum(rest.values())
        said = frozenset().union(*(self._evidence.said(question, u) for u, _ in self._evidence.units(best.unit.passage)))
        return left > _LEFT_OVER * sum(wanted.values()) and sum(w for t, w in rest.items() if t in said) >= _SAID_ALONE * left

    def lists(self, question: Question, chosen: Sequence[Scored]) -> list[Scored]:
        """`chosen`, with the other items of each short list that much of is chosen, and the few that are left of a short section."""
        found = list(chosen)
        told = {s.unit.passage.id for s in chosen}
        for s in chosen if not question.completed and len(question.years) < 2 else ():
            left = self._left_of_section(s.unit.passage, told)
            found += [s._replace(unit=unit) for p in left for unit, _ in self._evidence.units(p)]
            told |= {p.id for p in left}
        for s in chosen:
            group = self._list_of(s.unit.passage)
            missing = [p for p in group if p.id not in told]
            if len(group) < 3 or not missing or len(group) - len(missing) < max(2, _CHOSEN * len(group)):
                continue
            if len(group) > MOST_ITEMS or sum(length_of(p.text) for p in group) > _LIST or any(length_of(p.text) > _ITEM for p in group):
                continue
            found += [s._replace(unit=unit) for p in missing for unit, _ in self._evidence.units(p)]
            told |= {p.id for p in group}
        return found

    def _left_of_section(self, passage: Passage, told: Collection[str]) -> list[Passage]:
        """The passages below the passage's heading that are not told, where most of them are and the others are short."""
        if passage.cells or not passage.path:
            return []
        own = [p for p in self._index.document(passage.document_id).passages if p.path == passage.path and p.kind == "body"]
        left = [p for p in own if p.id not in told]
        if not 2 < len(own) <= MOST_ITEMS or not left or len(own) - len(left) < _MOST_OF_SECTION * len(own):
            return []
        return left if sum(length_of(p.text) for p in left) <= _LEFT_WORDS and not any(p.cells for p in own) else []

    def _list_of(self, passage: Passage) -> list[Passage]:
        """The items of the list that a line or heading ending with a colon opens and the passage is one of."""
        if passage.cells:
            return []
        group = together(self._index, passage)
        headed = bool(passage.path) and passage.path[-1].rstrip().endswith(":")
        if not headed and not group[0].text.rstrip().endswith(":"):
            return []
        return [p for p in group if not p.text.rstrip().endswith(":") and not p.cells]

    def rows(self, question: Question, scored: Sequence[Scored]) -> list[Scored]:
        """The rows of the best unit's document that charge the body that is asked about, else those that fall into the year asked about
        where a table is; in order."""
        lowered = question.normalised.lower()
        if question.measure or question.yes_no:
            return []
        home = scored[0].unit.passage.document_id
        rows = [s for s in scored if s.unit.passage.columns and s.unit.passage.document_id == home]
        charges = duty_patterns.charges(lowered) and not duty_patterns.asks_body(lowered)
        charged = self._of_body(question, rows) if charges else []
        if charged or not (question.years and question.kind is Kind.LIST and duty_patterns.of_table(lowered)):
            return charged
        years = {str(y) for y in question.years}
        dated = [s for s in rows if any(y in cell for cell in tables.cells_of(s.unit.passage, "when") for y in years)]
        return sorted(dated, key=lambda s: s.unit.start)[:MOST_ITEMS]

    def _of_body(self, question: Question, rows: Sequence[Scored]) -> list[Scored]:
        """Those of `rows` that charge the body asked about, and say most of what else is asked."""
        asked, helps = [fold(w) for w in words(question.normalised)], duty_patterns.helps(question.normalised.lower())
        rows = [s for s in rows if row_of_body(asked, s.unit.passage, helps=helps)]
        if not rows:
            return []
        body = {fold(w) for s in rows for w in words(" ".join(tables.cells_of(s.unit.passage, "who")))}
        theme, wanted = self._evidence.theme_of(question), self._evidence.wanted(question)
        rest = {t: w for t, w in wanted.items() if "_" not in t and fold(t) not in body and t not in theme}
        said = [sum(w for t, w in rest.items() if t in self._evidence.said(question, s.unit)) for s in rows]
        most = max(said)
        found = [s for s, own in zip(rows, said, strict=True) if own >= _MOSTLY * most]
        return sorted(found, key=lambda s: s.unit.start)[:MOST_ITEMS]
