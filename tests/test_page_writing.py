"""A language model behind the page: its answer grows before one's eyes, no sentence of it unguarded; slow or down, the quotes are there."""

import contextlib
import json
import re
import shutil
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from page_process import Page, running

from qa.answer import Answer, Citation, Status
from qa.app.growing import Step, growing
from tests.openai_server import Endpoint, serving
from tests.test_page_browser import FLAGS, LEAVING, WIDTHS, ask, last_answer, mark, said

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
QUESTION = "Đến năm 2025 kinh tế số của Gia Lai phải chiếm bao nhiêu phần trăm GRDP?"
RIGHT = "Theo nghị quyết, đến năm 2025 kinh tế số của Gia Lai chiếm tối thiểu 20% GRDP của tỉnh [1]."
WRONG = "Kinh tế số của Gia Lai chiếm tối thiểu 99% GRDP của tỉnh [1]."
QUOTED = "Kinh tế số chiếm tối thiểu 20% GRDP của tỉnh."
WATCH = """() => { window.seen = []; new MutationObserver(() => { const b = [...document.querySelectorAll('#khung-chat .bot-row')].at(-1);
    if (b && window.seen.at(-1) !== b.innerText) window.seen.push(b.innerText); }).observe(document.body, { childList: true, subtree: true,
    characterData: true }); }"""


def quoted() -> Answer:
    citation = Citation(1, "a", "Nghị quyết", None, "Gia Lai", None, "", None, 0, 5, "Trích")
    return Answer(Status.ANSWERED, "Trích [1]", (citation,))


def test_an_answer_grows_and_ends_whole() -> None:
    end = quoted()
    assert list(growing(end, iter(["Một [1].", " Hai [1].", end]))) == [Step("Một [1]."), Step("Một [1]. Hai [1]."), Step("Trích [1]", end)]


def test_quotes_stand_in_for_a_slow_model_until_it_is_done() -> None:
    own, go = quoted(), threading.Event()

    def slow() -> Iterator[str | Answer]:
        yield "Một [1]."
        assert go.wait(10)
        yield " Hai [1]."
        yield own

    steps = growing(own, slow(), patience=0.05)
    assert next(steps) == Step("Một [1].")
    while (step := next(steps)) == Step("Một [1]."):
        pass
    assert step == Step("Trích [1]", waiting=True)
    go.set()
    # Nothing else between: what is read is not taken away twice.
    *still, end = steps
    assert (set(still) <= {step}, end) == (True, Step("Trích [1]", own))


def test_quotes_stand_where_writing_breaks() -> None:
    def broken() -> Iterator[str | Answer]:
        yield "Một [1]."
        raise RuntimeError("broken")

    own = quoted()
    assert list(growing(own, broken())) == [Step("Một [1]."), Step("Trích [1]", own)]


# In a browser


@pytest.fixture(scope="module")
def endpoint() -> Iterator[Endpoint]:
    with serving(lambda _: RIGHT) as found:
        yield found


