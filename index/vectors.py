"""Vectors kept by (model, text digest), so that nothing is embedded twice.

One NPZ file a model: `digests` (n, 16) uint8 and `vectors` (n, d) float16. Half precision moves a cosine by less than
0.0005 and halves what ships. The bundled documents' vectors for the default model are package data in this form.
"""

import hashlib
import os
import re
import tempfile
from collections.abc import Callable, Sequence
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

import numpy as np

from index.embedding import Embedder, Vectors

_BATCH = 16

Progress = Callable[[int, int], None]
"""Called with (done, total) passages."""


def digest(text: str) -> bytes:
    """16 bytes that stand for `text`."""
    return hashlib.blake2b(text.encode(), digest_size=16).digest()


def file_name(model: str) -> str:
    """The file name of a model's vectors."""
    return re.sub(r"[^a-z0-9]+", "-", model.lower()).strip("-") + ".npz"


class VectorCache:
    """Vectors of one model, in memory and in `folder`."""

    def __init__(self, model: str, dimension: int, folder: Path, *, bundled: bool = True) -> None:
        self._dimension = dimension
        self._path = folder / file_name(model)
        self._kept: dict[bytes, Vectors] = {}
        packaged = resources.files("index") / "data" / f"vectors-{file_name(model)}"
        for source in ([packaged] if bundled else []) + [self._path]:
            self._read(source)

    def _read(self, source: Traversable | Path) -> None:
        if not source.is_file():
            return
        try:
            with source.open("rb") as file, np.load(file, allow_pickle=False) as data:
                digests, vectors = data["digests"], data["vectors"].astype(np.float32)
        except Exception:  # numpy, zipfile and zlib each raise kinds of their own on broken files
            return  # A broken cache only costs time: its texts are embedded again.
        if vectors.shape[1:] == (self._dimension,) and digests.shape == (len(vectors), 16) and digests.dtype == np.uint8:
            self._kept.update((d.tobytes(), v) for d, v in zip(digests, vectors, strict=True))

    def embed(self, embedder: Embedder, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Passage vectors of `texts`, shape (len(texts), dimension); only those not kept yet are computed."""
        keys = [digest(t) for t in texts]
        missing = list({k: t for k, t in zip(keys, texts, strict=True) if k not in self._kept}.items())
        for i in range(0, len(missing), _BATCH):
            batch = missing[i : i + _BATCH]
            vectors = embedder.embed([t for _, t in batch], "passage").astype(np.float16).astype(np.float32)
            self._kept.update((k, v) for (k, _), v in zip(batch, vectors, strict=True))
            if progress:
                progress(min(i + _BATCH, len(missing)), len(missing))
        if not keys:
            return np.zeros((0, self._dimension), dtype=np.float32)
        return np.stack([self._kept[k] for k in keys])

    def save(self, keep: Sequence[str] | None = None, path: Path | None = None) -> None:
        """Write the vectors (of the texts in `keep`, or all) to the cache's file or `path`, through a temporary file."""
        keys = sorted({digest(t) for t in keep} if keep is not None else self._kept)
        target = path or self._path
        target.parent.mkdir(parents=True, exist_ok=True)
        digests = np.frombuffer(b"".join(keys), dtype=np.uint8).reshape(len(keys), 16)
        vectors = np.stack([self._kept[k] for k in keys]).astype(np.float16) if keys else np.zeros((0, self._dimension), np.float16)
        handle, temporary = tempfile.mkstemp(dir=target.parent, suffix=".tmp")
        try:
            with os.fdopen(handle, "wb") as file:
                np.savez(file, digests=digests, vectors=vectors)
                file.flush()
                os.fsync(file.fileno())
            os.replace(temporary, target)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
