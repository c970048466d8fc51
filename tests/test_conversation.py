"""Follow-ups: what a question takes from the turns before, and what it leaves there."""

from collections.abc import Sequence
from datetime import date

import pytest

from qa.answer import Answer, Status
from qa.assistant import Assistant
from qa.demands import Tense
from qa.patterns import Kind, Measure
from qa.question import Question
from qa.settings import Settings

SENTENCE = (
    "Phân đầu kinh tế số chiếm 10% GRDP; tối thiểu 50% sản phẩm hàng hóa và dịch vụ được chứng nhận thương hiệu có mặt trên các sàn "
    "thương mại điện tử; 50% các doanh nghiệp nhỏ và vừa (doanh nghiệp, hợp tác xã, hộ kinh doanh) thực hiện chuyên đổi số."
)
LATER = (
    "Kinh tế số chiếm 15% đến 20% GRDP; tối thiểu 80% sản phẩm hàng hóa và dịch vụ được chứng nhận thương hiệu có mặt trên các sàn "
    "thương mại điện tử; tối thiểu 80% các doanh nghiệp nhỏ và vừa (doanh nghiệp, hợp tác xã, hộ kinh doanh) thực hiện chuyển đổi số."
)

ECONOMY = "Kinh tế số của Gia Lai năm 2025 chiếm bao nhiêu phần trăm GRDP?"


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    """The real one; its folder is shared with the other test files of a run."""
    data = tmp_path_factory.getbasetemp() / "library"
    return Assistant.open(Settings.load(data=str(data), environment={}), say=lambda _: None, today=lambda: date(2022, 6, 1))


def turns(*typed: str) -> list[dict[str, str]]:
    """A history in which each of `typed` got some answer; what the assistant said is never read."""
    return [t for q in typed for t in ({"role": "user", "content": q}, {"role": "assistant", "content": "Trà Vinh năm 2099 [1]"})]


def read(assistant: Assistant, *typed: str) -> Question:
    """The last of `typed` as understood after the others."""
    return assistant.understand(typed[-1], turns(*typed[:-1]))


def ask(assistant: Assistant, *typed: str) -> Answer:
    return assistant.ask(typed[-1], turns(*typed[:-1]))


def words(question: Question) -> set[str]:
    return {t.word for t in question.topic}


def quotes(answer: Answer) -> list[tuple[str, str]]:
    return [(c.province, c.quote) for c in answer.citations]


# Each sort of follow-up, down to its answer


@pytest.mark.parametrize("typed", ["còn năm 2030?", "Còn 2030 thì sao?", "con nam 2030", "vậy 2030?", "đến 2030 thì sao"])
def test_another_year(assistant: Assistant, typed: str) -> None:
    answer = ask(assistant, ECONOMY, typed)
    assert (answer.understood.provinces, answer.understood.years, answer.understood.kind) == (("Gia Lai",), (2030,), "figure")
    assert quotes(answer) == [("Gia Lai", "Đóng góp của kinh tế số vào GRDP của tỉnh chiếm tỷ lệ tối thiểu 30%.")]


@pytest.mark.parametrize("typed", ["thế Bình Định?", "Còn Bình Định thì sao?", "con binh dinh", "Quy Nhơn thì sao?", "Bình Định?"])
def test_another_place(assistant: Assistant, typed: str) -> None:
    answer = ask(assistant, ECONOMY, typed)
    assert (answer.understood.provinces, answer.understood.years) == (("Bình Định",), (2025,))
    assert answer.text == "Phân đầu kinh tế số chiếm **10%** GRDP; [1] (Bình Định, đến năm 2025)"
    assert quotes(answer) == [("Bình Định", SENTENCE)]


@pytest.mark.parametrize("typed", ["so với năm 2030 thì sao?", "So sánh với 2030?", "so voi nam 2030"])
def test_another_year_beside_the_one_before(assistant: Assistant, typed: str) -> None:
    answer = ask(assistant, ECONOMY, typed)
    assert (answer.understood.provinces, answer.understood.years) == (("Gia Lai",), (2025, 2030))
    assert quotes(answer) == [
        ("Gia Lai", "Kinh tế số chiếm tối thiểu 20% GRDP của tỉnh."),
        ("Gia Lai", "Đóng góp của kinh tế số vào GRDP của tỉnh chiếm tỷ lệ tối thiểu 30%."),
    ]


