"""The page in a real browser, on a phone and at a desk: what people do there, with no request to another host and a quiet console."""

import contextlib
import io
import json
import os
import re
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from page_process import DONG_NAI, PASSWORD, ROOT, Page, running
from papers import needs_font, needs_ocr, pictures, resolution, scanned

from documents.database import Library
from documents.library import bundled
from prompts import loader
from tests.http_serving import served

pytest.importorskip("playwright.sync_api")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no chromium here")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
FLAGS += ["--disable-component-update", "--disable-sync"]
WIDTHS = {"phone": (390, 844), "desk": (1366, 768)}
QUESTION = "Đến năm 2030, Bình Định xử lý bao nhiêu phần trăm hồ sơ công việc cấp xã trên môi trường mạng?"
SENTENCE = "100% hồ sơ công việc tại cấp tỉnh; 90% hồ sơ công việc tại cấp huyện và 70% hồ sơ công việc tại cấp xã"
FIRST_VIEW = 3.0  # seconds, on two cores
OTHER_MARK = "before => { const m = document.querySelector('#nguon mark'); return m && m.innerText.trim() !== before; }"
GONE = "name => ![...document.querySelectorAll('table.so-sanh tbody th')].some(e => e.innerText === name)"
FROM = "id => [...document.querySelectorAll('#khung-chat .bot-row a.nguon-nho')].some(a => a.href.includes(id))"
IN_SIGHT = """start => { const h = [...document.querySelectorAll('#doc .toan-van h3')].find(e => e.innerText.startsWith(start));
    const y = h?.getBoundingClientRect().top; return y > -5 && y < 300; }"""
YELLOW = """async () => { const image = document.querySelector('#nguon .anh-trang img');
    await image.decode(); const c = document.createElement('canvas'); c.width = image.naturalWidth; c.height = image.naturalHeight;
    const pen = c.getContext('2d'); pen.drawImage(image, 0, 0); const dots = pen.getImageData(0, 0, c.width, c.height).data;
    const rows = []; for (let y = 0; y < c.height; y++) { let n = 0; for (let x = 0; x < c.width; x++) { const i = 4 * (y * c.width + x);
      if (dots[i] > 240 && dots[i + 1] > 220 && dots[i + 2] < 130) n++; } if (n > 40) rows.push(y); }
    const box = document.querySelector('#nguon .khung-anh'), size = image.clientHeight / image.naturalHeight;
    return { width: c.width, height: c.height, first: rows[0], last: rows.at(-1), count: rows.length,
      seen: rows.length > 0 && rows[0] * size >= box.scrollTop && rows.at(-1) * size <= box.scrollTop + box.clientHeight }; }"""
"""Where the page's picture is marked: rows of its dots, and whether they are in sight within its box."""
LEAVING = "AbortError: signal is aborted|Connection errored out"
"""What Gradio logs where a page is left while its stream is open."""
GRADIOS_OWN: dict[str, str] = {}
"""Serious findings of axe that are Gradio's own: selector -> why they stay."""


def said(key: str, **values: object) -> str:
    """A text of the page."""
    return loader.text("page", key, **values)


async def _bare(scope: Any, receive: Any, send: Any) -> None:
    """A site with an empty page."""
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/html; charset=utf-8")]})
        await send({"type": "http.response.body", "body": b"<!doctype html><title>Portal</title><link rel=icon href=data:,>"})


@pytest.fixture(scope="module")
def portal() -> Iterator[str]:
    """The address of another site, which may show the page in a frame."""
    with served(_bare) as address:
        yield address


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, portal: str) -> Iterator[Page]:
    """The page with operator features."""
    given = {"NGHIQUYET_OPERATOR_PASSWORD": PASSWORD, "NGHIQUYET_REQUESTS_A_MINUTE": "0", "NGHIQUYET_FRAME_ANCESTORS": f"'self' {portal}"}
    with running(tmp_path_factory.mktemp("browser"), **given) as page:
        yield page


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


Visit = Callable[..., Any]


@pytest.fixture(params=WIDTHS)
def width(request: pytest.FixtureRequest) -> str:
    """phone | desk"""
    return str(request.param)


@pytest.fixture
def visit(chromium: Any, site: Page, width: str) -> Iterator[Visit]:
    """Opens the page as a new visitor does. Afterwards: no other host was asked, and the console stayed free of errors."""
    foreign: list[str] = []
    errors: list[str] = []
    with contextlib.ExitStack() as stack:

        def open_page(address: str = "/", *, allowed: str = "$^", ready: str = "#o-hoi textarea", **more: Any) -> Any:
            size = dict(zip(("width", "height"), WIDTHS[width], strict=True))
            context = chromium.new_context(
                viewport=size, locale="vi-VN", has_touch=width == "phone", permissions=["clipboard-read", "clipboard-write"], **more
            )
            stack.callback(context.close)
            page = context.new_page()
            page.set_default_timeout(12_000)

            def heard(message: Any) -> None:
                if message.type == "error" and not re.search(f"{allowed}|{LEAVING}", message.text):
                    errors.append(message.text)

            page.on("console", heard)
            page.on("pageerror", lambda error: errors.append(str(error)))
            page.on("request", lambda r: None if r.url.startswith((site.url, "data:", "blob:")) else foreign.append(r.url))
            page.goto(site.url + address)
            page.wait_for_selector(ready)
            # Gradio's events work once its stream is there.
            page.wait_for_function("() => window.nghiquyet && document.querySelector('#nguon')")
            return page

        yield open_page
    assert foreign == []
    assert errors == []


def ask(page: Any, question: str, answers: int = 1) -> None:
    """Type a question, press Enter, and wait until there are so many answers."""
    page.fill("#o-hoi textarea", question)
    page.press("#o-hoi textarea", "Enter")
    page.wait_for_function(
        "([n, waiting]) => { const bots = [...document.querySelectorAll('#khung-chat .bot-row')];"
        " return bots.length === n && !waiting.some((words) => bots.at(-1).innerText.includes(words)); }",
        arg=[answers, [said(key) for key in ("searching", "writing", "still_writing")]],
    )
    page.wait_for_selector("#viec-hoi-thoai")


def last_answer(page: Any) -> str:
    return str(page.locator("#khung-chat .bot-row").last.inner_text())


def open_tab(page: Any, name: str) -> None:
    page.click(f"#tab-{name}-button")
    page.wait_for_selector(f"#tab-{name}", state="visible")


def mark(page: Any) -> str:
    page.wait_for_selector("#nguon mark")
    return " ".join(page.inner_text("#nguon mark").split())


# Asking and reading


