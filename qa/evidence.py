"""Weighing evidence: which sentence or clause of the passages found says what was asked, and how surely.

A unit is a sentence, or a clause of a long one. Its *coverage* is the share of the question's topic, weighted by how
rare each word is in the library, that stands in the unit, its passage or its headings.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from documents.normalise import fold, words
from documents.resolution import Passage, Resolution
from documents.sentences import clause_spans, note_mark_spans, sentence_spans
from index.analysis import folded_terms, terms, weak_words
from index.search import Hit
from index.store import Index, heading_text
from qa.question import Kind, Measure, Question

_LONG_SENTENCE = 38  # words; a longer one is taken apart at its semicolons
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_NUMBER = r"\d[\d.,]*"
_FIGURE = {
    Measure.PERCENT: re.compile(rf"{_NUMBER}\s*%"),
    Measure.RANK: re.compile(rf"\d+\s*/\s*\d\d\b|(?:thứ|hạng|vị trí)\s+{_NUMBER}|(?:nhóm|top|tốp)[^.;]{{0,20}}?{_NUMBER}|xếp loại"),
    Measure.GROUP: re.compile(rf"(?:nhóm|top|tốp)[^.;]{{0,20}}?{_NUMBER}"),
    Measure.MONEY: re.compile(rf"{_NUMBER}\s*(?:(?:tỷ|tỉ|triệu|nghìn|ngàn)?\s*đồng|tỷ|triệu)\b"),
    Measure.PERIOD: re.compile(
        rf"(?:hàng|hằng|mỗi|theo) (?:quý|tháng|năm|tuần|ngày)|định kỳ|{_NUMBER}\s*(?:giờ|tiếng|phút|ngày|tuần|tháng|quý|năm)\b"
    ),
    Measure.DATE: re.compile(r"\b20\d\d\b|hàng (?:quý|tháng|năm)|hằng (?:quý|tháng|năm)|định kỳ"),
    Measure.COUNT: re.compile(rf"(?<![\w/.-]){_NUMBER}(?![\w/-])|\b(?:một|hai|ba|bốn|năm|sáu|bảy|tám|chín|mười)\b|hàng (?:quý|tháng|năm)"),
}
_THEME_SHARE = 0.35
_INHERITED_SHARE = 0.6  # what the turns before were about counts less than what is asked now
_SITUATION = re.compile(r"(?i)tình hình|kết quả|hạn chế|thực trạng|sự cần thiết")
_ASKS_SITUATION = re.compile(
    r"(?i)\b(?:hiện|hạn chế|kết quả|nguyên nhân|lý do|đạt được|tình hình|vì sao|tại sao|sao|khó khăn|yếu|đang|đã|chậm|tồn tại|thực trạng|xếp|hạng|năm 20(?:1\d|2[0-2]))\b"
)
_DUTIES = re.compile(r"(?i)tổ chức thực hiện")
_BODY_FIRST = re.compile(r"(?:\d+\. )?(?:Các )?(?:Ban|Sở|Ủy ban|Đảng đoàn|Đảng ủy|Tỉnh ủy|cấp ủy|Văn phòng|Bộ|Công an|Hội đồng|Mặt trận|Đoàn|huyện ủy|Huyện ủy|Cục|Thanh tra)\b")
_TARGETS = re.compile(r"(?i)mục tiêu|chỉ tiêu")
_FOLDED_SHARE = 0.6  # what a word counts that agrees but for its diacritics
_WITH_UNIT = re.compile(r"\d[\d.,]*([a-z]{2,})$")  # "50Mbps"
_UNIVERSAL = re.compile(r"(?i)\b(?:tất cả|toàn bộ|mọi|100%|đều)(?!\w)")
_LABEL = re.compile(r"[^:.;]{0,60}:")
_BARE_YEARS = re.compile(r"\b(?:năm\s+)?(?:19|20)\d\d\b|\d{1,2}/\d{1,2}/\d{4}|\b\d{1,4}[-/][A-ZĐ]+(?:[-/][A-ZĐa-z]+)*")


@dataclass(frozen=True, slots=True)
class Unit:
    """A sentence or clause of a passage: the smallest thing that is quoted. Offsets count in the document's text."""

    passage: Passage
    start: int
    end: int
    text: str
    whole: bool
    """Whether it is a whole sentence (else a clause of one)."""


