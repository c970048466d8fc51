"""Slips of the fingers: what they cost, and what restoring makes of seeded typing errors and of questions without diacritics."""

import json
import random
import re
import statistics
import time
from pathlib import Path

import pytest

from documents.normalise import canonical, fold, words
from index.language import Restorer
from index.spelling import Speller, loanword_near

DATA = Path(__file__).parent / "data"
SPELLER = Speller({"thai": ["thái", "thải"], "bon": ["bốn", "bọn"], "bo": ["bộ"], "gia": ["gia"], "truyen": ["truyền"]})


def lines(name: str) -> list[dict[str, str]]:
    return [json.loads(line) for line in (DATA / name).read_text("utf-8").splitlines()]


QUESTIONS = [q["question"] for q in lines("restoration.jsonl")]
FRESH = [q["question"] for q in lines("restoration.jsonl") if q["part"] == "fresh"]
ERRORS = lines("typing_errors.jsonl")


def cheapest(word: str, *, twice: bool = False) -> str | None:
    found = SPELLER.near(word, twice=twice)
    return min(found, key=lambda f: f[1])[0] if found else None


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("tgái", "thái"),  # a neighbouring key
        ("thảii", "thải"),  # doubled
        ("bnố", "bốn"),  # swapped; the marks are those that were typed
        ("bnọ", "bọn"),
        ("gis", "gia"),
        ("truyn", "truyền"),  # left out
        ("xyz", None),
        ("t", None),
        ("4g", None),
    ],
)
def test_the_likeliest_slip(typed: str, meant: str | None) -> None:
    assert cheapest(typed) == meant


def test_two_slips_only_in_a_long_word() -> None:
    assert cheapest("trruyyen") is None
    assert cheapest("trruyyen", twice=True) == "truyền"
    assert cheapest("ggiiia", twice=True) is None
    assert cheapest("bnnoo", twice=True) is None


def test_what_slips_cost() -> None:
    cost = {form: dict(SPELLER.near(form)).get("thái") for form in ("thsái", "tjái", "tmái", "htái", "tháii", "xhái")}
    assert cost["tháii"] == 3.0  # a letter doubled
    assert cost["tjái"] == 4.0  # j lies beside h
    assert cost["tmái"] == 6.5
    assert cost["thsái"] == 5.0  # one too many
    assert cost["htái"] == 5.5  # swapped, and with it the first letter
    assert cost["xhái"] == 8.0


KNOWN = frozenset(("online", "website", "blockchain", "camera", "email", "marketing", "wifi", "modem", "model"))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("onlne", "online"),  # left out
        ("onliine", "online"),  # put in
        ("onlime", "online"),  # hit wrongly
        ("onlnie", "online"),  # swapped
        ("wesbite", "website"),
        ("nonline", "online"),
        ("onlin", "online"),
        ("blokchain", "blockchain"),
        ("online", None),  # nothing to mend
        ("onle", None),  # two slips; and short
        ("olnnie", None),
        ("wfi", None),
        ("wifj", None),
        ("moden", None),  # one slip from two words
        ("xyzxyz", None),
    ],
)
def test_a_long_word_of_another_language_one_slip_away(typed: str, meant: str | None) -> None:
    assert loanword_near(typed, KNOWN) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("nộp hồ sơ onlne", "nộp hồ sơ online"),
        ("nop ho so onlne", "nộp hồ sơ online"),
        ("wesbite của tỉnh", "website của tỉnh"),
        # A syllable is no slip of a word of another language.
        ("chuyển đổi số ở Gia Lai", "chuyển đổi số ở Gia Lai"),
        ("nộp hồ sơ online", "nộp hồ sơ online"),
    ],
)
def test_slips_in_loanwords_are_mended_in_questions(restorer: Restorer, typed: str, meant: str) -> None:
    assert restorer.restore(typed) == meant


# Whole questions. The figures are what is reached, less a little; `restoration.jsonl` tells which questions the word lists
# were written beside ("first") and which were written after them ("fresh").