def test_an_answer_opens_its_source_with_the_right_sentence_marked(visit: Visit, width: str) -> None:
    page = visit()
    ask(page, QUESTION)
    assert "70%" in last_answer(page)
    page.locator("#khung-chat a.trich").first.click()
    assert mark(page).startswith(SENTENCE)
    panel = page.inner_text("#nguon")
    assert "4. Mục tiêu cụ thể đến năm 2030" in panel
    assert "Ban Thường vụ Tỉnh ủy Bình Định khóa XX" in panel
    surroundings = page.inner_text("#nguon .doan")
    assert len(surroundings) > len(mark(page)) + 500
    # The marked words are in sight, beside the answer at a desk and below it on a phone.
    page.wait_for_timeout(700)  # scrolled smoothly
    box, text = page.locator("#nguon mark").bounding_box(), page.locator("#nguon .doan").bounding_box()
    assert text["y"] <= box["y"] < text["y"] + text["height"]
    answer, source = page.locator("#khung-chat").bounding_box(), page.locator("#nguon").bounding_box()
    if width == "desk":
        assert source["x"] >= answer["x"] + answer["width"]
    else:
        link = page.locator("#khung-chat a.trich").first.bounding_box()
        assert link["y"] + link["height"] <= source["y"]
        assert source["y"] + source["height"] <= WIDTHS["phone"][1] + 1


def test_neighbours_copies_and_a_link_that_reopens_the_passage(visit: Visit) -> None:
    page = visit()
    ask(page, QUESTION)
    page.locator("#khung-chat a.trich").first.click()
    first = mark(page)
    page.click(f'#nguon button:has-text("{said("copy")}")')
    page.wait_for_selector("#bao.hien")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith(f"“{SENTENCE}")
    assert "Nghị quyết về chuyển đổi số tỉnh Bình Định đến năm 2025, định hướng đến năm 2030, không rõ ngày, Ban Thường vụ" in copied
    assert "4. Mục tiêu cụ thể đến năm 2030 › a)" in copied
    page.click(f'#nguon button:has-text("{said("copy_link")}")')
    link = page.evaluate("navigator.clipboard.readText()")
    asked = parse_qs(urlsplit(link).query)
    document = next(d for d in bundled() if d.id == asked["doc"][0])
    start, end = map(int, asked["p"][0].split("-"))
    assert " ".join(document.text[start:end].split()) == first
    assert page.url == link
    page.click("#nguon .ke a.next")
    page.wait_for_function(OTHER_MARK, arg=first)
    following = mark(page)
    page.click("#nguon .ke a.previous")
    page.wait_for_function(OTHER_MARK, arg=following)
    assert mark(page).startswith(SENTENCE[:30])
    again = visit("/?" + urlsplit(link).query)
    assert mark(again) == first
    again.keyboard.press("Escape")
    again.wait_for_selector("#nguon", state="hidden")
    assert urlsplit(again.url).query == ""


def test_a_follow_up_is_understood_and_a_chip_can_be_taken_off(visit: Visit) -> None:
    page = visit()
    ask(page, QUESTION)
    ask(page, "Còn Trà Vinh thì sao?", answers=2)
    chips = page.locator("#dang-hieu .token")
    assert chips.all_inner_texts() == ["Trà Vinh", "2030"]
    assert "Trà Vinh" in page.inner_text("#chu-de")
    assert all("tra-vinh" in a.get_attribute("href") for a in page.locator("#khung-chat .bot-row").last.locator("a.trich").all())
    page.locator("#dang-hieu .token", has_text="Trà Vinh").locator(".token-remove").click()
    page.wait_for_function(FROM, arg="thai-nguyen")
    assert page.locator("#khung-chat .bot-row").count() == 2
    assert "Trà Vinh" not in chips.all_inner_texts()
    page.click("#chu-de")
    page.wait_for_function("() => document.querySelector('#o-hoi textarea').value.length > 10")
    assert "hồ sơ công việc cấp xã" in page.input_value("#o-hoi textarea")


def test_a_refusal_says_so_and_offers_the_nearest_topics(visit: Visit) -> None:
    page = visit()
    ask(page, "Trà Vinh có bao nhiêu tiến sĩ về trí tuệ nhân tạo làm việc tại bệnh viện?")
    assert page.locator("#khung-chat a.trich").count() == 0
    offered = page.locator(".goi-y button.cau-mau:visible")
    assert offered.count() >= 1
    offered.first.click()
    page.wait_for_function("() => document.querySelectorAll('#khung-chat .bot-row').length === 2")
    page.wait_for_selector("#khung-chat a.trich")


def test_a_greeting_and_what_people_type_stays_literal(visit: Visit) -> None:
    page = visit()
    ask(page, "Xin chào")
    assert "Gia Lai" in last_answer(page)
    ask(page, "<img src=x onerror=alert(1)> **đậm** [x](http://a.example)", answers=2)
    question = page.locator("#khung-chat .user-row").last
    assert question.inner_text().strip() == "<img src=x onerror=alert(1)> **đậm** [x](http://a.example)"
    assert page.locator("#khung-chat .user-row img, #khung-chat .user-row strong, #khung-chat .user-row a").count() == 0


def test_keys_send_break_lines_and_find_the_box(visit: Visit) -> None:
    page = visit()
    page.wait_for_timeout(300)
    page.keyboard.press("/")
    page.wait_for_function("() => document.activeElement?.matches('#o-hoi textarea')")
    page.keyboard.type("Xin")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("chào")
    assert page.input_value("#o-hoi textarea") == "Xin\nchào"
    assert page.locator("#khung-chat .bot-row").count() == 0
    page.keyboard.press("Enter")
    page.wait_for_selector("#khung-chat .bot-row")
    assert page.input_value("#o-hoi textarea") == ""


