"""A Milvus Lite behind its own server, for tests: what several processes share as they would share a Milvus."""

import contextlib
import itertools
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

_START = 120  # seconds


@dataclass
class Server:
    """A running server; each `store` is a database of its own."""

    port: int
    process: "subprocess.Popen[bytes]"
    _number: Iterator[int] = field(default_factory=itertools.count)

    def store(self) -> str:
        """The address of an empty store."""
        return f"milvus://127.0.0.1:{self.port}/thu_{next(self._number)}"


@contextlib.contextmanager
def serving(folder: Path) -> Iterator[Server]:
    """A server over `folder`."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    code = "import sys; from milvus_lite.cmdline import main; sys.exit(main())"
    command = [sys.executable, "-c", code, "server", "--data-dir", str(folder / "db"), "--host", "127.0.0.1", "--port", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + _START
        while True:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                break
            assert process.poll() is None, "the server ended"
            assert time.monotonic() < deadline
            time.sleep(0.1)
        yield Server(port, process)
    finally:
        process.terminate()
        process.wait(30)
