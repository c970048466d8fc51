"""Whether all that a data folder keeps is sound, read in full; and mending what can be mended.

What was derived is made again (the index, and the vectors that are damaged, of those alone); what wasn't, documents and
feedback, can only come back from a backup.
"""

import contextlib
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from documents.database import FILE, Library
from documents.library import bundled, corpus_digest
from documents.restoring import STAGING
from documents.sqlite_files import LibraryError, opened, writing
from index import generations, vector_files
from index.store import IndexError_, open_index
from qa.backup import FEEDBACK
from qa.library_commands import index_of
from qa.settings import Settings

_WAIT = 5.0  # seconds for another writer to finish
Finding = tuple[str, bool]
"""A line, and whether all is well now."""


def findings(settings: Settings, model: str | None, *, repair: bool) -> Iterator[Finding]:
    """A line for each thing looked at: "ok" sound, "--" to know, "!!" broken, "++" mended (with `repair`).

    Args:
        model: The name of the embedding model that answers; None for BM25 alone.
    """
    data = settings.data
    yield from _leftovers(data, repair)
    for name, what in ((FILE, "library"), (FEEDBACK, "feedback")):
        if (data / name).exists():
            wrong = _damage(data / name)
            yield (f"!!  {what}: {wrong}", False) if wrong else (f"ok  {what}: {data / name} is sound", True)
            if wrong and name == FILE:
                return  # the index is made of it
    yield from _vectors(data, repair)
    yield from _index(settings, model, repair)


def _damage(path: Path) -> str | None:
    """What is wrong with a database, with what to do; None where nothing is."""
    try:
        with opened(path, _WAIT) as db:
            (said,) = db.execute("PRAGMA integrity_check(1)").fetchone()
            if said == "ok" and db.execute("PRAGMA foreign_key_check").fetchone():
                said = "rows of documents that are gone"
    except sqlite3.Error as error:
        said = str(error)
    said = " ".join(str(said).split())
    return None if said == "ok" else f"{path} is damaged ({said}); bring it back from a backup: nghiquyet restore FILE"


def _leftovers(data: Path, repair: bool) -> Iterator[Finding]:
    """What killed processes left; what one that runs is at isn't touched."""
    if not data.is_dir():
        return
    root = data / "index"
    try:
        with contextlib.ExitStack() as locks:
            if repair:
                locks.enter_context(writing(data / FILE, _WAIT))
                if root.exists():
                    locks.enter_context(generations.writing(root))
            found = [*data.glob(f"{STAGING}*"), *data.glob("*.tmp"), *(data / "vectors").glob("*.tmp")]
            found += generations.leftovers(root) if root.exists() else []
            for path in found:
                if repair:
                    shutil.rmtree(path) if path.is_dir() else path.unlink()
                    yield f"++  removed what was left half-written: {path}", True
                else:
                    yield f"--  half-written or no longer used: {path}", True
    except (LibraryError, IndexError_) as error:
        yield f"!!  {error}", False
    except OSError as error:
        yield f"!!  {error.filename} can't be removed ({error.strerror})", False


def _vectors(data: Path, repair: bool) -> Iterator[Finding]:
    for path in sorted((data / "vectors").glob("*.npz")):
        try:
            with path.open("rb") as file:
                digests, _ = vector_files.read(file)
            yield f"ok  vectors: {len(digests)} in {path}", True
        except vector_files.DamagedError as damaged:
            if not repair:
                sound = f"{len(damaged.digests)} of its vectors can be used"
                yield f"!!  vectors: {path} is damaged, {sound}; run: nghiquyet doctor --repair", False
                continue
            with generations.writing(data / "index"):
                kept = vector_files.mend(path)
            yield f"++  vectors: {path} was damaged; {kept} are kept, the others are embedded again", True
        except OSError as error:
            yield f"!!  vectors: {path} can't be read ({error.strerror})", False


def _index(settings: Settings, model: str | None, repair: bool) -> Iterator[Finding]:
    try:
        # Looking must not make a library where there is none.
        there = (settings.data / FILE).exists()
        library = Library.open(settings.data) if there or repair else None
        documents = library.documents() if library else bundled()
        yield f"ok  {len(documents)} documents, {sum(len(d.passages) for d in documents)} passages", True
        try:
            size, made_with = _checked(settings.data, model, corpus_digest(documents))
        except IndexError_ as error:
            if not repair:
                raise
            index_of(settings, documents)
            size, made_with = _checked(settings.data, model, corpus_digest(documents))
            yield f"++  index: made anew ({str(error).partition('; run:')[0]})", True
        yield f"ok  index: {size} passages, model {made_with}", True
    except (LibraryError, IndexError_) as error:
        yield f"!!  {error}", False


def _checked(data: Path, model: str | None, corpus: str) -> tuple[int, str | None]:
    """The passages of the index and its model, each of its files read in full."""
    index = open_index(data, model=model, corpus=corpus)
    generations.read_current(data, lambda folder: generations.check(folder, generations.manifest_of(folder), whole=True))
    return len(index.passages), index.manifest["model"]