def test_a_question_sent_before_the_end_of_an_earlier_answer_has_come_is_asked_too(visit: Visit) -> None:
    page = visit()
    # The answer is shown; that nothing follows it is told late, as on a busy server, and the next question comes in between.
    page.evaluate(
        """([question, waiting]) => {
          const fetched = window.fetch;
          window.fetch = async (...asked) => {
            const reply = await fetched(...asked);
            if (!String(asked[0]?.url ?? asked[0]).includes('/queue/data')) return reply;
            const late = new TransformStream({ async transform(chunk, stream) {
              if (new TextDecoder().decode(chunk).includes('process_completed')) await new Promise((done) => setTimeout(done, 700));
              stream.enqueue(chunk);
            } });
            return new Response(reply.body.pipeThrough(late), { headers: reply.headers, status: reply.status });
          };
          let sent = false;
          new MutationObserver(() => {
            const answer = [...document.querySelectorAll('#khung-chat .bot-row')].at(-1)?.innerText;
            if (sent || !answer || waiting.some((words) => answer.includes(words))) return;
            sent = true;
            const box = document.querySelector('#o-hoi textarea');
            box.value = question;
            box.dispatchEvent(new Event('input', { bubbles: true }));
            // Nobody presses Enter in the same instant as the last letter; the page first takes the letters in.
            setTimeout(() => box.dispatchEvent(new KeyboardEvent('keypress', { key: 'Enter', bubbles: true, cancelable: true })), 100);
          }).observe(document.body, { childList: true, subtree: true, characterData: true });
        }""",
        ["Ai ký nghị quyết của Trà Vinh?", [said(key) for key in ("searching", "writing", "still_writing")]],
    )
    ask(page, QUESTION, answers=2)
    assert "70%" in page.locator("#khung-chat .bot-row").first.inner_text()
    assert "Kim Ngọc Thái" in last_answer(page)
    assert page.input_value("#o-hoi textarea") == ""


def test_an_answer_takes_the_focus_from_no_one_who_types(visit: Visit) -> None:
    page = visit()
    ask(page, QUESTION)
    page.locator("#khung-chat a.trich").first.click()
    mark(page)
    page.click("#o-hoi textarea")
    page.evaluate("() => { window.left = 0; document.querySelector('#o-hoi textarea').addEventListener('blur', () => window.left++); }")
    page.evaluate("() => nghiquyet.answered()")  # as after each answer: a desk shows its source, a phone puts the one before away
    mark(page) if page.viewport_size["width"] > 900 else page.wait_for_selector("#nguon", state="hidden")
    assert page.evaluate("window.left") == 0
    page.keyboard.type("Còn Trà Vinh?")
    assert page.input_value("#o-hoi textarea") == "Còn Trà Vinh?"


def test_a_source_that_comes_late_leaves_the_focus_where_it_went(visit: Visit) -> None:
    page = visit()
    ask(page, QUESTION)
    page.evaluate(
        "() => { const link = document.querySelector('#khung-chat a.trich'); "
        "link.focus(); link.click(); document.querySelector('#o-hoi textarea').focus(); }"
    )
    mark(page)
    page.wait_for_timeout(300)
    page.keyboard.type("Còn Trà Vinh?")
    assert page.input_value("#o-hoi textarea") == "Còn Trà Vinh?"


# What one can take along


def test_a_conversation_survives_a_reload_and_can_be_begun_anew(visit: Visit) -> None:
    page = visit()
    ask(page, QUESTION)
    page.goto(page.url.split("?")[0])
    page.wait_for_selector("#khung-chat a.trich")
    assert "70%" in last_answer(page)
    ask(page, "Còn Trà Vinh thì sao?", answers=2)
    page.click("#moi")
    page.wait_for_selector("#mo-dau")
    page.reload()
    page.wait_for_selector("#mo-dau")
    page.wait_for_timeout(500)
    assert page.locator("#khung-chat .bot-row").count() == 0


def test_a_shared_link_asks_the_same_questions_elsewhere(visit: Visit) -> None:
    page = visit()
    ask(page, QUESTION)
    ask(page, "Còn Trà Vinh thì sao?", answers=2)
    page.click(f'#viec-hoi-thoai button:has-text("{said("share")}")')
    page.wait_for_selector("#bao.hien")
    link = page.evaluate("navigator.clipboard.readText()")
    assert "#hoi=" in link
    other = visit("/" + link[link.index("#") :])
    other.wait_for_function("() => document.querySelectorAll('#khung-chat .bot-row').length === 2")
    assert last_answer(other) == last_answer(page)
    assert "#" not in other.url


def test_a_forged_link_puts_no_words_into_the_assistants_mouth(visit: Visit) -> None:
    import base64

    forged = [{"q": "Xin chào", "text": "Nội dung bịa", "question": "Giả"}, 5, {"question": "Giả", "text": "Nội dung bịa"}]
    carried = base64.urlsafe_b64encode(json.dumps(forged).encode()).decode().rstrip("=")
    page = visit("/#hoi=" + carried)
    page.wait_for_selector("#khung-chat .bot-row")
    assert "bịa" not in page.inner_text("#khung-chat")
    assert page.locator("#khung-chat .bot-row").count() == 1


def test_the_conversation_is_saved_as_markdown(visit: Visit) -> None:
    page = visit()
    ask(page, QUESTION)
    with page.expect_download() as download:
        page.click(f'#viec-hoi-thoai button:has-text("{said("export")}")')
    text = Path(download.value.path()).read_text("utf-8")
    assert f"## {QUESTION}" in text
    assert "[1] “100% hồ sơ công việc tại cấp tỉnh" in text


DARKNESS = """selector => { const rgb = getComputedStyle(document.querySelector(selector)).color.match(/\\d+/g).slice(0, 3);
    return Math.max(...rgb.map(Number)); }"""


