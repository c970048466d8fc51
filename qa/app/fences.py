"""What of Gradio can be reached, and from where: its own paths by a list, no fetching of addresses, no requests from other sites.

Gradio serves many paths that this page has no use for; one of them (`/gradio_api/file=http://…`) fetches any address for anybody, and an
event may carry a file that is an address. Nothing here may ask another host.
"""

import re
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Receive, Scope, Send

from qa.app.guards import refuse
from qa.app.texts import t

_USED = re.compile(
    r"(?:queue/(?:join|data)|component_server|heartbeat/[\w-]{1,100}|startup-events|info|app_id|cancel|reset|theme\.css|openapi\.json|"
    r"call/(?:v2/)?\w{1,50}(?:/[\w-]{1,100})?|run/\w{1,50}|upload(?:_progress)?|file=[^:]*|custom_component/.*)/?"
)
_UNUSED = re.compile(r"/(?:login|logout|monitoring|runs|pwa_icon|profiling)(?:/.*)?")
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
        if (api and not _USED.fullmatch(called)) or _UNUSED.fullmatch(below):
            await refuse(send, 404, t("no_such_page"))
            return
        headers = {k: v.decode("latin-1") for k, v in scope["headers"] if k in (b"origin", b"host", b"sec-fetch-site", b"sec-fetch-mode")}
        foreign = _foreign(headers, scope.get("scheme", "http"))
        # A link from elsewhere may lead to the operator's pages, but nothing may be done there or read into another site.
        arriving = scope["method"] == "GET" and headers.get(b"sec-fetch-mode") == "navigate" and not path.endswith("/dang-xuat")
        if foreign and (scope["method"] not in _LOOKING or (inside and not arriving)):
            await refuse(send, 403, t("other_site"))
            return

        async def own(message: dict[str, object]) -> None:
            if message["type"] == "http.response.start":
                kept = [h for h in message["headers"] if not h[0].lower().startswith(b"access-control-")]  # type: ignore[attr-defined]
                kept += [(b"cache-control", b"no-store")] if inside and not any(h[0].lower() == b"cache-control" for h in kept) else []
                message = {**message, "headers": kept}
            await send(message)

        await self.app(scope, receive, own)  # type: ignore[arg-type]


def _foreign(headers: dict[bytes, str], scheme: str) -> bool:
    """Whether a browser says that a page of another site, or of another host of this one, sent a request. Programs say nothing."""
    if (site := headers.get(b"sec-fetch-site")) is not None:
        return site not in ("same-origin", "none")
    origin = headers.get(b"origin")
    if origin is None:
        return False
    try:
        said = urlsplit(origin)
        asked = urlsplit(f"{scheme}://{headers.get(b'host', '')}")
        # Browsers that don't say the site also leave out the usual port; a proxy may end TLS without saying so.
        return (said.hostname, said.port or {"https": 443}.get(said.scheme, 80)) != (
            asked.hostname,
            asked.port or {"https": 443}.get(said.scheme, 80),
        )
    except ValueError:
        return True


def fetch_nothing() -> None:
    """Keep Gradio from fetching the addresses that events bring along as files."""
    from gradio import processing_utils

    async def refused(url: str, *_: object, **__: object) -> str:
        raise ValueError("addresses are not fetched here")

    for name in ("async_ssrf_protected_get", "async_ssrf_protected_download"):
        if not hasattr(processing_utils, name):
            raise RuntimeError(f"this version of Gradio has no {name}, so that what it fetches can't be kept from it")
        setattr(processing_utils, name, refused)
