"""The operator's door: a form for the password, a cookie for the session, and nothing behind it without one. No Gradio here."""

import time
from collections import OrderedDict, deque
from collections.abc import Callable
from http.cookies import SimpleCookie
from urllib.parse import parse_qs

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from qa.app.passwords import Password, Sessions
from qa.app.shelving import t
from qa.app.texts import e

PATH = "/quan-tri"
_DOOR = f"{PATH}/dang-nhap"
_COOKIE = "nghiquyet-quan-tri"
_TRIES, _WINDOW = 8, 300.0  # wrong passwords from one client within so many seconds
_CLIENTS = 10_000
_LONGEST = 2000  # bytes of the form

_FORM = """<!doctype html><html lang="vi"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>{title}</title><style>
:root{{color-scheme:light dark}} body{{margin:0;min-height:100dvh;display:grid;place-items:center;
font:16px/1.5 system-ui,'Segoe UI',Roboto,sans-serif;background:#f3f5f9;color:#1b2430}}
form{{box-sizing:border-box;width:min(92vw,360px);padding:28px;border:1px solid #d5dce6;border-radius:14px;background:#fff}}
h1{{margin:0 0 18px;font-size:1.3rem;color:#174a8c}} label{{display:block;margin-bottom:6px;font-weight:600}}
input,button{{box-sizing:border-box;width:100%;padding:11px 14px;border-radius:8px;font:inherit}}
input{{border:1px solid #66758a;background:#fff;color:inherit}} button{{margin-top:14px;border:0;background:#174a8c;color:#fff;
font-weight:600;cursor:pointer}} :focus-visible{{outline:3px solid #174a8c;outline-offset:2px}} p{{margin:14px 0 0;color:#9b1c1c}}
a{{color:#174a8c}} p.ve{{color:inherit;font-size:.9rem}}
@media(prefers-color-scheme:dark){{body{{background:#0e1524;color:#e8edf4}} form{{background:#172033;border-color:#38455b}}
h1,a{{color:#9cc4ff}} input{{background:#0e1524;border-color:#8793a5}} button{{background:#2a62b0}} p{{color:#ffb4b4}}
:focus-visible{{outline-color:#9cc4ff}}}}
</style></head><body><main><form method="post" action="dang-nhap"><h1>{title}</h1><label for="mk">{label}</label>
<input id="mk" name="password" type="password" autocomplete="current-password" required autofocus>
<button>{enter}</button>{said}<p class="ve"><a href="../">{back}</a></p></form></main></body></html>"""


class Tries:
    """Counts wrong passwords of each client. For one event loop."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._wrong: OrderedDict[str, deque[float]] = OrderedDict()

    def too_many(self, client: str) -> bool:
        """Whether `client` has to wait."""
        wrong = self._wrong.get(client, deque())
        while wrong and wrong[0] < self._clock() - _WINDOW:
            wrong.popleft()
        return len(wrong) >= _TRIES

    def wrong(self, client: str) -> None:
        """Count a wrong password."""
        self._wrong.setdefault(client, deque(maxlen=_TRIES)).append(self._clock())
        self._wrong.move_to_end(client)
        while len(self._wrong) > _CLIENTS:
            self._wrong.popitem(last=False)


def token_of(cookies: str) -> str | None:
    """The session's token in a Cookie header."""
    found = SimpleCookie(cookies).get(_COOKIE)
    return found.value if found else None


class Door:
    """Lets nothing under `PATH` be reached without a session, whatever Gradio would do with it; pages lead to the form."""

    def __init__(self, app: ASGIApp, sessions: Sessions) -> None:
        self.app = app
        self._sessions = sessions

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        inside = scope["type"] in ("http", "websocket") and (path == PATH or path.startswith(f"{PATH}/"))
        if not inside or path == _DOOR:
            await self.app(scope, receive, send)
            return
        cookies = "; ".join(v.decode("latin-1") for k, v in scope["headers"] if k == b"cookie")
        if self._sessions.alive(token_of(cookies)):
            if path == PATH:
                await RedirectResponse(f"{scope.get('root_path', '')}{PATH}/", 303)(scope, receive, send)
                return
            await self.app(scope, receive, send)
            return
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 4401})
        elif scope["method"] == "GET" and path in (PATH, f"{PATH}/"):
            await RedirectResponse(f"{scope.get('root_path', '')}{_DOOR}", 303)(scope, receive, send)
        else:
            await Response(t("signed_out"), 401, media_type="text/plain; charset=utf-8")(scope, receive, send)


def add_door(app: FastAPI, password: Password, sessions: Sessions) -> None:
    """The form and what it sends to; `Door` has to be among the middlewares."""
    tries = Tries()

    def form(said: str = "", status: int = 200) -> HTMLResponse:
        told = f'<p role="alert">{e(said)}</p>' if said else ""
        words = {"title": e(t("sign_in_title")), "label": e(t("password")), "enter": e(t("sign_in")), "back": e(t("back"))}
        return HTMLResponse(_FORM.format(said=told, **words), status, {"cache-control": "no-store"})

    @app.get(_DOOR)
    def door() -> HTMLResponse:
        return form()

    @app.post(_DOOR)
    async def enter(request: Request) -> Response:
        from starlette.concurrency import run_in_threadpool

        client = request.client.host if request.client else ""
        if tries.too_many(client):
            return form(t("too_many_tries"), 429)
        body = await request.body()
        given = parse_qs(body[:_LONGEST].decode("utf-8", "replace")).get("password", [""])[0]
        if not await run_in_threadpool(password.fits, given):
            tries.wrong(client)
            return form(t("wrong_password"), 403)
        response = RedirectResponse("./", 303)
        response.set_cookie(
            _COOKIE,
            sessions.begin(),
            path=request.scope.get("root_path", "") + PATH,
            httponly=True,
            samesite="strict",
            secure=request.url.scheme == "https",
        )
        return response

    @app.get(f"{PATH}/dang-xuat")
    def leave(request: Request) -> Response:
        sessions.end(request.cookies.get(_COOKIE))
        response = RedirectResponse("dang-nhap", 303)
        response.delete_cookie(_COOKIE, path=request.scope.get("root_path", "") + PATH)
        return response


def who(sessions: Sessions) -> Callable[[Request], str | None]:
    """The second lock, Gradio's own: its `auth_dependency`."""
    return lambda request: "operator" if sessions.alive(request.cookies.get(_COOKIE)) else None
