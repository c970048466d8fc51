"""What stands between the network and Gradio: security headers, limits on how often and how much, and its page put right.

ASGI middlewares; no Gradio here.
"""

import re
import time
from collections import OrderedDict
from collections.abc import Callable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from qa.app.texts import t

# Gradio builds functions from strings and styles elements one by one: without 'unsafe-eval' and 'unsafe-inline' its page
# stays empty. What this policy still keeps out is every other host, plugins, and frames of pages nobody allowed.
_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; media-src 'self' blob:; connect-src 'self'; worker-src 'self' blob:; "
    "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors {}"
)
_LARGEST_REQUEST = 2 * 1024 * 1024  # bytes; a conversation sent along with its question is far below
_CLIENTS = 10_000  # remembered at once


class Tidy:
    """Security headers on every answer; on the pages themselves also: their language, and without preview cards of Gradio's."""

    def __init__(self, app: ASGIApp, frame_ancestors: str, pages: frozenset[str]) -> None:
        self.app = app
        self._pages = pages
        self._headers = [
            (b"content-security-policy", _POLICY.format(frame_ancestors).encode()),
            (b"referrer-policy", b"no-referrer"),
            (b"x-content-type-options", b"nosniff"),
            (b"permissions-policy", b"camera=(), microphone=(), geolocation=(), payment=(), usb=()"),
        ]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        whole = scope["path"] in self._pages and scope["method"] in ("GET", "HEAD")
        if whole:
            # Uncompressed, since the body is about to be changed.
            scope = {**scope, "headers": [h for h in scope["headers"] if h[0] != b"accept-encoding"]}
        start: Message = {}
        body = b""

        async def tidy(message: Message) -> None:
            nonlocal start, body
            if message["type"] == "http.response.start":
                ours = {name for name, _ in self._headers}
                headers = [h for h in message["headers"] if h[0].lower() not in ours] + self._headers
                start = {**message, "headers": headers}
                if not whole:
                    await send(start)
                return
            if not whole:
                await send(message)
                return
            body += message.get("body", b"")
            if message.get("more_body"):
                return
            page = tidied(body.decode("utf-8")).encode()
            headers = [h for h in start["headers"] if h[0].lower() != b"content-length"]
            if scope["method"] != "HEAD":
                headers.append((b"content-length", str(len(page)).encode()))
            await send({**start, "headers": headers})
            await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else page})

        await self.app(scope, receive, tidy)


def tidied(html: str) -> str:
    """Gradio's page in Vietnamese, without the preview cards that name other hosts and the manifest it doesn't have."""
    html = re.sub(r"<html\s+lang=\"en\"", '<html lang="vi"', html, count=1)
    html = re.sub(r"<meta\s+(?:property=\"og:|name=\"twitter:)[^>]*>", "", html)
    return re.sub(r"<link rel=\"manifest\"[^>]*>", "", html)


class Limits:
    """Refuses what comes too often from one client, and what is too large; uploads have a limit of their own.

    `uploads` is the path prefix under which files may come, with Gradio's own limit on their size; `costly` is a path that is
    counted though it is only read.
    """

    def __init__(
        self,
        app: ASGIApp,
        a_minute: int,
        uploads: str | None,
        largest_upload: int,
        clock: Callable[[], float] = time.monotonic,
        costly: str | None = None,
    ) -> None:
        self.app = app
        self._rate = a_minute / 60
        self._burst = max(10.0, a_minute / 4)
        self._uploads = uploads
        self._largest_upload = largest_upload
        self._clock = clock
        self._costly = costly
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        changes = scope["type"] == "http" and scope["method"] in ("POST", "PUT", "PATCH", "DELETE")
        if not changes and not (scope["type"] == "http" and path == self._costly):
            await self.app(scope, receive, send)
            return
        is_upload = "/upload" in path
        if is_upload and not (self._uploads and path.startswith(self._uploads)):
            await refuse(send, 403, t("no_uploads"))
            return
        if self._rate and not self._allowed(scope):
            await refuse(send, 429, t("too_often"))
            return
        limit = self._largest_upload if is_upload else _LARGEST_REQUEST
        declared = next((int(v) for k, v in scope["headers"] if k == b"content-length" and v.isdigit()), 0)
        if declared > limit:
            await refuse(send, 413, t("too_large", limit=f"{limit / 1024 / 1024:.0f}"))
            return
        seen = 0

        async def counted() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > limit:  # sent in pieces, without saying how much
                return {"type": "http.disconnect"}
            return message

        await self.app(scope, counted, send)

    def _allowed(self, scope: Scope) -> bool:
        """A bucket for each client that fills at the rate and holds a burst."""
        client = str((scope.get("client") or ("",))[0])
        now = self._clock()
        left, at = self._left.pop(client, (self._burst, now))
        left = min(self._burst, left + (now - at) * self._rate)
        self._left[client] = (left - 1 if left >= 1 else left, now)
        while len(self._left) > _CLIENTS:
            self._left.popitem(last=False)
        return left >= 1


async def refuse(send: Send, status: int, sentence: str, kind: str = "text/plain", **headers: str) -> None:
    """Answer with a sentence instead of passing a request on; `headers` with "_" for "-"."""
    body = sentence.encode()
    sent = {"content-type": f"{kind}; charset=utf-8", "content-length": str(len(body)), **headers}
    start = [(name.replace("_", "-").encode(), value.encode()) for name, value in sent.items()]
    await send({"type": "http.response.start", "status": status, "headers": start})
    await send({"type": "http.response.body", "body": body})
