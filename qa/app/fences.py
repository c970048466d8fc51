"""What of Gradio can be reached, and from where: its own paths by a list, no fetching of addresses, no requests from other sites.

Gradio serves many paths that this page has no use for; one of them (`/gradio_api/file=http://…`) fetches any address for anybody. An event
may carry a file that is an address, which is fetched too, or a file of this machine, which is copied to where it can be had: Gradio looks
whether it may be only where it was started by its own `launch`. Each of these is stopped here twice.
"""

import json
import logging
import re
from typing import Any
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from qa.app.guards import refuse
from qa.app.texts import t
from qa.plain import plain_object

log = logging.getLogger(__name__)


_USED = re.compile(
    r"(?:queue/(?:join|data)|component_server|heartbeat/[\w-]{1,100}|startup-events|info|app_id|cancel|reset|theme\.css|openapi\.json|"
    r"run/predict|call/(?:v2/)?\w{1,50}(?:/[\w-]{1,100})?|custom_component/.*)/?"  # run/predict: events with queue=False
)
_USED_BY_OPERATOR = re.compile(r"upload(?:_progress)?|file=[^:]*")
_UNUSED = re.compile(r"/(?:login|logout|monitoring|runs|pwa_icon|profiling)(?:/.*)?")
_COME_AGAIN = "5"  # seconds
_LONGEST_NAME = 255  # bytes, of a file's name
_LOOKING = ("GET", "HEAD", "OPTIONS")


class Fences:
    """Refuses what of Gradio is not used, and what other sites' pages send; takes back what Gradio lets other sites read.

    Args:
        operator: the path that the operator's pages stand under.
    """

    def __init__(self, app: ASGIApp, operator: str) -> None:
        self.app = app
        self._operator = operator

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        path: str = scope["path"]
        inside = path.startswith(f"{self._operator}/")
        below = path[len(self._operator) :] if inside else path
        _, api, called = below.partition("/gradio_api/")
        used = _USED.fullmatch(called) or (inside and _USED_BY_OPERATOR.fullmatch(called))
        # Gradio looks for a file of that name, and fails with 500 where no file can have it.
        nameless = any(len(part.encode(errors="surrogatepass")) > _LONGEST_NAME for part in path.split("/"))
        if (api and not used) or nameless or _UNUSED.fullmatch(below):
            await refuse(send, 404, t("no_such_page"))
            return
        headers = {k: v.decode("latin-1") for k, v in scope["headers"] if k in (b"origin", b"host", b"sec-fetch-site", b"sec-fetch-mode")}
        # A link from elsewhere may lead to the operator's pages, but nothing may be done there or read into another site.
        arriving = scope["method"] == "GET" and headers.get(b"sec-fetch-mode") == "navigate" and not path.endswith("/dang-xuat")
        if _foreign(headers, scope.get("scheme", "http")) and (scope["method"] not in _LOOKING or (inside and not arriving)):
            await refuse(send, 403, t("other_site"))
            return
        own = _own(send, inside)
        if not api:
            await self.app(scope, receive, own)
        elif scope["method"] == "POST" and not called.startswith("upload"):
            await self._event(scope, receive, own, files=inside)
        else:
            await self._called(scope, receive, own)

    async def _event(self, scope: Scope, receive: Receive, send: Send, files: bool) -> None:
        """Pass on a body that is a JSON object, as plain values: Gradio reads much that it then can't write."""
        read = bytearray()
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            read += message.get("body", b"")
            if not message.get("more_body"):
                break
        try:
            body = plain_object(bytes(read))
            if not files and _names_a_file(json.loads(body)):
                raise ValueError("a file, where none are taken")
        except ValueError:
            await refuse(send, 400, t("not_done"))
            return
        given = [{**message, "body": body}]
        ours = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
        headers = [h for h in scope["headers"] if h[0] not in (b"content-type", b"content-length", b"transfer-encoding")] + ours

        async def replayed() -> Message:
            return given.pop() if given else await receive()

        await self._called({**scope, "headers": headers}, replayed, send)

    async def _called(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Gradio fails with 500 on what it can't make sense of. Its own failures are answered so too; the log tells them apart.

        That its queue is full it says in English.
        """
        broken = False

        async def told(message: Message) -> None:
            nonlocal broken
            if message["type"] == "http.response.start" and message["status"] >= 500:
                broken = True
                if message["status"] == 503:  # Gradio's clients want JSON, and show what stands in it
                    said = json.dumps({"detail": t("busy")}, ensure_ascii=False)
                    await refuse(send, 503, said, "application/json", retry_after=_COME_AGAIN)
                else:
                    await refuse(send, 400, t("not_done"))
            elif not broken:
                await send(message)

        try:
            await self.app(scope, receive, told)
        except Exception as error:
            if not broken:
                raise
            log.warning("%.100r could not be done: %.300r", scope["path"], error)


def _names_a_file(value: Any) -> bool:
    """Whether there is something in `value` that Gradio would take for a file, and copy or fetch."""
    if isinstance(value, dict):
        meta = value.get("meta")
        return ("path" in value and isinstance(meta, dict) and "_type" in meta) or any(map(_names_a_file, value.values()))
    return isinstance(value, list) and any(map(_names_a_file, value))


def _own(send: Send, inside: bool) -> Send:
    """`send` without what lets other sites read; what the operator sees is kept nowhere."""

    async def own(message: Message) -> None:
        if message["type"] == "http.response.start":
            kept = [h for h in message["headers"] if not h[0].lower().startswith(b"access-control-")]
            kept += [(b"cache-control", b"no-store")] if inside and not any(h[0].lower() == b"cache-control" for h in kept) else []
            message = {**message, "headers": kept}
        await send(message)

    return own


def _foreign(headers: dict[bytes, str], scheme: str) -> bool:
    """Whether a browser says that a page of another site, or of another host of this one, sent a request. Programs say nothing."""
    if (site := headers.get(b"sec-fetch-site")) is not None:
        return site not in ("same-origin", "none")
    origin = headers.get(b"origin")
    if origin is None:
        return False
    try:
        said, asked = urlsplit(origin), urlsplit(f"{scheme}://{headers.get(b'host', '')}")
        usual = {"https": 443}.get(said.scheme, 80)  # of the origin: a proxy may end TLS without saying so
        return (said.hostname, said.port or usual) != (asked.hostname, asked.port or usual)
    except ValueError:
        return True


def files_as_launched(blocks: Any) -> None:
    """Let Gradio look at which files events name: those that were uploaded, and no others of this machine."""
    if not hasattr(blocks, "has_launched"):
        raise RuntimeError("this version of Gradio doesn't tell what was launched, so that it can't be kept from reading any file")
    blocks.has_launched = True


def fetch_nothing() -> None:
    """Keep Gradio from fetching the addresses that events bring along as files."""
    from gradio import processing_utils

    async def refused(url: str, *_: object, **__: object) -> str:
        raise ValueError("addresses are not fetched here")

    for name in ("async_ssrf_protected_get", "async_ssrf_protected_download"):
        if not hasattr(processing_utils, name):
            raise RuntimeError(f"this version of Gradio has no {name}, so that what it fetches can't be kept from it")
        setattr(processing_utils, name, refused)
