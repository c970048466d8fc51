"""The log of a server: one line for each event on stderr, as JSON or to be read, without what people asked.

An exception is told by its kind and its place in the code. Its message is told only of kinds that speak of files, the network and the
library: that of any other may hold words of a question.
"""

import json
import logging
import sqlite3
import sys
import traceback
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any

from documents.database import LibraryError
from index.errors import IndexError_
from qa.settings import Settings

_HARMLESS = (OSError, sqlite3.Error, LibraryError, IndexError_, MemoryError)
_FRAMES = 12  # of an exception, the innermost
LIBRARIES = ("uvicorn", "uvicorn.error", "gradio", "httpx", "asyncio", "mcp", "opentelemetry")
"""Loggers of others: their warnings alone are told, in the same form."""
_ROOT = Path(__file__).resolve().parents[1]
_Caught = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


def event(record: logging.LogRecord) -> dict[str, Any]:
    """What is told of `record`."""
    when = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
    found: dict[str, Any] = {"time": when, "level": record.levelname.lower(), "logger": record.name, "message": record.getMessage()}
    found |= getattr(record, "told", {})
    if record.exc_info and record.exc_info[1] is not None:
        found |= _exception(record.exc_info)
    return found


def _exception(caught: _Caught) -> dict[str, Any]:
    kind, error, trace = caught
    told: dict[str, Any] = {"exception": kind.__name__ if kind else ""}
    if isinstance(error, _HARMLESS):
        told["said"] = str(error)
    frames = traceback.extract_tb(trace)[-_FRAMES:]
    told["trace"] = [f"{_short(f.filename)}:{f.lineno} {f.name}" for f in frames]
    return told


def _short(filename: str) -> str:
    path = Path(filename)
    return path.relative_to(_ROOT).as_posix() if path.is_relative_to(_ROOT) else "/".join(path.parts[-3:])


class Json(logging.Formatter):
    """One JSON object on a line."""

    def format(self, record: logging.LogRecord) -> str:
        """The line for `record`."""
        return json.dumps(event(record), ensure_ascii=False, default=str)


class Plain(logging.Formatter):
    """One line to be read."""

    def format(self, record: logging.LogRecord) -> str:
        """The line for `record`."""
        told = event(record)
        head = [told.pop(name) for name in ("time", "level", "message")]
        del told["logger"]
        more = (f"{k}={json.dumps(v, ensure_ascii=False, default=str) if isinstance(v, dict | list) else v}" for k, v in told.items())
        return " ".join([*map(str, head), *more]).replace("\n", " ")


def start(settings: Settings) -> None:
    """Log as `settings` say, in place of how this process has logged so far."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Json() if settings.log_format == "json" else Plain())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(settings.log_level.upper())
    for name in LIBRARIES:
        logger = logging.getLogger(name)
        logger.handlers[:] = []
        logger.propagate = True
        logger.setLevel(logging.WARNING)
    logging.captureWarnings(True)
