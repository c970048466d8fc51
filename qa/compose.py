"""Composing an answer by kind of question, from whole quoted sentences, clauses and items, each with its marker."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from documents.normalise import fold, words
from documents.resolution import Resolution
from index.store import Index
from prompts.loader import text
from qa import tables
from qa.citing import Citer, escape
from qa.evidence import Evidence, Scored
from qa.patterns import Kind, Measure
from qa.question import Question
from qa.units import Unit, years_of

_BUDGET = {Kind.FIGURE: 60, Kind.WHO: 100, Kind.LIST: 160, Kind.TEXT: 110, Kind.METADATA: 60, Kind.COMPARE: 45}  # words
_NUMBER = r"\d[\d.,]*"
_TO = r"\s*(?:-|–|đến)\s*"
_FIGURE_SPAN = re.compile(
    r"(?:(?:trên|tối thiểu|ít nhất|khoảng|hơn|dưới|tối đa)\s+)?"
    rf"(?<![\w/.,]){_NUMBER}(?:{_TO}{_NUMBER})?\s*(?:%(?:{_TO}{_NUMBER}\s*%)?|/\d+\b)"
    rf"|(?:xếp )?thứ\s+{_NUMBER}(?:/\d+)?",
    re.IGNORECASE,
)
_WHOLE_ITEM = 90  # words
_NARROW = 90  # words, for a list question that asks for one thing ("… nào?", "ở đâu?")
_NUMBERING = re.compile(r"^(?:[IVXL]+|\d+(?:\.\d+)*|[a-zđ])\s*[-–.)]+\s*|^\d+(?:\.\d+)+\s+")
_AREAS = re.compile(
    r"\b(?:lĩnh vực|ngành|mảng|nội dung|phần|mục|nhóm nhiệm vụ|quan điểm|nhiệm vụ)\b.*\bnào\b|\bnhững (?:ngành|lĩnh vực|mảng|nhóm)\b"
)

Trusted = Callable[[Scored], bool]
"""Whether a unit may stand in for a province in a comparison."""


def plain(heading: str) -> str:
    """A heading without its number and closing colon."""
    return _NUMBERING.sub("", heading).rstrip(": .")


class Composer:
    """Writes answers over one index."""

    def __init__(self, index: Index, evidence: Evidence) -> None:
        self._index = index
        self._evidence = evidence

    def compose(self, question: Question, scored: Sequence[Scored], citer: Citer, trusted: Trusted) -> str:
        """Markdown for an answerable question; `scored` is best first and not empty."""
        if question.kind is Kind.COMPARE or (not question.provinces and self._several(scored)):
            return self._by_province(question, scored, citer, trusted)
        return self._single(question, scored, citer)

    def _several(self, scored: Sequence[Scored]) -> bool:
        """Whether, no province being named, another province's best comes close to the best of all."""
        best = scored[0]
        return any(
            s.unit.passage.document_id != best.unit.passage.document_id
            and s.score > best.score - 0.12
            and s.coverage >= best.coverage - 0.15
            for s in scored[:12]
        )

    def _single(self, question: Question, scored: Sequence[Scored], citer: Citer) -> str:
        if question.kind in (Kind.FIGURE, Kind.METADATA):
            chosen = self._figures(question, scored)
            said = [self._sentence(question, s, citer) for s in _joined(chosen)]
            return "\n\n".join([*_verdict(question, chosen[0]), *said])
        areas = self._areas(question, scored, citer)
        if areas:
            return areas
        return self._items(question, self._select(question, scored), citer)

    # figures

    def _figures(self, question: Question, scored: Sequence[Scored]) -> list[Scored]:
        if len(question.years) > 1:
            per_year = self._per_year(question, scored)
            if len(per_year) > 1:
                return per_year
        best = scored[0]
        chosen = [best]
        length = len(words(best.unit.text))
        wanted = self._evidence.wanted(question)
        total = sum(wanted.values()) or 1.0
        held = self._evidence.said(question, best.unit)
        years = years_of(best.unit)
        for s in scored[1:15]:
            size = len(words(s.unit.text))
            if len(chosen) == 3 or s.missing or not s.figure:
                continue
            if s.unit.passage.document_id != best.unit.passage.document_id or s.score < best.score - 0.22:
                continue
            said = self._evidence.said(question, s.unit)
            gain = sum(w for t, w in wanted.items() if t in said and t not in held) / total
            other_year = bool(years_of(s.unit)) and not years_of(s.unit) & years
            wants_other = not question.years or bool({str(y) for y in question.years} & years_of(s.unit))
            same = s.coverage >= best.coverage - 0.1 and s.score > best.score - 0.12
            if length + size > _BUDGET[Kind.FIGURE] * (1.6 if gain > 0.18 else 1.0):
                continue
            if (other_year and wants_other and same) or (gain > 0.14 and s.year >= 0 and not other_year):
                chosen.append(s)
                length += size
                held = held | said
                years = years | years_of(s.unit)
        return chosen

    def _sentence(self, question: Question, scored: Scored, citer: Citer) -> str:
        document = self._index.document(scored.unit.passage.document_id)
        marker = citer.cite(scored, exact=True)
        when = self._when(scored)
        if question.when and when:
            # The year is what was asked, so where it stands is cited for itself.
            when = " ".join(filter(None, (when, citer.cite_year(scored))))
        after = (
            text("messages", "figure_after", place=document.province, when=when)
            if when
            else text("messages", "figure_after_undated", place=document.province)
        )
        return f"{_quoted(question, scored, bold=True)} {marker} {after}"

    def _when(self, scored: Scored) -> str:
        """The year of an undated quote, from its headings; or that it tells of the situation."""
        if re.search(r"20\d\d", scored.unit.text):
            return ""
        for heading in reversed(scored.unit.passage.path):
            years = re.findall(r"20\d\d", heading)
            if years:
                return text("messages", "until_year", year=years[-1])
            if re.search(r"(?i)tình hình", heading):
                return text("messages", "in_situation")
        return ""

    # lists and tasks

    def _select(self, question: Question, scored: Sequence[Scored]) -> list[Scored]:
        """Units that answer together: the best, then those that add words of the topic or stand beside it."""
        best = scored[0]
        budget = 60 if question.yes_no else _BUDGET[question.kind]
        if question.kind is Kind.LIST and not question.broad:
            budget = _NARROW
        if self._names_section(question, best):
            budget = max(budget, _BUDGET[Kind.LIST])
        wanted = self._evidence.wanted(question)
        total = sum(wanted.values()) or 1.0
        chosen: list[Scored] = []
        held: frozenset[str] = frozenset()
        length = 0
        flood = self._topical(question, best)
        least = 0.3 if self._names_section(question, best) else 0.6
        for s in self._with_siblings(question, scored):
            if s.unit.passage.document_id != best.unit.passage.document_id or (chosen and (s.missing or s.year < best.year)):
                continue
            size = len(words(s.unit.text))
            near = s.score >= best.score * 0.72
            said = self._evidence.said(question, s.unit)
            gain = sum(w for t, w in wanted.items() if t in said and t not in held) / total
            same_passage = any(c.unit.passage.id == s.unit.passage.id for c in chosen)
            sibling = flood and s.unit.passage.path == best.unit.passage.path and s.score >= best.score * least
            if chosen and not (near or gain > 0.15 or sibling or (same_passage and s.score >= best.score * 0.6)):
                continue
            if (chosen and length + size > budget) or any(_repeats(c.unit, s.unit) for c in chosen):
                continue
            chosen.append(s)
            held = held | said
            length += size
            if len(chosen) == 8:
                break
        if question.kind is Kind.WHO:
            chosen = self._with_subjects(chosen)
        elif question.kind is not Kind.FIGURE and not question.yes_no:
            chosen = self._whole_items(chosen, budget)
        return sorted(chosen, key=lambda s: (s.unit.passage.document_id, s.unit.start))

    def _whole_items(self, chosen: Sequence[Scored], budget: int) -> list[Scored]:
        """The units, each with what else its list item or paragraph says where that is short: half an item misleads."""
        left = budget - sum(len(words(s.unit.text)) for s in chosen)
        found: list[Scored] = []
        for s in chosen:
            missing = [u for u, _ in self._evidence.units(s.unit.passage) if all(u != c.unit for c in (*chosen, *found))]
            size = sum(len(words(u.text)) for u in missing)
            found.append(s)
            if missing and size <= left and len(words(s.unit.passage.text)) <= _WHOLE_ITEM:
                found += [replace(s, unit=u) for u in missing]
                left -= size
        return found

    def _with_subjects(self, chosen: Sequence[Scored]) -> list[Scored]:
        """The clauses, each with the first of its passage, which names the body that the others only go on about."""
        found: list[Scored] = []
        for s in chosen:
            first, _ = self._evidence.units(s.unit.passage)[0]
            for unit in (first, s.unit):
                long = sum(len(words(f.unit.text)) for f in found) + len(words(unit.text)) > _BUDGET[Kind.WHO] * 1.4
                if found and long:
                    break
                if not any(f.unit == unit for f in found):
                    found.append(replace(s, unit=unit))
        return found

    def _names_section(self, question: Question, scored: Scored) -> bool:
        """Whether the question says all that the unit's own heading does, so that it asks for what stands below it
        ("Hiệp hội Doanh nghiệp có nhiệm vụ gì?")."""
        path = scored.unit.passage.path
        if not path or question.yes_no:
            return False
        own = {t for t in self._evidence.terms_of_heading(plain(path[-1])) if not t.startswith("~") and "_" not in t}
        said = {t for t in self._evidence.wanted(question) if "_" not in t} | question.place_terms
        return len(own) > 1 and sum(t in said or fold(t) in said for t in own) >= 0.8 * len(own)

    def _topical(self, question: Question, scored: Scored) -> bool:
        """Whether the unit's own heading names what is asked, so that all that stands below it answers: it does, and
        the unit does not answer by itself what the heading leaves open."""
        path = scored.unit.passage.path
        if self._names_section(question, scored):
            return True
        if not path or question.yes_no or question.kind is Kind.WHO:
            return False
        wanted = self._evidence.wanted(question)
        total = sum(wanted.values()) or 1.0
        heading, said = self._evidence.terms_of_heading(path[-1]), self._evidence.said(question, scored.unit)
        named = sum(w for t, w in wanted.items() if t in heading)
        rest = {t: w for t, w in wanted.items() if t not in heading}
        left = sum(rest.values())
        return named >= 0.25 * total and (left < 0.3 * total or sum(w for t, w in rest.items() if t in said) < 0.6 * left)

    def _with_siblings(self, question: Question, scored: Sequence[Scored]) -> list[Scored]:
        """Candidates in the order they are tried: strong ones first; where a whole section answers, its own before others."""
        best = scored[0]
        head = [s for s in scored[:40] if s.score >= best.score * 0.72]
        if not self._topical(question, best):
            return [*head, *(s for s in scored[:40] if s not in head)]
        own = [s for s in scored if s.unit.passage.path == best.unit.passage.path]
        return [*(s for s in head if s in own), *(s for s in own if s not in head), *(s for s in head if s not in own)]

    def _items(self, question: Question, chosen: Sequence[Scored], citer: Citer) -> str:
        document = self._index.document(chosen[0].unit.passage.document_id)
        lines: list[str] = []
        section: tuple[str, ...] | None = None
        for s in _joined(chosen):
            path = s.unit.passage.path
            if path != section:
                lines.append(("" if not lines else "\n") + self._lead(document, path))
                section = path
            lines.append(f"- {_quoted(question, s)} {citer.cite(s)}")
        return "\n".join(lines)

    def _lead(self, document: Resolution, path: tuple[str, ...]) -> str:
        if not path:
            return text("messages", "list_lead_plain", place=escape(document.province))
        label = plain(path[-1])
        short = " ".join(label.split()[:12]) + ("…" if len(label.split()) > 12 else "")
        return text("messages", "list_lead", place=escape(document.province), section=escape(short))

    def _areas(self, question: Question, scored: Sequence[Scored], citer: Citer) -> str | None:
        """Where the question asks which areas there are, and a section's subheadings are them: those headings."""
        if not _AREAS.search(question.normalised.lower()) or question.kind is not Kind.LIST:
            return None
        wanted = self._evidence.wanted(question)
        total = sum(wanted.values()) or 1.0
        document = self._index.document(scored[0].unit.passage.document_id)
        best, best_cover = None, 0.7
        for section in document.sections:
            children = [s for s in document.sections if s.path[:-1] == section.path]
            if len(children) < 3:
                continue
            held = self._evidence.terms_of_heading(section.path[-1])
            cover = sum(w for t, w in wanted.items() if t in held) / total
            if cover > best_cover:
                best, best_cover = (section, children), cover
        if best is None:
            return None
        section, children = best
        lines = [text("messages", "areas_lead", place=escape(document.province), section=escape(plain(section.path[-1])))]
        lines += [f"- {escape(plain(c.path[-1]))} {citer.cite_span(document, c.start, c.heading_end, section.path)}" for c in children]
        return "\n".join(lines)

    # several provinces

    def _by_province(self, question: Question, scored: Sequence[Scored], citer: Citer, trusted: Trusted) -> str:
        lines = []
        documents = [
            d
            for d in self._index.documents
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
                said = " ".join(f"{_quoted(question, s, bold=True)} {self._dated(s)}{citer.cite(s, exact=exact)}" for s in chosen)
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
            return self._per_year(question, own) or [own[0]]
        return [own[0]]

    def _per_year(self, question: Question, own: Sequence[Scored]) -> list[Scored]:
        """The best unit for each year that is asked."""
        chosen: list[Scored] = []
        for year in question.years:
            of_year = [s for s in own[:25] if str(year) in years_of(s.unit) and s.figure and s.score > own[0].score - 0.3]
            if of_year and of_year[0] not in chosen:
                chosen.append(of_year[0])
        return chosen

    def _dated(self, scored: Scored) -> str:
        when = self._when(scored)
        return f"({when}) " if when else ""


def _joined(chosen: Sequence[Scored]) -> list[Scored]:
    """Neighbouring units of one passage as one quotation; the order of the first of each is kept."""
    joined: list[Scored] = []
    for s in chosen:
        for i, other in enumerate(joined):
            unit, text_ = other.unit, other.unit.passage.text
            if unit.passage.id != s.unit.passage.id:
                continue
            first, last = sorted((unit, s.unit), key=lambda u: u.start)
            between = text_[first.end - unit.passage.start : last.start - unit.passage.start]
            if first.end <= last.start and not between.strip():
                start, end = first.start, last.end
                merged = text_[start - unit.passage.start : end - unit.passage.start]
                joined[i] = replace(other, unit=Unit(unit.passage, start, end, merged, False))
                break
        else:
            joined.append(s)
    return joined


def _verdict(question: Question, best: Scored) -> list[str]:
    """Whether the figure that the question supposes is the one quoted, as an opening line; nothing where it supposes none or several."""
    if len(question.supposed) != 1 or best.year < 0:
        return []
    figures = {_value(n) for n in re.findall(_NUMBER, best.unit.text)}
    return [text("messages", "as_supposed" if _value(question.supposed[0]) in figures else "not_as_supposed")]


def _value(figure: str) -> str:
    """A figure without the ways of writing it: "1.133", "01", "20,0"."""
    whole, _, rest = figure.strip(".,").replace(".", "").partition(",")
    return whole.lstrip("0") + ("," + rest.rstrip("0") if rest.rstrip("0") else "")


def _repeats(one: Unit, other: Unit) -> bool:
    """Whether two units say the same words, as an annex repeats what the text says."""
    a, b = ({fold(w) for w in words(u.text)} for u in (one, other))
    return one.passage.id != other.passage.id and len(a & b) >= 0.8 * min(len(a), len(b)) and min(len(a), len(b)) > 6


def _quoted(question: Question, scored: Scored, *, bold: bool = False) -> str:
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
    told = tables.said(unit.passage, wanted)
    return (
        ". ".join(f"{escape(head)}: **{escape(cell.rstrip(' .;'))}**" if head else escape(cell.rstrip(" .;")) for head, cell in told) + "."
    )
