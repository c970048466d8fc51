"""Scoring the passages that were found, apart from the answers made of them.

A question counts as found at k when *all* its evidence is covered by the best k passages: a comparison of four
provinces with three of them found can't be answered. Questions without evidence are left out; a question without a
ranking counts zero.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from documents.resolution import Passage, Resolution
from eval.gold import Evidence, Gold
from eval.matching import contains, covers

CUTS = (1, 3, 5, 10)
_ADJACENT = 4  # characters between passages that follow each other: a line break and a list item's mark


@dataclass(frozen=True, slots=True)
class Retrieval:
    """Shares of the questions with evidence, from 0 to 1."""

    questions: int
    recall: dict[int, float]
    """k -> share of the questions all of whose evidence is within the best k passages."""
    mrr: float
    """Mean of 1/rank of the first passage that covers any of the evidence."""

    def to_json(self) -> dict[str, Any]:
        """All numbers; the keys of `recall` become strings in JSON."""
        return asdict(self)


def measure(
    gold: Sequence[Gold], rankings: Mapping[str, Sequence[Passage]], documents: Mapping[str, Resolution], cuts: Sequence[int] = CUTS
) -> Retrieval:
    """Span recall and MRR of `rankings` (question id -> passages, best first).

    Args:
        documents: Id -> the document that the passages are pieces of.
    """
    asked = [g for g in gold if g.evidence]
    share = 1 / len(asked) if asked else 0.0
    recall = {k: share * sum(found(g, rankings.get(g.id, ())[:k], documents) for g in asked) for k in cuts}
    return Retrieval(len(asked), recall, share * sum(reciprocal_rank(g, rankings.get(g.id, ()), documents) for g in asked))


def found(gold: Gold, passages: Sequence[Passage], documents: Mapping[str, Resolution]) -> bool:
    """Whether `passages` together cover all evidence of `gold`."""
    return all(_within(evidence, passages, documents) for evidence in gold.evidence)


def reciprocal_rank(gold: Gold, passages: Sequence[Passage], documents: Mapping[str, Resolution]) -> float:
    """1 / the rank of the first passage that covers any evidence; 0 where none does."""
    for rank, passage in enumerate(passages, start=1):
        if any(_within(evidence, [passage], documents) for evidence in gold.evidence):
            return 1 / rank
    return 0.0


def relevance(
    gold: Sequence[Gold],
    documents: Mapping[str, Resolution],
    pool: Sequence[Passage] | None = None,
    rankings: Mapping[str, Sequence[Passage]] | None = None,
) -> dict[str, dict[str, int]]:
    """Relevance judgements (qrels): question id -> passage id -> grade of the evidence it covers by itself.

    Every question with evidence has an entry; it is empty where the evidence runs across passages.

    Args:
        pool: The passages to judge; by default all of `documents`.
        rankings: Question id -> further passages to judge for that question alone.
    """
    judged: dict[str, dict[str, int]] = {}
    pool = [p for d in documents.values() for p in d.passages] if pool is None else pool
    for question in (g for g in gold if g.evidence):
        grades = judged.setdefault(question.id, {})
        for passage in (*pool, *(rankings or {}).get(question.id, ())):
            if passage.id not in grades and (grade := _grade(question, passage, documents)):
                grades[passage.id] = grade
    return judged


def _grade(gold: Gold, passage: Passage, documents: Mapping[str, Resolution]) -> int:
    return max((e.grade for e in gold.evidence if _within(e, [passage], documents)), default=0)


def _within(evidence: Evidence, passages: Iterable[Passage], documents: Mapping[str, Resolution]) -> bool:
    # The same sentence often stands in several provinces' documents; only the one that is asked about counts.
    own = [p for p in passages if _is_of(evidence, documents[p.document_id], documents)]
    if any(covers(p.text, evidence.quote) for p in own):
        return True
    # Headings are seen with every passage below them, but a heading that is merely a piece of the evidence shows nothing.
    if any(contains(heading, evidence.quote) for p in own for heading in p.path):
        return True
    return any(contains(text, evidence.quote) for text in _stretches(own, documents))


def _is_of(evidence: Evidence, document: Resolution, documents: Mapping[str, Resolution]) -> bool:
    if evidence.document in documents:
        return evidence.document == document.id
    return evidence.province in (None, document.province)


def _stretches(passages: Iterable[Passage], documents: Mapping[str, Resolution]) -> list[str]:
    """The text of passages that follow each other, joined, each with the heading it stands directly below."""
    spans: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for p in passages:
        spans[p.document_id].append((p.start, p.end))
        above = (s for s in documents[p.document_id].sections if s.path == p.path and s.start <= p.start < s.end)
        spans[p.document_id] += [(s.start, s.heading_end) for s in above]
    texts = []
    for document_id, own in spans.items():
        merged: list[tuple[int, int]] = []
        for start, end in sorted(own):
            if merged and start - merged[-1][1] <= _ADJACENT:
                merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
            else:
                merged.append((start, end))
        texts += [documents[document_id].text[a:b] for a, b in merged]
    return texts
