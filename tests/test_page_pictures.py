"""Pictures of pages: who may ask for what, what is kept, and that what is removed is gone; reading that is stopped leaves nothing."""

import asyncio
import dataclasses
import io
import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from PIL import Image

from documents.cleaning import PlacedLine
from documents.database import Library
from documents.pages import marked
from documents.reading import bounded
from documents.reading.source import ReadingError
from documents.resolution import TextPage
from prompts import loader
from qa.answer import Answer, Status
from qa.app import passages, shelving
from qa.app import turns as conversation
from qa.app.answers import answer_markdown
from qa.app.guards import Limits
from qa.app.live import Live, open_holding
from qa.app.page_pictures import PATH, NoPictureError, PagePictures, add_pictures
from qa.app.shelving import FIELDS, StoppedError
from qa.app.stopping import Stops
from qa.app.turns import turn_of
from qa.settings import Settings
from tests.papers import needs_font, needs_ocr, pictures, resolution, scanned
from tests.test_page import citation

FAMILIES = "95% hộ gia đình được phủ mạng băng rộng cáp quang."


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """A library with a PDF of two pages beside the bundled documents."""
    settings = Settings.load(data=str(tmp_path_factory.mktemp("pictures") / "data"), environment={})
    made = Live(open_holding(settings), settings)
    file = shelving.examined(settings, resolution("Đồng Nai", "15-NQ/TU", "33%", "95%"), "a.pdf")
    shelving.add(made, file, dict.fromkeys(FIELDS, ""), replace=False)
    yield made
    made.stop()


@pytest.fixture
def client(live: Live) -> Iterator[TestClient]:
    app = FastAPI()
    add_pictures(app, PagePictures(live))
    with TestClient(app) as made:
        yield made


def span(live: Live, quote: str = FAMILIES) -> str:
    document = live.current.document("dong-nai-15-nq-tu")
    assert document is not None
    start = document.text.index(quote)
    return f"{start}-{start + len(quote)}"


def yellow(png: bytes) -> list[int]:
    """The rows of a picture that are marked."""
    image = Image.open(io.BytesIO(png)).convert("RGB")
    dots = image.load()
    assert dots is not None
    rows = []
    for y in range(image.height):
        marks = sum(1 for x in range(0, image.width, 4) if dots[x, y][2] < 130 and dots[x, y][0] > 240)  # type: ignore[index]
        if marks > 20:
            rows.append(y)
    return rows


@needs_font
def test_a_page_is_drawn_with_its_cited_line_marked(client: TestClient, live: Live) -> None:
    reply = client.get(PATH, params={"doc": "dong-nai-15-nq-tu", "p": span(live), "trang": "1"})
    assert (reply.status_code, reply.headers["content-type"]) == (200, "image/png")
    assert reply.headers["cache-control"] == "private, max-age=3600"
    rows = yellow(reply.content)
    assert 12 <= len(rows) <= 35
    assert rows == list(range(rows[0], rows[-1] + 1))
    # What the panel scrolls to is where the mark is.
    html = passages.panel(live.current, {"doc": "dong-nai-15-nq-tu", "p": span(live)}, PagePictures(live).shown)
    top = int(html.partition('data-tren="')[2].partition('"')[0])
    assert abs(top - rows[0]) <= 3
    # The other page has none of it.
    other = client.get(PATH, params={"doc": "dong-nai-15-nq-tu", "p": span(live), "trang": "2"})
    assert yellow(other.content) == []


@needs_font
@pytest.mark.parametrize(
    "changed",
    [
        *({"trang": x} for x in ("0", "3", "-1", "1.0", "", "x", "٣", "9" * 30)),
        *({"p": x} for x in ("", "5", "5-5", "9-5", "0-99999999", "-5-9", "a-b")),
        *({"doc": x} for x in ("", "binh-dinh-khoa-xx", "gone", "../../../etc/passwd", "dong-nai-15-nq-tu/", "x" * 300)),
    ],
)
def test_nothing_else_is_served(client: TestClient, live: Live, changed: dict[str, str]) -> None:
    asked = {"doc": "dong-nai-15-nq-tu", "p": span(live), "trang": "1", **changed}
    reply = client.get(PATH, params=asked)
    assert (reply.status_code, reply.text) == (404, loader.text("page", "picture_none"))
    assert reply.headers["cache-control"] == "no-store"


