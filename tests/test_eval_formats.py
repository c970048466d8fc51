"""Question sets of other makers, our schema, and the checker of gold questions."""

import copy
import json
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from conftest import FakeEmbedder

from documents.library import corpus_digest
from eval.check import Problem, check, readable
from eval.check import main as check_main
from eval.formats import contexts, read_any, recognised
from eval.gold import OTHER, TYPES, Evidence, Gold, GoldError, parse, read, read_all, shipped
from eval.retrieval import found
from index.search import Query, search
from index.store import build, open_index

ROOT = Path(__file__).resolve().parents[1]
SCHEMA = json.loads((resources.files("eval") / "data" / "gold.schema.json").read_text("utf-8"))
LINE: dict[str, Any] = {
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
CONTEXTS = {
    "Sông Hương": "Sông Hương chảy qua thành phố Huế. Sông dài khoảng 80 km và đổ ra phá Tam Giang.",
    "Phở": "Phở là món ăn truyền thống của Việt Nam. Phở bò Hà Nội được bán từ đầu thế kỷ 20.",
    "Hồ Gươm": "Hồ Gươm nằm ở trung tâm Hà Nội. Giữa hồ có Tháp Rùa, xây năm 1886.",
}


def viquad(path: Path, **more: Any) -> Path:
    """A small file as ViQuAD 2.0 has it: three articles, one question that has no answer."""
    asked = {
        "Sông Hương": [("v-1", "Sông Hương dài bao nhiêu?", ["khoảng 80 km", "80 km", "80 km"])],
        "Phở": [("v-2", "Phở bò Hà Nội được bán từ khi nào?", ["đầu thế kỷ 20"]), ("v-3", "Phở có ở Lào từ năm nào?", [])],
        "Hồ Gươm": [("v-4", "Tháp Rùa xây năm nào?", ["1886"])],
    }

    def row(context: str, identity: str, question: str, answers: list[str]) -> dict[str, Any]:
        found = [{"text": a, "answer_start": context.index(a)} for a in answers]
        return {"id": identity, "question": question, "answers": found, "is_impossible": not answers}

    data = [
        {"title": title, "paragraphs": [{"context": context, "qas": [row(context, *a) for a in asked[title]]}]}
        for title, context in CONTEXTS.items()
    ]
    path.write_text(json.dumps({"version": "2.0", "data": data} | more, ensure_ascii=False), "utf-8")
    return path


def lines(path: Path, *rows: object) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join((r if isinstance(r, str) else json.dumps(r, ensure_ascii=False)) + "\n" for r in rows), "utf-8")
    return path


def beir(folder: Path) -> Path:
    lines(folder / "corpus.jsonl", {"_id": "d1", "title": "Phở", "text": CONTEXTS["Phở"]}, {"_id": "d2", "text": CONTEXTS["Hồ Gươm"]})
    lines(folder / "queries.jsonl", {"_id": "1", "text": "phở bò"}, {"_id": "2", "text": "tháp rùa"}, {"_id": "3", "text": "không ai chấm"})
    lines(folder / "qrels" / "test.tsv", "query-id\tcorpus-id\tscore", "1\td1\t2", "1\td2\t0", "2\td2\t1")
    lines(folder / "qrels" / "dev.tsv", "query-id\tcorpus-id\tscore", "1\td2\t1")
    return folder


# -- SQuAD


def test_squad_questions_have_their_answers_as_alternatives(tmp_path: Path) -> None:
    path = viquad(tmp_path / "vi.json")
    gold = read_any(path)
    assert [(g.id, g.type, g.must_include) for g in gold] == [
        ("v-1", "other", (("khoảng 80 km", "80 km"),)),
        ("v-2", "other", (("đầu thế kỷ 20",),)),
        ("v-3", "unanswerable", ()),
        ("v-4", "other", (("1886",),)),
    ]
    assert gold[3].evidence == (Evidence("vi-00003", CONTEXTS["Hồ Gươm"]),)
    assert gold[2].evidence == ()
    assert gold[3].where == f"{path}, data[2].paragraphs[0].qas[0]"


