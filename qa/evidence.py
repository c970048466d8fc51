"""Weighing evidence: which sentence or clause of the passages found says what was asked, and how surely.

A unit's *coverage* is the share of the question's topic, weighted by how rare each word is in the library, that stands in
the unit, its passage or its headings.
"""

import functools
import math
import operator
import re
import threading
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from documents.commitments import VIEWPOINT, section_kind
from documents.normalise import fold, words
from documents.resolution import Passage
from index.analysis import term_set, terms, weak_words
from index.language import is_compound
from index.search import Hit
from index.store import Index, heading_text
from qa import leading, patterns, sections, tables
from qa.aiming import Aim
from qa.contrasts import of_another, tells_apart
from qa.demands import Demand, fits, holds
from qa.duty_patterns import asks_product, duties, obliges, to_do
from qa.duty_patterns import of_table as asks_table
from qa.footnotes import Footnotes, explaining
from qa.formalities import asks_scope, asks_validity, attached, formal, of_itself, of_scope, of_validity, opening
from qa.groups import groups
from qa.missing import missing
from qa.patterns import Kind, Measure
from qa.question import Question
from qa.scored import Scored, in_order
from qa.subjects import subject_fit
from qa.units import (
    Unit,
    asks_of_budget,
    asks_of_fields,
    has_figure,
    of_each,
    tells_budget_share,
    tells_paid_share,
    units,
    years_said,
)
from qa.weighing import defines, leaf_share, of_passage, weights, year_fit
from qa.wording import Alternative, Sought, alternatives, around, asks_points, counted_fit, lighten, shares, sought

_THEME_SHARE = 0.5  # what a word counts that every title has, or all of the documents that are asked
_KEPT_PASSAGES = 2048  # whose terms are kept: some ten kB each
_KEPT_DOCUMENTS = 256
_KEPT_VOCABULARIES = 32  # of documents: some MB each for a long one
_KEPT_QUESTIONS = 4  # for each thread: what is asked, and what is made of it
_KEPT_TERMS = 1 << 16
_AIMED = 0.35  # what it counts to stand in the very section that is asked for
_SUM = 0.3  # what it counts for the sum of a table to be asked for, and against it not to be
_ROW = 0.1  # against a row, whose cells together say words of every sort, where nothing that its columns tell is asked for
_PRODUCT = 0.2  # what it counts for a row to tell what comes out of a task, where that is asked for
_OTHERWISE = 0.2  # what it counts against a unit to tell of "đợt 2" where "đợt 1" is asked about
_ONCE = re.compile(
    r"(?<!\w)(?:hạn|hoàn thành|xong|khởi công|khánh thành|bắt đầu|đưa vào|mất|kéo dài)(?!\w)"
)  # is done once, and at a time of its own
_PARTS = re.compile(r"(?<!\w)(?:từng|mỗi|ngành|lĩnh vực)(?!\w)")
_OF_PARTS = 0.15  # against a unit that tells of each part ("trong từng ngành"), where the whole is asked for
_POINTS = 0.6  # how near a row's points stand to the head of their column
_VIEWED = 0.15  # against the viewpoints of a document, where it is asked what to do
_AT_HOME = 0.25  # for a unit to be told of the district in which who asks lives
_ADDED = ("reranker", "fusion")  # parts of a hit's score that only some searches have: nothing that weights could be fitted for
_ADDED_SHARE = 0.55  # what they count here of what they count there


@dataclass(frozen=True, slots=True)
class _Told:
    """What of a passage is the same for every question."""

    beside: frozenset[str]
    path: frozenset[str]
    leaf: frozenset[str]
    """Terms of it and its footnotes, of all its headings, of the nearest."""
    every: frozenset[str]
    """All of these."""
    units: tuple[tuple[Unit, frozenset[str], set[str], bool, bool], ...]
    """Each with its terms, the years it is of, whether it names a year, and whether it tells of documents alone."""


