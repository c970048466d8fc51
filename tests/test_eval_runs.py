"""Runs over a small hand-written assistant: what is asked, printed, written, and returned."""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from documents.resolution import Passage, Resolution
from eval import processes, speed
from eval.gold import GoldError
from eval.runs import command, evaluate
from index.search import Hit
from qa.answer import Answer, Citation, Status

TEXT = "Kinh tế số chiếm tối thiểu 20% GRDP của tỉnh.\nTrên 700 doanh nghiệp số."
DOCUMENT = Resolution(
    id="gia-lai-04-nq-tu",
    title="Nghị quyết",
    kind="Nghị quyết",
    province="Gia Lai",
    body="",
    nature="",
    text=TEXT,
    sections=(),
    passages=(
        Passage("gl#0", "gia-lai-04-nq-tu", (), 0, 45, TEXT[:45]),
        Passage("gl#1", "gia-lai-04-nq-tu", (), 46, 72, TEXT[46:]),
    ),
)


@dataclass
class Parrot:
    """Finds the economy first and cites it; refuses what asks about the weather; breaks on "hỏng"."""

    index: Any
    asked: list[tuple[str, tuple[Mapping[str, str], ...]]]

    def ask(self, question: str, history: Sequence[Mapping[str, str]] = ()) -> Answer:
        self.asked.append((question, tuple(history)))
        if "hỏng" in question:
            raise RuntimeError("no more seed")
        if "thời tiết" in question:
            return Answer(Status.NOT_FOUND, "Tài liệu không nêu.", latency_ms=1.0)
        quote = DOCUMENT.passages[0].text
        citation = Citation(1, DOCUMENT.id, "Nghị quyết", None, "Gia Lai", None, "", None, 0, 45, quote)
        return Answer(Status.ANSWERED, f"{quote} [1]", (citation,), latency_ms=3.0)

    def retrieve(self, question: str, history: Sequence[Mapping[str, str]] = ()) -> list[Hit]:
        return [Hit(p, 1.0) for p in DOCUMENT.passages]


def parrot() -> Parrot:
    return Parrot(SimpleNamespace(documents=(DOCUMENT,)), [])


def line(identity: str, question: str, figure: str | None, quote: str = "", **more: Any) -> dict[str, Any]:
    return {
        "id": identity,
        "question": question,
        "type": "figure" if figure else "unanswerable",
        "style": "formal",
        "must_include": [[figure]] if figure else [],
        "must_not_include": [],
        "evidence": [{"doc": "000", "quote": quote}] if figure else [],
        "max_words": 60,
        **more,
    }


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    history = [{"role": "user", "content": "Gia Lai?"}]
    economy = line("a-1", "kinh tế số?", "20%", "Kinh tế số chiếm tối thiểu 20% GRDP", history=history)
    firms = line("a-2", "doanh nghiệp?", "700", "Trên 700 doanh nghiệp số")
    weather = line("b-1", "thời tiết?", None)
    contents = {"one": [economy, firms], "two": [weather]}
    for name, rows in contents.items():
        text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        (tmp_path / f"{name}.jsonl").write_text(text, "utf-8")
    return [tmp_path / "one.jsonl", tmp_path / "two.jsonl"]


def test_a_run_asks_everything_once_and_scores_it(files: list[Path]) -> None:
    assistant, seen = parrot(), []
    run = evaluate(files, assistant, ["type"], lambda done, total: seen.append((done, total)))
    assert assistant.asked == [
        ("kinh tế số?", ({"role": "user", "content": "Gia Lai?"},)),
        ("doanh nghiệp?", ()),
        ("thời tiết?", ()),
    ]
    assert seen == [(1, 3), (2, 3), (3, 3)]
    assert [(v.gold.id, v.right, v.reason) for v in run.verdicts] == [("a-1", True, ""), ("a-2", False, "missing 700"), ("b-1", True, "")]
    assert (run.report.accuracy, run.report.citation_recall, run.report.citations_verbatim) == (66.7, 50.0, 100.0)
    assert (run.report.latency_ms_p50, run.report.refusal_recall) == (3.0, 100.0)
    assert run.retrieval.recall == {1: 0.5, 3: 1.0, 5: 1.0, 10: 1.0}
    assert run.retrieval.mrr == 0.75
    assert {name: report.accuracy for name, (report, _) in run.reports.items()} == {"one": 50.0, "two": 100.0}
    assert run.failures == 0
    assert run.answers["a-1"]["question"] == "kinh tế số?"
    assert run.answers["b-1"]["status"] == "not_found"


