"""The conversation: questions, answers, what was understood, feedback, and what one can take along. All of it Gradio's components.

The server keeps nothing of a conversation: its turns live in the visitor's browser and come along with each event.
"""

import contextlib
import logging
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import gradio as gr

from qa.answer import Answer, Status
from qa.app import turns as conversation
from qa.app.answers import messages
from qa.app.feedback import LONGEST_COMMENT, FeedbackStore
from qa.app.growing import Step, growing
from qa.app.live import Holding, Live
from qa.app.texts import t, te
from qa.app.turns import Turn, from_json, history, questions_from_json, to_json, turn_of
from qa.desk import TurnedAwayError
from qa.reception import Asked, Reception
from qa.settings import LONGEST_QUESTION

log = logging.getLogger(__name__)

AT_ONCE = 4
"""Questions answered side by side; more wait in the queue."""
WRITTEN_AT_ONCE = 24
"""Answers a language model may write side by side, which keeps no processor of ours busy."""
_SAMPLES = 3  # of either sort
_SUGGESTIONS = 4
_STORAGE = "nghiquyet-hoi-thoai"
_ASKING = "(question, kept) => { nghiquyet.asking(); return [question, kept]; }"
# Nothing is hidden from the browser's own user; a fixed word lets a restarted server read it.
_SECRET = "not-a-secret"  # nosec B105
HIDDEN: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
_LOOK, _LOOK_FOR_PROGRESS = 0.02, 0.1  # seconds between two looks into the queue


def queued(page: gr.Blocks, waiting: int, at_once: int) -> None:
    """Let events of `page` wait their turn, at most `waiting` of them, with `at_once` under way."""
    page.queue(max_size=waiting, default_concurrency_limit=at_once)
    # Gradio looks into each queue a thousand times a second: of an idle machine that takes 4 %, and answers are broken off for it.
    page._queue.sleep_when_free, page._queue.progress_update_sleep_when_free = _LOOK, _LOOK_FOR_PROGRESS


def answered(
    reception: Reception, holding: Holding, question: str, before: Sequence[dict[str, str]], provinces: Any = None, years: Any = None
) -> Answer:
    """The assistant's answer as the documents say it; a failure becomes one clear sentence.

    Raises:
        TurnedAwayError: too many ask at once.
    """
    asked = Asked.of(question, before, provinces, years, sort="quoted")
    quoted = holding.assistant.quoted
    try:
        with reception.request("page") as trail:
            return reception.ask(
                holding.assistant, asked, lambda: [quoted(question, history=before, province=provinces, year=years)], trail
            )
    except TurnedAwayError:
        raise
    except Exception:  # whatever it is, the person is owed a sentence and the operator the traceback
        log.exception("a question could not be answered")
        return Answer(Status.ERROR, t("failed"))


def whole(holding: Holding, quoted: Answer) -> Answer:
    """`quoted` as a language model writes it, where there is one."""
    if not holding.assistant.writes(quoted):
        return quoted
    return next((s.whole for s in growing(quoted, holding.assistant.written(quoted)) if s.whole), quoted)


def checked_history(given: Any) -> list[dict[str, str]]:
    """The history of an API call, or a `gr.Error` saying what is accepted."""
    before = [] if given is None else given
    good = isinstance(before, list) and all(
        isinstance(m, dict) and m.get("role") in ("user", "assistant") and isinstance(m.get("content"), str) for m in before
    )
    if not good:
        raise gr.Error(t("bad_history"), print_exception=False)
    return [{"role": m["role"], "content": m["content"]} for m in before[-2 * conversation.KEPT :]]


@dataclass(frozen=True)
class Chat:
    """The components that other parts of the page need."""

    refreshed: list[Any]
    """What changes with the library, in the order of `samples_of`."""
    restored: list[Any]
    kept: gr.BrowserState


