"""Cross-encoders, behind one method: a model that reads question and passage together weighs the best hits once more.

None is used unless somebody names one; sentence-transformers is imported only then, since that takes seconds.
"""

import os
import threading
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from documents.normalise import nfc
from index.embedding import NoModelError, check_folder
from index.search import Hit
from index.store import Index, embedded_text

TOP = 30
"""Hits that are scored for a question: a cross-encoder takes some tens of milliseconds for each on a processor."""
WEIGHT = 0.5
"""What a score of 1 adds to a hit: about half of what the search gives its best. Chosen, not fitted: it depends on the model."""
_BATCH = 32

Scores = NDArray[np.float64]


class NoRerankerError(NoModelError):
    """The cross-encoder that was asked for can't be used here; the message says which and what to do."""


class Reranker(Protocol):
    """How well texts answer a question."""

    name: str

    def score(self, question: str, texts: Sequence[str]) -> Scores:
        """A score in [0, 1] for each of `texts`, shape (len(texts),); all in one call."""
        ...


class CrossEncoderReranker:
    """A cross-encoder that sentence-transformers loads, by hub name or folder. Thread-safe: one question at a time."""

    def __init__(self, name: str) -> None:
        # As in `index.embedding`: OpenMP's spinning threads would slow down all else on the machine.
        os.environ.setdefault("OMP_WAIT_POLICY", "passive")
        try:
            check_folder(name)
            from sentence_transformers import CrossEncoder
            from torch.nn import Sigmoid

            self._model: Any = CrossEncoder(name)
        except Exception as error:  # the hub, the disk and torch each raise kinds of their own
            reason = str(error).splitlines()[0] if str(error) else type(error).__name__
            raise NoRerankerError(
                f"the reranker {name!r} can't be loaded ({reason.rstrip('.')}); give a folder that holds a cross-encoder, or connect once "
                "so that it can be downloaded"
            ) from error
        if wrong := _no_cross_encoder(self._model):
            raise NoRerankerError(
                f"the reranker {name!r} is no cross-encoder that scores ({wrong}); give one, as a folder or a sentence-transformers name"
            )
        self.name = name
        self._squash = Sigmoid()
        self._lock = threading.Lock()  # a tokenizer is set up anew for each batch and must not be shared meanwhile

    def score(self, question: str, texts: Sequence[str]) -> Scores:
        """See `Reranker.score`."""
        if not texts:
            return np.zeros(0)
        pairs = [(nfc(question), nfc(t)) for t in texts]
        with self._lock:
            # Some models bring an activation of their own, others none: the logistic function makes one range of all.
            scores = self._model.predict(pairs, batch_size=_BATCH, activation_fn=self._squash, show_progress_bar=False)
        return np.asarray(scores, dtype=np.float64)


def _no_cross_encoder(model: Any) -> str | None:
    """Why a loaded model can't score pairs, or None: transformers gives any model a head, a random one where it has none."""
    kinds = tuple(getattr(model.config, "architectures", None) or ())
    headed = len(model) > 1 or any(kind.endswith("ForSequenceClassification") for kind in kinds)
    if not headed:
        return f"it is a {', '.join(kinds) or 'model'} without a head for scores"
    return None if model.num_labels == 1 else f"it gives {model.num_labels} values for a pair instead of one"


def load(name: str) -> Reranker:
    """The cross-encoder called `name` (a hub name, or a folder).

    Raises:
        NoRerankerError: where it can't be used.
    """
    return CrossEncoderReranker(name)


def reranked(index: Index, reranker: Reranker, question: str, hits: Sequence[Hit], top: int = TOP) -> list[Hit]:
    """`hits` with the reranker's score of their headings and text added to their own, best first.

    The first `top` are scored, in one call; the others count as relevant as the least relevant of those.
    """
    if not hits:
        return []
    texts = [embedded_text(index.document(h.passage.document_id), h.passage) for h in hits[:top]]
    scores = WEIGHT * np.clip(reranker.score(question, texts), 0, 1)
    added = [*scores.tolist(), *[float(scores.min())] * (len(hits) - len(texts))]
    weighed = [replace(h, score=h.score + more, parts=h.parts | {"reranker": more}) for h, more in zip(hits, added, strict=True)]
    return sorted(weighed, key=lambda h: -h.score)
