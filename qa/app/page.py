"""The page: header, tabs, and the panel in which any citation, row or figure opens its passage."""

from typing import Any

import gradio as gr

from qa.app.about import about
from qa.app.chat import AT_ONCE, chat_tab, queued, samples_of
from qa.app.compare import compare_tab
from qa.app.feedback import FeedbackStore
from qa.app.live import Holding, Live
from qa.app.lookup import lookup_tab
from qa.app.page_settings import PageSettings
from qa.app.passages import PageImage, panel
from qa.app.shelf import shelf_tab
from qa.app.texts import e, t, te

_SESSIONS = 500  # visitors whose open pages are remembered; Gradio's default of 10 000 could take a gigabyte


def header(holding: Holding) -> str:
    """What the page is, what it knows, and where answering is limited."""
    note = holding.assistant.note
    warning = f'<p class="luu-y" role="note">{e(note)}</p>' if note else ""
    places = holding.provinces
    named = ", ".join(places) if len(places) <= 5 else t("knows_places", count=len(places))
    knows = te("knows", count=len(holding.documents), provinces=named) if len(holding.documents) else te("knows_nothing")
    return (
        f'<div class="ten-trang"><h1>{te("title")}</h1><p class="gioi-thieu">{te("tagline")}</p></div>'
        f'<p class="thu-vien-co">{knows}</p>{warning}'
    )


def build(live: Live, settings: PageSettings, store: FeedbackStore, page_image: PageImage | None = None) -> gr.Blocks:
    """The page's components and events.

    `page_image` gives the HTML of a document's page with a passage marked on it, for documents that have pages.
    """

    def passage(asked: Any) -> str:
        return panel(live.current, asked, page_image)

    with gr.Blocks(title=t("title"), analytics_enabled=False, fill_width=True) as page:
        with gr.Row(elem_id="dau-trang"):
            heading = gr.HTML(header(live.current), apply_default_css=False)
        with gr.Row(elem_id="khung"):
            with gr.Column(elem_id="chinh"), gr.Tabs(elem_id="the", overflow_behavior="wrap"):
                with gr.Tab(t("tab_chat"), elem_id="tab-hoi-dap", id="chat"):
                    chat = chat_tab(page, live, store)
                with gr.Tab(t("tab_lookup"), elem_id="tab-chi-tieu", id="lookup"):
                    changing, look = lookup_tab(live)
                with gr.Tab(t("tab_compare"), elem_id="tab-so-sanh", id="compare"):
                    compared, compare = compare_tab(live)
                with gr.Tab(t("tab_library"), elem_id="tab-van-ban", id="library"):
                    shelved, shelve = shelf_tab(live)
                with gr.Tab(t("tab_about"), elem_id="tab-gioi-thieu", id="about"):
                    gr.HTML(about(settings.contact, settings.frame_ancestors), apply_default_css=False)
            gr.HTML(
                "",
                elem_id="nguon",
                apply_default_css=False,
                server_functions=[passage],
                js_on_load="nghiquyet.panel(props, server, watch)",
            )
        gr.HTML(f"<p>{te('disclaimer')}</p>", elem_id="chan-trang", apply_default_css=False)
        built_for = live.current.digest
        outputs = [heading, *chat.refreshed, *changing, *compared, *shelved]

        def refresh() -> list[Any]:
            holding = live.current
            if holding.digest == built_for:  # what the page was built with is right still
                return [gr.skip()] * len(outputs)
            return [header(holding), *samples_of(holding), *look(holding), *compare(holding), *shelve(holding)]

        page.load(refresh, None, outputs, queue=False, api_visibility="private", show_progress="hidden")
    queued(page, max(1, live.settings.queue), AT_ONCE)
    page.state_session_capacity = _SESSIONS
    return page