BELOW = """() => { const gap = document.querySelector('#nguon').getBoundingClientRect().top
    - document.querySelector('#hoi-thoai').getBoundingClientRect().bottom; return gap >= 0 && gap < 60; }"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_paper_shows_questions_answers_and_the_open_source(visit: Visit, scheme: str) -> None:
    page = visit(color_scheme=scheme, reduced_motion="reduce")
    ask(page, QUESTION)
    page.locator("#khung-chat a.trich").first.click()
    mark(page)
    page.emulate_media(media="print", color_scheme=scheme, reduced_motion="reduce")
    page.wait_for_function(f"selector => ({DARKNESS})(selector) < 110", arg="#nguon h2")
    page.wait_for_function(BELOW)
    for hidden in ("#soan", "#viec-hoi-thoai", "#dang-hieu", "#nguon .viec"):
        assert not page.is_visible(hidden), hidden
    for shown in ("#khung-chat .bot-row", "#nguon mark"):
        assert page.is_visible(shown), shown
    # Dark on white, and the source right below.
    for text in ("#khung-chat .bot-row p", "#nguon .doan", "#nguon mark", "#nguon h2"):
        assert page.evaluate(DARKNESS, text) < 110, text


# Look-up, comparison, library


def test_a_target_is_looked_up_without_diacritics_and_opens_its_passage(visit: Visit) -> None:
    page = visit()
    open_tab(page, "chi-tieu")
    page.locator("#tab-chi-tieu input[type=text], #tab-chi-tieu textarea").first.fill("kinh te so GRDP")
    page.wait_for_function("() => document.querySelector('.tom-tat b').innerText === '8 chỉ tiêu'")
    page.click("#loc-year input")
    page.click('ul[role="listbox"] >> text="2025"')
    page.wait_for_function("() => document.querySelector('.tom-tat b').innerText === '4 chỉ tiêu'")
    rows = page.locator("table.chi-tieu tbody tr")
    assert sorted(re.search(r"\d+%", r)[0] for r in rows.all_inner_texts()) == ["10%", "10%", "20%", "20%"]  # type: ignore[index]
    rows.first.locator("a").click()
    assert "20%" in mark(page)
    with page.expect_download() as download:
        page.click(f'text="{said("download_xlsx")}"')
    from openpyxl import load_workbook

    sheet = load_workbook(io.BytesIO(Path(download.value.path()).read_bytes())).active
    table = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert table[0][1:3] == ["Tỉnh, thành phố", "Năm"]
    assert {(row[1], row[6]) for row in table[1:]} == {("Gia Lai", 20), ("Thái Nguyên", 20), ("Bình Định", 10), ("Trà Vinh", 10)}
    with page.expect_download() as download:
        page.click(f'text="{said("download_csv")}"')
    assert len(Path(download.value.path()).read_text("utf-8-sig").splitlines()) == 5


def test_the_table_is_sorted_and_says_where_nothing_fits(visit: Visit) -> None:
    page = visit()
    open_tab(page, "chi-tieu")
    box = page.locator("#tab-chi-tieu input[type=text], #tab-chi-tieu textarea").first
    box.fill("nang suat lao dong")
    page.wait_for_function("() => document.querySelector('.tom-tat b').innerText === '8 chỉ tiêu'")
    page.get_by_label(said("order")).click()
    page.click(f'ul[role="listbox"] >> text="{said("order_highest")}"')
    page.wait_for_function("() => document.querySelector('table.chi-tieu tbody tr').innerText.includes('11,5%')")
    box.fill("khong co chi tieu nao nhu the")
    page.wait_for_selector(f'text="{said("lookup_nothing")}"')


def test_what_is_asked_last_is_shown_however_late_an_earlier_answer_comes(visit: Visit) -> None:
    page = visit()
    open_tab(page, "chi-tieu")
    box = page.locator("#tab-chi-tieu input[type=text], #tab-chi-tieu textarea").first
    calls: list[list[str]] = []

    def late(route: Any) -> None:
        calls.append(json.loads(route.request.post_data)["data"])
        answer = route.fetch()
        if len(calls) == 1:
            page.wait_for_timeout(1500)
        route.fulfill(response=answer)

    page.route("**/gradio_api/run/predict*", late)
    page.get_by_label(said("order")).click()
    page.click(f'ul[role="listbox"] >> text="{said("order_highest")}"')
    box.fill("nang suat")
    page.wait_for_function("() => document.querySelector('.tom-tat b').innerText === '8 chỉ tiêu'")
    page.wait_for_timeout(2000)
    assert page.inner_text(".tom-tat b") == "8 chỉ tiêu"
    # What is chosen is asked for once, though Gradio tells it twice.
    assert [(words, order) for words, *_, order in calls] == [("", "highest"), ("nang suat", "highest")]


def test_two_provinces_are_compared(visit: Visit) -> None:
    page = visit()
    open_tab(page, "so-sanh")
    for name in ("Gia Lai", "Thái Nguyên"):
        page.locator("#chon-tinh .token", has_text=name).locator(".token-remove").click()
        page.wait_for_function(GONE, arg=name)
    assert page.locator("table.so-sanh thead th").all_inner_texts() == ["Tỉnh", "Đến năm 2025", "Đến năm 2030"]
    rows = [r.locator("th, td").all_inner_texts() for r in page.locator("table.so-sanh tbody tr").all()]
    assert rows == [["Bình Định", "Đạt 10%", "15 - 20%"], ["Trà Vinh", "Trên 10%", "Trên 25%"]]
    assert page.locator("figure.bieu-do dd").count() == 4
    page.locator("table.so-sanh td a").last.click()
    assert "25%" in mark(page)


def test_another_indicator_is_found_by_typing_and_silence_is_said(visit: Visit) -> None:
    page = visit()
    open_tab(page, "so-sanh")
    page.fill("#chon-chi-tieu input", "")
    page.locator("#chon-chi-tieu input").press_sequentially("Giảm thủ tục")
    page.wait_for_function("() => document.querySelectorAll('ul[role=listbox] li').length <= 2")
    page.locator('ul[role="listbox"] li').first.click()
    page.wait_for_selector("table.so-sanh caption >> text=Giảm thủ tục hành chính")
    page.click("#chon-tinh input")
    if page.locator("#chon-tinh .token", has_text="Trà Vinh").count() == 0:
        page.click('ul[role="listbox"] >> text="Trà Vinh"')
    page.wait_for_function("() => [...document.querySelectorAll('table.so-sanh tbody tr')].some(r => r.innerText.includes('Trà Vinh'))")
    row = page.locator("table.so-sanh tbody tr", has_text="Trà Vinh")
    assert "không nêu" in row.inner_text()


def test_a_document_is_read_whole_by_its_outline(visit: Visit, width: str) -> None:
    page = visit()
    open_tab(page, "van-ban")
    assert page.locator(".the-van-ban li").count() == len(bundled())
    page.fill("#tim-van-ban input, #tim-van-ban textarea", "tra vinh")
    page.wait_for_function("() => document.querySelectorAll('.the-van-ban li').length === 1")
    page.click(".the-van-ban a.nut")
    page.wait_for_selector("#doc h2")
    if width == "phone":
        page.click("#doc .muc-luc summary")
    page.click('#doc .muc-luc >> text="III- NHIỆM VỤ VÀ GIẢI PHÁP"')
    page.wait_for_function(IN_SIGHT, arg="III- NHIỆM VỤ")
    address = page.url
    again = visit("/?" + urlsplit(address).query, ready="#doc h2")
    assert "Trà Vinh" in again.inner_text("#doc h2")
    again.click(f'text="{said("back_to_library")}"')
    again.wait_for_selector(".the-van-ban li")


def test_about_tells_limits_and_gives_a_snippet_with_the_own_address(visit: Visit, site: Page) -> None:
    page = visit()
    open_tab(page, "gioi-thieu")
    assert f'<iframe src="{site.url}/?nhung=1"' in page.inner_text("pre.nhung")
    assert "không phải tư vấn pháp lý" in page.inner_text("#chan-trang") or "Không tư vấn pháp lý" in page.inner_text("#tab-gioi-thieu")


def test_a_portal_that_is_allowed_shows_the_page_in_a_frame_and_another_does_not(
    chromium: Any, site: Page, portal: str, width: str
) -> None:
    size = dict(zip(("width", "height"), WIDTHS[width], strict=True))
    snippet = f'<iframe src="{site.url}/?nhung=1" title="Trợ lý" style="width:100%;height:640px;border:0"></iframe>'
    with contextlib.closing(chromium.new_context(viewport=size, locale="vi-VN")) as context:
        page = context.new_page()
        page.goto(portal)
        page.evaluate("html => { document.body.innerHTML = html; }", snippet)
        frame = page.frame_locator("iframe")
        frame.locator("#o-hoi textarea").fill(QUESTION)
        page.wait_for_timeout(500)
        frame.locator("#o-hoi textarea").press("Enter")
        frame.locator("#khung-chat a.trich").first.click()
        assert " ".join(frame.locator("#nguon mark").inner_text().split()).startswith(SENTENCE)
        assert not frame.locator("#dau-trang h1").is_visible()
    with served(_bare) as other, contextlib.closing(chromium.new_context()) as context:
        page = context.new_page()
        refused: list[str] = []
        page.on("console", lambda m: refused.append(m.text) if "frame-ancestors" in m.text else None)
        page.goto(f"{other}/")
        page.evaluate("html => { document.body.innerHTML = html; }", snippet)
        page.wait_for_timeout(1500)
        assert refused
        assert page.frame_locator("iframe").locator("#o-hoi").count() == 0


def test_within_a_portal_the_page_is_compact(visit: Visit) -> None:
    page = visit("/?nhung=1")
    assert not page.is_visible("#dau-trang h1")
    ask(page, QUESTION)
    page.locator("#khung-chat a.trich").first.click()
    assert mark(page).startswith(SENTENCE)


# Feedback and the operator


def sign_in(page: Any, site: Page) -> None:
    page.goto(site.url + "/quan-tri")
    page.fill("#mk", PASSWORD)
    page.click("button")
    page.wait_for_selector("#tep")
    page.wait_for_timeout(500)


def test_a_wrong_answer_is_reported_and_the_operator_reads_it(visit: Visit, site: Page, width: str) -> None:
    page = visit()
    ask(page, QUESTION)
    page.click(f'#viec-hoi-thoai button:has-text("{said("good")}")')
    page.wait_for_selector(f'text="{said("thanks_good")}"')
    page.click(f'#viec-hoi-thoai button:has-text("{said("wrong")}")')
    comment = f"Sai ở {width}: gọi 0912 345 678 <b>nhé</b>"
    page.fill("#gop-y textarea", comment)
    page.click(f'text="{said("send_report")}"')
    page.wait_for_selector(f'text="{said("thanks_wrong")}"')
    sign_in(page, site)
    page.click("#tab-gop-y-button")
    page.wait_for_selector("ul.gop-y li")
    assert f"Sai ở {width}: gọi [số điện thoại] <b>nhé</b>" in page.inner_text("ul.gop-y li >> nth=0")
    with page.expect_download() as download:
        page.click("a[href='gop-y.csv']")
    assert "[số điện thoại]" in Path(download.value.path()).read_text("utf-8-sig")


def test_unanswered_questions_are_listed_once_the_operator_asks_for_it(visit: Visit, site: Page) -> None:
    page = visit()
    sign_in(page, site)
    page.click("#tab-chua-tra-loi-button")
    page.check("#tab-chua-tra-loi input[type=checkbox]")
    page.click(f'text="{loader.text("operator", "save_setting")}"')
    page.wait_for_selector(f'text="{loader.text("operator", "setting_saved")}"')
    citizen = visit()
    asked = "Trà Vinh có bao nhiêu tiến sĩ về trí tuệ nhân tạo ở bệnh viện, gọi tôi số 0912345678?"
    ask(citizen, asked)
    page.reload()
    page.wait_for_selector("#tep")
    page.click("#tab-chua-tra-loi-button")
    page.wait_for_selector("text=gọi tôi số [số điện thoại]")


def test_a_document_is_added_asked_about_corrected_and_removed_while_the_page_runs(visit: Visit, site: Page, tmp_path: Path) -> None:
    file = tmp_path / "nghi-quyet.txt"
    file.write_text(DONG_NAI + "\nGhi chú: <script>window.hong = 1</script> ${hong} {{hong}}\n", "utf-8")
    citizen = visit()
    page = visit()
    sign_in(page, site)
    page.set_input_files("#tep input[type=file]", str(file))
    page.wait_for_selector("#xem-truoc")
    page.wait_for_function("() => document.querySelector('#xem-truoc').innerText.includes('4 chỉ tiêu')")
    assert page.get_by_label(loader.text("operator", "field_number")).input_value() == "15-NQ/TU"
    assert page.get_by_label(loader.text("operator", "field_issued")).input_value() == "12/05/2022"
    page.get_by_label(loader.text("operator", "field_signer")).fill("Trần Thị Sửa")
    page.click("#them")
    page.wait_for_selector("p.xong >> text=Đã thêm", timeout=60_000)
    # A page that was open all the while answers from it.
    ask(citizen, "Kinh tế số trong GRDP của Đồng Nai năm 2030 là bao nhiêu?")
    assert "33%" in last_answer(citizen)
    ask(citizen, "Ai ký nghị quyết của Đồng Nai?", answers=2)
    assert "Trần Thị Sửa" in last_answer(citizen)
    fresh = visit("/?doc=dong-nai-15-nq-tu&xem=toan-van", ready="#doc h2")
    assert "<script>window.hong = 1</script> ${hong} {{hong}}" in fresh.inner_text("#doc")
    assert fresh.evaluate("window.hong === undefined")
    # The heading is asked for beside the document, and either may be there first.
    fresh.wait_for_selector("#dau-trang >> text=5 văn bản")
    page.click("#tab-thu-vien-button")
    page.click("#chon-van-ban input")
    page.click('ul[role="listbox"] >> text=15-NQ/TU')
    page.wait_for_selector("#go-bo")
    page.get_by_label(loader.text("operator", "certain")).check()
    page.click("#go-bo")
    page.wait_for_selector(f'text="{loader.text("operator", "removed")}"', timeout=60_000)
    ask(citizen, "Kinh tế số trong GRDP của Đồng Nai năm 2030 là bao nhiêu?", answers=3)
    assert "33%" not in last_answer(citizen)


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("trong.txt", b"", "reading_empty"),
        ("bang.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "reading_unsupported"),
    ],
)
def test_a_file_that_can_not_be_read_is_one_sentence(
    visit: Visit, site: Page, tmp_path: Path, name: str, content: bytes, sentence: str
) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    page = visit()
    sign_in(page, site)
    page.set_input_files("#tep input[type=file]", str(file))
    page.wait_for_selector(f'p.loi >> text="{loader.text("operator", sentence)}"')
    assert not page.is_visible("#xem-truoc")


def test_a_wrong_password_opens_nothing(visit: Visit, site: Page) -> None:
    page = visit(allowed="403|401")
    page.goto(site.url + "/quan-tri")
    assert page.url.endswith("/quan-tri/dang-nhap")
    page.fill("#mk", "sai mật khẩu")
    page.click("button")
    assert page.inner_text("p[role=alert]") == loader.text("operator", "wrong_password")
    answer = page.goto(site.url + "/quan-tri/config")
    assert answer.status == 401


# Documents with pages


def operator_text(key: str, **values: object) -> str:
    """A text of the operator's page."""
    return loader.text("operator", key, **values)


