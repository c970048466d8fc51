"""The HTTP interface: questions, look-ups, chat completions, health and counts, beside the page in one process.

`Beside` puts it in front of another application, which goes on serving every other path.
"""

import importlib.metadata
import logging
import re
from collections.abc import AsyncIterator, Callable
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from qa import api_chat
from qa import api_models as m
from qa import settings as s
from qa.answer import Answer, Status
from qa.api_keys import Denied, Gate
from qa.caching import generation
from qa.counters import CONTENT_TYPE
from qa.desk import TurnedAwayError
from qa.reception import Asked, Reception
from qa.service import MOST_HITS, MOST_TARGETS, RequestError, Service
from qa.stages import Trail

log = logging.getLogger(__name__)

LARGEST_BODY = 1_000_000  # bytes
_REQUEST_ID = re.compile(rb"[\w.-]{8,64}")
_TYPES = {400: "invalid_request_error", 401: "authentication_error", 403: "permission_error", 404: "not_found_error"}
_ERRORS: dict[int | str, dict[str, Any]] = {
    code: {"model": m.Error, "description": said}
    for code, said in {
        400: "A body that can't be read.",
        401: "No key, or none that is known.",
        403: "A key for other things.",
        413: "A body of more than a megabyte.",
        422: "A body or parameter of another form.",
        429: "Too many requests; see Retry-After.",
        503: "Too many questions at once, or the server is about to stop; see Retry-After.",
        504: "The question took longer than the time limit.",
    }.items()
}
_MISSING: dict[int | str, dict[str, Any]] = {404: {"model": m.Error, "description": "There is no such thing."}}


