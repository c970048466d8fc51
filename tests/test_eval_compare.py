"""Comparing runs: exact p values, intervals that hold, files of answers, floors, and TREC's formats."""

import json
from pathlib import Path

import numpy as np
import pytest

from documents.resolution import Passage
from eval.compare import compare, interval, lines, main, mcnemar, outcomes
from eval.floors import FloorError, read_floors, shipped_floors
from eval.gold import Evidence, Gold, GoldError
from eval.runs import Reply
from eval.trec import qrels_lines, run_lines
from index.search import Hit
from tests.conftest import small_document


@pytest.mark.parametrize(
    ("wins", "losses", "p"),
    [(0, 0, 1.0), (1, 1, 1.0), (0, 5, 0.0625), (0, 6, 0.03125), (10, 2, 158 / 4096), (2, 10, 158 / 4096), (3, 4, 1.0)],
)
def test_mcnemar_is_the_exact_binomial(wins: int, losses: int, p: float) -> None:
    # 10 against 2: 2 * (1 + 12 + 66) / 2**12
    assert mcnemar(wins, losses) == pytest.approx(p)


def test_the_interval_is_that_of_the_mean() -> None:
    differences = [1.0] * 30 + [-1.0] * 10 + [0.0] * 60
    low, high = interval(differences)
    deviation = np.std(differences) / np.sqrt(100)
    assert low == pytest.approx(0.2 - 1.96 * deviation, abs=0.015)
    assert high == pytest.approx(0.2 + 1.96 * deviation, abs=0.015)
    assert interval(differences) == (low, high), "seeded"
    assert interval([]) == (0, 0)
    assert interval([0.0, 0.0]) == (0, 0)


def test_runs_are_paired_by_question() -> None:
    before = {"a": True, "b": True, "c": False, "gone": True}
    after = {"a": False, "b": True, "c": True, "new": False, "newer": True}
    compared = compare(before, after)
    assert (compared.questions, compared.unpaired) == (3, 3)
    assert (compared.wins, compared.losses) == (("c",), ("a",))
    assert (compared.before, compared.after, compared.difference) == pytest.approx((200 / 3, 200 / 3, 0))
    assert not compared.significant_loss


def test_only_a_loss_beyond_chance_is_significant() -> None:
    better = {str(n): True for n in range(6)}
    worse = dict.fromkeys(better, False)
    assert compare(better, worse).significant_loss
    assert not compare(worse, better).significant_loss
    assert not compare(dict(list(better.items())[:5]), worse).significant_loss
    assert compare({}, {}).p == 1


def test_the_summary_names_wins_and_losses() -> None:
    compared = compare({"a": True, "b": False}, {"a": False, "b": True})
    assert list(lines(compared, {"a": "kinh tế?"})) == [
        "50.0 -> 50.0: +0.0 points [-100.0, +100.0] over 2 questions; 1 wins, 1 losses, p = 1.000",
        "  + b",
        "  - a kinh tế?",
    ]


def write(path: Path, *rows: object) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return path


def test_a_known_question_is_judged_anew_and_others_by_their_verdict(tmp_path: Path) -> None:
    gold = [Gold("a", "?", "figure", (("20%",),), (), (), 60), Gold("lost", "?", "unanswerable", (), (), (), 60)]
    file = write(
        tmp_path / "run.jsonl",
        {"id": "a", "answer": "20%", "refused": False, "verdict": {"right": False}},
        {"id": "other", "verdict": {"right": True}},
        {"id": "unknown", "answer": "5", "refused": False},
    )
    assert outcomes(file, gold) == {"a": True, "other": True}
    file = write(tmp_path / "run.jsonl", {"id": "a", "verdict": {"right": False}})
    assert outcomes(file) == {"a": False}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[]", "line 1: a JSON object is wanted, not list"),
        ("\n{", "line 2: no JSON"),
        ('{"id": 1}', "line 1: id: a string is wanted, not 1"),
        ('{"id": "a", "answer": "x"}', 'line 1: no "verdict"; a file as `nghiquyet eval --answers` writes it is wanted'),
        ('{"id": "a", "verdict": {"right": true}}\n' * 2, "line 2: id: 'a' comes twice"),
    ],
)
def test_a_file_that_can_not_be_compared_says_why(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "run.jsonl").write_text(text, "utf-8")
    with pytest.raises(GoldError) as raised:
        outcomes(tmp_path / "run.jsonl")
    assert message in str(raised.value)