def upload(page: Any, file: Path) -> None:
    """Choose a file and wait until it was read."""
    page.set_input_files("#tep input[type=file]", str(file))
    page.wait_for_selector("#xem-truoc", timeout=90_000)


def put_in(page: Any) -> None:
    """Add what was read, and wait until it is in."""
    page.click("#them")
    page.wait_for_selector("p.xong >> text=Đã thêm", timeout=90_000)


def picture(page: Any, number: int) -> dict[str, Any]:
    """Where the picture of a page is marked, once it is there."""
    image = page.locator("#nguon .anh-trang img")
    assert f"&trang={number}&" in image.get_attribute("src")
    if not page.evaluate("document.querySelector('#nguon .anh-trang').open"):
        page.click("#nguon .anh-trang summary")
    page.wait_for_function("() => document.querySelector('#nguon .anh-trang img')?.naturalWidth > 100")
    page.wait_for_timeout(200)
    return dict(page.evaluate(YELLOW))


def forget(site: Page, *ids: str) -> None:
    """Take documents out of the library, as the next test expects it."""
    from qa.library_commands import index_of
    from qa.settings import Settings

    settings = Settings.load(data=site.data)
    library = Library.open(site.data)
    with library.change() as change:
        for document_id in ids:
            if change.holds(document_id):
                change.remove(document_id)
        index_of(settings, change.documents())


