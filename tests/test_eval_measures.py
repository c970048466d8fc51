"""The measures beyond the report, on examples worked by hand; and that each defect shows in the measure that is for it."""

import collections
import re
import string
import sys
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.resolution import Passage, Resolution
from eval.attribution import attribution, overlap
from eval.figures import Figure, figure_right, figures
from eval.gold import UNANSWERABLE, Evidence, Gold
from eval.matching import exact_match, squad_words, token_f1
from eval.measures import MEANS, RANKED, measure, measure_rankings, per_question
from eval.retrieval import measure as measure_spans
from eval.retrieval import relevance
from eval.spreadsheet import COLUMNS
from eval.statements import Statement, statements


def question(**changes: Any) -> Gold:
    fields: dict[str, Any] = {
        "id": "t-1",
        "question": "Bao nhiêu?",
        "type": "figure",
        "must_include": (("20%",),),
        "must_not_include": (),
        "evidence": (),
        "max_words": 60,
    }
    return Gold(**(fields | changes))


def cited(text: str, *quotes: str, **more: Any) -> dict[str, Any]:
    citations = [{"marker": i, "province": "Gia Lai", "quote": q} for i, q in enumerate(quotes, start=1)]
    return {"answer": text, "refused": False, "citations": citations, **more}


# -- SQuAD's arithmetic


def test_vietnamese_forms_of_one_word_are_equal() -> None:
    assert squad_words("“Hoá đơn” – Uỷ ban, thuý; 11,5%") == ["hóa", "đơn", "ủy", "ban", "thúy", "115"]
    assert squad_words("quý toàn hoà hoàn") == ["quý", "toàn", "hòa", "hoàn"], "the tone moves only where both spellings are one word"
    assert exact_match(unicodedata.normalize("NFD", "Chuyển đổi số."), "chuyển  đổi số")
    assert squad_words("an toàn") == ["an", "toàn"], "an English article would be missed here"


@pytest.mark.parametrize(
    ("answer", "reference", "exact", "f1"),
    [
        ("Khoảng 80 km", "khoảng 80 km.", True, 1.0),
        ("dài khoảng 80 km", "80 km", False, 2 / 3),  # 2 shared of 4 and of 2: P 1/2, R 1
        ("mới mới cũ", "mới cũ cũ", False, 2 / 3),  # a word counts as often as it stands in both
        ("không", "có", False, 0.0),
        ("", "", True, 1.0),
        ("…", "", True, 1.0),
        ("có", "", False, 0.0),
    ],
)
def test_exact_match_and_f1_worked_by_hand(answer: str, reference: str, exact: bool, f1: float) -> None:
    assert exact_match(answer, reference) is exact
    assert token_f1(answer, reference) == pytest.approx(f1)


def official(answer: str, reference: str) -> tuple[int, float]:
    """Exact match and F1 as SQuAD's evaluate-v2.0.py computes them."""

    def tokens(text: str) -> list[str]:
        lowered = "".join(c for c in text.lower() if c not in set(string.punctuation))
        return re.sub(r"\b(a|an|the)\b", " ", lowered).split()

    gold, said = tokens(reference), tokens(answer)
    shared = sum((collections.Counter(gold) & collections.Counter(said)).values())
    if not gold or not said:
        return int(gold == said), float(gold == said)
    if not shared:
        return int(gold == said), 0.0
    precision, recall = shared / len(said), shared / len(gold)
    return int(gold == said), 2 * precision * recall / (precision + recall)


SHARED = [
    ("The Normans were in France.", ["France", "in France", "the Normans"]),
    ("a 10th-century duchy", ["10th century", "10th-century"]),
    ("Sông Hương dài khoảng 80 km, đổ ra phá Tam Giang.", ["khoảng 80 km", "80 km"]),
    ("Năm 1886", ["1886", "năm 1886"]),
    ("", [""]),
    ("an answer", [""]),
]


def test_the_numbers_are_those_of_the_official_script() -> None:
    articles = ("a", "an", "the")
    for answer, references in SHARED:
        for reference in references:
            ours = (exact_match(answer, reference, articles), token_f1(answer, reference, articles))
            assert ours == pytest.approx(official(answer, reference)), (answer, reference)
    best = [max(official(a, r)[1] for r in references) for a, references in SHARED]
    assert best == pytest.approx([2 / 3, 2 / 3, 6 / 14, 1.0, 1.0, 0.0]), "evaluate-v2.0.py takes the best of the references"
    assert sum(max(official(a, r)[0] for r in rs) for a, rs in SHARED) == 2


