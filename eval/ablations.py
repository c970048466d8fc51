"""Our assistant with one part switched off, to see what the part is worth. Nothing in `qa` has switches for this: each
ablation hands the assistant a poorer part or overrides one of its steps.
"""

from collections.abc import Callable
from dataclasses import replace

from index.embedding import Embedder, Vectors
from index.language import Restorer
from index.reranking import Reranker
from index.search import Hit
from index.store import Index
from qa.assistant import Assistant, History, Places, Years
from qa.evidence import Scored
from qa.question import Question


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


class WithoutPlaceFilter(Assistant):
    """Searches all documents, whatever place is named."""

    def _search(self, question: Question, vector: Vectors | None, k: int) -> list[Hit]:
        return super()._search(replace(question, provinces=()), vector, k)


class WithoutRefusals(Assistant):
    """Trusts whatever it finds: neither the model of refusals nor the rules about years, figures and names hold it back."""

    def _trusted(self, question: Question, best: Scored) -> bool:
        return True


def ablations(index: Index, embedder: Embedder | None, reranker: Reranker | None = None) -> dict[str, Callable[[], Assistant]]:
    """Name -> what makes the assistant without that part; the first is the whole one."""
    return {
        "ours": lambda: Assistant(index, embedder, reranker),
        "ours without vectors": lambda: Assistant(index, None, reranker),
        "ours without diacritics restored": lambda: Assistant(replace(index, restorer=AsTyped()), embedder, reranker),
        "ours without everyday words": lambda: WithoutEverydayWords(index, embedder, reranker),
        "ours without place filter": lambda: WithoutPlaceFilter(index, embedder, reranker),
        "ours without refusals": lambda: WithoutRefusals(index, embedder, reranker),
        **({"ours without reranker": lambda: Assistant(index, embedder)} if reranker else {}),
    }