def test_a_row_a_question_is_squad_too(tmp_path: Path) -> None:
    context = CONTEXTS["Phở"]
    first = {
        "id": "a",
        "title": "Phở",
        "context": context,
        "question": "Từ khi nào?",
        "answers": {"text": ["đầu thế kỷ 20"], "answer_start": [0]},
    }
    second = first | {"id": "b", "answers": {"text": [], "answer_start": []}, "is_impossible": True}
    path = lines(tmp_path / "hub.jsonl", first, second)
    gold = read_any(path)
    assert [(g.id, g.type) for g in gold] == [("a", "other"), ("b", "unanswerable")]
    assert gold[0].evidence == (Evidence("hub-00001", context),)
    assert [(d.id, d.title, d.text) for d in contexts(path)] == [("hub-00001", "Phở", context)], "one context, however many questions"


def test_contexts_can_be_indexed_and_each_is_found(tmp_path: Path) -> None:
    path = viquad(tmp_path / "vi.json")
    documents = contexts(path)
    assert [(d.id, d.title, d.province, d.number, d.issued) for d in documents] == [
        ("vi-00001", "Sông Hương", "", None, None),
        ("vi-00002", "Phở", "", None, None),
        ("vi-00003", "Hồ Gươm", "", None, None),
    ]
    assert all(d.text[p.start : p.end] == p.text and p.kind == "body" for d in documents for p in d.passages)
    embedder = FakeEmbedder()
    build(tmp_path / "data", documents, embedder, bundled_vectors=False)
    index = open_index(tmp_path / "data", model="fake", corpus=corpus_digest(tuple(documents)))
    by_id = {d.id: d for d in documents}
    for gold in read_any(path):
        best = [h.passage for h in search(index, Query(gold.question), None, 1)]
        assert found(gold, best, by_id), gold.question
    for document in documents:
        best = search(index, Query(document.text), embedder.vector(document.text), 1)
        assert best[0].passage.document_id == document.id


def test_a_context_of_several_lines_is_quoted_as_its_document_has_it(tmp_path: Path) -> None:
    context = "**Đầu trang**\u00a0\n\n* một mục\n* mục  hai"
    path = tmp_path / "x.json"
    qas = [{"id": "1", "question": "Gì?", "answers": [{"text": "một mục", "answer_start": 0}]}]
    path.write_text(json.dumps({"data": [{"paragraphs": [{"context": context, "qas": qas}]}]}), "utf-8")
    (document,), (gold,) = contexts(path), read_any(path)
    assert gold.evidence[0].quote == document.text == "Đầu trang\n* một mục\n* mục hai"
    assert found(gold, document.passages, {document.id: document})


@pytest.mark.parametrize(
    ("qas", "said"),
    [
        ([{"question": "Gì?"}], "qas[0]: id: a non-empty string is wanted, not None"),
        ([{"id": "1", "question": ""}], "qas[0]: question: a non-empty string is wanted, not ''"),
        ([{"id": "1", "question": "Gì?", "answers": []}], 'qas[0]: answers: a list of {"text"} is wanted; only with "is_impossible"'),
        ([{"id": "1", "question": "Gì?", "answers": [{"text": " "}]}], "qas[0]: answers: a list"),
        ("x", "paragraphs[0]: qas: a list of objects is wanted"),
        ([{"id": "1", "question": "Gì?", "answers": [{"text": "a"}]}] * 2, "qas[1]: id: '1' stands at"),
    ],
)
def test_errors_in_squad_name_place_and_field(tmp_path: Path, qas: object, said: str) -> None:
    path = tmp_path / "bad.json"
    path.write_text(json.dumps({"data": [{"paragraphs": [{"context": "Một hai.", "qas": qas}]}]}), "utf-8")
    with pytest.raises(GoldError, match=re.escape(said)) as told:
        read_any(path)
    assert str(told.value).startswith(f"{path}, data[0].paragraphs[0]")


# -- BEIR


