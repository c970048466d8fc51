"""Deciding: whether the best evidence answers the question, and what a refusal says is missing."""

import re
from collections.abc import Sequence
from typing import Any

from documents.corrections import CENTRAL
from documents.normalise import fold
from documents.places import places_in
from index.store import Index
from prompts.loader import text
from qa import duty_patterns, patterns, probing
from qa.answer import Answer, Status, Understood
from qa.charging import Charges
from qa.confidence import probability
from qa.contrasts import of_another
from qa.demands import alone
from qa.evidence import Evidence
from qa.patterns import Kind, Measure
from qa.question import Question
from qa.quoting import plain
from qa.scored import Scored
from qa.subjects import bodies_charged, names_doer, sectors
from qa.units import universal, years_of

_WITHOUT_NAME = 0.6  # the probability wanted where an abbreviation of the question is said nowhere
_UNCOUNTED = 0.3  # below it, what is to be counted stands nowhere near a figure
_NOT_COUNTED = 0.15  # below it, the figures count something else
_ANYTHING = frozenset(
    [
        "noi",
        "cho",
        "thu",
        "cai",
        "viec",
        "khoan",
        "loai",
        "dieu",
        "nguoi",
        "lan",
        "tieng",
        "luot",
        "nhom",
        "muc",
        "phan",
        "dot",
        "diem",
        "grdp",
        "gdp",
    ]
)  # folded; what is said in other words where it is counted, or as a share
_OTHER_COUNT = 0.45  # the probability wanted then
_CAUSE = re.compile(r"(?i)(?<!\w)(?:nguyên nhân|lý do|do|vì|bởi|nhằm|dẫn đến|khiến|nên|hạn chế|khó khăn|tồn tại|chưa|còn)(?!\w)")
_LIKE, _LIKE_SHARE = 0.4, 0.4  # from how like on, and the share of the threshold that is wanted then
_NOWHERE = 0.55  # of the threshold: the probability below which a question without a place is off topic