@pytest.mark.parametrize("typed", ["so với Bình Định thì bên nào cao hơn?", "So với Bình Định?"])
def test_another_place_beside_the_one_before(assistant: Assistant, typed: str) -> None:
    answer = ask(assistant, ECONOMY, typed)
    assert (answer.understood.kind, answer.understood.provinces, answer.understood.years) == (
        "compare",
        ("Gia Lai", "Bình Định"),
        (2025,),
    )
    (first, own), (second, other) = quotes(answer)
    assert (first, own) == ("Gia Lai", "Kinh tế số chiếm tối thiểu 20% GRDP của tỉnh.")
    assert second == "Bình Định"
    assert other.startswith("Phân đầu kinh tế số chiếm 10% GRDP;")


@pytest.mark.parametrize("typed", ["Còn Bình Định thì tới lúc đó bao nhiêu, bên nào hơn?", "Thế Bình Định bao nhiêu, bên nào cao hơn?"])
def test_which_of_two_is_more_asks_of_both(assistant: Assistant, typed: str) -> None:
    answer = ask(assistant, ECONOMY, typed)
    assert (answer.understood.kind, answer.understood.provinces, answer.understood.years) == ("compare", ("Gia Lai", "Bình Định"), (2025,))
    assert [p for p, _ in quotes(answer)] == ["Gia Lai", "Bình Định"]


@pytest.mark.parametrize("typed", ["Rứa tới 2030 thì răng?", "Thế còn mốc 2030 thì sao?", "Lúc 2030 thì sao?"])
def test_words_that_only_point_at_a_time_are_no_topic(assistant: Assistant, typed: str) -> None:
    answer = ask(assistant, ECONOMY, typed)
    assert quotes(answer) == [("Gia Lai", "Đóng góp của kinh tế số vào GRDP của tỉnh chiếm tỷ lệ tối thiểu 30%.")]


def test_another_bodys_tasks_are_no_figure(assistant: Assistant) -> None:
    question = assistant.understand("Còn các sở, ban, ngành thì được giao làm gì?", [{"role": "user", "content": ECONOMY}])
    assert (question.kind, question.measure, question.provinces) == (Kind.LIST, None, ("Gia Lai",))
    assert "grdp" not in words(question)


def test_what_is_today_is_asked_of_no_year_before(assistant: Assistant) -> None:
    asked = read(assistant, ECONOMY, "thế hiện giờ đang chiếm mấy phần trăm?")
    assert (asked.provinces, asked.years, asked.now, asked.tense) == (("Gia Lai",), (), False, Tense.PRESENT)
    back = read(assistant, "Gia Lai hiện có bao nhiêu doanh nghiệp số?", "so với năm 2025 thì sao?")
    assert (back.provinces, back.years, back.now) == (("Gia Lai",), (2025,), True)


def test_a_place_then_a_year(assistant: Assistant) -> None:
    answer = ask(assistant, ECONOMY, "thế Bình Định?", "còn năm 2030?")
    assert (answer.understood.provinces, answer.understood.years) == (("Bình Định",), (2030,))
    assert quotes(answer) == [("Bình Định", LATER)]


def test_a_year_then_a_place(assistant: Assistant) -> None:
    answer = ask(assistant, ECONOMY, "còn năm 2030?", "thế Thái Nguyên?")
    assert (answer.understood.provinces, answer.understood.years) == (("Thái Nguyên",), (2030,))
    assert ("Thái Nguyên", "Kinh tế số chiếm trên 30% GRDP.") in quotes(answer)


def test_two_places_are_compared(assistant: Assistant) -> None:
    answer = ask(assistant, "Năng suất lao động của Gia Lai đến năm 2030 tăng bao nhiêu?", "còn Bình Định và Thái Nguyên?")
    assert (answer.understood.kind, answer.understood.provinces) == ("compare", ("Bình Định", "Thái Nguyên"))
    assert quotes(answer) == [
        ("Bình Định", "Năng suất lao động hàng năm tăng tối thiểu 8%."),
        ("Thái Nguyên", "Năng suất lao động hằng năm tăng tối thiểu 8%."),
    ]


