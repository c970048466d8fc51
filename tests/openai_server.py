"""A real HTTP server that speaks the OpenAI protocol, well or badly, on a port of this machine. No test: what tests ask."""

import contextlib
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Reply = Callable[[dict[str, Any]], str]
"""What to write to a request for a chat completion."""


@dataclass
class Endpoint:
    """A running endpoint; change `reply` and the faults between requests."""

    reply: Reply
    url: str = ""
    seen: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    codes: list[int] = field(default_factory=list)
    """Status codes to answer the next requests with, first one first; then 200."""
    pause: float = 0.0
    """Seconds before each piece."""
    cut_after: int | None = None
    """Pieces after which the connection is closed in mid-stream."""
    raw: bytes | None = None
    """What to send in place of a stream."""
    content_type: str = "text/event-stream"
    redirect: str | None = None
    over: threading.Event = field(default_factory=threading.Event)


def pieces(text: str) -> list[str]:
    """`text` in the small pieces that models stream."""
    return [text[i : i + 7] for i in range(0, len(text), 7)]


@contextmanager
def serving(reply: Reply) -> Iterator[Endpoint]:
    """An endpoint whose model writes what `reply` says."""
    endpoint = Endpoint(reply)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: Any) -> None:
            pass

        def do_POST(self) -> None:
            request = json.loads(self.rfile.read(int(self.headers["content-length"])))
            endpoint.seen.append(request)
            endpoint.headers.append({k.lower(): v for k, v in self.headers.items()})
            code = endpoint.codes.pop(0) if endpoint.codes else 200
            if endpoint.redirect:
                self.send_response(307)
                self.send_header("location", endpoint.redirect)
                self.send_header("content-length", "0")
                self.end_headers()
                return
            if code != 200 or endpoint.raw is not None:
                body = endpoint.raw if endpoint.raw is not None and code == 200 else b'{"error": {"message": "out of order"}}'
                self.send_response(code)
                self.send_header("content-type", endpoint.content_type if code == 200 else "application/json")
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
                return
            self.send_response(200)
            self.send_header("content-type", "text/event-stream")
            self.send_header("transfer-encoding", "chunked")
            self.end_headers()
            with contextlib.suppress(OSError):  # nobody may listen any more
                self._stream(endpoint.reply(request))

        def _stream(self, text: str) -> None:
            for n, piece in enumerate(pieces(text)):
                if endpoint.cut_after == n:
                    self.close_connection = True
                    return
                endpoint.over.wait(endpoint.pause)
                self._event({"choices": [{"index": 0, "delta": {"role": "assistant", "content": piece}, "finish_reason": None}]})
            self._event({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
            self._chunk(b"data: [DONE]\n\n")
            self._chunk(b"")

        def _event(self, event: dict[str, Any]) -> None:
            whole = {"id": "c", "object": "chat.completion.chunk", "created": int(time.time()), "model": "toy", **event}
            self._chunk(b"data: " + json.dumps(whole).encode() + b"\n\n")

        def _chunk(self, data: bytes) -> None:
            self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
            self.wfile.flush()

    class Server(ThreadingHTTPServer):
        def handle_error(self, *_: Any) -> None:
            pass  # clients that hang up are part of what is tested

    server = Server(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    endpoint.url = f"http://127.0.0.1:{server.server_address[1]}/v1"
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield endpoint
    finally:
        endpoint.over.set()
        server.shutdown()
        server.server_close()
