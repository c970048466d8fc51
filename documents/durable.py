"""Files that are on the disk when they are said to be: synced themselves, and the folders that name them."""

import contextlib
import errno
import os
from pathlib import Path
from typing import Literal

Reason = Literal["", "busy", "full", "read_only", "damaged"]
"""Why something can't be written or read, for those who say it in another language."""
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_READ_ONLY = (errno.EROFS, errno.EACCES, errno.EPERM)


def reason_of(error: OSError) -> Reason:
    """What kind of failure `error` is."""
    return "full" if error.errno in _FULL else "read_only" if error.errno in _READ_ONLY else ""


def sync_folder(folder: Path) -> None:
    """Have the names in `folder` on the disk: a rename is lost with the power until then."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except PermissionError:  # Windows opens no folders, and needs no such thing
        return
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write(path: Path, content: bytes, *, mode: int = 0o644) -> None:
    """Write `content` to `path`, which holds what it held before or all of it, whatever happens meanwhile.

    Raises:
        OSError: it can't be written.
    """
    temporary = path.with_name(path.name + ".tmp")
    try:
        with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise
    sync_folder(path.parent)
