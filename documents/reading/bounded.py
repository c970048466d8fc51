"""Reading a file, or drawing a page of it, in a process of its own, which may be ended and can't harm the one that asks.

The process gets a folder of its own for temporary files (removed afterwards), a lower priority, limits on memory and on what it writes,
and none of the environment but what programs need to be found: no keys of language models.
"""

import base64
import contextlib
import json
import os
import queue
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from documents.reading.dispatch import FORMATS, kind_of, named, too_large_error
from documents.reading.drawing import DPI
from documents.reading.exchange import from_json
from documents.reading.source import PATIENCE, Bounds, ReadingError, Source

_KEPT = ("PATH", "LANG", "LC_ALL", "LC_CTYPE", "LD_LIBRARY_PATH", "TESSDATA_PREFIX", "SYSTEMROOT", "VIRTUAL_ENV")
_LOOK = 0.25  # seconds between two looks at whether to stop
_ROOT = Path(__file__).resolve().parents[2]


def read(
    data: bytes,
    name: str = "",
    bounds: Bounds | None = None,
    progress: Callable[[int, int], None] | None = None,
    stop: threading.Event | None = None,
) -> Source:
    """The text of a file.

    Args:
        data: the file's bytes.
        name: the file's name, for messages.
        bounds: what it may take.
        progress: told (in this thread) of the pages recognised so far and of how many have to be; first with 0, never for files
            without scanned pages. What it raises ends the reading.
        stop: once set, the reading is ended within half a second.

    Raises:
        ReadingError: all that `documents.reading.dispatch.read` raises, too_slow, too_much_memory, stopped, and damaged where the
            reader fails.
    """
    return from_json(json.dumps(_asked(data, name, [], bounds or Bounds(), progress or (lambda done, total: None), stop)))


def draw(data: bytes, page: int, boxes: Sequence[tuple[float, float, float, float]], dpi: int = DPI, bounds: Bounds | None = None) -> bytes:
    """PNG bytes of a page (from 1) of a PDF or a picture, with `boxes` (left, top, right, bottom in points) marked.

    Raises:
        ReadingError: unsupported (a file without pages), not_found (no such page), damaged, too_slow, too_much_memory.
    """
    return base64.b64decode(_asked(data, "", [page, [list(b) for b in boxes], dpi], bounds or Bounds(), lambda done, total: None))


def _asked(
    data: bytes,
    name: str,
    drawing: list[Any],
    bounds: Bounds,
    progress: Callable[[int, int], None],
    stop: threading.Event | None = None,
) -> Any:
    too_large_error(data)
    kind = kind_of(data, name)  # cheap, and says at once what isn't accepted
    subject = f"The file{named(name)} is {FORMATS[kind].name}"
    # Removing the folder fails where a process that is being killed still writes into it.
    with tempfile.TemporaryDirectory(prefix="nghiquyet-", ignore_cleanup_errors=True) as folder:
        path = Path(folder) / "file"
        path.write_bytes(data)
        process = _start(path, {"name": name, "bounds": asdict(bounds), "draw": drawing})
        try:
            return _result(process, subject, bounds, progress, stop)
        finally:
            _end(process)


def _start(path: Path, request: dict[str, Any]) -> subprocess.Popen[str]:
    environment = {key: os.environ[key] for key in _KEPT if key in os.environ} | {
        "PYTHONPATH": os.pathsep.join([str(_ROOT), *(p for p in sys.path if p.endswith("site-packages"))]),
        "PYTHONDONTWRITEBYTECODE": "1",
        "HOME": str(path.parent),
        "TMPDIR": str(path.parent),
        # Threads reserve far more address space than they use, and the bound counts it.
        "MALLOC_ARENA_MAX": "2",
        "OMP_THREAD_LIMIT": "1",
        "OPENBLAS_NUM_THREADS": "1",
    }
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "documents.reading.worker", str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        encoding="utf-8",
        errors="replace",
        cwd=path.parent,
        env=environment,
        start_new_session=True,
    )
    assert process.stdin is not None
    with contextlib.suppress(OSError):  # it may have ended already; that shows below
        process.stdin.write(json.dumps(request) + "\n")
        process.stdin.flush()
    return process


def _result(
    process: subprocess.Popen[str], subject: str, bounds: Bounds, progress: Callable[[int, int], None], stop: threading.Event | None
) -> Any:
    lines: queue.Queue[str | None] = queue.Queue()
    threading.Thread(target=_listen, args=(process, lines), daemon=True).start()
    until = time.monotonic() + bounds.seconds
    seen = False
    while True:
        if stop is not None and stop.is_set():
            raise ReadingError("stopped", f"{subject} that is not read any further, as was asked.")
        left = max(0.0, until - time.monotonic())
        try:
            line = lines.get(timeout=left if stop is None else min(left, _LOOK))
        except queue.Empty:
            if left > 0 and stop is not None:
                continue
            raise ReadingError(
                "too_slow", f"{subject} that takes too long to read (NGHIQUYET_READ_SECONDS); split it, or save it anew as PDF or DOCX."
            ) from None
        if line is None:
            raise _ended(process, subject, bounds)
        kind, value = _answer(line)
        if kind in ("source", "picture"):
            return value
        if kind == "error":
            reason, message = value
            raise _too_much(subject, bounds) if reason == "too_much_memory" else ReadingError(reason, message)
        done, total = value
        if not seen:
            until += total * PATIENCE * bounds.page_seconds / max(1, min(bounds.workers, total))
            seen = True
        progress(done, total)


def _listen(process: subprocess.Popen[str], lines: "queue.Queue[str | None]") -> None:
    assert process.stdout is not None
    with contextlib.suppress(ValueError, OSError):
        for line in process.stdout:
            lines.put(line)
    lines.put(None)


def _answer(line: str) -> tuple[str, Any]:
    try:
        ((kind, value),) = json.loads(line).items()
    except (ValueError, AttributeError):
        return "error", ["damaged", "The file made its reader fail; save it anew as PDF or DOCX and add that file."]
    return kind, value


def _ended(process: subprocess.Popen[str], subject: str, bounds: Bounds) -> ReadingError:
    code = process.wait()
    if code in (-signal.SIGKILL, -signal.SIGABRT) if hasattr(signal, "SIGKILL") else False:
        return _too_much(subject, bounds)
    return ReadingError(
        "damaged", f"{subject} that made its reader fail; open it in the program it comes from, save it anew and add that file."
    )


def _too_much(subject: str, bounds: Bounds) -> ReadingError:
    return ReadingError(
        "too_much_memory",
        f"{subject} that takes more than {bounds.memory} MB of memory to read (NGHIQUYET_READ_MEMORY); split it and add the parts.",
    )


def _end(process: subprocess.Popen[str]) -> None:
    """End the process and all that it started."""
    if hasattr(os, "killpg"):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        with contextlib.suppress(OSError):
            if pipe is not None:
                pipe.close()
