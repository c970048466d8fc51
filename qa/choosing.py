"""Which units answer together with the best one: a logistic model over how each stands to it.

A list's items, the clauses of a cause, the bodies that share a duty: what belongs to an answer scores near its best unit,
stands beside it or below the same heading, and says as much of what is asked. The weights are data
(`qa/data/choosing.json`), fitted by `python -m eval.learn` on the questions that may be tuned on.
"""

import functools
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources

from documents.resolution import Passage
from index.store import Index
from qa import weighing
from qa.evidence import Evidence
from qa.patterns import Kind
from qa.question import Question
from qa.scored import Scored
from qa.units import length_of

_VECTOR, _SUBJECT = weighing.FEATURES.index("vector"), weighing.FEATURES.index("subject")
_LOOKED_AT = 60  # units, best first; of the best one's own section all are
FEATURES = (
    "ratio",
    "broad_ratio",
    "rank",
    "same_passage",
    "same_section",
    "beside",
    "who_section",
    "section_size",
    "own",
    "coverage",
    "behind",
    "missing",
    "year",
    "size",
    "text",
    "who",
    "broad",
    "best",
    "vector",
    "subject",
)
"""
ratio: the unit's score as a share of the best one's, and the same where all that there is is asked for; rank: 1 / (1 + how many
score higher); same_passage … beside: in the best one's passage, in another below the same heading, right next to it;
section_size: log of how many passages stand below that heading, where the unit is one of them; own, coverage: as in
`qa.weighing`; behind: coverage less the best one's; missing, year: whether a name is missing that the best one has, or its year is
a worse one; size: in 50 words, at most 1; text, who, broad: what is asked; best: the best one's score;
vector: how much nearer its passage's embedding is than the best one's, as in `qa.weighing`; subject: it is about the body named.
"""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A unit with how likely it belongs to the answer."""

    scored: Scored
    features: tuple[float, ...]
    """`FEATURES` of it."""

    @property
    def chance(self) -> float:
        """In [0, 1]."""
        bias, by = _model()
        return 1 / (1 + math.exp(-bias - sum(w * f for w, f in zip(by, self.features, strict=True))))


def candidates(index: Index, evidence: Evidence, question: Question, scored: Sequence[Scored]) -> list[Candidate]:
    """The units of the best one's document that may answer with it, without itself, best first; `scored` is not empty."""
    best = scored[0]
    home = best.unit.passage
    section = [p for p in index.document(home.document_id).passages if p.path == home.path]
    places = {p.id: i for i, p in enumerate(section)}
    near = [s for s in scored[1:_LOOKED_AT] if s.unit.passage.document_id == home.document_id]
    near += [s for s in scored[_LOOKED_AT:] if s.unit.passage.id in places]
    wanted = evidence.wanted(question)
    total = sum(wanted.values()) or 1.0
    found = []
    for rank, s in enumerate(near, 1):
        own = sum(wanted[t] for t in evidence.said(question, s.unit)) / total
        found.append(Candidate(s, _features(question, best, s, rank, own, _place(s.unit.passage, home, places), len(section))))
    return found


def _place(passage: Passage, home: Passage, places: dict[str, int]) -> int | None:
    """How many passages lie between the two, below one heading; None elsewhere."""
    return abs(places[passage.id] - places[home.id]) if passage.id in places and home.id in places else None


def _features(question: Question, best: Scored, s: Scored, rank: int, own: float, place: int | None, section: int) -> tuple[float, ...]:
    ratio = s.score / best.score if best.score > 0 else 1.0
    inside = place is not None
    return (
        ratio,
        ratio * question.broad,
        1 / (1 + rank),
        float(place == 0),
        float(inside and place != 0),
        float(place == 1),
        float(inside and question.kind is Kind.WHO),
        math.log(1 + section) * inside,
        own,
        s.coverage,
        s.coverage - best.coverage,
        float(len(s.missing) > len(best.missing)),
        float(s.year - best.year),
        min(1.0, length_of(s.unit.text) / 50),
        float(question.kind is Kind.TEXT),
        float(question.kind is Kind.WHO),
        float(question.broad),
        best.score,
        s.features[_VECTOR] - best.features[_VECTOR] if s.features and best.features else 0.0,
        s.features[_SUBJECT] if s.features else 0.0,
    )


@functools.cache
def _model() -> tuple[float, tuple[float, ...]]:
    raw = json.loads((resources.files("qa") / "data" / "choosing.json").read_text("utf-8"))["weights"]
    return float(raw["bias"]), tuple(float(raw[name]) for name in FEATURES)


@functools.cache
def threshold() -> float:
    """The chance from which on a unit is quoted too."""
    return float(json.loads((resources.files("qa") / "data" / "choosing.json").read_text("utf-8"))["threshold"])
