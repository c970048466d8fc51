"""The arithmetic of scores: hand-worked examples, and agreement with the reference scorer on a file full of faults."""

import json
import subprocess
import sys
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.library import bundled
from documents.resolution import Passage, Resolution
from eval.gold import Evidence, Gold, read, shipped
from eval.matching import COVERED, contains, covers, holds, plain, words
from eval.metrics import Report, Slice, judge, quantile, score, texts_by_province
from eval.retrieval import found, measure, reciprocal_rank

ROOT = Path(__file__).resolve().parents[1]
ANSWERS = ROOT / "tests" / "data" / "eval_answers.jsonl"
EXPECTED = json.loads((ROOT / "tests" / "data" / "eval_expected.json").read_text("utf-8"))
REFERENCE = ROOT.parent / "shared" / "eval" / "score.py"
SEEDS = ROOT.parent / "shared" / "seeds"
DEV = next(path for path in shipped() if path.stem == "dev")


def question(**changes: Any) -> Gold:
    fields: dict[str, Any] = {
        "id": "t-1",
        "question": "Bao nhiêu?",
        "type": "figure",
        "must_include": (("20%", "hai mươi"),),
        "must_not_include": (),
        "evidence": (),
        "max_words": 5,
    }
    return Gold(**(fields | changes))


def answers() -> dict[str, dict[str, Any]]:
    rows = [json.loads(line) for line in ANSWERS.read_text("utf-8").splitlines()]
    return {row["id"]: row for row in rows}


def reported(gold: list[Gold], by: tuple[str, ...] = ("type", "style", "prefix")) -> Report:
    return score(gold, answers(), texts_by_province(bundled()), by)


def numbers(report: Report) -> dict[str, Any]:
    return {name: value for name, value in report.to_json().items() if name != "slices"}


# -- matching


def test_plain_makes_forms_of_one_text_equal() -> None:
    assert plain("**Giai đoạn** 2021 – 2025:\n20\u00a0%") == "giai đoạn 2021-2025: 20%"
    assert plain(unicodedata.normalize("NFD", "Nghị quyết")) == "nghị quyết"
    assert plain("5% − 10 %") == "5%-10%"


@pytest.mark.parametrize(
    ("text", "needle", "held"),
    [
        ("đạt 20% GRDP", "20%", True),
        ("đạt **20** %", "20%", True),
        ("đạt 120% GRDP", "20%", False),
        ("đạt 1,20% GRDP", "20%", False),
        ("xếp thứ 105/63", "05/63", False),
        ("năm 2025", "2025", True),
        ("năm 2025.", "2025", True),
        ("2025,5", "2025", False),
        ("20256", "2025", False),
        ("11.5", "11", False),
        ("hạng 24 (ICT)", "hạng 24", True),
        ("hạng 245", "hạng 24", False),
    ],
)
def test_a_figure_is_never_a_piece_of_a_longer_one(text: str, needle: str, held: bool) -> None:
    assert holds(text, needle) is held


def test_words_count_as_the_reference_does() -> None:
    assert words("Tăng **11,5%**/năm [1].") == ["tăng", "11", "5", "năm", "1"]


def test_covering_wants_four_fifths_in_one_run() -> None:
    evidence = "a1 b2 c3 d4 e5 f6 g7 h8 i9 k10"
    assert covers("x a1 b2 c3 d4 e5 f6 g7 h8 y", evidence)
    assert not covers("x a1 b2 c3 d4 e5 f6 g7 y h8 i9 k10", evidence)
    assert covers("c3 d4 e5 f6 g7 h8", evidence), "a piece of six words is told from others"
    assert not covers("c3 d4 e5 f6 g7", evidence)
    assert not contains("c3 d4 e5 f6 g7 h8", evidence)
    assert not covers("", evidence)


@given(st.lists(st.sampled_from(["ab", "cd", "ef", "ab1"]), max_size=14), st.lists(st.sampled_from(["ab", "cd", "ef", "ab1"]), max_size=8))
def test_the_shortcut_to_containing_changes_nothing(text: list[str], evidence: list[str]) -> None:
    within, n = " ".join(text), len(evidence)
    runs = [b - a for a in range(n) for b in range(a + 1, n + 1) if " ".join(evidence[a:b]) in within]
    assert contains(within, " ".join(evidence)) is (bool(text) and max(runs, default=0) >= COVERED * n)


# -- one answer


