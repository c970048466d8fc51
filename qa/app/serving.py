"""The web application: the page, the files of the look-up, the operator's pages, and what guards them."""

import contextlib
import io
import os
import tempfile
from collections.abc import AsyncIterator
from importlib import resources
from pathlib import Path
from typing import Any, cast

import gradio as gr
from fastapi import FastAPI, Request
from fastapi.responses import Response
from starlette.staticfiles import StaticFiles

from documents.target_files import write_csv, write_xlsx
from qa import logs
from qa.api import Beside, create
from qa.app import operator
from qa.app.feedback import FeedbackStore
from qa.app.fences import Fences, fetch_nothing, files_as_launched
from qa.app.guards import Limits, Tidy
from qa.app.head import FONTS, head
from qa.app.live import Answering, Live, holding_of, prepare
from qa.app.lookup import Filters, found
from qa.app.page import build
from qa.app.page_pictures import PATH as PICTURES
from qa.app.page_pictures import PagePictures, add_pictures
from qa.app.page_settings import PageSettings
from qa.app.passwords import Password, Sessions
from qa.app.server import listen, run
from qa.app.sign_in import PATH, Door, add_door, who
from qa.app.texts import t
from qa.assistant import Assistant
from qa.edge import Edge
from qa.service import Service
from qa.settings import Settings

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def theme() -> gr.themes.Base:
    """Gradio's plainest theme in the house's font and colours; page.css does the rest."""
    fonts = ["Be Vietnam Pro", "system-ui", "-apple-system", "Segoe UI", "Roboto", "Noto Sans", "Arial", "sans-serif"]
    # In rem, where Gradio has pixels: who enlarges the text enlarges all of it.
    sizes = {"xxs": 9, "xs": 10, "sm": 12, "md": 14, "lg": 16, "xl": 22, "xxl": 26}
    text = gr.themes.Size(name="text_rem", **{name: f"{pixels / 16}rem" for name, pixels in sizes.items()})
    return gr.themes.Base(
        primary_hue="blue", neutral_hue="slate", text_size=text, font=fonts, font_mono=["ui-monospace", "Consolas", "monospace"]
    )


def mount(app: FastAPI, blocks: gr.Blocks, path: str, **more: Any) -> None:
    """Serve `blocks` at `path`, with everything of Gradio off that records, shares or shows more than the page."""
    gr.mount_gradio_app(
        app,
        blocks,
        path=path,
        footer_links=[],
        run_history=False,
        enable_monitoring=False,
        show_error=False,
        ssr_mode=False,
        pwa=False,
        mcp_server=False,
        theme=theme(),
        **more,
    )
    files_as_launched(blocks)


def application(live: Live, settings: PageSettings | None = None) -> FastAPI:
    """An application that serves the page at "/"; other routes can be added to it before it starts."""
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"  # some of Gradio asks the environment only
    # Else uploads would lie in a folder of /tmp whose name everyone on the machine knows.
    os.environ["GRADIO_TEMP_DIR"] = str(live.settings.data / "uploads")
    fetch_nothing()
    settings = settings or PageSettings.of(live.settings)
    store = FeedbackStore(live.settings.data)

    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        live.watch()
        try:
            yield
        finally:
            live.stop()
            live.reception.observer.close()

    app = FastAPI(title=t("title"), docs_url=None, redoc_url=None, openapi_url=None, lifespan=lifespan)
    uploads = f"{PATH}/" if settings.password else None
    largest = settings.upload_megabytes * 1024 * 1024 + 64 * 1024  # and the form around the file
    app.add_middleware(Fences, operator=PATH)
    app.add_middleware(Limits, a_minute=settings.requests_a_minute, uploads=uploads, largest_upload=largest, costly=PICTURES)
    _files(app, live)
    pictures = PagePictures(live)
    add_pictures(app, pictures)
    if settings.password:
        _operator(app, live, settings, settings.password, store)
    prepare(live.current)
    mount(app, build(live, settings, store, pictures.shown), "/", max_file_size=1, head=head())
    # The last one stands outermost: whatever is answered carries the headers, also refusals and the interface beside the page.
    app.add_middleware(Beside, api=create(lambda: _service(live), live.settings, live.reception))
    app.add_middleware(Tidy, frame_ancestors=settings.frame_ancestors, pages=frozenset({"/", f"{PATH}/"}))
    app.add_middleware(Edge, trusted=live.settings.trusted_proxies, hosts=live.settings.hosts)
    return app


def _service(live: Live) -> Service:
    """What other programs are answered from: the holding in use now."""
    holding = live.current
    return Service(cast(Assistant, holding.assistant), lambda: holding.targets)


def _operator(app: FastAPI, live: Live, settings: PageSettings, password: Password, store: FeedbackStore) -> None:
    """The operator's pages, behind two locks: `Door`, and Gradio's own."""
    sessions = Sessions(settings.session_minutes)
    app.add_middleware(Door, sessions=sessions)
    add_door(app, password, sessions)

    @app.get(f"{PATH}/gop-y.csv")
    def feedback_file() -> Response:
        text = io.StringIO(newline="")
        store.write_csv(text)
        return _download(text.getvalue().encode("utf-8-sig"), "text/csv; charset=utf-8", "gop-y.csv")

    pages = operator.build(live, store)
    mount(app, pages, PATH, auth_dependency=who(sessions), max_file_size=settings.upload_megabytes * 1024 * 1024, head=head("../"))


def _files(app: FastAPI, live: Live) -> None:
    app.mount(FONTS, StaticFiles(directory=str(resources.files("qa.app") / "data" / "fonts")))

    @app.get("/chi-tieu.csv")
    def csv_file(request: Request) -> Response:
        text = io.StringIO(newline="")
        write_csv(found(live.current.targets, Filters.of(request.query_params)), text)
        return _download(text.getvalue().encode("utf-8-sig"), "text/csv; charset=utf-8", "chi-tieu.csv")

    @app.get("/chi-tieu.xlsx")
    def xlsx_file(request: Request) -> Response:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "chi-tieu.xlsx"
            write_xlsx(found(live.current.targets, Filters.of(request.query_params)), path)
            return _download(path.read_bytes(), _XLSX, "chi-tieu.xlsx")


def _download(content: bytes, media_type: str, name: str) -> Response:
    return Response(content, media_type=media_type, headers={"content-disposition": f'attachment; filename="{name}"'})


def serve(assistant: Answering, settings: Settings) -> None:
    """Serve the page until interrupted.

    Raises:
        PortInUseError: before anything starts, where the port is occupied.
        SettingsError: a setting of the page can't be used.
    """
    page_settings = PageSettings.of(settings)
    logs.start(settings)
    with listen(settings.host, settings.port) as held:
        live = Live(holding_of(assistant, settings), settings)
        run(application(live, page_settings), held, settings.host, settings.port, live.reception)