def test_a_failing_question_counts_as_wrong_and_stops_nothing(files: list[Path], capsys: pytest.CaptureFixture[str]) -> None:
    more = line("c-1", "hỏng?", "20%", "Kinh tế số chiếm tối thiểu 20% GRDP")
    files[1].write_text(files[1].read_text("utf-8") + json.dumps(more, ensure_ascii=False), "utf-8")
    run = evaluate(files, parrot())
    assert (run.failures, run.report.questions, run.report.accuracy) == (1, 4, 50.0)
    assert run.verdicts[-1].reason == "RuntimeError: no more seed"
    assert command(files, parrot(), [], 0, False, None) == 1
    assert "1 questions made the assistant fail" in capsys.readouterr().err


def test_the_table_has_a_column_a_file(files: list[Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "answers.jsonl"
    assert command(files, parrot(), ["style"], 5, False, out) == 0
    said = capsys.readouterr()
    lines = [" ".join(row.split()) for row in said.out.splitlines()]
    assert lines[0] == "one two all"
    assert lines[1:3] == ["questions 2 1 3", "accuracy 50.0 100.0 66.7"]
    assert "refusal_recall - 100.0 100.0" in lines
    assert "span_recall@1 50.0 0.0 50.0" in lines
    assert "mrr 0.750 0.000 0.750" in lines
    assert lines[-6:-3] == ["", "by style", "formal 1/2 1/1 2/3"]
    assert lines[-3:] == [
        "- a-2 [figure/formal] doanh nghiệp?",
        "why: missing 700",
        "got: 'Kinh tế số chiếm tối thiểu 20% GRDP của tỉnh. [1]'",
    ]
    assert said.err == "asked 3 of 3 questions\n"
    written = [json.loads(row) for row in out.read_text("utf-8").splitlines()]
    assert [row["id"] for row in written] == ["a-1", "a-2", "b-1"]
    assert written[0]["citations"][0]["quote"] == TEXT[:45]


def test_json_is_one_object_on_stdout(files: list[Path], capsys: pytest.CaptureFixture[str]) -> None:
    assert command(files[:1], parrot(), ["type"], 1, True, None) == 0
    said = capsys.readouterr()
    report = json.loads(said.out)
    assert report["accuracy"] == 50.0
    assert report["slices"] == {"type": {"figure": {"right": 1, "questions": 2}}}
    assert report["retrieval"] == {"questions": 2, "recall": {"1": 0.5, "3": 1.0, "5": 1.0, "10": 1.0}, "mrr": 0.75}
    assert report["files"]["one"]["accuracy"] == 50.0
    assert "why: missing 700" in said.err


def test_what_can_not_be_used_is_told_before_asking(files: list[Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assistant = parrot()
    assert command([tmp_path / "none.jsonl"], assistant, [], 0, False, None) == 1
    assert "none.jsonl: can't be read" in capsys.readouterr().err
    assert command(files, assistant, ["colour"], 0, False, None) == 1
    assert "can't slice by 'colour'" in capsys.readouterr().err
    with pytest.raises(GoldError):
        evaluate([files[0], files[0]], assistant)
    assert assistant.asked == []


class Slow:
    """An embedder that takes a known time."""

    name = "slow"
    dimension = 2

    def embed(self, texts: Sequence[str], kind: str) -> Any:
        CLOCK.now += len(texts)
        return [[1.0, 0.0]] * len(texts)


CLOCK = SimpleNamespace(now=0.0)


def test_the_models_own_time_adds_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(speed.time, "perf_counter", lambda: CLOCK.now)
    timed = speed.Timed(Slow())
    timed.embed(["a", "b"], "passage")
    timed.embed(["c"], "query")
    assert (timed.seconds, timed.texts, timed.name, timed.dimension) == (3.0, 3, "slow", 2)


def test_speed_names_its_parts(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        speed.main(["--only", "warm,hot"])
    assert stopped.value.code == 2
    assert "--only: 'hot' is none of index, rebuild, cold, warm, memory" in capsys.readouterr().err


def test_a_failed_part_does_not_hide_the_others(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def broken(data: Path) -> speed.Numbers:
        raise OSError("no page")

    monkeypatch.setattr(speed, "memory", broken)
    monkeypatch.setattr(speed, "cold", lambda data: {"median_seconds": 1.25, "first_run_seconds": 2.0})
    assert speed.main(["--only", "cold,memory", "--json"]) == 1
    said = capsys.readouterr()
    assert json.loads(said.out) == {"cold": {"median_seconds": 1.25, "first_run_seconds": 2.0}, "memory": {"failed": "OSError"}}
    assert "memory: OSError: no page" in said.err


def test_a_process_that_fails_says_what_it_wrote(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("no folder", "utf-8")
    with pytest.raises(processes.ProcessError, match=r"exit code 1: .*NGHIQUYET_DATA.* is a file"):
        processes.ask_once(tmp_path / "data")


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="only Linux has /proc")
def test_resident_memory_is_in_megabytes() -> None:
    memory = processes._resident_mb(os.getpid())
    assert 10 < memory["VmRSS"] <= memory["VmHWM"] < 100_000
