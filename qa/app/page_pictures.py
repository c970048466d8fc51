"""Pictures of a document's pages for the source panel, with what is cited marked: drawn when someone looks, few at a time, kept in memory.

What is asked for is a document of the library, one of its pages and a stretch of its text, each checked against the document; no
path comes from outside. No Gradio here.
"""

import asyncio
import contextlib
import logging
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.responses import Response

from documents.database import FILE, Library, LibraryError
from documents.pages import marked, render
from documents.reading.drawing import DPI
from documents.resolution import Resolution
from qa.app.live import Live
from qa.app.passages import parsed
from qa.app.texts import e, shortened, t, te

log = logging.getLogger(__name__)

PATH = "/anh-trang"
"""Where the pictures are served: ?doc=ID&p=START-END&trang=PAGE."""
FORMATS = ("pdf", "image")
"""Files that have pages to draw."""
_AT_ONCE = 2  # pages drawn side by side, each in a process of its own and of low priority
_WAITING = 24  # pages asked for and not drawn yet; who comes then is told to try again
_SECONDS = 20.0  # for one page
_KEPT = 24 * 1024 * 1024  # bytes of pictures in memory
_BROWSER_KEEPS = 3600  # seconds; the address changes with the document

_Key = tuple[str, str, int, int, int]  # document, its digest, page, start, end


class NoPictureError(Exception):
    """A page that can't be shown; the message is a Vietnamese sentence."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status
        """Of HTTP."""


class PagePictures:
    """The pictures of the library that `live` holds. `drawn` belongs to one event loop."""

    def __init__(self, live: Live) -> None:
        self._live = live
        self._library = Library(live.settings.data / FILE)
        self._bounds = replace(live.settings.reading, seconds=min(_SECONDS, live.settings.reading.seconds))
        self._pool = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="page-pictures")
        self._kept: OrderedDict[_Key, bytes] = OrderedDict()
        self._of = live.current.digest
        self._drawing: dict[_Key, asyncio.Future[bytes]] = {}

    def shown(self, document: Resolution, page: int, start: int, end: int) -> str | None:
        """The HTML of a page's picture with text[start:end] marked, closed until someone opens it; None where its file has no pages."""
        entry = self._live.current.entries.get(document.id)
        if entry is None or entry.format not in FORMATS or not _has(document, page):
            return None
        # The version in the address lets browsers keep a picture without ever showing one of an older file.
        version = document.digest[:12]
        address = e(f"{PATH.lstrip('/')}?doc={quote(document.id, safe='')}&p={start}-{end}&trang={page}&v={version}")
        left, top = self._first_mark(document, page, start, end)
        alt = te("picture_alt", page=page, title=shortened(document.title, 120))
        zoom = f'<button type="button" data-viec="phong" aria-pressed="false" aria-label="{te("picture_zoom", page=page)}">'
        alone = f'<a href="{address}" target="_blank" rel="noopener">{te("picture_alone")}</a>'
        return (
            f'<details class="anh-trang"><summary>{te("picture", page=page)}</summary><div class="khung-anh">{zoom}'
            f'<img src="{address}" alt="{alt}" loading="lazy" decoding="async" data-trai="{left}" data-tren="{top}">'
            f'</button></div><p class="nhat hong" role="status" hidden>{te("picture_failed")}</p>'
            f'<p class="nhat">{te("picture_hint")} · {alone}</p></details>'
        )

    def _first_mark(self, document: Resolution, page: int, start: int, end: int) -> tuple[int, int]:
        """How far from the left and from the top of the picture the marks begin, in its dots: what a browser scrolls to."""
        with contextlib.suppress(LibraryError):
            boxes = marked(self._library.page_lines(document.id, page), [(start, end)])
            if boxes:
                return round(min(b[0] for b in boxes) * DPI / 72), round(min(b[1] for b in boxes) * DPI / 72)
        return 0, 0

    async def drawn(self, document_id: str, page: int, start: int, end: int) -> bytes:
        """PNG bytes of a page.

        Raises:
            NoPictureError: no such document, page or stretch of text; a page that can't be drawn; too many are being drawn.
        """
        holding = self._live.current
        if self._of != holding.digest:  # nothing of a document that was removed stays
            self._kept.clear()
            self._of = holding.digest
        document, entry = holding.document(document_id), holding.entries.get(document_id)
        good = document is not None and entry is not None and entry.format in FORMATS and _has(document, page)
        if document is None or not good or not 0 <= start < end <= len(document.text):
            raise NoPictureError(404, t("picture_none"))
        key = (document_id, document.digest, page, start, end)
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        drawing = self._drawing.get(key)
        if drawing is None:
            if len(self._drawing) >= _WAITING:
                raise NoPictureError(503, t("picture_busy"))
            drawing = asyncio.get_running_loop().run_in_executor(self._pool, self._draw, key)
            self._drawing[key] = drawing
            drawing.add_done_callback(lambda done: self._finished(key, done))
        try:
            # Shielded: others may wait for the same page when one goes away.
            return await asyncio.shield(drawing)
        except LibraryError as error:
            log.info("%s", error)
            raise NoPictureError(404, t("picture_failed")) from error

    def _draw(self, key: _Key) -> bytes:
        document_id, _, page, start, end = key
        return render(self._library, document_id, page, [(start, end)], bounds=self._bounds)

    def _finished(self, key: _Key, drawing: "asyncio.Future[bytes]") -> None:
        self._drawing.pop(key, None)
        if drawing.cancelled() or drawing.exception() is not None:
            return
        self._kept[key] = drawing.result()
        while sum(map(len, self._kept.values())) > _KEPT:
            self._kept.popitem(last=False)


def _has(document: Resolution, page: int) -> bool:
    return any(p.number == page for p in document.pages)


def add_pictures(app: FastAPI, pictures: PagePictures) -> None:
    """The route that serves the pictures; `guards.Limits` bounds how often it is asked."""

    @app.get(PATH)
    async def picture(request: Request) -> Response:
        asked = parsed(dict(request.query_params))
        number = request.query_params.get("trang", "")
        page = int(number) if number.isdecimal() and number.isascii() and len(number) <= 6 else 0
        try:
            if asked is None:
                raise NoPictureError(404, t("picture_none"))
            png = await pictures.drawn(asked[0], page, *asked[1:])
        except NoPictureError as error:
            return Response(str(error), error.status, {"cache-control": "no-store"}, "text/plain; charset=utf-8")
        return Response(png, media_type="image/png", headers={"cache-control": f"private, max-age={_BROWSER_KEEPS}"})