def test_beir_queries_that_were_judged(tmp_path: Path) -> None:
    folder = beir(tmp_path / "set")
    gold = read_any(folder)
    assert [(g.id, g.question, g.type, g.must_include) for g in gold] == [("1", "phở bò", "other", ()), ("2", "tháp rùa", "other", ())]
    assert gold[0].evidence == (Evidence("d2", CONTEXTS["Hồ Gươm"]), Evidence("d1", CONTEXTS["Phở"], grade=2))
    only_test = read_any(folder / "qrels" / "test.tsv")
    assert only_test[0].evidence == (Evidence("d1", CONTEXTS["Phở"], grade=2),)
    assert [(d.id, d.title) for d in contexts(folder)] == [("d1", "Phở"), ("d2", "d2")]


@pytest.mark.parametrize(
    ("file", "rows", "said"),
    [
        ("qrels/test.tsv", ["query-id\tcorpus-id\tscore", "1\td9\t1"], "test.tsv, line 2: corpus-id: 'd9' is not in corpus.jsonl"),
        ("qrels/test.tsv", ["9\td1\t1"], "test.tsv, line 1: query-id: '9' is not in queries.jsonl"),
        ("qrels/test.tsv", ["1\td1\tyes"], "test.tsv, line 1: score: query-id, corpus-id and a whole number"),
        ("corpus.jsonl", [{"_id": "d1"}], "corpus.jsonl, line 1: text: a non-empty string is wanted"),
        ("queries.jsonl", ["{"], "queries.jsonl, line 1: no JSON"),
    ],
)
def test_errors_in_beir_name_file_line_and_field(tmp_path: Path, file: str, rows: list[Any], said: str) -> None:
    folder = beir(tmp_path / "set")
    lines(folder / file, *rows)
    with pytest.raises(GoldError, match=re.escape(said)):
        read_any(folder)


# -- CSV

CELLS = "id,question,type,style,provinces,must_include,must_not_include,document,quote,document_2,quote_2,max_words\n"


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_spreadsheet(tmp_path: Path, delimiter: str, encoding: str) -> None:
    wanted, quote = "20% | 20 phần trăm; GRDP", "chiếm 20%; còn lại"
    row = f'c-1,"Bao nhiêu, mấy?",figure,formal,Gia Lai; Trà Vinh,"{wanted}",30% | 40%,000,"{quote}",002,trên 10%,80\n'
    text = (CELLS + row).replace('"', "\x00")
    if delimiter != ",":  # keep the commas and semicolons of quoted cells
        inside = re.sub(r"\x00[^\x00]*\x00", lambda m: m[0].replace(",", "\x01"), text)
        text = inside.replace(",", delimiter).replace("\x01", ",")
        text = text.replace("Gia Lai; Trà Vinh", "\x00Gia Lai; Trà Vinh\x00")
    path = tmp_path / "sheet.csv"
    path.write_bytes(text.replace("\x00", '"').encode(encoding))
    (gold,) = read_any(path)
    assert gold == Gold(
        id="c-1",
        question="Bao nhiêu, mấy?",
        type="figure",
        must_include=(("20%", "20 phần trăm"), ("GRDP",)),
        must_not_include=("30%", "40%"),
        evidence=(Evidence("gia-lai-04-nq-tu", "chiếm 20%; còn lại", "Gia Lai"), Evidence("tra-vinh-2022", "trên 10%", "Trà Vinh")),
        max_words=80,
        style="formal",
        provinces=("Gia Lai", "Trà Vinh"),
    )


