"""What is told of requests: the log, which never holds what people asked unless the operator opts in, the counts, and the traces."""

import json
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import openai
import pytest
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from prometheus_client.parser import text_string_to_metric_families

from documents.library import bundled, corpus_digest
from index.embedding import Vectors
from index.store import build, open_index
from qa import logs
from qa.api import create
from qa.assistant import Assistant
from qa.observing import Observer
from qa.reception import Reception
from qa.service import Service
from qa.settings import Settings, SettingsError
from qa.stages import Trail
from qa.tracing import Tracing, tracing
from tests.conftest import FakeEmbedder
from tests.http_serving import served
from tests.test_api import called

ROOT = Path(__file__).resolve().parents[1]
QUESTION = "Kinh tế số chiếm bao nhiêu phần trăm GRDP của Gia Lai năm 2025? Tôi tên là Trần Bí Mật, số 0912345678"
WORDS = ("kinh tế", "GRDP", "Gia Lai", "Gia%20Lai", "Bí Mật", "0912345678", "phần trăm")


def settings(tmp_path: Path, **more: str) -> Settings:
    return Settings.load(environment={"NGHIQUYET_DATA": str(tmp_path), **{f"NGHIQUYET_{k.upper()}": v for k, v in more.items()}})


class Near(FakeEmbedder):
    """As near to each other as a real model's vectors are, so that what words say decides."""

    def vector(self, text: str) -> Vectors:
        v = super().vector(text) * np.float32(0.4)
        v[0] += 1
        return np.asarray(v / np.linalg.norm(v), dtype=np.float32)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Service:
    data = tmp_path_factory.mktemp("observed")
    build(data, bundled(), embedder := Near())
    return Service(Assistant(open_index(data, model=embedder.name, corpus=corpus_digest(bundled())), embedder), list)


@pytest.fixture
def log(capsys: pytest.CaptureFixture[str]) -> Iterator[Callable[[], str]]:
    """What was logged since the last look; the loggers are put back as they were."""
    named = [logging.getLogger(), *map(logging.getLogger, logs.LIBRARIES)]
    before = [(x, list(x.handlers), x.level, x.propagate) for x in named]
    yield lambda: capsys.readouterr().err
    for logger, handlers, level, propagate in before:
        logger.handlers[:], logger.propagate = handlers, propagate
        logger.setLevel(level)
    logging.captureWarnings(False)


def lines(said: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in said.splitlines()]


class Broken:
    """A service whose assistant fails on every question, with the question in its error."""

    def __init__(self, service: Service) -> None:
        self.assistant = service.assistant

    def stream(self, question: str, *_: Any) -> Any:
        raise KeyError(question)


def ask_everything(address: str) -> None:
    """The question by every way there is, well and badly."""
    called(f"{address}/api/ask", {"question": QUESTION})
    called(f"{address}/api/ask", {"question": QUESTION, "stream": True}, {"x-request-id": "portal-0001"})
    called(f"{address}/api/ask", {"question": QUESTION, "year": 1}, {"x-request-id": "số 0912345678".encode().decode("latin-1")})
    called(f"{address}/api/ask", {"question": QUESTION, "province": "Gia Lai", "history": [{"role": "user", "content": QUESTION}]})
    called(f"{address}/api/search?q=kinh%20t%E1%BA%BF%20s%E1%BB%91&province=Gia%20Lai")
    called(f"{address}/api/{'kinh-te-so'}/GRDP")
    called(f"{address}/v1/chat/completions", {"model": "nghiquyet", "messages": [{"role": "user", "content": QUESTION}]})
    called(f"{address}/healthz")


def test_the_log_tells_of_requests_and_never_what_was_asked(service: Service, tmp_path: Path, log: Callable[[], str]) -> None:
    chosen = settings(tmp_path, log_level="debug")
    logs.start(chosen)
    with served(create(lambda: service, chosen), log_config=None) as address:
        ask_everything(address)
    with served(create(lambda: Broken(service), chosen), log_config=None) as address:  # type: ignore[arg-type,return-value]
        assert called(f"{address}/api/ask", {"question": QUESTION})[0] == 500
    said = log()
    for word in WORDS:
        assert word.lower() not in said.lower(), word
    requests = [line for line in lines(said) if line["logger"] == "nghiquyet.requests"]
    assert [(r["route"], r["code"]) for r in requests] == [
        ("/api/ask", 200),
        ("/api/ask", 200),
        ("/api/ask", 422),
        ("/api/ask", 200),
        ("/api/search", 200),
        ("none", 404),
        ("/v1/chat/completions", 200),
        ("/healthz", 200),
        ("/api/ask", 500),
    ]
    first, second = requests[0], requests[1]
    assert (first["level"], first["status"], first["answers"], second["answers"]) == ("info", "answered", "miss", "hit")
    assert {"queue", "understanding", "embedding", "search", "composition", "guard"} <= set(first["stages"])
    assert sum(first["stages"].values()) <= first["ms"]
    assert len(first["generation"]) == 16
    assert second["request"] == "portal-0001"
    assert len(requests[2]["request"]) == 32  # what can't be an id is none
    failure = next(line for line in lines(said) if line["level"] == "error" and line.get("exception") == "KeyError")
    assert any("tests/test_observing.py" in frame and "stream" in frame for frame in failure["trace"])