@needs_font
def test_a_pdf_is_added_asked_about_and_its_page_shown_with_the_lines_marked(visit: Visit, site: Page, tmp_path: Path, width: str) -> None:
    file = tmp_path / "nghi-quyet.pdf"
    file.write_bytes(resolution("Đồng Nai", "15-NQ/TU", "33%", "95%"))
    operator = visit()
    sign_in(operator, site)
    upload(operator, file)
    seen = operator.inner_text("#xem-truoc")
    assert "4 chỉ tiêu" in seen
    assert operator.get_by_label(operator_text("field_number")).input_value() == "15-NQ/TU"
    assert operator.get_by_label(operator_text("field_province")).input_value() == "Đồng Nai"
    assert "OCR" not in seen
    try:
        put_in(operator)
        page = visit()
        ask(page, "Đồng Nai đặt mục tiêu bao nhiêu hộ gia đình được phủ băng rộng cáp quang đến năm 2025?")
        assert "95%" in last_answer(page)
        assert "OCR" not in last_answer(page)
        page.locator("#khung-chat a.trich").first.click()
        assert mark(page) == "95% hộ gia đình được phủ mạng băng rộng cáp quang."
        assert "Số 15-NQ/TU, ngày 12/05/2022, Tỉnh ủy Đồng Nai, trang 1" in page.inner_text("#nguon")
        assert page.locator("#nguon .nhan-dang").count() == 0
        marked = picture(page, 1)
        assert marked["width"] == pytest.approx(595 * 110 / 72, abs=3)
        assert 10 < marked["count"] < 40  # one line of the page, low on it
        assert marked["first"] > marked["height"] / 4
        assert marked["seen"]
        alt = page.get_attribute("#nguon .anh-trang img", "alt")
        assert alt.startswith("Ảnh trang 1 của văn bản “Nghị quyết về chuyển đổi số tỉnh Đồng Nai")
        narrow = page.evaluate("document.querySelector('.khung-anh img').clientWidth")
        page.click("#nguon .khung-anh button")
        page.wait_for_function("w => document.querySelector('.khung-anh img').clientWidth > 1.9 * w", arg=narrow)
        assert page.evaluate(YELLOW)["seen"]
        # The passage on the next page has that page's picture.
        ask(page, "Đến năm 2030, kinh tế số của Đồng Nai chiếm tối thiểu bao nhiêu phần trăm tổng sản phẩm trên địa bàn?", answers=2)
        page.locator("#khung-chat .bot-row").last.locator("a.trich").first.click()
        page.wait_for_function("() => document.querySelector('#nguon mark')?.innerText.includes('33%')")
        assert "trang 2" in page.inner_text("#nguon .du-lieu")
        assert picture(page, 2)["first"] < marked["first"]
        wide = page.evaluate("() => document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth")
        assert wide <= 1, width
        # Removed while the panel is open: the next look says so and shows nothing of it.
        address = page.get_attribute("#nguon .anh-trang img", "src")
    finally:
        forget(site, "dong-nai-15-nq-tu")
    deadline = time.monotonic() + 30
    while page.request.get(f"{site.url}/{address}").status != 404:
        assert time.monotonic() < deadline
        time.sleep(0.5)


@needs_ocr
def test_a_scan_is_added_asked_about_and_said_to_be_recognised(visit: Visit, site: Page, tmp_path: Path) -> None:
    file = tmp_path / "ban-chup.pdf"
    file.write_bytes(scanned(pictures(resolution("Hưng Yên", "22-NQ/TU", "28%", "91%"))))
    operator = visit()
    sign_in(operator, site)
    operator.set_input_files("#tep input[type=file]", str(file))
    # Page by page, and it can be stopped: nothing of the file is left then.
    page_by_page = re.compile(operator_text("recognising", done=0, total=2).replace("0/2", "[01]/2"))
    operator.locator("#doc-tep").get_by_text(page_by_page).wait_for(timeout=90_000)
    operator.click("#dung")
    operator.wait_for_selector(f'p.xong >> text="{operator_text("stopped")}"')
    operator.wait_for_selector("#dung", state="hidden")
    assert not operator.is_visible("#xem-truoc")
    assert len(Library.open(site.data).entries()) == len(bundled())
    upload(operator, file)
    seen = operator.inner_text("#xem-truoc")
    assert "4 chỉ tiêu" in seen
    assert re.search(r"Chữ của 2 trên 2 trang do máy nhận dạng từ bản chụp \(OCR\), độ tin cậy của trang kém nhất 9\d%", seen)
    assert operator.get_by_label(operator_text("field_number")).input_value() == "22-NQ/TU"
    try:
        put_in(operator)
        page = visit()
        ask(page, "Kinh tế số của Hưng Yên năm 2030 chiếm bao nhiêu?")
        assert "28%" in last_answer(page)
        assert re.search(r"Chữ ở nguồn \[1\] do máy nhận dạng từ bản chụp \(OCR\), độ tin cậy 9\d%", last_answer(page))
        page.locator("#khung-chat a.trich").first.click()
        assert mark(page) == "Kinh tế số chiếm tối thiểu 28% tổng sản phẩm trên địa bàn tỉnh."
        assert re.search(r"máy nhận dạng từ bản chụp \(OCR\), độ tin cậy 9\d%", page.inner_text("#nguon .nhan-dang"))
        marked = picture(page, 2)
        assert 10 < marked["count"] < 40
        assert marked["last"] < marked["height"] / 4  # the second line of the page
        assert marked["seen"]
    finally:
        forget(site, "hung-yen-22-nq-tu")