def test_vietnamese_headers_in_any_order_and_what_may_be_missing(tmp_path: Path) -> None:
    path = tmp_path / "bảng.csv"
    path.write_text("Loại;Ghi chú;Câu hỏi;Phải có\n\n figure ;kiểm tra;Bao nhiêu?;20%\nunanswerable;;Trời mưa không?;\n", "utf-8")
    first, second = read_any(path)
    assert (first.id, first.question, first.must_include, first.max_words) == ("bảng-3", "Bao nhiêu?", (("20%",),), 60)
    assert (second.id, second.type, second.must_include) == ("bảng-4", "unanswerable", ())
    assert second.where == f"{path}, line 4"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("question,style\nGì?,formal\n", "line 1: type: no such column; it may be called type or loại"),
        ("question,type,loại\n", "line 1: type: two columns of this name"),
        ('question,type\n"hai\ndòng",figure\nGì?,hình\n', "line 4: type: 'hình' is none of figure"),
        ("question,type\n,figure\n", "line 2: question: a non-empty string is wanted"),
        ("question,type,max_words\nGì?,figure,nhiều\n", "line 2: max_words: a whole number above 0 is wanted, not 'nhiều'"),
        ("question,type\nGì, hả?,figure\n", "line 2: 3 cells under 2 headers; put cells that hold ',' in quotation marks"),
        ("question,type,quote_2\nGì?,figure,x\n", "line 2: document_2: missing, though the quote is given"),
        ("id,question,type\n1,Gì?,figure\n1,Ai?,figure\n", "line 3: id: '1' stands at"),
        ('question,type\n"Gì?"x,figure\n', "line 2: no CSV"),
    ],
)
def test_errors_in_a_spreadsheet_name_line_and_field(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "sheet.csv"
    path.write_text(text, "utf-8")
    with pytest.raises(GoldError, match=re.escape(f"{path}, {said}")):
        read_any(path)


# -- which format it is


def test_formats_are_recognised_by_content_not_by_name(tmp_path: Path) -> None:
    gold = lines(tmp_path / "a.csv", "", LINE)
    squad = viquad(tmp_path / "b.txt")
    sheet = tmp_path / "c.json"
    sheet.write_text("type,question\nfigure,Gì?\n", "utf-8")
    folder = beir(tmp_path / "d")
    assert [recognised(p) for p in (gold, squad, sheet, folder, folder / "qrels" / "dev.tsv")] == ["jsonl", "squad", "csv", "beir", "beir"]
    assert read_any(gold) == read(gold)
    assert {name: len(g) for name, g in read_all([gold, squad, sheet]).items()} == {"a": 1, "b": 4, "c": 1}


def test_what_can_not_be_read_is_told_with_what_can(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("Một bài văn.\n", "utf-8")
    (tmp_path / "legacy").write_bytes("câu hỏi;loại\nGì?;số\n".encode("cp1258", "replace") + b"\xff")
    corpus = lines(tmp_path / "corpus.jsonl", {"_id": "1", "text": "x"})
    for path, said in [
        (tmp_path / "text", "of no known format; what can be read: our JSON Lines, SQuAD"),
        (tmp_path, "a folder without corpus.jsonl and queries.jsonl"),
        (tmp_path / "none.csv", "can't be read"),
        (tmp_path / "legacy", 'save it as "CSV UTF-8"'),
        (corpus, "a part of a BEIR set; give its folder"),
    ]:
        with pytest.raises(GoldError, match=re.escape(said)):
            read_any(path)
    with pytest.raises(GoldError, match="these questions come without texts; only SQuAD and BEIR sets bring theirs"):
        contexts(lines(tmp_path / "gold.jsonl", LINE))


# -- the schema


def fits(value: object, schema: Mapping[str, Any]) -> bool:
    """The part of JSON Schema that ours uses."""
    known = {"$schema", "title", "description", "type", "required", "properties", "items", "enum", "pattern", "minItems", "minimum"}
    assert schema.keys() <= known | {"additionalProperties"}
    kinds: dict[str, type] = {"object": dict, "array": list, "string": str, "integer": int}
    if "type" in schema and (not isinstance(value, kinds[schema["type"]]) or isinstance(value, bool)):
        return False
    if "enum" in schema and value not in schema["enum"]:
        return False
    if isinstance(value, dict):
        properties = schema.get("properties", {})
        if not schema.get("additionalProperties", True) and not value.keys() <= properties.keys():
            return False
        return set(schema.get("required", ())) <= value.keys() and all(fits(v, properties.get(k, {})) for k, v in value.items())
    if isinstance(value, list):
        return len(value) >= schema.get("minItems", 0) and all(fits(v, schema.get("items", {})) for v in value)
    if isinstance(value, str):
        return re.search(schema.get("pattern", ""), value) is not None
    return not isinstance(value, int) or value >= schema.get("minimum", value)


def is_read(row: dict[str, Any]) -> bool:
    try:
        parse(row, "here")
    except GoldError:
        return False
    return True


def variants() -> list[dict[str, Any]]:
    """`LINE` with each field missing or replaced, and with each of their parts replaced."""
    values: list[object] = ["", " ", "x", "figure", "other", 0, 1, -1, 60, True, None, 1.5, [], [[]], ["x"], [["x"]], [[1]], {}, [{}], [1]]
    rows = [{k: v for k, v in LINE.items() if k != field} for field in LINE]
    rows += [LINE | {field: value} for field in LINE for value in values]
    parts: list[tuple[str, dict[str, Any]]] = [
        ("evidence", {"doc": "000", "quote": "x"}),
        ("history", {"role": "user", "content": "x"}),
    ]
    for field, part in parts:
        rows += [LINE | {field: [{k: v for k, v in part.items() if k != name}]} for name in part]
        rows += [LINE | {field: [part | {name: value}]} for name in (*part, "province", "note") for value in values]
    return rows


def test_the_schema_says_what_the_reader_does() -> None:
    assert [*TYPES, OTHER] == SCHEMA["properties"]["type"]["enum"]
    differing = [row for row in variants() if fits(row, SCHEMA) != is_read(copy.deepcopy(row))]
    assert differing == []
    assert sum(map(is_read, variants())) > 20, "and both answers occur"


def test_shipped_questions_fit_the_schema() -> None:
    rows = [json.loads(line) for path in shipped() for line in path.read_text("utf-8").split("\n") if line.strip()]
    assert rows
    assert [r["id"] for r in rows if not fits(r, SCHEMA)] == []


def test_a_json_schema_library_agrees() -> None:
    jsonschema = pytest.importorskip("jsonschema")
    validator = jsonschema.Draft202012Validator(SCHEMA)
    assert [row for row in variants() if validator.is_valid(row) != fits(row, SCHEMA)] == []


# -- the checker

TEXTS = {"gia-lai-04-nq-tu": "Đến năm 2025, kinh tế số chiếm 20% GRDP; 17% dịch vụ⁵ công.", "vi-1": "Phở bò."}


def asked(**changes: Any) -> Gold:
    return parse(copy.deepcopy(LINE) | changes, changes.get("where", f"gold.jsonl, line {changes.get('line', 1)}"))


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        (
            {"evidence": [{"doc": "000", "quote": "chiếm 25%"}], "must_include": [["25%"]]},
            "evidence[0]",
            "the quote no longer stands in 'gia-lai",
        ),
        ({"evidence": [{"doc": "000", "quote": "7% dịch vụ"}], "must_include": [["7%"]]}, "evidence[0]", "the quote no longer stands in"),
        ({"evidence": [{"doc": "x", "quote": "chiếm 20%"}]}, "evidence[0]", "there is no document 'x'; there are: gia-lai-04-nq-tu, vi-1"),
        ({"evidence": [{"doc": "000", "quote": "…"}], "must_include": [["…"]]}, "evidence[0]", "the quote holds no words"),
        (
            {"must_include": [["20%"], ["30%", "ba mươi"]], "must_not_include": []},
            "must_include[1]",
            "no evidence holds '30%' or 'ba mươi'",
        ),
        ({"must_not_include": ["20%", "20 phần trăm"]}, "must_include[0]", "every alternative holds something of must_not_include"),
        ({"must_include": []}, "must_include", "missing: any answer would be right"),
        ({"evidence": []}, "evidence", "missing: nothing tells where the answer stands"),
        ({"type": "unanswerable", "must_include": []}, "evidence", "given, though the question is unanswerable"),
        ({"type": "unanswerable", "evidence": []}, "must_include", "given, though the question is unanswerable"),
        ({"style": "poetic"}, "style", "'poetic' is none of formal, colloquial"),
    ],
)
def test_problems_are_named(changes: dict[str, Any], field: str, said: str) -> None:
    (problem,) = check([asked(**changes)], TEXTS)
    assert (problem.where, problem.field) == ("gold.jsonl, line 1", field)
    assert problem.message.startswith(said)