def test_questions_are_logged_masked_where_the_operator_opts_in(service: Service, tmp_path: Path, log: Callable[[], str]) -> None:
    chosen = settings(tmp_path, log_questions="true", log_level="info", log_format="text")
    logs.start(chosen)
    with served(create(lambda: service, chosen)) as address:
        called(f"{address}/api/ask", {"question": QUESTION})
        called(f"{address}/healthz")
    said = log()
    assert "question=Kinh tế số chiếm bao nhiêu phần trăm GRDP của Gia Lai năm 2025? Tôi tên là [tên] , số [số điện thoại]" in said
    assert "Bí Mật" not in said
    assert "0912345678" not in said
    assert "/healthz" not in said
    assert len(said.splitlines()) == 1


def test_errors_of_files_say_what_is_wrong_and_others_keep_what_they_say(log: Callable[[], str], tmp_path: Path) -> None:
    logs.start(settings(tmp_path))
    for error in (OSError(28, "No space left on device"), ValueError(QUESTION)):
        try:
            raise error
        except (OSError, ValueError):
            logging.getLogger("qa").exception("it failed\nhere")
    disk, other = lines(log())
    assert (disk["exception"], disk["said"], disk["message"]) == ("OSError", "[Errno 28] No space left on device", "it failed\nhere")
    assert (other["exception"], "said" in other) == ("ValueError", False)


# counts


