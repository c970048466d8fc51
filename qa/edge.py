"""The outermost layer of whatever is served: who really asks, by which name, and nothing that a stranger says of that.

`X-Forwarded-…` is believed from the proxies of the settings alone; from others it is thrown away, so that nobody behind it (limits for
each client, the operator's cookie, Gradio's addresses) can be told another story.
"""

import ipaddress
import re
from collections.abc import Iterable, Sequence
from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send

_HOST = re.compile(r"(?:[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,252})|\[[0-9A-Fa-f:.]{2,45}\])(?::\d{1,5})?")
_FORWARDED = (b"forwarded", b"x-real-ip", b"x-gradio-server")
_OPEN = ("/healthz", "/readyz")  # asked by address, by what watches the process
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def networks(given: Iterable[str]) -> tuple[Network, ...]:
    """Addresses and networks, as "127.0.0.1" and "10.0.0.0/8".

    Raises:
        ValueError: one that is neither.
    """
    return tuple(ipaddress.ip_network(g, strict=False) for g in given)


class Edge:
    """ASGI middleware that settles client, scheme and host of a request, and turns away hosts that are not served.

    Args:
        trusted: addresses and networks of proxies.
        hosts: the names that are served, "*.example.vn" for all below one; none: any.
    """

    def __init__(self, app: ASGIApp, trusted: Sequence[str] = (), hosts: Sequence[str] = ()) -> None:
        self.app = app
        self._trusted = networks(trusted)
        self._hosts = tuple(h.lower() for h in hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        settled = self._settled(scope)
        named = [v.decode("latin-1") for k, v in settled["headers"] if k == b"host"]
        if not self._served(named, settled["path"]):
            await _refuse(settled, send)
            return
        await self.app(settled, receive, send)

    def _settled(self, scope: Scope) -> dict[str, Any]:
        """`scope` with what a trusted proxy says of the client put in, and without the headers that say it."""
        headers = list(scope["headers"])
        kept = [h for h in headers if not h[0].startswith(b"x-forwarded-") and h[0] not in _FORWARDED]
        client = scope.get("client")
        if client is None or not self._is_trusted(client[0]):
            return {**scope, "headers": kept}

        def last(name: bytes) -> str:
            values = [v.decode("latin-1") for k, v in headers if k == name]
            return values[-1].split(",")[-1].strip() if values else ""

        settled = {**scope, "headers": kept}
        if (proto := last(b"x-forwarded-proto").lower()) in ("http", "https"):
            settled["scheme"] = {"http": "ws", "https": "wss"}[proto] if scope["type"] == "websocket" else proto
        if host := last(b"x-forwarded-host"):
            settled["headers"] = [h for h in kept if h[0] != b"host"] + [(b"host", host.encode("latin-1"))]
        told = [a.strip() for k, v in headers if k == b"x-forwarded-for" for a in v.decode("latin-1").split(",")]
        # From the right: each trusted proxy vouches for the one before it, and what a client wrote itself stands further left.
        for address in reversed(told):
            if (found := _address(address)) is None:
                break
            settled["client"] = (str(found), 0)
            if not self._is_trusted(str(found)):
                break
        return settled

    def _is_trusted(self, address: str) -> bool:
        found = _address(address)
        return found is not None and any(found in n for n in self._trusted if n.version == found.version)

    def _served(self, named: Sequence[str], path: str) -> bool:
        if not named:  # HTTP/1.0
            return not self._hosts or path in _OPEN
        if len(named) > 1 or not _HOST.fullmatch(named[0]):
            return False
        host = re.sub(r":\d+$", "", named[0]).lower()
        return not self._hosts or path in _OPEN or any(host == h or (h.startswith("*.") and host.endswith(h[1:])) for h in self._hosts)


def _address(given: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    bare = re.sub(r"^\[(.*)\](?::\d+)?$", r"\1", given)
    bare = bare.rpartition(":")[0] if bare.count(":") == 1 else bare  # an IPv4 address with its port
    try:
        found = ipaddress.ip_address(bare)
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found


async def _refuse(scope: Scope, send: Send) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 4400})
        return
    body = b"this host is not served here (NGHIQUYET_HOSTS)\n"
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 421, "headers": [*headers, (b"x-content-type-options", b"nosniff")]})
    await send({"type": "http.response.body", "body": body})
