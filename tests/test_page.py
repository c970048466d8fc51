"""The web page: what it makes of questions, answers and documents, and the real page started, asked, and stopped."""

import contextlib
import dataclasses
import io
import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from datetime import date
from html import unescape
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from page_process import Page, command, running

from documents.library import bundled
from documents.targets import targets_of
from prompts import loader
from qa.answer import Answer, Citation, Status
from qa.app import answers, compare, lookup, passages, samples, shelf, texts
from qa.app import turns as conversation
from qa.app.feedback import FeedbackStore
from qa.app.live import Holding
from qa.app.page_settings import PageSettings
from qa.app.passwords import Password
from qa.app.turns import Turn, turn_of
from qa.masking import masked
from qa.settings import Settings, SettingsError

ROOT = Path(__file__).parent.parent
ATTACK = "<img src=x onerror=alert(1)> *đậm* [x](http://a.example)\n# Tiêu đề"


def citation(marker: int = 1, **changed: Any) -> Citation:
    document = bundled()[3]
    start = document.text.index("Năng suất lao động hàng năm tăng tối thiểu 8%.")
    end = start + len("Năng suất lao động hàng năm tăng tối thiểu 8%.")
    given: dict[str, Any] = {
        "marker": marker,
        "document_id": document.id,
        "title": document.title,
        "number": None,
        "province": document.province,
        "issued": None,
        "section": "4. Mục tiêu > b) Kinh tế số",
        "page": None,
        "start": start,
        "end": end,
        "quote": document.text[start:end],
    }
    return Citation(**{**given, **changed})


# Texts


def turn(answer: Answer, question: str = "Hỏi") -> Turn:
    return turn_of(question, answer)


@pytest.fixture(scope="module")
def holding() -> Holding:
    """The bundled documents as the page shows them, without an assistant behind."""
    documents = bundled()
    by_id = {d.id: d for d in documents}
    index = SimpleNamespace(documents=documents, document=by_id.__getitem__, manifest={"corpus_digest": "x"})
    assistant: Any = SimpleNamespace(index=index, note=None)
    return Holding(assistant, "x", tuple(t for d in documents for t in targets_of(d)))


def test_a_typed_question_is_shown_literally() -> None:
    shown = texts.literal(ATTACK)
    assert not set("<>*[]()#!") & set(shown.replace("&#", ""))
    assert shown.startswith("&#60;img src&#61;x onerror&#61;alert&#40;1&#41;&#62;")


def test_nothing_of_a_document_becomes_a_placeholder_of_a_template() -> None:
    assert texts.e("a ${value} {{x}} `y` <b> \\") == "a &#36;&#123;value&#125; &#123;&#123;x&#125;&#125; &#96;y&#96; &lt;b&gt; &#92;"


def test_markers_open_their_passage_and_html_and_images_do_not_come_alive() -> None:
    answer = Answer(Status.ANSWERED, "**8%** <b onclick=x> ![a](http://a.example/x.png) & [1]", (citation(),))
    shown = answers.answer_markdown(turn(answer))
    c = citation()
    address = f"?doc=binh-dinh-khoa-xx&amp;p={c.start}-{c.end}"
    assert f'&amp;&nbsp;<a class="trich" href="{address}" title="Xem nguồn 1" aria-label="Xem nguồn 1">[1]</a>' in shown
    assert f'<a class="nguon-nho" href="{address}"><b>[1]</b> Bình Định · b&#41; Kinh tế số</a>' in shown
    assert "&lt;b onclick=x>" in shown
    assert "![" not in shown
    assert shown.startswith("**8%** ")


def test_a_marker_without_citation_stays_text() -> None:
    assert answers.answer_markdown(turn(Answer(Status.NOT_FOUND, "Không có ở khoản 3."))) == "Không có ở khoản 3."


def test_surroundings_end_between_words_or_lines() -> None:
    text = "một hai " * 400
    before, after = passages.around(text, 1600, 1607)
    assert before == "… " + text[900:1600]
    assert after == text[1607:2307] + " …"
    assert passages.around("ngắn gọn", 5, 8) == ("ngắn ", "")
    lines = "\n".join(f"dòng {i} " + "x" * 90 for i in range(40))
    before, after = passages.around(lines, 2000, 2005)
    assert before.startswith("… dòng ")
    assert after.endswith("x …")


