"""What visitors say about answers, and the questions nothing was found for: one SQLite file in the data folder.

Unanswered questions are kept only while the operator has asked for it, for a number of days, with what looks like personal
data masked. Feedback is what a visitor sent on purpose; its comment is masked the same way.
"""

import contextlib
import csv
import logging
import sqlite3
from collections.abc import Iterator
from dataclasses import astuple, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TextIO

from documents.sqlite_files import opened
from qa.app.turns import Turn, as_row
from qa.masking import masked

log = logging.getLogger(__name__)

FILE = "feedback.sqlite"
LONGEST_COMMENT = 2000  # characters
DAYS = 30
"""How long unanswered questions are kept unless the operator says otherwise."""
MOST_DAYS = 365
_MOST = 20_000  # rows of either sort; older ones go first
_WAIT = 5.0  # seconds for another writer to finish
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_TABLES = """
CREATE TABLE IF NOT EXISTS feedback (id INTEGER PRIMARY KEY, at TEXT, verdict TEXT, comment TEXT, question TEXT, answer TEXT,
                                     status TEXT, citations TEXT);
CREATE TABLE IF NOT EXISTS unanswered (id INTEGER PRIMARY KEY, at TEXT, question TEXT, status TEXT);
CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value TEXT)
"""


@dataclass(frozen=True, slots=True)
class Feedback:
    """One piece of feedback."""

    at: str
    """ISO time, UTC."""
    verdict: str
    """good | wrong"""
    comment: str
    question: str
    answer: str
    status: str
    citations: str
    """document:start-end, parted by spaces."""


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A question nothing was found for."""

    at: str
    question: str
    status: str


class FeedbackStore:
    """Each operation opens the file for itself, so an instance may cross threads."""

    def __init__(self, data: Path) -> None:
        self.path = data / FILE

    def add(self, turn: Turn, verdict: str, comment: str) -> None:
        """Keep what a visitor says of `turn`."""
        row = as_row(turn)
        said = masked(comment[:LONGEST_COMMENT].strip())
        values = (_now(), verdict, said, masked(row["question"]), row["answer"], row["status"], row["citations"])
        with self._connection() as db:
            db.execute(
                "INSERT INTO feedback (at, verdict, comment, question, answer, status, citations) VALUES (?, ?, ?, ?, ?, ?, ?)", values
            )
            db.execute("DELETE FROM feedback WHERE id <= (SELECT max(id) FROM feedback) - ?", (_MOST,))

    def feedback(self) -> list[Feedback]:
        """All feedback, the newest first."""
        with self._reading() as db:
            if db is None:
                return []
            rows = db.execute("SELECT at, verdict, comment, question, answer, status, citations FROM feedback ORDER BY id DESC")
            return [Feedback(*row) for row in rows]

    def write_csv(self, file: TextIO) -> None:
        """All feedback with a line of heads; text a spreadsheet would run as a formula gets an apostrophe before it."""
        writer = csv.writer(file)
        writer.writerow(["Thời điểm (UTC)", "Nhận xét", "Góp ý", "Câu hỏi", "Câu trả lời", "Kết quả", "Trích dẫn"])
        for row in self.feedback():
            writer.writerow(["'" + v if v.startswith(_FORMULA) else v for v in astuple(row)])

    def retention(self) -> int:
        """Days unanswered questions are kept; 0: they are not kept."""
        with self._reading() as db:
            row = db and db.execute("SELECT value FROM settings WHERE name = 'retention'").fetchone()
            return int(row[0]) if row else 0

    def set_retention(self, days: int) -> None:
        """Keep unanswered questions for `days` (at most `MOST_DAYS`); 0 forgets those kept, too."""
        days = min(max(days, 0), MOST_DAYS)
        with self._connection() as db:
            db.execute("INSERT OR REPLACE INTO settings VALUES ('retention', ?)", (str(days),))
            self._forget(db, days)

    def note_unanswered(self, question: str, status: str) -> None:
        """Keep a question nothing was found for, where the operator asked for it."""
        if not self.path.exists():
            return
        with self._connection() as db:
            row = db.execute("SELECT value FROM settings WHERE name = 'retention'").fetchone()
            days = int(row[0]) if row else 0
            if not days:
                return
            db.execute("INSERT INTO unanswered (at, question, status) VALUES (?, ?, ?)", (_now(), masked(question), status))
            self._forget(db, days)

    def unanswered(self) -> list[Unanswered]:
        """The questions kept, the newest first; those past their time are forgotten first."""
        days = self.retention()
        with contextlib.suppress(OSError, sqlite3.Error):  # where nothing can be written, the rest can be read
            if self.path.exists():
                with self._connection() as db:
                    self._forget(db, days)
        with self._reading() as reading:
            if reading is None:
                return []
            since = _days_ago(days)
            rows = reading.execute("SELECT at, question, status FROM unanswered WHERE at >= ? AND ? ORDER BY id DESC", (since, days))
            return [Unanswered(*row) for row in rows]

    def _forget(self, db: sqlite3.Connection, days: int) -> None:
        db.execute("DELETE FROM unanswered WHERE at < ? OR ? = 0", (_days_ago(days), days))
        db.execute("DELETE FROM unanswered WHERE id <= (SELECT max(id) FROM unanswered) - ?", (_MOST,))

    @contextlib.contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        """For writing: all of it is kept, or nothing. Tables and columns are only ever added, so any program's file serves."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with opened(self.path, _WAIT) as db:
            db.execute("BEGIN IMMEDIATE")
            try:
                for statement in _TABLES.split(";"):
                    db.execute(statement)
                yield db
                db.execute("COMMIT")
            except BaseException:
                if db.in_transaction:
                    db.execute("ROLLBACK")
                raise

    @contextlib.contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection | None]:
        """For reading, also where nothing can be written; None where there is nothing yet, or nothing that can be read."""
        with contextlib.ExitStack() as stack:
            db = None
            try:
                if self.path.exists():
                    db = stack.enter_context(opened(self.path, _WAIT))
                    db.execute("SELECT 1 FROM feedback, unanswered, settings LIMIT 1").fetchone()
            except (OSError, sqlite3.Error) as error:
                log.error("%s can't be read (%s); see: nghiquyet doctor", self.path, error)
                db = None
            yield db


def _days_ago(days: int) -> str:
    return (datetime.now(UTC) - timedelta(days=days)).isoformat(timespec="seconds")


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
