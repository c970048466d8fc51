"""Other systems: commands and addresses that answer well, late, brokenly or not at all; and wrong systems, each of
whose defects shows in the metric that should show it."""

import json
import random
import re
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from documents.library import bundled
from documents.resolution import Resolution
from eval.gold import UNANSWERABLE, Evidence, Gold, read_all, shipped
from eval.runs import Reply, Run, judged
from eval.systems import SystemError_, ask_system
from index.search import Hit
from tests.conftest import small_document

DOCUMENT = small_document("gl", "Gia Lai", "Kinh tế số chiếm 20% GRDP của cả tỉnh.", "Một câu khác hẳn.")
GOLD = [
    Gold("a", "kinh tế số?", "figure", (("20%",),), (), (Evidence("gl", DOCUMENT.passages[0].text, "Gia Lai"),), 60),
    Gold("b", "thời tiết?", UNANSWERABLE, (), (), (), 60, history=({"role": "user", "content": "Gia Lai?"},)),
    Gold("c", "doanh nghiệp?", "figure", (("700",),), (), (), 60),
]


def command(tmp_path: Path, source: str) -> str:
    script = tmp_path / "a system.py"
    script.write_text("import json, sys, time\n" + source, "utf-8")
    return f"'{sys.executable}' -X utf8 '{script}'"


def scored(replies: Mapping[str, Reply]) -> Run:
    return judged({"x": GOLD}, replies, [DOCUMENT])


def test_a_command_reads_questions_and_writes_answers(tmp_path: Path) -> None:
    system = command(
        tmp_path,
        """
questions = [json.loads(line) for line in sys.stdin]
assert [set(q) for q in questions] == [{"id", "question"}, {"id", "question", "history"}, {"id", "question"}]
assert questions[1]["history"] == [{"role": "user", "content": "Gia Lai?"}]
cited = [{"document_id": "gl", "quote": "Kinh tế số chiếm 20% GRDP của cả tỉnh."}]
found = [{"document_id": "gl", "start": 39, "end": 56}, {"document_id": "gl", "start": 0, "end": 38}]
print(json.dumps({"id": "b", "status": "not_found", "answer": ""}))
print(json.dumps({"id": "a", "answer": "20%", "refused": False, "citations": cited, "retrieved": found, "latency_ms": 7}))
print(json.dumps({"id": "a", "answer": "a second answer", "refused": False}))
""",
    )
    seen: list[tuple[int, int]] = []
    run = scored(ask_system(system, GOLD, [DOCUMENT], progress=lambda *step: seen.append(step)))
    assert [(v.right, v.reason) for v in run.verdicts] == [
        (True, ""),
        (True, ""),
        (False, "no answer (the command ended with exit code 0)"),
    ]
    assert run.failures == 1
    assert run.answers["a"]["citations"][0]["province"] == "Gia Lai", "told by the document"
    assert (run.report.citation_recall, run.report.latency_ms_p50) == (50.0, 7), '"c" has no answer that could cite anything'
    assert (run.retrieval.mrr, run.retrieval.recall[1], run.retrieval.recall[3]) == (0.5, 0, 1)


def test_a_late_command_is_stopped_and_what_it_said_counts(tmp_path: Path) -> None:
    source = 'print(json.dumps({"id": "a", "answer": "20%", "refused": False}), flush=True)\ntime.sleep(600)'
    started = time.monotonic()
    run = scored(ask_system(command(tmp_path, source), GOLD, [DOCUMENT], timeout=1.0))
    assert time.monotonic() - started < 60
    assert [(v.right, v.reason) for v in run.verdicts] == [
        (True, ""),
        (False, "no answer within 3 seconds"),
        (False, "no answer within 3 seconds"),
    ]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("no JSON", "no answer (the command ended with exit code 0)"),
        ("[1]", "no answer (the command ended with exit code 0)"),
        ('{"id": "a", "answer": 20, "refused": false}', '"answer" must be a string and "refused" true or false'),
        ('{"id": "a", "answer": "20%", "refused": "no"}', '"answer" must be a string and "refused" true or false'),
        ('{"id": "a", "answer": "20%", "citations": ["x"]}', '"citations" must be a list of objects'),
        ('{"id": "a", "answer": "20%", "citations": [{"quote": 1}]}', 'a citation must have "quote", and "province" or'),
        ('{"id": "a", "answer": "20%", "retrieved": [{"document_id": "gl", "start": 0, "end": 99}]}', '"retrieved" must hold'),
        ('{"id": "a", "status": "error", "error": "no model"}', "error: no model"),
    ],
)
def test_a_broken_answer_is_wrong_and_says_why(tmp_path: Path, line: str, reason: str) -> None:
    verdict = scored(ask_system(command(tmp_path, f"print({line!r})"), GOLD, [DOCUMENT])).verdicts[0]
    assert not verdict.right
    assert verdict.reason.startswith(reason)


