"""The last step of restoring a backup: what was unpacked and checked takes the place of what there is.

Everything new lies complete in `restore.ready` before anything old is touched; one rename brings it there. Who opens the
library finishes what a killed process had begun. SQLite copies one database into the other, in one transaction: a server
that runs has the old content or the new, and nobody's file is taken away under him.
"""

import contextlib
import os
import shutil
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

from documents.durable import sync_folder
from documents.sqlite_files import LibraryError, opened, settle, told, writing

READY = "restore.ready"
STAGING = "restore-"
"""What the folders are called that are being filled, or done with."""
LIBRARY = "library.sqlite"
_WAIT = 5.0  # seconds for another writer to finish


def finish(data: Path) -> None:
    """Put what lies in `restore.ready` in its place, if anything does.

    Raises:
        LibraryError: it can't be written.
    """
    if not (data / READY).is_dir():
        return
    try:
        with writing(data / LIBRARY, 0):
            put_in_place(data)
    except LibraryError as error:
        if error.reason not in ("busy", "read_only"):  # another process is at it; or there is nothing to do but read what there is
            raise


def put_in_place(data: Path) -> None:
    """As `finish`, for who is `writing`.

    Raises:
        LibraryError: it can't be written. Where nothing was changed yet, what was ready is given up.
    """
    ready = data / READY
    if not ready.is_dir():
        return
    # The library comes first: where there is no room, there is none for it.
    databases = sorted(ready.glob("*.sqlite"), key=lambda p: (p.name != LIBRARY, p.name))
    for n, source in enumerate(databases):
        try:
            _copy(source, data / source.name)
        except LibraryError:
            if n == 0:
                give_up(data)
            raise
    try:
        for file in sorted(p for p in ready.rglob("*") if p.is_file() and p not in databases):
            target = data / file.relative_to(ready)
            target.parent.mkdir(parents=True, exist_ok=True)
            os.replace(file, target)
            sync_folder(target.parent)
        give_up(data)
    except OSError as error:
        said = f"what was restored can't be put in its place in {data} ({error.strerror}); the next command goes on with it"
        raise LibraryError(said) from error


def give_up(data: Path) -> None:
    """Remove `restore.ready`: from the first moment on, nobody finishes it."""
    done = data / f"{STAGING}done-{os.getpid()}"
    with contextlib.suppress(OSError):
        os.rename(data / READY, done)
    shutil.rmtree(done, ignore_errors=True)


def _copy(source: Path, target: Path) -> None:
    """Let the database `target` hold what `source` does; one that can't be read is put aside first."""
    with told(target):
        try:
            _copied(source, target)
        except sqlite3.DatabaseError as error:
            if getattr(error, "sqlite_errorname", "") not in ("SQLITE_NOTADB", "SQLITE_CORRUPT"):
                raise
            when = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
            os.replace(target, target.with_name(f"{target.name}.damaged-{when}"))
            for log in ("-wal", "-shm"):
                target.with_name(target.name + log).unlink(missing_ok=True)
            _copied(source, target)


def _copied(source: Path, target: Path) -> None:
    with opened(target, _WAIT) as db, contextlib.closing(sqlite3.connect(source)) as new:
        db.execute("PRAGMA schema_version").fetchone()
        new.backup(db)
        settle(db)
    sync_folder(target.parent)
