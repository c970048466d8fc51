"""Units of evidence with what speaks for them, and in which order they answer: what yields to what."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from documents.normalise import fold, words
from index.search import Hit
from qa.question import Question
from qa.subjects import of_another_body
from qa.units import Unit
from qa.weighing import FEATURES

_ELSEWHERE = 0.3  # what it counts against a unit to be of another district, body or year than the one asked about, where others are of it
_LESS_SAID = 0.1  # of the topic
_LOOKED_AT = 8  # units, best first
_FAR_MORE = 0.2  # of the topic, which a unit of another year says more of than the best, which is of the year asked
_MORE = 0.15  # the same, where the best is of no year
_SUBJECT = FEATURES.index("subject")


class Scored(NamedTuple):
    """A unit with what speaks for it."""

    unit: Unit
    hit: Hit
    score: float
    coverage: float
    figure: bool
    """Holds a figure, or another sort of thing, as it is asked for (true where none is)."""
    counted: float
    """How near what is to be counted stands to a figure, in [0, 1]; 0.5 where the question does not say."""
    year: int
    """1: of the year asked; 0: undated; -1: of another year."""
    missing: tuple[str, ...] = ()
    """Names of the question that neither passage nor headings hold."""
    features: tuple[float, ...] = ()
    """`qa.weighing.FEATURES` of it, which `score` is made of."""
    like: float = 0.0
    """In a comparison, how much of what the best unit of another document says it says too, in [0, 1]."""


def in_order(question: Question, scored: Sequence[Scored], *, asks_duties: bool) -> list[Scored]:
    """`scored`, best first: what is said of the very district, body and year asked about before what is said of others.

    Args:
        asks_duties: whether the question asks what a body has to do.
    """
    if question.districts:
        # What is said of the district itself answers before what is said of all.
        scored = _set_back(scored, lambda s: bool(set(question.districts) & set(s.missing)))
    if any(s.features[_SUBJECT] for s in scored) and not question.who and asks_duties:
        # What another body has to do is no answer to what this one has to.
        asked = [fold(w) for w in words(question.normalised)]
        scored = _set_back(scored, lambda s: not s.features[_SUBJECT] and of_another_body(asked, s.unit.passage))
    best = max(scored, key=lambda s: s.score, default=None)
    if best is not None and best.year < 0 and any(_as_good(s, best) for s in scored):
        # What is set for another year yields to as much that is said of the year asked about.
        scored = _set_back(scored, lambda s: s.year < 0)
    found = sorted(scored, key=lambda s: (-s.score, s.unit.start))
    if (
        len(question.years) == 1
        and not question.now
        and question.measure is not None
        and (other := _told_of_another_year(found)) is not None
    ):
        return [other, *(s for s in found if s is not other)]
    return found


def _told_of_another_year(scored: Sequence[Scored]) -> Scored | None:
    """Where the best unit is of the year asked or of none, and another of its document says far more of what is asked, but of another year:
    that one. The document tells it of that year alone."""
    best = scored[0] if scored else None
    if best is None or best.year < 0 or not best.figure:
        return None
    more = _FAR_MORE if best.year else _MORE
    home = best.unit.passage.document_id
    told = (s for s in scored[:_LOOKED_AT] if s.year < 0 and s.figure and s.unit.passage.document_id == home)
    return next((s for s in told if s.coverage >= best.coverage + more), None)


def _as_good(of_year: Scored, best: Scored) -> bool:
    """Whether a unit of the year asked about says about as much of what is asked as the `best`, which is of another."""
    return of_year.year > 0 and of_year.figure and not of_year.missing and of_year.coverage >= best.coverage - _LESS_SAID


def _set_back(scored: Sequence[Scored], elsewhere: Callable[[Scored], bool]) -> Sequence[Scored]:
    """`scored`, with those that are `elsewhere` behind where others are not."""
    apart = [elsewhere(s) for s in scored]
    return scored if all(apart) else [s._replace(score=s.score - _ELSEWHERE) if a else s for s, a in zip(scored, apart, strict=True)]