def test_a_passage_is_marked_in_its_surroundings_and_says_what_is_not_known(holding: Holding) -> None:
    c = citation()
    html = passages.panel(holding, {"doc": c.document_id, "p": f"{c.start}-{c.end}"})
    assert "<mark>Năng suất lao động hàng năm tăng tối thiểu 8%.</mark>" in html
    assert "đạt tối thiểu 20%." in html  # the line before
    assert "Không rõ ngày, Ban Thường vụ Tỉnh ủy Bình Định khóa XX" in html
    assert "4. Mục tiêu cụ thể đến năm 2030 › b) Phát triển kinh tế số" in html
    ordered = sorted(bundled()[3].passages, key=lambda p: p.start)
    at = next(i for i, p in enumerate(ordered) if p.start <= c.start < p.end)
    for neighbour in (ordered[at - 1], ordered[at + 1]):
        assert f"?doc=binh-dinh-khoa-xx&amp;p={neighbour.start}-{neighbour.end}" in html


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"doc": "gone", "p": "1-2"}, "Văn bản mà liên kết dẫn tới không có trong thư viện"),
        ({"doc": "binh-dinh-khoa-xx", "p": "5-99999999"}, "Đoạn mà liên kết dẫn tới không còn trong văn bản này"),
        ({"doc": "binh-dinh-khoa-xx", "p": "<script>"}, "không có trong thư viện"),
        ({"doc": ["x"], "p": 3}, "không có trong thư viện"),
        ("nonsense", "không có trong thư viện"),
        (None, "không có trong thư viện"),
    ],
)
def test_a_link_that_leads_nowhere_is_one_sentence(holding: Holding, asked: Any, sentence: str) -> None:
    html = passages.panel(holding, asked)
    assert sentence in html
    assert "<mark" not in html
    assert "<script" not in html


def test_page_images_have_their_place(holding: Holding) -> None:
    document = bundled()[3]
    paged = dataclasses.replace(document, passages=tuple(dataclasses.replace(p, page=7) for p in document.passages))
    assistant: Any = SimpleNamespace(index=SimpleNamespace(document={"x": paged}.__getitem__))
    asked: list[tuple[int, int, int]] = []

    def image(_: Any, page: int, start: int, end: int) -> str:
        asked.append((page, start, end))
        return "<figure>trang</figure>"

    c = citation()
    html = passages.panel(dataclasses.replace(holding, assistant=assistant), {"doc": "x", "p": f"{c.start}-{c.end}"}, image)
    assert asked == [(7, c.start, c.end)]
    assert html.index("<mark>") < html.index("<figure>trang</figure>")
    assert "trang 7" in html


# Conversations as browsers keep and send them


def test_a_conversation_comes_back_as_it_was_kept() -> None:
    answer = Answer(Status.ANSWERED, "8% [1]", (citation(),), suggestions=("a",))
    turns = [turn_of("Hỏi", answer, ["Bình Định"], [2025]), turn(Answer(Status.NOT_FOUND, "Không"))]
    assert conversation.from_json(json.loads(json.dumps(conversation.to_json(turns)))) == turns


@pytest.mark.parametrize(
    "broken",
    [
        *(None, 3, {"a": 1}, [1], [{}]),
        [{"question": "x", "text": 5, "status": "answered"}],
        [{"question": "x" * 9999, "text": "", "status": "answered"}],
        [{"question": "x", "text": "y", "status": "invented"}],
    ],
)
def test_what_is_no_turn_is_left_out(broken: Any) -> None:
    assert conversation.from_json(broken) == []


def test_a_forged_citation_can_only_lead_to_a_passage() -> None:
    forged = {"marker": 1, "document_id": '"><script>', "start": 0, "end": 3, "title": "<b>", "province": "<i>", "section": "{{x}}"}
    [kept] = conversation.from_json([{"question": "q", "text": "t [1]", "status": "answered", "cited": [forged, {"marker": "1"}, 7]}])
    shown = answers.answer_markdown(kept)
    assert len(kept.cited) == 1
    assert "?doc=%22%3E%3Cscript%3E&amp;p=0-3" in shown
    assert "<script" not in shown
    assert "<i>" not in shown