def choose(page: Any, label: str, words: str) -> None:
    """Choose from a list by what an entry says."""
    box = page.get_by_role("combobox", name=loader.text("operator", label)).locator("visible=true")
    box.click()
    page.locator('ul[role="listbox"] li', has_text=words).first.click()


def type_over(field: Any, old: str, new: str) -> None:
    """Type `new` where the server puts `old`, once it is there."""
    from playwright.sync_api import expect

    expect(field).to_have_value(old, timeout=20_000)
    field.fill(new)


def fold_out(page: Any, element: str) -> None:
    page.locator(f"{element} button").first.click()


def test_targets_and_headings_are_corrected_before_a_document_is_added_and_after(visit: Visit, site: Page, tmp_path: Path) -> None:
    file = tmp_path / "nghi-quyet.txt"
    file.write_text(DONG_NAI, "utf-8")
    page = visit()
    sign_in(page, site)
    page.set_input_files("#tep input[type=file]", str(file))
    page.wait_for_selector("#xem-truoc")
    fold_out(page, "#moi-chi-tieu")
    listed = page.locator("#moi-chi-tieu .dong-chi-tieu li")
    page.wait_for_function("() => document.querySelectorAll('#moi-chi-tieu .dong-chi-tieu li').length === 4")
    # One is struck out …
    choose(page, "which_target", "95%")
    page.locator("#moi-chi-tieu q", has_text="95% hộ gia đình tại các khu công nghiệp").last.wait_for()
    page.click(f'text="{loader.text("operator", "strike_target")}"')
    listed.locator("s").wait_for()
    assert "95%" in listed.locator("s").inner_text()
    # … and another is said otherwise; what can't be is refused with a sentence.
    choose(page, "which_target", "75%")
    form = page.locator("#moi-chi-tieu")
    value = form.get_by_label(loader.text("operator", "target_value"), exact=True)
    type_over(value, "75", "tám mươi")
    # A list that is opened and left as it is fills no form anew.
    page.get_by_role("combobox", name=loader.text("operator", "which_target")).locator("visible=true").click()
    page.keyboard.press("Tab")
    page.wait_for_timeout(500)
    assert value.input_value() == "tám mươi"
    page.click(f'text="{loader.text("operator", "change_target")}"')
    page.wait_for_selector(f'#moi-sua >> text="{loader.text("operator", "wrong_figure")}"')
    form.get_by_label(loader.text("operator", "target_value"), exact=True).fill("80,5")
    form.get_by_label(loader.text("operator", "target_year"), exact=True).fill("2026")
    page.click(f'text="{loader.text("operator", "change_target")}"')
    listed.filter(has_text="Trên 80,5% · 2026").wait_for()
    assert "trên 75%" in listed.filter(has_text="Trên 80,5% · 2026").locator("q").inner_text()
    # A line that was taken for a heading is none.
    fold_out(page, "#moi-de-muc")
    choose(page, "which_heading", "I. QUAN ĐIỂM")
    choose(page, "which_level", loader.text("operator", "no_heading"))
    page.locator("#moi-de-muc s", has_text="I. QUAN ĐIỂM").wait_for()
    page.click("#them")
    page.wait_for_selector("p.xong >> text=Đã thêm", timeout=60_000)
    citizen = visit("/?muc=chi-tieu", ready="#loc-province input")
    found = citizen.locator("table.chi-tieu tbody tr", has_text="Đồng Nai")
    try:
        choose_province(citizen)
        citizen.wait_for_function("() => document.querySelector('.tom-tat b').innerText === '3 chỉ tiêu'")
        row = found.filter(has_text="80,5%")
        assert said("corrected") in row.inner_text()
        assert "2026" in row.inner_text()
        row.locator("a").click()
        assert "trên 75%" in mark(citizen)  # the text says what it says
        whole = visit("/?doc=dong-nai-15-nq-tu&xem=toan-van", ready="#doc h2")
        assert [h for h in whole.locator("#doc .toan-van h3").all_inner_texts() if h.startswith("I")] == [
            "II. MỤC TIÊU",
            "III. TỔ CHỨC THỰC HIỆN",
        ]
        assert "I. QUAN ĐIỂM" in whole.inner_text("#doc .toan-van")
        # In the library it is taken back.
        page.click("#tab-thu-vien-button")
        page.click("#chon-van-ban input")
        page.click('ul[role="listbox"] >> text=15-NQ/TU')
        fold_out(page, "#cu-chi-tieu")
        page.locator("#cu-chi-tieu s", has_text="95%").wait_for()
        choose(page, "which_target", "95%")
        page.locator("#cu-chi-tieu").get_by_text(loader.text("operator", "restore_target")).click()
        page.locator("#cu-chi-tieu s").wait_for(state="detached")
        page.click(f'text="{loader.text("operator", "save")}"')
        page.wait_for_selector("#viec-van-ban p.xong", timeout=60_000)
        citizen.reload()
        citizen.wait_for_selector("#loc-province input")
        choose_province(citizen)
        citizen.wait_for_function("() => document.querySelector('.tom-tat b').innerText === '4 chỉ tiêu'")
    finally:
        page.get_by_label(loader.text("operator", "certain")).check()
        page.click("#go-bo")
        page.wait_for_selector(f'text="{loader.text("operator", "removed")}"', timeout=60_000)


def choose_province(page: Any) -> None:
    page.locator("#tab-chi-tieu input[type=text], #tab-chi-tieu textarea").first.fill("")
    page.click("#loc-province input")
    page.click('ul[role="listbox"] >> text="Đồng Nai"')


