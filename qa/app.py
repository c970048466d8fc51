"""The web page: Gradio on a server of our own that listens where it is told, asks no other host, and stays quiet.

Gradio is imported in this module only. What is shown is made in sources_view.py; every text is in prompts/page.toml.
"""

import contextlib
import errno
import json
import logging
import os
import re
import socket
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any, Protocol

import gradio as gr
import uvicorn
from fastapi import FastAPI
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from index.store import Index
from prompts import loader
from qa import sources_view
from qa.answer import Answer, Status
from qa.settings import LONGEST_QUESTION

log = logging.getLogger(__name__)

_SAMPLES = 6
_SUGGESTIONS = 4
_TURNS_KEPT = 20  # in a conversation; what is older is neither shown nor sent along
_AT_ONCE = 4  # questions answered side by side; more wait in the queue
_SESSIONS = 500  # conversations kept in memory; Gradio's default of 10 000 could take a gigabyte


class PortInUseError(Exception):
    """The page can't listen where it was told to; the message says where, why, and what to do."""


class Answering(Protocol):
    """What the page needs of `qa.assistant.Assistant`."""

    @property
    def index(self) -> Index:
        """The documents, for the library and for the text around a quote."""

    @property
    def note(self) -> str | None:
        """A sentence to show where answering is limited."""

    def ask(
        self, question: str, history: Sequence[Mapping[str, str]] = (), province: str | None = None, year: int | None = None
    ) -> Answer:
        """Answer a question, given the turns before it."""


@dataclass(frozen=True, slots=True)
class Turn:
    """A question and its answer, numbered from 1 within the conversation."""

    number: int
    question: str
    answer: Answer


def _t(key: str, **values: object) -> str:
    return loader.text("page", key, **values)


def answered(assistant: Answering, question: str, history: Sequence[Mapping[str, str]]) -> Answer:
    """The assistant's answer; a failure becomes one clear sentence."""
    try:
        return assistant.ask(question, history=history)
    except Exception:  # whatever it is, the person is owed a sentence and the operator the traceback
        log.exception("a question could not be answered")
        return Answer(Status.ERROR, _t("failed"))


def _history(turns: Sequence[Turn]) -> list[dict[str, str]]:
    pairs = [[{"role": "user", "content": t.question}, {"role": "assistant", "content": t.answer.text}] for t in turns]
    return [message for pair in pairs for message in pair]


def _messages(turns: Sequence[Turn], pending: str | None = None) -> list[dict[str, str]]:
    messages = []
    for t in turns:
        messages.append({"role": "user", "content": sources_view.literal(t.question)})
        messages.append({"role": "assistant", "content": sources_view.answer_markdown(t.answer, t.number)})
    if pending is not None:
        messages.append({"role": "user", "content": sources_view.literal(pending)})
        messages.append({"role": "assistant", "content": f"*{_t('searching')}*"})
    return messages


def _checked_history(history: Any) -> list[dict[str, str]]:
    """The history of an API call, or a `gr.Error` saying what is accepted."""
    turns = [] if history is None else history
    good = isinstance(turns, list) and all(
        isinstance(m, dict) and m.get("role") in ("user", "assistant") and isinstance(m.get("content"), str) for m in turns
    )
    if not good:
        raise gr.Error(_t("bad_history"))
    return [{"role": m["role"], "content": m["content"]} for m in turns[-2 * _TURNS_KEPT :]]


