"""What a document says twice: another passage that gives the same figures or names the same places for what is asked.

A target stands among the aims and again among the tasks; who checks an answer wants both.
"""

import re
from collections.abc import Sequence

from documents.places import places_in
from qa.evidence import Evidence
from qa.question import Question
from qa.scored import Scored
from qa.units import Unit, length_of, without_numbering, years_of

_LOOKED_AT = 30  # units, best first
_LESS_SAID, _LESS = 0.1, 0.25  # of the topic, and of the score, by which it may stay behind the best unit
_LONGEST = 40  # words; what is said again at length is said otherwise
_LOST = 0.08  # of the topic, which the best unit says and the other does not
_PLACES = 2  # that both name
_NUMBER = re.compile(r"(?<![\w/.,-])\d[\d.,]*%?")
_ALL = "100%"  # which half of all targets give
_YEAR = re.compile(r"(?:19|20)\d\d")


def said_again(evidence: Evidence, question: Question, scored: Sequence[Scored]) -> Scored | None:
    """The best unit of another passage of the best one's document that says the same of what is asked, or None."""
    best = scored[0]
    wanted = evidence.wanted(question)
    total = sum(wanted.values()) or 1.0
    said = evidence.said(question, best.unit)
    for s in scored[1:_LOOKED_AT]:
        if s.unit.passage.document_id != best.unit.passage.document_id or s.unit.passage.id == best.unit.passage.id:
            continue
        if not s.figure or s.missing or length_of(s.unit.text) > _LONGEST:
            continue
        if s.coverage < best.coverage - _LESS_SAID or s.score < best.score - _LESS:
            continue
        if years_of(s.unit) and years_of(best.unit) and not years_of(s.unit) & years_of(best.unit):
            continue
        if not _same(best.unit, s.unit):
            continue
        if sum(wanted[t] for t in said - evidence.said(question, s.unit)) <= _LOST * total:
            return s
    return None


def _same(one: Unit, other: Unit) -> bool:
    """Whether one has all figures of the other, or both name the same places."""
    a, b = _figures(one.text), _figures(other.text)
    if a and b:
        return a <= b or b <= a
    places = {m.name for m in places_in(one.text)} & {m.name for m in places_in(other.text)}
    return len(places) >= _PLACES


def _figures(text: str) -> set[str]:
    found = (n.strip(".,") for n in _NUMBER.findall(without_numbering(text)))
    return {n for n in found if n != _ALL and not _YEAR.fullmatch(n)}
