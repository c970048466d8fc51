"""Whether the evidence is good enough to answer: a logistic model over what the best unit shows.

The weights are data (`qa/data/confidence.json`), fitted by `python -m eval.calibrate` on questions that must and must
not be answered.
"""

import functools
import json
import math
from collections.abc import Mapping
from importlib import resources
from typing import Any

from index.search import Weights
from qa.evidence import Evidence
from qa.question import Question
from qa.scored import Scored

_NEUTRAL_COSINE = 0.6  # stands in where there is no model: less than answerable questions have on average, lest words alone convince
FEATURES = ("coverage", "cosine", "words", "figure", "other_year", "missing", "unknown", "counted", "short", "pairs", "asked", "placed")


def features(evidence: Evidence, question: Question, best: Scored) -> dict[str, float]:
    """What speaks for and against the best unit, each in [0, 1] or a small count.

    coverage, figure, counted, missing: as in `qa.evidence.Scored`; cosine, words: parts of its passage's search score, before their
    weights; other_year: it is of another year; unknown: share of the topic that the library nowhere says; short: the less is said of
    what is meant, the nearer 1; pairs: share of the topic that is pairs of syllables ("bệnh viện") of which neither unit, passage
    nor headings speak; asked: a figure is asked for; placed: a place or a document is named, or the document is of no place.
    """
    w = Weights()
    wanted = evidence.wanted(question)
    total = sum(wanted.values()) or 1.0
    unknown = sum(v for t, v in wanted.items() if not evidence.known(t)) / total
    return {
        "coverage": best.coverage,
        "cosine": best.hit.parts["vector"] / w.vector if "vector" in best.hit.parts else _NEUTRAL_COSINE,
        "words": (best.hit.parts.get("exact", 0.0) + best.hit.parts.get("folded", 0.0)) / (w.exact + w.folded),
        "figure": float(best.figure),
        "counted": best.counted - 0.5,
        "other_year": float(best.year < 0),
        "missing": float(len(best.missing)),
        "unknown": unknown,
        "short": 1.0 / (1 + len(question.topic)),
        "pairs": evidence.pairs_left(question, best.unit),
        "asked": float(question.measure is not None),
        "placed": float(bool(question.provinces or question.document_ids) or evidence.of_no_place(best.unit)),
    }


@functools.cache
def fitted() -> Mapping[str, Any]:
    """What `python -m eval.calibrate` wrote: "weights"; "threshold", the probability from which on a question is answered; "level",
    how sure the bundled documents are of questions of known kind (`qa.probing`)."""
    raw: Mapping[str, Any] = json.loads((resources.files("qa") / "data" / "confidence.json").read_text("utf-8"))
    return raw


def log_odds(evidence: Evidence, question: Question, best: Scored) -> float:
    """The log odds that the best unit answers the question; a feature that no weight was fitted for yet counts nothing."""
    return _log_odds(features(evidence, question, best))


def _log_odds(told: Mapping[str, float]) -> float:
    weights: Mapping[str, float] = fitted()["weights"]
    return weights["bias"] + sum(weights.get(n, 0.0) * v for n, v in told.items())


def probability(evidence: Evidence, question: Question, best: Scored) -> float:
    """How likely the best unit answers the question."""
    return probability_of(features(evidence, question, best))


def probability_of(told: Mapping[str, float]) -> float:
    """The same by the features of the unit."""
    return 1 / (1 + math.exp(-_log_odds(told)))