def build(assistant: Answering) -> gr.Blocks:
    """The page's components and events. `application` gives it its looks and serves it."""

    def panel(turns: Sequence[Turn]) -> str:
        return sources_view.sources([(t.number, t.question, t.answer) for t in turns], assistant.index.documents)

    def converse(question: str, turns: list[Turn]) -> Iterator[tuple[Any, ...]]:
        if not question.strip():
            yield tuple(gr.skip() for _ in outputs)
            return
        hidden = [gr.Button(visible=False)] * _SUGGESTIONS
        yield "", _messages(turns, pending=question), gr.skip(), gr.skip(), gr.Column(visible=False), gr.Column(visible=False), gr.skip(), *hidden
        answer = answered(assistant, question, _history(turns))
        turns = [*turns, Turn(turns[-1].number + 1 if turns else 1, question, answer)][-_TURNS_KEPT:]
        offered = answer.suggestions[:_SUGGESTIONS]
        buttons = [gr.Button(value=s, visible=True) for s in offered] + hidden[len(offered) :]
        yield "", _messages(turns), panel(turns), turns, gr.Column(visible=False), gr.Column(visible=bool(offered)), gr.Button(visible=True), *buttons

    def restart() -> tuple[Any, ...]:
        hidden = [gr.Button(visible=False)] * _SUGGESTIONS
        return "", [], panel([]), [], gr.Column(visible=True), gr.Column(visible=False), gr.Button(visible=False), *hidden

    def ask(question: str, history: list[dict[str, str]] | None = None) -> dict[str, Any]:
        return answered(assistant, question, _checked_history(history)).to_json()

    with gr.Blocks(title=_t("title"), analytics_enabled=False, fill_width=True) as page:
        turns = gr.State([])
        with gr.Row(elem_id="dau-trang"):
            gr.HTML(sources_view.header(assistant.index.documents, assistant.note), apply_default_css=False)
            new = gr.Button(_t("new"), variant="secondary", size="sm", scale=0, min_width=100, elem_id="moi", visible=False)
        with gr.Column(elem_id="trang"):
            with gr.Column(elem_id="hoi-thoai"):
                chat = gr.Chatbot(
                    label=_t("chat"),
                    show_label=False,
                    placeholder=_t("welcome"),
                    elem_id="khung-chat",
                    height=None,
                    layout="bubble",
                    buttons=[],
                    autoscroll=False,
                    latex_delimiters=[],
                    feedback_options=None,
                )
                with gr.Column(visible=False, elem_classes="goi-y") as suggestion_box:
                    gr.HTML(f"<h2>{_t('suggestions')}</h2>", apply_default_css=False)
                    suggestions = [gr.Button(visible=False, size="sm", elem_classes="cau-mau") for _ in range(_SUGGESTIONS)]
                with gr.Column(elem_classes="goi-y") as sample_box:
                    gr.HTML(f"<h2>{_t('samples')}</h2>", apply_default_css=False)
                    samples = [gr.Button(_t(f"sample_{n}"), size="sm", elem_classes="cau-mau") for n in range(1, _SAMPLES + 1)]
            with gr.Column(elem_id="nguon"):
                shown = gr.HTML(panel([]), elem_id="cac-nguon", apply_default_css=False)
                gr.HTML(sources_view.library(assistant.index.documents), apply_default_css=False)
            with gr.Row(elem_id="soan"):
                box = gr.Textbox(
                    label=_t("question"),
                    show_label=False,
                    placeholder=_t("placeholder"),
                    lines=1,
                    max_lines=6,
                    max_length=LONGEST_QUESTION,
                    container=False,
                    scale=1,
                )
                send = gr.Button(_t("send"), variant="primary", scale=0, min_width=72)
        outputs = [box, chat, shown, turns, sample_box, suggestion_box, new, *suggestions]
        hidden_event = {"api_visibility": "private", "show_progress": "hidden"}
        events = [(box.submit, box), (send.click, box), *((b.click, b) for b in (*samples, *suggestions))]
        for event, source in events:
            event(
                converse, [source, turns], outputs, concurrency_limit=_AT_ONCE, concurrency_id="ask", **hidden_event
            ).then(None, js="() => window.nghiquyetShow?.()", api_visibility="private")
        new.click(restart, None, outputs, queue=False, **hidden_event)
        gr.api(ask, api_name="ask", concurrency_limit=_AT_ONCE, concurrency_id="ask")
    page.queue(max_size=64, default_concurrency_limit=_AT_ONCE)
    page.state_session_capacity = _SESSIONS
    return page


# Opens the source a marker points to, copies citations, brings the newest question to the top of the view, and puts into
# Vietnamese what Gradio says in English whatever the language.
_SCRIPT = """
<script>
(() => {
  const words = WORDS;
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth";
  function reveal(id) {
    const card = document.getElementById(id);
    if (!card) return;
    for (let e = card; e; e = e.parentElement) if (e.tagName === "DETAILS") e.open = true;
    document.querySelectorAll(".the.dang-xem").forEach((e) => e.classList.remove("dang-xem"));
    card.classList.add("dang-xem");
    card.scrollIntoView({ behavior: calm, block: "start" });
    card.querySelector("summary").focus({ preventScroll: true });
  }
  let from = null;
  function back(id) {
    const link = from?.isConnected && from.hash === "#" + id ? from : document.querySelector(`a[href="#${id}"]`);
    link?.scrollIntoView({ behavior: calm, block: "center" });
    link?.focus({ preventScroll: true });
  }
  async function copy(button) {
    try { await navigator.clipboard.writeText(button.dataset.chep); }
    catch {  // there is no clipboard outside https and localhost
      const area = Object.assign(document.createElement("textarea"), { value: button.dataset.chep });
      document.body.append(area); area.select(); document.execCommand("copy"); area.remove();
    }
    button.textContent = words.copied;
    setTimeout(() => { button.textContent = words.copy; }, 1500);
  }
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.('a[href^="#nguon-"], a[href="#thu-vien"]');
    if (link) { event.preventDefault(); from = link; reveal(link.getAttribute("href").slice(1)); }
    const button = event.target.closest?.("button.chep, button.ve");
    if (button?.className === "chep") copy(button);
    if (button?.className === "ve") back(button.closest("details").id);
  });
  window.nghiquyetShow = () => setTimeout(() => {
    document.getElementById("nguon")?.scrollTo(0, 0);
    [...document.querySelectorAll("#khung-chat .user-row")].pop()?.scrollIntoView({ behavior: calm, block: "start" });
  }, 80);
  function translate() {
    const label = (selector, text) => document.querySelectorAll(selector).forEach((e) => {
      if (e.getAttribute("aria-label") !== text) e.setAttribute("aria-label", text);
    });
    label('#khung-chat [role="log"]', words.chat);
    label('#khung-chat [data-testid="user"]', words.asked);
    label('#khung-chat [data-testid="bot"]', words.answered);
    document.querySelectorAll(".toast-title, .toast-text").forEach((e) => {
      const known = Object.entries(words.toasts).find(([english]) => e.textContent.trim().startsWith(english));
      if (known) e.textContent = known[1];
    });
    const shelf = document.querySelector("details.thu-vien:not([data-seen])");
    if (shelf) { shelf.dataset.seen = ""; shelf.open = matchMedia("(min-width: 900px)").matches; }
  }
  new MutationObserver(translate).observe(document.documentElement, { childList: true, subtree: true });
})();
</script>
"""


