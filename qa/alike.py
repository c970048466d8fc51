"""The same indicator or task in several documents: what says most of what the best unit says answers a comparison with it.

Who compares two places words the question once, and each document words the matter its own way; but documents of one field word it much
as each other do. So the best unit of all stands as an example for those of the other documents.
"""

import functools
from collections.abc import Sequence

from index.analysis import term_set
from qa.scored import Scored

_KEPT = 1 << 13  # units whose terms are kept
LIKE = 0.25  # what it counts to say all that the example says


def example(scored: Sequence[Scored]) -> Scored | None:
    """The best unit, where there are others of another document; None elsewhere."""
    best = scored[0]
    return best if any(s.unit.passage.document_id != best.unit.passage.document_id for s in scored) else None


@functools.lru_cache(maxsize=_KEPT)
def _terms(text: str) -> frozenset[str]:
    """The terms of a unit as they are written, but for figures."""
    return frozenset(t for t in term_set(text) if t[0] != "~" and not any(c.isdigit() for c in t))


def by_example(scored: Sequence[Scored], best: Scored) -> list[Scored]:
    """`scored`, best first, with the units of other documents than that of `best` moved up as far as they are like it (the share of terms
    that two units have in common: Dice, Ecology 26, 1945)."""
    said = _terms(best.unit.text)
    found = []
    for s in scored:
        own = frozenset() if s.unit.passage.document_id == best.unit.passage.document_id else _terms(s.unit.text)
        like = 2 * len(said & own) / ((len(said) + len(own)) or 1)
        found.append(s._replace(score=s.score + LIKE * like, like=like) if like else s)
    return sorted(found, key=lambda s: (-s.score, s.unit.start))