def test_a_set_is_scored_as_squad_2_does() -> None:
    gold = [
        question(id="a", type="other", must_include=(("khoảng 80 km", "80 km"),)),
        question(id="b", type="other", must_include=(("1886",),)),
        question(id="c", type=UNANSWERABLE, must_include=()),
        question(id="d", type=UNANSWERABLE, must_include=()),
    ]
    answers = {
        "a": {"answer": "dài khoảng **80 km** [1]"},  # against "khoảng 80 km": P 3/4, R 1
        "b": {"answer": "1886.", "refused": False},
        "c": {"answer": "Không rõ.", "refused": True},
        "d": {"answer": "1886"},
    }
    got = measure(gold, answers, {})
    assert got["exact_match"] == 1 / 2
    assert got["token_f1"] == pytest.approx((6 / 7 + 1) / 2)
    assert got["squad_exact"] == 2 / 4
    assert got["squad_f1"] == pytest.approx((6 / 7 + 1 + 1 + 0) / 4)


# -- figures


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("chiếm 20% GRDP", [Figure((20,), "%", "chiếm")]),
        ("20 phần trăm dân số", [Figure((20,), "%")]),
        ("15% đến 20% GRDP, 5 - 10 %", [Figure((15, 20), "%"), Figure((5, 10), "%")]),
        ("1.650 trạm và 34,87%; 34.87%", [Figure((1650,), "trạm"), Figure((34.87,), "%"), Figure((34.87,), "%")]),
        ("xếp thứ 05/63 tỉnh", [Figure((5, 63), "/", "thứ")]),
        ("2,5 tỷ đồng; 2 nghìn người", [Figure((2.5e9,), "đồng"), Figure((2000,), "người")]),
        ("ít nhất 01 giờ/1 tuần", [Figure((1,), "giờ", "nhất"), Figure((1,), "tuần")]),
        ("mục 2.2.1 ngày 03/6/2020", []),
        ("50Mbps", [Figure((50,), "mbps")]),
    ],
)
def test_figures_are_read_as_numbers(text: str, wanted: list[Figure]) -> None:
    assert figures(text) == wanted


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("Đến năm 2025 đạt 10%, đến năm 2030 đạt 20%.", {10: {"2025"}, 20: {"2030"}}),
        ("Đến năm 2025, kinh tế số chiếm 10% và năng suất tăng 7%.", {10: {"2025"}, 7: {"2025"}}),
        ("Đạt 10% vào năm 2025 và 20% vào năm 2030.", {10: {"2025"}, 20: {"2030"}}),
        ("Đến năm 2025 và 2030, đạt 10%.", {10: {"2025", "2030"}}),
        ("Đạt 10%. [1] (Bình Định, đến năm 2025)", {10: {"2025"}}),
        ("**Mục tiêu đến năm 2030:**\n- đạt 20% [1]\n- đến năm 2025 đạt 10% [2]", {20: {"2030"}, 10: {"2025"}}),
        ("Đạt 10%.", {10: set()}),
    ],
)
def test_a_figure_is_of_the_year_it_is_said_of(text: str, years: dict[int, set[str]]) -> None:
    assert {f.values[0]: set(f.years) for f in figures(text) if f.unit == "%"} == years