class Judge:
    """Decides over one index."""

    def __init__(self, index: Index, evidence: Evidence) -> None:
        self._index = index
        self._evidence = evidence
        self._charges = Charges(index, evidence)
        self._provinces = tuple(dict.fromkeys(index.layout.provinces))
        self.threshold = probing.threshold(index)
        """The probability from which on a question is answered."""

    def trusted(self, question: Question, best: Scored) -> bool:
        """Whether the unit answers the question surely enough."""
        lowered = question.normalised.lower()
        if question.years and best.year <= 0 and not self._year_possible(question, best):
            return False
        if question.demand and not best.figure:
            return False
        if of_another(question.normalised, best.unit):
            return False  # "dưới 12 mét" is not "từ 12 mét trở lên", "tiểu học" is not "trung học cơ sở"
        if question.measure and fold(alone(lowered)) not in fold(" / ".join((best.unit.text, *best.unit.passage.path))):
            return False  # "riêng cấp xã" is not what holds for all levels
        if question.asks_place and self._of_none(best) and not places_in(best.unit.text):
            return False  # "tỉnh nào được chọn …?" is no answer of the central bodies' documents that name none
        if any(d in best.missing for d in (*question.districts, *question.cited)):
            return False  # what holds for the province is not said of one district
        if any(not self._evidence.told(best.unit.passage.document_id, s) for s in sectors(lowered)):
            return False  # nothing is said of the ministry or department that is asked about
        home = best.unit.passage.document_id
        if any(not any(self._evidence.told(home, pair) for pair in pairs) for pairs in bodies_charged(lowered)):
            return False
        if question.measure and not best.figure and not (question.measure is Measure.PERCENT and universal(best.unit.text)):
            return False
        if patterns.asks_why(lowered) and question.measure is None and not question.supposed and not _tells_why(best):
            return False
        if question.kind is Kind.WHO and duty_patterns.asks_body(lowered) and not self._charges_somebody(question, best):
            return False
        if self._evidence.aimed(question, best.unit.passage):
            return True  # what the unit leaves unsaid, its heading and its document's title say
        wanted = _WITHOUT_NAME if any(name in best.missing for name in question.acronyms) else self.threshold
        if question.measure is Measure.COUNT and _of_something(question.counted) and best.counted < _NOT_COUNTED:
            return False  # the figures there count something else
        if len(question.counted) > 1 and best.figure and best.counted < _UNCOUNTED:
            wanted = max(wanted, _OTHER_COUNT)  # the figures there may count something else
        if best.like >= _LIKE:
            wanted *= _LIKE_SHARE  # what a trusted unit of another document says
        return probability(self._evidence, question, best) >= wanted

    def _of_none(self, best: Scored) -> bool:
        """Whether the unit's document is of no province, so that its title tells none."""
        return self._index.layout.head(best.unit.passage.document_id).province in ("", CENTRAL)

    def _charges_somebody(self, question: Question, best: Scored) -> bool:
        """Whether the unit's passage, or one that refers to it, tells who does what it says."""
        passage = best.unit.passage
        if names_doer(question.normalised, passage) or self._charges.units(passage):
            return True
        return bool(self._charges.alike(best.unit, self._evidence.wanted(question)))

    def _year_possible(self, question: Question, best: Scored) -> bool:
        """Whether an undated passage can be of a year asked: one the document sets itself in its title or headings."""
        if best.year < 0:
            return False
        document = self._index.document(best.unit.passage.document_id)
        said = " ".join([document.title, *(s.path[-1] for s in document.sections)])
        return any(str(y) in said for y in question.years)

    def refusal(
        self, question: Question, scored: Sequence[Scored], understood: Understood, available: str, trace: dict[str, Any]
    ) -> Answer:
        """A refusal that says what is missing, with the nearest topics that exist."""
        place = ", ".join(question.provinces or self._provinces)
        suggestions = self._nearest(scored)
        if not scored or (probability(self._evidence, question, scored[0]) < _NOWHERE * self.threshold and not question.provinces):
            return Answer(Status.OFF_TOPIC, text("messages", "off_topic", available=available), (), understood, trace=trace)
        best = scored[0]
        if question.years and best.year < 0:
            years = sorted({y for s in scored[:10] for y in years_of(s.unit)})
            asked = ", ".join(str(y) for y in question.years)
            message = text("messages", "no_year", year=asked, place=place, years=", ".join(years))
        elif best.missing and not self._evidence.told(best.unit.passage.document_id, best.missing[0].replace(" ", "_")):
            message = text("messages", "no_name", place=place, name=_as_typed(question.normalised, best.missing[0]))
        elif not best.figure:
            message = text("messages", "no_figure", place=place)
        else:
            message = text("messages", "not_found", place=place)
        return Answer(Status.NOT_FOUND, message, (), understood, suggestions, trace=trace)

    def _nearest(self, scored: Sequence[Scored]) -> tuple[str, ...]:
        found: dict[str, None] = {}
        for s in scored[:15]:
            if s.unit.passage.path:
                place = self._index.layout.head(s.unit.passage.document_id).province
                found[text("messages", "nearest", place=place, topic=plain(s.unit.passage.path[-1]))] = None
        return tuple(found)[:3]


def _of_something(counted: Sequence[str]) -> bool:
    """Whether what is to be counted has a name of its own; "bao nhiêu nơi" may be told as so many xã."""
    pair = tuple(counted[:2])
    return bool(counted) and pair != ("don", "vi") and (counted[0] not in _ANYTHING or pair == ("viec", "lam"))


def _tells_why(best: Scored) -> bool:
    """Whether the unit's passage or a heading above it tells a cause, an aim or what is lacking."""
    passage = best.unit.passage
    return any(_CAUSE.search(said) for said in (passage.text, *passage.path))


def _as_typed(question: str, folded: str) -> str:
    """The words of the question that `folded` is folded of, in capitals where there are none."""
    found = re.search(rf"(?<!\w){re.escape(folded)}(?!\w)", fold(question))
    return question[found.start() : found.end()] if found and len(fold(question)) == len(question) else folded.upper()
