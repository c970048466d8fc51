"""How sure an answer from one library has to be: the fitted threshold, moved by how that library takes questions of known kind.

Two kinds are asked when an index is made, and how sure the best unit is of each is compared with what it was on the
bundled documents: questions that no document answers (`qa/data/unanswerable.txt`), and questions that its own targets and
headings answer. The threshold moves by half of what both kinds moved by. It is kept with the index.
"""

import functools
import hashlib
import json
import math
from collections.abc import Callable, Mapping, Sequence
from importlib import resources
from typing import Any

from documents.resolution import Resolution
from documents.targets import targets_of
from index.embedding import Embedder
from index.store import Index
from prompts.loader import text
from qa import confidence
from qa.evidence import Evidence
from qa.finding import Finder
from qa.question import Reader
from qa.quoting import plain

ANSWERABLE, UNANSWERABLE = "answerable", "unanswerable"
_OF_EACH = 10  # questions made of targets, and of headings
_LOOKED_AT = 20  # documents that they are made of, spread over the library
_HEADING = range(12, 120)  # characters of a heading that says what its section is about
_BELIEVED = 0.5  # of what both kinds moved by: it is an estimate from fifty questions, none of which a person asked
_FARTHEST = 0.5  # log odds that the threshold moves by at most: what is known of a library is fifty questions
Level = dict[str, float]
"""Kind of question -> mean log odds that the best unit answers."""


def unanswerable(provinces: Sequence[str]) -> list[str]:
    """Questions that no document answers, each with one of `provinces` in turn where it names a place."""
    lines = (resources.files("qa") / "data" / "unanswerable.txt").read_text("utf-8").splitlines()
    asked = [line for line in lines if line and not line.startswith("#")]
    places = list(dict.fromkeys(p for p in provinces if p))
    named = [q for q in asked if places or "{place}" not in q]
    return [q.replace("{place}", places[i % len(places)]) if places else q for i, q in enumerate(named)]


def answerable(documents: Sequence[Resolution]) -> list[str]:
    """Questions that `documents` answer: after their targets, by year, and after what their headings say."""
    figures, topics = [], []
    for document in _spread(documents, _LOOKED_AT):
        place = document.province or document.title
        for target in targets_of(document):
            when = text("probes", "in_year", year=target.year) if target.year else ""
            figures.append(text("probes", "figure", indicator=target.indicator, place=place, when=when))
        headings = (s.path[-1] for s in document.sections)
        topics += [text("probes", "topic", heading=plain(h), place=place) for h in headings if len(h) in _HEADING]
    return [q for asked in (figures, topics) for q in _spread(list(dict.fromkeys(asked)), _OF_EACH)]


def _spread(items: Sequence[Any], most: int) -> list[Any]:
    """At most so many of `items`, evenly far from each other."""
    step = max(1.0, len(items) / most)
    return [items[int(i * step)] for i in range(min(most, len(items)))]


def level(index: Index, embedder: Embedder) -> Level:
    """How sure the best units of `index` are of each kind of question; a kind that it has none of is left out."""
    provinces = tuple(dict.fromkeys(index.layout.provinces))
    reader, evidence = Reader(provinces, index.places, index.restorer, index.layout.heads), Evidence(index)
    finder = Finder(index, evidence, embedder, None)
    found: Level = {}
    # Every second one of those that nothing answers: it is what moves that tells, and whoever adds a document waits for it.
    for kind, asked in ((UNANSWERABLE, unanswerable(provinces)[::2]), (ANSWERABLE, answerable(index.documents))):
        if not asked:
            continue  # a library without targets and headings
        odds, questions = [], [reader.read(q) for q in asked]
        vectors = embedder.embed([q.normalised for q in questions], "query")
        for question, vector in zip(questions, vectors, strict=True):
            _, scored = finder.find(question, vector)
            if scored:
                odds.append(confidence.log_odds(evidence, question, scored[0]))
        if odds:
            found[kind] = sum(odds) / len(odds)
    return found


def tuner(embedder: Embedder | None) -> Callable[[Index], Mapping[str, Any]] | None:
    """What `index.store.build` is to keep of an index that questions are embedded for with `embedder`; nothing without one: words
    alone are less sure of everything, which tells nothing of the library."""
    if embedder is None:
        return None

    def tune(index: Index) -> Mapping[str, Any]:
        return {"threshold": round(moved(level(index, embedder)), 4), "fitted": _fitted()}

    return tune


def moved(here: Level) -> float:
    """The threshold where the two kinds of question are as sure as `here`."""
    bundled = confidence.fitted()["level"]
    apart = [here[kind] - bundled[kind] for kind in (UNANSWERABLE, ANSWERABLE) if kind in here]
    shift = _BELIEVED * sum(apart) / len(apart) if len(apart) == 2 else 0.0
    threshold = confidence.fitted()["threshold"]
    odds = math.log(threshold / (1 - threshold)) + max(-_FARTHEST, min(_FARTHEST, shift))
    return 1 / (1 + math.exp(-odds))


def threshold(index: Index) -> float:
    """The probability from which on a question is answered from `index`: its own, or the fitted one where none was kept with it
    or another version of the weights was in use then."""
    kept = index.manifest.get("tuned")
    own = kept.get("threshold") if isinstance(kept, dict) and kept.get("fitted") == _fitted() else None
    return own if isinstance(own, float) and 0 < own < 1 else float(confidence.fitted()["threshold"])


@functools.cache
def _fitted() -> str:
    """Which weights and which threshold are in use."""
    return hashlib.sha256(json.dumps(confidence.fitted(), sort_keys=True).encode()).hexdigest()[:16]