def create(current: Callable[[], Service], settings: s.Settings, reception: Reception | None = None) -> FastAPI:
    """The application; `current` gives what it answers from at the time of a request, `reception` is where questions wait."""
    reception = reception or Reception(settings)
    gate, counters = Gate(settings), reception.observer.counters
    counters.watch_index(lambda: _index_facts(current()))
    app = FastAPI(
        title="Trợ lý Nghị quyết",
        version=importlib.metadata.version("nghiquyet"),
        description="Answers with exact citations over Vietnamese official documents. Keys, where set: `Authorization: Bearer KEY`.",
        openapi_url="/api/openapi.json",
        docs_url=None,  # their pages ask other hosts
        redoc_url=None,
    )
    bearer = HTTPBearer(auto_error=False, description="A key that the operator has set.")

    def admitted(scope: s.Scope) -> Any:
        async def admit_with_key(request: Request, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)]) -> None:
            given = credentials.credentials if credentials else request.headers.get("x-api-key")
            gate.admit(given, scope, request.client.host if request.client else "")

        # The document asks for keys only where they are asked for.
        return Depends(admit_without_key if gate.open else admit_with_key)

    async def admit_without_key(request: Request) -> None:
        gate.admit(None, "ask", request.client.host if request.client else "")

    async def events(
        lines: Callable[[AsyncIterator[str | Answer]], AsyncIterator[str]], pieces: AsyncIterator[str | Answer]
    ) -> StreamingResponse:
        first = await anext(pieces)  # what is turned away is told by its code, before anything is sent

        async def rest() -> AsyncIterator[str | Answer]:
            yield first
            try:
                async for piece in pieces:
                    yield piece
            except TurnedAwayError as away:
                yield Answer(Status.ERROR, str(away))

        return StreamingResponse(lines(rest()), media_type="text/event-stream", headers={"cache-control": "no-store"})

    stream: dict[int | str, dict[str, Any]] = {200: {"content": {"text/event-stream": {}}}}

    @app.post("/api/ask", response_model=m.AnswerBody, responses={**_ERRORS, **stream}, dependencies=[admitted("ask")])
    async def ask(body: m.Ask, request: Request) -> Any:
        """Answer a question, with citations."""
        history = [t.model_dump() for t in body.history]
        asked = Asked.of(body.question, history, body.province, body.year)
        taken = _Taken(current(), asked, lambda service: service.stream(body.question, history, body.province, body.year))
        given = {"id": body.id, "question": body.question}
        if body.stream:
            return await events(lambda all_of_it: api_chat.sent(all_of_it, given), taken.stream(reception, request))
        return JSONResponse({**given, **(await taken.answer(reception, request)).to_json()})

    @app.get("/api/documents", response_model=m.Documents, responses=_ERRORS, dependencies=[admitted("read")])
    def documents() -> Any:
        """The documents of the library."""
        return {"documents": current().documents()}

    @app.get("/api/search", response_model=m.Hits, responses={**_ERRORS, **_MISSING}, dependencies=[admitted("read")])
    async def search(
        request: Request,
        q: Annotated[str, Query(min_length=1, max_length=s.LONGEST_QUESTION, examples=["kinh tế số GRDP"])],
        province: Annotated[str | None, Query(max_length=100)] = None,
        year: Annotated[int | None, Query(ge=1900, le=2100)] = None,
        k: Annotated[int, Query(ge=1, le=MOST_HITS)] = 10,
    ) -> Any:
        """Passages, best first."""
        service = current()
        return {"hits": await reception.worked(lambda: service.search(q, province, year, k), _trail(request))}

    @app.get("/api/passage", response_model=m.PassageBody, responses={**_ERRORS, **_MISSING}, dependencies=[admitted("read")])
    def passage(
        document_id: Annotated[str, Query(max_length=200, examples=["gia-lai-04-nq-tu"])],
        start: Annotated[int, Query(ge=0, le=10**9)],
        end: Annotated[int, Query(ge=1, le=10**9)],
        around: Annotated[int, Query(ge=0, le=2000)] = 0,
    ) -> Any:
        """A stretch of a document's text, in code points."""
        return current().passage(document_id, start, end, around)

    @app.get("/api/targets", response_model=m.Targets, responses={**_ERRORS, **_MISSING}, dependencies=[admitted("read")])
    def targets(
        province: Annotated[str | None, Query(max_length=100)] = None,
        year: Annotated[int | None, Query(ge=1900, le=2100)] = None,
        pillar: Annotated[str | None, Query(max_length=100, examples=["kinh tế số"])] = None,
        text: Annotated[str | None, Query(max_length=200)] = None,
        limit: Annotated[int, Query(ge=1, le=MOST_TARGETS)] = 100,
        offset: Annotated[int, Query(ge=0, le=10**9)] = 0,
    ) -> Any:
        """Quantified commitments as rows."""
        return current().targets(province, year, pillar, text, limit, offset)

    @app.post(
        "/v1/chat/completions", response_model=m.Completion, responses={**_ERRORS, **_MISSING, **stream}, dependencies=[admitted("ask")]
    )
    async def chat(body: m.Chat, request: Request) -> Any:
        """Answer a conversation, as OpenAI's interface does."""
        if body.model != api_chat.MODEL:
            raise RequestError(f"there is no model {body.model[:60]!r}; there is {api_chat.MODEL!r}", missing=True)
        question, history = api_chat.asked(body)
        taken = _Taken(current(), Asked.of(question, history), lambda service: service.stream(question, history))
        base = str(request.base_url)
        if body.stream:
            usage = body.stream_options is not None and body.stream_options.include_usage
            return await events(lambda all_of_it: api_chat.chunks(all_of_it, question, base, usage), taken.stream(reception, request))
        return JSONResponse(api_chat.completion(await taken.answer(reception, request), question, base))

    @app.get("/v1/models", response_model=m.Models, responses=_ERRORS, dependencies=[admitted("ask")])
    async def models() -> Any:
        """The one model there is."""
        return {"object": "list", "data": [{"id": api_chat.MODEL, "object": "model", "created": 0, "owned_by": api_chat.MODEL}]}

    @app.get("/healthz", response_model=m.Health)
    async def health() -> Any:
        """Whether the process is alive, and what it answers from; open to all."""
        assistant = current().assistant
        held, named = assistant.index, assistant.generator.name if assistant.generator else None
        embedder = assistant.embedder.name if assistant.embedder else None
        return {"status": "ok", "documents": len(held.documents), "passages": len(held.passages), "model": embedder, "llm": named}

    @app.get("/readyz", response_model=m.Ready, responses={503: {"model": m.Ready, "description": "No questions are to be sent here."}})
    async def ready() -> Any:
        """Whether questions may be sent here: the index is open, its model is loaded, and the server is not about to stop."""
        assistant, taking = current().assistant, reception.desk.open
        model = assistant.embedder is not None
        told = {"ready": model and taking, "index": generation(assistant.index.manifest), "model": model, "stopping": not taking}
        return JSONResponse(told, 200 if told["ready"] else 503)

    as_json = {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
    told: dict[int | str, dict[str, Any]] = {c: {"description": e["description"], "content": as_json} for c, e in _ERRORS.items()}

    @app.get("/metrics", response_class=PlainTextResponse, responses=told, dependencies=[admitted("metrics")])
    async def metrics() -> Response:
        """Counts, in the text format of Prometheus."""
        return Response(counters.text(), media_type=CONTENT_TYPE)

    _failures(app)
    app.add_middleware(_Bounded, reception=reception)
    if settings.cors:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=list(settings.cors),
            allow_methods=["GET", "POST"],
            allow_headers=["authorization", "content-type", "x-api-key"],
        )
    return app