def test_a_failing_command_gets_everything_wrong(tmp_path: Path) -> None:
    run = scored(ask_system(command(tmp_path, "sys.exit(3)"), GOLD, [DOCUMENT]))
    assert {v.reason for v in run.verdicts} == {"no answer (the command ended with exit code 3)"}
    assert run.report.accuracy == 0


@pytest.mark.parametrize(
    ("system", "message"),
    [
        ("", "an empty command"),
        ("'open", "No closing quotation"),
        ("/no/such/program -x", "/no/such/program can't be started (No such file"),
    ],
)
def test_what_is_no_command_is_refused(system: str, message: str) -> None:
    with pytest.raises(SystemError_) as raised:
        ask_system(system, GOLD, [DOCUMENT])
    assert message in str(raised.value)


def test_no_shell_reads_the_command(tmp_path: Path) -> None:
    marker = tmp_path / "marker"
    ask_system(f"{command(tmp_path, 'pass')} ; touch {marker}", GOLD, [DOCUMENT])
    assert not marker.exists()


class Handler(BaseHTTPRequestHandler):
    """Answers "a", is too slow for "b", and fails on "c"."""

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if asked["id"] == "b":
            time.sleep(1.5)
        self.send_response(500 if asked["id"] == "c" else 200)
        self.end_headers()
        self.wfile.write(json.dumps({"answer": "20% của " + asked["question"], "refused": False}).encode())

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def address() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/api/ask"
        server.shutdown()


