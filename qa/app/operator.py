"""The operator's pages, a Gradio application of their own behind a password: the library, feedback, unanswered questions."""

import contextlib
import sqlite3
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import gradio as gr

from documents.resolution import Resolution
from qa.app import shelving
from qa.app.chat import HIDDEN, queued
from qa.app.correcting import Corrector
from qa.app.drafts import Draft
from qa.app.feedback import DAYS, MOST_DAYS, FeedbackStore
from qa.app.live import Live
from qa.app.shelving import FIELDS, Examined, ShelvingError, StoppedError, t
from qa.app.stopping import Stops
from qa.app.texts import e, shortened

_ROWS = 50  # pieces of feedback shown
_FORGET = 1800  # seconds an examined file waits to be added
ACCEPTED = [".txt", ".md", ".html", ".htm", ".mht", ".mhtml", ".rtf", ".docx", ".doc", ".pdf", ".png", ".jpg", ".jpeg", ".tif", ".tiff"]


def _told(sentence: str, good: bool = True) -> str:
    return f'<p class="{"xong" if good else "loi"}" role="{"status" if good else "alert"}">{e(sentence)}</p>'


def _fields() -> list[Any]:
    """A box for each of `FIELDS`."""
    made: list[Any] = []
    for name in FIELDS:
        if name == "province":
            made.append(gr.Dropdown(["", *shelving.places()], value="", label=t("field_province"), allow_custom_value=True, min_width=220))
        else:
            hint = t("hint_issued") if name == "issued" else None
            made.append(gr.Textbox(label=t(f"field_{name}"), info=hint, max_length=500, max_lines=3, min_width=220))
    return made


def preview(file: Examined) -> str:
    """What was understood of a file: its sizes, what could not be kept, its beginning. Its outline and targets: `Corrector`."""
    document = file.document
    notes = [t("same_text", title=file.same)] if file.same else []
    by_machine = ""
    sure = [p.confidence for p in file.source.pages if p.confidence is not None]
    if sure:
        told = t("recognised", pages=len(sure), total=len(file.source.pages), least=f"{100 * min(sure):.0f}")
        by_machine = f'<p class="nhan-dang" role="note">{e(told)}</p>'
    notes += [t("same_number", title=file.replaces)] if file.replaces and not file.same else []
    warned = "".join(f'<p class="loi" role="alert">{e(n)}</p>' for n in notes)
    left_out = [w for w in file.warnings if "(OCR;" not in w]  # said above, page by page
    technical = "".join(f"<li>{e(w)}</li>" for w in left_out)
    remarks = f"<details open><summary>{e(t('warnings', count=len(left_out)))}</summary><ul>{technical}</ul></details>" if technical else ""
    counted = t("understood", passages=len(document.passages), sections=len(document.sections), targets=len(file.targets))
    return (
        f'{warned}{by_machine}<p class="tom-tat"><b>{e(counted)}</b></p>{remarks}'
        f'<details class="muc-luc"><summary>{e(t("beginning"))}</summary><p class="dau-van-ban">{e(document.text[:3000])}</p></details>'
    )