def test_a_shared_link_carries_questions_and_choices_alone() -> None:
    answer = Answer(Status.ANSWERED, "8% [1]", (citation(),))
    carried = conversation.shared([turn(answer, "Một?"), turn_of("Hai?", answer, (), [2030])])
    assert json.loads(carried) == [{"q": "Một?"}, {"q": "Hai?", "p": [], "y": [2030]}]
    assert conversation.questions_from_json(json.loads(carried)) == [("Một?", None, None), ("Hai?", (), (2030,))]
    assert conversation.questions_from_json([{"q": ""}, {"q": 5}, "x", {"q": "y" * 3000}]) == []


def test_a_conversation_is_saved_with_its_sources_spelled_out() -> None:
    answer = Answer(Status.ANSWERED, "Tăng **8%** [1]", (citation(number="04-NQ/TU", issued="2022-01-26", page=3),))
    text = conversation.to_markdown([turn(answer, "Bao nhiêu?")], date(2026, 1, 2))
    assert text.startswith("# Trợ lý Nghị quyết\n\nTrích từ Trợ lý Nghị quyết ngày 02/01/2026.")
    assert "## Bao nhiêu?\n\nTăng **8%** [1]\n\n[1] “Năng suất lao động hàng năm tăng tối thiểu 8%.” (" in text
    assert "Số 04-NQ/TU, ngày 26/01/2022, 4. Mục tiêu › b) Kinh tế số, trang 3)" in text


# Look-up and comparison


def test_targets_are_found_without_diacritics_and_sorted(holding: Holding) -> None:
    rows = lookup.found(holding.targets, lookup.Filters.of({"text": "kinh te so GRDP", "year": "2025", "order": "highest"}))
    assert [(r.province, r.value) for r in rows] == [("Gia Lai", 20), ("Thái Nguyên", 20), ("Trà Vinh", 10), ("Bình Định", 10)]
    assert lookup.found(holding.targets, lookup.Filters.of({"text": "kinh tế số GRDP", "year": "2025", "province": "Gia Lai"})) == rows[:1]


def test_filters_that_are_none_are_left_open() -> None:
    asked = lookup.Filters.of({"text": "  ", "year": "abc", "order": "; DROP", "province": 5, "level": None})
    assert asked == lookup.Filters()
    assert asked.query() == ""
    assert lookup.Filters.of({"text": "a&b", "year": "2025"}).query() == "text=a%26b&year=2025"


def test_each_filter_narrows(holding: Holding) -> None:
    everything = len(lookup.found(holding.targets, lookup.Filters()))
    for name, value in (("province", "Trà Vinh"), ("year", "2030"), ("pillar", "xã hội số"), ("sector", "y tế"), ("level", "cấp xã")):
        rows = lookup.found(holding.targets, lookup.Filters.of({name: value}))
        assert 0 < len(rows) < everything, name
    assert all(r.level == "cấp xã" for r in lookup.found(holding.targets, lookup.Filters.of({"level": "cấp xã"})))


def test_a_row_opens_its_passage_and_says_its_figure(holding: Holding) -> None:
    [row] = lookup.found(holding.targets, lookup.Filters.of({"text": "kinh te so GRDP", "year": "2025", "province": "Bình Định"}))
    html = lookup.table([row], 50)
    assert f'<a href="?doc=binh-dinh-khoa-xx&amp;p={row.start}-{row.end}">Kinh tế số trong GRDP</a>' in html
    assert ">Đạt 10%<" in html


def test_indicators_worded_otherwise_are_set_side_by_side(holding: Holding) -> None:
    economy = next(i for i in holding.indicators if i.name == "kinh tế số trong GRDP")
    said = {(t.province, t.year): (t.value, t.value_max) for t in economy.targets}
    assert said[("Gia Lai", 2030)] == (30, None)  # "đóng góp của kinh tế số vào GRDP của tỉnh"
    assert said[("Bình Định", 2030)] == (15, 20)
    assert len(said) == 8
    accounts = next(i for i in holding.indicators if "tài khoản thanh toán" in i.name)
    assert set(accounts.provinces) == {"Gia Lai", "Trà Vinh", "Thái Nguyên", "Bình Định"}
    # Other things, however alike their words.
    assert not any("từng ngành" in t.indicator for t in economy.targets)