@pytest.fixture(scope="module")
def site(endpoint: Endpoint, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    limits = {"NGHIQUYET_LLM_TIMEOUT": "30", "NGHIQUYET_LLM_RETRIES": "0"}
    with running(tmp_path_factory.mktemp("writing"), NGHIQUYET_LLM="toy", NGHIQUYET_LLM_URL=endpoint.url, **limits) as page:
        yield page


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    sync = pytest.importorskip("playwright.sync_api")
    if CHROMIUM is None:
        pytest.skip("no chromium here")
    with sync.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(params=WIDTHS)
def page(chromium: Any, site: Page, endpoint: Endpoint, request: pytest.FixtureRequest) -> Iterator[Any]:
    """The page before a visitor who has asked nothing yet; afterwards no other host was asked and no error was logged."""
    endpoint.reply, endpoint.pause, endpoint.codes = (lambda _: RIGHT), 0.0, []
    size = dict(zip(("width", "height"), WIDTHS[request.param], strict=True))
    wrong: list[str] = []
    with contextlib.closing(chromium.new_context(viewport=size, locale="vi-VN")) as context:
        made = context.new_page()
        made.on("request", lambda r: None if r.url.startswith((site.url, "data:", "blob:")) else wrong.append(r.url))
        made.on("console", lambda m: wrong.append(m.text) if m.type == "error" and not re.search(LEAVING, m.text) else None)
        made.on("pageerror", lambda e: wrong.append(str(e)))
        made.goto(site.url)
        made.wait_for_function("() => window.nghiquyet && document.querySelector('#nguon')")
        made.evaluate(WATCH)
        yield made
    assert wrong == []


def type_in(page: Any, question: str = QUESTION) -> None:
    page.fill("#o-hoi textarea", question)
    page.press("#o-hoi textarea", "Enter")


def test_sentences_come_one_by_one_and_only_true_ones(page: Any, endpoint: Endpoint) -> None:
    closing = "Đây là mục tiêu kinh tế số của tỉnh Gia Lai đến năm 2025: tối thiểu 20% GRDP [1]."
    endpoint.reply, endpoint.pause = (lambda _: f"{RIGHT} {WRONG} {closing}"), 0.08
    type_in(page)
    page.wait_for_selector(f'#khung-chat .bot-row >> text="{said("writing")}"')
    page.wait_for_selector("#khung-chat .bot-row >> text=chiếm tối thiểu 20% GRDP")
    assert said("writing") in last_answer(page)  # it goes on
    assert page.is_visible("#dung")
    assert not page.is_visible("#viec-hoi-thoai")
    page.wait_for_selector("#viec-hoi-thoai")
    assert not page.is_visible("#dung")
    seen = page.evaluate("window.seen")
    assert not any("99%" in text for text in seen)
    first = RIGHT.split(" [1]")[0]
    assert any(first in text and QUOTED not in text for text in seen)
    assert first in last_answer(page)
    assert said("writing") not in last_answer(page)
    page.locator("#khung-chat a.trich").first.click()
    assert mark(page).startswith(QUOTED.rstrip("."))


def test_a_slow_model_leaves_the_quotes_and_can_be_stopped(page: Any, endpoint: Endpoint) -> None:
    endpoint.pause = 25.0
    started = time.monotonic()
    type_in(page)
    page.wait_for_selector(f'#khung-chat .bot-row >> text="{said("still_writing")}"')
    assert time.monotonic() - started < endpoint.pause
    assert QUOTED.rstrip(".") in last_answer(page)
    page.click("#dung")
    page.wait_for_selector("#viec-hoi-thoai")
    page.wait_for_selector(f'#khung-chat .bot-row >> text="{said("still_writing")}"', state="detached")
    assert QUOTED.rstrip(".") in last_answer(page)
    # It is kept, and the conversation goes on.
    endpoint.pause = 0.0
    ask(page, "Còn năm 2030?", answers=2)
    page.reload()
    page.wait_for_function("() => document.querySelectorAll('#khung-chat .bot-row').length === 2")
    assert QUOTED.rstrip(".") in page.locator("#khung-chat .bot-row").first.inner_text()


def test_a_model_that_is_down_is_not_missed(page: Any, endpoint: Endpoint) -> None:
    endpoint.codes = [500] * 5
    ask(page, QUESTION)
    assert QUOTED.rstrip(".") in last_answer(page)
    assert not page.is_visible("#dung")


def test_what_is_refused_is_never_given_to_the_model(page: Any, endpoint: Endpoint) -> None:
    before = len(endpoint.seen)
    ask(page, "Hà Nội đặt mục tiêu kinh tế số bao nhiêu?")
    assert "Hà Nội" in last_answer(page)
    assert len(endpoint.seen) == before


def test_a_shared_link_and_the_samples_wait_for_no_model(page: Any, site: Page, endpoint: Endpoint) -> None:
    import base64

    endpoint.pause = 20.0
    before = len(endpoint.seen)
    carried = base64.urlsafe_b64encode(json.dumps([{"q": QUESTION}] * 3).encode()).decode().rstrip("=")
    page.goto(f"{site.url}/?lien-ket#hoi={carried}")
    page.wait_for_function("() => document.querySelectorAll('#khung-chat .bot-row').length === 3")
    assert QUOTED.rstrip(".") in last_answer(page)
    assert len(endpoint.seen) == before
