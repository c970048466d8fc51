"""`--corpus`: paragraph sets of other makers, indexed by themselves and measured; the set in tests/data is our own."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from documents.library import bundled
from eval.__main__ import main
from eval.corpora import assistant_over, paragraphs
from eval.formats import read_any
from eval.gold import UNANSWERABLE, GoldError
from qa.answer import Status
from qa.settings import Settings

SET = Path(__file__).parent / "data" / "paragraphs-squad.json"
NO_MODEL = "./no-such-model"  # answers from words alone, the same on every machine


def measured(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    assert main(["--corpus", str(SET), "--json", *arguments]) == 0
    said: dict[str, Any] = json.loads(capsys.readouterr().out)
    return said


def test_the_set_is_squad_and_each_answer_stands_where_it_says() -> None:
    data = json.loads(SET.read_text("utf-8"))["data"]
    parts = [p for article in data for p in article["paragraphs"]]
    asked = [(p["context"], q) for p in parts for q in p["qas"]]
    assert (len(parts), len(asked), sum(q["is_impossible"] for _, q in asked)) == (10, 20, 2)
    for context, question in asked:
        for answer in question["answers"]:
            assert context[answer["answer_start"] :].startswith(answer["text"])
    assert Counter(g.type for g in read_any(SET))[UNANSWERABLE] == 2
    assert len(paragraphs([SET])) == 10


@pytest.mark.parametrize("model", [["--model", NO_MODEL], []], ids=["words", "default model"])
def test_one_command_measures_retrieval_and_answers(tmp_path: Path, capsys: pytest.CaptureFixture[str], model: list[str]) -> None:
    said = measured(capsys, "--data", str(tmp_path / "data"), "--answers", str(tmp_path / "answers.jsonl"), *model)
    recall = said["retrieval"]["recall"]
    assert (said["questions"], said["retrieval"]["questions"]) == (20, 18)
    assert (recall["3"], recall["5"], recall["10"]) == (pytest.approx(1), pytest.approx(1), pytest.approx(1))
    assert said["retrieval"]["mrr"] >= 0.94
    assert recall["1"] >= 0.88
    assert said["accuracy"] >= 60
    assert said["citations_verbatim"] == 100
    # Answers are whole sentences, so that SQuAD's own measures stay low: words shared over words said.
    assert 0.1 < said["measures"]["all"]["squad_f1"] < 0.5
    answers = [json.loads(line) for line in (tmp_path / "answers.jsonl").read_text("utf-8").splitlines()]
    right = sum(a["verdict"]["right"] for a in answers)
    assert said["accuracy"] == pytest.approx(100 * right / 20)
    assert {c["document_id"] for a in answers for c in a["citations"]} <= {f"paragraphs-squad-{n:05}" for n in range(1, 11)}
    assert not (tmp_path / "data").exists()  # the library is left alone


def test_other_questions_over_the_same_paragraphs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def row(identity: str, question: str, document: str, quote: str) -> dict[str, Any]:
        evidence = [{"doc": document, "quote": quote}]
        return {
            "id": identity,
            "question": question,
            "type": "other",
            "must_include": [["một dây"]],
            "must_not_include": [],
            "evidence": evidence,
            "max_words": 60,
        }

    found = row("a", "Đàn bầu có mấy dây?", "paragraphs-squad-00005", "Đàn bầu là nhạc cụ chỉ có một dây.")
    elsewhere = row("b", "Đàn bầu có mấy dây?", "paragraphs-squad-00001", "Nước sông quanh năm có màu đỏ vì mang nhiều phù sa.")
    gold = tmp_path / "own.jsonl"
    gold.write_text("".join(json.dumps(r) + "\n" for r in (found, elsewhere)), "utf-8")
    said = measured(capsys, "--model", NO_MODEL, str(gold))
    assert (said["questions"], said["accuracy"]) == (2, 100)
    assert said["retrieval"]["recall"]["1"] == 0.5
    assert 0.5 <= said["retrieval"]["mrr"] < 1


def test_places_don_t_filter_texts_of_no_place() -> None:
    with assistant_over([SET], Settings.load(data="unused", model=NO_MODEL, environment={})) as assistant:
        assert len(assistant.index.documents) == 10
        read = assistant.understand("Năm nào vịnh Hạ Long thành di sản thế giới?")
        assert (read.provinces, read.absent) == ((), ())
        assert {"hạ", "long"} <= {t.word for t in read.topic}
        answer = assistant.ask("Sông Hồng chảy vào Việt Nam ở tỉnh Lào Cai hay Yên Bái?")
        assert answer.status is Status.ANSWERED
        assert "Lào Cai" in answer.text
    assert not any(d.province == "" for d in bundled())  # elsewhere all stays as it is


def test_what_cannot_be_measured_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for option in (["--baselines"], ["--system", "cat"]):
        assert main(["--corpus", str(SET), *option]) == 1
        assert capsys.readouterr().err == (
            "--corpus measures our own assistant over other texts and can't be combined with --system or --baselines\n"
        )
    ours = tmp_path / "ours.jsonl"
    row = {"id": "1", "question": "?", "type": "other", "must_include": [["x"]], "must_not_include": [], "evidence": [], "max_words": 60}
    ours.write_text(json.dumps(row) + "\n", "utf-8")
    assert main(["--corpus", str(ours)]) == 1
    assert "these questions come without texts; only SQuAD and BEIR sets bring theirs" in capsys.readouterr().err
    assert main(["--corpus", str(tmp_path / "none.json")]) == 1
    assert str(tmp_path / "none.json") in capsys.readouterr().err
    (tmp_path / "again").mkdir()
    twin = tmp_path / "again" / SET.name
    twin.write_bytes(SET.read_bytes())
    with pytest.raises(GoldError, match="there is another paragraph 'paragraphs-squad-00001'; give files of different names"):
        paragraphs([SET, twin])
