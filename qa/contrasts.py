"""Contrasts: what is said of one member of a set is not said of another (`qa/data/contrasts.tsv`)."""

import functools
import re
from importlib import resources

from qa.demands import bounded, told_otherwise
from qa.units import Unit

Member = tuple[str, ...]


@functools.cache
def _sets() -> tuple[tuple[Member, ...], ...]:
    lines = (resources.files("qa") / "data" / "contrasts.tsv").read_text("utf-8").splitlines()
    rows = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return tuple(tuple(tuple(member.split("|")) for member in row) for row in rows)


@functools.cache
def _named(member: Member) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, member))})(?!\w)")


@functools.lru_cache(maxsize=1 << 8)
def _asked(question: str) -> tuple[tuple[int, frozenset[int]], ...]:
    """The sets that `question` (lower case) names a member of, each with the members."""
    every = ((n, _of_set(question, n)) for n in range(len(_sets())))
    return tuple((n, named) for n, named in every if named)


@functools.lru_cache(maxsize=1 << 13)
def _of_set(text: str, n: int) -> frozenset[int]:
    """Which members of the `n`-th set `text` (lower case) names; one that only stands within another's name is none of them."""
    members = _sets()[n]
    # Most texts hold none of the names, which is seen far more quickly than where they begin and end.
    held = [i for i, member in enumerate(members) if any(name in text for name in member)]
    if not held:
        return frozenset()
    spans = {i: [m.span() for m in _named(members[i]).finditer(text)] for i in held}
    every = [span for found in spans.values() for span in found]
    return frozenset(i for i, found in spans.items() if any(not any(_within(span, other) for other in every) for span in found))


def _within(span: tuple[int, int], other: tuple[int, int]) -> bool:
    return span != other and other[0] <= span[0] and span[1] <= other[1]


def tells_apart(question: str) -> bool:
    """Whether `of_another` can be true of any unit."""
    lowered = question.lower()
    return bounded(lowered) or bool(_asked(lowered))


def of_another(question: str, unit: Unit) -> bool:
    """Whether `unit` tells of another thing than `question`: of other members of a set than those it names, which neither the unit nor its
    headings name, or of what `told_otherwise` tells apart. Case does not matter."""
    lowered, passage = question.lower(), unit.passage
    if bounded(lowered) and told_otherwise(lowered, unit.text):
        return True
    asked = _asked(lowered)
    if not asked:
        return False
    text, heads = unit.text.lower(), " / ".join((*passage.path, *passage.columns)).lower()
    for n, named in asked:
        told = _of_set(text, n) | _of_set(heads, n)
        if told and not named & told:
            return True
    return False