def _read_tab(page: gr.Blocks, live: Live) -> Any:
    stops = Stops()
    gr.HTML(f"<h2>{e(t('add_title'))}</h2><p>{e(t('add_intro'))}</p>", apply_default_css=False, elem_classes="dau-muc")
    upload = gr.File(label=t("file"), file_types=ACCEPTED, file_count="single", height=140, elem_id="tep")
    told = gr.HTML("", apply_default_css=False, elem_id="doc-tep")
    stop = gr.Button(t("stop"), visible=False, scale=0, min_width=100, elem_id="dung")
    waiting = gr.State(None, time_to_live=_FORGET)
    with gr.Column(visible=False, elem_id="xem-truoc") as seen:
        shown = gr.HTML("", apply_default_css=False)
        gr.HTML(f"<h3>{e(t('correct_title'))}</h3><p>{e(t('correct_intro'))}</p>", apply_default_css=False)
        with gr.Row(elem_classes="loc"):
            fields = _fields()
        parts = Corrector("moi")
        replace = gr.Checkbox(label=t("replace"), value=False, visible=False)
        with gr.Row():
            add = gr.Button(t("add"), variant="primary", scale=0, min_width=180, elem_id="them")
            drop = gr.Button(t("drop"), scale=0, min_width=100)

    def examine(path: str | None, request: gr.Request, progress: gr.Progress = gr.Progress()) -> tuple[Any, ...]:  # noqa: B008
        blank = [gr.skip()] * len(fields)
        if not path:
            return "", None, gr.Column(visible=False), "", *blank, gr.skip(), gr.skip()
        progress(0.0, desc=t("reading"))
        session = str(request.session_hash)
        asked = stops.begin(session)
        try:
            content = Path(path).read_bytes()
            with contextlib.suppress(OSError):  # what is kept is in the library; the copy that came in is not
                Path(path).unlink()
            file = shelving.examined(live.settings, content, Path(path).name, _recognising(progress), asked)
        except ShelvingError as error:
            stopped = isinstance(error, StoppedError)
            # What was stopped leaves the box, so that it can be chosen again.
            left = None if stopped else gr.skip()
            return _told(str(error), good=stopped), None, gr.Column(visible=False), "", *blank, gr.skip(), left
        finally:
            stops.end(session, asked)
        values = shelving.values_of(file.document)
        ask = gr.Checkbox(visible=file.replaces is not None, value=False)
        return _told(t("read", name=file.name)), file, gr.Column(visible=True), preview(file), *(values[f] for f in FIELDS), ask, gr.skip()

    def look_over(file: Examined | None) -> tuple[Any, ...]:
        return parts.shown(Draft(file.document) if file else None)

    def put(
        request: gr.Request,
        file: Examined | None,
        draft: Draft | None,
        replacing: bool,
        *given: str,
        progress: gr.Progress = gr.Progress(),  # noqa: B008
    ) -> tuple[Any, ...]:
        if file is None:
            return _told(t("expired"), good=False), None, gr.Column(visible=False), gr.skip()
        progress(0.05, desc=t("adding"))
        values = {f: v or "" for f, v in zip(FIELDS, given, strict=True)}
        session = str(request.session_hash)
        asked = stops.begin(session)
        try:
            made = draft.values if draft and draft.document.id == file.document.id else {}
            title = shelving.add(live, file, values, replace=replacing, progress=_embedding(progress, asked), parts=made)
        except ShelvingError as error:
            return _told(str(error), good=isinstance(error, StoppedError)), file, gr.skip(), gr.skip()
        finally:
            stops.end(session, asked)
        return _told(t("added", title=title)), None, gr.Column(visible=False), None

    def halt(request: gr.Request) -> None:
        stops.stop(str(request.session_hash))

    # What can be stopped: the button comes before the work, and goes after it however it ends.
    shown_while: dict[str, Any] = {"fn": lambda: gr.Button(visible=True), "outputs": stop, "queue": False, **HIDDEN}
    hidden_then: dict[str, Any] = {**shown_while, "fn": lambda: gr.Button(visible=False)}
    outputs = [told, waiting, seen, shown, *fields, replace, upload]
    read = upload.upload(**shown_while).then(examine, upload, outputs, api_visibility="private", show_progress_on=told)
    read.then(look_over, waiting, parts.outputs, queue=False, **HIDDEN)
    read.then(**hidden_then)
    added = add.click(**shown_while).then(
        put, [waiting, parts.draft, replace, *fields], [told, waiting, seen, upload], api_visibility="private", show_progress_on=told
    )
    added.then(**hidden_then)
    stop.click(halt, None, None, queue=False, **HIDDEN)
    upload.clear(halt, None, None, queue=False, **HIDDEN)
    page.unload(halt)
    drop.click(lambda: ("", None, gr.Column(visible=False), None), None, [told, waiting, seen, upload], queue=False, **HIDDEN)
    return added


def _recognising(progress: gr.Progress) -> shelving.Progress:
    """Progress by scanned pages, which take seconds each."""
    return lambda done, total: progress(done / max(total, 1), desc=t("recognising", done=done, total=total))


def _embedding(progress: gr.Progress, asked: threading.Event | None = None) -> shelving.Progress:
    """Progress by passages, of which each new one is embedded; broken off once `asked` is set."""

    def tell(done: int, total: int) -> None:
        if asked is not None and asked.is_set():
            raise StoppedError(t("stopped"))
        progress((done, max(total, 1)), desc=t("embedding", done=done, total=total))

    return tell