@pytest.mark.parametrize(
    ("changes", "answer", "right"),
    [
        ({}, "Chiếm **tối thiểu 20%** GRDP.", True),
        ({}, "20 phần trăm", True),
        ({}, "từ 15% đến 20%", True),
        ({}, "20 doanh nghiệp", False),
        ({}, "120%", False),
        ({}, "", False),
        ({"must_include": (("700",),)}, "trên 700 doanh nghiệp", True),
        ({"must_include": (("700",),)}, "700%", False),
        ({"must_include": (("2.000",),)}, "2000 chuyên gia", True),
        ({"must_include": (("2.000",),)}, "2 nghìn chuyên gia", True),
        ({"must_include": (("24/63", "thứ 24"),)}, "xếp thứ 24/63", True),
        ({"must_include": (("thứ 24",),)}, "tăng 24 bậc", False),
        ({"must_include": (("05/63",),)}, "hạng 5/63", True),
        ({"must_include": (("1 giờ", "một giờ"),)}, "ít nhất 01 giờ mỗi tuần", True),
        ({"must_include": (("1 giờ", "một giờ"),)}, "Một giờ.", True),
        ({"must_include": (("1 giờ",),)}, "1 tuần", False),
        ({"must_include": (("6-8%",),)}, "6% đến 8%", True),
        ({"must_include": (("6-8%",),)}, "8%", False),
        ({"must_include": (("90%",), ("70%",))}, "cấp huyện 90%, cấp xã 70%", True),
        ({"must_include": (("90%",), ("70%",))}, "cấp huyện 90%", False),
        ({"must_include": (("100%", "toàn bộ"),)}, "Toàn bộ bệnh viện.", True),
        ({"must_not_include": ("chiếm 30%",)}, "20%, không phải chiếm 30%", False),
        ({"question": "Đến 2025?"}, "Năm 2025 đạt 20%, năm 2030 đạt 20%.", False),
        ({"question": "Đến 2025?"}, "Năm 2020 có 700 doanh nghiệp; năm 2025 đạt 20%.", True),
        ({"question": "Đến 2025?"}, "Đến năm 2030 đạt 20%.", False),
        ({"question": "Đến 2025?"}, "Giai đoạn 2021 - 2025: 20%", True),
        ({"question": "Đến 2025?"}, "Đạt 20%.", True),
        ({"question": "Bao nhiêu?"}, "Đến năm 2030 đạt 20%.", True),
    ],
)
def test_value_unit_and_year(changes: dict[str, Any], answer: str, right: bool) -> None:
    assert figure_right(question(**changes), answer) is right


def test_without_a_figure_in_the_gold_there_is_none_to_judge() -> None:
    assert figure_right(question(must_include=(("trí tuệ nhân tạo",),)), "20%") is None


# -- statements and attribution


def test_an_answer_is_taken_apart_into_what_it_states() -> None:
    answer = (
        "**Gia Lai, mục “Mục tiêu”:**\n- Câu một. Câu hai. [1]\n- **Câu ba**; [2][3] (đến năm 2025)\n\n"
        "Câu bốn [1]. Câu năm.[2] (Gia Lai)\nTP. Hồ Chí Minh không nêu."
    )
    label = "gia lai, mục “mục tiêu”:"
    assert statements(answer) == [
        Statement("câu một.", (1,), label),
        Statement("câu hai .", (1,), label),
        Statement("câu ba ; (đến năm 2025)", (2, 3), label),
        Statement("câu bốn .", (1,), label),
        Statement("câu năm . (gia lai)", (2,), label),
        Statement("tp. hồ chí minh không nêu.", (), label),
    ]
    assert statements(" \n** **\n[1]") == []


def test_overlap_wants_four_fifths_of_the_words_and_all_figures() -> None:
    assert overlap("một hai ba bốn", "Một hai ba bốn năm")
    assert not overlap("một hai ba", "Một hai ba bốn năm")
    assert overlap("kinh tế số chiếm 20% GRDP", "Kinh tế số chiếm 20%.")
    assert not overlap("kinh tế số chiếm 20% GRDP của tỉnh", "Kinh tế số chiếm 30% GRDP của tỉnh.")


ONE, TWO = "kinh tế số chiếm tối thiểu 20% GRDP", "năng suất lao động tăng 7% mỗi năm"


@pytest.mark.parametrize(
    ("answer", "recall", "precision"),
    [
        (cited(f"{ONE}. [1]\n{TWO}. [2]", ONE, TWO), 1.0, 1.0),
        (cited(f"{ONE}. [1]\n{TWO}.", ONE), 0.5, 1.0),  # a sentence without citation
        (cited(f"{ONE}. [2]\n{TWO}. [1]", ONE, TWO), 0.0, 0.0),  # each the other's
        (cited(f"{ONE}. [1][2]", ONE, TWO), 1.0, 0.5),  # the second adds nothing
        (cited(f"{ONE} và {TWO}. [1][2]", ONE, TWO), 1.0, 1.0),  # neither alone, both needed
        (cited(f"{ONE}. [1][2]", ONE, ONE), 1.0, 1.0),  # each alone is enough
        (cited(f"{ONE}. [1][2][3]", "kinh tế số chiếm", "tối thiểu 20% GRDP", TWO), 1.0, 2 / 3),
        (cited(f"{ONE}. [7]", ONE), 0.0, 0.0),  # a marker of nothing
        (cited("", ONE), 0.0, 0.0),
        ({}, 0.0, 0.0),
    ],
)
def test_citation_recall_and_precision_worked_by_hand(answer: dict[str, Any], recall: float, precision: float) -> None:
    assert attribution(answer) == pytest.approx((recall, precision))


