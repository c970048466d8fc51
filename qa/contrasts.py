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


@functools.lru_cache(maxsize=1 << 10)
def _members(text: str) -> tuple[frozenset[int], ...]:
    """For each set, which of its members `text` (lower case) names; one that only stands within another's name is none of them."""
    return tuple(_of_set(text, members) for members in _sets())


def _of_set(text: str, members: tuple[Member, ...]) -> frozenset[int]:
    spans = {i: [m.span() for m in _named(member).finditer(text)] for i, member in enumerate(members)}
    every = [span for found in spans.values() for span in found]
    return frozenset(i for i, found in spans.items() if any(not any(_within(span, other) for other in every) for span in found))


def _within(span: tuple[int, int], other: tuple[int, int]) -> bool:
    return span != other and other[0] <= span[0] and span[1] <= other[1]


def tells_apart(question: str) -> bool:
    """Whether `of_another` can be true of any unit."""
    lowered = question.lower()
    return bounded(lowered) or any(_members(lowered))


def of_another(question: str, unit: Unit) -> bool:
    """Whether `unit` tells of another thing than `question`: of other members of a set than those it names, which neither the unit nor its
    headings name, or of what `told_otherwise` tells apart. Case does not matter."""
    lowered, passage = question.lower(), unit.passage
    if bounded(lowered) and told_otherwise(lowered, unit.text):
        return True
    asked = _members(lowered)
    if not any(asked):
        return False
    told, above = _members(unit.text.lower()), _members(" / ".join((*passage.path, *passage.columns)).lower())
    return any(a and (t or h) and not a & (t | h) for a, t, h in zip(asked, told, above, strict=True))