@dataclass(frozen=True, slots=True)
class Scored:
    """A unit with what speaks for it."""

    unit: Unit
    hit: Hit
    score: float
    coverage: float
    figure: bool
    """Holds a figure of the sort that is asked for (true where none is)."""
    counted: float
    """How near what is to be counted stands to a figure, in [0, 1]; 0.5 where the question does not say."""
    year: int
    """1: of the year asked; 0: undated; -1: of another year."""
    missing: tuple[str, ...] = ()
    """Names of the question that neither passage nor headings hold."""
    parts: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Alternative:
    """Official terms for an everyday word. A lone syllable is `ambiguous`: "tiền" is money, "tiền đề" is not."""

    official: frozenset[str]
    ambiguous: bool


def term_set(text: str) -> frozenset[str]:
    """Exact terms of `text`, and its folded ones behind a "~"."""
    folded = folded_terms(text)
    units = {f"~{m[1]}" for t in folded if (m := _WITH_UNIT.match(t))}
    return frozenset(terms(text)) | {f"~{t}" for t in folded} | units


class Evidence:
    """What the library's words weigh, and the units of its passages. Thread-safe: caches are only ever filled in."""

    def __init__(self, index: Index) -> None:
        self._documents: dict[str, Resolution] = {d.id: d for d in index.documents}
        self._frequency: Counter[str] = Counter()
        self._terms: dict[str, frozenset[str]] = {}
        self._path_terms: dict[tuple[str, ...], frozenset[str]] = {}
        self._units: dict[str, tuple[tuple[Unit, frozenset[str]], ...]] = {}
        for p in index.passages:
            own = term_set(p.text)
            self._terms[p.id] = own
            self._frequency.update(own | self.path_terms(p))
        # A footnote and the passage that refers to it explain each other.
        for p in index.passages:
            if p.note_of:
                home, note = self._terms[p.note_of], self._terms[p.id]
                self._terms[p.id], self._terms[p.note_of] = note | home, home | note
        self._count = max(1, len(index.passages))
        titles = [term_set(d.title) for d in index.documents]
        self._theme = frozenset.intersection(*titles) if titles else frozenset()

    def weight(self, term: str) -> float:
        """How much a word of the question counts: its inverse document frequency, in [0, 1]."""
        df = self._frequency.get(term) or self._frequency.get("~" + fold(term), 0)
        return math.log((self._count + 1) / (df + 0.5)) / math.log((self._count + 1) / 0.5)

    def known(self, term: str) -> bool:
        """Whether the library holds the term at all, be it with other diacritics."""
        return term in self._frequency or "~" + fold(term) in self._frequency

    def path_terms(self, passage: Passage) -> frozenset[str]:
        """Terms of the headings above a passage."""
        if passage.path not in self._path_terms:
            self._path_terms[passage.path] = term_set(heading_text(passage))
        return self._path_terms[passage.path]

    def terms_of_heading(self, heading: str) -> frozenset[str]:
        """Terms of one heading."""
        if (heading,) not in self._path_terms:
            self._path_terms[(heading,)] = term_set(heading)
        return self._path_terms[(heading,)]

    def units(self, passage: Passage) -> tuple[tuple[Unit, frozenset[str]], ...]:
        """The units of a passage with their terms."""
        if passage.id not in self._units:
            found = []
            for start, end, whole in _unit_spans(passage.text):
                text = passage.text[start:end]
                found.append((Unit(passage, passage.start + start, passage.start + end, text, whole), term_set(text)))
            self._units[passage.id] = tuple(found)
        return self._units[passage.id]

    def wanted(self, question: Question) -> dict[str, float]:
        """The question's topic terms with their weights; pairs of syllables count half."""
        wanted: dict[str, float] = {}
        said = terms(" ".join(t.word for t in question.topic))
        weak = {w for w in weak_words() if "_" not in w}
        for pair in (w for w in weak_words() if "_" in w and w in said):
            weak |= {pair, *pair.split("_")}
        everyday = {w for phrase, _ in question.widened for w in phrase}
        for term in said:
            single = "_" not in term
            weight = math.sqrt(self.weight(term)) if single or self.known(term) else 0.0
            boost = 1.5 if fold(term) in question.counted else 1.0
            # What every title says ("chuyển đổi số") tells little about which passage is meant.
            share = 0.3 if term in weak and term not in everyday else (_THEME_SHARE if term in self._theme else 1.0)
            share *= _INHERITED_SHARE if all(w in question.inherited for w in term.split("_")) else 1.0
            wanted[term] = weight * (boost if single else 0.5) * share
        return {t: w for t, w in wanted.items() if w > 0}

    def score(self, question: Question, hits: Sequence[Hit]) -> list[Scored]:
        """All units of the hits' passages, best first."""
        wanted = self.wanted(question)
        total = sum(wanted.values()) or 1.0
        alternatives = _alternatives(question)
        scored = []
        for hit in hits:
            passage = hit.passage
            if passage.kind == "tail" or (passage.kind == "front" and "\n" in passage.text):
                continue  # recipients, signatures and titles: what they tell is metadata
            around, path = self._terms[passage.id], self.path_terms(passage)
            leaf = self.terms_of_heading(passage.path[-1]) if passage.path else frozenset()
            prior = _prior(question, passage) + 0.15 * _leaf_share(question, wanted, total, leaf)
            missing = tuple(n for n in question.names if f"~{n}" not in around and f"~{n}" not in path and n not in alternatives)
            for unit, own in self.units(passage):
                coverage = sum(w * _held(t, own, around, leaf, path, alternatives) for t, w in wanted.items()) / total
                figure = has_figure(unit.text, question.measure)
                counted = _counted_fit(question, unit.text, alternatives) if figure and question.counted else 0.5
                year = self.year_fit(question, unit)
                score = 0.55 * hit.score + 0.6 * coverage
                score += 0.12 * year - (0.0 if figure else 0.4) - 0.15 * len(missing) + 0.24 * (counted - 0.5)
                score += prior
                scored.append(Scored(unit, hit, score, coverage, figure, counted, year, missing))
        return sorted(scored, key=lambda s: (-s.score, s.unit.start))

    def said(self, question: Question, unit: Unit) -> frozenset[str]:
        """Which of the question's wanted terms stand in the unit itself, be it in official words."""
        own = next(terms_ for u, terms_ in self.units(unit.passage) if u == unit)
        alternatives = _alternatives(question)
        return frozenset(t for t in self.wanted(question) if t in own or "~" + fold(t) in own or (t in alternatives and alternatives[t].official & own))

    def year_fit(self, question: Question, unit: Unit) -> int:
        """1 where the unit is of a year asked (or none is asked and it is dated), 0 undated, -1 of another year."""
        if not question.years:
            return 0
        asked = {str(y) for y in question.years}
        of_unit = self.years_of(unit)
        if not of_unit:
            # What is the case today says nothing about the year a target is set for.
            title = self._documents[unit.passage.document_id].title
            situation = any(_SITUATION.search(h) for h in unit.passage.path)
            return -1 if situation and all(y in title for y in asked) else 0
        return 1 if of_unit & asked else -1

    def years_of(self, unit: Unit) -> set[str]:
        """Years the unit is of: those it names, else that of its passage's label ("Đến năm 2025: …"), else its headings'."""
        label = _LABEL.match(unit.passage.text)
        for source in (unit.text, label[0] if label else "", *unit.passage.path[::-1]):
            years = _years_said(source)
            if years:
                return years
        return set()