def _choices(documents: Sequence[Resolution]) -> list[tuple[str, str]]:
    return [(shortened(" · ".join(filter(None, (d.province, d.number, d.title))), 130), d.id) for d in documents]


def _library_tab(page: gr.Blocks, live: Live, added: Any) -> None:
    gr.HTML(f"<h2>{e(t('library_title'))}</h2><p>{e(t('library_intro'))}</p>", apply_default_css=False, elem_classes="dau-muc")
    which = gr.Dropdown(_choices(live.current.documents), value=None, label=t("document"), elem_id="chon-van-ban")
    told = gr.HTML("", apply_default_css=False, elem_id="viec-van-ban")
    with gr.Column(visible=False) as chosen:
        with gr.Row(elem_classes="loc"):
            fields = _fields()
        parts = Corrector("cu")
        with gr.Row():
            save = gr.Button(t("save"), variant="primary", scale=0, min_width=160)
            certain = gr.Checkbox(label=t("certain"), value=False, scale=0, min_width=260)
            remove = gr.Button(t("remove"), variant="stop", scale=0, min_width=160, elem_id="go-bo")
    with gr.Row():
        rebuild = gr.Button(t("rebuild"), scale=0, min_width=220)

    def show(document_id: str | None) -> tuple[Any, ...]:
        document = live.current.document(document_id or "")
        if document is None:
            return gr.Column(visible=False), "", *[gr.skip()] * len(fields), False
        values = shelving.values_of(document)
        return gr.Column(visible=True), "", *(values[f] for f in FIELDS), False

    def look_over(document_id: str | None) -> tuple[Any, ...]:
        try:
            return parts.shown(Draft.of(*shelving.as_read(live, document_id)) if document_id else None)
        except ShelvingError:
            return parts.shown(None)

    def fresh(chosen_id: str | None = None) -> Any:
        return gr.Dropdown(choices=_choices(live.current.documents), value=chosen_id)

    def keep(document_id: str, draft: Draft | None, *given: str, progress: gr.Progress = gr.Progress()) -> tuple[Any, ...]:  # noqa: B008
        try:
            values = {f: v or "" for f, v in zip(FIELDS, given, strict=True)}
            made = draft.values if draft and draft.document.id == document_id else {}
            title = shelving.correct(live, document_id, values, _embedding(progress), made)
        except ShelvingError as error:
            return _told(str(error), good=False), gr.skip()
        return _told(t("saved", title=title)), fresh(document_id)

    def forget(document_id: str, sure: bool, progress: gr.Progress = gr.Progress()) -> tuple[Any, ...]:  # noqa: B008
        if not sure:
            return _told(t("not_certain"), good=False), gr.skip(), gr.skip()
        try:
            shelving.remove(live, document_id, _embedding(progress))
        except ShelvingError as error:
            return _told(str(error), good=False), gr.skip(), gr.skip()
        return _told(t("removed")), fresh(), gr.Column(visible=False)

    def again(progress: gr.Progress = gr.Progress()) -> tuple[Any, ...]:  # noqa: B008
        try:
            count = shelving.rebuild(live, _embedding(progress))
        except ShelvingError as error:
            return _told(str(error), good=False), gr.skip()
        return _told(t("rebuilt", count=count)), fresh()

    # Not `input`, which Gradio also sends when the list is left: the form would be filled anew over what was typed.
    which.select(show, which, [chosen, told, *fields, certain], queue=False, **HIDDEN).then(
        look_over, which, parts.outputs, queue=False, **HIDDEN
    )
    save.click(keep, [which, parts.draft, *fields], [told, which], api_visibility="private", show_progress_on=told).then(
        look_over, which, parts.outputs, queue=False, **HIDDEN
    )
    remove.click(forget, [which, certain], [told, which, chosen], api_visibility="private", show_progress_on=told)
    rebuild.click(again, None, [told, which], api_visibility="private", show_progress_on=told)
    added.then(fresh, None, which, queue=False, **HIDDEN)
    page.load(fresh, None, which, queue=False, **HIDDEN)