class _Parts:
    """The tab's components, by name; made in the order in which they stand on the page."""

    def __init__(self, holding: Holding) -> None:
        self.kept = gr.BrowserState([], storage_key=_STORAGE, secret=_SECRET)
        with gr.Column(elem_id="hoi-thoai"):
            with gr.Column(elem_id="mo-dau") as self.welcome:
                gr.HTML(f"<h2>{te('welcome_title')}</h2><p>{te('welcome')}</p>", apply_default_css=False)
                with gr.Row(elem_id="cau-hoi-mau"):
                    self.samples: list[gr.Button] = []
                    for who, shown in (("citizens", holding.samples.citizens), ("officials", holding.samples.officials)):
                        with gr.Column(elem_classes="mau", min_width=280):
                            gr.HTML(f"<h3>{te(f'samples_{who}')}</h3>", apply_default_css=False)
                            self.samples += [_sample(shown[i] if i < len(shown) else None) for i in range(_SAMPLES)]
            self.chat = gr.Chatbot(
                label=t("chat"),
                show_label=False,
                elem_id="khung-chat",
                height=None,
                layout="bubble",
                buttons=[],
                autoscroll=False,
                latex_delimiters=[],
                feedback_options=None,
                allow_tags=False,
                visible=False,
            )
            self.stop = gr.Button(t("stop"), size="sm", visible=False, elem_id="dung")
            with gr.Column(visible=False, elem_classes="goi-y") as self.suggestion_box:
                gr.HTML(f"<h3>{te('suggestions')}</h3>", apply_default_css=False)
                self.suggestions = [gr.Button(visible=False, size="sm", elem_classes="cau-mau") for _ in range(_SUGGESTIONS)]
            with gr.Row(elem_id="dang-hieu", visible=False) as self.understood:
                self.place = gr.Dropdown(
                    list(holding.provinces), multiselect=True, label=t("chip_places"), info=None, interactive=True, min_width=160, scale=1
                )
                self.year = gr.Dropdown(
                    [str(y) for y in holding.years], multiselect=True, label=t("chip_years"), interactive=True, min_width=120, scale=1
                )
                self.topic = gr.Button("", size="sm", elem_id="chu-de", min_width=60, scale=0)
            with gr.Row(elem_id="viec-hoi-thoai", visible=False) as self.actions:
                self.good = gr.Button(t("good"), size="sm", min_width=60, scale=0)
                self.wrong = gr.Button(t("wrong"), size="sm", min_width=60, scale=0)
                self.share = gr.Button(t("share"), size="sm", min_width=60, scale=0)
                self.export = gr.Button(t("export"), size="sm", min_width=60, scale=0)
                self.printing = gr.Button(t("print"), size="sm", min_width=60, scale=0, elem_classes="chi-may-tinh")
                self.new = gr.Button(t("new"), size="sm", min_width=60, scale=0, elem_id="moi")
            with gr.Column(elem_id="bao-sai", visible=False) as self.report:
                self.comment = gr.Textbox(
                    label=t("comment"), info=t("comment_hint"), lines=3, max_lines=8, max_length=LONGEST_COMMENT, elem_id="gop-y"
                )
                with gr.Row():
                    self.send_report = gr.Button(t("send_report"), variant="primary", size="sm", scale=0, min_width=120)
                    self.cancel_report = gr.Button(t("cancel"), size="sm", scale=0, min_width=80)
        with gr.Row(elem_id="soan"):
            self.box = gr.Textbox(
                label=t("question"),
                show_label=False,
                placeholder=t("placeholder"),
                lines=1,
                max_lines=6,
                max_length=LONGEST_QUESTION,
                container=False,
                scale=1,
                elem_id="o-hoi",
            )
            self.send = gr.Button(t("send"), variant="primary", scale=0, min_width=72, elem_id="gui")
        self.carried = gr.Textbox(visible=False)

    @property
    def outputs(self) -> list[Any]:
        """What every answer sets, in the order of `shown`."""
        return [
            *(self.box, self.kept, self.chat, self.welcome, self.understood, self.place, self.year, self.topic),
            *(self.actions, self.good, self.wrong, self.report, self.suggestion_box, *self.suggestions, self.stop),
        ]


def _sample(question: str | None) -> gr.Button:
    return gr.Button(question or "", visible=question is not None, size="sm", elem_classes="cau-mau")


def shown(holding: Holding, turns: Sequence[Turn], pending: str | None = None, box: Any = "", said: str = "") -> tuple[Any, ...]:
    """What `_Parts.outputs` are set to for a conversation; `pending` is a question without an answer yet, or one of which `said` says why
    it has none."""
    last = turns[-1] if turns and pending is None else None
    offered = last.suggestions[:_SUGGESTIONS] if last else ()
    places = list(last.understood_provinces) if last else []
    years = [str(y) for y in last.understood_years] if last else []
    normalised = last.normalised if last else ""
    read = last is not None and last.status in ("answered", "not_found") and bool(normalised)
    buttons = [gr.Button(value=s, visible=True) for s in offered]
    return (
        box,
        gr.skip() if pending is not None else to_json(turns),
        gr.Chatbot(value=messages(turns, pending, said=said), visible=bool(turns) or pending is not None),
        gr.Column(visible=not turns and pending is None),
        gr.Row(visible=read),
        # A value must be among the choices: what was understood may be a place without a document.
        gr.Dropdown(choices=list(dict.fromkeys([*holding.provinces, *places])), value=places),
        gr.Dropdown(choices=list(dict.fromkeys([*(str(y) for y in holding.years), *years])), value=years),
        gr.Button(value=t("edit") if last is None or _plain(normalised) == _plain(last.question) else t("understood", question=normalised)),
        gr.Row(visible=last is not None),
        gr.Button(value=t("good"), interactive=True),
        gr.Button(value=t("wrong"), interactive=True),
        gr.Column(visible=False),
        gr.Column(visible=bool(offered)),
        *buttons,
        *[gr.Button(visible=False)] * (_SUGGESTIONS - len(buttons)),
        gr.Button(visible=False),
    )