class Evidence:
    """What the library's words weigh, and the units of its passages. Thread-safe: caches are only ever filled in.

    A passage is read when it is weighed; what was read of the last ones is kept.
    """

    def __init__(self, index: Index) -> None:
        self._index = index
        self._count = max(1, len(index.passages))
        self._theme = index.theme
        self._of_thread = threading.local()
        self.weight = functools.lru_cache(maxsize=_KEPT_TERMS)(self._weight)
        self._frequency = functools.lru_cache(maxsize=_KEPT_TERMS)(index.frequencies.of)
        self._own = functools.lru_cache(maxsize=_KEPT_PASSAGES)(lambda passage: term_set(passage.text))
        self._units = functools.lru_cache(maxsize=_KEPT_PASSAGES)(self._terms_of_units)
        self._told_by = functools.lru_cache(maxsize=_KEPT_PASSAGES)(self._tell)
        self._heading_terms = functools.lru_cache(maxsize=_KEPT_PASSAGES)(term_set)
        self._told = functools.lru_cache(maxsize=_KEPT_VOCABULARIES)(self._vocabulary)
        self._footnotes = Footnotes(index)
        self._notes = functools.lru_cache(maxsize=_KEPT_DOCUMENTS)(self._footnotes.of)
        self._noted = functools.lru_cache(maxsize=_KEPT_DOCUMENTS)(self._footnotes.terms_around)
        self.aim = Aim(index, self.terms_of_heading, self.known)
        self.caption = functools.lru_cache(maxsize=_KEPT_PASSAGES)(self._caption)

    def _around(self, passage: Passage) -> frozenset[str]:
        """Terms of a passage; a footnote and the passage that refers to it explain each other."""
        return self._noted(passage.document_id).get(passage.id) or self._own(passage)

    def note(self, unit: Unit) -> Passage | None:
        """The footnote that explains a unit."""
        return explaining(unit, self._notes(unit.passage.document_id).get(unit.passage.id, ()))

    def leans_on(self, question: Question, unit: Unit) -> Passage | None:
        """The footnote of a unit that says something of what is asked which the unit does not."""
        note = self.note(unit)
        if note is None:
            return None
        alone, what = term_set(unit.text), self._read(question)[3]
        return note if any(what.of_token[t] for t in (what.tokens & term_set(note.text)) - alone) else None

    def _tell(self, passage: Passage) -> _Told:
        leaf = self.terms_of_heading(passage.path[-1]) if passage.path else frozenset[str]()
        own = (
            (u, held, self._footnotes.years(u, self.note), bool(years_said(u.text)), of_validity(u.text) or of_itself(u.text))
            for u, held in self.units(passage)
        )
        title = self.terms_of_heading(self._index.layout.head(passage.document_id).title) if passage.cells else frozenset[str]()
        beside, path = self._around(passage), self.path_terms(passage) | title
        return _Told(beside, path, leaf, beside | path | leaf, tuple(own))

    def _terms_of_units(self, passage: Passage) -> tuple[tuple[Unit, frozenset[str]], ...]:
        noted = [(u, self.note(u)) for u in units(passage)]
        heads = term_set(" . ".join(tables.heads_of_figures(passage))) if passage.cells else frozenset()
        return tuple((u, term_set(u.text) | heads | (term_set(note.text) if note else frozenset())) for u, note in noted)

    def _caption(self, passage: Passage) -> Passage | None:
        """The line over the table that a row is of, where it tells the unit of the table's figures ("Đơn vị tính: tỷ đồng")."""
        if not passage.cells:
            return None
        passages = self._index.document(passage.document_id).passages
        return tables.caption_over(passages, next((i for i, p in enumerate(passages) if p.start == passage.start), 0))

    def _over(self, passage: Passage) -> str:
        """What stands over the table of a row: the line that tells its units, else its headings."""
        over = self.caption(passage)
        return over.text if over else " ".join(passage.path)

    def _weight(self, term: str) -> float:
        """How much a word of the question counts: its inverse document frequency, in [0, 1]."""
        df = self._frequency(term) or self._frequency("~" + fold(term))
        return math.log((self._count + 1) / (df + 0.5)) / math.log((self._count + 1) / 0.5)

    def known(self, term: str) -> bool:
        """Whether the library holds the term at all, be it with other diacritics."""
        return bool(self._frequency(term) or self._frequency("~" + fold(term)))

    def says(self, name: str) -> bool:
        """Whether a name of two syllables or more stands in the library's documents."""
        pairs = [t for t in terms(name) if "_" in t]
        return bool(pairs) and all(self._frequency(t) > 0 for t in pairs)

    def aimed(self, question: Question, passage: Passage) -> bool:
        """Whether the passage stands below the very section that is asked for (`qa.aiming`)."""
        return self.aim.hits(question, passage, *self._read(question)[1:3])

    def told(self, document_id: str, term: str) -> bool:
        """Whether a document says `term` anywhere, be it with other diacritics."""
        own = self._told(document_id)
        return term in own or "~" + fold(term) in own

    def _vocabulary(self, document_id: str) -> frozenset[str]:
        """The terms of a document: of its title, its headings and all its passages."""
        rows = self._index.layout.rows(document_id)
        texts = {t: None for p in self._index.passages[rows.start : rows.stop] for t in (p.text, *p.path, *p.columns)}
        return frozenset().union(*map(term_set, (self._index.layout.head(document_id).title, *texts)))

    def path_terms(self, passage: Passage) -> frozenset[str]:
        """Terms of the headings above a passage; for a table row, of its columns' heads too."""
        return self._heading_terms(heading_text(passage))

    def terms_of_heading(self, heading: str) -> frozenset[str]:
        """Terms of one heading."""
        return self._heading_terms(heading)

    def units(self, passage: Passage) -> tuple[tuple[Unit, frozenset[str]], ...]:
        """The units of a passage with their terms, those of the footnotes that explain them among these."""
        return self._units(passage)

    def wanted(self, question: Question) -> dict[str, float]:
        """The question's topic terms with their weights; pairs of syllables count half."""
        return self._read(question)[1]

    def _read(self, question: Question) -> tuple[Question, dict[str, float], dict[str, Alternative], Sought]:
        """What is wanted by the question, and its official wordings; kept, since every unit asks. Each thread keeps its own, or they
        would take turns at working out what the others have thrown away."""
        kept: deque[tuple[Question, dict[str, float], dict[str, Alternative], Sought]] | None = getattr(self._of_thread, "kept", None)
        if kept is None:
            kept = self._of_thread.kept = deque(maxlen=_KEPT_QUESTIONS)
        if kept and kept[0][0] is question:
            return kept[0]
        found = next((k for k in kept if k[0] is question), None)
        if found is None:
            wanted, others = self._wanted(question), alternatives(question)
            found = (question, wanted, others, sought(wanted, others))
            kept.appendleft(found)
        return found

    def _wanted(self, question: Question) -> dict[str, float]:
        wanted: dict[str, float] = {}
        theme = self.theme_of(question)
        said = terms(" ".join(t.word for t in question.topic))
        weak = {t for t in said if t in weak_words()}
        for pair in (t for t in weak if "_" in t):
            weak = weak | {pair, *pair.split("_")}
        everyday = {w for phrase, _ in question.widened for w in phrase}
        for term in said:
            single = "_" not in term
            weight = math.sqrt(self.weight(term))
            if not single and not self.known(term) and not is_compound(*term.split("_")):
                continue  # chance neighbours; but a word of the language that the library never says counts as missing
            boost = 1.5 if fold(term) in question.counted else 1.0
            # What every title says ("chuyển đổi số") tells little about which passage is meant.
            share = 0.3 if term in weak and term not in everyday else (_THEME_SHARE if term in theme else 1.0)
            wanted[term] = weight * (boost if single else 0.5) * share
        if question.inherited:
            lighten(wanted, question)
        return {t: w for t, w in wanted.items() if w > 0}

    def theme_of(self, question: Question) -> frozenset[str]:
        """What the titles of all documents say that are asked: every passage of them is about it."""
        if question.document_ids:
            heads = [self._index.layout.head(i) for i in question.document_ids]
        else:
            heads = [h for h in self._index.layout.heads if h.province in question.provinces] if question.provinces else []
        if not heads:
            return self._theme
        return self._theme.union(frozenset.intersection(*(self.terms_of_heading(h.title) for h in heads)))

    def score(self, question: Question, hits: Sequence[Hit]) -> list[Scored]:
        """All units of the hits' passages, best first."""
        wanted = self.wanted(question)
        total = sum(wanted.values()) or 1.0
        others = self._read(question)[2]
        what = self._read(question)[3]
        named = self._counted_name(question)
        by = weights(question.measure is not None)
        intents = sections.intents(question.normalised)
        asked = [fold(w) for w in words(question.normalised)]
        lowered = question.normalised.lower()
        budget = question.measure is Measure.MONEY and asks_of_budget(lowered)
        shared = question.measure is Measure.MONEY and patterns.partly_paid(lowered)
        sums = question.measure is not None and patterns.whole(lowered)
        product = asks_product(lowered)
        once = _ONCE.search(lowered) is not None
        apart, led = tells_apart(lowered), leading.asked(lowered)
        of_whole = (question.measure is not None or question.kind is Kind.COMPARE) and not _PARTS.search(lowered)
        of_parts, of_table = asks_of_fields(lowered), product or asks_table(lowered)
        by_body = question.who or question.kind is Kind.WHO
        scope = asks_scope(question.normalised)
        acts = question.measure is None and to_do(lowered)
        of_documents = bool(question.cited) or asks_validity(question.normalised)
        of_groups = groups(lowered) if question.measure is not None else ()
        demanded = bool(question.names or question.cited or question.districts or of_groups)
        cited = bool(question.cited) or question.demand is Demand.DOCUMENT
        below: dict[tuple[str, tuple[str, ...]], tuple[float, float, float]] = {}
        scored = []
        for hit in hits:
            passage = hit.passage
            if passage.kind == "tail" or (passage.kind == "front" and not question.cited and formal(passage.text)):
                continue  # recipients, signatures, titles, legal bases: what they tell is metadata
            if passage.kind == "body" and of_scope(passage.text) and not scope:
                continue
            if passage.kind == "body" and not question.cited and (attached(passage.text) or (not passage.path and opening(passage.text))):
                continue
            told = self._told_by(passage)
            beside, path, leaf = told.beside, told.path, told.leaf
            subject = subject_fit(asked, passage)
            place = passage.document_id, passage.path
            if place not in below or led:  # many of the passages stand below the same headings
                section, share = sections.fit(intents, passage.path), leaf_share(question, wanted, total, leaf)
                below[place] = (
                    section,
                    share,
                    _AIMED * self.aimed(question, passage) - _VIEWED * (acts and section_kind(passage.path) == VIEWPOINT),
                )
            section, share, aimed = below[place]
            before = of_passage(question, hit, section, share, subject)
            added = sum(_ADDED_SHARE * hit.parts[name] for name in _ADDED if name in hit.parts)
            head = self._index.layout.head(passage.document_id)
            unsaid = missing(question, passage, told.every, head.locality, of_groups, self._frequency) if demanded else ()
            known = around(what, beside, leaf, path, told.every)
            in_table = bool(passage.cells) and tables.answers(passage, question.measure, functools.partial(self._over, passage))
            if passage.cells and tables.sums_up(passage):
                added += _SUM if sums else -_SUM
            elif passage.cells and product and any(cell.strip() for cell in tables.cells_of(passage, "product")):
                added += _PRODUCT
            elif passage.cells and question.measure is None and tables.heads_group(passage):
                continue  # the title of the rows below it
            if (
                passage.cells
                and not in_table
                and not of_table
                and not (by_body and any(c.strip() for c in tables.cells_of(passage, "who")))
            ):
                added -= _ROW
            for unit, own, years, dated, formality in told.units:
                if formality and not of_documents:
                    continue
                at_home = _AT_HOME if question.homes and any(h in fold(unit.text) for h in question.homes) else 0.0
                together, alone = shares(what, known, own)
                coverage = together / total
                figure = has_figure(unit.text, question.measure, cited=cited, once=once)
                figure = figure or in_table or (shared and tells_paid_share(unit.text)) or (budget and tells_budget_share(unit.text))
                if figure and question.demand is not None:
                    heads = passage.columns if passage.cells else passage.path if question.demand is Demand.PAPERS else ()
                    figure = holds(question.demand, " ".join((unit.text, *heads)))
                if figure and question.measure is not None:
                    figure = fits(question.tense, passage, unit.text) and (not of_parts or of_each(unit.text))
                counted = counted_fit(question, unit.text, others) if figure and question.counted else 0.5
                if passage.cells and asks_points(question) and tables.tells_points(passage, unit.start, unit.end):
                    figure, counted = True, max(counted, _POINTS)
                if named and figure and not any(f"~{t}" in own or t in own or t in leaf or self._official(t, own, others) for t in named):
                    counted = min(counted, 0.2)
                year = year_fit(question, passage, years, head) if question.years else 0
                features = (
                    *before[:8],
                    coverage,
                    alone / total,
                    float(year),
                    float(not figure),
                    float(len(unsaid)),
                    counted - 0.5,
                    *before[8:],
                    float(question.when and dated),
                    float(question.definition and defines(question, unit)),
                )
                score = sum(map(operator.mul, features, by)) + added + at_home + (aimed if year >= 0 else 0.0)
                if apart and of_another(lowered, unit):
                    score -= _OTHERWISE
                if of_whole and of_each(unit.text):
                    score -= _OF_PARTS
                scored.append(Scored(unit, hit, score, coverage, figure, counted, year, unsaid, features))
        return in_order(question, scored, asks_duties=duties(lowered) or obliges(lowered))

    def _counted_name(self, question: Question) -> tuple[str, ...]:
        """The last pair of syllables of what is to be counted, where the library has a term of them: "bao nhiêu doanh
        nghiệp số" is not answered by a figure about doanh nghiệp that are not said to be số."""
        if question.measure is not Measure.COUNT or len(question.counted) < 3:
            return ()
        pair = "_".join(question.counted[-2:])
        return (pair,) if self._frequency(f"~{pair}") else ()

    @staticmethod
    def _official(term: str, own: frozenset[str], others: dict[str, Alternative]) -> bool:
        return term in others and bool(others[term].official & own)

    def said(self, question: Question, unit: Unit) -> frozenset[str]:
        """Which of the question's wanted terms stand in the unit itself, be it in official words."""
        start, end = unit.start, unit.end
        for other, own in self.units(unit.passage):
            if other.start == start and other.end == end:
                return self.said_by(question, own)
        raise KeyError(f"{start}-{end} is no unit of its passage")

    def said_by(self, question: Question, own: frozenset[str]) -> frozenset[str]:
        """Which of the question's wanted terms are among the terms `own`, be it in official words."""
        what = self._read(question)[3]
        return frozenset([what.entries[i][0] for token in what.tokens & own for i in what.of_token[token]])

    def of_no_place(self, unit: Unit) -> bool:
        """Whether the document of `unit` is of no province, so that no question can name its place."""
        return not self._index.layout.head(unit.passage.document_id).province

    def pairs_left(self, question: Question, unit: Unit) -> float:
        """Share of the topic that is pairs of syllables which neither `unit`, its passage nor its headings say."""
        wanted = self.wanted(question)
        pairs = {t: w for t, w in wanted.items() if "_" in t}
        said = self.said(question, unit) | self._around(unit.passage) | self.path_terms(unit.passage)
        return sum(w for t, w in pairs.items() if t not in said and "~" + fold(t) not in said) / (sum(wanted.values()) or 1.0)
