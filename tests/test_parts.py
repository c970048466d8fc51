"""Questions that ask for several things at once: how they are taken apart, and that each thing is told."""

import pytest
from conftest import small_document

from documents.library import bundled, corpus_digest
from index.store import build, open_index
from qa.assistant import Assistant
from qa.parts import apart
from qa.patterns import Kind, Measure

LINES = (
    "1. Lắp 8 trạm quan trắc sạt lở dọc đèo Pha Đin và đèo Tằng Quái; máy báo động cho người dân trong vòng 20 phút trước khi đất trượt.",
    "2. Sự cố mất an toàn thông tin phải báo cáo trong vòng 2 giờ.",
    "3. Chi cho an toàn thông tin không thấp hơn 15% kinh phí của mỗi dự án phần mềm.",
    "4. Hộ nghèo mua điện thoại được hỗ trợ 1.500.000 đồng, áp dụng đến ngày 31 tháng 12 năm 2026.",
    "5. Trường nghề mở 12 lớp sửa máy tính.",
)


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    data = tmp_path_factory.mktemp("parts")
    documents = [*bundled(), small_document("dien-bien", "Điện Biên", *LINES, path=("II. NHIỆM VỤ",))]
    build(data, documents, None)
    return Assistant(open_index(data, model=None, corpus=corpus_digest(documents)), None)


def told_apart(assistant: Assistant, question: str) -> list[str]:
    return [p.question.normalised for p in apart(assistant._reader, assistant.understand(question))]


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        (
            "Điện Biên lắp bao nhiêu trạm quan trắc, và dân được báo trước mấy phút?",
            ["Điện Biên lắp bao nhiêu trạm quan trắc", "dân được báo trước mấy phút"],
        ),
        # What asks nothing belongs to what is asked next, at the end to what was asked last.
        (
            "Đèo Pha Đin, đèo Tằng Quái hay sạt lở, Điện Biên lắp bao nhiêu trạm, hạn đến khi nào, theo nghị quyết?",
            ["Đèo Pha Đin, đèo Tằng Quái hay sạt lở, Điện Biên lắp bao nhiêu trạm", "hạn đến khi nào, theo nghị quyết?"],
        ),
        (
            "Vì sao các cấp ủy, các ngành ở Trà Vinh làm chậm, lỗi chủ quan nằm ở đâu?",
            ["Vì sao các cấp ủy, các ngành ở Trà Vinh làm chậm", "lỗi chủ quan nằm ở đâu"],
        ),
        # One thing each: an enumeration, a plural "mấy", "còn" in mid-sentence.
        ("Gia Lai chọn y tế, giáo dục và nông nghiệp làm gì?", []),
        ("Hồ sơ của mấy bác thương binh, gia đình liệt sĩ ở Gia Lai được số hóa bao nhiêu?", []),
        ("Sao Thái Nguyên chuyển đổi số còn chậm?", []),
        # Other kinds of answers put things side by side themselves.
        ("So sánh kinh tế số của Gia Lai và Trà Vinh, tỉnh nào cao hơn, cao hơn bao nhiêu?", []),
        ("Nghị quyết của Gia Lai số mấy, ai ký?", []),
    ],
)
def test_a_question_is_taken_apart_where_it_asks_for_several_things(assistant: Assistant, question: str, parts: list[str]) -> None:
    assert told_apart(assistant, question) == parts


@pytest.mark.parametrize(
    ("question", "topics"),
    [
        (
            "Năm 2025 ở Bình Định hộ có cáp quang hay dân có tài khoản thanh toán, bên nào cao hơn?",
            ["hộ cáp quang", "dân tài khoản thanh toán"],
        ),
        ("So sánh hồ sơ trực tuyến với ví điện tử ở Trà Vinh", ["hồ sơ trực tuyến", "ví điện tử"]),
        ("Thái Nguyên hồ sơ cấp huyện so với cấp xã chênh nhau bao nhiêu", ["hồ sơ cấp huyện", "hồ sơ cấp xã"]),
        ("Ở Bình Định kinh tế số hay chính quyền số được nhắc trước?", []),
    ],
)
def test_things_that_are_compared_in_one_place(assistant: Assistant, question: str, topics: list[str]) -> None:
    found = apart(assistant._reader, assistant.understand(question))
    assert [" ".join(t.word for t in p.question.topic) for p in found] == topics


def test_each_of_what_is_compared_is_told(assistant: Assistant) -> None:
    answer = assistant.ask("Năm 2025 ở Bình Định tỷ lệ hộ có cáp quang và tỷ lệ dân có tài khoản thanh toán, cái nào cao hơn?")
    quotes = " ".join(c.quote for c in answer.citations)
    assert "trên 80% hộ gia đình" in quotes
    assert "trên 50%" in quotes