def test_two_files_from_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rights = [{"id": str(n), "verdict": {"right": True}} for n in range(6)]
    before = write(tmp_path / "before.jsonl", *rights)
    after = write(tmp_path / "after.jsonl", *({**row, "verdict": {"right": False}} for row in rights))
    assert main([str(before), str(after), "--json"]) == 1
    said = json.loads(capsys.readouterr().out)
    assert (said["difference"], said["p"], said["significant_loss"]) == (-100, 0.03125, True)
    assert main([str(after), str(before)]) == 0
    assert main([str(tmp_path / "none.jsonl"), str(before)]) == 1
    assert "none.jsonl: can't be read" in capsys.readouterr().err


# -- floors


def test_the_shipped_floors_bound_every_shipped_file() -> None:
    floors = read_floors(shipped_floors())
    assert set(floors) == {"dev", "test", "tune"}
    for bounds in floors.values():
        assert {"accuracy", "refusal_recall", "citation_recall", "span_recall@5"} <= set(bounds["at_least"])
        assert set(bounds["at_most"]) == {"false_refusals"}
        assert bounds["at_least"]["citations_verbatim"] == 100


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[dev", "can't be read as TOML"),
        ("dev = 1", "[dev]: tables [dev.at_least] and [dev.at_most] are wanted"),
        ("[dev.least]\naccuracy = 1", "[dev]: tables [dev.at_least] and [dev.at_most] are wanted"),
        ("[dev.at_least]\nspeed = 1", "[dev.at_least] speed: no metric; choose from accuracy, accuracy_concise"),
        ("[dev.at_least]\naccuracy = true", "[dev.at_least] accuracy: a number is wanted, not True"),
    ],
)
def test_floors_that_can_not_be_used_say_why(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "floors.toml").write_text(text, "utf-8")
    with pytest.raises(FloorError) as raised:
        read_floors(tmp_path / "floors.toml")
    assert message in str(raised.value)


# -- TREC

LINES = ("Kinh tế số chiếm 20% GRDP của cả tỉnh;", "Năng suất lao động tăng 7% mỗi năm một lần.", "Đào tạo cán bộ.")


def test_a_trec_run_keeps_the_order() -> None:
    passages = [Passage(f"x#{n}", "x", (), 0, 1, "a") for n in range(3)]
    hits = (Hit(passages[2], 0.5), Hit(passages[0], 0.5), Hit(passages[1], 0.25))
    assert list(run_lines({"q 1": Reply({}, hits), "q2": Reply({})}, "my system")) == [
        "q_1 Q0 x#2 1 0.500000 my_system",
        "q_1 Q0 x#0 2 0.499999 my_system",
        "q_1 Q0 x#1 3 0.250000 my_system",
    ]


def test_qrels_hold_what_covers_evidence_by_itself() -> None:
    documents = {name: small_document(name, province, *LINES) for name, province in (("x", "Gia Lai"), ("y", "Trà Vinh"))}
    whole = Gold("a", "?", "figure", (), (), (Evidence("x", LINES[1]),), 60)
    across = Gold("b", "?", "list", (), (), (Evidence("y", "tăng 7% mỗi năm một lần.\nĐào tạo cán bộ."),), 60)
    nothing = Gold("c", "?", "unanswerable", (), (), (), 60)
    assert list(qrels_lines([whole, across, nothing], documents)) == ["a 0 x#1 1"], 'no passage covers the evidence of "b" by itself'