def has_figure(text: str, measure: Measure | None) -> bool:
    """Whether `text` holds a figure of the sort asked for; dates and numbers of documents are none."""
    if measure is None:
        return True
    if measure is Measure.COUNT:
        text = _BARE_YEARS.sub(" ", text)
    return _FIGURE[measure].search(text) is not None


def _prior(question: Question, passage: Passage) -> float:
    """Where in a document answers of this kind stand: figures among the targets, bodies under "Tổ chức thực hiện"."""
    path = " / ".join(passage.path)
    prior = 0.0
    if question.measure and _TARGETS.search(path):
        prior += 0.06
    if question.kind is Kind.WHO:
        prior += 0.10 * (_DUTIES.search(path) is not None) + (0.10 if _BODY_FIRST.match(passage.text) else -0.06)
    if question.kind is not Kind.FIGURE and _SITUATION.search(path) and not _ASKS_SITUATION.search(question.normalised):
        prior -= 0.12
    return prior


def _leaf_share(question: Question, wanted: dict[str, float], total: float, leaf: frozenset[str]) -> float:
    """For lists and tasks, how much of the topic the passage's own heading names."""
    if question.measure or not leaf:
        return 0.0
    return sum(w for t, w in wanted.items() if t in leaf) / total


def _counted_fit(question: Question, text: str, alternatives: dict[str, Alternative]) -> float:
    """How near the words of "bao nhiêu …" stand to a figure: right behind it best, before it less. Their adjacent
    pairs count too, so that "doanh nghiệp" alone is no "doanh nghiệp số"."""
    forms = words(text)
    folded = [fold(w) for w in forms]
    pairs = list(zip(question.counted, question.counted[1:], strict=False))
    best = 0.0
    for i, form in enumerate(forms):
        if not form[0].isdigit() or _YEAR.fullmatch(form):
            continue
        windows = ((folded[i + 1 : i + 6], 1.0), (folded[i + 6 : i + 10], 0.7), (folded[max(0, i - 9) : i], 0.6))
        found = [_near([w], windows, alternatives.get(w)) for w in question.counted]
        found += [_near(list(p), windows, alternatives.get("_".join(p))) for p in pairs]
        best = max(best, sum(found) / len(found))
    return best