def _head() -> str:
    # As a style sheet of ours, since Gradio rewrites what it is given as `css` (it drops rules for its own wrappers).
    style = (resources.files("qa") / "data" / "page.css").read_text("utf-8")
    words = {key: _t(key) for key in ("chat", "asked", "answered", "copy", "copied")}
    toasts = {
        "Connection Lost": _t("connection_lost"),
        "Connection to the server was lost": _t("reconnecting"),
        "This application is currently busy": _t("busy"),
        "Error": _t("error"),
    }
    data = json.dumps({**words, "toasts": toasts}, ensure_ascii=False).replace("<", "\\u003c")
    return f"<style>{style}</style>" + _SCRIPT.replace("WORDS", data)


_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; object-src 'none'; base-uri 'self'"
)


class _Tidy:
    """Corrects the page Gradio serves: its language, Gradio's own preview cards, and a policy against foreign requests."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] != "/":
            await self.app(scope, receive, send)
            return
        # Uncompressed, since the body is about to be changed.
        scope = {**scope, "headers": [h for h in scope["headers"] if h[0] != b"accept-encoding"]}
        start: Message = {}
        body = b""

        async def tidy(message: Message) -> None:
            nonlocal start, body
            if message["type"] == "http.response.start":
                start = message
                return
            body += message.get("body", b"")
            if message.get("more_body"):
                return
            page = tidied(body.decode("utf-8")).encode()
            replaced = (b"content-length", b"content-security-policy", b"referrer-policy")
            headers = [h for h in start["headers"] if h[0] not in replaced]
            headers += [(b"content-security-policy", _POLICY.encode()), (b"referrer-policy", b"no-referrer")]
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


def application(assistant: Answering) -> FastAPI:
    """An application that serves the page at "/"; other routes can be added to it before it starts."""
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"  # some of Gradio asks the environment only
    app = FastAPI(title=_t("title"), docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(_Tidy)
    fonts = ["system-ui", "-apple-system", "Segoe UI", "Roboto", "Noto Sans", "Arial", "sans-serif"]
    theme = gr.themes.Base(primary_hue="blue", neutral_hue="slate", font=fonts, font_mono=["ui-monospace", "Consolas", "monospace"])
    gr.mount_gradio_app(
        app,
        build(assistant),
        path="/",
        footer_links=[],
        run_history=False,
        enable_monitoring=False,
        show_error=False,
        ssr_mode=False,
        pwa=False,
        mcp_server=False,
        theme=theme,
        head=_head(),
    )
    return app


def listen(host: str, port: int) -> socket.socket:
    """A socket that holds the port from now on.

    Raises:
        PortInUseError: the port is occupied, or can't be opened on this host.
    """
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        return socket.create_server((str(address[0]), port), family=family)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise PortInUseError(f"port {port} on {host} is already in use by another program; choose another with --port") from error
        raise PortInUseError(
            f"the page can't listen on port {port} of {host} ({error.strerror or error}); choose another with --port or --host"
        ) from error


def check_port(host: str, port: int) -> None:
    """Find out early, before anything is loaded, that the page could not be served.

    Raises:
        PortInUseError: the port is occupied, or can't be opened on this host.
    """
    listen(host, port).close()


class _Server(uvicorn.Server):
    """Says where the page is once it answers."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        host, port = self.config.host, self.config.port
        shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)
        print(_t("address", url=f"http://{shown}:{port}"), file=sys.stderr, flush=True)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        # Open pages hold a stream that only ends by being cut off, which uvicorn reports with a traceback each.
        logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
        await super().shutdown(sockets)


def serve(assistant: Answering, host: str, port: int) -> None:
    """Serve the page until interrupted.

    Raises:
        PortInUseError: before anything starts, where the port is occupied.
    """
    with listen(host, port) as held:
        config = uvicorn.Config(
            application(assistant), host=host, port=port, log_level="warning", access_log=False, timeout_graceful_shutdown=1
        )
        with contextlib.suppress(KeyboardInterrupt):
            _Server(config).run(sockets=[held])