def test_what_a_citation_shows_supports_too_and_a_judge_may_be_given() -> None:
    context = [{"quote": "3. Mục tiêu đến năm 2025", "of": "heading"}]
    citation = {"marker": 1, "quote": ONE, "province": "Gia Lai", "issued": "2022-01-26", "context": context}
    answer = {"answer": f"{ONE}. [1] (Gia Lai, đến năm 2025)\nBan hành ngày 26/01/2022 [1]", "citations": [citation]}
    assert attribution(answer) == (0.5, 0.5), "the date is there, but not the words around it"
    asked: list[tuple[str, str]] = []
    assert attribution(answer, lambda premise, said: bool(asked.append((premise, said)) or True)) == (1.0, 1.0)
    assert asked[0][0].startswith(ONE)
    assert asked[0][1] == f"{ONE.lower()} . (gia lai, đến năm 2025)"


# -- all measures

GOLD = [
    question(id="f", question="Kinh tế số 2025?", must_include=(("20%",),)),
    question(id="l", type="list", must_include=(("chính quyền số",), ("kinh tế số",), ("xã hội số",), ("hạ tầng",))),
    question(id="u", type=UNANSWERABLE, must_include=()),
    question(id="v", type=UNANSWERABLE, must_include=()),
]
FIGURE = "Đến năm 2025, kinh tế số chiếm 20% GRDP của tỉnh"
LIST = "Ba trụ cột: chính quyền số, kinh tế số và xã hội số"
TEXTS = {"Gia Lai": f"I. MỤC TIÊU\n{FIGURE}.\n{LIST}.\nNăng suất lao động tăng 7% mỗi năm.\nĐến năm 2030 chiếm 30% GRDP."}
RIGHT = {
    "f": cited(f"{FIGURE}. [1]", FIGURE, latency_ms=10.0),
    "l": cited(f"{LIST}. [1]", LIST, latency_ms=20.0),
    "u": {"answer": "Không nêu.", "refused": True, "latency_ms": 30.0},
    "v": {"answer": "Không nêu.", "refused": True, "latency_ms": 40.0},
}


def test_all_measures_worked_by_hand() -> None:
    assert measure(GOLD, RIGHT, TEXTS) == pytest.approx(
        {
            "exact_match": 0.0,
            "token_f1": 2 / 12,  # 1 shared of 11 words and of 1
            "squad_exact": 2 / 3,
            "squad_f1": (2 / 12 + 2) / 3,
            "figure_accuracy": 1.0,
            "completeness": 3 / 4,
            "alce_recall": 1.0,
            "alce_precision": 1.0,
            "verbatim": 1.0,
            "refusal_precision": 1.0,
            "refusal_recall": 1.0,
            "refusal_f1": 1.0,
            "answer_words_mean": 13.0,
            "answer_words_median": 13.0,
            "latency_ms_p50": 30.0,
            "latency_ms_p95": 40.0,
            "missing": 0.0,
        }
    )


def test_no_questions_give_no_numbers() -> None:
    assert set(measure([], {}, TEXTS).values()) == {None}
    assert measure(GOLD, RIGHT, {})["verbatim"] is None


def test_quotes_are_looked_up_in_their_own_document() -> None:
    gold = [question(id="f")]

    def share(citation: dict[str, Any], texts: dict[str, str]) -> float | None:
        return measure(gold, {"f": {"answer": "20% [1]", "citations": [{"marker": 1, **citation}]}}, texts)["verbatim"]

    texts = {"gl": "Chiếm  20%\u00a0GRDP.", "Trà Vinh": "Chiếm 10%."}
    assert share({"document_id": "gl", "province": "Trà Vinh", "quote": "Chiếm 20% GRDP"}, texts) == 1.0, "which space it is does not count"
    assert share({"document_id": "gl", "quote": "Chiếm 20% GRDP:"}, texts) == 0.0
    assert share({"document_id": "gl", "quote": "chiếm 20%"}, texts) == 0.0
    assert share({"province": "Trà Vinh", "quote": "Chiếm  20%"}, texts) == 0.0
    assert share({"province": "Huế", "quote": unicodedata.normalize("NFD", "Chiếm 20%")}, texts) == 1.0
    assert share({"quote": ""}, texts) == 0.0