def test_the_counts_are_what_the_official_parser_reads(service: Service, tmp_path: Path) -> None:
    reception = Reception(settings(tmp_path, workers="1", queue="0"))
    held, go = threading.Event(), threading.Event()

    def hold() -> None:
        held.set()
        go.wait(10)

    with served(create(lambda: service, reception.settings, reception)) as address:
        called(f"{address}/api/ask", {"question": QUESTION})
        called(f"{address}/api/ask", {"question": QUESTION})
        called(f"{address}/api/ask", {"question": "Giá vàng hôm nay bao nhiêu?"})
        reception.desk.submit(hold, Trail("t"))
        assert held.wait(5)
        code, busy, headers = called(f"{address}/api/ask", {"question": "Trà Vinh có mục tiêu gì?"})
        openai_says = openai.OpenAI(base_url=f"{address}/v1", api_key="none", max_retries=0)
        with pytest.raises(openai.InternalServerError, match="Hệ thống đang bận") as refused:
            openai_says.chat.completions.create(model="nghiquyet", messages=[{"role": "user", "content": "Trà Vinh?"}], stream=True)
        known = called(f"{address}/api/ask", {"question": QUESTION})[0]
        _, text, sent = called(f"{address}/metrics")
        go.set()
    assert (code, busy["error"]["code"], busy["error"]["type"]) == (503, "busy", "server_error")
    assert busy["error"]["message"].startswith("Hệ thống đang bận vì nhiều người cùng hỏi")
    assert 1 <= int(headers["retry-after"]) <= 60
    assert refused.value.status_code == 503
    assert known == 200  # what is known needs no worker
    assert sent["content-type"].startswith("text/plain; version=0.0.4")
    found = {
        (sample.name.removeprefix("nghiquyet_"), *sorted(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }
    assert found["questions_total", "answered"] == 3
    assert found["refused_total",] == 1
    assert found["turned_away_total", "busy"] == 2
    assert found["turned_away_total", "too_slow"] == 0
    assert found["answer_cache_total", "hit"] == 2
    assert found["answer_cache_total", "miss"] == 2
    assert found["guard_total", "kept"] == 1
    assert (found["queue_length",], found["under_way",]) == (0, 1)
    assert (found["documents",], found["passages",]) == (4, len(service.assistant.index.passages))
    assert [key[1] for key in found if key[0] == "index_info"] == [called_generation(service)]
    for name in ("understanding", "embedding", "search", "composition", "guard", "queue"):
        assert found["stage_seconds_count", name] >= 1, name
        assert found["stage_seconds_bucket", *sorted(("+Inf", name))] == found["stage_seconds_count", name]
    assert found["answer_seconds_count",] == 4


def called_generation(service: Service) -> str:
    from qa.caching import generation

    return generation(service.assistant.index.manifest)


def test_ready_is_another_thing_than_alive(service: Service, tmp_path: Path) -> None:
    reception = Reception(settings(tmp_path))
    with served(create(lambda: service, reception.settings, reception)) as address:
        assert called(f"{address}/readyz")[:2] == (
            200,
            {"ready": True, "index": called_generation(service), "model": True, "stopping": False},
        )
        reception.close()
        code, told, _ = called(f"{address}/readyz")
        assert (code, told["ready"], told["stopping"]) == (503, False, True)
        assert called(f"{address}/healthz")[0] == 200
        code, told, headers = called(f"{address}/api/ask", {"question": QUESTION})
        assert (code, told["error"]["code"], headers["retry-after"]) == (503, "stopping", "5")
    without = Service(Assistant(service.assistant.index, None), list)
    with served(create(lambda: without, reception.settings)) as address:
        code, told, _ = called(f"{address}/readyz")
        assert (code, told["ready"], told["model"], told["stopping"]) == (503, False, False, False)


# traces


def test_a_request_is_a_span_with_one_for_each_stage(service: Service, tmp_path: Path) -> None:
    spans = InMemorySpanExporter()
    traces = Tracing.to(spans)
    chosen = settings(tmp_path)
    reception = Reception(chosen, Observer(chosen, traces=traces))
    parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    with served(create(lambda: service, chosen, reception)) as address:
        called(f"{address}/api/ask", {"question": QUESTION}, {"traceparent": parent, "x-request-id": "portal-0002"})
    traces.close()
    named = {span.name: span for span in spans.get_finished_spans()}
    root = named["/api/ask"]
    assert (f"{root.context.trace_id:032x}", f"{root.parent.span_id:016x}") == (parent.split("-")[1], parent.split("-")[2])
    assert root.attributes["http.response.status_code"] == 200
    assert root.attributes["nghiquyet.status"] == "answered"
    assert root.attributes["nghiquyet.request"] == "portal-0002"
    assert {"queue", "understanding", "embedding", "search", "composition", "guard"} <= set(named)
    for name, span in named.items():
        if name != "/api/ask":
            assert span.parent.span_id == root.context.span_id
        assert root.start_time - 1_000_000 <= span.start_time <= span.end_time <= root.end_time + 1_000_000
    whole = json.dumps([json.loads(span.to_json()) for span in named.values()], ensure_ascii=False)
    for word in WORDS:
        assert word.lower() not in whole.lower()


def test_spans_go_to_the_endpoint_that_the_environment_names(monkeypatch: pytest.MonkeyPatch) -> None:
    got: list[tuple[str, bytes]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            got.append((self.path, self.rfile.read(int(self.headers["content-length"]))))
            self.send_response(200)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    assert tracing({}) is None
    assert tracing({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1", "OTEL_SDK_DISABLED": "true"}) is None
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", f"http://127.0.0.1:{server.server_address[1]}")
        traces = tracing()
        assert traces is not None
        traces.export(Trail("/api/ask"), 200)
        traces.close()
    finally:
        server.shutdown()
        server.server_close()
    assert [path for path, _ in got] == ["/v1/traces"]
    assert b"/api/ask" in got[0][1]
    assert b"nghiquyet" in got[0][1]


def test_nothing_that_sends_traces_is_imported_where_none_is_named() -> None:
    code = "import sys, qa.api, qa.reception, qa.settings as s; qa.reception.Reception(s.Settings.load()); print(*sys.modules)"
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("OTEL_", "NGHIQUYET_"))}
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=True, timeout=120)
    loaded = run.stdout.split()
    assert "qa.tracing" in loaded
    assert [m for m in loaded if m.startswith(("opentelemetry.sdk", "opentelemetry.exporter"))] == []


def test_an_endpoint_without_the_package_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "opentelemetry.exporter.otlp.proto.http.trace_exporter", None)
    with pytest.raises(SettingsError, match=r"_ENDPOINT is set, but OpenTelemetry is not installed; pip install 'nghiquyet\[otel\]'"):
        tracing({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1"})
