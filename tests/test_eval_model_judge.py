"""A language model as judge, at a real endpoint: agreement with gold, falling back, and the command that reports it."""

import re
from pathlib import Path
from typing import Any

import pytest

from eval.attribution import attribution, overlap
from eval.gold import read, shipped
from eval.model_judge import ModelJudge, agreement, known_pairs
from qa.cli import main
from qa.generating import Model, load
from tests.openai_server import serving

GOLD = read(next(p for p in shipped() if p.stem == "dev"))[:40]


def careful(request: dict[str, Any]) -> str:
    """A judge that looks whether the sentence stands in the passage, and answers as models do."""
    passage, sentence = re.findall(r"(?s)<đoạn>\n(.*?)\n</đoạn>\n<câu>\n(.*?)\n</câu>", request["messages"][1]["content"])[0]
    return "<think>…</think>**Có.**" if overlap(passage, sentence) else "Không, đoạn không nói điều đó."


def test_pairs_are_known_from_gold() -> None:
    pairs = known_pairs(GOLD)
    assert {true for *_, true in pairs} == {True, False}
    assert all(overlap(premise, statement) == true for premise, statement, true in pairs)
    assert len(pairs) > 40


def test_agreement_is_accuracy_and_kappa() -> None:
    pairs = [("a", "a", True), ("a", "a", True), ("b", "a", False), ("b", "a", False)]
    assert agreement(lambda premise, statement: premise == statement, pairs).kappa == 1
    found = agreement(lambda premise, statement: True, pairs)
    assert (found.pairs, found.right, found.kappa) == (4, 2, 0)
    three = agreement(lambda premise, statement: premise == statement or False, [*pairs[:3], ("a", "a", False)])
    assert (three.right, round(three.kappa, 3)) == (3, 0.5)
    with pytest.raises(ValueError, match="needs pairs"):
        agreement(overlap, [])


def test_a_model_judges_once_and_word_overlap_stands_in_for_it() -> None:
    with serving(careful) as endpoint:
        judge = ModelJudge(load(Model("toy", endpoint.url, retries=0, timeout=20)))
        answer = {"answer": "Có 700 doanh nghiệp số. [1]", "citations": [{"marker": 1, "quote": "Phấn đấu có 700 doanh nghiệp số."}]}
        assert attribution(answer, judge) == (1.0, 1.0)
        assert attribution({**answer, "answer": "Có 800 doanh nghiệp số. [1]"}, judge) == (0.0, 0.0)
        assert (len(endpoint.seen), judge.fallen_back) == (2, 0)
        attribution(answer, judge)
        assert len(endpoint.seen) == 2
        endpoint.reply = lambda _: "Tôi nghĩ là đúng."
        assert judge("Có 5 xã.", "Có 5 xã.")
        endpoint.codes = [500]
        assert not judge("Có 5 xã.", "Có 6 xã.")
        assert judge.fallen_back == 2


def test_the_command_tells_how_far_its_judge_agrees(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    gold = tmp_path / "few.jsonl"
    lines = next(p for p in shipped() if p.stem == "dev").read_text("utf-8").splitlines()[:6]
    gold.write_text("\n".join(lines), "utf-8")
    with serving(careful) as endpoint:
        # The model judges; that it also may write the answers is another matter.
        main(["eval", str(gold), "--judge", "--llm", "toy", "--llm-url", endpoint.url, "--data", str(tmp_path / "data")])
    told = capsys.readouterr().err
    found = re.search(r"judge toy: right on (\d+) of (\d+) pairs known from gold \(kappa 1\.00\); word overlap stood in 0 times", told)
    assert found, told[-2000:]
    assert int(found[1]) == int(found[2]) > 4
    assert main(["eval", str(gold), "--judge", "--data", str(tmp_path / "data")]) == 1
    assert "--judge needs a language model; name one with --llm" in capsys.readouterr().err