def test_a_part_has_the_places_and_years_of_the_whole_and_its_own_measure(assistant: Assistant) -> None:
    question = assistant.understand(
        "Năm 2025 Gia Lai đặt kinh tế số bao nhiêu phần trăm, bao giờ phải sơ kết việc học kỹ năng số, hạn đến khi nào?"
    )
    first, second, third = apart(assistant._reader, question)
    assert [p.question.provinces for p in (first, second, third)] == [("Gia Lai",)] * 3
    assert [p.question.years for p in (first, second, third)] == [(2025,)] * 3
    assert [p.question.measure for p in (first, second, third)] == [Measure.PERCENT, Measure.DATE, Measure.DATE]
    assert (first.own, second.own, third.own) == (True, True, False)
    assert third.question.topic == question.topic


@pytest.mark.parametrize(
    ("question", "said"),
    [
        (
            "Ở Điện Biên sự cố an toàn thông tin phải báo cáo trong mấy giờ, dự án phần mềm phải chi bao nhiêu % cho an toàn thông tin?",
            ["2 giờ", "15%"],
        ),
        ("Hộ nghèo Điện Biên mua điện thoại được hỗ trợ bao nhiêu tiền, áp dụng đến ngày nào?", ["1.500.000 đồng", "31 tháng 12 năm 2026"]),
    ],
)
def test_each_thing_is_told_and_cited(assistant: Assistant, question: str, said: list[str]) -> None:
    answer = assistant.ask(question)
    plain = answer.text.replace("*", "")
    quotes = " ".join(c.quote for c in answer.citations)
    for figure in said:
        assert figure in plain
        assert figure in quotes


def by_places(assistant: Assistant, question: str) -> list[tuple[str, tuple[str, ...]]]:
    """What is asked of each place, and the place."""
    return [(q.normalised, q.provinces) for q in assistant._by_place(assistant.understand(question))]


@pytest.mark.parametrize(
    ("question", "places"),
    [
        ("Ai làm trưởng ban chỉ đạo ở Gia Lai, còn Bình Định ban chỉ đạo giúp ai?", ["Gia Lai", "Bình Định"]),
        ("Gia Lai làm gì về y tế? Trà Vinh thì làm gì về giáo dục?", ["Gia Lai", "Trà Vinh"]),
        ("Điện Biên báo cáo sự cố trong mấy giờ, Bình Định có nêu việc này không?", ["Điện Biên", "Bình Định"]),
        ("Gia Lai có bao nhiêu doanh nghiệp số, còn Trà Vinh?", ["Gia Lai", "Trà Vinh"]),
        ("Gia Lai có bao nhiêu doanh nghiệp số, rồi Trà Vinh, thế Thái Nguyên thì sao?", ["Gia Lai", "Trà Vinh", "Thái Nguyên"]),
        # One thing of all of them.
        ("Gia Lai, Trà Vinh, Bình Định có bao nhiêu doanh nghiệp số?", []),
        ("Gia Lai có bao nhiêu doanh nghiệp số, Trà Vinh?", []),
        ("Gia Lai và Trà Vinh có bao nhiêu doanh nghiệp số, tỉnh nào nhiều hơn?", []),
        ("Kinh tế số của Gia Lai so với Trà Vinh, bên nào cao hơn?", []),
        ("Gia Lai có bao nhiêu doanh nghiệp số, ở Gia Lai ai lo?", []),  # one place only
        ("Nghị quyết Gia Lai ai ký, còn Trà Vinh ai ký?", []),  # facts are told side by side anyway
    ],
)
def test_a_question_goes_on_from_one_place_to_the_next(assistant: Assistant, question: str, places: list[str]) -> None:
    assert [p for _, p in by_places(assistant, question)] == [(p,) for p in places]


def test_the_second_place_is_asked_what_the_first_was(assistant: Assistant) -> None:
    first, second = assistant._by_place(assistant.understand("Năm 2025 Gia Lai có bao nhiêu doanh nghiệp số, còn Trà Vinh?"))
    assert (first.years, first.measure, first.kind) == ((2025,), Measure.COUNT, Kind.FIGURE)
    assert (second.years, second.measure, second.kind, second.provinces) == ((2025,), Measure.COUNT, Kind.FIGURE, ("Trà Vinh",))
    assert {"doanh", "nghiệp", "số"} <= {t.word for t in second.topic}
    assert second.completed == ""  # it is told in full, as what was typed


def test_whether_another_place_mentions_it_asks_for_no_figure(assistant: Assistant) -> None:
    asked = assistant.understand("Điện Biên báo cáo sự cố trong mấy giờ, Bình Định có nêu việc này không?")
    first, second = assistant._by_place(asked)
    assert (first.measure, first.kind) == (Measure.PERIOD, Kind.FIGURE)
    assert (second.measure, second.kind, second.counted) == (None, Kind.TEXT, ())
    assert {"báo", "cáo", "sự", "cố"} <= {t.word for t in second.topic}


def test_what_nothing_tells_is_left_out(assistant: Assistant) -> None:
    answer = assistant.ask("Trường nghề Điện Biên mở bao nhiêu lớp sửa máy tính, học phí mỗi lớp bao nhiêu tiền?")
    assert "12 lớp" in answer.text.replace("*", "")
    assert len(answer.citations) == 1
    assert "1.500.000" not in answer.text
    assert answer.text.rstrip().endswith("Phần này tôi không tìm thấy trong văn bản: “học phí mỗi lớp bao nhiêu tiền”.")