class _Taken:
    """A question on its way to its answer."""

    def __init__(self, service: Service, asked: Asked, pieces: Callable[[Service], Any]) -> None:
        self._over = (service.assistant, asked, lambda: pieces(service))

    async def answer(self, reception: Reception, request: Request) -> Answer:
        """The whole answer."""
        return await reception.answer(*self._over, _trail(request))

    def stream(self, reception: Reception, request: Request) -> AsyncIterator[str | Answer]:
        """Its pieces."""
        return reception.stream(*self._over, _trail(request))


def _trail(request: Request) -> Trail:
    trail: Trail = request.state.trail
    return trail


def _index_facts(service: Service) -> tuple[str, int, int]:
    index = service.assistant.index
    return generation(index.manifest), len(index.documents), len(index.passages)


def _failures(app: FastAPI) -> None:
    """Every failure in the one form there is."""

    def failed(code: int, message: str, param: str | None = None, headers: Any = None, reason: str | None = None) -> JSONResponse:
        kind = _TYPES.get(code, "rate_limit_error" if code == 429 else "invalid_request_error" if code < 500 else "server_error")
        return JSONResponse({"error": {"message": message, "type": kind, "param": param, "code": reason}}, code, headers=headers)

    @app.exception_handler(Denied)
    async def denied(_: Request, error: Denied) -> JSONResponse:
        return failed(error.code, str(error), headers=error.headers)

    @app.exception_handler(TurnedAwayError)
    async def turned_away(_: Request, error: TurnedAwayError) -> JSONResponse:
        return failed(error.code, str(error), headers={"retry-after": str(error.wait)}, reason=error.reason)

    @app.exception_handler(RequestError)
    async def refused(_: Request, error: RequestError) -> JSONResponse:
        return failed(404 if error.missing else 400, str(error))

    @app.exception_handler(HTTPException)
    async def wrong(_: Request, error: HTTPException) -> JSONResponse:
        return failed(error.status_code, f"{error.detail}; the interface is described at /api/openapi.json", headers=error.headers)

    @app.exception_handler(RequestValidationError)
    async def invalid(_: Request, error: RequestValidationError) -> JSONResponse:
        first = error.errors()[0]
        param = ".".join(str(x) for x in first["loc"][1:])
        return failed(422, f"{param or 'body'}: {first['msg']}", param or None)

    @app.exception_handler(Exception)
    async def broken(_: Request, error: Exception) -> JSONResponse:
        log.error("a request failed", exc_info=error)
        return failed(500, "something went wrong here; the operator finds it in the log")


class _Bounded:
    """Turns away bodies that are too large, and has each request observed when it is over."""

    def __init__(self, app: ASGIApp, reception: Reception) -> None:
        self.app = app
        self._observer = reception.observer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        read, code = 0, 500
        headers = dict(scope["headers"])
        trail = Trail("none", parent=headers.get(b"traceparent", b"").decode("latin-1"))
        if _REQUEST_ID.fullmatch(given := headers.get(b"x-request-id", b"")):
            trail.request = given.decode("ascii")
        scope.setdefault("state", {})["trail"] = trail

        async def bounded() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > LARGEST_BODY:
                raise HTTPException(413, f"a body may have {LARGEST_BODY} bytes")
            return message

        async def counted(message: Message) -> None:
            nonlocal code
            if message["type"] == "http.response.start":
                code = message["status"]
                ours = [(b"x-content-type-options", b"nosniff"), (b"x-request-id", trail.request.encode())]
                message = {**message, "headers": [*message["headers"], *ours]}
            await send(message)

        try:
            await self.app(scope, bounded, counted)
        finally:
            trail.route = getattr(scope.get("route"), "path", "none")
            self._observer.done(trail, code)


class Beside:
    """Serves the interface's paths, and leaves all others to the application behind it."""

    def __init__(self, app: ASGIApp, api: ASGIApp) -> None:
        self.app = app
        self._api = api

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        ours = scope["type"] == "http" and (path in ("/healthz", "/readyz", "/metrics") or path.startswith(("/api/", "/v1/")))
        await (self._api if ours else self.app)(scope, receive, send)
