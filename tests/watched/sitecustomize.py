"""Loaded by Python itself where this folder is on PYTHONPATH: writes down what a process opens to write, removes, runs and connects to.

`NGHIQUYET_WATCH` names the file to write to, `NGHIQUYET_WATCH_MAY` the folders that may be written, parted by colons. Kept are only
things that may not be: one line each, "kind<TAB>what". No test: what tests ask.
"""

import os
import sys
from typing import Any

_LOG = os.open(os.environ["NGHIQUYET_WATCH"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o666) if "NGHIQUYET_WATCH" in os.environ else -1
_MAY = tuple(os.path.realpath(p) + os.sep for p in os.environ.get("NGHIQUYET_WATCH_MAY", "").split(":") if p)
_SECRET = os.environ.get("NGHIQUYET_WATCH_SECRET", "\0")
_RUN = ("tesseract", "antiword", "soffice", "libreoffice", "python", "python3", "python3.11", os.path.basename(sys.executable))
_HERE = ("127.0.0.1", "::1", "localhost", "0.0.0.0", "::", "", None)
# Event -> where in what it comes with the path stands that changes, and the folder that it counts from.
_CHANGING = {"os.mkdir": (0, 2), "os.remove": (0, 1), "os.rmdir": (0, 1), "os.truncate": (0, None), "os.chmod": (0, 2)}
_CHANGING |= {"os.rename": (1, 3), "os.link": (1, 3), "os.symlink": (1, 2)}


def _may(path: Any) -> bool:
    if isinstance(path, int):
        return True
    text = os.fsdecode(path) if isinstance(path, bytes | os.PathLike) else str(path)
    real = os.path.realpath(text)
    # Python keeps what it compiles beside its sources.
    return (real + os.sep).startswith((*_MAY, "/dev/", "/proc/")) or "__pycache__" in real


def _told(kind: str, what: Any) -> None:
    os.write(_LOG, f"{kind}\t{what!r}\n".encode("utf-8", "backslashreplace"))


def _hook(event: str, given: tuple[Any, ...]) -> None:
    if event == "open":
        path, mode, flags = given
        if _SECRET in str(path):
            _told("secret", path)
        writes = bool(set(mode or "") & set("wax+")) or bool((flags or 0) & (os.O_WRONLY | os.O_RDWR | os.O_CREAT))
        if writes and path is not None and not _may(path):
            _told("write", path)
    elif event in _CHANGING:
        at, base = _CHANGING[event]
        path = given[at]
        if base is not None and len(given) > base and isinstance(given[base], int) and given[base] >= 0:
            path = os.path.join(os.readlink(f"/proc/self/fd/{given[base]}"), os.fsdecode(path))
        if not _may(path):
            _told(event, path)
    elif event in ("socket.connect", "socket.sendto"):
        address = given[1]
        if isinstance(address, tuple) and address[0] not in _HERE:
            _told(event, address)
    elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
        host = given[0].decode() if isinstance(given[0], bytes) else given[0]
        if host not in _HERE:
            _told(event, host)
    elif event in ("os.system", "os.exec") or (event == "subprocess.Popen" and os.path.basename(str(given[0])) not in _RUN):
        _told(event, given[0])


if _LOG >= 0:
    sys.addaudithook(_hook)