def written(parts: _Parts, kept: Any, chat: list[dict[str, str]]) -> tuple[Any, ...]:
    """What `_Parts.outputs` are set to while a model writes: the conversation so far, and a way to stop it."""
    changed = {parts.kept: kept, parts.chat: gr.Chatbot(value=chat), parts.stop: gr.Button(visible=True)}
    return tuple(changed.get(c, gr.skip()) for c in parts.outputs)


def _plain(question: str) -> str:
    return " ".join(question.casefold().split()).rstrip(" ?.!")


def samples_of(holding: Holding) -> list[Any]:
    """What `Chat.refreshed` is set to for a library."""
    both = (holding.samples.citizens, holding.samples.officials)
    questions = [shown[i] if i < len(shown) else None for shown in both for i in range(_SAMPLES)]
    return [gr.Button(value=q or "", visible=q is not None) for q in questions]


def chat_tab(page: gr.Blocks, live: Live, store: FeedbackStore) -> Chat:
    """The tab's components and events."""
    parts = _Parts(live.current)
    nothing = tuple(gr.skip() for _ in parts.outputs)

    def answer(holding: Holding, question: str, before: Sequence[Turn], places: Any = None, years: Any = None) -> Answer:
        said = answered(live.reception, holding, question, history(before), places, years)
        if said.status in (Status.NOT_FOUND, Status.OFF_TOPIC):
            with contextlib.suppress(OSError, sqlite3.Error):  # the visitor's answer matters more than the list
                store.note_unanswered(question, str(said.status))
        return said

    def coming(holding: Holding, question: str, before: Sequence[Turn], places: Any = None, years: Any = None) -> Iterator[tuple[Any, ...]]:
        """The answer as it comes: at once, or sentence by sentence where a language model writes it."""
        quoted = answer(holding, question, before, places, years)
        own = turn_of(question, quoted, places, years)
        if holding.assistant.writes(quoted):
            # Kept from now on: whoever stops the model, leaves or reloads has the quotes.
            yield written(parts, to_json([*before, own][-conversation.KEPT :]), messages(before, question))
            before_this = Step("")
            for step in growing(quoted, holding.assistant.written(quoted)):
                if step.whole:
                    live.reception.observer.counters.written(step.whole)
                    own = turn_of(question, step.whole, places, years)
                    break
                note = t("still_writing") if step.waiting else t("writing")
                same = step == before_this
                yield nothing if same else written(parts, gr.skip(), messages([*before, replace(own, text=step.text)], note=note))
                before_this = step
        yield shown(holding, [*before, own][-conversation.KEPT :], box=gr.skip())

    def converse(question: str, kept: Any) -> Iterator[tuple[Any, ...]]:
        if not isinstance(question, str) or not question.strip():
            yield nothing
            return
        holding, turns = live.current, from_json(kept)
        yield shown(holding, turns, pending=question)
        try:
            yield from coming(holding, question, turns)
        except TurnedAwayError as away:  # the question is back in its box, to be sent again
            yield shown(holding, turns, pending=question, box=question, said=str(away))

    def again(places: Any, years: Any, kept: Any) -> Iterator[tuple[Any, ...]]:
        """The last question once more, with the places and years the visitor leaves or adds."""
        holding, turns = live.current, from_json(kept)
        if not turns:
            yield nothing
            return
        chosen = [p for p in places or [] if p in holding.provinces]
        numbers = [int(y) for y in years or [] if str(y).isdecimal()]
        try:
            yield from coming(holding, turns[-1].question, turns[:-1], chosen, numbers)
        except TurnedAwayError as away:
            yield shown(holding, turns, pending=turns[-1].question, box=turns[-1].question, said=str(away))

    def edit(kept: Any) -> Any:
        turns = from_json(kept)
        return turns[-1].normalised if turns else gr.skip()

    def praise(kept: Any) -> Any:
        return _kept(store, from_json(kept), "good", "") or gr.Button(value=t("thanks_good"), interactive=False)

    def report(comment: str, kept: Any) -> tuple[Any, ...]:
        failed = _kept(store, from_json(kept), "wrong", comment or "")
        return failed or gr.Button(value=t("thanks_wrong"), interactive=False), gr.Column(visible=False), ""

    events = [([parts.box.submit, parts.send.click], parts.box)]
    events += [([b.click], b) for b in (*parts.samples, *parts.suggestions)]
    at_once = WRITTEN_AT_ONCE if live.settings.language_model else AT_ONCE
    # Gradio's browser holds an event that was stopped for one under way, and lets none follow in mode "once".
    mode = "multiple" if live.settings.language_model else "once"
    asking: dict[str, Any] = {"concurrency_limit": at_once, "concurrency_id": "ask", **HIDDEN}
    running = []
    for triggers, source in events:
        # That an answer is whole is known somewhat after it is seen. What is typed and sent in between waits; a button
        # pressed twice doesn't ask twice.
        waiting = "always_last" if mode == "once" and source is parts.box else mode
        running.append(gr.on(triggers, converse, [source, parts.kept], parts.outputs, js=_ASKING, trigger_mode=waiting, **asking))
        running[-1].then(None, js="() => nghiquyet.answered()", api_visibility="private")
    for chip in (parts.place, parts.year):
        running.append(chip.input(again, [parts.place, parts.year, parts.kept], parts.outputs, trigger_mode=mode, **asking))
    parts.stop.click(
        lambda kept: shown(live.current, from_json(kept), box=gr.skip()),
        *(parts.kept, parts.outputs),
        **{"cancels": running, "queue": False, **HIDDEN},
    ).then(None, js="() => nghiquyet.answered()", api_visibility="private")
    parts.topic.click(edit, parts.kept, parts.box, queue=False, **HIDDEN).then(None, js="() => nghiquyet.type()", api_visibility="private")
    parts.new.click(lambda: shown(live.current, []), None, parts.outputs, queue=False, cancels=running, **HIDDEN).then(
        None, js="() => nghiquyet.begin()", api_visibility="private"
    )
    parts.good.click(praise, parts.kept, parts.good, queue=False, **HIDDEN)
    parts.wrong.click(lambda: gr.Column(visible=True), None, parts.report, queue=False, **HIDDEN).then(
        None, js="() => nghiquyet.focus('#gop-y textarea')", api_visibility="private"
    )
    parts.cancel_report.click(lambda: gr.Column(visible=False), None, parts.report, queue=False, **HIDDEN)
    parts.send_report.click(report, [parts.comment, parts.kept], [parts.wrong, parts.report, parts.comment], queue=False, **HIDDEN)
    parts.share.click(lambda kept: conversation.shared(from_json(kept)), parts.kept, parts.carried, queue=False, **HIDDEN).then(
        None, parts.carried, js="(questions) => nghiquyet.share(questions)", api_visibility="private"
    )
    parts.export.click(
        lambda kept: conversation.to_markdown(from_json(kept), date.today()), parts.kept, parts.carried, queue=False, **HIDDEN
    ).then(None, parts.carried, js="(text) => nghiquyet.save(text)", api_visibility="private")
    parts.printing.click(None, js="() => window.print()", api_visibility="private")

    def restore(given: Any) -> tuple[Any, ...]:
        """What the browser kept; or, from a shared link, its questions asked anew."""
        holding = live.current
        if isinstance(given, dict):
            turns: list[Turn] = []
            for question, places, years in questions_from_json(given.get("shared")):
                # Quoted alone: twenty questions are not to wait for a model twenty times.
                try:
                    turns.append(turn_of(question, answer(holding, question, turns, places, years), places, years))
                except TurnedAwayError as away:
                    return shown(holding, turns, pending=question, box=question, said=str(away))
        else:
            turns = from_json(given)
        return shown(holding, turns, box=gr.skip())

    def ask(question: str, history: list[dict[str, str]] | None = None) -> dict[str, Any]:
        holding = live.current
        try:
            return whole(holding, answered(live.reception, holding, question, checked_history(history))).to_json()
        except TurnedAwayError as away:
            raise gr.Error(str(away), print_exception=False) from None

    page.load(
        restore,
        parts.kept,
        parts.outputs,
        js="(kept) => nghiquyet.arrived(kept)",
        **asking,
    ).then(None, js="() => nghiquyet.restored()", api_visibility="private")
    gr.api(ask, api_name="ask", concurrency_limit=at_once, concurrency_id="ask")
    return Chat(list(parts.samples), parts.outputs, parts.kept)


def _kept(store: FeedbackStore, turns: Sequence[Turn], verdict: str, comment: str) -> Any:
    """None where the feedback was kept; else the button saying it was not."""
    try:
        if turns:
            store.add(turns[-1], verdict, comment)
            return None
    except (OSError, sqlite3.Error):
        log.exception("feedback could not be kept")
    return gr.Button(value=t("not_kept"), interactive=True)
