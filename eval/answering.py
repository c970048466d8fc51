"""What the whole assistant costs over an index, the embedding of questions left out."""

import statistics
import time
from collections.abc import Callable, Sequence

import numpy as np

from eval.gold import read, shipped
from eval.metrics import quantile
from eval.processes import memory_mb
from eval.speed import seconds
from index.embedding import Kind, Vectors
from index.store import Index
from qa.assistant import Assistant


class Known:
    """An embedder that has embedded all it is asked for already."""

    def __init__(self, name: str, dimension: int) -> None:
        self.name = name
        self.dimension = dimension
        self.vectors: dict[str, Vectors] = {}

    def embed(self, texts: Sequence[str], kind: Kind) -> Vectors:
        """See `index.embedding.Embedder.embed`."""
        return np.stack([self.vectors[t] for t in texts])


def answering(index: Index, embed: Callable[[str], Vectors]) -> dict[str, float]:
    """What the whole assistant costs over `index`: opening it, its memory, a question without its embedding."""
    before, known = memory_mb("RssAnon"), Known(index.manifest["model"], index.manifest["dimension"])
    start = time.perf_counter()
    assistant = Assistant(index, known)
    opened = time.perf_counter() - start
    gold = [g for path in shipped() if path.stem == "dev" for g in read(path)]
    opened_mb = memory_mb("RssAnon") - before
    for g in gold:
        text = assistant.understand(g.question, g.history).normalised
        known.vectors[text] = embed(text)
    first = 1000 * seconds(lambda: assistant.ask(gold[0].question, gold[0].history))
    times = sorted(1000 * seconds(lambda g=g: assistant.ask(g.question, g.history)) for g in gold)  # type: ignore[misc]
    return {
        "assistant_seconds": opened,
        "assistant_mb": opened_mb,
        "asked_mb": memory_mb("RssAnon") - before,
        "ask_first_ms": first,
        "ask_p50_ms": statistics.median(times),
        "ask_p95_ms": quantile(times, 0.95) or 0.0,
    }
