"""Runs over a small hand-written assistant: what is asked, printed, written, and returned."""

import argparse
import json
import math
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from documents.resolution import Passage, Resolution
from eval import processes, speed
from eval.command import command
from eval.gold import GoldError
from eval.memo import Memo, remembering
from eval.options import add_arguments
from eval.runs import collect, evaluate
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


def said_by(assistant: Any, *arguments: object) -> int:
    """The exit code of `nghiquyet eval` with these arguments."""
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    return command(parser.parse_args([str(a) for a in arguments]), lambda: assistant)


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
    assert said_by(parrot(), *files) == 1
    assert "1 questions got no usable answer; see --wrong" in capsys.readouterr().err


def test_the_table_has_a_column_a_file(files: list[Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "answers.jsonl"
    assert said_by(parrot(), *files, "--by", "style", "--wrong", 5, "--answers", out) == 0
    said = capsys.readouterr()
    lines = [" ".join(row.split()) for row in said.out.splitlines()]
    assert lines[0] == "one two all"
    assert lines[1:3] == ["questions 2 1 3", "accuracy 50.0 100.0 66.7"]
    assert "refusal_recall - 100.0 100.0" in lines
    assert "span_recall@1 50.0 0.0 50.0" in lines
    assert "mrr 0.750 0.000 0.750" in lines
    assert "missing 0.000 0.000 0.000" in lines
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
    assert [row["verdict"] for row in written] == [
        {"right": True, "reason": "", "words": 11},
        {"right": False, "reason": "missing 700", "words": 11},
        {"right": True, "reason": "", "words": 4},
    ]


def test_the_usual_slices_are_shown_unless_others_are_asked_for(files: list[Path], capsys: pytest.CaptureFixture[str]) -> None:
    assert said_by(parrot(), files[0]) == 0
    lines = [" ".join(row.split()) for row in capsys.readouterr().out.splitlines()]
    assert [row for row in lines if row.startswith("by ")] == ["by type", "by style", "by provinces", "by length"]
    assert lines[-1] == "1-9 words 1/2"


def test_length_counts_the_words_of_the_question(files: list[Path]) -> None:
    long = [line(f"c-{n}", " ".join(["chữ"] * n), None) for n in (9, 10, 14, 15, 19, 20, 40)]
    files[1].write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in long), "utf-8")
    slices = evaluate(files[1:], parrot(), ["length"]).report.slices["length"]
    assert {name: part.questions for name, part in slices.items()} == {"1-9 words": 1, "10-14 words": 2, "15-19 words": 2, "20+ words": 2}


def test_a_run_is_a_data_frame(files: list[Path]) -> None:
    frame = evaluate(files, parrot()).frame()
    assert frame.loc["a-2"].drop("latency_ms").to_dict() == {
        "id": "a-2",
        "file": "one",
        "question": "doanh nghiệp?",
        "type": "figure",
        "style": "formal",
        "persona": "",
        "provinces": "",
        "length": 2,
        "right": False,
        "concise": False,
        "reason": "missing 700",
        "words": 11,
        "status": "answered",
        "refused": False,
        "answer": "Kinh tế số chiếm tối thiểu 20% GRDP của tỉnh. [1]",
        "citations": 1,
        "probability": None,
        "evidence_within_5": True,
        "reciprocal_rank": 0.5,
    }
    assert frame.groupby("file").right.mean().to_dict() == {"one": 0.5, "two": 1.0}
    assert math.isnan(frame.loc["b-1", "reciprocal_rank"]), "there is no evidence to look for"


class Embedding(Parrot):
    """A parrot with an embedder, which its answer and its ranking both need."""

    embedder: Any

    def ask(self, question: str, history: Sequence[Mapping[str, str]] = ()) -> Answer:
        self.embedder.embed([question], "query")
        return super().ask(question, history)

    def retrieve(self, question: str, history: Sequence[Mapping[str, str]] = ()) -> list[Hit]:
        self.embedder.embed([question], "query")
        return super().retrieve(question, history)


