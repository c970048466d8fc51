"""Reading gold questions, and the questions that ship with the project."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from documents.library import bundled
from documents.normalise import nfc
from eval.gold import OTHER, STYLES, TYPES, Evidence, Gold, GoldError, parse, read, read_all, shipped
from eval.retrieval import found

GOOD: dict[str, Any] = {
    "id": "q-1",
    "question": "Bao nhiêu?",
    "type": "figure",
    "style": "formal",
    "persona": "citizen",
    "provinces": ["Gia Lai"],
    "must_include": [["20%", "20 phần trăm"]],
    "must_not_include": ["30%"],
    "evidence": [{"doc": "000", "quote": "chiếm 20%"}],
    "max_words": 60,
    "history": [{"role": "user", "content": "Chào"}],
}


def written(tmp_path: Path, *rows: object, name: str = "gold.jsonl") -> Path:
    path = tmp_path / name
    path.write_text("".join((r if isinstance(r, str) else json.dumps(r, ensure_ascii=False)) + "\n" for r in rows), "utf-8")
    return path


def test_a_line_becomes_a_question(tmp_path: Path) -> None:
    assert read(written(tmp_path, "", GOOD)) == [
        Gold(
            id="q-1",
            question="Bao nhiêu?",
            type="figure",
            must_include=(("20%", "20 phần trăm"),),
            must_not_include=("30%",),
            evidence=(Evidence("gia-lai-04-nq-tu", "chiếm 20%", "Gia Lai"),),
            max_words=60,
            style="formal",
            persona="citizen",
            provinces=("Gia Lai",),
            history=({"role": "user", "content": "Chào"},),
        )
    ]


def test_a_question_knows_its_line_and_equality_does_not_mind(tmp_path: Path) -> None:
    path = written(tmp_path, "", GOOD)
    (question,) = read(path)
    assert question.where == f"{path}, line 2"
    assert question == parse(dict(GOOD), "elsewhere")


def test_a_type_for_sets_that_know_none(tmp_path: Path) -> None:
    (question,) = read(written(tmp_path, GOOD | {"type": "other"}))
    assert question.type == OTHER
    assert OTHER not in TYPES


def test_what_nobody_needs_may_be_missing_or_added(tmp_path: Path) -> None:
    short = {k: v for k, v in GOOD.items() if k not in ("style", "persona", "provinces", "history")}
    (question,) = read(written(tmp_path, {**short, "note": "kiểm tra lại"}))
    assert (question.style, question.persona, question.provinces, question.history) == ("", "", (), ())


def test_documents_are_named_by_id_and_others_keep_their_name(tmp_path: Path) -> None:
    evidence = [{"doc": d, "quote": "x"} for d in ("000", "002", "003", "004", "cantho157")] + [
        {"doc": "hcm2820", "quote": "x", "province": "TP. Hồ Chí Minh"}
    ]
    (two,) = read(written(tmp_path, GOOD | {"evidence": evidence, "provinces": ["Cần Thơ", "Gia Lai"]}))
    assert [(e.document, e.province) for e in two.evidence] == [
        ("gia-lai-04-nq-tu", "Gia Lai"),
        ("tra-vinh-2022", "Trà Vinh"),
        ("thai-nguyen-2020", "Thái Nguyên"),
        ("binh-dinh-khoa-xx", "Bình Định"),
        ("cantho157", None),
        ("hcm2820", "TP. Hồ Chí Minh"),
    ]
    (one,) = read(written(tmp_path, GOOD | {"evidence": [{"doc": "cantho157", "quote": "x"}], "provinces": ["Cần Thơ"]}))
    assert one.evidence == (Evidence("cantho157", "x", "Cần Thơ"),)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"id": ""}, "id: a non-empty string is wanted, not ''"),
        ({"question": None}, "question: a non-empty string is wanted, not None"),
        ({"type": "figures"}, "type: 'figures' is none of figure, list, task"),
        ({"style": 3}, "style: a string is wanted, not 3"),
        ({"provinces": "Gia Lai"}, "provinces: a list of strings is wanted, not 'Gia Lai'"),
        ({"must_include": ["20%"]}, "must_include: a list of non-empty lists of strings is wanted"),
        ({"must_include": [[]]}, "must_include: a list of non-empty lists of strings is wanted"),
        ({"must_not_include": None}, "must_not_include: a list of strings is wanted"),
        ({"evidence": ["x"]}, "evidence: a list of objects is wanted"),
        ({"evidence": [{"doc": "000"}]}, 'evidence[0]: {"doc", "quote"} with strings is wanted'),
        ({"evidence": [{"doc": 0, "quote": "x"}]}, 'evidence[0]: {"doc", "quote"} with strings is wanted'),
        ({"max_words": 0}, "max_words: a whole number above 0 is wanted, not 0"),
        ({"max_words": True}, "max_words: a whole number above 0 is wanted, not True"),
        ({"history": [{"role": "bot", "content": "x"}]}, 'history[0]: {"role": "user" or "assistant", "content": string} is wanted'),
    ],
)
def test_errors_name_line_and_field(tmp_path: Path, change: dict[str, Any], said: str) -> None:
    path = written(tmp_path, GOOD, "", GOOD | {"id": "q-2"} | change)
    with pytest.raises(GoldError, match=re.escape(f"{path}, line 3: {said}")):
        read(path)


@pytest.mark.parametrize(("line", "said"), [("{", "no JSON"), ("[1]", "a JSON object is wanted, not list")])
def test_a_broken_line_is_named(tmp_path: Path, line: str, said: str) -> None:
    with pytest.raises(GoldError, match=f"line 2: {said}"):
        read(written(tmp_path, GOOD, line))


def test_a_file_that_is_missing_or_no_text(tmp_path: Path) -> None:
    with pytest.raises(GoldError, match=r"none\.jsonl: can't be read"):
        read(tmp_path / "none.jsonl")
    (tmp_path / "bytes.jsonl").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(GoldError, match=r"bytes\.jsonl: can't be read as UTF-8"):
        read(tmp_path / "bytes.jsonl")


def test_an_id_comes_once(tmp_path: Path) -> None:
    with pytest.raises(GoldError, match="line 2: id: 'q-1' stands on line 1 already"):
        read(written(tmp_path, GOOD, GOOD))
    paths = [written(tmp_path, GOOD), written(tmp_path, GOOD, name="more.jsonl")]
    with pytest.raises(GoldError, match=r"more\.jsonl: id: 'q-1' is in .*gold\.jsonl too"):
        read_all(paths)


# -- what ships


def bare(text: str) -> str:
    """Words only: Markdown, `<sup>` and bookmark marks are gone, footnote references are figures in any form."""
    figures = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
    text = re.sub(r"\[bookmark:[^\]]*\]|</?sup>", " ", nfc(text))
    return " ".join(re.findall(r"\w+", text.translate(figures).lower()))


def test_the_shipped_files() -> None:
    files = read_all(shipped())
    assert {name: len(questions) for name, questions in files.items()} == {"dev": 110, "tune": 186, "test": 188}
    everything = [q for questions in files.values() for q in questions]
    assert len({q.id for q in everything}) == 484
    assert {q.type for q in everything} == set(TYPES)
    assert {q.style for q in everything} == set(STYLES)
    assert all(bool(q.evidence) == bool(q.must_include) == (q.type != "unanswerable") for q in everything)


def test_known_documents_are_the_bundled_ones() -> None:
    named = {(e.document, e.province) for questions in read_all(shipped()).values() for q in questions for e in q.evidence}
    assert named == {(d.id, d.province) for d in bundled()}


def test_every_evidence_quote_stands_in_its_document() -> None:
    texts = {d.id: bare(d.text) for d in bundled()}
    missing = [
        (question.id, evidence.quote)
        for questions in read_all(shipped()).values()
        for question in questions
        for evidence in question.evidence
        if bare(evidence.quote) not in texts[evidence.document]
    ]
    assert missing == []


def test_all_passages_together_hold_all_evidence() -> None:
    documents = {d.id: d for d in bundled()}
    passages = [p for d in documents.values() for p in d.passages]
    lost = [q.id for questions in read_all(shipped()).values() for q in questions if not found(q, passages, documents)]
    assert lost == []