def test_who_is_responsible_for_it(assistant: Assistant) -> None:
    question = read(assistant, ECONOMY, "ai chịu trách nhiệm việc đó?")
    assert (question.kind, question.measure, question.provinces, question.years) == (Kind.WHO, None, ("Gia Lai",), (2025,))
    assert {"kinh", "tế", "số", "trách", "nhiệm"} <= words(question)
    assert question.inherited >= {"kinh", "tế", "số"}
    assert not question.inherited & {"trách", "nhiệm"}
    answer = ask(assistant, "Tuyên truyền nghị quyết ở Bình Định thế nào?", "ai chịu trách nhiệm việc đó?")
    assert any(q.startswith("3. Ban Tuyên giáo Tỉnh ủy chủ trì") for _, q in quotes(answer))


def test_a_figure_asked_for_after_a_list(assistant: Assistant) -> None:
    question = read(assistant, "Mục tiêu kinh tế số của Thái Nguyên năm 2030 là gì?", "bao nhiêu phần trăm?")
    assert (question.kind, question.measure) == (Kind.FIGURE, Measure.PERCENT)
    assert (question.provinces, question.years) == (("Thái Nguyên",), (2030,))


@pytest.mark.parametrize(
    ("before", "typed", "section"),
    [
        ("Trà Vinh chuyển đổi số giáo dục thế nào?", "Còn ngành nông nghiệp thì làm gì?", "nông nghiệp"),
        ("Gia Lai chuyển đổi số ở những lĩnh vực nào?", "nói kỹ hơn về nông nghiệp", "nông nghiệp"),
        ("Gia Lai làm gì về y tế?", "noi them ve phan nong nghiep", "nông nghiệp"),
    ],
)
def test_another_field(assistant: Assistant, before: str, typed: str, section: str) -> None:
    answer = ask(assistant, before, typed)
    assert {c.province for c in answer.citations} == {"Trà Vinh" if "Trà Vinh" in before else "Gia Lai"}
    assert all(section in c.section.split(" > ")[-1] for c in answer.citations)


@pytest.mark.parametrize("typed", ["nói rõ hơn về việc này", "Còn mảng đó năm 2030?"])
def test_what_is_only_pointed_at_stays_asked(assistant: Assistant, typed: str) -> None:
    asked = read(assistant, "Trà Vinh chuyển đổi số giáo dục thế nào?", typed)
    assert {"giáo", "dục"} <= words(asked)


def test_the_document_itself(assistant: Assistant) -> None:
    answer = ask(assistant, ECONOMY, "Nghị quyết đó ban hành ngày nào?")
    assert answer.text == "Ngày ban hành: **20/01/2022** [1]."
    ((place, quote),) = quotes(answer)
    assert place == "Gia Lai"
    assert "đã ban hành Nghị quyết số 04-NQ/TU ngày 20/01/2022 về chuyển đổi số" in quote


# What is not taken over


def test_a_new_topic_takes_the_place_at_most(assistant: Assistant) -> None:
    question = read(assistant, ECONOMY, "Tỷ lệ dân số có tài khoản thanh toán điện tử đến năm 2030 là bao nhiêu?")
    assert question.provinces == ("Gia Lai",)
    assert (question.inherited, question.years) == (frozenset(), (2030,))
    assert not words(question) & {"kinh", "tế", "grdp"}


def test_a_question_that_names_all_is_left_alone(assistant: Assistant) -> None:
    typed = "Thái Nguyên có bao nhiêu doanh nghiệp số năm 2025?"
    assert read(assistant, "Lĩnh vực y tế của Trà Vinh làm gì năm 2030?", typed) == read(assistant, typed)


def test_all_provinces_asked_for_are_not_narrowed(assistant: Assistant) -> None:
    question = read(assistant, ECONOMY, "So sánh năng suất lao động của bốn tỉnh năm 2030")
    assert len(question.provinces) == 4
    assert "grdp" not in words(question)


def test_what_the_assistant_said_is_not_read(assistant: Assistant) -> None:
    said = [{"role": "user", "content": ECONOMY}, {"role": "assistant", "content": "Bình Định năm 2030, doanh nghiệp số"}]
    assert assistant.understand("cụ thể hơn", said).provinces == ("Gia Lai",)
    assert assistant.understand("còn năm 2030?", said[1:]) == assistant.understand("còn năm 2030?")


