"""Batches of questions: an answer line for each question line, in order, whatever stands between them."""

import json
from datetime import date
from typing import Any

import pytest

from qa.answer import Answer
from qa.assistant import Assistant
from qa.batch import LineError, answer_lines, parse
from qa.settings import LONGEST_QUESTION, Settings

SENTENCE = (
    "Phân đầu kinh tế số chiếm 10% GRDP; tối thiểu 50% sản phẩm hàng hóa và dịch vụ được chứng nhận thương hiệu có mặt trên các sàn "
    "thương mại điện tử; 50% các doanh nghiệp nhỏ và vừa (doanh nghiệp, hợp tác xã, hộ kinh doanh) thực hiện chuyên đổi số."
)

ECONOMY = "Kinh tế số của Gia Lai năm 2025 chiếm bao nhiêu phần trăm GRDP?"
SAID = "Kinh tế số chiếm **tối thiểu 20%** GRDP của tỉnh. [1] (Gia Lai, đến năm 2025)"
NOT_JSON = 'not JSON; a line is wanted like {"id": "1", "question": "…"}'
NO_QUESTION = 'no text in "question"; a line is wanted like {"id": "1", "question": "…"}'
HISTORY = '"history" must be a list of {"role": "user" or "assistant", "content": text}'
YEAR = '"year" must be a whole number from 1900 to 2100, or null'


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    """The real one; its folder is shared with the other test files of a run."""
    data = tmp_path_factory.getbasetemp() / "library"
    return Assistant.open(Settings.load(data=str(data), environment={}), say=lambda _: None, today=lambda: date(2022, 6, 1))


def run(assistant: Assistant, *lines: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in answer_lines(assistant, lines)]


def line(**record: Any) -> str:
    return json.dumps(record, ensure_ascii=False)


def test_an_answer_for_each_question_in_order(assistant: Assistant) -> None:
    answers = run(assistant, line(id="b", question=ECONOMY), line(id=7, question="xin chào"), line(question="Cách nấu phở bò?"))
    assert [(a["id"], a["question"], a["status"], a["refused"]) for a in answers] == [
        ("b", ECONOMY, "answered", False),
        (7, "xin chào", "greeting", False),
        (None, "Cách nấu phở bò?", "off_topic", True),
    ]
    assert answers[0]["answer"] == SAID
    assert answers[0]["latency_ms"] > 0


def test_a_line_has_the_fields_of_the_contract(assistant: Assistant) -> None:
    [answer] = run(assistant, line(id="1", question=ECONOMY))
    contract = ["id", "question", "status", "refused", "answer", "citations", "understood", "suggestions", "latency_ms"]
    assert list(answer) == contract
    [cited] = answer["citations"]
    assert list(cited) == [
        *(
            "marker",
            "document_id",
            "title",
            "number",
            "province",
            "issued",
            "section",
            "page",
            "start",
            "end",
            "quote",
            "context",
            "score",
            "ocr",
        )
    ]
    assert list(cited["context"][0]) == ["start", "end", "quote", "of"]
    assert answer["understood"] == {"provinces": ["Gia Lai"], "years": [2025], "kind": "figure", "normalised": ECONOMY, "completed": ""}


def test_an_answer_is_one_line(assistant: Assistant) -> None:
    [written] = answer_lines(assistant, [line(id="1", question="Trà Vinh chuyển đổi số ở những lĩnh vực nào?\n\u2028")])
    assert "\n" not in written
    assert json.loads(written)["answer"].count("\n") == 9


def test_it_is_one_line_for_who_parts_lines_at_other_signs_too(assistant: Assistant) -> None:
    told = "a\u2028b\u2029c\x85d\x0be\x1cf\r"
    [written] = answer_lines(assistant, [line(id=told, question="Xin chào\u2028")])
    assert len(written.splitlines()) == 1
    assert json.loads(written)["id"] == told


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        ("{", NOT_JSON),
        ("Kinh tế số?", NOT_JSON),
        ("\ufffd\ufffd", NOT_JSON),
        ("[" * 100_000, NOT_JSON),
        ("[]", NO_QUESTION),
        ('"question"', NO_QUESTION),
        ("null", NO_QUESTION),
        ("{}", NO_QUESTION),
        (line(id="1", question=None), NO_QUESTION),
        (line(id="1", question=["x"]), NO_QUESTION),
        (line(id={}, question="x"), '"id" must be a string or a number'),
        (line(id=[1], question="x"), '"id" must be a string or a number'),
        (line(id="1", question="x", history="xin chào"), HISTORY),
        (line(id="1", question="x", history=["xin chào"]), HISTORY),
        (line(id="1", question="x", history=[["user", "x"]]), HISTORY),
        (line(id="1", question="x", history=[{"role": "user"}]), HISTORY),
        (line(id="1", question="x", history=[{"role": "user", "content": 1}]), HISTORY),
        (line(id="1", question="x", history=[{"role": "system", "content": "x"}]), HISTORY),
        (line(id="1", question="x", history={"role": "user", "content": "x"}), HISTORY),
        (line(id="1", question="x", province=["Gia Lai"]), '"province" must be a name or null'),
        (line(id="1", question="x", year="2025"), YEAR),
        (line(id="1", question="x", year=2025.0), YEAR),
        (line(id="1", question="x", year=True), YEAR),
        (line(id="1", question="x", year=10**30), YEAR),
        ('{"id": "1", "question": "x", "year": NaN}', YEAR),
    ],
)
def test_a_broken_line_gives_an_error_in_its_place(assistant: Assistant, broken: str, said: str) -> None:
    answers = run(assistant, line(id="a", question="xin chào"), broken, line(id="c", question="cảm ơn"))
    assert [a["id"] for a in answers] == ["a", None, "c"]
    assert answers[1] == {"id": None, "line": 2, "status": "error", "error": said}


