"""Question sets that bring their own texts (SQuAD, XQuAD, ViQuAD, BEIR): an assistant over their paragraphs alone."""

import contextlib
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from documents.library import corpus_digest
from documents.resolution import Resolution
from eval.formats import contexts
from eval.gold import GoldError
from index.embedding import Embedder, NoModelError
from index.embedding import load as load_embedder
from index.reranking import load as load_reranker
from index.store import build, open_index
from qa.assistant import Assistant
from qa.settings import Settings

_PROGRESS_EVERY = 400  # passages


def paragraphs(files: Sequence[Path]) -> list[Resolution]:
    """The paragraphs of all `files`, as documents.

    Raises:
        GoldError: a file can't be used, brings no texts, or has a paragraph's id that another one has.
    """
    found: dict[str, Resolution] = {}
    for file in files:
        for document in contexts(file):
            if document.id in found:
                raise GoldError(f"{file}: there is another paragraph {document.id!r}; give files of different names")
            found[document.id] = document
    return list(found.values())


@contextlib.contextmanager
def assistant_over(files: Sequence[Path], settings: Settings) -> Iterator[Assistant]:
    """An assistant that knows the paragraphs of `files` and nothing else; its index lies in a temporary folder, and the
    library of `settings` is left alone. Without a usable embedding model it searches by words alone and says so on stderr.

    Raises:
        GoldError: as `paragraphs`.
        NoRerankerError: a reranker is named that can't be used.
    """
    documents = paragraphs(files)
    reranker = load_reranker(settings.reranker) if settings.reranker else None
    embedder: Embedder | None = None
    try:
        embedder = load_embedder(settings.model)
    except NoModelError as error:
        print(f"warning: {error}; measuring BM25 alone", file=sys.stderr)
    with tempfile.TemporaryDirectory(prefix="nghiquyet-corpus-", ignore_cleanup_errors=True) as folder:
        build(Path(folder), documents, embedder, progress=_progress, bundled_vectors=False)
        index = open_index(Path(folder), model=embedder.name if embedder else None, corpus=corpus_digest(documents))
        print(f"indexed {len(index.passages)} passages of {len(documents)} paragraphs", file=sys.stderr)
        yield Assistant(index, embedder, reranker)


def _progress(done: int, total: int) -> None:
    if done % _PROGRESS_EVERY == 0:
        print(f"{done}/{total} passages embedded", file=sys.stderr)