def test_levels_and_units_are_never_mixed(holding: Holding) -> None:
    for i in holding.indicators:
        assert {(t.unit, t.level) for t in i.targets} == {(i.unit, i.level)}


def test_a_silent_document_is_said_to_be(holding: Holding) -> None:
    cut = next(i for i in holding.indicators if i.name == "giảm thủ tục hành chính")
    html = compare.comparison(cut, ["Gia Lai", "Trà Vinh"])
    assert html.count(">không nêu</td>") == 2
    assert 'data-cot="Đến năm 2030">không nêu' in html
    assert ">Đạt 30%</a>" in html
    assert "<i>không nêu</i>" in compare.chart(cut, ["Gia Lai", "Trà Vinh"])
    assert "width:30.0%" in compare.chart(cut, ["Gia Lai", "Trà Vinh"])


# Library


def test_the_library_tells_what_each_text_really_is(holding: Holding) -> None:
    html = shelf.cards(holding)
    for d in bundled():
        assert d.title in html
        assert d.body in html
        assert texts.capital(d.nature) in html
    assert "20/01/2022" in html
    assert "Không rõ ngày" in html
    assert "39 chỉ tiêu" in html


def test_documents_are_found_without_diacritics(holding: Holding) -> None:
    assert shelf.cards(holding, "tra vinh 2022").count("<li>") == 1
    assert "Không có văn bản nào khớp." in shelf.cards(holding, "ca mau")


def test_the_whole_text_stands_in_the_reader_with_the_passage_marked(holding: Holding) -> None:
    c = citation()
    html = shelf.reader(holding, {"doc": c.document_id, "p": f"{c.start}-{c.end}"})
    assert "<mark>Năng suất lao động hàng năm tăng tối thiểu 8%.</mark>" in html
    plain = re.sub(r"<[^>]+>", " ", html[html.index('class="toan-van"') :])
    said = unescape(plain)
    for p in bundled()[3].passages:
        if p.kind == "body":
            assert " ".join(p.text.split()) in " ".join(said.split()), p.id
    for s in bundled()[3].sections:
        if len(s.path) <= 3:
            assert f'href="#de-muc-{s.start}"' in html


def test_a_long_document_is_shown_in_parts_that_are_its_text() -> None:
    text = "\n".join(f"Đoạn {i} " + "chữ " * 50 for i in range(1000))
    parts = shelf._parts(text)
    assert len(parts) > 3
    assert "".join(text[a:b] for a, b in parts) == text
    assert all(text[a - 1] == "\n" for a, _ in parts[1:])


# Samples


def test_samples_change_with_the_library(holding: Holding) -> None:
    every = samples.of_library(holding.documents, holding.targets, lambda _: True)
    assert [len(every.citizens), len(every.officials)] == [3, 3]
    one = samples.of_library(holding.documents[1:2], holding.targets, lambda _: True)
    assert one.citizens == ("Trà Vinh chuyển đổi số trong lĩnh vực y tế như thế nào?",)
    assert one.officials == ()
    added = dataclasses.replace(holding.documents[1], id="them", province="Đồng Nai")
    own = [dataclasses.replace(t, document_id="them", province="Đồng Nai") for t in holding.targets if t.document_id == "tra-vinh-2022"]
    more = samples.of_library([*holding.documents, added], [*holding.targets, *own], lambda _: True)
    assert "Đồng Nai đặt chỉ tiêu bao nhiêu về" in more.officials[0]
    assert samples.of_library(holding.documents, holding.targets, lambda _: False) == samples.Samples((), ())