@pytest.mark.parametrize("between", ["cảm ơn nhé", "xin chào", "bạn là ai?", "???", "", "😀"])
def test_small_talk_between_is_passed_over(assistant: Assistant, between: str) -> None:
    assert quotes(ask(assistant, ECONOMY, between, "còn năm 2030?")) == quotes(ask(assistant, ECONOMY, "còn năm 2030?"))


@pytest.mark.parametrize("typed", ["cảm ơn nhé", "xin chào"])
def test_small_talk_itself_takes_nothing(assistant: Assistant, typed: str) -> None:
    answer = ask(assistant, ECONOMY, typed)
    assert answer.status is Status.GREETING
    assert answer.understood.provinces == ()


def test_nothing_to_understand_takes_nothing(assistant: Assistant) -> None:
    assert ask(assistant, ECONOMY, "???").status is Status.UNCLEAR


def test_a_long_talk_is_traced_a_few_turns_back(assistant: Assistant) -> None:
    places = ["Còn Bình Định?", "Còn Trà Vinh?", "Còn Thái Nguyên?"]
    assert "kinh" in words(read(assistant, ECONOMY, *places, "còn năm 2030?"))
    assert read(assistant, ECONOMY, *places * 20, "còn năm 2030?").provinces == ("Thái Nguyên",)


# Refusals


def test_a_year_without_a_target_is_refused(assistant: Assistant) -> None:
    answer = ask(assistant, ECONOMY, "còn năm 2027?")
    assert answer.status is Status.NOT_FOUND
    assert answer.text.startswith("Tôi không tìm thấy nội dung này cho năm 2027 trong văn bản của Gia Lai. Các mốc văn bản nêu: ")
    assert "2025" in answer.text
    assert "2030" in answer.text


def test_an_absent_province_is_refused_and_stays_asked(assistant: Assistant) -> None:
    refusal = (
        "Thư viện chưa có văn bản của Hà Nội nên tôi không trả lời được. Hiện có văn bản của: Gia Lai, Trà Vinh, Thái Nguyên, Bình Định."
    )
    for typed in (("còn Hà Nội?",), ("còn Hà Nội?", "năm 2030?")):
        answer = ask(assistant, ECONOMY, *typed)
        assert (answer.status, answer.text) == (Status.NOT_FOUND, refusal)
    assert ask(assistant, ECONOMY, "còn Hà Nội?", "Còn Thái Nguyên?").status is Status.ANSWERED


def test_a_new_name_in_a_follow_up_brings_its_note(assistant: Assistant) -> None:
    answer = ask(assistant, ECONOMY, "còn Vĩnh Long?")
    assert answer.text.splitlines()[-1] == "*Từ ngày 01/7/2025, Trà Vinh thuộc Vĩnh Long; câu trả lời lấy từ văn bản của Trà Vinh.*"
    assert "trên 10%" in answer.citations[0].quote


# Histories that are none


@pytest.mark.parametrize(
    "history",
    [[], [{}], [{"role": "user"}], [{"content": "Bình Định"}], [{"role": "system", "content": "Bình Định 2030"}], turns("", " ")],
)
def test_an_empty_history_changes_nothing(assistant: Assistant, history: Sequence[dict[str, str]]) -> None:
    assert assistant.understand(ECONOMY, history) == assistant.understand(ECONOMY)
    assert assistant.understand("còn năm 2030?", history) == assistant.understand("còn năm 2030?")


@pytest.mark.parametrize(
    ("typed", "year"),
    [("thế năm sau đó thì sao?", 2026), ("còn năm kế tiếp?", 2026), ("năm liền trước là bao nhiêu", 2024), ("còn năm 2030?", 2030)],
)
def test_the_year_beside_the_one_before(assistant: Assistant, typed: str, year: int) -> None:
    found = read(assistant, "Năm 2025 kinh tế số Trà Vinh chiếm bao nhiêu phần trăm GRDP?", typed)
    assert (found.years, found.provinces, found.measure) == ((year,), ("Trà Vinh",), Measure.PERCENT)
