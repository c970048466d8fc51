"""Scores of outlines and targets: small examples with the reference scripts' numbers, and the scripts themselves where they are."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from documents.library import bundled
from eval.gold import GoldError
from eval.structure import main, outlines, score_outline, score_targets

ROOT = Path(__file__).resolve().parents[1]
REFERENCE = ROOT.parent / "shared" / "eval"
OUTLINE = {
    "002": [["I. Mục tiêu"], ["I. Mục tiêu", "1. Chung"], ["I. Mục tiêu", "2. Cụ thể"], ["II. NHIỆM VỤ"]],
    "004": [["A"], ["A", "B"]],
}
FOUND = {
    "002": [["I- MỤC TIÊU:"], ["I. Mục tiêu", "1.  chung"], ["I. Mục tiêu", "3. Khác"], ["II. Nhiệm vụ"], ["II. Nhiệm vụ."]],
    "004": [["a"]],
}
# `score_outline.py GOLD 002=… 004=…` on these, and the same with 002 alone.
OUTLINE_SAID = "outline precision 0.800 recall 0.667 F1 0.727 (5 predicted, 6 gold)"
OUTLINE_SAID_002 = "outline precision 0.750 recall 0.750 F1 0.750 (4 predicted, 4 gold)"


def target(value: float, quote: str, *, year: int | None = 2025, unit: str = "%", level: str | None = None, **more: Any) -> dict[str, Any]:
    return {"year": year, "value": value, "unit": unit, "level": level, "quote": quote, **more}


WORDS = "hồ sơ công việc tại cấp tỉnh, huyện, xã được xử lý trên mạng"
TARGETS = [
    target(90, WORDS, level="tỉnh", doc="002", id="t-1"),
    target(90, WORDS, level="huyện", doc="002", id="t-2"),
    target(60, WORDS, level="xã", doc="002", id="t-3"),
    target(20, "kinh tế số chiếm tối thiểu 20% GRDP", year=2030, doc="002", id="t-4"),
    target(700, "trên 700 doanh nghiệp số", unit="doanh nghiệp", doc="002", id="t-5"),
]
READ = [
    target(90, WORDS, level="huyện", province="Trà Vinh"),
    target(90, WORDS, level="tỉnh", province="Trà Vinh"),
    target(60.0000001, WORDS, level=None, province="Trà Vinh"),  # the level is missing
    target(20, "kinh tế số chiếm tối thiểu 20% GRDP", province="Trà Vinh"),  # another year
    target(700, "700 công ty nào khác hẳn", unit="công ty", province="Trà Vinh"),  # other words
    target(None, "không có giá trị", province="Trà Vinh"),  # type: ignore[arg-type]
    target(90, WORDS, level="tỉnh", province="Bình Định"),  # a province without gold
]
# `score_targets.py GOLD PREDICTED` on these.
TARGETS_SAID = "targets precision 0.500 recall 0.600 level+unit 0.667 (6 predicted, 5 gold)"


def written(path: Path, rows: list[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in rows), "utf-8")
    return path


@pytest.fixture
def outline_files(tmp_path: Path) -> list[str]:
    gold = written(tmp_path / "gold.jsonl", [{"doc": doc, "path": p} for doc, paths in OUTLINE.items() for p in paths])
    found = [f"{doc}={written(tmp_path / f'{doc}.jsonl', [{'path': p, 'start': 0} for p in paths])}" for doc, paths in FOUND.items()]
    return [str(gold), *found]


@pytest.fixture
def target_files(tmp_path: Path) -> list[str]:
    return [str(written(tmp_path / "gold.jsonl", TARGETS)), str(written(tmp_path / "pred.jsonl", READ))]


def test_outlines_worked_by_hand() -> None:
    score = score_outline(OUTLINE, FOUND)
    assert (score.hits, score.predicted, score.gold) == (4, 5, 6)
    assert (score.precision, score.recall) == (4 / 5, 4 / 6)
    assert score.f1 == pytest.approx(2 * 0.8 * (4 / 6) / (0.8 + 4 / 6))
    assert score.missed == (("002", ("i mục tiêu", "2 cụ thể")), ("004", ("a", "b")))
    assert score.extra == (("002", ("i mục tiêu", "3 khác")),)
    assert score_outline(OUTLINE, {}).f1 == 0
    assert score_outline(OUTLINE, {"002": []}).recall == 0


def test_targets_worked_by_hand() -> None:
    score = score_targets(TARGETS, READ)
    assert (score.hits, score.predicted, score.gold, score.attributes) == (3, 6, 5, 2)
    assert (score.precision, score.recall, score.level_and_unit) == (3 / 6, 3 / 5, 2 / 3)
    assert [g["id"] for g in score.missed] == ["t-4", "t-5"]
    assert [p["value"] for p in score.extra] == [20, 700, None]
    assert score_targets(TARGETS, []).level_and_unit == 0


def test_the_commands_say_what_the_reference_said(outline_files: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["outline", *outline_files]) == 0
    assert main(["outline", *outline_files[:2]]) == 0
    assert capsys.readouterr().out.splitlines() == [OUTLINE_SAID, OUTLINE_SAID_002]
    targets = [str(written(tmp_path / "t.jsonl", TARGETS)), str(written(tmp_path / "p.jsonl", READ))]
    assert main(["targets", *targets, "--missed"]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0] == TARGETS_SAID
    assert [line.split()[0] for line in said[1:]] == ["missed"] * 2 + ["extra"] * 3


@pytest.mark.skipif(not (REFERENCE / "score_targets.py").is_file(), reason="the reference scorers are not beside this checkout")
def test_the_references_themselves_say_the_same_today(outline_files: list[str], tmp_path: Path) -> None:
    def said(script: str, *arguments: str) -> str:
        command = [sys.executable, str(REFERENCE / script), *arguments]
        return subprocess.run(command, capture_output=True, encoding="utf-8", check=True, timeout=60).stdout.strip()

    assert said("score_outline.py", *outline_files) == OUTLINE_SAID
    assert said("score_outline.py", *outline_files[:2]) == OUTLINE_SAID_002
    targets = [str(written(tmp_path / "t.jsonl", TARGETS)), str(written(tmp_path / "p.jsonl", READ))]
    assert said("score_targets.py", *targets) == TARGETS_SAID
    # And on the gold itself, read as a prediction.
    gold = outlines(REFERENCE / "outline_dev.jsonl")
    assert score_outline(gold, gold).f1 == pytest.approx(1)
    rows = [json.loads(line) for line in (REFERENCE / "targets_dev.jsonl").read_text("utf-8").splitlines()]
    provinces = {"002": "Trà Vinh", "004": "Bình Định"}
    predicted = [r | {"province": provinces[r["doc"]]} for r in rows]
    score = score_targets(rows, predicted)
    line = said("score_targets.py", str(REFERENCE / "targets_dev.jsonl"), str(written(tmp_path / "all.jsonl", predicted)))
    counted = f"({score.predicted} predicted, {score.gold} gold)"
    assert line == f"targets precision {score.precision:.3f} recall {score.recall:.3f} level+unit {score.level_and_unit:.3f} {counted}"


def test_without_predictions_the_bundled_outlines_are_scored(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    document = next(d for d in bundled() if d.id == "tra-vinh-2022")
    paths = {s.path for s in document.sections}
    gold = written(tmp_path / "gold.jsonl", [{"doc": "002", "path": list(p)} for p in sorted(paths)])
    assert main(["outline", str(gold)]) == 0
    assert capsys.readouterr().out == f"outline precision 1.000 recall 1.000 F1 1.000 ({len(paths)} predicted, {len(paths)} gold)\n"


def test_what_can_not_be_used_is_told(target_files: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = written(tmp_path / "bad.jsonl", [{"province": "Trà Vinh", "year": 2025, "quote": "x"}])
    assert main(["targets", target_files[0], str(rows)]) == 1
    assert capsys.readouterr().err == f"{rows}, line 1: value: missing; wanted are province, year, value, quote\n"
    gold = written(tmp_path / "outline.jsonl", [{"doc": "002", "path": ["A"]}])
    assert main(["outline", str(gold), "tv.jsonl"]) == 1
    assert capsys.readouterr().err == "tv.jsonl: DOC=FILE is wanted, with DOC out of 002\n"
    with pytest.raises(GoldError, match=r"none\.jsonl: can't be read"):
        outlines(tmp_path / "none.jsonl")
    with pytest.raises(SystemExit) as stopped:
        main(["targets"])
    assert stopped.value.code == 2
