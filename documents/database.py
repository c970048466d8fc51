"""The library in the data folder: one SQLite file with documents, passages, metadata, corrections, targets and the
original files. Everything else (the search index) is derived from it.

A fresh file is filled with the bundled documents. What is read from a file (text, outline, metadata, targets) is read
anew from the kept original when the program reads differently than before; what an operator corrected stays.
"""

import contextlib
import hashlib
import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from documents import page_store
from documents.cleaning import PlacedLine
from documents.corrections import corrected
from documents.library import READING, bundled, bundled_file, corpus_digest
from documents.reading.source import ReadingError, Source
from documents.resolution import Fact, Passage, Resolution, Section
from documents.restoring import finish
from documents.sqlite_files import LibraryError as LibraryError
from documents.sqlite_files import opened, settle, stamp, told, writing

if TYPE_CHECKING:
    from documents.targets import Target

FILE = "library.sqlite"
_WAIT = 5.0  # seconds for another writer to finish
_SCHEMA = 1


@dataclass(frozen=True, slots=True)
class Entry:
    """What the library keeps about a document's file."""

    id: str
    file_name: str
    format: str
    added_at: str
    """ISO time, UTC."""
    file_digest: str
    """SHA-256 of the original's bytes."""
    bundled: bool


@dataclass(frozen=True, slots=True)
class Original:
    """A file as it came, with what is needed to read it again."""

    content: bytes
    file_name: str
    format: str
    read: Source | None = None
    """As it was read, where that is known."""


Reread = Callable[[str, Original], tuple[Resolution, Original]]
"""(document id, its original) -> the document, read as the program reads today, and its original with what was read."""


class Library:
    """The library of one data folder. Each operation opens the file for itself, so an instance may cross threads."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @classmethod
    def open(cls, data: Path, reread: Reread | None = None) -> "Library":
        """The library in `data`, made and filled with the bundled documents where there is none, and brought up to date
        where an older program had read its files.

        Args:
            reread: How to read an original again (default: `documents.adding.reread`).

        Raises:
            LibraryError: the file is broken, of a newer program, or can't be written.
        """
        library = cls(data / FILE)
        finish(data)
        with library._connection() as db:
            stale = check_version(db, library.path) != f"{_SCHEMA} {READING} {corpus_digest(bundled())}"
            empty = not db.execute("SELECT 1 FROM sqlite_master").fetchone()
        if stale:
            try:
                library.reread_all(reread)
            except LibraryError as error:
                if empty or error.reason != "read_only":
                    raise
                said = f"the library {library.path} was read by another version of this program, and has to be read again"
                raise LibraryError(f"{said}: run `nghiquyet index` where its folder can be written", "read_only") from error
        return library

    def documents(self) -> tuple[Resolution, ...]:
        """All documents, in the order they were added, corrections applied."""
        with self._connection() as db:
            return _documents(db)

    def as_read(self, document_id: str) -> tuple[Resolution, dict[str, str]]:
        """A document as it was read, and the corrections that stand over it.

        Raises:
            LibraryError: there is no such document.
        """
        with self._connection() as db:
            for document in _documents(db, document_id, as_read=True):
                return document, _corrections(db, document_id)
            raise _unknown(db, document_id)

    def digest(self) -> str:
        """`documents.library.corpus_digest` of `documents()`, without reading them."""
        with self._connection() as db:
            return corpus_digest(db.execute("SELECT id, digest FROM documents ORDER BY position").fetchall())

    def entries(self) -> tuple[Entry, ...]:
        """What is kept about each file, in the order of `documents()`."""
        names = ", ".join(f.name for f in fields(Entry))
        with self._connection() as db:
            rows = db.execute(f"SELECT {names} FROM documents ORDER BY position")
            return tuple(Entry(i, name, kind, at, sha, own == 1) for i, name, kind, at, sha, own in rows)

    def original(self, document_id: str) -> bytes:
        """The bytes of a document's file as they came.

        Raises:
            LibraryError: there is no such document.
        """
        with self._connection() as db:
            row = db.execute("SELECT content FROM originals WHERE document_id = ?", (document_id,)).fetchone()
            if row is None:
                raise _unknown(db, document_id)
            return bytes(row[0])

    def page_lines(self, document_id: str, page: int) -> tuple[PlacedLine, ...]:
        """Where the lines of the text stand on a page (from 1), offsets in the document's text; () for a page without text."""
        with self._connection() as db:
            return page_store.lines(db, document_id, page)

    def targets(self) -> tuple["Target", ...]:
        """All targets of all documents."""
        from documents.targets import Target

        with self._connection() as db:
            rows = db.execute("SELECT t.value FROM targets t JOIN documents d ON d.id = t.document_id ORDER BY d.position, t.n")
            return tuple(Target(**json.loads(value)) for (value,) in rows)

    @contextlib.contextmanager
    def change(self) -> Iterator["Change"]:
        """One transaction: everything done with the `Change` is kept when the block ends, nothing when it raises.

        Raises:
            LibraryError: another process is changing the library, or the file can't be written.
        """
        self._folder()
        with writing(self.path, _WAIT), self._connection() as db:
            db.execute("BEGIN IMMEDIATE")
            try:
                yield Change(db)
                db.execute("COMMIT")
            except BaseException:
                if db.in_transaction:
                    db.execute("ROLLBACK")
                raise
            settle(db)

    def reread_all(self, reread: Reread | None = None) -> None:
        """Read every kept file again; corrections stay.

        Raises:
            LibraryError: as `change`.
        """
        from documents.adding import reread as usual

        with self.change() as change:
            change.refresh(reread or usual)

    def stamp(self) -> tuple[int, ...]:
        """What changes whenever the library does; cheap to look at."""
        return stamp(self.path)

    def _folder(self) -> None:
        folder = self.path.parent
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            said = f"the data folder {folder} can't be written ({error.strerror}); choose another with --data DIR"
            raise LibraryError(said, "read_only") from error

    @contextlib.contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        self._folder()
        with told(self.path), opened(self.path, _WAIT) as db:
            yield db