# Feedback


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Gọi 0912 345 678 hoặc a.b@x.vn", "Gọi [số điện thoại] hoặc [email]"),
        ("CCCD 051098001234 của tôi", "CCCD [dãy số] của tôi"),
        ("Tôi tên là Nguyễn Văn An ở số nhà 12/3 hỏi", "Tôi tên là [tên] ở số nhà [số nhà] hỏi"),
        ("đến năm 2025 đạt 100.000 doanh nghiệp, 1.200.000.000 đồng", "đến năm 2025 đạt 100.000 doanh nghiệp, 1.200.000.000 đồng"),
        ("Quyết định 2597/QĐ-UBND ngày 18/11/2025", "Quyết định 2597/QĐ-UBND ngày 18/11/2025"),
    ],
)
def test_personal_data_is_masked_and_figures_are_not(typed: str, kept: str) -> None:
    assert masked(typed) == kept


def test_feedback_is_kept_with_what_it_is_about(tmp_path: Path) -> None:
    store = FeedbackStore(tmp_path)
    c = citation()
    store.add(turn(Answer(Status.ANSWERED, "8% [1]", (c,)), "Gọi 0912345678?"), "wrong", " =SUM(A1) sai năm ")
    [row] = store.feedback()
    assert (row.verdict, row.comment, row.question, row.answer) == ("wrong", "=SUM(A1) sai năm", "Gọi [số điện thoại]?", "8% [1]")
    assert row.citations == f"binh-dinh-khoa-xx:{c.start}-{c.end}"
    text = io.StringIO()
    store.write_csv(text)
    assert "'=SUM(A1) sai năm" in text.getvalue()


def test_unanswered_questions_are_kept_only_when_asked_for_and_only_so_long(tmp_path: Path) -> None:
    store = FeedbackStore(tmp_path)
    store.note_unanswered("Trước khi bật?", "not_found")
    assert store.retention() == 0
    assert store.unanswered() == []
    store.set_retention(30)
    store.note_unanswered("Số 0912345678?", "not_found")
    assert [u.question for u in store.unanswered()] == ["Số [số điện thoại]?"]
    with contextlib.closing(sqlite3.connect(store.path)) as db, db:
        db.execute("UPDATE unanswered SET at = '2020-01-01T00:00:00+00:00'")
    assert store.unanswered() == []
    store.note_unanswered("Mới?", "not_found")
    store.set_retention(0)
    store.set_retention(30)
    assert store.unanswered() == []


