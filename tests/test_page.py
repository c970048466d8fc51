"""The web page: what it makes of questions, answers and documents, and the real page started, asked, and stopped."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from documents.library import bundled
from prompts import loader
from qa import sources_view
from qa.answer import Answer, Citation, Context, Status

ROOT = Path(__file__).parent.parent
START = 300  # seconds; an index without kept vectors is embedded first
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


def test_a_typed_question_is_shown_literally() -> None:
    shown = sources_view.literal(ATTACK)
    assert not set("<>*[]()#!") & set(shown.replace("&#", ""))
    assert shown.startswith("&#60;img src&#61;x onerror&#61;alert&#40;1&#41;&#62;")


def test_markers_become_links_and_html_and_images_do_not_come_alive() -> None:
    answer = Answer(Status.ANSWERED, "**8%** <b onclick=x> ![a](http://a.example/x.png) & [1]", (citation(),))
    shown = sources_view.answer_markdown(answer, 7)
    assert shown.endswith('&amp;&nbsp;<a class="trich" href="#nguon-7-1" title="Xem nguồn 1">[1]</a>')
    assert "&lt;b onclick=x>" in shown
    assert "![" not in shown
    assert shown.startswith("**8%** ")


def test_a_marker_without_citation_stays_text() -> None:
    assert sources_view.answer_markdown(Answer(Status.NOT_FOUND, "Không có ở khoản 3."), 1) == "Không có ở khoản 3."


def test_surroundings_end_between_words() -> None:
    text = "một hai " * 100
    assert sources_view.around(text, 400, 407) == ("… " + text[200:400], text[407:607] + " …")
    before, after = sources_view.around(text, 402, 405)  # 202 is within "một", 605 within "hai"
    assert before == "… " + text[204:402]
    assert after == text[405:603] + " …"
    assert sources_view.around("ngắn gọn", 5, 8) == ("ngắn ", "")


def test_a_card_shows_the_marked_quote_in_place_and_says_what_is_not_known() -> None:
    answer = Answer(Status.ANSWERED, "8% [1]", (citation(context=(Context(0, 4, "Khóa XX <b>", "metadata"),)),))
    html = sources_view.sources([(1, "Hỏi <i>", answer)], bundled())
    assert 'id="nguon-1-1"' in html
    assert "<mark>Năng suất lao động hàng năm tăng tối thiểu 8%.</mark>" in html
    assert "đạt tối thiểu 20%." in html  # the line before
    assert "không rõ ngày, Bình Định" in html
    assert "4. Mục tiêu › b) Kinh tế số" in html
    assert "Khóa XX &lt;b&gt;" in html


def test_a_quote_with_html_is_escaped_and_a_vanished_document_does_no_harm() -> None:
    answer = Answer(
        Status.ANSWERED, "x [1]", (citation(document_id="gone", quote="<script>1</script>", issued="2022-01-26", number="04-NQ/TU"),)
    )
    html = sources_view.sources([(1, "Hỏi", answer)], bundled())
    assert "<mark>&lt;script&gt;1&lt;/script&gt;</mark>" in html
    assert "Số 04-NQ/TU, ngày 26/01/2022, Bình Định" in html
    assert "<script" not in html


def test_earlier_answers_fold_under_their_questions() -> None:
    answer = Answer(Status.ANSWERED, "8% [1]", (citation(),))
    html = sources_view.sources([(1, "Câu <một>", answer), (2, "Câu hai", answer)], bundled())
    assert html.index("nguon-2-1") < html.index("Câu hỏi 1: Câu &lt;một&gt;") < html.index("nguon-1-1")


def test_the_library_tells_what_each_text_really_is() -> None:
    html = sources_view.library(bundled())
    for d in bundled():
        assert d.title in html
        assert d.body in html
        assert d.nature in html
    assert "20/01/2022" in html
    assert "không rõ ngày" in html


def test_every_text_of_the_page_is_used() -> None:
    modules = ("app", "page_head", "page_server", "sources_view")
    code = "".join((ROOT / "qa" / f"{name}.py").read_text("utf-8") for name in modules)
    unused = [k for k in loader.load("page") if not re.search(f"[\"']{k}[\"']", code) and not k.startswith("sample_")]
    assert unused == []


# The running page


@dataclass
class Page:
    url: str
    port: int
    process: subprocess.Popen[str]
    log: Path
    out: Path

    def get(self, path: str, data: dict[str, Any] | None = None) -> str:
        body = None if data is None else json.dumps(data).encode()
        request = urllib.request.Request(self.url + path, body, {"Content-Type": "application/json"})
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=60) as reply:
            return str(reply.read().decode("utf-8"))

    def type_in(self, question: str, session: str) -> list[Any]:
        """Send a question as the browser does; returns what the page's components are set to."""
        config = json.loads(self.get("/config"))
        event = next(d for d in config["dependencies"] if any(name == "submit" for _, name in d["targets"]))
        self.get("/gradio_api/queue/join", {"data": [question, None], "fn_index": event["id"], "session_hash": session})
        stream = self.get(f"/gradio_api/queue/data?session_hash={session}")
        messages = [json.loads(line.removeprefix("data: ")) for line in stream.splitlines() if line.startswith("data: ")]
        final = next(m for m in messages if m["msg"] == "process_completed")
        assert final["success"], final
        return list(final["output"]["data"])