def wrong(**changes: Any) -> dict[str, float]:
    """The measures that are lower than those of the right answers, and their values."""
    before, after = measure(GOLD, RIGHT, TEXTS), measure(GOLD, RIGHT | changes, TEXTS)
    names = [*MEANS, "refusal_precision", "refusal_recall", "refusal_f1"]
    return {n: pytest.approx(after[n]) for n in names if after[n] != pytest.approx(before[n])}  # type: ignore[misc]


def test_who_always_refuses_is_told_by_all_but_the_refusals_recall() -> None:
    refused = {"answer": "Không nêu.", "refused": True, "citations": []}
    told = wrong(**{g.id: refused for g in GOLD})
    assert told == {
        "token_f1": 0,
        "squad_f1": 2 / 3,
        "figure_accuracy": 0,
        "completeness": 0,
        "alce_recall": 0,
        "alce_precision": 0,
        "verbatim": 0,
        "refusal_precision": 0.5,
        "refusal_f1": 2 / 3,
    }


def test_who_always_answers_is_told_by_the_refusals() -> None:
    told = wrong(u=RIGHT["f"], v=RIGHT["f"])
    assert told == {"squad_exact": 0, "squad_f1": (2 / 12) / 3, "refusal_recall": 0, "refusal_f1": 0} | {
        "refusal_precision": told["refusal_precision"]
    }
    assert measure(GOLD, RIGHT | {"u": RIGHT["f"], "v": RIGHT["f"]}, TEXTS)["refusal_precision"] is None, "nothing was refused"


def test_random_quotes_are_told_by_completeness_and_figures_not_by_citations() -> None:
    other = "Năng suất lao động tăng 7% mỗi năm."
    told = wrong(f=cited(f"{other} [1]", other), l=cited(f"{other} [1]", other))
    assert told == {"token_f1": 0, "squad_f1": 2 / 3, "figure_accuracy": 0, "completeness": 0}


def test_the_right_text_with_a_wrong_citation_is_told_by_alce_alone() -> None:
    other = "Năng suất lao động tăng 7% mỗi năm."
    assert wrong(f=cited(f"{FIGURE}. [1]", other)) == {"alce_recall": 0.5, "alce_precision": 0.5}
    assert wrong(f=cited(f"{FIGURE}. [1]", FIGURE.replace("20%", "20 %"))) == {"verbatim": 0.5}


def test_swapped_figures_are_told_by_figure_accuracy_and_support() -> None:
    assert wrong(f=cited(f"{FIGURE.replace('20%', '30%')}. [1]", FIGURE)) == {
        "token_f1": 0,
        "squad_f1": 2 / 3,
        "figure_accuracy": 0,
        "alce_recall": 0.5,
        "alce_precision": 0.5,
    }
    swapped = "Đến năm 2025 chiếm 30% GRDP, đến năm 2030 chiếm 20% GRDP"
    assert figure_right(GOLD[0], swapped) is False, "the same figures, each said of the other's year"


answer_texts = st.sampled_from(["", "20%", FIGURE, f"{FIGURE}. [1]", f"{LIST} [1][2]", "Năm 2030: 30% [1]."])
given_answers = st.dictionaries(
    st.sampled_from([g.id for g in GOLD]),
    st.builds(
        lambda text, refused, n: cited(text, *[FIGURE, LIST][:n]) | {"refused": refused}, answer_texts, st.booleans(), st.integers(0, 2)
    ),
)


@given(given_answers, st.sets(st.sampled_from([g.id for g in GOLD])))
def test_a_missing_answer_scores_zero_and_never_drops_out(answers: dict[str, Any], lost: set[str]) -> None:
    left = {i: a for i, a in answers.items() if i not in lost}
    before, after = per_question(GOLD, answers, TEXTS), per_question(GOLD, left, TEXTS)
    means = measure(GOLD, left, TEXTS)
    for name in MEANS:
        assert after[name] == {i: 0 if i in lost else value for i, value in before[name].items()}
        assert means[name] == pytest.approx(sum(after[name].values()) / len(before[name]))
        assert all(0 <= value <= 1 for value in after[name].values())
    assert means["missing"] == sum(not left.get(g.id, {}).get("refused") and not left.get(g.id, {}).get("answer") for g in GOLD) / len(GOLD)
    assert means["refusal_recall"] == sum(bool(left.get(i, {}).get("refused")) for i in ("u", "v")) / 2


# -- rankings