def test_what_is_right_has_no_problem() -> None:
    fine = [
        asked(),
        asked(question="Dịch vụ?", must_include=[["17%"]], evidence=[{"doc": "000", "quote": "17% dịch vụ<sup>5</sup> công"}], line=2),
        asked(question="Tỉnh nào?", must_include=[["Gia Lai"]], line=3),  # whose document it is, the citation tells
        asked(
            question="Gãy dòng?",
            must_include=[["kinh tế số chiếm"]],
            evidence=[{"doc": "000", "quote": "kinh tế số"}, {"doc": "000", "quote": "chiếm 20%"}],
            line=4,
        ),
    ]
    assert check(fine, TEXTS) == []


def test_unknown_types_can_not_be_read_but_are_found_in_values_made_by_hand() -> None:
    odd = Gold("q", "Gì?", "riddle", (("20%",),), (), (Evidence("vi-1", "Phở bò 20%"),), 60)
    assert [p.field for p in check([odd], TEXTS)] == ["type", "evidence[0]"]
    assert check([odd], TEXTS)[0].where == "q", "a question of no file is named by its id"


def test_duplicates_are_found_whatever_their_case_and_marks() -> None:
    first = asked(question="Kinh tế số Gia Lai đến năm 2025 chiếm bao nhiêu phần trăm?", line=1)
    same = asked(question="kinh tế số Gia Lai, đến năm 2025 chiếm bao nhiêu phần trăm", line=2)
    folded = asked(question="Kinh te so Gia Lai den nam 2025 chiem bao nhieu phan tram?", line=3)
    close = asked(question="Kinh tế số Gia Lai đến năm 2025 chiếm bao nhiêu phần trăm vậy?", line=4)
    other = asked(question="Kinh tế số Gia Lai đến năm 2030 đóng góp mấy phần trăm?", line=5)
    follow_up = asked(question=first.question, history=[{"role": "user", "content": "Còn Trà Vinh thì sao hả bạn?"}], line=6)
    gold = [replace(g, history=()) for g in (first, same, folded, close, other)] + [follow_up]
    told = {p.where: p.message for p in check(gold, TEXTS)}
    assert told == {
        "gold.jsonl, line 2": "a duplicate of 'q-1' (gold.jsonl, line 1)",
        "gold.jsonl, line 3": "nearly a duplicate of 'q-1' (gold.jsonl, line 1)",
        "gold.jsonl, line 4": "nearly a duplicate of 'q-1' (gold.jsonl, line 1)",
    }