def test_blank_lines_are_no_questions_but_count(assistant: Assistant) -> None:
    answers = run(assistant, "\n", " \t\r\n", "{\n", "", line(id="z", question="xin chào") + "\r\n")
    assert [(a["id"], a["status"]) for a in answers] == [(None, "error"), ("z", "greeting")]
    assert answers[0]["line"] == 3


def test_nothing_in_nothing_out(assistant: Assistant) -> None:
    assert run(assistant) == []


def test_history_and_filters_are_used(assistant: Assistant) -> None:
    said = [{"role": "user", "content": ECONOMY}, {"role": "assistant", "content": SAID}]
    general = "Kinh tế số chiếm bao nhiêu phần trăm GRDP?"
    followed, filtered, unknown = run(
        assistant,
        line(id="1", question="còn năm 2030?", history=said),
        line(id="2", question=general, province="binh dinh", year=2025),
        line(id="3", question=general, province="Atlantis", history=None, year=None),
    )
    assert [c["quote"] for c in followed["citations"]] == ["Đóng góp của kinh tế số vào GRDP của tỉnh chiếm tỷ lệ tối thiểu 30%."]
    assert [c["quote"] for c in filtered["citations"]] == [SENTENCE]
    assert (unknown["id"], unknown["status"]) == ("3", "error")
    assert unknown["answer"].startswith("Bộ lọc tỉnh “Atlantis” không có trong thư viện.")


def test_what_the_question_holds_comes_back_as_it_was(assistant: Assistant) -> None:
    odd = '"dấu nháy"\t<b>\\ \u2028 😀'
    [answer] = run(assistant, line(id="\u00e9", question=odd))
    assert (answer["id"], answer["question"]) == ("é", odd)


class Breaking:
    """Fails on every other question."""

    def __init__(self) -> None:
        self.asked = 0

    def ask(self, *given: Any) -> Answer:
        self.asked += 1
        if self.asked % 2:
            raise RuntimeError("no more seed")
        raise MemoryError


def test_a_question_that_fails_does_not_end_the_batch() -> None:
    answers: Any = [json.loads(a) for a in answer_lines(Breaking(), [line(id=i, question="x") for i in range(3)])]  # type: ignore[arg-type]
    said = "Có lỗi khi tìm câu trả lời. Bạn hãy thử lại; nếu vẫn lỗi, báo cho người quản trị."
    assert [(a["id"], a["status"], a["answer"]) for a in answers] == [(i, "error", said) for i in range(3)]


def test_lines_are_answered_as_they_come(assistant: Assistant) -> None:
    read: list[str] = []

    def source() -> Any:
        for i in range(3):
            read.append(str(i))
            yield line(id=str(i), question="xin chào")

    answers = answer_lines(assistant, source())
    assert json.loads(next(answers))["id"] == "0"
    assert read == ["0"]


def test_long_histories_are_cut_to_their_end() -> None:
    turns = [{"role": "user", "content": f"{i} " + "x" * LONGEST_QUESTION, "more": 1} for i in range(60)]
    history = parse(line(id="1", question="x", history=turns))["history"]
    assert len(history) == 50
    assert history[0]["content"].startswith("10 ")
    assert {len(t["content"]) for t in history} == {LONGEST_QUESTION}
    assert {tuple(t) for t in history} == {("role", "content")}


def test_parsing_says_what_is_accepted() -> None:
    assert parse(line(question="x")) == {"id": None, "question": "x", "history": [], "province": None, "year": None}
    with pytest.raises(LineError, match="not JSON"):
        parse("x")
