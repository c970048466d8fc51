"""The web page: Gradio on a server of our own that listens where it is told, asks no other host, and stays quiet.

Gradio is imported in this module only. What is shown is made in sources_view.py, how it looks and moves in page_head.py and
data/page.css, who listens in page_server.py; every text is in prompts/page.toml.
"""

import logging
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import gradio as gr
from fastapi import FastAPI
from starlette.types import ASGIApp

from documents.database import Library
from index.store import Index
from prompts import loader
from qa import sources_view
from qa.answer import Answer, Status
from qa.api import Beside, create
from qa.assistant import Assistant
from qa.page_head import head
from qa.page_server import PortInUseError as PortInUseError
from qa.page_server import Tidy, listen, run
from qa.page_server import check_port as check_port
from qa.service import Service
from qa.settings import LONGEST_QUESTION, Settings

log = logging.getLogger(__name__)

_SAMPLES = 6
_SUGGESTIONS = 4
_TURNS_KEPT = 20  # in a conversation; what is older is neither shown nor sent along
_AT_ONCE = 4  # questions answered side by side; more wait in the queue
_SESSIONS = 500  # conversations kept in memory; Gradio's default of 10 000 could take a gigabyte


class Answering(Protocol):
    """What the page needs of `qa.assistant.Assistant`."""

    @property
    def index(self) -> Index:
        """The documents, for the library and for the text around a quote."""

    @property
    def note(self) -> str | None:
        """A sentence to show where answering is limited."""

    def ask(self, question: str, history: Sequence[Mapping[str, str]] = (), province: str | None = None, year: int | None = None) -> Answer:
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
        raise gr.Error(_t("bad_history"), print_exception=False)
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
        yield (
            "",
            _messages(turns, pending=question),
            gr.skip(),
            gr.skip(),
            gr.Column(visible=False),
            gr.Column(visible=False),
            gr.skip(),
            *hidden,
        )
        answer = answered(assistant, question, _history(turns))
        turns = [*turns, Turn(turns[-1].number + 1 if turns else 1, question, answer)][-_TURNS_KEPT:]
        offered = answer.suggestions[:_SUGGESTIONS]
        buttons = [gr.Button(value=s, visible=True) for s in offered] + hidden[len(offered) :]
        yield (
            "",
            _messages(turns),
            panel(turns),
            turns,
            gr.Column(visible=False),
            gr.Column(visible=bool(offered)),
            gr.Button(visible=True),
            *buttons,
        )

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
            event(converse, [source, turns], outputs, concurrency_limit=_AT_ONCE, concurrency_id="ask", **hidden_event).then(
                None, js="() => window.nghiquyetShow?.()", api_visibility="private"
            )
        new.click(restart, None, outputs, queue=False, **hidden_event)
        gr.api(ask, api_name="ask", concurrency_limit=_AT_ONCE, concurrency_id="ask")
    page.queue(max_size=64, default_concurrency_limit=_AT_ONCE)
    page.state_session_capacity = _SESSIONS
    return page


def application(assistant: Answering, beside: ASGIApp | None = None) -> FastAPI:
    """An application that serves the page at "/", and what is `beside` it at the paths of `qa.api`."""
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"  # some of Gradio asks the environment only
    app = FastAPI(title=_t("title"), docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(Tidy)
    if beside is not None:
        app.add_middleware(Beside, api=beside)
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
        max_file_size=1024,  # nothing is uploaded here, but the route is always there
        theme=theme,
        head=head(),
    )
    return app


def serve(assistant: Assistant, settings: Settings) -> None:
    """Serve the page until interrupted.

    Raises:
        PortInUseError: before anything starts, where the port is occupied.
    """
    service = Service(assistant, lambda: Library.open(settings.data).targets())
    with listen(settings.host, settings.port) as held:
        run(application(assistant, create(lambda: service, settings)), held, settings.host, settings.port)
