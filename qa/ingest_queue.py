"""The files that wait to be put into a store, in SQLite: which is done, who works at which, and which names are taken.

Any number of processes of one machine share it. Who works says so every few seconds; a file whose worker has died, or said
nothing for `SILENCE` seconds, is taken up by the next.
"""

import contextlib
import hashlib
import os
import socket
import sqlite3
import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

SILENCE = 120.0  # seconds after which a worker that says nothing is taken for dead
TRIES = 3
"""How often a file is taken up; one that ends its worker each time is given up."""
WAITING, WORKED_AT, DONE, FAILED = "waiting", "worked at", "done", "failed"

_TABLES = """
CREATE TABLE IF NOT EXISTS files (
    number INTEGER PRIMARY KEY, path TEXT NOT NULL, digest TEXT NOT NULL UNIQUE, state TEXT NOT NULL, said TEXT NOT NULL DEFAULT '',
    worker TEXT NOT NULL DEFAULT '', heard REAL NOT NULL DEFAULT 0, tries INTEGER NOT NULL DEFAULT 0, position INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS names (document TEXT PRIMARY KEY, digest TEXT NOT NULL);
"""


@dataclass(frozen=True, slots=True)
class Job:
    """A file to put into the store."""

    number: int
    path: Path
    digest: str
    """SHA-256 of its bytes."""
    position: int
    """Where its document stands among those of the store."""


@dataclass(frozen=True, slots=True)
class Tally:
    """How many files are in which state."""

    waiting: int
    worked_at: int
    done: int
    failed: int


class Queue:
    """The queue of one store. Not for several threads; open it once in each."""

    def __init__(self, path: Path) -> None:
        """Open the queue in the file `path`, which is made.

        Raises:
            OSError, sqlite3.Error: it can't be written.
        """
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self._db = sqlite3.connect(path, timeout=60, isolation_level=None)
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.executescript(_TABLES)
        self._me = f"{socket.gethostname()} {os.getpid()}"

    def close(self) -> None:
        """Give the file back."""
        self._db.close()

    @contextlib.contextmanager
    def _change(self) -> Iterator[sqlite3.Connection]:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield self._db
            self._db.execute("COMMIT")
        except BaseException:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            raise

    def put(self, path: Path, digest: str, after: int) -> None:
        """Have the file with `digest` wait, behind all others; one that is known waits again only where it had failed.

        `after`: the last position in the store that others have.
        """
        with self._change() as db:
            (last,) = db.execute("SELECT max(?, coalesce(max(position), 0)) FROM files", (after,)).fetchone()
            db.execute(
                "INSERT INTO files (path, digest, state, position) VALUES (?, ?, ?, ?) ON CONFLICT (digest) DO UPDATE "
                "SET path = excluded.path, tries = 0, state = CASE state WHEN ? THEN ? ELSE state END",
                (str(path), digest, WAITING, last + 1, FAILED, WAITING),
            )

    def again(self, digests: Collection[str]) -> None:
        """Have files that are done wait again: their documents are not in the store any more."""
        with self._change() as db:
            for digest in digests:
                db.execute("UPDATE files SET state = ?, tries = 0 WHERE digest = ? AND state = ?", (WAITING, digest, DONE))
                db.execute("DELETE FROM names WHERE digest = ?", (digest,))

    def digests(self, state: str) -> list[str]:
        """Of the files in `state`."""
        return [str(d) for (d,) in self._db.execute("SELECT digest FROM files WHERE state = ? ORDER BY number", (state,))]

    def take(self) -> Job | None:
        """The next file to work at, which is this process's from now on; None where there is none."""
        with self._change() as db:
            held = db.execute("SELECT number, worker, heard FROM files WHERE state = ?", (WORKED_AT,)).fetchall()
            for number, worker, heard in held:
                if time.time() - heard > SILENCE or _dead(worker):
                    db.execute(
                        "UPDATE files SET state = CASE WHEN tries < ? THEN ? ELSE ? END, said = ? WHERE number = ?",
                        (TRIES, WAITING, FAILED, f"its worker ended {TRIES} times while it worked at it", number),
                    )
            row = db.execute(
                "SELECT number, path, digest, position FROM files WHERE state = ? ORDER BY number LIMIT 1", (WAITING,)
            ).fetchone()
            if row is None:
                return None
            db.execute(
                "UPDATE files SET state = ?, worker = ?, heard = ?, tries = tries + 1 WHERE number = ?",
                (WORKED_AT, self._me, time.time(), row[0]),
            )
        return Job(row[0], Path(row[1]), row[2], row[3])

    def alive(self, number: int) -> None:
        """Say that the file is still worked at."""
        self._db.execute("UPDATE files SET heard = ? WHERE number = ? AND worker = ?", (time.time(), number, self._me))

    def end(self, number: int, state: str, said: str) -> None:
        """The file is `DONE` or `FAILED`; `said` tells more."""
        self._db.execute("UPDATE files SET state = ?, said = ? WHERE number = ?", (state, said, number))

    def name(self, document: str, digest: str) -> bool:
        """Take the name `document` for the file with `digest`; False where another file has it."""
        with self._change() as db:
            db.execute("INSERT OR IGNORE INTO names VALUES (?, ?)", (document, digest))
            (of,) = db.execute("SELECT digest FROM names WHERE document = ?", (document,)).fetchone()
            return bool(of == digest)

    def rename(self, document: str, digest: str) -> None:
        """Let the file with `digest` have the name `document`, whoever had it."""
        self._db.execute("INSERT OR REPLACE INTO names VALUES (?, ?)", (document, digest))

    def tally(self) -> Tally:
        """How many files are in which state."""
        found = dict(self._db.execute("SELECT state, count(*) FROM files GROUP BY state").fetchall())
        return Tally(*(found.get(state, 0) for state in (WAITING, WORKED_AT, DONE, FAILED)))

    def said_since(self, seen: Collection[int]) -> list[tuple[int, str, str, str]]:
        """(number, path, state, what is told) of the files that are finished and not in `seen`."""
        rows = self._db.execute("SELECT number, path, state, said FROM files WHERE state IN (?, ?) ORDER BY number", (DONE, FAILED))
        return [(n, path, state, said) for n, path, state, said in rows if n not in seen]


def _dead(worker: str) -> bool:
    """Whether a worker of this machine is gone; of another machine's, nothing is known."""
    host, _, process = worker.rpartition(" ")
    if host != socket.gethostname() or not process.isdigit():
        return False
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    # One that has ended and nobody has asked about is still listed.
    with contextlib.suppress(OSError):
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    return False


def place(data: Path, store: str) -> Path:
    """Where the queue of `store` lies in the data folder."""
    return data / "ingest" / f"{hashlib.sha256(store.encode()).hexdigest()[:16]}.sqlite"
