"""Writing gold questions at a terminal, played from a script."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from conftest import small_document

from documents.resolution import Passage
from eval.annotate import Candidate, append, candidates, main
from eval.gold import Evidence, GoldError, read
from eval.spans import locate

GIA_LAI = small_document(
    "gia-lai", "Gia Lai", "Kinh tế số chiếm tối thiểu 20% GRDP của tỉnh;", "Năng suất lao động tăng 7%.", "Chuyển đổi số."
)
TRA_VINH = small_document("tra-vinh", "Trà Vinh", "Kinh tế số chiếm trên 10% GRDP.", "Năng suất lao động tăng 7%.")
DOCUMENTS = [GIA_LAI, TRA_VINH]
ROW: dict[str, Any] = {
    "id": "a-001",
    "question": "Bao nhiêu?",
    "type": "figure",
    "must_include": [["20%"]],
    "must_not_include": [],
    "evidence": [{"doc": "gia-lai", "quote": "20% GRDP"}],
    "max_words": 60,
}


def passages(question: str) -> list[Passage]:
    return [GIA_LAI.passages[0], TRA_VINH.passages[0]]


def play(monkeypatch: pytest.MonkeyPatch, out: Path, *typed: str, arguments: tuple[str, ...] = ()) -> int:
    monkeypatch.setattr("sys.stdin", io.StringIO("".join(line + "\n" for line in typed)))
    return main(["--out", str(out), *arguments], passages, DOCUMENTS)


def test_a_question_is_written_with_its_exact_evidence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "gold.jsonl"
    typed = ["Kinh tế số Gia Lai?", "fig", "formal", "1", "", "20% | 20 phần trăm; GRDP", "10% | 30%", "y", ""]
    assert play(monkeypatch, out, *typed) == 0
    (gold,) = read(out)
    assert (gold.id, gold.question, gold.type, gold.style, gold.provinces) == (
        "a-001",
        "Kinh tế số Gia Lai?",
        "figure",
        "formal",
        ("Gia Lai",),
    )
    assert gold.must_include == (("20%", "20 phần trăm"), ("GRDP",))
    assert gold.must_not_include == ("10%", "30%")
    assert gold.evidence == (Evidence("gia-lai", GIA_LAI.passages[0].text, "Gia Lai"),)
    assert gold.max_words == 60
    said = capsys.readouterr()
    assert "[2] Trà Vinh | \n    Kinh tế số chiếm trên 10% GRDP." in said.out
    assert "written: a-001" in said.out
    assert said.err == f"1 questions written to {out}\n"


def test_pasted_text_is_located_exactly_and_asked_for_where_it_stands_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "gold.jsonl"
    evidence = ["", "đứng ở đâu đó", "năng  suất LAO động tăng 7%", "2", "chiếm tối thiểu 20%", ""]
    typed = ["Cả hai tỉnh?", "compare", "colloquial", *evidence, "", "7%; 20%", "", "yes"]
    assert play(monkeypatch, out, *typed, arguments=("--prefix", "new")) == 0
    (gold,) = read(out)
    assert gold.id == "new-001"
    assert gold.provinces == ("Trà Vinh", "Gia Lai")
    assert [(e.document, e.quote) for e in gold.evidence] == [
        ("tra-vinh", "Năng suất lao động tăng 7%"),
        ("gia-lai", "chiếm tối thiểu 20%"),
    ]
    assert gold.max_words == 220


def test_an_unanswerable_question_needs_no_evidence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "gold.jsonl"
    assert play(monkeypatch, out, "Trời mưa không?", "unans", "x", "typo", "", "y") == 0
    (gold,) = read(out)
    assert (gold.type, gold.style, gold.evidence, gold.must_include) == ("unanswerable", "typo", (), ())


def test_problems_are_shown_before_writing_and_n_writes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "gold.jsonl"
    assert play(monkeypatch, out, "Kinh tế số?", "figure", "formal", "1", "", "30%", "", "n", "") == 0
    said = capsys.readouterr().out
    assert "! this question: must_include[0]: no evidence holds '30%'" in said
    assert "not written" in said
    assert not out.exists()
    append(out, ROW | {"question": "Kinh tế số?"})
    assert play(monkeypatch, out, "kinh tế số", "figure", "formal", "1", "", "20%", "", "y") == 0
    assert "! this question: question: a duplicate of 'a-001'" in capsys.readouterr().out
    assert [g.id for g in read(out)] == ["a-001", "a-002"], "who says y all the same is believed"


def test_an_ambiguous_or_unknown_type_is_asked_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert play(monkeypatch, tmp_path / "gold.jsonl", "Gì?", "", "riddle", "t", "form") == 0
    assert "'riddle' is none of them" in capsys.readouterr().out


def test_the_end_of_input_ends_the_session_without_half_a_question(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "gold.jsonl"
    assert play(monkeypatch, out, "Kinh tế số?", "figure", "formal", "1") == 0
    assert not out.exists()


def feedback(path: Path, *rows: object) -> Path:
    path.write_text("".join((r if isinstance(r, str) else json.dumps(r, ensure_ascii=False)) + "\n" for r in rows), "utf-8")
    return path


@pytest.mark.parametrize("option", ["--from-feedback", "--from-unanswered"])
def test_reported_questions_become_gold(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], option: str
) -> None:
    source = feedback(
        tmp_path / "feedback.jsonl",
        {"question": "Kinh tế số Gia Lai?", "comment": "phải là 20%", "answer": "30%"},
        {"question": "bỏ qua"},
        {"question": "kte so tra vinh"},
        {"question": "Kinh tế số Gia Lai?"},
        {"question": "đã có"},
    )
    out = tmp_path / "gold.jsonl"
    append(out, ROW | {"question": "đã có"})
    typed = ["", "figure", "formal", "1", "", "20%", "", "y"]
    typed += ["-"]
    typed += ["Kinh tế số Trà Vinh?", "figure", "abbrev", "2", "", "10%", "", "y"]
    assert play(monkeypatch, out, *typed, arguments=(option, str(source))) == 0
    assert [g.question for g in read(out)] == ["đã có", "Kinh tế số Gia Lai?", "Kinh tế số Trà Vinh?"]
    said = capsys.readouterr()
    assert "(phải là 20%)" in said.out
    assert "2 questions written" in said.err
    done = feedback(tmp_path / "done.jsonl", {"question": "đã có"})
    assert play(monkeypatch, out, arguments=(option, str(done))) == 0
    assert capsys.readouterr().err == f"{done}: no question that isn't in {out} already\n"


def test_candidates_come_once_and_errors_name_the_line(tmp_path: Path) -> None:
    path = feedback(tmp_path / "f.jsonl", {"question": " Gì? ", "comment": None}, {"question": "Gì?", "comment": "x"}, {"question": "Ai?"})
    assert candidates(path) == [Candidate("Gì?"), Candidate("Ai?")]
    for row, said in [({"comment": "x"}, "line 1: question: a non-empty string is wanted, not None"), ("[", "line 1: no JSON")]:
        with pytest.raises(GoldError, match=said):
            candidates(feedback(path, row))
    assert main(["--out", str(tmp_path / "o.jsonl"), "--from-feedback", str(tmp_path / "none")], passages, DOCUMENTS) == 1


def test_appending_keeps_what_is_there(tmp_path: Path) -> None:
    out = tmp_path / "gold.jsonl"
    first = json.dumps(ROW, ensure_ascii=False)
    out.write_text(first, "utf-8")  # an editor left the last line open
    append(out, ROW | {"id": "a-002"})
    append(out, ROW | {"id": "a-003"})
    assert out.read_text("utf-8").startswith(first + "\n{")
    assert [g.id for g in read(out)] == ["a-001", "a-002", "a-003"]
    before = out.read_bytes()
    with pytest.raises(GoldError, match="id: 'a-002' is taken"):
        append(out, ROW | {"id": "a-002"})
    with pytest.raises(GoldError, match="max_words: a whole number above 0 is wanted"):
        append(out, ROW | {"id": "a-004", "max_words": 0})
    assert out.read_bytes() == before
    with pytest.raises(GoldError, match="can't be written"):
        append(tmp_path / "no" / "gold.jsonl", ROW)


def test_words_are_located_whatever_stands_between_them() -> None:
    def places(pasted: str) -> list[tuple[str, int, int]]:
        return [(s.document.id, s.start, s.end) for s in locate(pasted, DOCUMENTS)]

    assert places("tối thiểu 20%") == [("gia-lai", 17, 30)]
    assert [s.quote for s in locate("tối thiểu, 20%  GRDP của tỉnh;\nnăng suất", DOCUMENTS)] == ["tối thiểu 20% GRDP của tỉnh;\nNăng suất"]
    assert [s.quote for s in locate("- Chuyển đổi số.", DOCUMENTS)] == ["Chuyển đổi số."]
    assert [s.quote for s in locate("Chuyê\u0309n đô\u0309i sô\u0301", DOCUMENTS)] == ["Chuyển đổi số"], "NFD, as a PDF gives it"
    assert places("Kinh tế số chiếm") == [("gia-lai", 0, 16), ("tra-vinh", 0, 16)]
    assert places("0% GRDP") == []
    assert places(" … ") == []