def _command(*more: str) -> list[str]:
    return [sys.executable, "-m", "qa.cli", "chat", "--host", "127.0.0.1", *more]


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    folder = tmp_path_factory.mktemp("page")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    log, out = folder / "stderr", folder / "stdout"
    with log.open("w") as err, out.open("w") as std:
        process = subprocess.Popen(
            _command("--port", str(port), "--data", str(folder / "data")), cwd=ROOT, stdout=std, stderr=err, text=True
        )
        try:
            deadline = time.monotonic() + START
            while "Trang hỏi đáp" not in log.read_text("utf-8"):
                assert process.poll() is None, log.read_text("utf-8")
                assert time.monotonic() < deadline, log.read_text("utf-8")
                time.sleep(0.2)
            yield Page(f"http://127.0.0.1:{port}", port, process, log, out)
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(20)


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
    answer = client.predict(question=loader.text("page", "sample_2"), history=[], api_name="/ask")
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
    cleared, messages, sources, *_ = page.type_in(loader.text("page", "sample_2"), "talk")
    assert cleared == ""
    assert [m["role"] for m in messages] == ["user", "assistant"]
    assert 'href="#nguon-1-1"' in json.dumps(messages, ensure_ascii=False).replace("\\", "")
    assert re.search(r'<details class="the" id="nguon-1-1" open>.*<mark>[^<]*70%', sources, re.DOTALL)
    # The second question only makes sense after the first, which the page itself remembers.
    _, messages, sources, *_ = page.type_in("Còn Trà Vinh thì sao?", "talk")
    assert len(messages) == 4
    assert "nguon-2-1" in sources.split("Câu hỏi 1:")[0]
    _, messages, sources, *_ = page.type_in(ATTACK, "talk")
    shown = json.dumps(messages, ensure_ascii=False)
    assert "&#60;img src&#61;x" in shown
    assert "<img" not in shown + sources
    # Another person starts afresh.
    _, messages, *_ = page.type_in("Xin chào", "someone-else")
    assert len(messages) == 2


def test_the_page_asks_no_other_host(page: Page) -> None:
    html = page.get("/")
    assert '<html lang="vi"' in html
    hosts = set(re.findall(r"""(?:src|href|content)\s*=\s*["'](https?://[^"'/:]+)""", html))
    hosts |= set(re.findall(r"https?://[\w.-]+", html))
    assert hosts <= {"http://127.0.0.1"}
    with urllib.request.urlopen(page.url + "/", timeout=20) as reply:
        policy = reply.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "http" not in policy
    config = json.loads(page.get("/config"))
    assert config["analytics_enabled"] is False
    assert all("googleapis" not in s for s in config["stylesheets"])


def test_an_occupied_port_is_one_clear_sentence(page: Page, tmp_path: Path) -> None:
    done = subprocess.run(
        _command("--port", str(page.port), "--data", str(tmp_path)), cwd=ROOT, capture_output=True, text=True, timeout=120
    )
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
    assert loader.text("page", "sample_6") in dom
    assert 'aria-label="Hội thoại"' in dom


def test_an_interrupt_ends_it_quietly(page: Page) -> None:
    # Last, since the page is gone afterwards.
    os.kill(page.process.pid, signal.SIGINT)
    assert page.process.wait(30) in (0, 130)
    assert "Traceback" not in page.log.read_text("utf-8")
