"""The same indicator or task in several documents: what says most of what the best unit says answers a comparison with it.

Who compares two places words the question once, and each document words the matter its own way; but documents of one field word it much
as each other do. So the best unit of all stands as an example for those of the other documents.
"""

from collections.abc import Sequence
from dataclasses import replace

from index.analysis import term_set
from qa.evidence import Evidence, Scored
from qa.question import Question

LIKE = 0.25  # what it counts to say all that the example says


def example(scored: Sequence[Scored]) -> Scored | None:
    """The best unit, where there are others of another document; None elsewhere."""
    best = scored[0]
    return best if any(s.unit.passage.document_id != best.unit.passage.document_id for s in scored) else None


def words_of(evidence: Evidence, best: Scored) -> dict[str, float]:
    """The terms of the example, with their weights, but for figures."""
    return {t: evidence.weight(t) for t in sorted(term_set(best.unit.text)) if t[0] != "~" and not any(c.isdigit() for c in t)}


def by_example(evidence: Evidence, question: Question, scored: Sequence[Scored], best: Scored) -> list[Scored]:
    """`scored`, best first, with the units of other documents than that of `best` moved up as far as they are like it."""
    said = words_of(evidence, best)
    found = []
    for s in scored:
        if s.unit.passage.document_id == best.unit.passage.document_id:
            found.append(s)
            continue
        own = words_of(evidence, s)
        shared = sum(w for t, w in said.items() if t in own)
        like = 2 * shared / ((sum(said.values()) + sum(own.values())) or 1.0)
        found.append(replace(s, score=s.score + LIKE * like, like=like))
    return sorted(found, key=lambda s: (-s.score, s.unit.start))
