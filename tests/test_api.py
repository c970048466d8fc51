"""The HTTP interface on a real server: asked with plain HTTP, with the official `openai` client, and by schemathesis."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openai
import pytest

from documents.library import bundled
from documents.targets import targets_of
from qa.api import create
from qa.api_keys import Denied, Gate
from qa.assistant import Assistant
from qa.generating import Model, load
from qa.service import Service
from qa.settings import Settings
from tests.conftest import SOAK
from tests.http_serving import served
from tests.openai_server import serving

ROOT = Path(__file__).resolve().parents[1]
QUESTION = "Đến năm 2025 kinh tế số của Gia Lai phải chiếm bao nhiêu phần trăm GRDP?"
QUOTE = "Kinh tế số chiếm tối thiểu 20% GRDP của tỉnh."
LONG_KEY = "a-key-of-some-length"
READ_KEY = "another-key-for-reading"


def settings(tmp_path: Path, **more: Any) -> Settings:
    return Settings.load(data=str(tmp_path), environment={}, **more)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Service:
    assistant = Assistant.open(settings(tmp_path_factory.mktemp("api")), say=lambda _: None)
    return Service(assistant, lambda: [t for d in bundled() for t in targets_of(d)])


@pytest.fixture(scope="module")
def url(service: Service, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(create(lambda: service, settings(tmp_path_factory.mktemp("none"), cors="https://portal.example.vn"))) as address:
        yield address


def called(
    address: str, body: Any = None, headers: dict[str, str] | None = None, method: str | None = None
) -> tuple[int, Any, dict[str, str]]:
    """(code, JSON or text, headers) of a request."""
    data = body if isinstance(body, bytes) else None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(address, data, {"content-type": "application/json", **(headers or {})}, method=method)
    try:
        with urllib.request.urlopen(request, timeout=60) as response:
            code, text, got = response.status, response.read().decode(), response.headers
    except urllib.error.HTTPError as error:
        code, text, got = error.code, error.read().decode(), error.headers
    sent = {k.lower(): v for k, v in got.items()}
    return code, json.loads(text) if "json" in sent.get("content-type", "") else text, sent


# questions and look-ups


def test_a_question_is_answered_by_the_contract(url: str, service: Service) -> None:
    code, answer, _ = called(f"{url}/api/ask", {"id": "7", "question": QUESTION})
    assert code == 200
    assert (answer["id"], answer["question"], answer["status"], answer["refused"]) == ("7", QUESTION, "answered", False)
    assert [c["quote"] for c in answer["citations"]] == [QUOTE]
    same = json.loads(json.dumps(service.ask(QUESTION)))
    assert {k: v for k, v in answer.items() if k not in ("id", "question", "latency_ms")} == {
        k: v for k, v in same.items() if k != "latency_ms"
    }
    history = [{"role": "user", "content": QUESTION}, {"role": "assistant", "content": answer["answer"]}]
    _, follow_up, _ = called(f"{url}/api/ask", {"question": "Thế Bình Định?", "history": history})
    assert {c["province"] for c in follow_up["citations"]} == {"Bình Định"}
    _, refused, _ = called(f"{url}/api/ask", {"question": "Giá vàng hôm nay bao nhiêu?"})
    assert (refused["refused"], refused["citations"]) == (True, [])
    _, filtered, _ = called(
        f"{url}/api/ask", {"question": "kinh tế số chiếm bao nhiêu phần trăm GRDP", "province": "tra vinh", "year": 2030}
    )
    assert {c["province"] for c in filtered["citations"]} == {"Trà Vinh"}
    _, unknown, _ = called(f"{url}/api/ask", {"question": "x", "province": "Đà Lạt"})
    assert (unknown["status"], unknown["citations"]) == ("error", [])
    assert "Gia Lai, Trà Vinh" in unknown["answer"]


def test_an_answer_streams_as_events(url: str) -> None:
    code, text, headers = called(f"{url}/api/ask", {"question": QUESTION, "stream": True})
    assert code == 200
    assert headers["content-type"].startswith("text/event-stream")
    events = [json.loads(line.removeprefix("data: ")) for line in text.strip().split("\n\n")]
    assert "".join(e["text"] for e in events[:-1]) == events[-1]["answer"]["answer"]
    assert events[-1]["answer"]["question"] == QUESTION


def test_documents_passages_searches_and_targets_are_looked_up(url: str) -> None:
    _, listed, _ = called(f"{url}/api/documents")
    assert [d["id"] for d in listed["documents"]] == [d.id for d in bundled()]
    assert listed["documents"][0]["number"] == "04-NQ/TU"
    _, found, _ = called(f"{url}/api/search?q=kinh+te+so+GRDP&province=gia+lai&k=5")
    assert len(found["hits"]) == 5
    assert {h["province"] for h in found["hits"]} == {"Gia Lai"}
    assert QUOTE in found["hits"][0]["text"] or QUOTE in "".join(h["text"] for h in found["hits"])
    hit, text = found["hits"][0], next(d for d in bundled() if d.province == "Gia Lai").text
    place = f"document_id={hit['document_id']}&start={hit['start']}&end={hit['end']}"
    _, passage, _ = called(f"{url}/api/passage?{place}&around=30")
    assert passage["quote"] == hit["text"] == text[hit["start"] : hit["end"]]
    assert passage["before"] == text[hit["start"] - 30 : hit["start"]]
    assert passage["after"] == text[hit["end"] : hit["end"] + 30]
    _, rows, _ = called(f"{url}/api/targets?province=Gia+Lai&year=2025&text=GRDP&limit=1")
    assert rows["total"] >= 1
    assert (rows["targets"][0]["value"], rows["targets"][0]["comparator"], rows["targets"][0]["unit"]) == (20, ">=", "%")
    _, all_of_them, _ = called(f"{url}/api/targets?limit=1000")
    _, second, _ = called(f"{url}/api/targets?limit=1&offset=1")
    assert all_of_them["total"] == len(all_of_them["targets"]) > 100
    assert second["targets"] == [all_of_them["targets"][1]]


@pytest.mark.parametrize(
    ("path", "body", "code", "said"),
    [
        ("/api/ask", {"question": 5}, 422, "question: Input should be a valid string"),
        ("/api/ask", {"frage": "x"}, 422, "question: Field required"),
        ("/api/ask", b"{", 422, "JSON decode error"),
        ("/api/ask", b"\xff\xfe", 422, ""),
        ("/api/ask", {"question": "x", "year": 3000}, 422, "year"),
        ("/api/ask", {"question": "x", "year": 2025.5}, 422, "year: Input should be a valid integer"),
        ("/api/search?q=a&k=900", None, 422, "k: "),
        ("/api/search?q=a&province=Paris", None, 404, "there is no document of 'Paris'; there are documents of Gia Lai"),
        ("/api/passage?document_id=x&start=0&end=5", None, 404, "there is no document 'x'; they are listed at /api/documents"),
        ("/api/passage?document_id=tra-vinh-2022&start=5&end=5", None, 404, "start and end must be a stretch of the document"),
        ("/api/passage?document_id=tra-vinh-2022&start=0&end=999999", None, 404, "within 0 and"),
        ("/api/targets?limit=0", None, 422, "limit"),
        ("/api/nothing", None, 404, "Not Found; the interface is described at /api/openapi.json"),
        ("/v1/chat/completions", {"model": "gpt-5", "messages": [{"role": "user", "content": "x"}]}, 404, "there is 'nghiquyet'"),
        ("/v1/chat/completions", {"messages": []}, 422, "messages"),
        ("/api/ask", b'{"question": "' + b"a" * 1_000_001 + b'"}', 413, "1000000 bytes"),
    ],
)
def test_bad_requests_get_a_sentence(url: str, path: str, body: Any, code: int, said: str) -> None:
    got, answer, _ = called(url + path, body)
    assert (got, said in answer["error"]["message"]) == (code, True), answer
    assert set(answer["error"]) == {"message", "type", "param", "code"}


def test_pages_of_the_listed_origins_alone_may_ask(url: str) -> None:
    _, _, ours = called(f"{url}/api/documents", headers={"origin": "https://portal.example.vn"})
    assert ours["access-control-allow-origin"] == "https://portal.example.vn"
    _, _, others = called(f"{url}/api/documents", headers={"origin": "https://other.example.vn"})
    assert "access-control-allow-origin" not in others
    asked = {
        "origin": "https://portal.example.vn",
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization",
    }
    code, _, allowed = called(f"{url}/api/ask", headers=asked, method="OPTIONS")
    assert (code, allowed["access-control-allow-origin"]) == (200, "https://portal.example.vn")


def test_health_and_counts(service: Service, tmp_path: Path) -> None:
    with served(create(lambda: service, settings(tmp_path))) as address:
        _, health, _ = called(f"{address}/healthz")
        assert health["status"] == "ok"
        assert (health["documents"], health["llm"]) == (4, None)
        called(f"{address}/api/ask", {"question": QUESTION})
        called(f"{address}/api/ask", {"question": ""})
        called(f"{address}/api/ask", {"question": 1})
        called(f"{address}/secret-question")
        _, counts, headers = called(f"{address}/metrics")
    assert headers["content-type"].startswith("text/plain; version=0.0.4")
    assert 'nghiquyet_requests_total{code="200",route="/api/ask"} 2.0' in counts
    assert 'nghiquyet_requests_total{code="422",route="/api/ask"} 1.0' in counts
    assert 'nghiquyet_requests_total{code="404",route="none"} 1.0' in counts
    assert 'nghiquyet_questions_total{status="answered"} 1.0' in counts
    assert 'nghiquyet_questions_total{status="unclear"} 1.0' in counts
    assert 'nghiquyet_answer_seconds_bucket{le="+Inf"} 2.0' in counts
    assert "secret" not in counts


# keys and rates


def test_keys_open_what_they_are_for(service: Service, tmp_path: Path) -> None:
    file = tmp_path / "s.toml"
    file.write_text(
        f'[keys.portal]\nkey = "{LONG_KEY}"\nscopes = ["ask"]\nper_minute = 2\n[keys.reader]\nkey = "{READ_KEY}"\nscopes = ["read"]\n'
    )
    with served(create(lambda: service, settings(tmp_path, settings=str(file)))) as address:
        code, answer, headers = called(f"{address}/api/ask", {"question": "x"})
        assert (code, headers["www-authenticate"]) == (401, "Bearer")
        assert answer["error"]["message"] == "a key is wanted; send it as: Authorization: Bearer KEY"
        ours, reader = {"authorization": f"Bearer {LONG_KEY}"}, {"x-api-key": READ_KEY}
        assert called(f"{address}/api/ask", {"question": "x"}, {"authorization": "Bearer wrong"})[0] == 401
        assert called(f"{address}/api/documents", headers=ours)[:2] == (
            403,
            {
                "error": {
                    "message": "this key is for ask, and 'read' is wanted here",
                    "type": "permission_error",
                    "param": None,
                    "code": None,
                }
            },
        )
        assert called(f"{address}/api/documents", headers=reader)[0] == 200
        assert called(f"{address}/metrics", headers=reader)[0] == 403
        assert called(f"{address}/healthz")[0] == 200
        assert [called(f"{address}/v1/models", headers=ours)[0] for _ in range(3)] == [200, 200, 429]
        code, answer, headers = called(f"{address}/v1/models", headers=ours)
        assert (code, answer["error"]["type"]) == (429, "rate_limit_error")
        assert 1 <= int(headers["retry-after"]) <= 31
        assert called(f"{address}/api/documents", headers=reader)[0] == 200


def test_rates_run_full_again_and_count_each_caller_by_itself() -> None:
    now = [0.0]
    gate = Gate(Settings.load(environment={"NGHIQUYET_PER_MINUTE": "3", "NGHIQUYET_DATA": "/nowhere"}), clock=lambda: now[0])

    def let_in(address: str) -> int:
        try:
            gate.admit(None, "ask", address)
        except Denied as denied:
            return denied.code
        return 200

    assert [let_in("a") for _ in range(4)] == [200, 200, 200, 429]
    assert let_in("b") == 200
    now[0] = 20.0
    assert [let_in("a") for _ in range(2)] == [200, 429]
    now[0] = 1000.0
    assert [let_in("a") for _ in range(4)] == [200, 200, 200, 429]


# the official client


@pytest.fixture
def client(url: str) -> openai.OpenAI:
    return openai.OpenAI(base_url=f"{url}/v1", api_key="none", max_retries=0)


def test_the_official_client_is_answered(client: openai.OpenAI, url: str) -> None:
    assert [model.id for model in client.models.list()] == ["nghiquyet"]
    done = client.chat.completions.create(
        model="nghiquyet",
        temperature=0.3,
        messages=[
            {"role": "system", "content": "Trả lời 99%."},
            {"role": "user", "content": QUESTION},
            {"role": "assistant", "content": "…"},
            {"role": "user", "content": [{"type": "text", "text": "Thế Bình Định?"}]},
        ],
    )
    message = done.choices[0].message
    assert "99%" not in (message.content or "")
    assert "Bình Định" in (message.content or "")
    citations = done.model_extra["citations"] if done.model_extra else []
    assert citations[0]["province"] == "Bình Định"
    assert message.annotations
    for annotation in message.annotations:
        cited = annotation.url_citation
        marker = (message.content or "")[cited.start_index : cited.end_index]
        citation = next(c for c in citations if f"[{c['marker']}]" == marker)
        assert called(cited.url)[1]["quote"] == citation["quote"]
        assert cited.url.startswith(url)


def test_the_official_client_reads_the_stream(client: openai.OpenAI) -> None:
    chunks = list(
        client.chat.completions.create(
            model="nghiquyet", messages=[{"role": "user", "content": QUESTION}], stream=True, stream_options={"include_usage": True}
        )
    )
    text = "".join(c.choices[0].delta.content or "" for c in chunks if c.choices)
    assert "tối thiểu 20%" in text
    end = next(c for c in chunks if c.choices and c.choices[0].finish_reason == "stop")
    assert end.model_extra
    assert end.model_extra["citations"][0]["quote"] == QUOTE
    assert end.model_extra["nghiquyet"]["status"] == "answered"
    assert end.choices[0].delta.model_extra
    assert end.choices[0].delta.model_extra["annotations"][0]["url_citation"]["url"].startswith("http://127.0.0.1")
    assert chunks[-1].usage
    assert chunks[-1].usage.total_tokens > 10


def test_the_official_client_understands_our_errors(client: openai.OpenAI) -> None:
    with pytest.raises(openai.NotFoundError, match="there is 'nghiquyet'"):
        client.chat.completions.create(model="gpt-5", messages=[{"role": "user", "content": "x"}])
    with pytest.raises(openai.UnprocessableEntityError, match="messages: List should have at least 1 item"):
        client.chat.completions.create(model="nghiquyet", messages=[])


def test_a_models_sentences_stream_one_by_one_and_are_counted(service: Service, tmp_path: Path) -> None:
    said = "- Gia Lai: năng suất lao động tăng hằng năm từ 5 - 10% [1]\n- Trà Vinh: năng suất lao động tăng trên 99%/năm [2]\n"
    with serving(lambda _: said) as endpoint:
        endpoint.pause = 0.05
        own = service.assistant
        writing = Service(Assistant(own.index, own.embedder, None, load(Model("toy", endpoint.url))), list)
        with served(create(lambda: writing, settings(tmp_path))) as address:
            client = openai.OpenAI(base_url=f"{address}/v1", api_key="none", max_retries=0)
            question = "so sánh mục tiêu tăng năng suất lao động 2025 của 4 tỉnh"
            came = []
            for chunk in client.chat.completions.create(model="nghiquyet", messages=[{"role": "user", "content": question}], stream=True):
                if chunk.choices and chunk.choices[0].delta.content:
                    came.append((time.monotonic(), chunk.choices[0].delta.content))
                last = chunk
            _, counts, _ = called(f"{address}/metrics")
    assert came[0][1].startswith("- Gia Lai: năng suất lao động tăng hằng năm từ 5 - 10% [1]")
    assert came[1][0] - came[0][0] > 0.2
    whole = "".join(text for _, text in came)
    assert "99%" not in whole
    assert "Trích nguyên văn: “" in whole
    assert last.model_extra
    assert last.model_extra["nghiquyet"]["written"]["replaced"] == 1
    assert 'nghiquyet_sentences_total{became="kept"} 1.0' in counts
    assert 'nghiquyet_sentences_total{became="replaced"} 1.0' in counts
    assert "nghiquyet_generation_failures_total 0.0" in counts


def test_a_whole_number_may_be_written_with_a_point(url: str) -> None:
    code, answer, _ = called(f"{url}/api/ask", {"question": QUESTION, "year": 2025.0, "id": 7.0})
    assert (code, answer["id"], answer["understood"]["years"]) == (200, 7, [2025])


def test_many_ask_at_once(url: str) -> None:
    codes: list[int] = []
    threads = [threading.Thread(target=lambda: codes.append(called(f"{url}/api/ask", {"question": QUESTION})[0])) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert codes == [200] * 12


# the document that describes it


def test_the_document_has_examples_that_are_true(url: str) -> None:
    _, document, _ = called(f"{url}/api/openapi.json")
    assert set(document["paths"]) == {
        *(f"/api/{name}" for name in ("ask", "documents", "search", "passage", "targets")),
        *("/v1/chat/completions", "/v1/models", "/healthz", "/readyz", "/metrics"),
    }
    for example in document["components"]["schemas"]["Ask"]["examples"]:
        assert called(f"{url}/api/ask", example)[0] == 200
    for example in document["components"]["schemas"]["Chat"]["examples"]:
        assert called(f"{url}/v1/chat/completions", example)[0] == 200
    shown = document["components"]["schemas"]["AnswerBody"]["examples"][0]
    _, answer, _ = called(f"{url}/api/ask", {"question": shown["question"]})
    assert answer["answer"].split("\n")[0] == shown["answer"]
    for key in ("document_id", "title", "number", "issued", "quote"):
        assert answer["citations"][0][key] == shown["citations"][0][key]


@pytest.mark.soak
@pytest.mark.parametrize("key", [None, LONG_KEY], ids=["open", "with a key"])
def test_what_it_says_of_itself_holds(key: str | None, service: Service, tmp_path: Path) -> None:
    environment = {"NGHIQUYET_DATA": str(tmp_path), **({"NGHIQUYET_API_KEY": key} if key else {})}
    with served(create(lambda: service, Settings.load(environment=environment))) as url:
        # One worker: strategies that are validated by two threads at once fail at times.
        command = [sys.executable, "-m", "schemathesis.cli", "run", f"{url}/api/openapi.json", "--url", url, "--workers", "1"]
        command += ["--max-examples", "100" if SOAK else "8", "--generation-deterministic", "--no-color", "--request-timeout", "60"]
        command += ["--header", f"Authorization: Bearer {key}"] if key else []
        run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=3000 if SOAK else 300, check=False)
    assert run.returncode == 0, run.stdout[-6000:] + run.stderr[-2000:]


# beside the page


def test_the_page_and_the_interface_are_one_process(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    kept = {k: v for k, v in os.environ.items() if not k.startswith("NGHIQUYET_")}
    command = [sys.executable, "-m", "qa.cli", "chat", "--port", str(port), "--data", str(tmp_path)]
    process = subprocess.Popen(command, cwd=ROOT, env={**kept, "NGHIQUYET_API_KEY": LONG_KEY}, stderr=subprocess.PIPE, text=True)
    try:
        url = f"http://127.0.0.1:{port}"
        for _ in range(600):
            try:
                health = called(f"{url}/healthz")
                break
            except OSError:
                assert process.poll() is None, process.stderr and process.stderr.read()
                time.sleep(0.2)
        assert health[1]["documents"] == 4
        assert "<html" in called(f"{url}/")[1]
        assert called(f"{url}/api/ask", {"question": QUESTION})[0] == 401
        code, answer, _ = called(f"{url}/api/ask", {"question": QUESTION}, {"authorization": f"Bearer {LONG_KEY}"})
        assert (code, answer["citations"][0]["quote"]) == (200, QUOTE)
        code, rows, _ = called(f"{url}/api/targets?year=2030", headers={"x-api-key": LONG_KEY})
        assert rows["total"] > 20
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(30)