def test_an_address_is_asked_question_by_question(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    seen: list[tuple[int, int]] = []
    run = scored(ask_system(address, GOLD, [DOCUMENT], 0.75, lambda *step: seen.append(step)))
    assert seen == [(1, 3), (2, 3), (3, 3)]
    assert run.answers["a"]["answer"] == "20% của kinh tế số?"
    assert 0 < run.answers["a"]["latency_ms"] < 750
    assert [(v.right, v.reason) for v in run.verdicts] == [(True, ""), (False, "no answer within 0.75 seconds"), (False, "HTTP status 500")]


def test_an_address_where_nobody_listens_gets_everything_wrong() -> None:
    run = scored(ask_system("http://127.0.0.1:9/", GOLD, [DOCUMENT], 5))
    assert run.failures == 3
    assert "refused" in run.verdicts[0].reason.lower()


# -- wrong systems over the shipped questions


@dataclass(frozen=True)
class Shipped:
    """The shipped questions and documents."""

    gold: list[Gold]
    documents: tuple[Resolution, ...]


@pytest.fixture(scope="module")
def all_gold() -> Shipped:
    return Shipped([g for golds in read_all(shipped()).values() for g in golds], tuple(bundled()))


def _said(gold: Gold, answer: str, citations: list[dict[str, Any]], *, refused: bool = False) -> dict[str, Any]:
    return {"id": gold.id, "question": gold.question, "status": "-", "refused": refused, "answer": answer, "citations": citations}


def oracle(gold: Gold) -> dict[str, Any]:
    """What is right, made of the gold itself: each group's first alternative, each piece of evidence cited."""
    if gold.type == UNANSWERABLE:
        return _said(gold, "Tài liệu không nêu.", [], refused=True)
    cited = [{"province": e.province or "", "quote": e.quote} for e in gold.evidence]
    return _said(gold, "; ".join(group[0] for group in gold.must_include) or "Có.", cited)


def outcome(all_gold: Shipped, system: Any, ranking: Any = None) -> Run:
    replies = {g.id: Reply(system(g), tuple(ranking(g)) if ranking else ()) for g in all_gold.gold}
    return judged({"all": all_gold.gold}, replies, all_gold.documents)


@pytest.fixture(scope="module")
def right(all_gold: Shipped) -> Run:
    return outcome(all_gold, oracle)


def test_a_right_system_is_right(right: Run) -> None:
    assert (right.report.accuracy, right.report.refusal_recall, right.report.false_refusals) == (100, 100, 0)
    assert right.report.citation_recall == 100
    assert right.report.citation_precision == 100


def test_always_refusing_shows_in_false_refusals(all_gold: Shipped) -> None:
    report = outcome(all_gold, lambda g: _said(g, "Tài liệu không nêu.", [], refused=True)).report
    assert (report.refusal_recall, report.false_refusals, report.answerable_accuracy) == (100, 100, 0)
    assert (report.citation_recall, report.citation_precision) == (0, None)


def test_always_answering_shows_in_refusal_recall(all_gold: Shipped, right: Run) -> None:
    document = all_gold.documents[0]
    quote = {"province": document.province, "quote": document.passages[5].text}
    report = outcome(all_gold, lambda g: _said(g, quote["quote"], [quote]) if g.type == UNANSWERABLE else oracle(g)).report
    assert (report.refusal_recall, report.false_refusals, report.answerable_accuracy) == (0, 0, 100)
    assert report.citation_recall == right.report.citation_recall


def test_a_wrong_citation_shows_in_the_citations_alone(all_gold: Shipped, right: Run) -> None:
    # The same quotes, said of another province.
    provinces = [d.province for d in all_gold.documents]

    def swapped(gold: Gold) -> dict[str, Any]:
        answer = oracle(gold)
        cited = [{**c, "province": next(p for p in provinces if p != c["province"])} for c in answer["citations"]]
        return {**answer, "citations": cited}

    def unrelated(gold: Gold) -> dict[str, Any]:
        answer = oracle(gold)
        return {**answer, "citations": [{**c, "quote": "Nơi nhận: như trên, lưu văn phòng."} for c in answer["citations"]]}

    for system in (swapped, unrelated):
        report = outcome(all_gold, system).report
        assert (report.accuracy, report.refusal_recall) == (100, 100)
        assert report.citation_recall is not None
        assert report.citation_recall < 10
    assert report.citation_precision is not None
    assert report.citation_precision < 5
    assert report.citations_verbatim == 0
    assert right.report.citations_verbatim is not None
    assert right.report.citations_verbatim > 90


def test_swapped_figures_show_in_the_accuracy_of_figures(all_gold: Shipped) -> None:
    def swapped(gold: Gold) -> dict[str, Any]:
        answer = oracle(gold)
        return {**answer, "answer": re.sub(r"\d", lambda m: str((int(m[0]) + 1) % 10), answer["answer"])}

    run = judged({"all": all_gold.gold}, {g.id: Reply(swapped(g)) for g in all_gold.gold}, all_gold.documents, ["type"])
    figures = run.report.slices["type"]["figure"]
    assert figures.right / figures.questions < 0.1
    assert run.report.slices["type"]["viewpoint"].right == run.report.slices["type"]["viewpoint"].questions
    assert run.report.citation_recall == 100, "the evidence is still cited"
    assert (run.report.refusal_recall, run.report.false_refusals) == (100, 0)


def test_random_passages_show_in_span_recall(all_gold: Shipped) -> None:
    passages = [p for d in all_gold.documents for p in d.passages]

    def at_random(gold: Gold) -> list[Hit]:
        return [Hit(p, 1.0) for p in random.Random(gold.id).sample(passages, 10)]

    def best_first(gold: Gold) -> list[Hit]:
        return [Hit(p, 1.0) for p in passages if any(e.document == p.document_id for e in gold.evidence)]

    found = outcome(all_gold, oracle, at_random)
    assert found.report.accuracy == 100
    assert found.retrieval.recall[5] < 0.1
    assert found.retrieval.mrr < 0.1
    whole = outcome(all_gold, oracle, best_first).retrieval
    assert whole.recall[10] < 0.2, "the evidence is somewhere among a whole document's passages"
    assert whole.mrr > 0
