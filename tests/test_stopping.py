"""The real server from its start to its end: what it logs, what it says while it stops, and that what was under way is answered first."""

import json
import signal
import threading
import time
import urllib.error
from pathlib import Path
from typing import Any

from tests.openai_server import serving
from tests.page_process import running
from tests.test_api import called

QUESTION = "so sánh mục tiêu tăng năng suất lao động 2025 của 4 tỉnh"
SAID = "- Gia Lai: năng suất lao động tăng hằng năm từ 5 - 10% [1]\n"


def asked_on_the_page(page: Any, question: str) -> str:
    """The stream of an answer on the page, as a browser is sent it."""
    config = json.loads(page.open("/config"))
    event = next(d for d in config["dependencies"] if any(name == "submit" for _, name in d["targets"]))["id"]
    sent = {"data": [question, []], "fn_index": event, "session_hash": "stopping"}
    page.open("/gradio_api/queue/join", json.dumps(sent).encode(), {"Content-Type": "application/json"})
    return str(page.open("/gradio_api/queue/data?session_hash=stopping"))


def test_a_server_that_is_told_to_end_answers_what_it_has_taken(tmp_path: Path) -> None:
    with (
        serving(lambda _: SAID) as endpoint,
        running(tmp_path, NGHIQUYET_LLM="toy", NGHIQUYET_LLM_URL=endpoint.url, NGHIQUYET_WORKERS="1", NGHIQUYET_QUEUE="1") as page,
    ):
        # The page and the interface wait in one queue; what both write to the log holds nothing of a question.
        assert "Giá vàng hôm nay" in asked_on_the_page(page, "Giá vàng hôm nay bao nhiêu?")
        assert called(f"{page.url}/readyz")[0] == 200
        endpoint.pause = 0.4  # seven characters at a time: some four seconds
        got: list[Any] = []
        ask = threading.Thread(target=lambda: got.append(called(f"{page.url}/api/ask", {"question": QUESTION})))
        ask.start()
        while not any("năng suất" in json.dumps(request, ensure_ascii=False) for request in endpoint.seen):
            assert ask.is_alive(), got
            time.sleep(0.02)
        waiting = threading.Thread(target=lambda: called(f"{page.url}/api/ask", {"question": "Trà Vinh có mục tiêu gì về kinh tế số?"}))
        waiting.start()
        while "nghiquyet_queue_length 1.0" not in called(f"{page.url}/metrics")[1]:
            time.sleep(0.02)
        stream = asked_on_the_page(page, "Bình Định đặt mục tiêu gì?")
        events = [json.loads(line[6:]) for line in stream.splitlines() if line.startswith("data:")]
        busy = next(e for e in events if e["msg"] == "process_completed")
        shown = json.dumps(busy, ensure_ascii=False)
        assert "Hệ thống đang bận vì nhiều người cùng hỏi" in shown
        assert busy["output"]["data"][0] == "Bình Định đặt mục tiêu gì?"  # still in its box
        page.process.send_signal(signal.SIGTERM)
        while called(f"{page.url}/readyz")[0] != 503:
            time.sleep(0.02)
        assert called(f"{page.url}/healthz")[0] == 200
        code, told, headers = called(f"{page.url}/api/ask", {"question": "Thái Nguyên có mục tiêu gì?"})
        assert (code, told["error"]["code"], "retry-after" in headers) == (503, "stopping", True)
        assert "sắp khởi động lại" in told["error"]["message"]
        assert got == []
        ask.join(30)
        waiting.join(30)
        code, answer, _ = got[0]
        assert (code, answer["status"], answer["written"]["failure"]) == (200, "answered", None)
        assert page.process.wait(30) == 0
        try:
            called(f"{page.url}/healthz")
            raise AssertionError("the port is still held")
        except (urllib.error.URLError, ConnectionError):
            pass
        log = page.log.read_text("utf-8")
    for word in ("vàng", "năng suất", "Trà Vinh", "mục tiêu", "Traceback"):
        assert word not in log, log
    told = [json.loads(line) for line in log.splitlines() if line.startswith("{")]
    routes = {(line["route"], line["code"]) for line in told if line["logger"] == "nghiquyet.requests"}
    assert routes == {("page", 200), ("page", 503), ("/api/ask", 200), ("/api/ask", 503)}


def test_what_is_not_done_in_time_does_not_hold_up_the_end(tmp_path: Path) -> None:
    with (
        serving(lambda _: SAID) as endpoint,
        running(tmp_path, NGHIQUYET_LLM="toy", NGHIQUYET_LLM_URL=endpoint.url, NGHIQUYET_STOP_SECONDS="1") as page,
    ):
        endpoint.pause = 60
        got: list[Any] = []

        def ask() -> None:
            try:
                got.append(called(f"{page.url}/api/ask", {"question": QUESTION})[0])
            except OSError:
                got.append("cut off")

        asking = threading.Thread(target=ask)
        asking.start()
        while not endpoint.seen:
            time.sleep(0.02)
        page.process.send_signal(signal.SIGTERM)
        began = time.monotonic()
        assert page.process.wait(30) == 0
        assert time.monotonic() - began < 20
        asking.join(10)
        assert got[0] in (500, "cut off")
        assert "stopped with 1 questions not answered in time" in page.log.read_text("utf-8")