@pytest.mark.parametrize(
    ("gold", "answer", "reason"),
    [
        (question(), {"answer": "Là 20%."}, ""),
        (question(), {"answer": "Là hai mươi."}, ""),
        (question(), {"answer": "Là 120%."}, "missing 20%"),
        (question(), {"answer": "Là 20%.", "refused": True}, "refused"),
        (question(), {"answer": " ** "}, "empty"),
        (question(), {}, "empty"),
        (question(must_include=(("20%",), ("GRDP", "tổng sản phẩm"))), {"answer": "Là 30%."}, "missing 20% & GRDP"),
        (question(must_not_include=("30%",)), {"answer": "20% hay 30%"}, "holds 30%"),
        (question(), {"answer": "20% " + "từ " * 9}, ""),
        (question(), {"answer": "20% " + "từ " * 10}, "too long: 11 words"),
        (question(type="unanswerable", must_include=()), {"answer": "Không rõ.", "refused": True}, ""),
        (question(type="unanswerable", must_include=()), {"answer": "Là 20%."}, "answered"),
        (question(type="unanswerable", must_include=()), {}, "answered"),
    ],
)
def test_judging_says_why(gold: Gold, answer: dict[str, Any], reason: str) -> None:
    verdict = judge(gold, answer)
    assert (verdict.right, verdict.reason) == (not reason, reason)


def test_concise_allows_the_words_once_not_twice() -> None:
    assert judge(question(), {"answer": "20% " + "từ " * 4}).concise
    long = judge(question(), {"answer": "20% " + "từ " * 5})
    assert (long.right, long.words, long.concise) == (True, 6, False)


# -- a report


def test_a_report_worked_by_hand() -> None:
    gold = [
        question(id="a-1", evidence=(Evidence("d", "chiếm tối thiểu 20% GRDP", "Gia Lai"),)),
        question(id="a-2", type="list", max_words=2, evidence=(Evidence("d", "gồm ba đô thị lớn nhất", None),)),
        question(id="b-1", type="unanswerable", must_include=()),
        question(id="b-2", type="unanswerable", must_include=()),
    ]
    given = {
        "a-1": {
            "answer": "20% [1][2]",
            "refused": False,
            "latency_ms": 10.0,
            "citations": [
                {"province": "Gia Lai", "quote": "kinh tế số chiếm tối thiểu 20% GRDP"},
                {"province": "Gia Lai", "quote": "một câu khác"},
            ],
        },
        "a-2": {
            "answer": "hai mươi từ nữa",
            "refused": False,
            "latency_ms": 30.0,
            "citations": [{"province": "Trà Vinh", "quote": "Gồm ba đô thị lớn nhất."}],
        },
        "b-1": {"answer": "Không rõ.", "refused": True, "latency_ms": 20.0, "citations": []},
    }
    texts = {"Gia Lai": "- Kinh tế số chiếm tối thiểu 20 % GRDP;", "Trà Vinh": "gồm 4 đô thị"}
    report = score(gold, given, texts, ["type", "prefix"])
    assert report == Report(
        questions=4,
        accuracy=75.0,
        accuracy_concise=50.0,
        figure_words_median=3,
        answerable_accuracy=100.0,
        refusal_recall=50.0,
        false_refusals=0.0,
        citation_recall=100.0,
        citation_precision=66.7,
        citations_verbatim=33.3,
        latency_ms_p50=20.0,
        latency_ms_p95=30.0,
        slices={
            "type": {"figure": Slice(1, 1), "list": Slice(1, 1), "unanswerable": Slice(1, 2)},
            "prefix": {"a": Slice(2, 2), "b": Slice(1, 2)},
        },
    )


def test_nothing_asked_gives_no_rates() -> None:
    assert set(numbers(score([], {}, {})).values()) == {0, None}


def test_an_unknown_slice_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match=r"can't slice by 'colour'; choose from type, style"):
        score([question()], {}, {}, ["colour"])


def test_quantiles_are_values_that_occurred() -> None:
    assert quantile([1, 2, 3, 4], 0.5) == 3
    assert quantile(list(range(100)), 0.95) == 95
    assert quantile([7], 0.95) == 7


