"""Locks between processes: one writer at a time, who leaves his name for those who wait. A lock dies with its process."""

import contextlib
import os
import sys
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

_STEP = 0.05  # seconds between two tries
_OURS = ("cli.py", "__main__.py", "nghiquyet", "-m", "-c", "")


class HeldError(Exception):
    """Another process has the lock; `holder` says which, as far as it is known: " (nghiquyet add, process 7, since 12:03:04)"."""

    def __init__(self, holder: str) -> None:
        super().__init__(f"the lock is held{holder}")
        self.holder = holder


@contextlib.contextmanager
def exclusive(path: Path, wait: float) -> Iterator[None]:
    """Have the lock `path` for the block.

    Args:
        wait: Seconds to wait for another holder.

    Raises:
        HeldError: another process still has it.
        OSError: the file can't be made.
    """
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        if not _taken(handle, wait):
            raise HeldError(_holder(path))
        try:
            with contextlib.suppress(OSError):  # a full disk: nameless, but a lock
                os.ftruncate(handle, 0)
                os.write(handle, f"{_name()}, process {os.getpid()}, since {datetime.now():%H:%M:%S}".encode())
            yield
        finally:
            with contextlib.suppress(OSError):
                os.ftruncate(handle, 0)
    finally:
        os.close(handle)


def _taken(handle: int, wait: float) -> bool:
    try:
        import fcntl
    except ImportError:  # Windows: no advisory lock; SQLite's own and the renames keep what is written whole
        return True
    deadline = time.monotonic() + wait
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        except OSError:
            if time.monotonic() >= deadline:
                return False
            time.sleep(_STEP)


def _name() -> str:
    program = Path(sys.argv[0] if sys.argv else "").name
    command = sys.argv[1] if len(sys.argv) > 1 and sys.argv[1].isalpha() else ""
    return f"nghiquyet {command}".rstrip() if program in _OURS else program


def _holder(path: Path) -> str:
    with contextlib.suppress(OSError):
        said = path.read_text("utf-8", "replace").strip()[:120]
        return f" ({said})" if said.isprintable() and said else ""
    return ""


def shared(path: Path) -> int | None:
    """A handle that keeps `path` from being taken for writing until it is closed; None where there are no such locks.

    Raises:
        OSError: there is no such file, or it was taken away meanwhile.
    """
    try:
        import fcntl
    except ImportError:
        return None
    handle = os.open(path, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        if os.fstat(handle).st_ino != path.stat().st_ino:
            raise FileNotFoundError(f"{path} was replaced")
    except BaseException:
        os.close(handle)
        raise
    return handle


@contextlib.contextmanager
def unused(path: Path) -> Iterator[bool]:
    """Whether nobody has a `shared` handle on `path`; nobody gets one within the block."""
    try:
        import fcntl

        handle = os.open(path, os.O_RDONLY)
    except (ImportError, FileNotFoundError):
        yield True
        return
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield False
        else:
            yield True
    finally:
        os.close(handle)