def test_a_file_with_broken_lines_is_still_checked(tmp_path: Path) -> None:
    path = lines(tmp_path / "gold.jsonl", LINE, "{", LINE | {"id": "q-2", "max_words": 0}, LINE | {"id": "q-3"})
    gold, problems = readable(path)
    assert [g.id for g in gold] == ["q-1", "q-3"]
    assert problems[1] == Problem(f"{path}, line 3", "max_words", "a whole number above 0 is wanted, not 0")
    assert str(problems[0]).startswith(f"{path}, line 2: line: no JSON")


def test_the_command_prints_lines_and_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = lines(tmp_path / "gold.jsonl", LINE, LINE | {"question": "Khác hẳn?"})
    assert check_main([str(path)]) == 1
    said = capsys.readouterr()
    assert f"{path}, line 2: id: 'q-1' comes 2 times" in said.out
    assert said.err == "2 questions checked, 4 problems\n", "twice the id, and twice a quote that stands nowhere"
    (tmp_path / "extra.txt").write_text("# Một văn bản\n\nBốn mươi **phần trăm**.", "utf-8")
    quote = {"doc": "extra", "quote": "Bốn mươi phần trăm"}
    own = lines(tmp_path / "own.jsonl", LINE | {"must_include": [["bốn mươi"]], "evidence": [quote]})
    assert check_main([str(own), "--document", str(tmp_path / "extra.txt")]) == 0
    assert check_main([str(viquad(tmp_path / "vi.json"))]) == 0, "its contexts are its documents"
    assert check_main([str(tmp_path / "none.jsonl")]) == 1


def test_the_shipped_questions_have_no_problem() -> None:
    run = subprocess.run([sys.executable, "-m", "eval.check"], cwd=ROOT, capture_output=True, encoding="utf-8", check=False, timeout=120)
    assert (run.returncode, run.stdout) == (0, "")
    assert re.fullmatch(r"\d{3,} questions checked, 0 problems\n", run.stderr)