@pytest.mark.parametrize("part", ["answered_only", "all_of_dev"])
def test_every_number_agrees_with_the_reference(part: str) -> None:
    gold = read(DEV)
    if part == "answered_only":
        gold = [g for g in gold if g.id in EXPECTED["questions"]]
    report = reported(gold)
    assert numbers(report) == EXPECTED[part]["numbers"]
    slices = {name: {value: [s.right, s.questions] for value, s in values.items()} for name, values in report.slices.items()}
    assert slices == EXPECTED[part]["slices"]


def test_every_reason_agrees_with_the_reference() -> None:
    given = answers()
    verdicts = [judge(g, given.get(g.id, {})) for g in read(DEV) if g.id in EXPECTED["questions"]]
    assert {v.gold.id: v.reason for v in verdicts if not v.right} == EXPECTED["answered_only"]["wrong"]


@pytest.mark.skipif(not REFERENCE.is_file(), reason="the reference scorer is not beside this checkout")
def test_the_reference_itself_says_the_same_today() -> None:
    command = [sys.executable, str(REFERENCE), str(DEV), str(ANSWERS), "--seeds", str(SEEDS), "--json"]
    said = subprocess.run(command, capture_output=True, encoding="utf-8", check=True, timeout=60).stdout
    assert numbers(reported(read(DEV))) == json.loads(said.splitlines()[0])


# -- rankings

GOALS = ("Kinh tế số chiếm 20% GRDP của cả tỉnh;", "Năng suất lao động tăng 7% mỗi năm một lần.")
TASK = "Đào tạo cán bộ số."
TEXT = f"I. MỤC TIÊU\n- {GOALS[0]}\n- {GOALS[1]}\nII. NHIỆM VỤ\n- {TASK}"


def document(identity: str, province: str) -> Resolution:
    pieces = [(GOALS[0], "I. MỤC TIÊU"), (GOALS[1], "I. MỤC TIÊU"), (TASK, "II. NHIỆM VỤ")]
    spans = [(TEXT.index(piece), TEXT.index(piece) + len(piece), (heading,)) for piece, heading in pieces]
    passages = tuple(Passage(f"{identity}#{i}", identity, path, a, b, TEXT[a:b]) for i, (a, b, path) in enumerate(spans))
    return Resolution(identity, "", "", province, "", "", TEXT, (), passages)


LIBRARY = {"x": document("x", "Gia Lai"), "y": document("y", "Trà Vinh")}


def asking(identity: str, *quotes: str, of: str = "x") -> Gold:
    return question(id=identity, evidence=tuple(Evidence(of, quote) for quote in quotes))


def passages(*ids: str) -> list[Passage]:
    return [p for i in ids for d in LIBRARY.values() for p in d.passages if p.id == i]


def test_span_recall_and_mrr_worked_by_hand() -> None:
    both = asking("both", "Kinh tế số chiếm 20% GRDP của cả tỉnh", "- Đào tạo cán bộ số.")
    first = asking("first", "- Năng suất lao động tăng 7% mỗi năm một lần.")
    lost = asking("lost", "Năng suất lao động tăng 7% mỗi năm")
    rankings = {"both": passages("x#2", "x#1", "x#0"), "first": passages("y#1", "x#1")}
    measured = measure([both, first, lost, question(id="none")], rankings, LIBRARY, cuts=(1, 2, 3))
    assert measured.questions == 3, "a question without evidence is left out, one without a ranking is not"
    assert measured.recall == pytest.approx({1: 0, 2: 1 / 3, 3: 2 / 3})
    assert measured.mrr == pytest.approx((1 + 1 / 2 + 0) / 3)


def test_the_same_words_of_another_document_are_not_the_evidence() -> None:
    assert reciprocal_rank(asking("q", "Đào tạo cán bộ số."), passages("y#2"), LIBRARY) == 0
    assert reciprocal_rank(asking("q", "Đào tạo cán bộ số.", of="y"), passages("y#2"), LIBRARY) == 1


def test_evidence_across_two_passages_wants_both() -> None:
    across = asking("q", "của cả tỉnh;\n- Năng suất lao động tăng")
    assert not found(across, passages("x#0"), LIBRARY)
    assert found(across, passages("x#1", "x#0"), LIBRARY)
    assert not found(across, passages("x#0", "y#1"), LIBRARY)


def test_a_heading_is_seen_with_the_passages_below_it() -> None:
    assert found(asking("q", "II. NHIỆM VỤ"), passages("x#2"), LIBRARY)
    assert not found(asking("q", "II. NHIỆM VỤ"), passages("x#0", "x#1"), LIBRARY)
