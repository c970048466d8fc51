"""The SQLite files of a data folder: written durably, readable while they are written, readable where nothing can be written.

They are in WAL mode: whoever reads isn't kept waiting by whoever adds a document for minutes. In a folder that can't be
written SQLite refuses such a file; it is then read as it stands, with the log that a killed process may have left.
"""

import contextlib
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from documents.durable import Reason, reason_of
from documents.locks import HeldError, exclusive

_UNWRITABLE = ("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM", "SQLITE_IOERR_SHM", "SQLITE_IOERR_LOCK", "SQLITE_FULL")
_ROOM = 64 << 10  # bytes without which SQLite can't begin to write
_CHECKPOINT = 200  # milliseconds that readers are waited for, before the log is left for the next one to take in


class LibraryError(Exception):
    """Something can't be done with the library; the message is one English sentence that says what to do."""

    def __init__(self, message: str, reason: Reason = "") -> None:
        super().__init__(message)
        self.reason = reason


@contextlib.contextmanager
def opened(path: Path, wait: float) -> Iterator[sqlite3.Connection]:
    """A connection to `path`, which is made where it is missing; for reading alone where nothing can be written.

    Args:
        wait: Seconds to wait for another writer.

    Raises:
        sqlite3.Error: it can't be opened, or is no database.
    """
    with contextlib.ExitStack() as stack:
        try:
            db = _connected(path, wait, stack)
        except sqlite3.Error as error:
            if not _name(error).startswith(_UNWRITABLE) or not path.exists():
                raise
            db = _for_reading(path, wait, stack)
        yield db


def _connected(path: Path, wait: float, stack: contextlib.ExitStack) -> sqlite3.Connection:
    db = sqlite3.connect(path, timeout=wait, isolation_level=None)
    try:
        db.execute("PRAGMA foreign_keys = ON")
        db.execute("PRAGMA secure_delete = ON")  # what is removed leaves no trace in free pages
        try:
            db.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            # In use by an older program, or for reading alone: the mode that it has serves, too.
            if not _name(error).startswith(("SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_READONLY")):
                raise
        db.execute("PRAGMA synchronous = FULL")  # what was said to be kept outlives a power cut
        db.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except BaseException:
        db.close()
        raise
    stack.callback(db.close)
    return db


def _for_reading(path: Path, wait: float, stack: contextlib.ExitStack) -> sqlite3.Connection:
    log = path.with_name(path.name + "-wal")
    immutable = "&immutable=1"
    if log.exists() and log.stat().st_size:
        # Not yet in the file itself: both are copied to where SQLite may bring them together.
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="nghiquyet-")))
        for source in (path, log):
            shutil.copyfile(source, folder / source.name)
        path, immutable = folder / path.name, ""
    db = sqlite3.connect(f"file:{quote(str(path.absolute()))}?mode={'ro' if immutable else 'rw'}{immutable}", timeout=wait, uri=True)
    stack.callback(db.close)
    db.isolation_level = None
    db.execute("PRAGMA query_only = ON")
    db.execute("SELECT count(*) FROM sqlite_master").fetchone()
    return db


def settle(db: sqlite3.Connection) -> None:
    """Take the log into the file, so that what was removed is gone from both; where others read meanwhile, the next one does it."""
    with contextlib.suppress(sqlite3.Error):  # what was committed stands in any case
        db.execute(f"PRAGMA busy_timeout = {_CHECKPOINT}")
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()


def stamp(path: Path) -> tuple[int, ...]:
    """What changes whenever `path` is written to; cheap to look at again and again."""
    seen: list[int] = []
    for file in (path, path.with_name(path.name + "-wal")):
        try:
            state = file.stat()
        except OSError:
            state = None
        # An empty log comes and goes with each reader.
        seen += (state.st_mtime_ns, state.st_size) if state and state.st_size else (0, 0)
    return tuple(seen)


def _name(error: sqlite3.Error) -> str:
    return getattr(error, "sqlite_errorname", "") or ""


def busy(holder: str = "") -> LibraryError:
    """That another process, which `holder` names, is writing."""
    return LibraryError(f"another process{holder} is changing the library; wait until it has finished and try again", "busy")


def unwritable(path: Path) -> LibraryError:
    """That nothing can be written to `path`: nobody may, or (SQLite takes the one for the other) there is no room left."""
    with contextlib.suppress(OSError):
        if shutil.disk_usage(path.parent).free < _ROOM:
            return full(path)
    return LibraryError(f"the library {path} can't be written; choose another folder with --data DIR", "read_only")


def full(path: Path) -> LibraryError:
    """That there is no room for what should be written to `path`."""
    return LibraryError(f"the disk of {path.parent} is full; nothing was changed; free some space and try again", "full")


@contextlib.contextmanager
def writing(path: Path, wait: float) -> Iterator[None]:
    """Be the one process that changes `path` for the block.

    Raises:
        LibraryError: another process is, and goes on for longer than `wait` seconds; or nothing can be written there.
    """
    try:
        lock = contextlib.ExitStack()
        lock.enter_context(exclusive(path.with_suffix(".lock"), wait))
    except HeldError as error:
        raise busy(error.holder) from error
    except OSError as error:
        raise (full(path) if reason_of(error) == "full" else unwritable(path)) from error
    with lock:
        yield


@contextlib.contextmanager
def told(path: Path) -> Iterator[None]:
    """Errors of SQLite as sentences.

    Raises:
        LibraryError: in their place.
    """
    try:
        yield
    except sqlite3.Error as error:
        code = _name(error)
        if code.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
            raise busy() from error
        if code.startswith("SQLITE_FULL"):
            raise full(path) from error
        if code.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM")):
            raise unwritable(path) from error
        if code.startswith("SQLITE_IOERR"):
            said = f"the disk of {path.parent} can't be read or written ({code}: full, over a quota, or failing)"
            raise LibraryError(f"{said}; nothing was changed; free some space and try again", "full") from error
        reason = f"the library {path} can't be read ({error})"
        raise LibraryError(f"{reason}; restore it from a backup: nghiquyet restore FILE", "damaged") from error