# Settings


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        (
            {"NGHIQUYET_FRAME_ANCESTORS": "evil; script-src *"},
            "NGHIQUYET_FRAME_ANCESTORS: 'evil; script-src *' can't be used; give addresses as",
        ),
        (
            {"NGHIQUYET_REQUESTS_A_MINUTE": "viele"},
            "NGHIQUYET_REQUESTS_A_MINUTE: 'viele' can't be used; give a whole number from 0 to 1000000",
        ),
        ({"NGHIQUYET_OPERATOR_PASSWORD": "kurz"}, "the operator's password has 4 characters; give at least 8"),
        ({"NGHIQUYET_SESSION_MINUTES": "0"}, "NGHIQUYET_SESSION_MINUTES: '0' can't be used; give a whole number from 1 to 1440"),
        ({"NGHIQUYET_UPLOAD_MB": "1e9"}, "NGHIQUYET_UPLOAD_MB: '1e9' can't be used; give a whole number from 1 to 2000"),
        ({"NGHIQUYET_CONTACT": "x" * 301}, "NGHIQUYET_CONTACT: "),
        (
            {"NGHIQUYET_OPERATOR_PASSWORD_FILE": "/nowhere/x"},
            "/nowhere/x can't be read (No such file or directory); make it with: nghiquyet password",
        ),
    ],
)
def test_a_setting_that_can_not_be_used_is_one_sentence(environment: dict[str, str], sentence: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        page_settings(environment, tmp_path)
    assert str(caught.value).startswith(sentence)


def page_settings(environment: dict[str, str], data: Path) -> PageSettings:
    return PageSettings.of(Settings.load(environment=environment, data=str(data)))


def test_settings_come_from_the_environment(tmp_path: Path) -> None:
    given = {"NGHIQUYET_FRAME_ANCESTORS": "https://a.example.vn  https://*.b.example.vn:8443", "NGHIQUYET_REQUESTS_A_MINUTE": "0"}
    settings = page_settings(given, tmp_path)
    assert settings.frame_ancestors == "https://a.example.vn https://*.b.example.vn:8443"
    assert settings.requests_a_minute == 0
    assert settings.password is None
    assert page_settings({}, tmp_path) == PageSettings()
    written = tmp_path / "hash"
    Password.of("mật khẩu dài").write(written)
    (tmp_path / "nghiquyet.toml").write_text(f'contact = " a@b.vn\\n"\nsession_minutes = 5\noperator_password_file = "{written}"', "utf-8")
    settings = page_settings({"NGHIQUYET_UPLOAD_MB": "7"}, tmp_path)
    assert (settings.contact, settings.session_minutes, settings.upload_megabytes) == ("a@b.vn", 5, 7)
    assert settings.password is not None
    assert settings.password.fits("mật khẩu dài")


@pytest.mark.parametrize("name", ["page", "operator"])
def test_every_text_of_the_page_is_used(name: str) -> None:
    code = "".join(path.read_text("utf-8") for path in sorted((ROOT / "qa" / "app").glob("*.py")))
    made = (
        "samples_",
        "column_",
        "filter_",
        "order_",
        "any_",
        "download_",
        "about_",
        "field_",
        "verdict_",
        "wrong_",
        "reading_",
        "target_",
        "failed_",
    )  # put together from a name in the code
    unused = [k for k in loader.load(name) if not re.search(f"[\"']{k}[\"']", code) and not k.startswith(made)]
    assert unused == []


# The running page


def type_in(page: Page, question: str, kept: Any, session: str) -> tuple[Any, list[dict[str, Any]]]:
    """Send a question as the browser does, with the conversation it keeps; returns that to keep next, and the chat's messages."""
    config = json.loads(page.open("/config"))
    event = next(d for d in config["dependencies"] if any(name == "submit" for _, name in d["targets"]))
    sent = {"data": [question, kept], "fn_index": event["id"], "session_hash": session}
    page.open("/gradio_api/queue/join", json.dumps(sent).encode(), {"Content-Type": "application/json"})
    stream = page.open(f"/gradio_api/queue/data?session_hash={session}")
    messages = [json.loads(line.removeprefix("data: ")) for line in stream.splitlines() if line.startswith("data: ")]
    final = next(m for m in messages if m["msg"] == "process_completed")
    assert final["success"], final
    _, kept, chat, *_ = final["output"]["data"]
    return kept, chat["value"]


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    with running(tmp_path_factory.mktemp("page")) as started:
        yield started


@pytest.fixture(scope="module")
def client(page: Page) -> Iterator[Any]:
    from gradio_client import Client  # type: ignore[import-untyped]

    made = Client(page.url, verbose=False, analytics_enabled=False, httpx_kwargs={"trust_env": False})
    yield made
    made.close()


def test_the_page_says_where_it_is_on_stderr_alone(page: Page) -> None:
    assert f"Trang hỏi đáp: {page.url}\n" in page.log.read_text("utf-8")
    assert page.out.read_text("utf-8") == ""


def test_an_answer_over_the_api_quotes_the_documents(client: Any) -> None:
    answer = client.predict(question=loader.text("page", "sample_files"), history=[], api_name="/ask")
    assert answer["status"] == "answered"
    assert "70%" in answer["answer"].replace("*", "")
    texts = {d.id: d.text for d in bundled()}
    assert answer["citations"]
    for c in answer["citations"]:
        assert texts[c["document_id"]][c["start"] : c["end"]] == c["quote"]
        assert f"[{c['marker']}]" in answer["answer"]


def test_a_follow_up_over_the_api_is_read_with_its_history(client: Any) -> None:
    asked = "Đến năm 2025, Bình Định xử lý bao nhiêu phần trăm hồ sơ công việc cấp xã trên môi trường mạng?"
    first = client.predict(question=asked, history=[], api_name="/ask")
    history = [{"role": "user", "content": asked}, {"role": "assistant", "content": first["answer"]}]
    second = client.predict(question="Còn Trà Vinh thì sao?", history=history, api_name="/ask")
    assert second["status"] == "answered"
    assert {c["province"] for c in second["citations"]} == {"Trà Vinh"}


def test_a_broken_history_gets_one_clear_sentence(client: Any) -> None:
    with pytest.raises(Exception, match="Trường history phải là danh sách"):
        client.predict(question="x", history=[{"a": "b"}], api_name="/ask")


def test_only_ask_is_offered_to_clients(client: Any) -> None:
    offered = client.view_api(return_format="dict", print_info=False)
    assert list(offered["named_endpoints"]) == ["/ask"]
    assert offered["unnamed_endpoints"] == {}


def test_a_conversation_on_the_page_is_cited_followed_up_and_escaped(page: Page) -> None:
    kept, messages = type_in(page, loader.text("page", "sample_files"), [], "talk")
    assert [m["role"] for m in messages] == ["user", "assistant"]
    [cited] = kept[0]["cited"]
    shown = json.dumps(messages, ensure_ascii=False).replace("\\", "")
    assert f'href="?doc=binh-dinh-khoa-xx&amp;p={cited["start"]}-{cited["end"]}"' in shown
    assert "70%" in bundled()[3].text[cited["start"] : cited["end"]]
    # The second question only makes sense after the first, which the browser brings along.
    kept, messages = type_in(page, "Còn Trà Vinh thì sao?", kept, "talk")
    assert len(messages) == 4
    assert {c["document_id"] for c in kept[1]["cited"]} == {"tra-vinh-2022"}
    kept, messages = type_in(page, ATTACK, kept, "talk")
    shown = json.dumps(messages, ensure_ascii=False)
    assert "&#60;img src&#61;x" in shown
    assert "<img" not in shown
    # The server remembers nothing: without its conversation the same browser starts afresh.
    _, messages = type_in(page, "Xin chào", [], "talk")
    assert len(messages) == 2


def test_the_page_asks_no_other_host(page: Page) -> None:
    html = page.open("/")
    assert '<html lang="vi"' in html
    hosts = set(re.findall(r"""(?:src|href|content)\s*=\s*["'](https?://[^"'/:]+)""", html))
    hosts |= set(re.findall(r"https?://[\w.-]+", html))
    assert hosts <= {"http://127.0.0.1"}
    with urllib.request.urlopen(page.url + "/", timeout=20) as reply:
        policy = reply.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "http" not in policy
    config = json.loads(page.open("/config"))
    assert config["analytics_enabled"] is False
    assert all("googleapis" not in s for s in config["stylesheets"])


def test_an_occupied_port_is_one_clear_sentence(page: Page, tmp_path: Path) -> None:
    done = subprocess.run(command("--port", str(page.port), "--data", str(tmp_path)), cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 1
    assert done.stdout == ""
    sentence = f"port {page.port} on 127.0.0.1 is already in use by another program; choose another with --port"
    assert done.stderr.strip().removeprefix("nghiquyet: ") == sentence
    assert not list(tmp_path.iterdir())  # nothing was started


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_the_process_stays_small(page: Page) -> None:
    status = Path(f"/proc/{page.process.pid}/status").read_text("utf-8")
    match = re.search(r"VmHWM:\s+(\d+) kB", status)
    assert match is not None
    assert int(match[1]) < 700 * 1024


@pytest.mark.skipif(shutil.which("chromium") is None, reason="no chromium here")
def test_a_browser_shows_the_page(page: Page, tmp_path: Path) -> None:
    flags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
    flags += ["--disable-component-update", "--disable-sync", f"--user-data-dir={tmp_path}", "--virtual-time-budget=15000"]
    done = subprocess.run(["chromium", *flags, "--dump-dom", page.url], capture_output=True, text=True, timeout=120)
    dom = done.stdout
    assert "<h1>Trợ lý Nghị quyết</h1>" in dom
    assert dom.count("cau-mau") >= 6
    assert loader.text("page", "sample_who") in dom
    assert 'aria-selected="true"' in dom


def test_an_interrupt_ends_it_quietly(page: Page) -> None:
    # Last, since the page is gone afterwards.
    os.kill(page.process.pid, signal.SIGINT)
    assert page.process.wait(30) in (0, 130)
    assert "Traceback" not in page.log.read_text("utf-8")
