"""The tools as a Model Context Protocol server, over standard input and output or over HTTP. Imported only when it is run."""

import functools
from collections.abc import Callable
from importlib import metadata
from typing import Any

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from prompts.loader import text
from qa.api_keys import Denied, Gate
from qa.desk import TurnedAwayError
from qa.edge import Edge
from qa.reception import Asked, Reception
from qa.service import RequestError, Service
from qa.settings import Settings

PATH = "/mcp"
MOST_AROUND = 2000  # characters


def build(service: Service, reception: Reception | None = None) -> Any:
    """The server (`mcp.server.MCPServer`) with its six tools; each gives a JSON object, or fails with a sentence.

    `reception`: where questions wait for their turn; by default they are answered at once.
    """
    from mcp.server import MCPServer
    from mcp.server.mcpserver.exceptions import ToolError
    from mcp_types import ToolAnnotations

    server = MCPServer("nghiquyet", instructions=text("tools", "instructions"), version=metadata.version("nghiquyet"), log_level="WARNING")

    def tool(function: Callable[..., dict[str, Any]]) -> None:
        @functools.wraps(function)
        def told(*args: Any, **given: Any) -> dict[str, Any]:
            try:
                return function(*args, **given)
            except (RequestError, TurnedAwayError) as error:
                raise ToolError(str(error)) from error

        only_reads = ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=False)
        server.add_tool(told, description=text("tools", function.__name__), annotations=only_reads, structured_output=True)

    def ask(
        question: str, history: list[dict[str, str]] | None = None, province: str | None = None, year: int | None = None
    ) -> dict[str, Any]:
        turns = [t for t in history or [] if t.get("role") in ("user", "assistant") and isinstance(t.get("content"), str)]
        if reception is None:
            return service.ask(question, turns, province, year)
        asked = Asked.of(question, turns, province, year)
        with reception.request(PATH) as trail:
            return reception.ask(service.assistant, asked, lambda: service.stream(question, turns, province, year), trail).to_json()

    def search(query: str, province: str | None = None, year: int | None = None, k: int = 10) -> dict[str, Any]:
        return {"hits": service.search(query, province, year, k)}

    def get_passage(document_id: str, start: int, end: int, around: int = 0) -> dict[str, Any]:
        return service.passage(document_id, start, end, max(0, min(around, MOST_AROUND)))

    def list_documents() -> dict[str, Any]:
        return {"documents": service.documents()}

    def targets(
        province: str | None = None,
        year: int | None = None,
        pillar: str | None = None,
        words: str | None = None,
        limit: int = 100,
        offset: int = 0,
    ) -> dict[str, Any]:
        return service.targets(province, year, pillar, words, limit, offset)

    def compare(topic: str, provinces: list[str] | None = None, year: int | None = None) -> dict[str, Any]:
        return service.compare(topic, provinces or (), year)

    for function in (ask, search, get_passage, list_documents, targets, compare):
        tool(function)
    return server


def application(service: Service, settings: Settings, reception: Reception | None = None) -> ASGIApp:
    """The server over HTTP, at `PATH`; behind the keys of the settings (scope "ask"), where there are any."""
    app: ASGIApp = build(service, reception).streamable_http_app(streamable_http_path=PATH, host=settings.host)
    return Edge(_Keyed(app, Gate(settings)), settings.trusted_proxies, settings.hosts)


class _Keyed:
    def __init__(self, app: ASGIApp, gate: Gate) -> None:
        self.app = app
        self._gate = gate

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            headers = {k.decode("latin-1").lower(): v.decode("latin-1") for k, v in scope["headers"]}
            kind, _, key = headers.get("authorization", "").partition(" ")
            given = key.strip() if kind.lower() == "bearer" else headers.get("x-api-key")
            try:
                self._gate.admit(given, "ask", scope["client"][0] if scope.get("client") else "")
            except Denied as denied:
                body = {"jsonrpc": "2.0", "id": None, "error": {"code": -32000, "message": str(denied)}}
                await JSONResponse(body, denied.code, denied.headers)(scope, receive, send)
                return
        await self.app(scope, receive, send)
