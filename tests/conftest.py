"""What the tests share: a deterministic embedder, the reader of questions, tiny documents, and how long the soak runs are."""

import hashlib
import os
from collections.abc import Callable, Sequence

import numpy as np
import pytest
from hypothesis import settings

from documents.library import bundled
from documents.places import learned_places, provinces
from documents.resolution import Passage, Resolution
from index.embedding import Kind, Vectors
from index.language import Restorer, count

SOAK = os.environ.get("NGHIQUYET_SOAK") == "1"

# Seeded, so that a red run can be repeated; no deadline, since a shared machine is slow at times.
settings.register_profile("house", max_examples=1000 if SOAK else 100, deadline=None, derandomize=True, database=None)
settings.load_profile("house")


class FakeEmbedder:
    """Unit vectors seeded by the text: the same on every machine, and unrelated to meaning. Remembers what it was given."""

    def __init__(self, name: str = "fake", dimension: int = 16) -> None:
        self.name = name
        self.dimension = dimension
        self.seen: list[str] = []
        self.passages: list[str] = []

    def vector(self, text: str) -> Vectors:
        """The vector of one text."""
        seed = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")
        v = np.random.default_rng(seed).normal(size=self.dimension)
        return np.asarray(v / np.linalg.norm(v), dtype=np.float32)

    def embed(self, texts: Sequence[str], kind: Kind) -> Vectors:
        """See `index.embedding.Embedder.embed`."""
        self.seen += texts
        if kind == "passage":
            self.passages += texts
        return np.stack([self.vector(t) for t in texts])


def small_document(name: str, province: str, *lines: str, path: tuple[str, ...] = ()) -> Resolution:
    """A document whose passages are `lines`, all under the heading path `path`."""
    text, passages = "\n".join(lines), []
    start = 0
    for i, line in enumerate(lines):
        passages.append(Passage(f"{name}#{i}", name, path, start, start + len(line), line))
        start += len(line) + 1
    digest = hashlib.sha256(text.encode()).hexdigest()
    return Resolution(name, f"Nghị quyết {name}", "Nghị quyết", province, "Tỉnh ủy", "thử", text, (), tuple(passages), digest=digest)


@pytest.fixture(scope="session")
def restorer() -> Restorer:
    """The reader of questions as an index over the bundled documents makes it."""
    documents = bundled()
    names = [*(n for p in provinces() for n in (p.name, *p.aliases)), *learned_places(documents)]
    return Restorer(count(p.text for d in documents for p in d.passages), names)


@pytest.fixture(scope="session")
def soak() -> Callable[[int], int]:
    """How many rounds of a long run to make: all of them in `make soak`, else a tenth."""
    return lambda rounds: rounds if SOAK else -(-rounds // 10)