LINES = (
    "Kinh tế số chiếm 20% GRDP của cả tỉnh.",
    "Năng suất lao động tăng 7% mỗi năm.",
    "Đào tạo cán bộ số ở mọi cấp.",
    "Điều khoản cuối cùng.",
)


def library() -> dict[str, Resolution]:
    text, spans, at = "\n".join(LINES), [], 0
    for line in LINES:
        spans.append((at, at + len(line)))
        at += len(line) + 1
    passages = tuple(Passage(f"x#{i}", "x", (), a, b, text[a:b]) for i, (a, b) in enumerate(spans))
    return {"x": Resolution("x", "", "", "Gia Lai", "", "", text, (), passages)}


LIBRARY = library()


def order(*numbers: int) -> list[Passage]:
    return [LIBRARY["x"].passages[n] for n in numbers]


def about(identity: str, *numbers: int, grade: int = 1) -> Gold:
    return question(id=identity, evidence=tuple(Evidence("x", LINES[n], grade=grade) for n in numbers))


def test_rankings_worked_by_hand() -> None:
    pytest.importorskip("ir_measures")
    gold = [about("a", 0, 1), about("b", 2), about("c", 3), question(id="none")]
    rankings = {"a": order(2, 0, 3, 1), "b": order(2, 0)}
    got = measure_rankings(gold, rankings, LIBRARY)
    log = [1.0, 1.584962500721156, 2.0, 2.321928094887362]  # log2(rank + 1)
    first = (1 / log[1] + 1 / log[3]) / (1 / log[0] + 1 / log[1])
    assert got == pytest.approx(
        {
            "ndcg@10": (first + 1 + 0) / 3,
            "mrr": (1 / 2 + 1 + 0) / 3,
            "recall@1": (0 + 1 + 0) / 3,
            "recall@5": (1 + 1 + 0) / 3,
            "recall@10": (1 + 1 + 0) / 3,
        }
    )
    assert got["mrr"] == pytest.approx(measure_spans(gold, rankings, LIBRARY).mrr), "the question without a ranking is in both"


def test_evidence_across_passages_is_in_the_mean_and_grades_count() -> None:
    pytest.importorskip("ir_measures")
    across = question(id="x", evidence=(Evidence("x", "của cả tỉnh.\nNăng suất lao động"),))
    assert relevance([across], LIBRARY) == {"x": {}}
    got = measure_rankings([across, about("b", 2)], {"x": order(0, 1), "b": order(2)}, LIBRARY)
    assert got == pytest.approx(dict.fromkeys(RANKED, 0.5))
    graded = question(id="g", evidence=(Evidence("x", LINES[0]), Evidence("x", LINES[1], grade=2)))
    assert relevance([graded], LIBRARY) == {"g": {"x#0": 1, "x#1": 2}}
    half = (1 + 2 / 1.584962500721156) / (2 + 1 / 1.584962500721156)
    assert measure_rankings([graded], {"g": order(0, 1)}, LIBRARY)["ndcg@10"] == pytest.approx(half)


def test_passages_of_another_cutting_are_judged_among_themselves() -> None:
    pytest.importorskip("ir_measures")
    end = LIBRARY["x"].text.index(LINES[2]) - 1
    chunk = Passage("chunk", "x", (), 0, end, LIBRARY["x"].text[:end])
    gold = [about("a", 0, 1)]
    assert relevance(gold, LIBRARY, [chunk]) == {"a": {"chunk": 1}}
    assert measure_rankings(gold, {"a": [chunk]}, LIBRARY, [chunk])["recall@1"] == 1
    assert measure_rankings(gold, {"a": [chunk]}, LIBRARY)["recall@1"] == pytest.approx(1 / 3), (
        "two of the library's own would be right too"
    )


def test_without_ir_measures_or_questions_there_are_no_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    assert measure_rankings([question()], {}, LIBRARY) == dict.fromkeys(RANKED)
    monkeypatch.setitem(sys.modules, "ir_measures", None)
    assert measure_rankings([about("a", 0)], {"a": order(0)}, LIBRARY) == dict.fromkeys(RANKED)


def test_every_measure_and_column_is_documented() -> None:
    page = (Path(__file__).resolve().parents[1] / "docs" / "EVALUATION.md").read_text("utf-8")
    names = {*measure(GOLD, RIGHT, TEXTS), *RANKED, *(n for names in COLUMNS.values() for n in names)}
    assert {n for n in names if f"`{n}`" not in page} == set()