# Everyone, everywhere


def _axe() -> str | None:
    """The script of axe-core where it was fetched (`npm install --no-save axe-core`)."""
    places = (os.environ.get("NGHIQUYET_AXE"), str(ROOT / "node_modules" / "axe-core" / "axe.min.js"))
    return next((Path(p).read_text("utf-8") for p in places if p and Path(p).is_file()), None)


@pytest.mark.skipif(_axe() is None, reason="axe-core is not here: npm install --no-save axe-core")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(visit: Visit, site: Page, scheme: str, tmp_path: Path) -> None:
    page = visit(color_scheme=scheme)
    findings: list[str] = []

    def check(view: str) -> None:
        page.evaluate(_axe())
        found = page.evaluate("async () => (await axe.run(document, { resultTypes: ['violations'] })).violations")
        for violation in found:
            if violation["impact"] in ("serious", "critical"):
                places = [" ".join(n["target"]) for n in violation["nodes"]]
                findings.extend(f"{view}: {violation['id']} at {p}" for p in places if p not in GRADIOS_OWN)

    check("welcome")
    ask(page, QUESTION)
    page.locator("#khung-chat a.trich").first.click()
    mark(page)
    check("answer and source")
    page.keyboard.press("Escape")
    page.wait_for_selector("#nguon", state="hidden")
    page.click(f'#viec-hoi-thoai button:has-text("{said("wrong")}")')
    page.wait_for_selector("#gop-y textarea")
    check("report")
    for name in ("chi-tieu", "so-sanh", "van-ban", "gioi-thieu"):
        open_tab(page, name)
        page.wait_for_timeout(300)
        check(name)
    open_tab(page, "van-ban")
    page.locator(".the-van-ban a.nut").first.click()
    page.wait_for_selector("#doc h2")
    check("reader")
    sign_in(page, site)
    file = tmp_path / "nghi-quyet.txt"
    file.write_text(DONG_NAI, "utf-8")
    page.set_input_files("#tep input[type=file]", str(file))
    page.wait_for_selector("#xem-truoc")
    fold_out(page, "#moi-de-muc")
    fold_out(page, "#moi-chi-tieu")
    choose(page, "which_target", "95%")
    page.wait_for_selector(f'text="{loader.text("operator", "strike_target")}"')
    page.wait_for_timeout(300)
    check("operator: add")
    for name in ("thu-vien", "gop-y", "chua-tra-loi"):
        page.click(f"#tab-{name}-button")
        page.wait_for_timeout(300)
        check(f"operator: {name}")
    assert findings == []


SIZES = """() => { const sizes = {}; for (const e of document.querySelectorAll('body *')) { if (!e.offsetParent) continue;
    if (![...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim()) && !e.matches('input, textarea')) continue;
    sizes[(e.closest('[id]')?.id ?? '') + ' ' + e.tagName + ' ' + e.textContent.slice(0, 20)] = parseFloat(getComputedStyle(e).fontSize); }
    return sizes; }"""
"""The size of every text in sight."""


def test_nothing_is_cut_off_at_twice_the_text_size(visit: Visit) -> None:
    page = visit(reduced_motion="reduce")
    page.add_style_tag(content="html.twice { font-size: 200% !important }")
    ask(page, QUESTION)
    for name in ("hoi-dap", "chi-tieu", "so-sanh", "van-ban", "gioi-thieu"):
        open_tab(page, name)
        page.wait_for_timeout(200)
        page.evaluate("document.documentElement.classList.remove('twice')")
        before = page.evaluate(SIZES)
        page.evaluate("document.documentElement.classList.add('twice')")
        after = page.evaluate(SIZES)
        assert len(before) > 10
        assert {k: v for k, v in before.items() if k in after and after[k] < 1.9 * v} == {}, name
        wide = page.evaluate("() => document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth")
        assert wide <= 1, name


def test_all_of_an_answer_is_reached_by_keyboard(visit: Visit) -> None:
    page = visit()
    ask(page, QUESTION)
    page.evaluate("document.activeElement.blur(); window.scrollTo(0, 0)")
    reached = set()
    for _ in range(80):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("() => { const e = document.activeElement; return e.className + '#' + (e.closest('[id]')?.id ?? '') }"))
    text = " ".join(reached)
    for wanted in ("trich", "nguon-nho", "#viec-hoi-thoai", "#chu-de", "#o-hoi", "#gui", "token-remove"):
        assert wanted in text or any(wanted.strip("#") in r for r in reached), wanted
    page.locator("#khung-chat a.trich").first.focus()
    page.keyboard.press("Enter")
    assert mark(page).startswith(SENTENCE)


def test_the_first_view_comes_soon_and_says_what_this_is(visit: Visit) -> None:
    visit()  # what the server does only once is not the visitor's wait
    started = time.monotonic()
    page = visit()
    seconds = time.monotonic() - started
    assert page.inner_text("h1") == said("title")
    assert page.locator("button.cau-mau:visible").count() == 6
    assert page.evaluate("document.documentElement.lang") == "vi"
    page.wait_for_function("() => document.fonts.check('16px \"Be Vietnam Pro\"')")
    assert seconds < 3 * FIRST_VIEW, f"{seconds:.1f} s"  # thrice, for machines that do other things beside


def test_the_library_changed_by_another_process_is_taken_up(visit: Visit, site: Page, tmp_path: Path) -> None:
    import subprocess
    import sys

    page = visit()
    file = tmp_path / "nghi-quyet.txt"
    file.write_text(DONG_NAI, "utf-8")
    command = [sys.executable, "-m", "qa.cli"]
    there = {"cwd": ROOT, "check": True, "capture_output": True, "timeout": 300}
    subprocess.run([*command, "add", str(file), "--data", str(site.data)], **there)  # type: ignore[call-overload]
    try:
        deadline = time.monotonic() + 60
        while "5 văn bản" not in page.inner_text("#dau-trang"):
            assert time.monotonic() < deadline
            page.wait_for_timeout(500)
            page.reload()
            page.wait_for_selector("#o-hoi textarea")
            page.wait_for_timeout(300)
        ask(page, "Kinh tế số trong GRDP của Đồng Nai năm 2030 là bao nhiêu?")
        assert "33%" in last_answer(page)
        open_tab(page, "so-sanh")
        page.wait_for_function("() => [...document.querySelectorAll('table.so-sanh tbody th')].some(e => e.innerText === 'Đồng Nai')")
    finally:
        subprocess.run([*command, "remove", "dong-nai-15-nq-tu", "--data", str(site.data)], **there)  # type: ignore[call-overload]
        time.sleep(3)