def feedback_list(store: FeedbackStore) -> str:
    """The newest feedback as HTML."""
    rows = store.feedback()
    if not rows:
        return f'<p class="trong">{e(t("no_feedback"))}</p>'
    items = "".join(
        f'<li><p class="nhat">{e(r.at.replace("T", " ")[:16])} UTC · <b>{e(t(f"verdict_{r.verdict}"))}</b></p>'
        f"<p><b>{e(shortened(r.question, 300))}</b></p>{f'<p>{e(r.comment)}</p>' if r.comment else ''}"
        f"<details><summary>{e(t('answer'))}</summary><p>{e(r.answer)}</p><p class='nhat'>{e(r.citations)}</p></details></li>"
        for r in rows[:_ROWS]
    )
    export = f'<a class="nut" href="gop-y.csv" download>{e(t("export"))}</a>'
    return f'<p class="tom-tat"><b>{e(t("feedback_count", count=len(rows)))}</b>{export}</p><ul class="gop-y">{items}</ul>'


def unanswered_list(store: FeedbackStore) -> str:
    """The questions nothing was found for, as HTML."""
    rows = store.unanswered()
    if not rows:
        return f'<p class="trong">{e(t("no_unanswered"))}</p>'
    items = "".join(f'<li><span class="nhat">{e(r.at.replace("T", " ")[:16])} UTC</span> {e(r.question)}</li>' for r in rows[: 4 * _ROWS])
    return f'<p class="tom-tat"><b>{e(t("unanswered_count", count=len(rows)))}</b></p><ul class="gop-y">{items}</ul>'


def _voices_tabs(page: gr.Blocks, store: FeedbackStore) -> None:
    with gr.Tab(t("tab_feedback"), elem_id="tab-gop-y"):
        said = gr.HTML(feedback_list(store), apply_default_css=False, elem_id="cac-gop-y")
        look = gr.Button(t("refresh"), size="sm", scale=0, min_width=120)
        look.click(lambda: feedback_list(store), None, said, queue=False, **HIDDEN)
    with gr.Tab(t("tab_unanswered"), elem_id="tab-chua-tra-loi"):
        days = store.retention()
        gr.HTML(f"<p>{e(t('unanswered_intro'))}</p>", apply_default_css=False)
        with gr.Row(elem_classes="loc"):
            wanted = gr.Checkbox(label=t("keep_unanswered"), value=days > 0, scale=0, min_width=320)
            for_days = gr.Number(value=days or DAYS, label=t("days"), minimum=1, maximum=MOST_DAYS, precision=0, scale=0, min_width=160)
            save = gr.Button(t("save_setting"), scale=0, min_width=120)
        told = gr.HTML("", apply_default_css=False)
        asked = gr.HTML(unanswered_list(store), apply_default_css=False)

        def keep(on: bool, number: float | None) -> tuple[str, str]:
            try:
                store.set_retention(int(number or DAYS) if on else 0)
            except (OSError, sqlite3.Error):
                return _told(t("setting_not_saved"), good=False), unanswered_list(store)
            return _told(t("setting_saved")), unanswered_list(store)

        save.click(keep, [wanted, for_days], [told, asked], queue=False, **HIDDEN)
    page.load(lambda: (feedback_list(store), unanswered_list(store)), None, [said, asked], queue=False, **HIDDEN)


def build(live: Live, store: FeedbackStore) -> gr.Blocks:
    """The operator's pages: components and events."""
    with gr.Blocks(title=t("title"), analytics_enabled=False, fill_width=True, delete_cache=(600, 600)) as page:
        with gr.Row(elem_id="dau-trang"):
            gr.HTML(
                f'<div class="ten-trang"><h1>{e(t("title"))}</h1></div><p><a href="../">{e(t("to_page"))}</a> · '
                f'<a href="dang-xuat">{e(t("sign_out"))}</a></p>',
                apply_default_css=False,
            )
        with gr.Tabs(elem_id="the", overflow_behavior="wrap"):
            with gr.Tab(t("tab_add"), elem_id="tab-them"):
                added = _read_tab(page, live)
            with gr.Tab(t("tab_library"), elem_id="tab-thu-vien"):
                _library_tab(page, live, added)
            _voices_tabs(page, store)
    queued(page, 16, 1)
    page.state_session_capacity = 20
    return page
