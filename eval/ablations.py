"""Our assistant with one part switched off, to see what the part is worth. Nothing in `qa` has switches for this: each
ablation hands the assistant a poorer part or overrides one of its steps.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from index.embedding import Embedder, Vectors
from index.language import Restorer
from index.reranking import Reranker
from index.search import Hit
from index.store import LocalIndex
from qa.assistant import Assistant, History, Places, Years
from qa.deciding import Judge
from qa.finding import Finder
from qa.question import Question
from qa.scored import Scored

RRF = 60
"""The constant of reciprocal rank fusion, as its authors set it."""
ALL_CANDIDATES = 1_000_000


class AsTyped(Restorer):
    """Restores nothing."""

    def __init__(self) -> None:
        pass  # no tables to read

    def restore(self, text: str) -> str:
        """`text` itself."""
        return text


class WithoutEverydayWords(Assistant):
    """Knows no official phrases for everyday words."""

    def understand(self, question: str, history: History = (), province: Places = None, year: Years = None) -> Question:
        """See `qa.assistant.Assistant.understand`."""
        return replace(super().understand(question, history, province, year), widened=())


class WithoutPlaceFilter(Finder):
    """Searches all documents, whatever place is named."""

    def search(self, question: Question, vector: Vectors | None, k: int) -> list[Hit]:
        """See `qa.finding.Finder.search`."""
        return super().search(replace(question, provinces=()), vector, k)


class FusedByRanks(Finder):
    """Searches by reciprocal rank fusion (`by_ranks`) instead of weighted scores, over the same features of the same candidates."""

    def search(self, question: Question, vector: Vectors | None, k: int) -> list[Hit]:
        """See `qa.finding.Finder.search`."""
        return by_ranks(super().search(question, vector, ALL_CANDIDATES))[:k]


class WithoutRefusals(Judge):
    """Trusts whatever it finds: neither the model of refusals nor the rules about years, figures and names hold it back."""

    def trusted(self, question: Question, best: Scored) -> bool:
        """True."""
        return True


def by_ranks(hits: Sequence[Hit]) -> list[Hit]:
    """`hits`, which are all candidates of a search, ordered by reciprocal rank fusion: the sum over the features of their scores
    of 1 / (60 + rank), equal values sharing a rank, none for a feature that is 0 (Cormack, Clarke, Büttcher 2009).

    The fused values are stretched to the range of the scores they replace, so that what weighs scores later still fits; the part
    `fusion` is the difference.
    """
    if not hits:
        return []
    fused = np.zeros(len(hits))
    for name in sorted({name for h in hits for name in h.parts}):
        values = np.array([h.parts.get(name, 0.0) for h in hits])
        _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
        greater = len(values) - np.cumsum(counts)
        # What counts against a passage ranks it behind all others, which say nothing about it.
        listed = (values > 0) | ((values == 0) & (values.min() < 0))
        fused += np.where(listed, 1 / (RRF + 1 + greater[place]), 0.0)
    scores = np.array([h.score for h in hits])
    stretch = np.ptp(scores) / np.ptp(fused) if np.ptp(fused) > 0 else 0.0
    stretched = scores.min() + (fused - fused.min()) * stretch
    added = stretched - scores
    return [
        replace(hits[i], score=float(stretched[i]), parts=hits[i].parts | {"fusion": float(added[i])})
        for i in np.argsort(-stretched, kind="stable")
    ]


def ablations(index: LocalIndex, embedder: Embedder | None, reranker: Reranker | None = None) -> dict[str, Callable[[], Assistant]]:
    """Name -> what makes the assistant without that part; the first is the whole one."""
    return {
        "ours": lambda: Assistant(index, embedder, reranker),
        "ours without vectors": lambda: Assistant(index, None, reranker),
        "ours without diacritics restored": lambda: Assistant(replace(index, restorer=AsTyped()), embedder, reranker),
        "ours without everyday words": lambda: WithoutEverydayWords(index, embedder, reranker),
        "ours without place filter": lambda: Assistant(index, embedder, reranker, finder=WithoutPlaceFilter),
        "ours with fusion of ranks (RRF, k=60)": lambda: Assistant(index, embedder, reranker, finder=FusedByRanks),
        "ours without refusals": lambda: Assistant(index, embedder, reranker, judge=WithoutRefusals),
        **({"ours without reranker": lambda: Assistant(index, embedder)} if reranker else {}),
    }
