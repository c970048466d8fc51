"""Questions to start from, for citizens and for officials: only such as the library in use answers."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from documents.resolution import Resolution
from documents.targets import Target
from prompts.loader import text

_EACH = 3
_LOOKED_AT = 8  # generated questions that are tried before giving up
_WRITTEN = {
    "citizens": (
        ("sample_health", "tra-vinh-2022"),
        ("sample_economy", "gia-lai-04-nq-tu"),
        ("sample_city", "thai-nguyen-2020"),
    ),
    "officials": (
        ("sample_files", "binh-dinh-khoa-xx"),
        ("sample_compare", "thai-nguyen-2020"),
        ("sample_who", "binh-dinh-khoa-xx"),
    ),
}
"""Questions written by hand, each with the bundled document it asks about."""
_LONGEST = 70  # characters of an indicator that makes a readable question


@dataclass(frozen=True, slots=True)
class Samples:
    """Questions for either sort of visitor."""

    citizens: tuple[str, ...]
    officials: tuple[str, ...]


def of_library(documents: Sequence[Resolution], targets: Sequence[Target], answered: Callable[[str], bool]) -> Samples:
    """Questions about `documents`: of what was added last first, then the written ones about bundled documents; each is
    offered only where `answered` says so."""
    there = {d.id for d in documents}
    bundled = {d for questions in _WRITTEN.values() for _, d in questions}
    made = _made([d for d in documents if d.id not in bundled], targets)
    asked: list[str] = []
    for question in made[:_LOOKED_AT]:
        if len(asked) < _EACH and answered(question):
            asked.append(question)
    written = {who: [text("page", key) for key, d in questions if d in there] for who, questions in _WRITTEN.items()}
    citizens = [*asked[1::2], *(q for q in written["citizens"] if answered(q))]
    officials = [*asked[0::2], *(q for q in written["officials"] if answered(q))]
    return Samples(tuple(citizens[:_EACH]), tuple(officials[:_EACH]))


def _made(documents: Sequence[Resolution], targets: Sequence[Target]) -> list[str]:
    """A question about a target of each document, the newest first."""
    questions = []
    for document in reversed(documents):
        own = [t for t in targets if t.document_id == document.id and t.year and t.province and 12 <= len(t.indicator) <= _LONGEST]
        best = max(own, key=lambda t: (t.unit.startswith("%"), t.year or 0, -len(t.indicator)), default=None)
        if best:
            subject = best.indicator[:1].lower() + best.indicator[1:]
            questions.append(text("page", "sample_target", year=best.year, province=best.province, indicator=subject))
    return questions