class Change:
    """What can be done inside `Library.change`."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def documents(self) -> tuple[Resolution, ...]:
        """All documents as they would be, corrections applied."""
        return _documents(self._db)

    def holds(self, document_id: str) -> bool:
        """Whether there is such a document."""
        return self._db.execute("SELECT 1 FROM documents WHERE id = ?", (document_id,)).fetchone() is not None

    def same_content(self, content: bytes, text: str) -> str | None:
        """The id of the document that came as the same bytes, or reads the same, if there is one."""
        found = self._db.execute(
            "SELECT id FROM documents WHERE file_digest = ? OR text_digest = ? ORDER BY position", (_sha(content), _sha(text.encode()))
        ).fetchone()
        return found and str(found[0])

    def put(self, document: Resolution, original: Original, *, bundled: bool = False) -> None:
        """Add `document` (at the end), or put it in the place of the one with its id; corrections stay."""
        row = self._db.execute("SELECT position, added_at FROM documents WHERE id = ?", (document.id,)).fetchone()
        position = row[0] if row else self._db.execute("SELECT coalesce(max(position), 0) + 1 FROM documents").fetchone()[0]
        self._db.execute("DELETE FROM documents WHERE id = ?", (document.id,))
        self._db.execute("DELETE FROM removed WHERE document_id = ?", (document.id,))
        read = {f.name: getattr(document, f.name) for f in fields(document) if f.name in _READ}
        file_digest = _sha(original.content)
        self._db.execute(
            "INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(document.id, position, int(bundled), original.format, original.file_name, row[1] if row else _now()),
                *(file_digest, _sha(document.text.encode()), file_digest, document.text, json.dumps(read, ensure_ascii=False)),
            ),
        )
        self._db.execute("INSERT INTO originals VALUES (?, ?)", (document.id, original.content))
        tables: dict[str, Sequence[Section | Passage]] = {"sections": document.sections, "passages": document.passages}
        for table, values in tables.items():
            rows = [(document.id, n, json.dumps(asdict(v), ensure_ascii=False)) for n, v in enumerate(values)]
            self._db.executemany(f"INSERT INTO {table} VALUES (?, ?, ?)", rows)
        facts = [(document.id, name, n, f.value, f.start, f.end) for name, fs in document.facts.items() for n, f in enumerate(fs)]
        self._db.executemany("INSERT INTO facts VALUES (?, ?, ?, ?, ?, ?)", facts)
        page_store.put(self._db, document.id, document.pages, original.read)
        self._derive(document.id)

    def correct(self, document_id: str, values: Mapping[str, str]) -> None:
        """Let `values` (field -> value; see `documents.corrections`) stand over what was read; an empty value takes a correction back.

        Raises:
            LibraryError: there is no such document.
        """
        if not self.holds(document_id):
            raise _unknown(self._db, document_id)
        for field, value in values.items():
            self._db.execute("DELETE FROM corrections WHERE document_id = ? AND field = ?", (document_id, field))
            if value:
                self._db.execute("INSERT INTO corrections VALUES (?, ?, ?, ?)", (document_id, field, value, _now()))
        self._derive(document_id)

    def remove(self, document_id: str) -> None:
        """Forget a document: its text, original, corrections and targets. A bundled one does not come back by itself.

        Raises:
            LibraryError: there is no such document.
        """
        if not self.holds(document_id):
            raise _unknown(self._db, document_id)
        (was_bundled,) = self._db.execute("SELECT bundled FROM documents WHERE id = ?", (document_id,)).fetchone()
        self._db.execute("DELETE FROM corrections WHERE document_id = ?", (document_id,))
        self._db.execute("DELETE FROM documents WHERE id = ?", (document_id,))
        if was_bundled:
            self._db.execute("INSERT OR IGNORE INTO removed VALUES (?)", (document_id,))

    def restore_bundled(self) -> list[str]:
        """Bring back the bundled documents that had been removed; returns their ids."""
        gone = [str(i) for (i,) in self._db.execute("SELECT document_id FROM removed ORDER BY document_id")]
        for document in bundled():
            if document.id in gone:
                self.put(document, Original(bundled_file(document.id), f"{document.id}.txt", "bundled"), bundled=True)
        return gone

    def refresh(self, reread: Reread) -> None:
        """Make the tables if there are none; read everything as the program reads today."""
        fresh = not self._db.execute("SELECT 1 FROM sqlite_master WHERE name = 'meta'").fetchone()
        tables = (resources.files("documents") / "data" / "library.sql").read_text("utf-8")
        for statement in tables.split(";\n"):  # one by one: executescript would end the transaction
            if fresh or "IF NOT EXISTS" in statement:  # tables that came later
                self._db.execute(statement)
        # Where the operator removed a bundled document, or put a file of his own in its place, that holds.
        own = {i for (i,) in self._db.execute("SELECT document_id FROM removed UNION SELECT id FROM documents WHERE NOT bundled")}
        for document in bundled():
            if document.id not in own:
                self.put(document, Original(bundled_file(document.id), f"{document.id}.txt", "bundled"), bundled=True)
        added = self._db.execute(
            "SELECT d.id, o.content, d.file_name, d.format FROM documents d JOIN originals o ON o.document_id = d.id WHERE NOT d.bundled"
        ).fetchall()
        for document_id, content, file_name, format_ in added:
            kept = page_store.source(self._db, document_id)
            try:
                document, original = reread(document_id, Original(bytes(content), file_name, format_, kept))
            except ReadingError:
                continue  # what was read once stays, also where a program that it takes is gone
            self.put(document, original)
        version = f"{_SCHEMA} {READING} {corpus_digest(bundled())}"
        self._db.execute("INSERT OR REPLACE INTO meta VALUES ('version', ?)", (version,))

    def _derive(self, document_id: str) -> None:
        """What depends on the corrections too: the digest that tells the index, and the targets."""
        from documents.target_corrections import corrected_targets
        from documents.targets import targets_of  # many patterns, which a question has no need of

        corrections = _corrections(self._db, document_id)
        file_digest = self._db.execute("SELECT file_digest FROM documents WHERE id = ?", (document_id,)).fetchone()[0]
        digest = _sha(json.dumps([file_digest, corrections], sort_keys=True).encode()) if corrections else file_digest
        self._db.execute("UPDATE documents SET digest = ? WHERE id = ?", (digest, document_id))
        self._db.execute("DELETE FROM targets WHERE document_id = ?", (document_id,))
        document = next(iter(_documents(self._db, document_id)))
        rows = [
            (document_id, n, t.year, t.pillar, t.level, json.dumps(asdict(t), ensure_ascii=False))
            for n, t in enumerate(corrected_targets(targets_of(document), corrections))
        ]
        self._db.executemany("INSERT INTO targets VALUES (?, ?, ?, ?, ?, ?)", rows)


_READ = ("title", "kind", "province", "body", "nature", "number", "issued", "locality")


def _documents(db: sqlite3.Connection, only: str | None = None, *, as_read: bool = False) -> tuple[Resolution, ...]:
    where, given = ("WHERE id = ?", (only,)) if only else ("", ())
    found = []
    for document_id, digest, text, read in db.execute(f"SELECT id, digest, text, read FROM documents {where} ORDER BY position", given):
        facts: dict[str, tuple[Fact, ...]] = {}
        rows = db.execute('SELECT name, value, start, "end" FROM facts WHERE document_id = ? ORDER BY name, n', (document_id,))
        for name, *fact in rows:
            facts[name] = (*facts.get(name, ()), Fact(*fact))
        document = Resolution(
            id=document_id,
            text=text,
            sections=tuple(Section(**_tuples(v)) for v in _values(db, "sections", document_id)),
            passages=tuple(Passage(**_tuples(v)) for v in _values(db, "passages", document_id)),
            facts=facts,
            digest=digest,
            pages=page_store.pages(db, document_id),
            **json.loads(read),
        )
        found.append(document if as_read else corrected(document, _corrections(db, document_id)))
    return tuple(found)


def _values(db: sqlite3.Connection, table: str, document_id: str) -> Iterator[dict[str, Any]]:
    for (value,) in db.execute(f"SELECT value FROM {table} WHERE document_id = ? ORDER BY n", (document_id,)):
        yield json.loads(value)


def _tuples(value: dict[str, Any]) -> dict[str, Any]:
    """JSON's lists as the tuples they were."""
    return {k: tuple(tuple(x) if isinstance(x, list) else x for x in v) if isinstance(v, list) else v for k, v in value.items()}


def _corrections(db: sqlite3.Connection, document_id: str) -> dict[str, str]:
    return dict(db.execute("SELECT field, value FROM corrections WHERE document_id = ? ORDER BY field", (document_id,)).fetchall())


def check_version(db: sqlite3.Connection, path: Path) -> str | None:
    """What wrote the library in `db` last, and how it read files; None where there is none.

    Raises:
        LibraryError: a newer version of the program.
    """
    if not db.execute("SELECT 1 FROM sqlite_master WHERE name = 'meta'").fetchone():
        return None
    row = db.execute("SELECT value FROM meta WHERE key = 'version'").fetchone()
    version = str(row[0]) if row else ""
    if version.split(" ")[0].isdigit() and int(version.split(" ")[0]) > _SCHEMA:
        raise LibraryError(
            f"{path} was written by a newer version of this program; install that version, or choose another folder with --data"
        )
    return version


def _unknown(db: sqlite3.Connection, document_id: str) -> LibraryError:
    ids = ", ".join(str(i) for (i,) in db.execute("SELECT id FROM documents ORDER BY position"))
    return LibraryError(f"no document is called {document_id!r}; there are: {ids or 'none'}")


def _sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
