"""An embedder that embeds each text once: an evaluation asks for the same question's vector again and again (the answer,
the ranking, every ablation), and the model takes most of the time.

Times stay honest: what a remembered vector once cost is added up in `saved`, and `eval.runs` puts it back on the
latency of the answer.
"""

import copy
import time
from collections.abc import Sequence
from typing import Any, TypeVar

import numpy as np

from index.embedding import Embedder, Kind, Vectors

T = TypeVar("T")


class Memo:
    """An `index.embedding.Embedder` around another one. Not thread-safe."""

    def __init__(self, inner: Embedder) -> None:
        self.name = inner.name
        self.dimension = inner.dimension
        self.saved = 0.0
        """Seconds that vectors given from memory had taken the model."""
        self._inner = inner
        self._kept: dict[tuple[Kind, str], tuple[Vectors, float]] = {}

    def embed(self, texts: Sequence[str], kind: Kind) -> Vectors:
        """See `index.embedding.Embedder.embed`; texts come one by one from the model, so that each one's time is known."""
        rows = []
        for text in texts:
            if (kind, text) in self._kept:
                self.saved += self._kept[kind, text][1]
            else:
                started = time.perf_counter()
                vector = self._inner.embed([text], kind)[0]
                self._kept[kind, text] = (vector, time.perf_counter() - started)
            rows.append(self._kept[kind, text][0])
        return np.stack(rows) if rows else np.zeros((0, self.dimension), dtype=np.float32)


def memo_of(assistant: object) -> Memo | None:
    """The memo that `assistant` embeds with, if it does."""
    embedder = getattr(assistant, "embedder", None)
    return embedder if isinstance(embedder, Memo) else None


def remembering(assistant: T) -> T:
    """`assistant`, or where it embeds (has an `embedder`) a shallow copy of it that embeds each text once."""
    embedder: Any = getattr(assistant, "embedder", None)
    if embedder is None or isinstance(embedder, Memo):
        return assistant
    copied: Any = copy.copy(assistant)
    copied.embedder = Memo(embedder)
    return copied  # type: ignore[no-any-return]