def test_nothing_is_embedded_twice_and_latencies_count_it_all_the_same(files: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    CLOCK.now = 0.0
    monkeypatch.setattr("eval.memo.time.perf_counter", lambda: CLOCK.now)
    assistant = Embedding(SimpleNamespace(documents=(DOCUMENT,)), [])
    assistant.embedder = inner = Slow()
    run = evaluate(files, assistant)
    assert CLOCK.now == 3.0, "three questions, one second each"
    assert assistant.embedder is inner, "the caller's assistant is left alone"
    assert [a["latency_ms"] for a in run.answers.values()] == [3.0, 3.0, 1.0]

    known = remembering(assistant)
    assert remembering(known) is known
    assert remembering(plain := parrot()) is plain
    gold = [v.gold for v in run.verdicts]
    collect(known, gold)
    again = collect(known, gold)
    assert CLOCK.now == 6.0, "a new memo, filled once"
    assert [r.answer["latency_ms"] for r in again.values()] == [1003.0, 1003.0, 1001.0]


def test_a_memo_gives_the_same_vectors_for_the_same_kind() -> None:
    memo = Memo(Slow())
    first = memo.embed(["a", "b", "a"], "query")
    assert first.shape == (3, 2)
    assert memo.embed([], "query").shape == (0, 2)
    CLOCK.now = 0.0
    memo.embed(["a", "b"], "query")
    memo.embed(["a"], "passage")
    assert CLOCK.now == 1.0


def test_the_gate_fails_under_a_floor_of_ones_own(files: list[Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    floors = tmp_path / "floors.toml"
    floors.write_text('[one.at_least]\naccuracy = 50.0\n"span_recall@1" = 50\n[two.at_least]\nrefusal_recall = 100\n', "utf-8")
    assert said_by(parrot(), *files, "--floors", floors) == 0
    floors.write_text('[one.at_least]\naccuracy = 50.5\nrefusal_recall = 80\n[one.at_most]\n"span_recall@3" = 99\n', "utf-8")
    capsys.readouterr()
    assert said_by(parrot(), *files, "--floors", floors, "--json") == 1
    said = capsys.readouterr()
    broken = [
        "one: accuracy is 50.0, under the floor of 50.5",
        "one: refusal_recall could not be counted, but at least 80 is wanted",
        "one: span_recall@3 is 100.0, over the ceiling of 99",
    ]
    assert json.loads(said.out)["broken_floors"] == broken
    assert said.err.splitlines()[-3:] == broken


def test_the_shipped_floors_are_for_the_shipped_files_alone(files: list[Path], tmp_path: Path) -> None:
    own = files[0].rename(tmp_path / "dev.jsonl")
    assert said_by(parrot(), own, "--gate") == 0, "half of it is wrong, but it is not the dev.jsonl that the floors are for"


def test_a_baseline_is_compared_question_by_question(files: list[Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    baseline = tmp_path / "before.jsonl"
    right = {"id": "a-2", "answer": "Trên 700.", "refused": False}
    baseline.write_text(json.dumps(right) + '\n{"id": "a-1", "answer": "30%", "refused": false}\n', "utf-8")
    assert said_by(parrot(), *files, "--baseline", baseline) == 0, "one win and one loss are no significant loss"
    said = capsys.readouterr().out.splitlines()
    at = said.index("against the baseline")
    assert said[at + 1 :] == [
        "50.0 -> 50.0: +0.0 points [-100.0, +100.0] over 2 questions; 1 wins, 1 losses, p = 1.000",
        "1 questions are in one of the runs only and left out",
        "  + a-1 kinh tế số?",
        "  - a-2 doanh nghiệp?",
    ]


def test_a_significant_loss_fails(files: list[Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [line(f"c-{n}", "doanh nghiệp?", "700", "Trên 700 doanh nghiệp số") for n in range(6)]
    files[0].write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    baseline = tmp_path / "before.jsonl"
    baseline.write_text("".join(json.dumps({"id": f"c-{n}", "answer": "700", "refused": False}) + "\n" for n in range(6)), "utf-8")
    assert said_by(parrot(), files[0], "--baseline", baseline) == 1
    assert "a significant loss (p < 0.05)" in capsys.readouterr().out
    rows.pop()
    files[0].write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    assert said_by(parrot(), files[0], "--baseline", baseline) == 0, "five of five is p = 0.0625"


def test_json_is_one_object_on_stdout(files: list[Path], capsys: pytest.CaptureFixture[str]) -> None:
    assert said_by(parrot(), files[0], "--by", "type", "--wrong", 1, "--json") == 0
    said = capsys.readouterr()
    report = json.loads(said.out)
    assert report["accuracy"] == 50.0
    assert report["measures"]["all"]["figure_accuracy"] == 0.5
    assert report["measures"]["all"]["missing"] == 0
    assert report["slices"] == {"type": {"figure": {"right": 1, "questions": 2}}}
    assert report["retrieval"] == {"questions": 2, "recall": {"1": 0.5, "3": 1.0, "5": 1.0, "10": 1.0}, "mrr": 0.75}
    assert report["files"]["one"]["accuracy"] == 50.0
    assert "why: missing 700" in said.err


def test_what_can_not_be_used_is_told_before_asking(files: list[Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assistant = parrot()
    assert said_by(assistant, tmp_path / "none.jsonl") == 1
    assert "none.jsonl: can't be read" in capsys.readouterr().err
    assert said_by(assistant, *files, "--by", "colour") == 1
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
    assert "--only: 'hot' is none of index, rebuild, add, cold, warm, search, busy, memory" in capsys.readouterr().err


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