def _near(said: list[str], windows: Sequence[tuple[list[str], float]], alternative: "Alternative | None") -> float:
    for window, share in windows:
        if any(window[k : k + len(said)] == said for k in range(len(window))):
            return share
    for window, share in windows:
        # An official wording counts where its first two syllables are there.
        if alternative and any(set(fold(o).split("_")) <= set(window) for o in alternative.official):
            return 0.9 * share
    return 0.0


def universal(text: str) -> bool:
    """Whether `text` speaks of all ("tất cả", "đều"), which answers a question for a share without a figure."""
    return _UNIVERSAL.search(text) is not None


def _years_said(text: str) -> set[str]:
    # The date of a decree that is cited ("ngày 03/6/2020") dates the decree, not the target.
    return set(_YEAR.findall(re.sub(r"ngày \d{1,2}(?:/\d{1,2}/| tháng \d{1,2} năm )\d{4}", " ", text)))


def _alternatives(question: Question) -> dict[str, Alternative]:
    """For each term of an everyday phrase in the question (exact and folded), its official wordings' distinctive terms."""
    found: dict[str, Alternative] = {}
    for phrase, official in question.widened:
        distinctive = frozenset(t for o in official for t in terms(o) if "_" in t or " " not in o)
        alternative = Alternative(distinctive, len(terms(" ".join(phrase))) == 1)
        for word in (*phrase, *(f"{a}_{b}" for a, b in zip(phrase, phrase[1:], strict=False))):
            for form in {word, fold(word)}:
                before = found.get(form)
                found[form] = Alternative(distinctive | before.official, alternative.ambiguous and before.ambiguous) if before else alternative
    return found


def _held(
    term: str, own: frozenset[str], around: frozenset[str], leaf: frozenset[str], path: frozenset[str], alternatives: dict[str, Alternative]
) -> float:
    """How surely a term of the question is said: in the unit, its heading, its passage, or the headings above."""
    other = alternatives.get(term)
    direct = _direct(term, own, around, leaf, path)
    if not other:
        return direct
    official = 0.9 if other.official & own else 0.75 if other.official & leaf else 0.45 if other.official & (around | path) else 0.0
    return max(official, direct * (0.45 if other.ambiguous else 1.0))


def _direct(term: str, own: frozenset[str], around: frozenset[str], leaf: frozenset[str], path: frozenset[str]) -> float:
    for form, share in ((term, 1.0), ("~" + fold(term), _FOLDED_SHARE)):
        if form in own:
            return share
        if form in leaf:
            return 0.8 * share
        if form in around:
            return 0.5 * share
        if form in path:
            return 0.6 * share
    return 0.0


def _unit_spans(text: str) -> Iterable[tuple[int, int, bool]]:
    marks = note_mark_spans(text)
    for start, end in sentence_spans(text):
        clauses = _with_predicates(text, clause_spans(text, start, end))
        split = len(clauses) > 1 and len(words(text[start:end])) > _LONG_SENTENCE
        for a, b in clauses if split else [(start, end)]:
            yield from _without_marks(text, a, b, marks, not split)


def _with_predicates(text: str, clauses: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Clauses, those joined that share a predicate which only the last of them states:
    "90% hồ sơ công việc tại cấp tỉnh; 80% … cấp huyện và 60% … được xử lý trên môi trường mạng"."""
    joined: list[tuple[int, int]] = []
    for a, b in clauses:
        if joined:
            before, now = words(text[joined[-1][0] : joined[-1][1]].lower()), words(text[a:b].lower())
            alike = sum(x == y for x, y in zip(before[:8], now[:8], strict=False))
            if len(before) <= 14 and len(now) > len(before) and alike >= 4:
                joined[-1] = (joined[-1][0], b)
                continue
        joined.append((a, b))
    return joined


def _without_marks(text: str, start: int, end: int, marks: Sequence[tuple[int, int]], whole: bool) -> Iterable[tuple[int, int, bool]]:
    """The span, parted at footnote references: the source may print those otherwise, so no quote runs across one."""
    position = start
    for a, b in [*(m for m in marks if start <= m[0] < end), (end, end)]:
        left, right = position, min(a, end)
        while left < right and (text[left].isspace() or text[left] in ".;,"):
            left += 1
        while right > left and text[right - 1].isspace():
            right -= 1
        if right - left > 1:
            yield left, right, whole
        position = b