@needs_font
def test_a_page_asked_for_by_many_is_drawn_once_and_few_wait(live: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[tuple[int, int]] = []

    def slow(library: Any, document_id: str, page: int, spans: Any, **_: Any) -> bytes:
        drawn.extend(spans)
        time.sleep(0.2)
        return b"picture"

    monkeypatch.setattr("qa.app.page_pictures.render", slow)
    made = PagePictures(live)

    async def ask() -> list[Any]:
        same = [made.drawn("dong-nai-15-nq-tu", 1, 0, 9) for _ in range(50)]
        others = [made.drawn("dong-nai-15-nq-tu", 1, n, n + 5) for n in range(40)]
        return await asyncio.gather(*same, *others, return_exceptions=True)

    found = asyncio.run(ask())
    assert found[:50] == [b"picture"] * 50
    assert drawn.count((0, 9)) == 1
    refused = [x for x in found if isinstance(x, NoPictureError)]
    assert [x.status for x in refused] == [503] * 17  # 24 may wait, one of them for the page that fifty want
    assert str(refused[0]) == loader.text("page", "picture_busy")
    assert asyncio.run(made.drawn("dong-nai-15-nq-tu", 1, 0, 9)) == b"picture"
    assert drawn.count((0, 9)) == 1


@needs_font
def test_what_is_kept_has_a_bound(live: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qa.app.page_pictures.render", lambda *_, **__: bytes(9_000_000))
    made = PagePictures(live)
    for n in range(5):
        asyncio.run(made.drawn("dong-nai-15-nq-tu", 1, n, n + 5))
    assert sum(map(len, made._kept.values())) == 18_000_000


@needs_font
def test_documents_without_pages_offer_none_and_a_removed_one_is_gone(tmp_path: Path) -> None:
    settings = Settings.load(data=str(tmp_path / "data"), environment={})
    live = Live(open_holding(settings), settings)
    app = FastAPI()
    made = PagePictures(live)
    add_pictures(app, made)
    shelving.add(
        live,
        shelving.examined(settings, resolution("Đồng Nai", "15-NQ/TU", "33%", "95%"), "a.pdf"),
        dict.fromkeys(FIELDS, ""),
        replace=False,
    )
    plain = live.current.documents[0]
    assert made.shown(plain, 1, 0, 5) is None
    asked = {"doc": "dong-nai-15-nq-tu", "p": span(live), "trang": "1"}
    with TestClient(app) as client:
        assert client.get(PATH, params=asked).status_code == 200
        # Corrected: another digest, the same picture at another address.
        before = made.shown(live.current.document(asked["doc"]), 1, 0, 5)  # type: ignore[arg-type]
        shelving.correct(live, asked["doc"], {**dict.fromkeys(FIELDS, ""), "signer": "Trần Thị Sửa"})
        after = made.shown(live.current.document(asked["doc"]), 1, 0, 5)  # type: ignore[arg-type]
        assert before != after
        assert yellow(client.get(PATH, params=asked).content)
        assert len(made._kept) == 1
        shelving.remove(live, asked["doc"])
        assert client.get(PATH, params=asked).status_code == 404
        assert len(made._kept) == 0
    live.stop()


def test_a_passage_over_two_pages_offers_both_and_says_the_lower_confidence(live: Live) -> None:
    document = dataclasses.replace(live.current.documents[0], pages=(TextPage(0, 1, 0.97), TextPage(500, 2, 0.81), TextPage(5000, 3, 0.5)))
    assert [p.number for p in passages.pages_of(document, 480, 520)] == [1, 2]
    index: Any = type("Index", (), {"document": staticmethod({"x": document}.__getitem__)})
    assistant: Any = type("Assistant", (), {"index": index})
    holding = dataclasses.replace(live.current, assistant=assistant)
    html = passages.panel(holding, {"doc": "x", "p": "480-520"}, lambda _, page, start, end: f"<i>{page}:{start}-{end}</i>")
    assert "<i>1:480-520</i><i>2:480-520</i>" in html
    assert loader.text("messages", "recognised", percent="81") in html
    assert loader.text("messages", "recognised", percent="97") in passages.panel(holding, {"doc": "x", "p": "10-20"})


def test_an_answer_says_which_sources_were_recognised_and_how_surely() -> None:
    answer = Answer(Status.ANSWERED, "8% [1] và [2]", (citation(1, ocr=0.934), citation(2, start=0, end=5, ocr=None)))
    turn = turn_of("Hỏi", answer)
    note = loader.text("page", "recognised_sources", markers="[1]", percent="93")
    shown = answer_markdown(turn)
    assert 'class="nhan-dang"' in shown
    assert "&#91;1&#93;" in shown.partition("nhan-dang")[2]
    assert note in conversation.to_markdown([turn], conversation.datetime.date(2026, 1, 2))
    assert conversation.from_json(json.loads(json.dumps(conversation.to_json([turn])))) == [turn]
    for forged in ("x", 5, -1, True, [1]):
        changed = json.loads(json.dumps(conversation.to_json([turn])))
        changed[0]["cited"][0]["ocr"] = forged
        assert conversation.from_json(changed)[0].cited[0].ocr is None
    printed = turn_of("Hỏi", Answer(Status.ANSWERED, "8% [1]", (citation(1),)))
    assert "nhan-dang" not in answer_markdown(printed)


def test_a_list_mark_and_a_stop_are_marked_along() -> None:
    line = PlacedLine(100, 120, 1, 50.0, 10.0, 250.0, 20.0)
    assert marked([line], [(102, 119)]) == [(50.0, 10.0, 250.0, 20.0)]
    assert marked([line], [(105, 110)]) == [(100.0, 10.0, 150.0, 20.0)]
    assert marked([line], [(120, 140)]) == []


def test_pictures_count_towards_what_a_client_may_ask(live: Live) -> None:
    async def inner(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    guarded = Limits(inner, 60, None, 1000, lambda: 1.0, PATH)

    def status(path: str) -> int:
        told: list[Any] = []

        async def send(message: Any) -> None:
            told.append(message)

        async def receive() -> Any:
            return {"type": "http.request", "body": b""}

        scope = {"type": "http", "method": "GET", "path": path, "headers": [], "client": ("10.0.0.1", 1)}
        asyncio.run(guarded(scope, receive, send))
        return int(told[0]["status"])

    assert [status(PATH) for _ in range(17)] == [200] * 15 + [429] * 2
    assert status("/chi-tieu.csv") == 200


# Stopping


def test_stopping_reaches_the_work_of_its_own_page_only() -> None:
    stops = Stops()
    one, other = stops.begin("a"), stops.begin("b")
    assert stops.stop("a")
    assert (one.is_set(), other.is_set()) == (True, False)
    again = stops.begin("b")  # a second file in the same page ends the first
    assert other.is_set()
    stops.end("b", other)
    assert stops.stop("b")
    assert again.is_set()
    stops.end("b", again)
    assert not stops.stop("b")


@needs_ocr
def test_a_reading_that_is_stopped_ends_soon_with_its_process(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[Any] = []
    start = bounded._start
    monkeypatch.setattr(bounded, "_start", lambda *given: started.append(start(*given)) or started[-1])
    data = scanned(pictures(resolution("Hưng Yên", "22-NQ/TU", "28%", "91%")))
    stop, stopped_at = threading.Event(), [0.0]

    def told(done: int, total: int) -> None:
        if not stop.is_set():
            stopped_at[0] = time.monotonic()
            stop.set()

    with pytest.raises(ReadingError) as caught:
        bounded.read(data, "a.pdf", progress=told, stop=stop)
    assert caught.value.reason == "stopped"
    assert time.monotonic() - stopped_at[0] < 5  # half a second, and a busy machine
    assert [p.returncode for p in started] == [-9]


@needs_font
def test_adding_that_is_stopped_changes_neither_library_nor_index(live: Live) -> None:
    before = live.current
    file = shelving.examined(live.settings, resolution("Hưng Yên", "22-NQ/TU", "28%", "91%"), "b.pdf")

    def stop(done: int, total: int) -> None:
        raise StoppedError("dừng")

    with pytest.raises(StoppedError):
        shelving.add(live, file, dict.fromkeys(FIELDS, ""), replace=False, progress=stop)
    library = Library.open(live.settings.data)
    assert [d.id for d in library.documents()] == [d.id for d in before.documents]
    fresh = open_holding(live.settings)
    assert fresh.digest == before.digest
    assert fresh.assistant.ask("Kinh tế số của Hưng Yên năm 2030 chiếm bao nhiêu?").citations == ()
    assert not list((live.settings.data / "index").glob("tmp-*"))
