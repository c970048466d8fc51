"""Composing an answer by kind of question, from whole quoted sentences, clauses and items, each with its marker."""

import re
from collections.abc import Sequence
from dataclasses import replace

from index.store import Index
from prompts.loader import text
from qa import duty_patterns, patterns, summary
from qa.citing import Citer, escape
from qa.comparing import Comparisons, Trusted, per_year, times
from qa.counting import parts_counted
from qa.evidence import Evidence
from qa.lists import Lists
from qa.metadata import documents_asked
from qa.parts import clauses, things
from qa.patterns import Kind, Measure
from qa.question import Question
from qa.quoting import NUMBER, body_before, dating, joined, noted, place_of, quoted
from qa.repeated import said_again
from qa.scored import Scored
from qa.units import length_of, years_of

_FIGURES = 60  # words
_TOLD = 0.55  # of each of several things, which a unit must say to be about it
_COUNTS_ELSE = 0.3  # how much less near a figure what is to be counted may stand than in the best unit
_ABOUT = 60  # units of a document that may be about another of them
_FEW = 4  # words of a clause that asks of what the rest of its question is about


class Composer:
    """Writes answers over one index."""

    def __init__(self, index: Index, evidence: Evidence) -> None:
        self._index = index
        self._evidence = evidence
        self._lists = Lists(index, evidence)
        self._comparisons = Comparisons(index, evidence, self._of_one)

    def compose(self, question: Question, scored: Sequence[Scored], citer: Citer, trusted: Trusted) -> str:
        """Markdown for an answerable question; `scored` is best first and not empty."""
        if question.kind is Kind.COMPARE or (not question.provinces and _several(scored)):
            return self._comparisons.compose(question, scored, citer, trusted)
        where = self._place_asked(question, scored[0], citer)
        if question.kind in (Kind.FIGURE, Kind.METADATA):
            chosen = self._figures(question, scored)
            if _asks_several(question):
                chosen = self._going_on(chosen)
            said = [*where, *_verdict(question, chosen[0]), *(self._sentence(question, s, citer) for s in joined(chosen))]
        else:
            said = [*where, self._lists.compose(question, scored, citer)]
        again = said_again(self._evidence, question, scored) if times(question) < 2 and not question.supposed else None
        if again is not None and not citer.cites(again):
            said.append(self.beside(question, again, citer))
        return "\n\n".join(said)

    def _place_asked(self, question: Question, best: Scored, citer: Citer) -> list[str]:
        """Where a place is what is asked for, the place, cited to the title that names it; nothing elsewhere, and where it doesn't."""
        if not question.asks_place:
            return []
        document = self._index.document(best.unit.passage.document_id)
        title = next((f for f in document.facts.get("title", ()) if f.start is not None and document.province in f.value), None)
        return [f"**{escape(document.province)}** {citer.cite_fact(document, title)}"] if title and document.province else []

    def _of_one(self, question: Question, own: Sequence[Scored], most: int) -> Sequence[Scored]:
        """What one document says of what is compared; `own` are its units."""
        if question.measure is None:
            listed = question.broad or duty_patterns.charges(question.normalised.lower())
            if listed:
                return self._lists.chosen(replace(question, kind=Kind.LIST), own, most)
            return [*self._lists.whole(own[0]), *self._rest(question, own)]
        # "Bên nào cao hơn?" is no other thing that is asked for.
        asked = [c for c in clauses(question.normalised) if not patterns.which_more(c.lower()) and len(c.split()) > _FEW]
        return self._figures(replace(question, kind=Kind.FIGURE), own) if len(asked) > 1 else [own[0], *self._rest(question, own)]

    def _rest(self, question: Question, own: Sequence[Scored]) -> list[Scored]:
        """Of several things that are compared ("học bạ số và bệnh án điện tử"), what tells best of each that the best unit is not about."""
        hits = list({s.hit.passage.id: s.hit for s in own[:_ABOUT]}.values())
        found: list[Scored] = []
        compared = things(question)
        for topic in compared:
            names = tuple(n for n in question.names if any(t.folded == n for t in topic))
            one = replace(question, topic=topic, names=names, measure=None, counted=(), inherited=frozenset())
            best = max(self._evidence.score(one, hits), key=lambda s: (round(s.coverage, 2), s.score), default=None)
            if best is None or best.coverage < _TOLD or best.year < 0 or best.missing or not re.search(r"\d", best.unit.text):
                return []
            if all(o.unit.passage.id != best.unit.passage.id for o in (own[0], *found)):
                found.append(best)
        return found if len(found) < len(compared) else []

    def of_place(self, question: Question, scored: Sequence[Scored] | None, citer: Citer, trusted: Trusted) -> str:
        """As `compose`; that the documents of its places don't tell, where nothing was found."""
        if scored:
            return self.compose(question, scored, citer, trusted)
        places = (*question.provinces, *question.absent)
        return "\n".join(f"- **{escape(p)}**: {text('messages', 'silent')}" for p in places)

    def beside(self, question: Question, best: Scored, citer: Citer) -> str:
        """Markdown of the one unit that answers a part of a question, to stand below what answers the rest."""
        if question.kind is Kind.FIGURE:
            return self._sentence(question, best, citer)
        return self._lists.items(question, [best], citer)

    def of_whole(self, question: Question, citer: Citer) -> str:
        """Markdown for a question about documents as wholes: what sums them up, how many parts of a sort they have; "" for all others, and
        where they have neither."""
        documents = summary.documents_summed_up(self._index, question)
        if not documents:
            return parts_counted(self._evidence, documents_asked(self._index, question), question, citer) if question.measure else ""
        chosen = summary.units_of(self._evidence, question, documents)
        said = self._lists.items(question, chosen, citer) if chosen else ""
        tasks = summary.tasks_of(documents[0], citer) if len(documents) == 1 else ""
        return "\n\n".join(filter(None, (said, tasks)))

    def _figures(self, question: Question, scored: Sequence[Scored]) -> list[Scored]:
        if times(question) > 1:
            each = per_year(question, scored)
            if len(each) > 1:
                return each
        best = scored[0]
        chosen = [best]
        length = length_of(best.unit.text)
        wanted = self._evidence.wanted(question)
        total = sum(wanted.values()) or 1.0
        held = self._evidence.said(question, best.unit)
        years = years_of(best.unit)
        several = _asks_several(question)
        number = question.measure is Measure.COUNT and not several
        for s in scored[1:15]:
            size = length_of(s.unit.text)
            if len(chosen) == 3 or s.missing or not s.figure or (number and s.counted < best.counted - _COUNTS_ELSE):
                continue
            if s.unit.passage.document_id != best.unit.passage.document_id or s.score < best.score - (0.4 if several else 0.22):
                continue
            said = self._evidence.said(question, s.unit)
            gain = sum(w for t, w in wanted.items() if t in said and t not in held) / total
            other_year = bool(years_of(s.unit)) and not years_of(s.unit) & years
            wants_other = not question.years or bool({str(y) for y in question.years} & years_of(s.unit))
            same = s.coverage >= best.coverage - 0.1 and s.score > best.score - 0.12
            if length + size > _FIGURES * (1.6 if gain > 0.18 else 1.0):
                continue
            if (other_year and wants_other and same) or (gain > 0.14 and s.year >= 0 and not other_year):
                chosen.append(s)
                length += size
                held = held | said
                years = years | years_of(s.unit)
        return chosen

    def _going_on(self, chosen: Sequence[Scored]) -> list[Scored]:
        """The units, the first with what goes on in its sentence up to `_FIGURES` words in all: it may tell the rest of what is asked."""
        best = chosen[0]
        length = sum(length_of(s.unit.text) for s in chosen)
        own = [u for u, _ in self._evidence.units(best.unit.passage)]
        found = [best]
        for unit in own[next((i for i, u in enumerate(own) if u.start == best.unit.start), len(own)) + 1 :]:
            length += length_of(unit.text)
            if unit.whole or found[-1].unit.whole or length > _FIGURES:
                break
            if all(s.unit.start != unit.start for s in chosen):
                found.append(best._replace(unit=unit))
        return [*found, *chosen[1:]]

    def _sentence(self, question: Question, scored: Scored, citer: Citer) -> str:
        document = self._index.document(scored.unit.passage.document_id)
        marker = citer.cite(scored, exact=True)
        when = dating(scored, document)
        if question.when and when:
            # The year is what was asked, so where it stands is cited for itself.
            when = " ".join(filter(None, (when, citer.cite_year(scored))))
        after = (
            text("messages", "figure_after", place=escape(place_of(document)), when=when)
            if when
            else text("messages", "figure_after_undated", place=escape(place_of(document)))
        )
        said = quoted(question, scored, self._evidence.caption(scored.unit.passage), bold=True)
        return f"{body_before(question, scored, citer)}{said} {marker} {after}{self._noted(question, scored, citer)}"

    def _noted(self, question: Question, scored: Scored, citer: Citer) -> str:
        """The footnote that tells of what the quote is, cited, where the quote leaves that to it."""
        note = self._evidence.leans_on(question, scored.unit)
        return f"\n\n{noted(note, self._index.document(note.document_id), citer)}" if note else ""


def _several(scored: Sequence[Scored]) -> bool:
    """Whether, no province being named, another province's best comes close to the best of all."""
    best = scored[0]
    return any(
        s.unit.passage.document_id != best.unit.passage.document_id and s.score > best.score - 0.12 and s.coverage >= best.coverage - 0.15
        for s in scored[:12]
    )


def _asks_several(question: Question) -> bool:
    """Whether more than one thing is asked for; what a follow-up takes from the turns before is no other thing."""
    return len(clauses(question.typed if question.completed else question.normalised)) > 1


def _verdict(question: Question, best: Scored) -> list[str]:
    """Whether the figure that the question supposes is the one quoted, as an opening line; nothing where it supposes none or several."""
    if len(question.supposed) != 1 or best.year < 0:
        return []
    figures = {_value(n) for n in re.findall(NUMBER, best.unit.text)}
    return [text("messages", "as_supposed" if _value(question.supposed[0]) in figures else "not_as_supposed")]


def _value(figure: str) -> str:
    """A figure without the ways of writing it: "1.133", "01", "20,0"."""
    whole, _, rest = figure.strip(".,").replace(".", "").partition(",")
    return whole.lstrip("0") + ("," + rest.rstrip("0") if rest.rstrip("0") else "")
