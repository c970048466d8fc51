"""Serves an ASGI application on a port of this machine, as it is served in earnest. No test: what tests ask."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn

from qa.app.server import listen


@contextmanager
def served(app: Any, **more: Any) -> Iterator[str]:
    """The address of `app`, running; `more` are settings of uvicorn."""
    with listen("127.0.0.1", 0) as held:
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False, timeout_graceful_shutdown=1, **more))
        thread = threading.Thread(target=server.run, args=([held],), daemon=True)
        thread.start()
        while not server.started:
            assert thread.is_alive()
            time.sleep(0.01)
        try:
            yield f"http://127.0.0.1:{held.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(10)