def share_right(restorer: Restorer, questions: list[str], drop: float) -> float:
    right = total = 0
    for i, question in enumerate(questions):
        rng = random.Random(f"{i}:{drop}")
        typed = re.sub(r"[^\W\d_]+", lambda m, rng=rng: fold(m[0]) if rng.random() < drop else m[0], question)
        wanted = [canonical(w) for w in words(question) if w.isalpha()]
        found = [canonical(w) for w in words(restorer.restore(typed)) if w.isalpha()]
        right += sum(a == b for a, b in zip(found, wanted, strict=True))
        total += len(wanted)
    return right / total


def test_questions_that_the_word_lists_were_not_written_beside(restorer: Restorer) -> None:
    assert len(FRESH) == 100
    assert share_right(restorer, FRESH, drop=1.0) > 0.89
    assert share_right(restorer, FRESH, drop=0.5) > 0.93


def test_everyday_questions_survive_losing_their_diacritics(restorer: Restorer) -> None:
    assert len(QUESTIONS) == 300
    assert share_right(restorer, QUESTIONS, drop=1.0) > 0.93
    assert share_right(restorer, QUESTIONS, drop=0.5) > 0.96


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("den quy may thi xong", "đến quý mấy thì xong"),
        ("thang may thi bat dau lam", "tháng mấy thì bắt đầu làm"),
        ("tieu chi nay duoc may diem", "tiêu chí này được mấy điểm"),
        ("GII Việt Nam 2030", "GII Việt Nam 2030"),
        ("chuyen doi so nam 2030", "chuyển đổi số năm 2030"),
        # Hỏi for ngã, in a word that is none.
        ("dựa vào nhửng luật nào", "dựa vào những luật nào"),
        ("thành nhửng nhóm nào", "thành những nhóm nào"),
    ],
)
def test_what_counts_is_restored_behind_what_is_counted(restorer: Restorer, typed: str, meant: str) -> None:
    assert restorer.restore(typed) == meant


def test_questions_typed_well_are_left_alone(restorer: Restorer) -> None:
    assert share_right(restorer, QUESTIONS, drop=0.0) > 0.995


def test_typing_errors_are_mended_and_nothing_else_is_changed(restorer: Restorer) -> None:
    mended = spoilt = sound = 0
    for error in ERRORS:
        typed, meant, found = ([canonical(w) for w in re.findall(r"\w+", t)] for t in (*_pair(error), restorer.restore(error["typed"])))
        bare = error["where"] == "bare"
        wrong = [fold(t) != fold(m) or (t != m and not bare) for t, m in zip(typed, meant, strict=True)]
        mended += all(f == m for f, m, w in zip(found, meant, wrong, strict=True) if w)
        others = [(f, m) for f, m, w in zip(found, meant, wrong, strict=True) if not w and not bare]
        spoilt += sum(f != m for f, m in others)
        sound += len(others)
    assert len(ERRORS) == 200
    assert mended >= 178
    assert spoilt / sound < 0.005


def _pair(error: dict[str, str]) -> tuple[str, str]:
    return error["typed"], error["meant"]


@pytest.mark.parametrize("name", ["LGSP", "GRDP", "Facebook", "chatbot", "ICT", "VNeID", "4G/5G", "IOC", "OCOP", "FPT"])
def test_names_and_english_stay_as_typed(restorer: Restorer, name: str) -> None:
    for text in (f"tỉnh có dùng {name} không", f"tinh co dung {name} khong"):
        assert name in restorer.restore(text)


def test_figures_and_numbers_of_documents_stay_as_typed(restorer: Restorer) -> None:
    text = "nq 04-NQ/TU, 157/KH-UBND, 749/QĐ-TTg: 11,5% va 24/63, 3.000 nguoi, 20/01/2022"
    assert re.findall(r"\S*\d[^\s,:]*", restorer.restore(text)) == re.findall(r"\S*\d[^\s,:]*", text)


def test_a_question_is_read_in_milliseconds(restorer: Restorer) -> None:
    took = []
    for question in QUESTIONS:
        started = time.perf_counter()
        restorer.restore(fold(question))
        took.append(time.perf_counter() - started)
    assert statistics.median(took) < 0.02  # some 0.002 on an idle machine
